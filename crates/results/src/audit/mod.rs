//! What a reader can work out: for every small count, the interval that all released numbers
//! together leave it.
//!
//! Unknown counts are variables, the sums of [`Counts`](crate::Counts) are equations, shown counts
//! are constants (intervals, if they are rounded). The interval of a count is found by linear
//! programming. Where it is too narrow, a shown count that it depends on is withheld, the smallest
//! first, until the interval is wide enough: complementary suppression with its own proof.

mod simplex;

use crate::cells::{Cell, Counts};
use crate::{Policy, Record};
use simplex::{Equation, range};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Cells by a number, sums between them, and which of them have to be protected.
pub(crate) struct System {
    cells: Vec<Cell>,
    index: BTreeMap<u128, usize>,
    sums: Vec<(usize, Vec<usize>)>,
    /// The sums in which a cell stands.
    of_cell: Vec<Vec<usize>>,
    /// What readers know whatever is released: lowest and highest.
    known: BTreeMap<usize, (u64, u64)>,
    sensitive: BTreeSet<usize>,
    policy: Policy,
}

impl System {
    /// The system of a study; `earlier` are counts that left with an earlier release, with the
    /// bounds that were shown.
    pub(crate) fn new(
        policy: Policy,
        counts: &Counts,
        records: &[Record],
        earlier: &BTreeMap<u128, (u64, u64)>,
    ) -> Self {
        let mut system = Self {
            cells: Vec::new(),
            index: BTreeMap::new(),
            sums: Vec::new(),
            of_cell: Vec::new(),
            known: BTreeMap::new(),
            sensitive: BTreeSet::new(),
            policy,
        };
        for (i, sum) in counts.sums.iter().enumerate() {
            let whole = system.number(sum.whole);
            let parts: Vec<usize> = sum.parts.iter().map(|part| system.number(*part)).collect();
            for &cell in parts.iter().chain([&whole]) {
                system.of_cell[cell].push(i);
            }
            system.sums.push((whole, parts));
        }
        for record in records {
            for cell in record.cells.shows.iter().chain(&record.cells.beside) {
                system.number(*cell);
            }
        }
        for (i, cell) in system.cells.iter().enumerate() {
            let excused = !policy.missing_is_protected() && counts.missing.contains(&cell.key());
            if !excused && !policy.allows(cell.count()) {
                system.sensitive.insert(i);
            }
            if let Some(&bounds) = earlier.get(&cell.key()) {
                system.known.insert(i, bounds);
            }
        }
        for cell in &counts.public {
            if let Some(&i) = system.index.get(&cell.key())
                && policy.allows(cell.count())
            {
                let bounds = policy.bounds(cell.count());
                system.known.entry(i).or_insert(bounds);
            }
        }
        system
    }

    fn number(&mut self, cell: Cell) -> usize {
        let next = self.cells.len();
        let i = *self.index.entry(cell.key()).or_insert(next);
        if i == next {
            self.cells.push(cell);
            self.of_cell.push(Vec::new());
        }
        i
    }

    fn find(&self, cells: &[Cell]) -> Vec<usize> {
        let known = cells.iter().filter_map(|cell| self.index.get(&cell.key()));
        known.copied().collect()
    }

    /// Which cells have to be withheld so that every small count keeps its interval.
    pub(crate) fn protect(&self, records: &[Record]) -> Hidden {
        let uses: Vec<Uses> = records
            .iter()
            .filter(|record| !record.suppressed)
            .map(|record| Uses {
                shows: self.find(&record.cells.shows),
                beside: self.find(&record.cells.beside),
            })
            .collect();
        let already = |i: &&usize| !self.known.contains_key(*i);
        let small: Vec<usize> = self.sensitive.iter().filter(already).copied().collect();
        let mut hidden: BTreeSet<usize> = small.iter().copied().collect();
        let mut shown = self.shown(&uses, &hidden);
        let mut failed = 0;
        for &cell in &small {
            while !self.is_safe(cell, &shown) {
                let Some(next) = self.next_to_hide(cell, &shown) else {
                    failed += 1;
                    break;
                };
                hidden.insert(next);
                shown = self.shown(&uses, &hidden);
            }
        }
        Hidden {
            keys: hidden.iter().map(|&i| self.cells[i].key()).collect(),
            small: small.iter().map(|&i| self.cells[i].key()).collect(),
            checked: small.len(),
            already_public: self.sensitive.len() - small.len(),
            failed,
        }
    }

    /// The counts that a reader sees, with their bounds.
    fn shown(&self, uses: &[Uses], hidden: &BTreeSet<usize>) -> BTreeMap<usize, (u64, u64)> {
        let mut shown = self.known.clone();
        for record in uses {
            if record.shows.iter().any(|cell| hidden.contains(cell)) {
                continue;
            }
            let beside = record.beside.iter().filter(|cell| !hidden.contains(cell));
            for &cell in record.shows.iter().chain(beside) {
                let bounds = self.policy.bounds(self.cells[cell].count());
                shown.entry(cell).or_insert(bounds);
            }
        }
        shown
    }

    /// Whether the interval of a cell holds as many values as the minimum count.
    fn is_safe(&self, cell: usize, shown: &BTreeMap<usize, (u64, u64)>) -> bool {
        match self.interval(cell, shown) {
            Some((low, high)) => high - low >= self.policy.protection() as f64,
            // Contradictions cannot come from true counts; rounding of the solver is no excuse.
            None => false,
        }
    }

    /// The whole numbers that a cell may be.
    fn interval(&self, cell: usize, shown: &BTreeMap<usize, (u64, u64)>) -> Option<(f64, f64)> {
        let (cells, sums) = self.component(cell, shown);
        let mut place = BTreeMap::new();
        for (i, cell) in cells.iter().enumerate() {
            place.insert(*cell, i);
        }
        let mut variables = cells.len();
        let mut equations = Vec::with_capacity(sums.len());
        for sum in sums {
            let (whole, parts) = &self.sums[sum];
            let mut equation = Equation {
                terms: Vec::new(),
                total: 0.0,
            };
            let signed = parts.iter().map(|part| (part, 1.0)).chain([(whole, -1.0)]);
            for (other, sign) in signed {
                equation.total -= sign * shown.get(other).map_or(0.0, |(low, _)| *low as f64);
                if let Some(&i) = place.get(other) {
                    equation.terms.push((i, sign));
                }
            }
            equations.push(equation);
        }
        // A rounded count lies between its bounds: x - low + slack = high - low.
        for (i, other) in cells.iter().enumerate() {
            if let Some((low, high)) = shown.get(other) {
                equations.push(Equation {
                    terms: vec![(i, 1.0), (variables, 1.0)],
                    total: (high - low) as f64,
                });
                variables += 1;
            }
        }
        let start = shown.get(&cell).map_or(0.0, |(low, _)| *low as f64);
        let target = *place.get(&cell)?;
        let (low, high) = range(&equations, variables, target)?;
        Some(((start + low - 1e-6).ceil(), (start + high + 1e-6).floor()))
    }

    /// The cells that are not exactly known and hang together with this one, and their sums.
    fn component(
        &self,
        cell: usize,
        shown: &BTreeMap<usize, (u64, u64)>,
    ) -> (Vec<usize>, Vec<usize>) {
        let exact = |i: &usize| shown.get(i).is_some_and(|(low, high)| low == high);
        let (mut cells, mut sums) = (BTreeSet::from([cell]), BTreeSet::new());
        let mut waiting = VecDeque::from([cell]);
        while let Some(next) = waiting.pop_front() {
            for &sum in &self.of_cell[next] {
                if sums.insert(sum) {
                    let (whole, parts) = &self.sums[sum];
                    for other in parts.iter().chain([whole]) {
                        if !exact(other) && cells.insert(*other) {
                            waiting.push_back(*other);
                        }
                    }
                }
            }
        }
        (cells.into_iter().collect(), sums.into_iter().collect())
    }

    /// The shown cell to withhold next: one in a sum with the narrow cell or, if there is none, in
    /// a sum further away; of these the smallest that is not zero, parts before wholes.
    fn next_to_hide(&self, cell: usize, shown: &BTreeMap<usize, (u64, u64)>) -> Option<usize> {
        let mut seen = BTreeSet::from([cell]);
        let mut ring = vec![cell];
        while !ring.is_empty() {
            let (mut found, mut next) = (Vec::new(), Vec::new());
            for &at in &ring {
                for &sum in &self.of_cell[at] {
                    let (whole, parts) = &self.sums[sum];
                    for &other in parts.iter().chain([whole]) {
                        if !seen.insert(other) {
                            continue;
                        }
                        if shown.contains_key(&other) && !self.known.contains_key(&other) {
                            found.push((other == *whole, self.cells[other].count(), other));
                        }
                        next.push(other);
                    }
                }
            }
            let best = found.iter().filter(|(_, count, _)| *count > 0).min();
            if let Some((_, _, best)) = best.or(found.iter().min()) {
                return Some(*best);
            }
            ring = next;
        }
        None
    }
}

struct Uses {
    shows: Vec<usize>,
    beside: Vec<usize>,
}

/// The outcome of an audit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hidden {
    /// Cells whose number may not be known.
    pub(crate) keys: BTreeSet<u128>,
    /// Of these, the ones that are small themselves.
    pub(crate) small: BTreeSet<u128>,
    /// How many small cells were looked at.
    pub(crate) checked: usize,
    /// How many small cells had left with an earlier release.
    pub(crate) already_public: usize,
    /// How many could not be given their interval.
    pub(crate) failed: usize,
}

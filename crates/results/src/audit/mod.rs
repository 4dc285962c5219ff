//! What a reader can work out: for every small count, the interval that all released numbers
//! together leave it.
//!
//! Unknown counts are variables, the sums of [`Counts`](crate::Counts) are equations, shown counts
//! are constants (intervals, if they are rounded). The interval of a count is found by linear
//! programming. Where it is too narrow, shown counts that it depends on are withheld until it is wide
//! enough: complementary suppression with its own proof. [`choice`] says which.

mod choice;
mod simplex;

use crate::cells::{Cell, Counts, Detail};
use crate::importance::Ranking;
use crate::{Policy, Record};
pub(crate) use simplex::{Equation, range};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub(crate) use choice::Hidden;

/// Counts that are shown, with the lowest and the highest that a reader takes them for.
type Shown = BTreeMap<usize, (u64, u64)>;

/// Cells by a number, sums between them, and which of them have to be protected.
pub(crate) struct System {
    cells: Vec<Cell>,
    index: BTreeMap<u128, usize>,
    sums: Vec<Sum>,
    /// The sums in which a cell stands.
    of_cell: Vec<Vec<usize>>,
    /// What readers know whatever is released: lowest and highest.
    known: Shown,
    sensitive: BTreeSet<usize>,
    policy: Policy,
}

struct Sum {
    whole: usize,
    parts: Vec<usize>,
    /// What it was registered for.
    of: BTreeSet<Detail>,
    /// Whether readers are taken to reckon with it.
    holds: bool,
}

impl Sum {
    fn cells(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts.iter().copied().chain([self.whole])
    }
}

impl System {
    /// The system of a study; `earlier` are counts that left with an earlier release, with the
    /// bounds that were shown.
    pub(crate) fn new(
        policy: Policy,
        counts: &Counts,
        records: &[Record],
        ranking: &Ranking<'_>,
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
        let mut found: BTreeMap<(usize, Vec<usize>), usize> = BTreeMap::new();
        for sum in &counts.sums {
            let whole = system.number(sum.whole);
            let mut parts: Vec<usize> = sum.parts.iter().map(|part| system.number(*part)).collect();
            parts.sort_unstable();
            let next = system.sums.len();
            let at = *found.entry((whole, parts.clone())).or_insert(next);
            if at == next {
                for &cell in parts.iter().chain([&whole]) {
                    system.of_cell[cell].push(at);
                }
                system.sums.push(Sum {
                    whole,
                    parts,
                    of: BTreeSet::new(),
                    holds: false,
                });
            }
            system.sums[at].of.insert(sum.of.clone());
        }
        for record in records {
            for cell in record.cells.shows.iter().chain(&record.cells.beside) {
                system.number(*cell);
            }
        }
        let details: BTreeSet<Detail> = records.iter().filter_map(|r| ranking.detail(r)).collect();
        let of_main = |of: &BTreeSet<Detail>| of.iter().any(|of| !details.contains(of));
        for sum in &mut system.sums {
            sum.holds = of_main(&sum.of);
        }
        let sums = system.sums.iter().filter(|sum| sum.holds);
        let main: BTreeSet<usize> = sums.flat_map(Sum::cells).collect();
        for (i, cell) in system.cells.iter().enumerate() {
            // Who lacks an outcome in a detail may be who lacks something else in the main part.
            let missing = counts.missing.get(&cell.key());
            let missing = missing.is_some_and(|of| of_main(of) || !main.contains(&i));
            let excused = missing && !policy.missing_is_protected();
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

    /// How many whole numbers a cell may be, less one.
    fn width(&self, cell: usize, shown: &Shown) -> f64 {
        // Contradictions cannot come from true counts; rounding of the solver is no excuse.
        let interval = self.interval(cell, shown);
        interval.map_or(0.0, |(low, high)| high - low)
    }

    /// The whole numbers that a cell may be.
    fn interval(&self, cell: usize, shown: &Shown) -> Option<(f64, f64)> {
        let (cells, sums) = self.component(cell, shown);
        let mut place = BTreeMap::new();
        for (i, cell) in cells.iter().enumerate() {
            place.insert(*cell, i);
        }
        let mut variables = cells.len();
        let mut equations = Vec::with_capacity(sums.len());
        for sum in sums {
            let Sum { whole, parts, .. } = &self.sums[sum];
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
    fn component(&self, cell: usize, shown: &Shown) -> (Vec<usize>, Vec<usize>) {
        let exact = |i: &usize| shown.get(i).is_some_and(|(low, high)| low == high);
        let (mut cells, mut sums) = (BTreeSet::from([cell]), BTreeSet::new());
        let mut waiting = VecDeque::from([cell]);
        while let Some(next) = waiting.pop_front() {
            for &sum in &self.of_cell[next] {
                if self.sums[sum].holds && sums.insert(sum) {
                    for other in self.sums[sum].cells() {
                        if !exact(&other) && cells.insert(other) {
                            waiting.push_back(other);
                        }
                    }
                }
            }
        }
        (cells.into_iter().collect(), sums.into_iter().collect())
    }
}

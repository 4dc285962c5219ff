//! Which shown counts are withheld beside the small ones.
//!
//! By what they are worth ([`Importance`]). The main part of a study is protected first, as if there
//! were no details; each detail (subgroups of a variable, an analysis by definition, a further
//! population, a sequence of states) then has to find room beside what is shown already: its own
//! counts are withheld, all of them if need be, and nothing else is. So a plan that asks for more
//! details loses none of its main numbers. Within a part nothing is withheld as long as something
//! less important would protect, and what turns out not to be needed is shown again.

use super::{Shown, System};
use crate::Record;
use crate::cells::Detail;
use crate::importance::{Importance, Ranking};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

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

/// The cells that a record gives away.
struct Uses {
    shows: Vec<usize>,
    beside: Vec<usize>,
    importance: Importance,
}

/// What has been decided so far.
#[derive(Clone, Default)]
struct Decided<'a> {
    /// The records that may stand.
    uses: Vec<&'a Uses>,
    /// Small cells with the width that their intervals must keep.
    small: BTreeMap<usize, f64>,
    hidden: BTreeSet<usize>,
    failed: usize,
}

impl System {
    /// Which cells have to be withheld so that every small count keeps its interval.
    pub(crate) fn protect(&mut self, records: &[Record], ranking: &Ranking<'_>) -> Hidden {
        let mut main: Vec<Uses> = Vec::new();
        let mut details: BTreeMap<(Reverse<Importance>, usize), (Detail, Vec<Uses>)> =
            BTreeMap::new();
        let mut order: BTreeMap<Detail, usize> = BTreeMap::new();
        for record in records {
            let found = ranking.detail(record);
            let importance = ranking.of(record);
            let uses = Uses {
                shows: self.find(&record.cells.shows),
                beside: self.find(&record.cells.beside),
                importance,
            };
            // Of a withheld record nothing is shown; that it was asked for counts.
            let stands = !record.suppressed;
            let Some(detail) = found else {
                main.extend(stands.then_some(uses));
                continue;
            };
            let next = order.len();
            let place = *order.entry(detail.clone()).or_insert(next);
            let entry = details.entry((Reverse(importance), place));
            let (_, of_detail) = entry.or_insert_with(|| (detail, Vec::new()));
            of_detail.extend(stands.then_some(uses));
        }
        let mut decided = Decided {
            uses: main.iter().collect(),
            ..Decided::default()
        };
        self.add_main(&mut decided);
        for (detail, uses) in details.values() {
            self.add_detail(detail, uses, &mut decided);
        }
        let small = || decided.small.keys();
        let public = self.sensitive.iter();
        let public = public.filter(|cell| self.known.contains_key(*cell));
        Hidden {
            keys: decided
                .hidden
                .iter()
                .map(|&i| self.cells[i].key())
                .collect(),
            small: small().map(|&i| self.cells[i].key()).collect(),
            checked: small().count(),
            already_public: public.count(),
            failed: decided.failed,
        }
    }

    /// Protects the main part of a study.
    fn add_main(&self, decided: &mut Decided<'_>) {
        let worth = worth(&decided.uses);
        let small = self.small_cells(&decided.uses);
        decided.hidden.extend(&small);
        let everything: BTreeSet<usize> = (0..self.cells.len()).collect();
        let nothing = self.shown(&decided.uses, &everything);
        for &cell in &small {
            let wanted = self.policy.protection() as f64;
            let possible = self.width(cell, &nothing);
            decided.failed += usize::from(possible < wanted);
            decided.small.insert(cell, wanted.min(possible));
            self.cover(cell, &worth, decided);
        }
        self.uncover(&BTreeSet::new(), &worth, decided);
    }

    /// Adds a detail to what stands already, or leaves it out.
    fn add_detail<'a>(&mut self, detail: &Detail, uses: &'a [Uses], decided: &mut Decided<'a>) {
        let stand = self.shown(&decided.uses, &decided.hidden);
        let before: Vec<bool> = self.sums.iter().map(|sum| sum.holds).collect();
        for sum in &mut self.sums {
            sum.holds |= sum.of.contains(detail);
        }
        let mut tried = decided.clone();
        tried.uses.extend(uses);
        // Cells of the detail itself only.
        let mut worth = worth(&tried.uses);
        worth.retain(|cell, _| !stand.contains_key(cell));
        for cell in self.small_cells(&tried.uses) {
            let wanted = self.policy.protection() as f64;
            tried.small.entry(cell).or_insert(wanted);
            tried.hidden.insert(cell);
        }
        let cells: Vec<usize> = tried.small.keys().copied().collect();
        if cells
            .iter()
            .all(|&cell| self.cover(cell, &worth, &mut tried))
        {
            self.uncover(&decided.hidden, &worth, &mut tried);
            *decided = tried;
            return;
        }
        for (sum, held) in self.sums.iter_mut().zip(before) {
            sum.holds = held;
        }
        let cells = uses
            .iter()
            .flat_map(|one| one.shows.iter().chain(&one.beside));
        let own = cells.filter(|cell| !stand.contains_key(*cell));
        decided.hidden.extend(own);
    }

    /// Small cells in the sums that hold and behind the records.
    fn small_cells(&self, uses: &[&Uses]) -> BTreeSet<usize> {
        let sums = self.sums.iter().filter(|sum| sum.holds);
        let cells = sums.flat_map(super::Sum::cells);
        let of_records = uses
            .iter()
            .flat_map(|one| one.shows.iter().chain(&one.beside));
        cells
            .chain(of_records.copied())
            .filter(|cell| self.sensitive.contains(cell) && !self.known.contains_key(cell))
            .collect()
    }

    /// The counts that a reader sees, with their bounds.
    fn shown(&self, uses: &[&Uses], hidden: &BTreeSet<usize>) -> Shown {
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

    /// Withholds cells until the interval of a small one is wide enough: cells of the least
    /// importance up to which withholding everything would do. Says whether that can be done with
    /// the cells that have a worth.
    fn cover(
        &self,
        cell: usize,
        worth: &BTreeMap<usize, Importance>,
        decided: &mut Decided<'_>,
    ) -> bool {
        let goal = decided.small.get(&cell).copied().unwrap_or(0.0);
        let mut shown = self.shown(&decided.uses, &decided.hidden);
        if self.width(cell, &shown) >= goal {
            return true;
        }
        let limits: BTreeSet<Importance> = worth.values().copied().collect();
        let enough = |limit: &Importance| {
            let may_go = worth.iter().filter(|(_, worth)| *worth <= limit);
            let mut hidden = decided.hidden.clone();
            hidden.extend(may_go.map(|(cell, _)| cell));
            self.width(cell, &self.shown(&decided.uses, &hidden)) >= goal
        };
        let Some(limit) = limits.into_iter().find(enough) else {
            return false;
        };
        while self.width(cell, &shown) < goal {
            let may_go = |other: usize| worth.get(&other).is_some_and(|worth| *worth <= limit);
            let Some(next) = self.next_to_hide(cell, &shown, may_go) else {
                return false;
            };
            decided.hidden.insert(next);
            shown = self.shown(&decided.uses, &decided.hidden);
        }
        true
    }

    /// The shown cell to withhold next, of those that may go: one in a sum with the narrow cell or,
    /// if there is none, in a sum further away; of these the smallest that is not zero, parts before
    /// wholes.
    fn next_to_hide(
        &self,
        cell: usize,
        shown: &Shown,
        may_go: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let mut seen = BTreeSet::from([cell]);
        let mut ring = vec![cell];
        while !ring.is_empty() {
            let (mut found, mut next) = (Vec::new(), Vec::new());
            let sums = ring.iter().flat_map(|&at| &self.of_cell[at]);
            for sum in sums.map(|&sum| &self.sums[sum]).filter(|sum| sum.holds) {
                for other in sum.cells() {
                    if !seen.insert(other) {
                        continue;
                    }
                    let is_open = shown.contains_key(&other) && !self.known.contains_key(&other);
                    if is_open && may_go(other) {
                        found.push((other == sum.whole, self.cells[other].count(), other));
                    }
                    next.push(other);
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

    /// Shows again what need not be withheld, the most important and the largest first; `settled`
    /// are cells that stay as they are.
    fn uncover(
        &self,
        settled: &BTreeSet<usize>,
        worth: &BTreeMap<usize, Importance>,
        decided: &mut Decided<'_>,
    ) {
        let hidden = decided.hidden.iter().copied();
        let is_open = |cell: &usize| !decided.small.contains_key(cell) && !settled.contains(cell);
        let mut open: Vec<usize> = hidden.filter(is_open).collect();
        open.sort_by_key(|cell| Reverse((worth.get(cell), self.cells[*cell].count())));
        for cell in open {
            decided.hidden.remove(&cell);
            let shown = self.shown(&decided.uses, &decided.hidden);
            let mut small = decided.small.iter();
            if !small.all(|(&small, &goal)| self.width(small, &shown) >= goal) {
                decided.hidden.insert(cell);
            }
        }
    }
}

/// What each cell is worth: as much as the most important record that shows it.
fn worth(uses: &[&Uses]) -> BTreeMap<usize, Importance> {
    let mut worth: BTreeMap<usize, Importance> = BTreeMap::new();
    for record in uses {
        let beside = record.importance.min(Importance::Beside);
        let shows = record.shows.iter().map(|&cell| (cell, record.importance));
        let beside = record.beside.iter().map(|&cell| (cell, beside));
        for (cell, importance) in shows.chain(beside) {
            let known = worth.entry(cell).or_insert(importance);
            *known = importance.max(*known);
        }
    }
    worth
}

//! Which people stand behind a number: cells, and the sums that hold between them.
//!
//! A [`Cell`] is a set of people. It carries their number and a key that is the same wherever the
//! same people are counted, so that "employed at six months" in a table and month six of a curve are
//! known to be one count. [`Counts`] holds what every reader knows: an arm is the sum of its levels,
//! those ever employed are those employed at six months and the others. Disclosure control works on
//! both; neither is written out.

use crate::Total;
use crate::largest::Largest;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A set of people, known by a key of its members and by its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    key: u128,
    count: u64,
}

impl Cell {
    /// The people given by a number that stays theirs ([`person`]). Sets without people are told
    /// apart by their label.
    #[must_use]
    pub fn of(label: &str, people: impl IntoIterator<Item = u64>) -> Self {
        let (mut key, mut count) = (0, 0);
        for number in people {
            let high = u128::from(mixed(number ^ 0x9e37_79b9_7f4a_7c15));
            key ^= high << 64 | u128::from(mixed(number));
            count += 1;
        }
        if count == 0 {
            let low = u128::from(mixed(person(label)));
            key = u128::from(mixed(person(label) ^ 0x5851_f42d_4c95_7f2d)) << 64 | low;
        }
        Self { key, count }
    }

    /// How many people.
    #[must_use]
    pub fn count(self) -> u64 {
        self.count
    }

    /// People of whom nothing is known but a label and their number.
    pub(crate) fn labelled(label: &str, count: u64) -> Self {
        Self {
            count,
            ..Self::of(label, [])
        }
    }

    pub(crate) fn key(self) -> u128 {
        self.key
    }
}

/// A number for a person's identifier: the same in every run.
#[must_use]
pub fn person(id: &str) -> u64 {
    // FNV-1a.
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Splitmix64's finisher: sums of keys by XOR need bits that are independent.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A whole and the parts that it is known to consist of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) whole: Cell,
    pub(crate) parts: Vec<Cell>,
    /// What it was registered for.
    pub(crate) of: Detail,
}

/// A part of a study that may be given up as a whole: the analysis that made it, and the variable of
/// its subgroups.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Detail {
    pub(crate) analysis: String,
    pub(crate) term: String,
}

/// What is known of the counts of a study before anything is released.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    pub(crate) sums: Vec<Sum>,
    pub(crate) public: Vec<Cell>,
    pub(crate) missing: BTreeMap<u128, BTreeSet<Detail>>,
    of: Detail,
}

impl Counts {
    /// What is registered from here on is for this analysis, and within it for the subgroups of a
    /// variable if one is named. Where its numbers cannot leave, the sums do not count either.
    pub fn register_for(&mut self, analysis: &str, term: &str) {
        self.of = Detail {
            analysis: analysis.to_owned(),
            term: term.to_owned(),
        };
    }

    /// Every reader knows that the parts, which share nobody, make up the whole.
    pub fn sum(&mut self, whole: Cell, parts: impl Into<Vec<Cell>>) {
        let sum = Sum {
            whole,
            parts: parts.into(),
            of: self.of.clone(),
        };
        if sum.parts != [whole] && !self.sums.contains(&sum) {
            self.sums.push(sum);
        }
    }

    /// A count that readers know anyway, such as the size of an arm.
    pub fn public(&mut self, cell: Cell) {
        self.public.push(cell);
    }

    /// People without a value of an outcome: protected only where the policy asks for it.
    pub fn missing(&mut self, cell: Cell) {
        let of = self.missing.entry(cell.key).or_default();
        of.insert(self.of.clone());
    }
}

/// The counts of people that stand behind a statistic. They decide whether it may leave, and are
/// never written out themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells {
    /// Every count that the statistic shows, or would give back by subtraction.
    pub counts: Vec<u64>,
    /// Records that share this key are parts of a whole whose size is known: for commands that know
    /// counts, not people.
    pub whole: Option<String>,
    /// The people whose numbers it gives away: it leaves only if all of these may be known.
    pub shows: Vec<Cell>,
    /// The people whose numbers stand beside it as `n` and `events`, or follow from its last
    /// digits: where one of them may not be known, these are taken off.
    pub beside: Vec<Cell>,
    /// Decimals that are left to it if a count beside it is withheld; all of them if `None`.
    pub decimals: Option<u8>,
    /// What the total would be without its two largest contributions, in per cent of the largest.
    pub remainder: Option<u64>,
    /// The totals that it gives away, alone or with other numbers: what all of them together tell of
    /// one person decides.
    pub totals: Vec<Arc<Total>>,
    /// Whether it was computed from counts that are already rounded.
    pub rounded: bool,
}

impl Cells {
    /// The counts behind a proportion: those with the event and those without.
    #[must_use]
    pub fn proportion(events: u64, total: u64) -> Self {
        Self::counts([events, total.saturating_sub(events)])
    }

    /// Some counts, each shown.
    #[must_use]
    pub fn counts(counts: impl Into<Vec<u64>>) -> Self {
        Self {
            counts: counts.into(),
            ..Self::default()
        }
    }

    /// The same counts as a part of a whole, the first count being the part.
    #[must_use]
    pub fn part_of(mut self, whole: impl Into<String>) -> Self {
        self.whole = Some(whole.into());
        self
    }

    /// Some people, the number of each shown.
    #[must_use]
    pub fn showing(cells: impl Into<Vec<Cell>>) -> Self {
        Self::default().and_showing(cells)
    }

    /// Further people whose number is shown.
    #[must_use]
    pub fn and_showing(mut self, cells: impl Into<Vec<Cell>>) -> Self {
        for cell in cells.into() {
            self.counts.push(cell.count);
            self.shows.push(cell);
        }
        self
    }

    /// Of so many people: where they are all in it, nobody is outside, which a policy may protect.
    #[must_use]
    pub fn of_all(mut self, total: u64) -> Self {
        if self.counts.contains(&total) {
            self.counts.push(0);
        }
        self
    }

    /// People whose number stands beside the statistic.
    #[must_use]
    pub fn beside(mut self, cells: impl Into<Vec<Cell>>) -> Self {
        self.beside.extend(cells.into());
        self
    }

    /// With the decimals that do not tell `n` people from one more or less.
    #[must_use]
    pub fn coarse_for(mut self, n: u64) -> Self {
        self.decimals = Some((1..=6).take_while(|d| 10_u64.pow(*d) <= n).count() as u8);
        self
    }

    /// With the contributions to a total or a mean, for the rule on dominance. Of no account where
    /// some are negative.
    #[must_use]
    pub fn contributions(mut self, values: &[f64]) -> Self {
        if values.iter().all(|value| *value >= 0.0) {
            let found = values.iter().copied().collect::<Largest>().remainder();
            self.remainder = self.remainder.into_iter().chain(found).min();
        }
        self
    }

    /// With totals that each obey the rule on dominance alone, and with all others that leave.
    #[must_use]
    pub fn adding_up(mut self, totals: impl IntoIterator<Item = Arc<Total>>) -> Self {
        self.totals.extend(totals);
        self.alone()
    }

    /// With totals that follow from it roughly, or that nobody can subtract from others: each obeys
    /// the rule alone.
    #[must_use]
    pub fn roughly(mut self, totals: impl IntoIterator<Item = Arc<Total>>) -> Self {
        let kept = std::mem::take(&mut self.totals);
        self.totals.extend(totals);
        let mut found = self.alone();
        found.totals = kept;
        found
    }

    /// The rule on dominance asked of each total.
    fn alone(mut self) -> Self {
        let of_totals = self.totals.iter().map(|total| total.remainder());
        self.remainder = self.remainder.into_iter().chain(of_totals).min();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Cells};

    #[test]
    fn the_same_people_are_the_same_cell_in_any_order() {
        let cell = Cell::of("a", [1, 2, 3]);
        assert_eq!(cell, Cell::of("b", [3, 1, 2]));
        assert_ne!(cell, Cell::of("a", [1, 2, 4]));
        assert_ne!(cell, Cell::of("a", [1, 2]));
        assert_ne!(Cell::of("a", []), Cell::of("b", []));
        assert_eq!(cell.count(), 3);
    }

    #[test]
    fn one_large_contribution_leaves_little_behind() {
        let cells = |values: &[f64]| Cells::counts([]).contributions(values).remainder;
        assert_eq!(cells(&[100.0, 50.0, 5.0]), Some(5));
        assert_eq!(cells(&[10.0; 12]), Some(1000));
        assert_eq!(cells(&[0.0, 0.0]), None);
        assert_eq!(cells(&[-1.0, 2.0]), None);
    }

    #[test]
    fn decimals_that_hide_one_person() {
        assert_eq!(Cells::default().coarse_for(97).decimals, Some(1));
        assert_eq!(Cells::default().coarse_for(100).decimals, Some(2));
        assert_eq!(Cells::default().coarse_for(9).decimals, Some(0));
    }
}

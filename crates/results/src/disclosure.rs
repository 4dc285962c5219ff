//! The rules, one after the other: what is withheld, and why.

use crate::audit::{Hidden, System};
use crate::importance::Ranking;
use crate::totals::dominated;
use crate::{Catalogue, Cell, Counts, Ledger, Months, Policy, Record};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How much was withheld, by rule. Holds no count of people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// Records behind which a count below the minimum stands.
    pub primary: usize,
    /// Records withheld because they would give a withheld one back.
    pub secondary: usize,
    /// Records withheld by another rule: dominance, extremes, months, rounding, earlier releases.
    pub other: usize,
    /// Records that are shown without `n` and `events`, or with fewer decimals.
    pub coarsened: usize,
}

/// Why a record was withheld or made coarser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// A count below the minimum stands behind it.
    MinimumCount,
    /// With other released numbers it would give a withheld count back.
    Secondary,
    /// One or two people make up most of it, or of what it gives back with other totals.
    Dominance,
    /// It is the value of a single person: the smallest or the largest.
    Extreme,
    /// A month of a curve that is no landmark.
    Landmarks,
    /// An earlier release showed nearly the same people.
    EarlierRelease,
    /// It was computed from counts that are not rounded.
    Rounding,
    /// Shown without the numbers of people beside it, or with fewer decimals.
    Coarsened,
}

/// What the rules did.
#[derive(Debug, Clone, Default)]
pub(crate) struct Applied {
    pub(crate) withheld: Withheld,
    /// By record, for those that are not whole.
    pub(crate) rules: BTreeMap<usize, Rule>,
    pub(crate) audit: Hidden,
}

impl Policy {
    pub(crate) fn apply(
        self,
        records: &mut [Record],
        catalogue: &Catalogue,
        counts: &Counts,
        ledger: &Ledger,
    ) -> Applied {
        let mut applied = Applied::default();
        if self.withholds() {
            for (i, record) in records.iter_mut().enumerate() {
                if let Some(rule) = self.first_rule(record, catalogue, ledger) {
                    record.suppress();
                    applied.rules.insert(i, rule);
                }
            }
            let counts = with_wholes(records, counts);
            let ranking = Ranking::new(catalogue, records);
            let mut system = System::new(self, &counts, records, &ranking, &ledger.shown());
            applied.audit = system.protect(records, &ranking);
            self.follow(records, &mut applied);
            for i in dominated(records, &ranking, self.dominance) {
                records[i].suppress();
                applied.rules.insert(i, Rule::Dominance);
            }
            let without = withhold_totals(records);
            for i in without {
                applied.rules.entry(i).or_insert(Rule::Coarsened);
            }
            for i in withhold_adjusted(records, &applied.rules) {
                applied.rules.entry(i).or_insert(Rule::Coarsened);
            }
        }
        if self.rounds() {
            for record in records.iter_mut().filter(|record| !record.suppressed) {
                self.round(record);
            }
        }
        for (i, record) in records.iter_mut().enumerate() {
            // Left standing: the decimals that a reader may see.
            if !self.rounds() && applied.rules.get(&i) != Some(&Rule::Coarsened) {
                record.cells.decimals = None;
            }
        }
        for rule in applied.rules.values() {
            match rule {
                Rule::MinimumCount => applied.withheld.primary += 1,
                Rule::Secondary => applied.withheld.secondary += 1,
                Rule::Coarsened => applied.withheld.coarsened += 1,
                _ => applied.withheld.other += 1,
            }
        }
        applied
    }

    /// The rule that a record breaks by itself.
    fn first_rule(self, record: &Record, catalogue: &Catalogue, ledger: &Ledger) -> Option<Rule> {
        if record.cells.counts.iter().any(|&count| !self.allows(count)) {
            return Some(Rule::MinimumCount);
        }
        if matches!(
            record.statistic.as_str(),
            "minimum" | "maximum" | "min" | "max" | "range"
        ) {
            return Some(Rule::Extreme);
        }
        if record
            .cells
            .remainder
            .is_some_and(|rest| rest < self.dominance)
        {
            return Some(Rule::Dominance);
        }
        if self.curves == Months::Landmarks && !is_landmark(record, catalogue) {
            return Some(Rule::Landmarks);
        }
        if ledger.differs_little(record, self) {
            return Some(Rule::EarlierRelease);
        }
        let exact = self.rounds() && !record.cells.rounded && !is_count(record);
        (exact && !record.cells.shows.is_empty()).then_some(Rule::Rounding)
    }

    /// Withholds what shows a hidden cell, and takes off what stands beside.
    fn follow(self, records: &mut [Record], applied: &mut Applied) {
        for (i, record) in records.iter_mut().enumerate() {
            if record.suppressed {
                continue;
            }
            let any = |cells: &[Cell], among: &BTreeSet<u128>| {
                cells.iter().any(|cell| among.contains(&cell.key()))
            };
            if any(&record.cells.shows, &applied.audit.keys) {
                let small = any(&record.cells.shows, &applied.audit.small);
                let rule = if small {
                    Rule::MinimumCount
                } else {
                    Rule::Secondary
                };
                record.suppress();
                applied.rules.insert(i, rule);
            } else if any(&record.cells.beside, &applied.audit.keys) {
                record.coarsen();
                applied.rules.insert(i, Rule::Coarsened);
            }
        }
    }

    /// Counts to their multiples, and shares of people to shares of multiples.
    fn round(self, record: &mut Record) {
        let whole = |count: Option<u64>| count.map(|count| self.rounded(count));
        record.keep_decimals();
        record.n = whole(record.n);
        record.events = whole(record.events);
        record.n_risk = whole(record.n_risk);
        if is_count(record) && record.estimate >= 0.0 {
            record.estimate = self.rounded(record.estimate as u64) as f64;
        }
        if is_share(record) && !record.cells.rounded {
            record.estimate = match (record.events, record.n) {
                (Some(events), Some(n)) if n > 0 => events as f64 / n as f64,
                _ => f64::NAN,
            };
        }
    }
}

/// Parts of a whole that are known by their counts only become cells of their own.
fn with_wholes(records: &mut [Record], counts: &Counts) -> Counts {
    let mut wholes: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
    for (i, record) in records.iter_mut().enumerate() {
        if let (Some(whole), Some(&count)) = (&record.cells.whole, record.cells.counts.first()) {
            let cell = Cell::labelled(&format!("{whole} part {i}"), count);
            wholes.entry(whole.clone()).or_default().push(cell);
            record.cells.shows.push(cell);
        }
    }
    let mut counts = counts.clone();
    for (whole, parts) in wholes {
        let size = parts.iter().map(|part| part.count()).sum();
        let cell = Cell::labelled(&whole, size);
        counts.public(cell);
        counts.sum(cell, parts);
    }
    counts
}

/// Whether a record's estimate is a number of people, or a share that is recomputed from two.
fn is_count(record: &Record) -> bool {
    let counts = [
        "count",
        "missing",
        "people",
        "observations",
        "dropped",
        "events",
        "competing_events",
        "rows",
        "flow",
    ];
    counts.contains(&record.statistic.as_str()) || is_share(record)
}

fn is_share(record: &Record) -> bool {
    record.conf_low.is_nan()
        && matches!(
            record.statistic.as_str(),
            "proportion" | "missing_proportion"
        )
}

/// Whether a record is no point of a curve with landmarks, or one of these.
fn is_landmark(record: &Record, catalogue: &Catalogue) -> bool {
    if record.time.is_nan() {
        return true;
    }
    let mut analyses = catalogue.analyses.iter();
    let landmarks = analyses
        .find(|analysis| analysis.key == record.analysis)
        .map_or(&[][..], |analysis| &analysis.landmarks);
    let is_month = |month: &u32| (f64::from(*month) - record.time).abs() < 1e-9;
    landmarks.is_empty() || landmarks.iter().any(is_month)
}

/// Where the number of people in a model is withheld, its terms do not carry it either.
fn withhold_totals(records: &mut [Record]) -> Vec<usize> {
    let withheld: BTreeSet<String> = records
        .iter()
        .filter(|record| record.suppressed && record.statistic == "observations")
        .map(|record| record.analysis.clone())
        .collect();
    let mut changed = Vec::new();
    for (i, record) in records.iter_mut().enumerate() {
        if withheld.contains(&record.analysis) && !record.suppressed && record.n.is_some() {
            record.n = None;
            changed.push(i);
        }
    }
    changed
}

/// An adjusted p-value is made of those of its family, and would give one that is withheld, or shown with
/// fewer digits, back: it leaves only where all that it depends on are shown as they are.
fn withhold_adjusted(records: &mut [Record], rules: &BTreeMap<usize, Rule>) -> Vec<usize> {
    let mut hidden: BTreeSet<(String, usize)> = BTreeSet::new();
    for (i, record) in records.iter().enumerate() {
        let coarse = rules.get(&i) == Some(&Rule::Coarsened) && record.cells.decimals.is_some();
        if let (Some(own), true) = (&record.hypothesis, record.suppressed || coarse) {
            hidden.insert((own.family.clone(), own.number));
        }
    }
    let mut changed = Vec::new();
    for (i, record) in records.iter_mut().enumerate() {
        let Some(own) = &mut record.hypothesis else {
            continue;
        };
        let is_hidden = |number: &usize| hidden.contains(&(own.family.clone(), *number));
        if !record.p_value_adjusted.is_nan() && own.depends_on.iter().any(is_hidden) {
            // The limits tell which of the others are rejected.
            record.p_value_adjusted = f64::NAN;
            record.conf_low_adjusted = f64::NAN;
            record.conf_high_adjusted = f64::NAN;
            own.withheld = true;
            changed.push(i);
        }
    }
    changed
}

#[cfg(test)]
mod tests;

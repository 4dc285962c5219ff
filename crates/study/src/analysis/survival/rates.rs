//! Events over person-time by group, and their ratios and differences.

use super::super::records::{contrast, record};
use regtrial_results::{Cells, Record};
use regtrial_stats::contrast_pairs;
use regtrial_stats::rates::{Rate, difference, exact_ratio, ratio};
use regtrial_stats::{ConfidenceLevel, StatsError};

/// A group's events over its time.
pub(super) struct GroupRate {
    pub(super) name: String,
    pub(super) people: u64,
    pub(super) events: u64,
    pub(super) person_time: f64,
    pub(super) cells: Cells,
}

/// Rates per `per` units of time, then every pair's exact ratio, normal ratio and difference.
pub(super) fn rates(
    groups: &[GroupRate],
    per: f64,
    level: ConfidenceLevel,
) -> Result<Vec<Record>, StatsError> {
    let of = |group: &GroupRate| Rate::new(group.events, group.person_time / per);
    let rates = groups.iter().map(of).collect::<Result<Vec<_>, _>>()?;
    let unit = format!("per {per}");
    let mut records = Vec::new();
    for (group, rate) in groups.iter().zip(&rates) {
        let mut made = record("survive", "all rows", &rate.estimate(level));
        made.group.clone_from(&group.name);
        made.term.clone_from(&unit);
        made.n = Some(group.people);
        made.events = Some(group.events);
        made.cells = group.cells.clone();
        records.push(made);
    }
    for (treated, control) in contrast_pairs(groups.len()) {
        let (x, y) = (rates[treated], rates[control]);
        let (a, b) = (&groups[treated], &groups[control]);
        for estimate in [
            exact_ratio(x, y, level),
            ratio(x, y, level),
            difference(x, y, level),
        ] {
            let mut made = record("survive", "all rows", &estimate);
            made.contrast = contrast(&estimate, &a.name, &b.name);
            if made.statistic == "rate_difference" {
                made.term.clone_from(&unit);
            }
            made.n = Some(a.people + b.people);
            made.events = Some(a.events + b.events);
            made.cells = Cells::counts([&a.cells.counts[..], &b.cells.counts].concat());
            let of_both = [a.cells.remainder, b.cells.remainder];
            made.cells.remainder = of_both.into_iter().flatten().min();
            records.push(made);
        }
    }
    Ok(records)
}

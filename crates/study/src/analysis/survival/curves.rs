//! The curve of one group at the times that are asked for, and its quantiles.

use super::super::records::diagnostic;
use super::{Group, SurvivalRecords, SurvivalRequest, of_group};
use regtrial_results::Cells;
use regtrial_stats::survival::competing::AalenJohansen;
use regtrial_stats::{Estimate, Statistic, StatsError};

/// The times at which a group's curve is read.
fn reading_times(group: &Group, request: &SurvivalRequest) -> Vec<f64> {
    if request.times.is_empty() {
        let steps = group.curve.steps.iter().filter(|step| step.events > 0);
        return steps.map(|step| step.time).collect();
    }
    request.times.clone()
}

/// A point of a curve: its counts are those up to it, and those since the point before.
pub(super) fn at_time(
    group: &Group,
    time: f64,
    before: &mut (u64, u64),
    estimate: &Estimate,
    found: &mut SurvivalRecords,
) {
    let (events, n_risk) = (group.curve.events_to(time), group.curve.n_risk(time));
    let mut made = of_group(group, estimate);
    made.time = time;
    made.events = Some(events);
    made.n_risk = Some(n_risk);
    let since = events - before.0.min(events);
    let left = before.1.saturating_sub(n_risk);
    made.cells = Cells::counts([events, n_risk, since, left]);
    *before = (events, n_risk);
    found.records.push(made);
    if estimate.estimate.is_nan() {
        let message =
            "a time lies beyond the longest follow-up of this group: the curve is undefined there";
        found.diagnostics.push(diagnostic(
            "beyond_follow_up",
            "note",
            Some(&group.name),
            message,
        ));
    }
}

pub(super) fn curve(group: &Group, request: &SurvivalRequest, found: &mut SurvivalRecords) {
    let mut before = (0, group.curve.nobs);
    for time in reading_times(group, request) {
        let estimate = group.curve.estimate(time, request.interval, request.level);
        at_time(group, time, &mut before, &estimate, found);
    }
    for &share in &request.quantiles {
        let estimate = group.curve.quantile(share, request.interval, request.level);
        let mut made = of_group(group, &estimate);
        if estimate.statistic != Statistic::MedianSurvival {
            made.term = format!("p = {share}");
        }
        found.records.push(made);
    }
}

pub(super) fn incidences(
    group: &Group,
    request: &SurvivalRequest,
    found: &mut SurvivalRecords,
) -> Result<(), StatsError> {
    let curve = AalenJohansen::new(&group.competing, 1)?;
    let mut before = (0, group.curve.nobs);
    for time in reading_times(group, request) {
        let estimate = curve.estimate(time, request.level);
        at_time(group, time, &mut before, &estimate, found);
    }
    Ok(())
}

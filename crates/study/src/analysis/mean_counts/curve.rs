//! The curve of mean counts by arm.

use super::super::records::{diagnostic, record};
use super::super::survival::{MeanCurveRequest, MeanPoint, mean_points};
use super::super::{Context, entry};
use super::followed::Followed;
use crate::StudyError;
use crate::plan::{FigurePlan, MeanCurvePlan};
use regtrial_results::{AnalysisKind, Cell, Cells, Results};

/// The curve of mean counts by arm.
pub(crate) fn curve(
    context: &Context<'_>,
    figure: &FigurePlan,
    planned: &MeanCurvePlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let Some(outcome) = context.study.plan().outcome(&planned.outcome) else {
        return Ok(());
    };
    let Some(followed) = Followed::new(context, outcome, results)? else {
        return Ok(());
    };
    let request = MeanCurveRequest {
        every: planned.every,
        horizon: planned.horizon,
        level: context.level,
    };
    let found = mean_points(&followed.people, &request, context.policy());
    let kind = AnalysisKind::SurvivalCurve;
    let mut listed = entry(&figure.key, &figure.title, kind, &outcome.key);
    listed.landmarks = found.ticks;
    results.catalogue.analyses.push(listed);
    for (group, name) in followed.people.groups.iter().enumerate() {
        let own: Vec<&MeanPoint> = found.points.iter().filter(|p| p.group == group).collect();
        if own.len() < 2 {
            let message = format!("no step of the curve of {name} has enough people to be shown");
            let found = diagnostic("curve_withheld", "note", Some(&figure.key), &message);
            results.diagnostics.push(found);
        }
        let cells = cells(context, &figure.key, &followed, group, &own, results);
        for (point, cells) in own.iter().zip(cells) {
            let mut made = record(&figure.key, &context.population, &point.estimate);
            made.outcome.clone_from(&outcome.key);
            made.group.clone_from(name);
            made.time = point.time;
            made.n = Some(followed.splits[group].known.count());
            made.events = Some(point.events);
            made.n_risk = Some(point.n_risk);
            made.cells = cells;
            results.records.push(made);
        }
    }
    Ok(())
}

/// The people behind the points of one arm: those still followed and those who left make it up, at each
/// point and from one to the next; and how events are spread over people.
fn cells(
    context: &Context<'_>,
    key: &str,
    followed: &Followed,
    group: usize,
    points: &[&MeanPoint],
    results: &mut Results,
) -> Vec<Cells> {
    let own = followed.of_group(group);
    let (ends, times) = (
        followed.people.events.ends(),
        followed.people.events.times(),
    );
    let arm = &followed.people.groups[group];
    let cell = |label: &str, wanted: &dyn Fn(usize) -> bool| -> Cell {
        let rows = own.iter().copied().filter(|&i| wanted(i));
        let rows = rows.map(|i| followed.rows[i]);
        context.cell(&format!("{key} {arm} {label}"), rows)
    };
    let all = cell("all", &|_| true);
    let mut found = Vec::new();
    let mut earlier: Option<(f64, Cell)> = None;
    for point in points {
        let day = point.time;
        let label = |what: &str| format!("{what} day {day}");
        let still = cell(&label("followed"), &|i| ends[i] >= day);
        let left = cell(&label("left"), &|i| ends[i] < day);
        results.counts.missing(left);
        results.counts.sum(all, [still, left]);
        if let Some((since, then)) = earlier.replace((day, still)) {
            let gone = cell(&label("gone"), &|i| ends[i] >= since && ends[i] < day);
            results.counts.missing(gone);
            results.counts.sum(then, [still, gone]);
        }
        let before = |i: &usize| times[*i].iter().filter(|time| **time < day).count() as f64;
        let counts: Vec<f64> = own.iter().map(before).collect();
        found.push(Cells::showing([still, all]).contributions(&counts));
    }
    found
}

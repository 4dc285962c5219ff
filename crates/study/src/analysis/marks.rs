//! Days at which readers know how many of an arm had an event: points of released curves, and the
//! days of medians with their limits.
//!
//! Whatever gives such a number is a mark. All marks of one event are nested, so that any two of them
//! give the number of those with the event between them: a second figure of an outcome, the same
//! event in a longer window, the people of a population, a median between two points.

use super::counts::{missing_nested, nested};
use super::{Context, populations};
use crate::plan::{OutcomePlan, OutcomeSource};
use crate::{StudyError, design};
use regtrial_results::{AnalysisKind, Record, Results};

/// Who of an arm had the event by a day of which readers know the number.
pub(super) struct Mark {
    pub(super) arm: String,
    /// Who is followed.
    population: String,
    /// Key of the outcome, which says when following ends.
    outcome: String,
    /// Rows of those with the event.
    pub(super) with: Vec<usize>,
    /// Rows of those still at risk, where that number is known too.
    at_risk: Option<Vec<usize>>,
    /// Rows of those who left without the event, which follows from it.
    left: Vec<usize>,
}

/// The marks that the records so far make on an event.
pub(super) fn marks(
    context: &Context<'_>,
    outcome: &OutcomePlan,
    results: &Results,
) -> Result<Vec<Mark>, StudyError> {
    let plan = context.study.plan();
    let mut found: Vec<Mark> = Vec::new();
    for other in plan.outcomes.iter().filter(|other| is_same(outcome, other)) {
        let table = context.study.person_table();
        let time = design::numbers(table.column(&other.key)?)?;
        let event = design::numbers(table.column(&other.event_column())?)?;
        for record in results.records.iter().filter(|r| r.outcome == other.key) {
            let days = days(record, results, context);
            if days.is_empty() {
                continue;
            }
            let members = populations::members(context, &record.population)?;
            let people = context.study.people();
            let is_in = |row: &usize| {
                let arm = people.arm.get(*row).map(|&arm| &people.arms[arm as usize]);
                members.as_ref().is_none_or(|members| members[*row])
                    && arm.is_none_or(|arm| *arm == record.group)
            };
            let rows: Vec<usize> = (0..time.len()).filter(is_in).collect();
            for Day {
                day,
                inclusive,
                whole,
            } in days
            {
                let had = |row: &usize| {
                    event[*row] == 1.0 && (time[*row] < day || inclusive && time[*row] == day)
                };
                let with: Vec<usize> = rows.iter().copied().filter(had).collect();
                let at_risk = rows.iter().copied().filter(|&row| time[row] >= day);
                let at_risk = whole.then(|| at_risk.collect());
                let gone = |row: &usize| whole && event[*row] != 1.0 && time[*row] < day;
                let left = rows.iter().copied().filter(gone).collect();
                let known = |mark: &Mark| {
                    mark.with == with
                        && mark.at_risk == at_risk
                        && mark.population == record.population
                        && mark.outcome == other.key
                };
                if !found.iter().any(known) {
                    found.push(Mark {
                        arm: record.group.clone(),
                        population: record.population.clone(),
                        outcome: other.key.clone(),
                        with,
                        at_risk,
                        left,
                    });
                }
            }
        }
    }
    Ok(found)
}

/// A day that a record tells.
struct Day {
    day: f64,
    /// Whether the events of the day itself are in the number.
    inclusive: bool,
    /// Whether the number at risk stands beside it.
    whole: bool,
}

fn days(record: &Record, results: &Results, context: &Context<'_>) -> Vec<Day> {
    if is_quantile(record) {
        let day = |day| Day {
            day,
            inclusive: true,
            whole: false,
        };
        return quantile_days(record).into_iter().map(day).collect();
    }
    let mut curves = results.catalogue.analyses.iter();
    let is_curve = curves
        .any(|listed| listed.key == record.analysis && listed.kind == AnalysisKind::SurvivalCurve);
    if !is_curve || record.time.is_nan() {
        return Vec::new();
    }
    vec![Day {
        day: record.time,
        inclusive: !(context.policy().is_on()),
        whole: true,
    }]
}

pub(super) fn is_quantile(record: &Record) -> bool {
    matches!(
        record.statistic.as_str(),
        "median_survival" | "survival_quantile"
    )
}

/// The days that a quantile with its limits tells, each that of an event.
pub(super) fn quantile_days(record: &Record) -> Vec<f64> {
    let days = [record.conf_low, record.estimate, record.conf_high];
    days.into_iter().filter(|day| day.is_finite()).collect()
}

/// Whether two times are of one event, counted from one day. Of columns only the data say it.
fn is_same(one: &OutcomePlan, other: &OutcomePlan) -> bool {
    match (&one.source, &other.source) {
        (OutcomeSource::Derived(own), OutcomeSource::Derived(derived)) => {
            one.is_time()
                && other.is_time()
                && own.endpoint == derived.endpoint
                && own.from == derived.from
                && own.washout == derived.washout
        }
        (OutcomeSource::Time { .. }, OutcomeSource::Time { .. }) => true,
        _ => false,
    }
}

/// Registers that those with the event at a point hold, or are some of, those at the nearest marks; and
/// the same of those still at risk and of those who left, where their numbers are told too.
pub(super) fn link(
    context: &Context<'_>,
    (outcome, label): (&str, &str),
    with: &[usize],
    still: Option<[&[usize]; 2]>,
    marks: &[&Mark],
    results: &mut Results,
) {
    let is_in = |inner: &[usize], outer: &[usize]| {
        inner.len() < outer.len() && inner.iter().all(|row| outer.binary_search(row).is_ok())
    };
    let wider = marks.iter().filter(|mark| is_in(with, &mark.with));
    if let Some(next) = wider.min_by_key(|mark| mark.with.len()) {
        nested(context, label, &next.with, with, results);
    }
    let narrower = marks.iter().filter(|mark| is_in(&mark.with, with));
    if let Some(before) = narrower.max_by_key(|mark| mark.with.len()) {
        nested(context, label, with, &before.with, results);
    }
    let Some([at_risk, left]) = still else {
        return;
    };
    // Of other people, or by another end of following, who is no longer among them need not have left.
    let same = |mark: &&&Mark| mark.population == context.population && mark.outcome == outcome;
    for mark in marks.iter().filter(|mark| !same(mark)) {
        let Some(others) = &mark.at_risk else {
            continue;
        };
        if is_in(at_risk, others) {
            nested(context, label, others, at_risk, results);
        } else if is_in(others, at_risk) {
            nested(context, label, at_risk, others, results);
        }
        missing_nested(context, label, &mark.left, left, results);
        missing_nested(context, label, left, &mark.left, results);
    }
    let known = || {
        let of_same = marks.iter().filter(same);
        of_same.filter_map(|mark| Some((mark.at_risk.as_ref()?, &mark.with)))
    };
    let earlier = known().filter(|(others, _)| is_in(at_risk, others));
    if let Some((then, with_then)) = earlier.min_by_key(|(others, _)| others.len()) {
        let (now, before) = ((at_risk, with), (then.as_slice(), with_then.as_slice()));
        between(context, label, before, now, results);
    }
    let later = known().filter(|(others, _)| is_in(others, at_risk));
    if let Some((then, with_then)) = later.max_by_key(|(others, _)| others.len()) {
        let (now, after) = ((at_risk, with), (then.as_slice(), with_then.as_slice()));
        between(context, label, now, after, results);
    }
}

/// Who is no longer at risk had the event or left.
fn between(
    context: &Context<'_>,
    label: &str,
    (risk_then, with_then): (&[usize], &[usize]),
    (risk, with): (&[usize], &[usize]),
    results: &mut Results,
) {
    let less = |rows: &[usize], others: &[usize]| -> Vec<usize> {
        let other = |row: &&usize| others.binary_search(row).is_err();
        rows.iter().filter(other).copied().collect()
    };
    let (gone, new) = (less(risk_then, risk), less(with, with_then));
    let left = less(&gone, &new);
    if left.len() + new.len() != gone.len() {
        return;
    }
    let cell =
        |what: &str, rows: &[usize]| context.cell(&format!("{label} {what}"), rows.iter().copied());
    let of_left = cell("left", &left);
    results.counts.missing(of_left);
    let parts = [cell("still", risk), cell("new", &new), of_left];
    results.counts.sum(cell("at risk", risk_then), parts);
}

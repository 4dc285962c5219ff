//! The proportion in a state by month and arm, and its difference from the reference arm.

use super::counts::{Split, missing_nested, nested, parts_of_arms};
use super::records::{contrast, record};
use super::{Context, entry, estimand, populations};
use crate::StudyError;
use crate::plan::{CurvePlan, FigurePlan, OutcomeSource};
use regtrial_outcomes::Panel;
use regtrial_outcomes::calendar::Offset;
use regtrial_outcomes::measure::Measure;
use regtrial_results::{AnalysisKind, Cells, Months, Results};
use regtrial_stats::proportion::{Proportion, TwoByTwo, band, one};

pub(crate) fn run(
    everyone: &Context<'_>,
    figure: &FigurePlan,
    curve: &CurvePlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let key = curve.population.as_deref();
    let found = match key {
        Some(key) => populations::of_members(everyone, key)?,
        None => None,
    };
    let context = found.as_ref().unwrap_or(everyone);
    let plan = context.study.plan();
    let endpoint = plan
        .endpoints
        .iter()
        .find(|planned| planned.endpoint.key == curve.endpoint);
    let Some(planned) = endpoint else {
        return Ok(());
    };
    let cohort = context.study.cohort()?;
    let panel = cohort.panel(&planned.endpoint, curve.months, curve.policies)?;
    let kind = AnalysisKind::Curve;
    let mut listed = entry(&figure.key, &figure.title, kind, &curve.endpoint);
    listed.landmarks.clone_from(&curve.landmarks);
    if key.is_some() {
        listed.notes.push(estimand::of_people(context, key));
    }
    results.catalogue.analyses.push(listed);
    if let Some(members) = &context.members {
        register(everyone, (&context.population, members), &panel, results);
    }
    let mut splits: Vec<Vec<Split>> = Vec::new();
    for (arm, rows) in context.groups() {
        let mut of_arm = Vec::new();
        let mut unseen: Option<Vec<usize>> = None;
        for (month, status) in panel.status.iter().enumerate() {
            let label = format!("{arm} {} {month}", figure.key);
            let split = context.split(&label, &rows, |i| status[i], &mut results.counts);
            let events = context.policy().rounded(split.yes.count());
            let n = events + context.policy().rounded(split.no.count());
            nested_in_outcomes(
                context,
                (&figure.key, &curve.endpoint),
                month as u32,
                &rows,
                status,
                results,
            )?;
            let missing = rows.iter().copied().filter(|&i| status[i].is_none());
            let missing: Vec<usize> = missing.collect();
            if let Some(before) = unseen.replace(missing.clone()) {
                missing_nested(context, &label, &missing, &before, results);
            }
            let cells = split.proportion();
            of_arm.push(split);
            let Ok(proportion) = Proportion::new(events, n) else {
                continue;
            };
            let estimate = one::wilson(proportion, context.level);
            let mut point = record(&figure.key, &context.population, &estimate);
            "proportion".clone_into(&mut point.statistic);
            point.outcome.clone_from(&curve.endpoint);
            point.group.clone_from(&arm);
            point.time = month as f64;
            point.n = Some(n);
            point.events = Some(events);
            point.cells = cells;
            point.cells.rounded = true;
            results.records.push(point);
        }
        splits.push(of_arm);
    }
    differences(context, (&figure.key, curve), &panel, &splits, results);
    Ok(())
}

/// Registers of each month that everyone is in the population or not, whatever their state.
fn register(
    everyone: &Context<'_>,
    (label, members): (&str, &[bool]),
    panel: &Panel,
    results: &mut Results,
) {
    for (month, status) in panel.status.iter().enumerate() {
        let value = |status: &Option<bool>| status.map_or(f64::NAN, |yes| f64::from(u8::from(yes)));
        let values: Vec<f64> = status.iter().map(value).collect();
        let label = format!("{label} {month}");
        parts_of_arms(
            everyone,
            &label,
            &[members],
            (&values, true),
            &mut results.counts,
        );
    }
}

/// Every arm less the reference, month by month, with a band that holds for all months at once.
fn differences(
    context: &Context<'_>,
    (key, curve): (&str, &CurvePlan),
    panel: &Panel,
    splits: &[Vec<Split>],
    results: &mut Results,
) {
    let policy = context.policy();
    // For the months that leave.
    let leaves = |month: usize| {
        policy.curves == Months::All
            || curve.landmarks.is_empty()
            || curve.landmarks.contains(&(month as u32))
    };
    let groups = context.groups();
    let states = |rows: &[usize]| -> Vec<Vec<Option<bool>>> {
        let months = panel.status.iter().enumerate();
        let months = months.filter(|(month, _)| leaves(*month));
        let of_arm = |status: &Vec<Option<bool>>| rows.iter().map(|&i| status[i]).collect();
        months.map(|(_, status)| of_arm(status)).collect()
    };
    let seed = context.study.plan().seed;
    for (treated, (arm, rows)) in groups.iter().enumerate().skip(1) {
        let (reference, of_reference) = &groups[0];
        let (x, y) = (states(rows), states(of_reference));
        let critical = band::critical_value(&x, &y, context.level, seed);
        for (month, (x, y)) in splits[treated].iter().zip(&splits[0]).enumerate() {
            let proportion = |split: &Split| {
                let events = policy.rounded(split.yes.count());
                Proportion::new(events, events + policy.rounded(split.no.count()))
            };
            let (Ok(treated), Ok(control)) = (proportion(x), proportion(y)) else {
                continue;
            };
            let table = TwoByTwo { treated, control };
            let estimate = band::difference(table, critical, context.level);
            let mut point = record(key, &context.population, &estimate);
            point.outcome.clone_from(&curve.endpoint);
            point.contrast = contrast(&estimate, arm, reference);
            point.time = month as f64;
            point.n = Some(treated.total() + control.total());
            point.events = Some(treated.events() + control.events());
            // Nobody in one arm shows in its own proportion already.
            point.cells = Cells::showing([x.yes, x.no, y.yes, y.no]);
            point.cells.rounded = true;
            results.records.push(point);
        }
    }
}

/// Those employed at a month are among those ever employed in a window that holds it.
fn nested_in_outcomes(
    context: &Context<'_>,
    (key, endpoint): (&str, &str),
    month: u32,
    rows: &[usize],
    status: &[Option<bool>],
    results: &mut Results,
) -> Result<(), StudyError> {
    for outcome in &context.study.plan().outcomes {
        let OutcomeSource::Derived(ever) = &outcome.source else {
            continue;
        };
        let day = Offset::Months(month as i32).from(0);
        let window = ever.window(0);
        let holds = window.start <= day && day < window.end;
        if ever.measure != Measure::Ever || ever.endpoint.key != endpoint || !holds {
            continue;
        }
        let values = context.numbers(&outcome.key)?;
        let with = |wanted: &dyn Fn(usize) -> bool| -> Vec<usize> {
            rows.iter().copied().filter(|&i| wanted(i)).collect()
        };
        let outer = with(&|i| values[i] == 1.0);
        let inner = with(&|i| status[i] == Some(true));
        let label = format!("{key} {month} in {}", outcome.key);
        nested(context, &label, &outer, &inner, results);
    }
    Ok(())
}

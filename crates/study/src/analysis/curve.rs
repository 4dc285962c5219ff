//! The proportion in a state by month and arm.

use super::counts::{missing_nested, nested};
use super::records::record;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{CurvePlan, FigurePlan, OutcomeSource};
use regtrial_outcomes::calendar::Offset;
use regtrial_outcomes::measure::Measure;
use regtrial_results::{AnalysisKind, Results};
use regtrial_stats::proportion::{Proportion, one};

pub(crate) fn run(
    context: &Context<'_>,
    figure: &FigurePlan,
    curve: &CurvePlan,
    results: &mut Results,
) -> Result<(), StudyError> {
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
    results.catalogue.analyses.push(listed);
    for (arm, rows) in context.groups() {
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
            point.cells = split.proportion();
            point.cells.rounded = true;
            results.records.push(point);
        }
    }
    Ok(())
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

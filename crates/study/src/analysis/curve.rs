//! The proportion in a state by month and arm.

use super::records::record;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::FigurePlan;
use regtrial_results::{AnalysisKind, Cells, Results};
use regtrial_stats::proportion::{Proportion, one};

pub(crate) fn run(
    context: &Context<'_>,
    figure: &FigurePlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let plan = context.study.plan();
    let endpoint = plan
        .endpoints
        .iter()
        .find(|planned| planned.endpoint.key == figure.endpoint);
    let Some(planned) = endpoint else {
        return Ok(());
    };
    let cohort = context.study.cohort()?;
    let panel = cohort.panel(&planned.endpoint, figure.months, figure.policies)?;
    let kind = AnalysisKind::Curve;
    let mut listed = entry(&figure.key, &figure.title, kind, &figure.endpoint);
    listed.landmarks.clone_from(&figure.landmarks);
    results.catalogue.analyses.push(listed);
    for (arm, rows) in context.groups() {
        for (month, status) in panel.status.iter().enumerate() {
            let known: Vec<bool> = rows.iter().filter_map(|&i| status[i]).collect();
            let events = known.iter().filter(|employed| **employed).count() as u64;
            let n = known.len() as u64;
            let Ok(proportion) = Proportion::new(events, n) else {
                continue;
            };
            let estimate = one::wilson(proportion, context.level);
            let mut point = record(&figure.key, context.population, &estimate);
            "proportion".clone_into(&mut point.statistic);
            point.outcome.clone_from(&figure.endpoint);
            point.group.clone_from(&arm);
            point.time = month as f64;
            point.n = Some(n);
            point.events = Some(events);
            point.cells = Cells::proportion(events, n);
            results.records.push(point);
        }
    }
    Ok(())
}

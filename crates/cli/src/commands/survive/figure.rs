//! `survive --figure FILE`.

use crate::args::SurviveArgs;
use crate::commands::save_figure;
use crate::data;
use crate::failure::Failure;
use regtrial_report::figures::survival_curve;
use regtrial_results::{Analysis, AnalysisKind, Catalogue, Cells, Results};
use regtrial_study::analysis::records::record;
use regtrial_study::analysis::survival::{
    CurveRequest, SurvivalRequest, TimeToEvent, curve_points,
};

const KEY: &str = "survive";

/// Draws the curves, if that was asked for: of events that compete always the incidence.
pub(super) fn write(
    args: &SurviveArgs,
    people: &TimeToEvent,
    request: &SurvivalRequest,
) -> Result<(), Failure> {
    if args.figure.is_empty() {
        return Ok(());
    }
    let policy = data::policy(&args.data);
    let asked = CurveRequest {
        incidence: args.incidence || people.cause.contains(&2),
        interval: request.interval,
        every: None,
        horizon: None,
        level: request.level,
    };
    let found = curve_points(people, &asked, policy, &|_, _| true)
        .map_err(|error| Failure::stats(&error, None))?;
    let title = match &args.by {
        Some(by) => format!("{} by {by}", args.event),
        None => args.event.clone(),
    };
    let mut listed = Analysis::new(KEY, &title, AnalysisKind::SurvivalCurve);
    listed.landmarks = found.ticks;
    let mut results = Results {
        catalogue: Catalogue {
            arms: people.groups.clone(),
            confidence: request.level.value(),
            analyses: vec![listed],
            ..Catalogue::default()
        },
        ..Results::default()
    };
    for point in &found.points {
        let mut made = record(KEY, "all rows", &point.estimate);
        made.group.clone_from(&people.groups[point.group]);
        made.time = point.time;
        made.events = Some(point.events);
        made.n_risk = Some(point.n_risk);
        made.cells = Cells::counts([point.events, point.n_risk]);
        results.records.push(made);
    }
    let released = results.release(policy);
    let failed =
        |error: regtrial_report::ReportError| Failure::message("figure", error.to_string());
    let figure = survival_curve(&released, KEY).map_err(failed)?;
    args.figure
        .iter()
        .try_for_each(|file| save_figure(file, &figure))
}

//! Times to an event by arm: the table of outcomes, restricted means, tests.

mod followed;
mod rearranged;

pub(super) use followed::{Followed, stratum};
pub(super) use rearranged::{gray_refit, restricted_refit};

use super::permuted::Replay;
use super::survival::{
    RestrictedBootstrap, SurvivalRecords, SurvivalRequest, restricted, survival, tested,
};
use super::{Context, entry, records, resampled};
use crate::StudyError;
use crate::plan::{AnalysisPlan, BootstrapPlan, OutcomePlan, TimeTestPlan};
use regtrial_results::{AnalysisKind, Results};
use regtrial_stats::StatsError;
use regtrial_stats::survival::SurvivalInterval;
use regtrial_stats::survival::log_rank::FlemingHarrington;

/// What a competing event does to a log-rank test and a hazard ratio.
pub(super) const COMPETING: &str = "A competing event ends the time at risk: log-rank tests and \
     hazard ratios are cause-specific, incidences are of the event before any other.";

fn request(context: &Context<'_>, followed: &Followed) -> SurvivalRequest {
    SurvivalRequest {
        times: vec![followed.last()],
        interval: SurvivalInterval::LogLog,
        quantiles: vec![0.5],
        tau: None,
        weights: FlemingHarrington::default(),
        rates_per: None,
        level: context.level,
    }
}

/// Records of one time by arm. Whose following ended before counts as followed until then.
pub(crate) fn add(
    context: &Context<'_>,
    analysis: &str,
    outcome: &OutcomePlan,
    replay: Option<&Replay>,
    results: &mut Results,
) -> Result<(), StudyError> {
    let Some(followed) = Followed::new(context, outcome, &[], results)? else {
        return Ok(());
    };
    let request = request(context, &followed);
    let found = survival(&followed.people, &request).map_err(StudyError::analysis(analysis))?;
    followed.add(context, analysis, outcome, found, results)?;
    if let Some(replay) = replay {
        let names = (analysis, outcome.key.as_str());
        let found = replay.times(context, names, &followed, FlemingHarrington::default());
        results
            .records
            .extend(found.map_err(StudyError::analysis(analysis))?);
    }
    Ok(())
}

/// Restricted means up to a horizon.
pub(crate) fn restricted_mean(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    horizon: Option<f64>,
    results: &mut Results,
) -> Result<(), StudyError> {
    let what = "Restricted mean: days without the event up to the horizon, the area under the Kaplan-Meier \
                curve";
    let notes = match &analysis.bootstrap {
        None => vec![format!(
            "{what}; normal intervals, of the ratio on the logarithm."
        )],
        Some(plan) => vec![format!("{what}."), resampled::note(context, plan)],
    };
    let make = |followed: &Followed| {
        let mut request = request(context, followed);
        request.tau = horizon;
        let mut found = restricted(&followed.people, &request)?;
        if let Some(plan) = &analysis.bootstrap {
            resample(context, plan, followed, &mut found)?;
        }
        Ok(found)
    };
    alone(context, analysis, &[], notes, make, results)
}

/// Intervals of the bootstrap before the usual ones.
fn resample(
    context: &Context<'_>,
    plan: &BootstrapPlan,
    followed: &Followed,
    found: &mut SurvivalRecords,
) -> Result<(), StatsError> {
    let clusters = match &plan.cluster {
        Some(column) => Some(resampled::clusters(context, column, &followed.rows)?),
        None => None,
    };
    let bootstrap = RestrictedBootstrap {
        kinds: &plan.kinds,
        replicates: plan.replicates,
        seed: context.study.plan().seed,
        clusters: clusters.as_deref(),
        level: context.level,
    };
    let fit = bootstrap.add(&followed.people, found)?;
    let remarks = fit.iter().flat_map(|fit| resampled::remarks(fit, None));
    found.diagnostics.extend(remarks);
    Ok(())
}

/// A test of the arms.
pub(crate) fn test(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    test: &TimeTestPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let make = |followed: &Followed| {
        let mut request = request(context, followed);
        request.weights = test.weights;
        tested(&followed.people, &request, test.gray)
    };
    let notes = vec![note(test)];
    alone(context, analysis, &test.strata, notes, make, results)?;
    if test.gray {
        return Ok(());
    }
    let outcome = context.study.plan().outcome(&analysis.outcome);
    let (Some(replay), Some(outcome)) = (Replay::of(context, analysis)?, outcome) else {
        return Ok(());
    };
    if let Some(followed) = Followed::new(context, outcome, &test.strata, results)? {
        let names = (analysis.key.as_str(), analysis.outcome.as_str());
        let found = replay.times(context, names, &followed, test.weights);
        let found = found.map_err(StudyError::analysis(&analysis.key))?;
        results.records.extend(found);
        if let Some(listed) = results.catalogue.analyses.last_mut() {
            listed.notes.push(replay.note(context));
        }
        replay.remark(context, analysis, results);
    }
    Ok(())
}

fn note(test: &TimeTestPlan) -> String {
    let name = match (test.gray, test.weights == FlemingHarrington::default()) {
        (true, _) => "Gray's test of equal cumulative incidences".to_owned(),
        (false, true) => "Log-rank test".to_owned(),
        (false, false) => format!(
            "Log-rank test with Fleming and Harrington's weights (rho {}, gamma {})",
            test.weights.rho, test.weights.gamma
        ),
    };
    let strata = match &test.strata[..] {
        [] => String::new(),
        columns => format!(", within the levels of {}", columns.join(" and ")),
    };
    format!("{name}{strata}.")
}

fn alone(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    strata: &[String],
    notes: Vec<String>,
    make: impl Fn(&Followed) -> Result<SurvivalRecords, StatsError>,
    results: &mut Results,
) -> Result<(), StudyError> {
    let Some(outcome) = context.study.plan().outcome(&analysis.outcome) else {
        return Ok(());
    };
    let Some(followed) = Followed::new(context, outcome, strata, results)? else {
        return Err(StudyError::analysis(&analysis.key)(StatsError::NoData {
            dropped: 0,
        }));
    };
    let found = make(&followed).map_err(StudyError::analysis(&analysis.key))?;
    let kind = AnalysisKind::Times;
    let mut listed = entry(&analysis.key, &analysis.title, kind, &analysis.outcome);
    listed.notes = notes;
    if followed.people.cause.contains(&2) {
        listed.notes.push(COMPETING.to_owned());
    }
    results.catalogue.analyses.push(listed);
    followed.add(context, &analysis.key, outcome, found, results)?;
    if !strata.is_empty() {
        let known = context.numbers(&outcome.key)?;
        let known = known.iter().filter(|time| !time.is_nan()).count();
        if known > followed.rows.len() {
            let message = "people without a value in a column of the strata are left out";
            let term = Some(analysis.key.as_str());
            let note = records::diagnostic("complete_cases", "note", term, message);
            results.diagnostics.push(note);
        }
    }
    Ok(())
}

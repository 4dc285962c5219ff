//! Hazard ratios of every pair of groups, from one model on the groups, in the user's own words.

use super::super::records::{diagnostic, remark};
use super::{SurvivalRecords, TimeToEvent};
use regtrial_stats::design::{Column, Data};
use regtrial_stats::formula::{Expression, Formula, SurvivalParts, SurvivalResponse, Variable};
use regtrial_stats::survival::competing::{CompetingDesign, FineGray};
use regtrial_stats::survival::{Cox, SurvivalDesign};
use regtrial_stats::{
    ConfidenceLevel, Diagnostic, Estimate, Method, Statistic, StatsError, contrast_pairs,
};

/// A group against an earlier one.
pub(super) struct PairRatio {
    pub(super) treated: usize,
    pub(super) control: usize,
    pub(super) estimate: Estimate,
}

/// Cox's model.
pub(super) fn hazard_ratios(
    people: &TimeToEvent,
    level: ConfidenceLevel,
    found: &mut SurvivalRecords,
) -> Result<Vec<PairRatio>, StatsError> {
    let (formula, data) = model(people, |cause| cause == 1);
    let design = SurvivalDesign::new(&formula, &data)?;
    let kind = (Statistic::HazardRatio, Method::CoxEfron);
    Ok(match Cox::default().fit(&design) {
        Ok(fit) => {
            remarks(&fit.diagnostics, found);
            let covariance = |i, j| fit.covariance[(i, j)];
            ratios(people, &fit.beta.to_vec(), covariance, kind, level)
        }
        Err(error) => untold(people, &error, found),
    })
}

/// Fine and Gray's model.
pub(super) fn subdistribution_ratios(
    people: &TimeToEvent,
    level: ConfidenceLevel,
) -> Result<Vec<PairRatio>, StatsError> {
    let (formula, data) = model(people, |cause| cause);
    let design = CompetingDesign::new(&formula, &data, None)?;
    let kind = (Statistic::SubdistributionHazardRatio, Method::FineGray);
    Ok(match FineGray::default().fit(&design) {
        Ok(fit) => {
            let covariance = |i, j| fit.covariance[(i, j)];
            ratios(people, &fit.beta.to_vec(), covariance, kind, level)
        }
        // Cox's model has said what is wrong with the data.
        Err(_) => Vec::new(),
    })
}

/// The model's columns bear the user's names, so that its remarks do.
fn model<T: Into<f64>>(people: &TimeToEvent, kind: impl Fn(u32) -> T) -> (Formula, Data) {
    let event = match people.event == people.by {
        true => "event of the groups".to_owned(),
        false => people.event.clone(),
    };
    let kinds = people.cause.iter().map(|&c| kind(c).into()).collect();
    let codes = people.group.iter().map(|g| Some(*g as u32)).collect();
    let levels = people.groups.clone();
    let (time, strata) = ("time of the event", "strata of the tests");
    let mut data = Data::new()
        .with_numbers(time, people.time.clone())
        .with_numbers(&event, kinds)
        .with(&people.by, Column::Factor { levels, codes });
    let mut formula = Formula::from_columns(time, &[] as &[&str]);
    formula.terms = vec![vec![Variable::Column(people.by.clone())]];
    formula.survival = SurvivalParts {
        response: Some(SurvivalResponse {
            start: None,
            stop: Expression::Column(time.to_owned()),
            event: Expression::Column(event),
        }),
        ..SurvivalParts::default()
    };
    if let Some(stratum) = &people.stratum {
        data = data.with_numbers(strata, stratum.iter().map(|s| *s as f64).collect());
        formula.survival.strata = vec![strata.to_owned()];
    }
    (formula, data)
}

fn remarks(diagnostics: &[Diagnostic], found: &mut SurvivalRecords) {
    // That times are not whole days is said once, of the curves.
    let told = diagnostics.iter().filter(|d| d.code != "fractional_times");
    found.diagnostics.extend(told.map(remark));
}

/// That a ratio does not exist is a note if the curves alone say so: nobody asked for it.
fn untold(people: &TimeToEvent, error: &StatsError, found: &mut SurvivalRecords) -> Vec<PairRatio> {
    let severity = match error {
        StatsError::MonotoneLikelihood { .. } => "note",
        _ => "warning",
    };
    let message = error.to_string();
    let remark = diagnostic(error.code(), severity, Some(&people.by), &message);
    found.diagnostics.push(remark);
    Vec::new()
}

fn ratios(
    people: &TimeToEvent,
    beta: &[f64],
    covariance: impl Fn(usize, usize) -> f64,
    (statistic, method): (Statistic, Method),
    level: ConfidenceLevel,
) -> Vec<PairRatio> {
    let log = |group: usize| if group == 0 { 0.0 } else { beta[group - 1] };
    let shared = |a: usize, b: usize| match a == 0 || b == 0 {
        true => 0.0,
        false => covariance(a - 1, b - 1),
    };
    contrast_pairs(people.groups.len())
        .map(|(treated, control)| {
            let variance = shared(treated, treated) + shared(control, control)
                - 2.0 * shared(treated, control);
            let ratio = (log(treated) - log(control)).exp();
            PairRatio {
                treated,
                control,
                estimate: Estimate::wald_log(statistic, method, ratio, variance.sqrt(), level),
            }
        })
        .collect()
}

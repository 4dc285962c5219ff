//! Covariate-adjusted risks and contrasts of the arms.

use super::records::{contrast, record, remark};
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{AnalysisPlan, ModelPlan};
use regtrial_results::{AnalysisKind, Cells, Record, Results};
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::glm::{Family, Glm};
use regtrial_stats::marginal::{MarginalVariance, Standardisation, StandardisationFit};

pub(crate) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    model: &ModelPlan,
    variance: MarginalVariance,
    results: &mut Results,
) -> Result<(), StudyError> {
    let arm_column = context
        .study
        .plan()
        .people
        .arm
        .as_ref()
        .map(|(column, _)| column.as_str());
    let named = |name: &str| {
        model
            .formula
            .terms
            .iter()
            .flatten()
            .any(|variable| variable.label() == name)
    };
    let arm = arm_column
        .filter(|column| named(column))
        .unwrap_or("arm")
        .to_owned();
    let working = Glm::new(model.family).with_link(model.link);
    let fit = Standardisation::new(working, &arm)
        .with_variance(variance)
        .fit(&model.formula, &context.data)
        .map_err(StudyError::analysis(&analysis.key))?;
    let kind = AnalysisKind::Standardisation;
    let mut listed = entry(&analysis.key, &analysis.title, kind, &analysis.outcome);
    listed.notes = vec![note(model, variance)];
    results.catalogue.analyses.push(listed);
    results
        .diagnostics
        .extend(fit.model.diagnostics.iter().map(|found| {
            let mut note = remark(found);
            note.term = note.term.or_else(|| Some(analysis.key.clone()));
            note
        }));
    for mut made in records(&fit, &analysis.key, context.population, context.level) {
        made.outcome.clone_from(&analysis.outcome);
        results.records.push(made);
    }
    Ok(())
}

/// The standardised risk of every arm and every contrast, with the counts behind them.
#[must_use]
pub fn records(
    fit: &StandardisationFit,
    analysis: &str,
    population: &str,
    level: ConfidenceLevel,
) -> Vec<Record> {
    let binary = fit.model.family == Family::Binomial;
    let events = |arm: usize| binary.then(|| fit.events[arm] as u64);
    let counts = |arm: usize| match events(arm) {
        Some(events) => vec![events, fit.people[arm] - events],
        None => vec![fit.people[arm]],
    };
    let mut records = Vec::new();
    for (i, arm) in fit.arms.iter().enumerate() {
        let mut made = record(analysis, population, &fit.arm(i, level));
        made.group.clone_from(arm);
        made.n = Some(fit.people[i]);
        made.events = events(i);
        made.cells = Cells::counts(counts(i));
        records.push(made);
    }
    for treated in 1..fit.arms.len() {
        for control in 0..treated {
            for estimate in fit.contrasts(treated, control, level) {
                let mut made = record(analysis, population, &estimate);
                made.contrast = contrast(&estimate, &fit.arms[treated], &fit.arms[control]);
                made.n = Some(fit.people[treated] + fit.people[control]);
                made.cells = Cells::counts([counts(treated), counts(control)].concat());
                records.push(made);
            }
        }
    }
    records
}

fn note(model: &ModelPlan, variance: MarginalVariance) -> String {
    let (how, whom) = match variance {
        MarginalVariance::Ye => ("Ye et al. 2023", "unconditional"),
        MarginalVariance::LeaveOneOut => ("leave-one-out influence function", "unconditional"),
        MarginalVariance::LeaveOneOutOneStep => (
            "leave-one-out influence function (one-step)",
            "unconditional",
        ),
        MarginalVariance::Ge => ("Ge et al. 2011", "conditional on the covariates"),
        _ => ("delta method", "conditional on the covariates"),
    };
    format!(
        "Standardised over the covariates of all participants with complete values; working model {} \
         ({}, {} link). Variance: {how}, {whom}.",
        model.text,
        model.family.as_str(),
        model.link.as_str()
    )
}

//! Covariate-adjusted risks and contrasts of the arms.

use super::counts::{of_model, within_outcome};
use super::records::{contrast, record, remark};
use super::regression::is_saturated;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{AnalysisPlan, ModelPlan};
use regtrial_results::{AnalysisKind, Cell, Cells, Record, Results};
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::design::Design;
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
    let design =
        Design::new(&model.formula, &context.data).map_err(StudyError::analysis(&analysis.key))?;
    let cells = people(context, analysis, model, &design, results)?;
    for mut made in records(&fit, &analysis.key, context.population, context.level) {
        made.outcome.clone_from(&analysis.outcome);
        let named = |(arm, _): &&(String, Vec<Cell>)| {
            let [first, second] = [" - ", " / "].map(|sign| {
                made.contrast
                    .split_once(sign)
                    .is_some_and(|(a, b)| a == arm || b == arm)
            });
            made.group == *arm || first || second
        };
        let of_arms = cells
            .iter()
            .filter(named)
            .flat_map(|(_, cells)| cells.clone());
        let of_arms: Vec<Cell> = of_arms.collect();
        // With a coefficient for every pattern the standardised risks are the observed ones.
        made.cells = if is_saturated(&design) {
            made.cells.and_showing(of_arms)
        } else {
            made.cells.beside(of_arms)
        };
        results.records.push(made);
    }
    Ok(())
}

/// Who is in the model, by arm: with and without the event, where the outcome is yes or no.
fn people(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    model: &ModelPlan,
    design: &Design,
    results: &mut Results,
) -> Result<Vec<(String, Vec<Cell>)>, StudyError> {
    let values = design.response.iter().copied();
    let response: Vec<(usize, f64)> = design.rows.iter().copied().zip(values).collect();
    let binary = model.family == Family::Binomial;
    of_model(
        context,
        &analysis.key,
        &response,
        binary,
        &mut results.counts,
    );
    if binary {
        let outcome = context.numbers(&analysis.outcome)?;
        within_outcome(context, &outcome, &response, results);
    }
    let of_arm = |(arm, rows): (String, Vec<usize>)| {
        let cell = |wanted: &dyn Fn(f64) -> bool| {
            let found = response
                .iter()
                .filter(|(row, y)| wanted(*y) && rows.binary_search(row).is_ok());
            context.cell(
                &format!("{arm} {}", analysis.key),
                found.map(|(row, _)| *row),
            )
        };
        let cells = if binary {
            vec![cell(&|y| y == 1.0), cell(&|y| y != 1.0)]
        } else {
            vec![cell(&|_| true)]
        };
        (arm, cells)
    };
    Ok(context.groups().into_iter().map(of_arm).collect())
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

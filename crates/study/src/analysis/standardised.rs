//! Covariate-adjusted risks and contrasts of the arms.

use super::counts::{of_model, within_outcome};
use super::dominance::OfModel;
use super::records::{contrast, record, remark};
use super::refitted::{Rearranged, Refit};
use super::regression::is_saturated;
use super::{Context, entry, resampled};
use crate::StudyError;
use crate::plan::{AnalysisPlan, BootstrapPlan, ModelPlan};
use regtrial_results::{AnalysisKind, Cell, Cells, Record, Results};
use regtrial_stats::design::Design;
use regtrial_stats::glm::{Family, Glm};
use regtrial_stats::marginal::{
    Fitting, MarginalVariance, Standardisation, StandardisationBootstrap, StandardisationFit,
};
use regtrial_stats::resampling::BootstrapInterval;
use regtrial_stats::{ConfidenceLevel, Estimate, StatsError};

pub(crate) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    model: &ModelPlan,
    variance: MarginalVariance,
    results: &mut Results,
) -> Result<(), StudyError> {
    let standardisation = standardisation(context, model, variance);
    let fit = standardisation
        .fit(&model.formula, &context.data)
        .map_err(StudyError::analysis(&analysis.key))?;
    let kind = AnalysisKind::Standardisation;
    let mut listed = entry(&analysis.key, &analysis.title, kind, &analysis.outcome);
    listed.notes = vec![note(model, variance)];
    if let Some(bootstrap) = &analysis.bootstrap {
        listed.notes.push(resampled::note(context, bootstrap));
    }
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
    let dominance = OfModel::new(context, &analysis.outcome, &design, model.family)?;
    let mut found = Vec::new();
    if let Some(plan) = &analysis.bootstrap {
        let key = &analysis.key;
        let replicates =
            bootstrap(context, plan, model, &standardisation).map_err(StudyError::analysis(key))?;
        let people = &context.population;
        found = bootstrap_records(&fit, &replicates, &plan.kinds, (key, people), context.level)
            .map_err(StudyError::analysis(key))?;
        let remarks = resampled::remarks(&replicates.replicates, Some(key));
        results.diagnostics.extend(remarks);
    }
    found.extend(records(
        &fit,
        &analysis.key,
        &context.population,
        context.level,
    ));
    for mut made in found {
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
        made.cells = dominance.behind(made.cells);
        results.records.push(made);
    }
    Ok(())
}

fn standardisation(
    context: &Context<'_>,
    model: &ModelPlan,
    variance: MarginalVariance,
) -> Standardisation {
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
    let mut found = Standardisation::new(working, &arm).with_variance(variance);
    if model.firth {
        found = found.with_fitting(Fitting::Firth);
    }
    if let Some(column) = &model.strata {
        found = found.with_strata(column);
    }
    found
}

/// The difference of two arms over its standard error, with other arms. A leave-one-out variance is taken in
/// one step, and where that does not exist by Ye's formula: refits within every allocation would take days.
pub(super) fn refit<'a>(
    context: &'a Context<'_>,
    model: &'a ModelPlan,
    variance: MarginalVariance,
) -> Result<Refit<'a>, StatsError> {
    let variance = match variance {
        MarginalVariance::LeaveOneOut if model.firth => MarginalVariance::Ye,
        MarginalVariance::LeaveOneOut => MarginalVariance::LeaveOneOutOneStep,
        other => other,
    };
    let mut needed = model.formula.columns();
    needed.extend(model.strata.clone());
    let columns = Rearranged::new(context, &context.data, &needed);
    let extra: Vec<&str> = model.strata.as_deref().into_iter().collect();
    let data = columns.with(&context.arms_of_rows());
    let rows = Design::with_extra_columns(&model.formula, &data, &extra)?.rows;
    let standardisation = standardisation(context, model, variance);
    let (names, level) = (context.arms(), context.level);
    Ok(Refit {
        rows,
        statistic: Box::new(move |arms, (treated, control)| {
            let data = columns.with(arms);
            let fit = standardisation.fit(&model.formula, &data).ok()?;
            let place = |arm: usize| fit.arms.iter().position(|name| *name == names[arm]);
            let found = fit.contrasts(place(treated)?, place(control)?, level);
            let z = found.first()?.statistic_value;
            z.is_finite().then_some(z)
        }),
    })
}

/// Replicates of the same means and contrasts.
fn bootstrap(
    context: &Context<'_>,
    plan: &BootstrapPlan,
    model: &ModelPlan,
    standardisation: &Standardisation,
) -> Result<StandardisationBootstrap, StatsError> {
    let mut resampler = standardisation.resampler(&model.formula, &context.data)?;
    if let Some(column) = &plan.cluster {
        resampler = resampler.by_clusters(&context.data, column)?;
    }
    resampler.bootstrap(plan.replicates, context.study.plan().seed, &plan.kinds)
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
    let people = People {
        fit,
        analysis,
        population,
    };
    let mut records = Vec::new();
    for arm in 0..fit.arms.len() {
        records.push(people.of_arm(arm, &fit.arm(arm, level)));
    }
    for treated in 1..fit.arms.len() {
        for control in 0..treated {
            for estimate in fit.contrasts(treated, control, level) {
                records.push(people.of_pair(treated, control, &estimate));
            }
        }
    }
    records
}

/// The same with intervals from a bootstrap, kind after kind.
///
/// # Errors
/// An interval that does not exist.
pub fn bootstrap_records(
    fit: &StandardisationFit,
    bootstrap: &StandardisationBootstrap,
    kinds: &[BootstrapInterval],
    (analysis, population): (&str, &str),
    level: ConfidenceLevel,
) -> Result<Vec<Record>, StatsError> {
    let people = People {
        fit,
        analysis,
        population,
    };
    let mut records = Vec::new();
    for &interval in kinds {
        for arm in 0..fit.arms.len() {
            let estimate = bootstrap.arm(arm, interval, level)?;
            records.push(people.of_arm(arm, &estimate));
        }
        for treated in 1..fit.arms.len() {
            for control in 0..treated {
                for estimate in bootstrap.contrasts(treated, control, interval, level)? {
                    records.push(people.of_pair(treated, control, &estimate));
                }
            }
        }
    }
    for record in &mut records {
        record.replicates = Some(bootstrap.replicates.replicates.len() as u64);
    }
    Ok(records)
}

/// Who stands behind an estimate.
struct People<'a> {
    fit: &'a StandardisationFit,
    analysis: &'a str,
    population: &'a str,
}

impl People<'_> {
    fn events(&self, arm: usize) -> Option<u64> {
        let binary = self.fit.model.family == Family::Binomial;
        binary.then(|| self.fit.events[arm] as u64)
    }

    fn counts(&self, arm: usize) -> Vec<u64> {
        match self.events(arm) {
            Some(events) => vec![events, self.fit.people[arm] - events],
            None => vec![self.fit.people[arm]],
        }
    }

    fn of_arm(&self, arm: usize, estimate: &Estimate) -> Record {
        let mut made = record(self.analysis, self.population, estimate);
        made.group.clone_from(&self.fit.arms[arm]);
        made.n = Some(self.fit.people[arm]);
        made.events = self.events(arm);
        made.cells = Cells::counts(self.counts(arm));
        made
    }

    fn of_pair(&self, treated: usize, control: usize, estimate: &Estimate) -> Record {
        let mut made = record(self.analysis, self.population, estimate);
        let arms = &self.fit.arms;
        made.contrast = contrast(estimate, &arms[treated], &arms[control]);
        made.n = Some(self.fit.people[treated] + self.fit.people[control]);
        made.cells = Cells::counts([self.counts(treated), self.counts(control)].concat());
        made
    }
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
         ({}, {} link{}). Variance: {how}, {whom}{}.",
        model.text,
        model.family.as_str(),
        model.link.as_str(),
        if model.firth { ", Firth" } else { "" },
        match &model.strata {
            Some(column) => format!(", randomised within {column}"),
            None => String::new(),
        }
    )
}

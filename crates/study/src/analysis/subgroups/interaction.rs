//! Tests whether the effect of the arm is the same at all levels of a variable, adjusted as the analysis is.

use super::super::hazards::cause_specific;
use super::super::records::{diagnostic, record};
use super::super::{Context, dominance, mean_counts, rates, releasable};
use super::mentions;
use crate::StudyError;
use crate::plan::{AnalysisPlan, Estimator, OutcomePlan};
use regtrial_results::{Cells, Results};
use regtrial_stats::StatsError;
use regtrial_stats::design::Design;
use regtrial_stats::formula::{Expression, Formula, SurvivalResponse, Term, Variable};
use regtrial_stats::glm::{Covariance, Family, Glm, GlmFit, Link, Testable};
use regtrial_stats::survival::{Cox, SurvivalDesign};

/// A test of interaction and the scale on which it is.
pub(in super::super) type Tested = (Result<regtrial_stats::Estimate, StatsError>, &'static str);

/// The tests of a variable as records.
pub(super) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    outcome: &OutcomePlan,
    variable: &str,
    key: &str,
    results: &mut Results,
) -> Result<(), StudyError> {
    if context.arms().len() < 2 {
        return Ok(());
    }
    let arm = Variable::Column("arm".to_owned());
    let factor = Variable::Factor {
        column: variable.to_owned(),
        reference: None,
    };
    let mut formula = Formula::from_columns(&outcome.key, &["arm"]);
    if let Some(planned) = analysis.estimator.formula() {
        formula.survival = planned.survival.clone();
        let is_arm = |term: &Term| term.iter().any(|part| part.label() == "arm");
        let plan_arm = context.study.plan().people.arm.as_ref();
        let is_column = |term: &Term| plan_arm.is_some_and(|(column, _)| mentions(term, column));
        for term in &planned.terms {
            if !is_arm(term) && !is_column(term) {
                formula.add_term(term.clone());
            }
        }
        formula.offsets.clone_from(&planned.offsets);
    }
    formula.add_term(vec![factor.clone()]);
    formula.add_term(vec![arm, factor]);
    let quantities = match outcome.is_time() || context.is_binary(outcome)? {
        true => Vec::new(),
        false => vec![(outcome.key.clone(), context.numbers(&outcome.key)?)],
    };
    let made = |test: Result<regtrial_stats::Estimate, StatsError>, scale: &str| match test {
        Ok(estimate) => {
            let mut made = record(key, &context.population, &estimate);
            made.outcome.clone_from(&outcome.key);
            variable.clone_into(&mut made.term);
            "interaction".clone_into(&mut made.statistic);
            scale.clone_into(&mut made.scale);
            made.cells = cells(context, analysis, outcome);
            dominance::add(context, &quantities, std::slice::from_mut(&mut made));
            Ok(made)
        }
        Err(error) => {
            let message = format!("{variable}: {}", releasable(&analysis.key, &error));
            Err(diagnostic(
                "interaction_failed",
                "warning",
                Some(key),
                &message,
            ))
        }
    };
    let mut found = Vec::new();
    let of_counts = match &analysis.estimator {
        Estimator::Rate(rate) => Some(rates::interaction(context, outcome, rate, &formula)?),
        Estimator::MeanCount(planned) => {
            let asked = (planned, variable);
            Some(mean_counts::interaction(context, outcome, asked, &formula)?)
        }
        _ => None,
    };
    if let Some(of_counts) = of_counts {
        found.extend(of_counts.into_iter().map(|(test, scale)| made(test, scale)));
    } else if outcome.is_time() {
        formula.survival.response = Some(SurvivalResponse {
            start: None,
            stop: Expression::Column(outcome.key.clone()),
            event: Expression::Column(outcome.event_column()),
        });
        formula.survival.cluster = None;
        for column in analysis.estimator.strata() {
            formula.survival.strata.push(column.clone());
        }
        formula.survival.strata.retain(|column| column != variable);
        found.push(made(by_hazards(context, &formula), "log"));
    } else {
        if context.is_binary(outcome)? {
            found.push(made(by_likelihood(context, &formula), "log"));
        }
        found.push(made(by_wald(context, &formula), "identity"));
    }
    for result in found {
        match result {
            Ok(made) => results.records.push(made),
            Err(remark) => results.diagnostics.push(remark),
        }
    }
    Ok(())
}

fn by_likelihood(
    context: &Context<'_>,
    formula: &Formula,
) -> Result<regtrial_stats::Estimate, StatsError> {
    let design = Design::new(formula, &context.data)?;
    let logistic = Glm::new(Family::Binomial).with_link(Link::Logit);
    let tests = Testable::Glm(logistic).term_tests(formula, &design)?;
    // The interaction was added last, and a model with main effects beside it can lose it only.
    let last = tests.into_iter().next_back().map(|test| test.estimate);
    last.ok_or(StatsError::NoData {
        dropped: design.dropped,
    })
}

/// Two Cox models, of which one has the interaction, which was added last.
fn by_hazards(
    context: &Context<'_>,
    formula: &Formula,
) -> Result<regtrial_stats::Estimate, StatsError> {
    let data = cause_specific(&context.data, formula);
    let full = Cox::default().fit(&SurvivalDesign::new(formula, &data)?)?;
    let mut smaller = formula.clone();
    smaller.terms.pop();
    let smaller = Cox::default().fit(&SurvivalDesign::new(&smaller, &data)?)?;
    Ok(full.likelihood_ratio_against(&smaller))
}

fn by_wald(
    context: &Context<'_>,
    formula: &Formula,
) -> Result<regtrial_stats::Estimate, StatsError> {
    let design = Design::new(formula, &context.data)?;
    let linear = Glm::new(Family::Gaussian).with_covariance(Covariance::Hc3);
    let fit = linear.fit(&design)?;
    of_interaction(&fit)
}

/// The joint Wald test of the products with the arm.
pub(in super::super) fn of_interaction(
    fit: &GlmFit,
) -> Result<regtrial_stats::Estimate, StatsError> {
    fit.joint_test(&products(&fit.terms))
}

/// Where the products with the arm stand.
pub(in super::super) fn products(terms: &[String]) -> Vec<usize> {
    let of_both = |name: &String| name.contains(':') && name.starts_with("arm[");
    (0..terms.len()).filter(|&j| of_both(&terms[j])).collect()
}

/// A test leaves only where the outcomes of both arms may be known: of events that happen again, who has any.
fn cells(context: &Context<'_>, analysis: &AnalysisPlan, outcome: &OutcomePlan) -> Cells {
    let Ok(values) = context.numbers(&outcome.flag_column()) else {
        return Cells::default();
    };
    let mut counts = Vec::new();
    for (_, rows) in context.groups() {
        let of = |wanted: f64| rows.iter().filter(|&&i| values[i] == wanted).count() as u64;
        let any = || rows.iter().filter(|&&i| values[i] > 0.0).count() as u64;
        let counted = matches!(
            analysis.estimator,
            Estimator::Rate(_) | Estimator::MeanCount(_)
        );
        match context.is_binary(outcome) {
            _ if counted => counts.extend([any(), of(0.0)]),
            Ok(true) => counts.extend([of(1.0), of(0.0)]),
            _ if outcome.is_time() => counts.extend([of(1.0), of(0.0) + of(2.0)]),
            _ => counts.push(rows.iter().filter(|&&i| !values[i].is_nan()).count() as u64),
        }
    }
    Cells::counts(counts)
}

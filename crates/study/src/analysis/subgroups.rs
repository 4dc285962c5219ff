//! The effect within the levels of baseline variables, and whether it is the same in all of them,
//! as a ratio and as a difference.

use super::counts::parts_of_arms;
use super::effects::Variant;
use super::hazards::cause_specific;
use super::records::{diagnostic, record};
use super::{Context, entry, releasable};
use crate::StudyError;
use crate::plan::{AnalysisPlan, Estimator, OutcomePlan};
use polars::prelude::{Column, DataType};
use regtrial_results::{AnalysisKind, Cells, Results};
use regtrial_stats::StatsError;
use regtrial_stats::design::Design;
use regtrial_stats::formula::{Expression, Formula, SurvivalResponse, Term, Variable};
use regtrial_stats::glm::{Covariance, Family, Glm, Link, Testable};
use regtrial_stats::survival::{Cox, SurvivalDesign};

/// Levels of a variable of numbers up to which it is taken for a category.
const MOST_LEVELS: usize = 20;

/// Records of the analysis `KEY-subgroups`: effects with the variable as `term` and its level as
/// `level`, and for each variable the tests of its interaction with the arm.
pub(crate) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    if analysis.subgroups.is_empty() {
        return Ok(());
    }
    let plan = context.study.plan();
    let Some(outcome) = plan.outcome(&analysis.outcome) else {
        return Ok(());
    };
    let key = format!("{}-subgroups", analysis.key);
    let title = format!("{}: by subgroup", analysis.title);
    let mut listed = entry(&key, &title, AnalysisKind::Subgroups, &analysis.outcome);
    listed.notes = vec![
        "Within each level the analysis as planned, without the variable itself as a covariate. \
         Interaction with the arm: on the scale of ratios by the likelihood-ratio test of a \
         logistic model (of times, of a Cox model), on the scale of differences by the Wald test of \
         a linear model with HC3 errors. Few trials are large enough to find a difference between subgroups: effects are \
         to be compared by these tests, not by which level is significant."
            .to_owned(),
    ];
    results.catalogue.analyses.push(listed);
    for variable in &analysis.subgroups {
        let levels = levels(context.table.column(variable)?);
        let Some(levels) = levels else {
            let message = format!(
                "`{variable}` has more than {MOST_LEVELS} values: make groups of it to compare them"
            );
            let found = diagnostic("too_many_levels", "warning", Some(&key), &message);
            results.diagnostics.push(found);
            continue;
        };
        let adjusted = AnalysisPlan {
            estimator: without(&analysis.estimator, variable),
            ..analysis.clone()
        };
        results.counts.register_for(&key, variable);
        let parts: Vec<&[bool]> = levels
            .iter()
            .map(|(_, of_level)| of_level.as_slice())
            .collect();
        // Of times, whose event was seen is what could be told.
        let values = context.numbers(&outcome.flag_column())?;
        let binary = outcome.is_time() || context.is_binary(outcome)?;
        let values = (values.as_slice(), binary);
        parts_of_arms(context, variable, &parts, values, &mut results.counts);
        let first = results.records.len();
        for (level, members) in &levels {
            let label = format!("{}, {variable} {level}", context.population);
            let own = context.restricted(&label, members.clone(), outcome)?;
            let variant = Variant {
                analysis: &key,
                term: Some(variable),
                level,
            };
            if let Some(message) = variant.run(&own, &adjusted, results)? {
                let message = format!("{variable} {level}: {message}");
                let found = diagnostic("subgroup_failed", "warning", Some(&key), &message);
                results.diagnostics.push(found);
            }
        }
        let made = results.records.get_mut(first..).unwrap_or_default();
        for record in made {
            record.population.clone_from(&context.population);
        }
        interactions(context, &adjusted, outcome, variable, &key, results)?;
    }
    Ok(())
}

/// The levels of a column, each with whether a person is in it; nothing if there are too many.
fn levels(column: &Column) -> Option<Vec<(String, Vec<bool>)>> {
    let texts: Vec<Option<String>> = match column.dtype() {
        DataType::String => {
            let cells = column.str().ok()?.iter();
            cells
                .map(|cell| cell.filter(|text| !text.is_empty()).map(str::to_owned))
                .collect()
        }
        _ => {
            let numbers = crate::design::numbers(column).ok()?;
            let text = |number: &f64| (!number.is_nan()).then(|| number.to_string());
            numbers.iter().map(text).collect()
        }
    };
    let mut names: Vec<&String> = texts.iter().flatten().collect();
    names.sort_unstable();
    names.dedup();
    if column.dtype() != &DataType::String {
        names.sort_by(|a, b| {
            let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
            number(a).total_cmp(&number(b))
        });
    }
    let of = |name: &String| {
        texts
            .iter()
            .map(|text| text.as_ref() == Some(name))
            .collect()
    };
    (names.len() <= MOST_LEVELS).then(|| {
        names
            .iter()
            .map(|name| ((*name).clone(), of(name)))
            .collect()
    })
}

/// The estimator without the terms in which a variable appears.
fn without(estimator: &Estimator, variable: &str) -> Estimator {
    let mut estimator = estimator.clone();
    if let Some(formula) = estimator.formula_mut() {
        formula.terms.retain(|term| !mentions(term, variable));
    }
    estimator
}

fn mentions(term: &Term, variable: &str) -> bool {
    let mut columns = Vec::new();
    for part in term {
        part.columns(&mut columns);
    }
    columns.iter().any(|column| column == variable)
}

/// Tests whether the effect of the arm is the same at all levels, adjusted as the analysis is.
fn interactions(
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
    }
    formula.add_term(vec![factor.clone()]);
    formula.add_term(vec![arm, factor]);
    let made = |test: Result<regtrial_stats::Estimate, StatsError>, scale: &str| match test {
        Ok(estimate) => {
            let mut made = record(key, &context.population, &estimate);
            made.outcome.clone_from(&outcome.key);
            variable.clone_into(&mut made.term);
            "interaction".clone_into(&mut made.statistic);
            scale.clone_into(&mut made.scale);
            made.cells = cells(context, outcome);
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
    if outcome.is_time() {
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
    let of_both = |name: &String| name.contains(':') && name.starts_with("arm[");
    let positions: Vec<usize> = (0..fit.terms.len())
        .filter(|&j| of_both(&fit.terms[j]))
        .collect();
    fit.joint_test(&positions)
}

/// A test leaves only where the outcomes of both arms may be known.
fn cells(context: &Context<'_>, outcome: &OutcomePlan) -> Cells {
    let Ok(values) = context.numbers(&outcome.flag_column()) else {
        return Cells::default();
    };
    let mut counts = Vec::new();
    for (_, rows) in context.groups() {
        let of = |wanted: f64| rows.iter().filter(|&&i| values[i] == wanted).count() as u64;
        match context.is_binary(outcome) {
            Ok(true) => counts.extend([of(1.0), of(0.0)]),
            _ if outcome.is_time() => counts.extend([of(1.0), of(0.0) + of(2.0)]),
            _ => counts.push(rows.iter().filter(|&&i| !values[i].is_nan()).count() as u64),
        }
    }
    Cells::counts(counts)
}

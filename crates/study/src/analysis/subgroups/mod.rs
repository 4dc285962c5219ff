//! The effect within the levels of baseline variables, and whether it is the same in all of them,
//! as a ratio and as a difference.

mod interaction;

pub(super) use interaction::{Tested, of_interaction, products};

use super::counts::parts_of_arms;
use super::effects::Variant;
use super::records::diagnostic;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{AnalysisPlan, Estimator, RateFamily};
use polars::prelude::{Column, DataType};
use regtrial_results::{AnalysisKind, Results};
use regtrial_stats::formula::Term;

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
    listed.notes = vec![note(&analysis.estimator)];
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
        interaction::run(context, &adjusted, outcome, variable, &key, results)?;
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

fn note(estimator: &Estimator) -> String {
    let tests = match estimator {
        Estimator::Rate(rate) => match rate.family {
            RateFamily::QuasiPoisson => {
                "on the scale of ratios by the Wald test of the regression, on the scale of \
                 differences by that of a linear model of rates weighted by the time seen, with HC3 errors."
            }
            _ => {
                "on the scale of ratios by the likelihood-ratio test of the regression, on the scale of \
                 differences by the Wald test of a linear model of rates weighted by the time seen, with HC3 \
                 errors."
            }
        },
        Estimator::MeanCount(_) => {
            "on the scale of ratios by the robust Wald test of the regression, on the scale of \
             differences by the Wald test of the mean counts, without covariates."
        }
        _ => {
            "on the scale of ratios by the likelihood-ratio test of a \
             logistic model (of times, of a Cox model), on the scale of differences by the Wald test of \
             a linear model with HC3 errors."
        }
    };
    format!(
        "Within each level the analysis as planned, without the variable itself as a covariate. \
         Interaction with the arm: {tests} Few trials are large enough to find a difference between subgroups: effects are \
         to be compared by these tests, not by which level is significant."
    )
}

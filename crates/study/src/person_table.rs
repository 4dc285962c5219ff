//! One row a person: the participant list and every outcome.

use crate::StudyError;
use crate::plan::{OutcomePlan, OutcomeSource};
use crate::study::Cohorts;
use polars::prelude::*;
use regtrial_outcomes::measure::Value;
use regtrial_outcomes::rule::{Rule, Truth};
use regtrial_outcomes::{Outcome, OutcomeError};
use regtrial_registers::{People, Problem, TableKind, describe_header};
use std::path::Path;

/// The table, and what its making showed.
#[derive(Debug)]
pub(crate) struct PersonTable {
    pub(crate) frame: DataFrame,
    /// Keys of outcomes that are unknown for people who were seen for the whole window.
    pub(crate) unknown: Vec<String>,
}

/// Numbers of one outcome, a person a place, and whether one is unknown for someone who was seen for
/// the whole window.
pub(crate) type Numbers = (Vec<Option<f64>>, bool);

/// Adds every outcome of the plan to the participant list.
pub(crate) fn build(
    people: &People,
    cohorts: &Cohorts<'_>,
    outcomes: &[OutcomePlan],
    plan: &Path,
) -> Result<PersonTable, StudyError> {
    build_with(people, outcomes, plan, |outcome, register, table| {
        let key = (register.to_owned(), table);
        let cohort = cohorts.get(&key).ok_or(OutcomeError::Table)?;
        let derived = cohort.derive(outcome)?;
        let is_unknown = |value: &Value| value.number.is_none() && value.unseen.is_none();
        let unknown = derived.values.iter().any(is_unknown);
        let numbers = derived.values.iter().map(|value| value.number);
        Ok((numbers.collect(), unknown))
    })
}

/// As [`build`], the outcomes derived in some way.
pub(crate) fn build_with(
    people: &People,
    outcomes: &[OutcomePlan],
    plan: &Path,
    mut derive: impl FnMut(&Outcome, &str, TableKind) -> Result<Numbers, OutcomeError>,
) -> Result<PersonTable, StudyError> {
    let mut columns = people.frame.columns().to_vec();
    let mut unknown = Vec::new();
    let mut problems = Vec::new();
    for outcome in outcomes {
        let own =
            matches!(&outcome.source, OutcomeSource::Column(column) if *column == outcome.key);
        if !own && people.frame.column(&outcome.key).is_ok() {
            let rule = format!(
                "[outcomes.{}]: the participant list has a column of this name already",
                outcome.key
            );
            let problem = Problem::new("duplicate_key", plan, rule).at_line(outcome.line);
            problems.push(problem.help("give the outcome another key"));
            continue;
        }
        let line = outcome.line;
        let values = match &outcome.source {
            OutcomeSource::Column(column) => match people.frame.column(column) {
                Ok(found) if found.dtype().is_string() => {
                    let rule = format!(
                        "column `{column}` holds text; outcome `{}` needs numbers",
                        outcome.key
                    );
                    let problem = Problem::new("column_type", &people.file, rule).at_line(1);
                    problems.push(problem.help("make it a rule: where = \"...\""));
                    continue;
                }
                Ok(found) => crate::design::numbers(found)?
                    .into_iter()
                    .map(|value| (!value.is_nan()).then_some(value))
                    .collect(),
                Err(_) => {
                    problems.push(missing_column(people, column, &outcome.key));
                    continue;
                }
            },
            OutcomeSource::Rule(rule) => match by_rule(&people.frame, rule) {
                Ok(values) => values,
                Err(OutcomeError::Rule { message, .. }) => {
                    let rule = format!("[outcomes.{}] where: {message}", outcome.key);
                    problems.push(Problem::new("rule", plan, rule).at_line(outcome.line));
                    continue;
                }
                Err(other) => return Err(other.into()),
            },
            OutcomeSource::Derived {
                outcome: derived,
                register,
                table,
            } => match derive(derived, register, *table) {
                Ok((values, has_unknown)) => {
                    if has_unknown {
                        unknown.push(derived.key.clone());
                    }
                    values
                }
                Err(OutcomeError::PartlyObserved { cause, outcome }) => {
                    problems.push(undeclared(plan, cause.name(), &outcome).at_line(line));
                    continue;
                }
                Err(other) => return Err(other.into()),
            },
        };
        columns.retain(|column| column.name() != &outcome.key);
        columns.push(Column::new(outcome.key.as_str().into(), values));
    }
    if problems.is_empty() {
        let frame = DataFrame::new(people.len(), columns)?;
        Ok(PersonTable { frame, unknown })
    } else {
        Err(StudyError::Plan(problems))
    }
}

fn missing_column(people: &People, column: &str, outcome: &str) -> Problem {
    let names = describe_header(people.frame.columns().iter().map(|c| c.name().as_str()));
    let rule = format!("there is no column `{column}`, which outcome `{outcome}` takes");
    Problem::new("missing_column", &people.file, rule)
        .at_line(1)
        .help(names)
}

fn undeclared(plan: &Path, cause: &str, outcome: &str) -> Problem {
    let rule = format!(
        "[outcomes.{outcome}]: people are seen for part of the window only ({cause}), and the plan \
         does not say what the outcome means for them"
    );
    let help = format!(
        "declare it: if_unobserved = {{ {cause} = \"missing\" }} (or \"composite\": the rest counts \
         as not in the state; or \"while observed\")"
    );
    Problem::new("undeclared_unobserved", plan, rule).help(help)
}

/// A rule on the columns of the participant list: 1, 0 or missing.
fn by_rule(frame: &DataFrame, rule: &Rule) -> Result<Vec<Option<f64>>, OutcomeError> {
    let number = |truth| match truth {
        Truth::True => Some(1.0),
        Truth::False => Some(0.0),
        Truth::Unknown => None,
    };
    Ok(rule.truths(frame)?.into_iter().map(number).collect())
}

//! One row a person: the participant list and every outcome.

use crate::StudyError;
use crate::plan::{OutcomePlan, OutcomeSource};
use polars::prelude::*;
use regtrial_outcomes::measure::Value;
use regtrial_outcomes::rule::{Rule, Truth};
use regtrial_outcomes::{Cohort, Outcome, OutcomeError};
use regtrial_registers::{People, Problem, describe_header, slip_in_numbers};
use std::path::Path;

mod times;

/// The table, and what its making showed.
#[derive(Debug, Default)]
pub(crate) struct PersonTable {
    pub(crate) frame: DataFrame,
    /// Keys of outcomes that are unknown for people who were seen for the whole window.
    pub(crate) unknown: Vec<String>,
}

/// The columns of one outcome, and whether it is unknown for someone who was seen for the whole
/// window.
pub(crate) type Columns = (Vec<Column>, bool);

/// Adds every outcome of the plan to the participant list.
pub(crate) fn build(
    people: &People,
    cohort: &Cohort<'_>,
    outcomes: &[OutcomePlan],
    plan: &Path,
) -> Result<PersonTable, StudyError> {
    let asked: Vec<Outcome> = outcomes.iter().filter_map(derived).cloned().collect();
    let mut answers = cohort.derive_all(&asked).into_iter();
    build_with(people, outcomes, plan, |planned, _| {
        let values = answers.next().unwrap_or(Err(OutcomeError::Table))?.values;
        let unknown = values.iter().any(Value::is_unknown);
        Ok((columns(planned, &values), unknown))
    })
}

/// As [`build`], the outcomes derived in some way: asked for in the order of the plan.
pub(crate) fn build_with(
    people: &People,
    outcomes: &[OutcomePlan],
    plan: &Path,
    mut derive: impl FnMut(&OutcomePlan, &Outcome) -> Result<Columns, OutcomeError>,
) -> Result<PersonTable, StudyError> {
    let mut columns = people.frame.columns().to_vec();
    let mut unknown = Vec::new();
    let mut problems = Vec::new();
    for outcome in outcomes {
        let answer = derived(outcome).map(|asked| derive(outcome, asked));
        let names = [outcome.key.clone(), event_column(&outcome.key)];
        let names = &names[..1 + usize::from(outcome.is_time())];
        let own = |name: &&String| match &outcome.source {
            OutcomeSource::Column(column) => column == *name,
            OutcomeSource::Time { time, event } => {
                let of_name = if **name == outcome.key { time } else { event };
                of_name == *name
            }
            OutcomeSource::Rule(_) | OutcomeSource::Derived(_) => false,
        };
        let mut foreign = names.iter().filter(|name| !own(name));
        if let Some(name) = foreign.find(|name| people.frame.column(name).is_ok()) {
            let rule = format!(
                "[outcomes.{}]: the participant list has a column `{name}` already",
                outcome.key
            );
            let problem = Problem::new("duplicate_key", plan, rule).at_line(outcome.line);
            problems.push(problem.help("give the outcome another key"));
            continue;
        }
        columns.retain(|column| names.iter().all(|name| column.name() != name));
        let line = outcome.line;
        let values: Vec<Option<f64>> = match &outcome.source {
            OutcomeSource::Column(column) => match people.frame.column(column) {
                Ok(found) if found.dtype().is_string() => {
                    let rule = format!(
                        "column `{column}` holds text; outcome `{}` needs numbers",
                        outcome.key
                    );
                    let mut problem =
                        Problem::new("column_type", &people.file, rule).in_column(column);
                    let slip = slip_in_numbers(found);
                    problem.line = slip.map_or(Some(1), |row| people.line(row - 1));
                    problems.push(problem.help(match slip {
                        Some(_) => "correct the cell, or list it in `people.missing`",
                        None => "make it a rule: where = \"...\"",
                    }));
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
            OutcomeSource::Time { time, event } => {
                match times::columns(people, &outcome.key, [time, event]) {
                    Ok(made) => columns.extend(made),
                    Err(problem) => problems.push(*problem),
                }
                continue;
            }
            OutcomeSource::Rule(rule) => match by_rule(&people.frame, rule) {
                Ok(values) => values,
                Err(OutcomeError::Rule { message, .. }) => {
                    let rule = format!("[outcomes.{}] where: {message}", outcome.key);
                    problems.push(Problem::new("rule", plan, rule).at_line(outcome.line));
                    continue;
                }
                Err(other) => return Err(other.into()),
            },
            OutcomeSource::Derived(_) => match answer.unwrap_or(Err(OutcomeError::Table)) {
                Ok((made, has_unknown)) => {
                    if has_unknown {
                        unknown.push(outcome.key.clone());
                    }
                    columns.extend(made);
                    continue;
                }
                Err(OutcomeError::PartlyObserved { cause, outcome }) => {
                    problems.push(undeclared(plan, cause.name(), &outcome).at_line(line));
                    continue;
                }
                Err(error @ OutcomeError::NoPrice { .. }) => {
                    let problem = Problem::new("no_price", plan, error.to_string()).at_line(line);
                    problems.push(problem.help("add the month to the file of [prices]"));
                    continue;
                }
                Err(other) => return Err(other.into()),
            },
        };
        columns.push(Column::new(outcome.key.as_str().into(), values));
    }
    if problems.is_empty() {
        let frame = DataFrame::new(people.len(), columns)?;
        Ok(PersonTable { frame, unknown })
    } else {
        Err(StudyError::Plan(problems))
    }
}

fn derived(outcome: &OutcomePlan) -> Option<&Outcome> {
    match &outcome.source {
        OutcomeSource::Derived(outcome) => Some(outcome),
        OutcomeSource::Rule(_) | OutcomeSource::Column(_) | OutcomeSource::Time { .. } => None,
    }
}

/// The column that says whether the event of a time was reached.
pub(crate) fn event_column(outcome: &str) -> String {
    format!("{outcome}_event")
}

/// The columns of a derived outcome: its numbers, and for a time whether the first day in the state
/// was reached (1), following ended before (0) or an event came first after which there is none (2).
pub(crate) fn columns(outcome: &OutcomePlan, values: &[Value]) -> Vec<Column> {
    let numbers: Vec<Option<f64>> = values.iter().map(|value| value.number).collect();
    let mut columns = vec![Column::new(outcome.key.as_str().into(), numbers)];
    if outcome.is_time() {
        let reached = |value: &Value| match value.event {
            Some(false) if value.competing => Some(2.0),
            event => event.map(|event| f64::from(u8::from(event))),
        };
        let events: Vec<Option<f64>> = values.iter().map(reached).collect();
        columns.push(Column::new(event_column(&outcome.key).into(), events));
    }
    columns
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

//! Whether every column that the plan's analyses name is there, before anything is computed.

use crate::plan::{Estimator, Plan};
use crate::{OutcomeSource, StudyError};
use polars::prelude::DataFrame;
use regtrial_registers::{People, Problem, slip_in_numbers};

/// Checks formulas and baseline variables against the person table; all problems in one go.
pub(crate) fn check(plan: &Plan, people: &People, table: &DataFrame) -> Result<(), StudyError> {
    let arm = plan.people.arm.as_ref().map(|(column, _)| column.as_str());
    let mut problems = Vec::new();
    let mut one = |name: &str, place: String, line: Option<u64>| {
        if Some(name) == arm || (name == "arm" && arm.is_some()) {
            return;
        }
        match table.column(name) {
            Err(_) => {
                let rule = format!("{place} names `{name}`, which is no column and no outcome");
                let mut problem = Problem::new("unknown_column", &plan.path, rule);
                problem.line = line;
                problems.push(problem);
            }
            Ok(column) => {
                if let Some(row) = slip_in_numbers(column) {
                    let rule = "most cells are numbers and this one is not: it would turn the \
                                column into a factor";
                    let mut problem =
                        Problem::new("mixed_column", &people.file, rule).in_column(name);
                    problem.line = people.line(row - 1);
                    problems.push(problem.help(
                        "correct the cell, list it in `people.missing`, or list the column in \
                         `people.text`",
                    ));
                }
            }
        }
    };
    for analysis in &plan.analyses {
        let (Estimator::Regression(model) | Estimator::Standardisation(model, _)) =
            &analysis.estimator
        else {
            continue;
        };
        for name in model.formula.columns() {
            one(
                &name,
                format!("[analyses.{}]", analysis.key),
                Some(analysis.line),
            );
        }
    }
    for name in &plan.baseline {
        one(name, "[baseline]".to_owned(), Some(plan.baseline_line));
    }
    for outcome in &plan.outcomes {
        if let OutcomeSource::Column(column) = &outcome.source {
            one(
                column,
                format!("[outcomes.{}]", outcome.key),
                Some(outcome.line),
            );
        }
    }
    problems.retain(|problem| {
        problem.code != "mixed_column"
            || problem
                .column
                .as_ref()
                .is_none_or(|name| !plan.people.read.text.contains(name))
    });
    let mut seen: Vec<Problem> = Vec::new();
    problems.retain(|problem| {
        let new = !seen.contains(problem);
        seen.push(problem.clone());
        new
    });
    if problems.is_empty() {
        Ok(())
    } else {
        Err(StudyError::Plan(problems))
    }
}

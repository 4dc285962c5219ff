//! Whether every column that the plan's analyses name is there, before anything is computed.

use crate::plan::{Estimator, Plan, TIME, VALUE};
use crate::{OutcomeSource, StudyError, randomised};
use polars::prelude::DataFrame;
use regtrial_registers::{People, Problem, slip_in_numbers};

/// Checks formulas and baseline variables against the person table; all problems in one go.
pub(crate) fn check(plan: &Plan, people: &People, table: &DataFrame) -> Result<(), StudyError> {
    let arm = plan.people.arm.as_ref().map(|(column, _)| column.as_str());
    let mut problems = Vec::new();
    let is_arm = |name: &str| arm.is_some_and(|arm| name == "arm" || name == arm);
    let is_text = |name: &str| plan.people.read.text.contains(name) || Some(name) == arm;
    let mut one = |name: &str, place: String, line: u64| match table.column(name) {
        Err(_) => {
            let rule = format!("{place} names `{name}`, which is no column and no outcome");
            problems.push(Problem::new("unknown_column", &plan.path, rule).at_line(line));
        }
        Ok(column) => {
            if let (false, Some(row)) = (is_text(name), slip_in_numbers(column)) {
                let rule = "most cells are numbers and this one is not: it would turn the \
                                column into a factor";
                let mut problem = Problem::new("mixed_column", &people.file, rule).in_column(name);
                problem.line = people.line(row - 1);
                problems.push(problem.help(
                    "correct the cell, list it in `people.missing`, or list the column in \
                         `people.text`",
                ));
            }
        }
    };
    for analysis in &plan.analyses {
        for name in analysis.subgroups.iter().filter(|name| !is_arm(name)) {
            one(
                name,
                format!("[analyses.{}] subgroups", analysis.key),
                analysis.line,
            );
        }
        let strata = analysis.estimator.strata().iter().cloned();
        let bootstrap = analysis.bootstrap.as_ref();
        let cluster = bootstrap.and_then(|bootstrap| bootstrap.cluster.clone());
        let strata = strata.chain(cluster);
        let named = analysis.estimator.columns().into_iter().chain(strata);
        for name in named.filter(|name| !is_arm(name)) {
            one(&name, format!("[analyses.{}]", analysis.key), analysis.line);
        }
    }
    for population in &plan.populations {
        for name in population.rule.fields() {
            one(
                name,
                format!("[populations.{}]", population.key),
                population.line,
            );
        }
    }
    for name in &plan.baseline {
        one(name, "[baseline]".to_owned(), plan.baseline_line);
    }
    for name in plan.randomisation.columns() {
        one(name, "[randomisation]".to_owned(), plan.randomisation.line);
    }
    for outcome in &plan.outcomes {
        let columns = match &outcome.source {
            OutcomeSource::Column(column) => vec![column],
            OutcomeSource::Time { time, event } => vec![time, event],
            OutcomeSource::Derived(_) | OutcomeSource::Rule(_) => Vec::new(),
        };
        for column in columns {
            one(column, format!("[outcomes.{}]", outcome.key), outcome.line);
        }
    }
    for analysis in &plan.analyses {
        let Estimator::Gee(gee) = &analysis.estimator else {
            continue;
        };
        let taken = [VALUE, TIME]
            .into_iter()
            .find(|name| table.column(name).is_ok());
        if let (true, Some(name)) = (gee.is_stacked(), taken) {
            let rule = format!(
                "[analyses.{}]: `{name}` is what stacked outcomes call their own, and a column of \
                 the participant list or an outcome has that name",
                analysis.key
            );
            let problem = Problem::new("duplicate_key", &plan.path, rule).at_line(analysis.line);
            problems.push(problem.help("give the column another name"));
        }
    }
    let replays = plan.analyses.iter().any(|a| a.permutations.is_some());
    if replays && problems.is_empty() {
        let found = randomised::allocation(plan, people);
        problems.extend(found.err().map(|problem| *problem));
    }
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

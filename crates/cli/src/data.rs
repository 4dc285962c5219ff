//! The DATA file of an ad-hoc command.

use crate::args::DataArgs;
use crate::failure::Failure;
use polars::prelude::DataFrame;
use regtrial_registers::{ReadOptions, describe_header, read_data, slip_in_numbers};
use regtrial_results::Policy;
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::design::{Column, Data};

/// Reads the file; `text` columns stay text, and `used` ones must not be numbers with a slip.
pub(crate) fn read(args: &DataArgs, text: &[&str], used: &[String]) -> Result<DataFrame, Failure> {
    let mut options = ReadOptions {
        missing: args.na.clone(),
        decimal_comma: args.decimal_comma,
        ..ReadOptions::default()
    };
    for column in text
        .iter()
        .copied()
        .chain(args.text.iter().map(String::as_str))
    {
        options = options.with_text(column);
    }
    let frame = read_data(&args.data, &options)?;
    for name in used.iter().filter(|name| !options.text.contains(*name)) {
        let Ok(column) = frame.column(name) else {
            continue;
        };
        if let Some(row) = slip_in_numbers(column) {
            let rule = format!(
                "column `{name}`: most cells are numbers, that of data row {row} is not; it would \
                 turn the column into a factor"
            );
            return Err(Failure::message("mixed_column", rule).with_help(
                "correct it, name it with --na if it means missing, or give --text COLUMN",
            ));
        }
    }
    Ok(frame)
}

pub(crate) fn level(args: &DataArgs) -> Result<ConfidenceLevel, Failure> {
    ConfidenceLevel::new(args.level).map_err(|error| Failure::stats(&error, None))
}

/// The policy of `--release`; without it nothing is withheld.
pub(crate) fn policy(args: &DataArgs) -> Policy {
    Policy::minimum(args.release.unwrap_or(0))
}

pub(crate) fn missing_column(frame: &DataFrame, column: &str) -> Failure {
    let names = describe_header(frame.columns().iter().map(|c| c.name().as_str()));
    Failure::message(
        "unknown_column",
        format!("the data have no column `{column}`"),
    )
    .with_help(names)
}

/// A text column, trimmed; missing cells are `None`.
pub(crate) fn texts(frame: &DataFrame, column: &str) -> Result<Vec<Option<String>>, Failure> {
    let found = frame
        .column(column)
        .map_err(|_| missing_column(frame, column))?;
    let text = found.str().map_err(|_| missing_column(frame, column))?;
    Ok(text
        .iter()
        .map(|cell| cell.map(|cell| cell.trim().to_owned()))
        .collect())
}

/// More arms than any trial has: the column is something else, perhaps of identifiers.
const MOST_ARMS: usize = 30;

/// The levels of an arm column, the reference first, the others bytewise.
pub(crate) fn arms(
    column: &str,
    texts: &[Option<String>],
    reference: Option<&str>,
) -> Result<Vec<String>, Failure> {
    let mut levels: Vec<String> = texts.iter().flatten().cloned().collect();
    levels.sort_unstable();
    levels.dedup();
    if let Some(reference) = reference {
        let Some(at) = levels.iter().position(|level| level == reference) else {
            let rule = format!("arm `{reference}` does not occur in column `{column}`");
            return Err(Failure::message("unknown_level", rule)
                .with_help("arms are compared as text, to the letter"));
        };
        let first = levels.remove(at);
        levels.insert(0, first);
    }
    if levels.len() > MOST_ARMS {
        let rule = format!("column `{column}` has more than {MOST_ARMS} different values");
        return Err(Failure::message("too_many_arms", rule)
            .with_help("name the column of the arms or groups, not of people"));
    }
    if levels.len() < 2 {
        let rule = format!("column `{column}` has a single arm: there is nothing to compare");
        return Err(Failure::message("single_arm", rule));
    }
    Ok(levels)
}

/// TRUE and FALSE, as R and spreadsheets write them.
fn truth(text: &str) -> Option<f64> {
    match text.trim() {
        "TRUE" | "True" | "true" => Some(1.0),
        "FALSE" | "False" | "false" => Some(0.0),
        _ => None,
    }
}

/// A text column of TRUE and FALSE as 1 and 0, `NaN` where missing; `None` for any other column.
pub(crate) fn truths(frame: &DataFrame, column: &str) -> Option<Vec<f64>> {
    let cells = texts(frame, column).ok()?;
    if cells.iter().all(Option::is_none) {
        return None;
    }
    let value = |cell: &Option<String>| match cell {
        None => Some(f64::NAN),
        Some(text) => truth(text),
    };
    cells.iter().map(value).collect()
}

/// The same for the columns that a model's outcome is made of; covariates stay factors.
pub(crate) fn with_truths(mut data: Data, outcome: &[String]) -> Data {
    for name in outcome {
        let Ok(Column::Factor { levels, codes }) = data.column(name) else {
            continue;
        };
        let Some(values) = levels
            .iter()
            .map(|l| truth(l))
            .collect::<Option<Vec<f64>>>()
        else {
            continue;
        };
        let value = |code: &Option<u32>| code.map_or(f64::NAN, |code| values[code as usize]);
        let numbers = codes.iter().map(value).collect();
        data = data.with_numbers(name, numbers);
    }
    data
}

/// The columns of a formula's left side.
pub(crate) fn outcome_columns(formula: &regtrial_stats::formula::Formula) -> Vec<String> {
    let mut names = Vec::new();
    formula.response.columns(&mut names);
    if let Some(response) = &formula.survival.response {
        response.event.columns(&mut names);
    }
    names
}

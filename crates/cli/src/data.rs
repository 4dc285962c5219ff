//! The DATA file of an ad-hoc command.

use crate::args::DataArgs;
use crate::failure::Failure;
use polars::prelude::DataFrame;
use regtrial_registers::{ReadOptions, read_data};
use regtrial_results::Policy;
use regtrial_stats::ConfidenceLevel;

pub(crate) fn read(args: &DataArgs, text: &[&str]) -> Result<DataFrame, Failure> {
    let mut options = ReadOptions {
        missing: args.na.clone(),
        decimal_comma: args.decimal_comma,
        ..ReadOptions::default()
    };
    for column in text {
        options = options.with_text(column);
    }
    Ok(read_data(&args.data, &options)?)
}

pub(crate) fn level(args: &DataArgs) -> Result<ConfidenceLevel, Failure> {
    ConfidenceLevel::new(args.level).map_err(|error| Failure::stats(&error, None))
}

/// The policy of `--release`; without it nothing is withheld.
pub(crate) fn policy(args: &DataArgs) -> Policy {
    Policy {
        minimum_count: args.release.unwrap_or(0),
    }
}

pub(crate) fn missing_column(frame: &DataFrame, column: &str) -> Failure {
    let names: Vec<&str> = frame.columns().iter().map(|c| c.name().as_str()).collect();
    Failure::message(
        "unknown_column",
        format!("the data have no column `{column}`"),
    )
    .with_help(format!("the file has {}", names.join(", ")))
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
                .with_help(format!("its levels are {}", levels.join(", "))));
        };
        let first = levels.remove(at);
        levels.insert(0, first);
    }
    if levels.len() < 2 {
        let rule = format!("column `{column}` has a single arm: there is nothing to compare");
        return Err(Failure::message("single_arm", rule));
    }
    Ok(levels)
}

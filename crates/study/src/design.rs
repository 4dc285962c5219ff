//! The bridge from data frames to the estimators' columns.

use polars::prelude::*;
use regtrial_stats::design::{Column as DesignColumn, Data};
use std::collections::BTreeMap;

/// A frame's columns for a model: numbers and dates (as days) as numbers, yes/no as 1 and 0, text
/// as factors with levels sorted bytewise, or in the order given in `levels`.
///
/// # Errors
/// A column of a type that no analysis uses (lists, structs).
pub fn data(
    frame: &DataFrame,
    levels: &BTreeMap<String, Vec<String>>,
) -> Result<Data, PolarsError> {
    let mut data = Data::new();
    for column in frame.columns() {
        let name = column.name().as_str();
        data = if let DataType::String = column.dtype() {
            let texts: Vec<&str> = column
                .str()?
                .iter()
                .map(Option::unwrap_or_default)
                .collect();
            match levels.get(name) {
                Some(order) => data.with(name, ordered(&texts, order)),
                None => data.with_text(name, &texts),
            }
        } else {
            data.with_numbers(name, numbers(column)?)
        };
    }
    Ok(data)
}

/// A column as numbers; `NaN` is missing.
///
/// # Errors
/// A column that holds no numbers.
pub fn numbers(column: &Column) -> Result<Vec<f64>, PolarsError> {
    if column.dtype().is_string() {
        let message = format!(
            "column `{}` holds text where a number is needed",
            column.name()
        );
        return Err(PolarsError::SchemaMismatch(message.into()));
    }
    let numeric = match column.dtype() {
        DataType::Date => column.cast(&DataType::Int32)?.cast(&DataType::Float64)?,
        _ => column.cast(&DataType::Float64)?,
    };
    Ok(numeric
        .f64()?
        .iter()
        .map(|value| value.unwrap_or(f64::NAN))
        .collect())
}

/// A factor with its levels in a given order; texts that are not a level are missing.
#[must_use]
pub fn ordered(texts: &[&str], order: &[String]) -> DesignColumn {
    let code = |text: &&str| {
        order
            .iter()
            .position(|level| level == text)
            .map(|i| i as u32)
    };
    DesignColumn::Factor {
        levels: order.to_vec(),
        codes: texts.iter().map(code).collect(),
    }
}

//! A rule over every row of a frame.

use super::{Kind, Rule, Truth, Value};
use crate::OutcomeError;
use polars::prelude::*;

impl Rule {
    /// The rule's truth in each row of a frame, after [`Rule::check`] against its columns.
    ///
    /// # Errors
    /// [`OutcomeError::Rule`] for a column that does not exist or is compared with the wrong kind
    /// of value.
    pub fn truths(&self, frame: &DataFrame) -> Result<Vec<Truth>, OutcomeError> {
        self.check(&|field| {
            Some(match frame.column(field).ok()?.dtype() {
                DataType::String => Kind::Text,
                DataType::Boolean => Kind::Truth,
                DataType::Date => Kind::Day,
                _ => Kind::Number,
            })
        })?;
        let mut columns = Vec::new();
        for field in self.fields() {
            columns.push((field, Cells::of(frame.column(field)?)?));
        }
        let value = |field: &str, row: usize| {
            let column = columns.iter().find(|(name, _)| *name == field);
            column.map_or(Value::Unknown, |(_, column)| column.get(row))
        };
        Ok((0..frame.height())
            .map(|row| self.evaluate(&|field: &str| value(field, row)))
            .collect())
    }
}

/// A column by its type, which is asked once and not for every cell.
enum Cells<'a> {
    Text(&'a StringChunked),
    Number(&'a Float64Chunked),
    Truth(&'a BooleanChunked),
    Other(&'a Column),
}

impl<'a> Cells<'a> {
    fn of(column: &'a Column) -> Result<Self, OutcomeError> {
        Ok(match column.dtype() {
            DataType::String => Self::Text(column.str()?),
            DataType::Float64 => Self::Number(column.f64()?),
            DataType::Boolean => Self::Truth(column.bool()?),
            _ => Self::Other(column),
        })
    }

    fn get(&self, row: usize) -> Value<'a> {
        let value = match self {
            Self::Text(texts) => texts.get(row).map(Value::Text),
            Self::Number(numbers) => numbers.get(row).map(Value::Number),
            Self::Truth(truths) => truths.get(row).map(Value::Truth),
            Self::Other(column) => return cell(column, row),
        };
        value.unwrap_or(Value::Unknown)
    }
}

/// A cell as a rule sees it.
pub(crate) fn cell(column: &Column, row: usize) -> Value<'_> {
    // A column of one row is held as a scalar, whose text is no borrowed one.
    match column.as_materialized_series().get(row) {
        Ok(AnyValue::String(text)) => Value::Text(text),
        Ok(AnyValue::Float64(number)) => Value::Number(number),
        Ok(AnyValue::Boolean(truth)) => Value::Truth(truth),
        Ok(AnyValue::Date(day)) => Value::Day(day),
        _ => Value::Unknown,
    }
}

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
            columns.push((field, frame.column(field)?));
        }
        let value = |field: &str, row: usize| {
            let column = columns.iter().find(|(name, _)| *name == field);
            column.map_or(Value::Unknown, |(_, column)| cell(column, row))
        };
        Ok((0..frame.height())
            .map(|row| self.evaluate(&|field: &str| value(field, row)))
            .collect())
    }
}

/// A cell as a rule sees it.
pub(crate) fn cell(column: &Column, row: usize) -> Value<'_> {
    match column.get(row) {
        Ok(AnyValue::String(text)) => Value::Text(text),
        Ok(AnyValue::Float64(number)) => Value::Number(number),
        Ok(AnyValue::Boolean(truth)) => Value::Truth(truth),
        Ok(AnyValue::Date(day)) => Value::Day(day),
        _ => Value::Unknown,
    }
}

//! A time in columns of the participant list.

use super::{event_column, missing_column};
use crate::design::numbers;
use polars::prelude::Column;
use regtrial_registers::{People, Problem, slip_in_numbers};

/// The columns of an outcome whose time and event stand in two columns of the list; missing where
/// one of them is.
pub(super) fn columns(
    people: &People,
    key: &str,
    names: [&String; 2],
) -> Result<[Column; 2], Box<Problem>> {
    let wrong = |column: &str, row: Option<usize>, rule: &str, help: &str| {
        let mut problem = Problem::new("column_type", &people.file, rule).in_column(column);
        problem.line = row.map_or(Some(1), |row| people.line(row));
        Box::new(problem.help(help))
    };
    let read = |name: &String| {
        let column = people.frame.column(name);
        let column = column.map_err(|_| Box::new(missing_column(people, name, key)))?;
        numbers(column).map_err(|_| {
            let rule = format!("column `{name}` holds text; the time `{key}` needs numbers");
            let help = "a time is a number of days, its event 1, 0 or 2; a code that means missing belongs \
                        in `people.missing`";
            let slip = slip_in_numbers(column).map(|row| row - 1);
            wrong(name, slip, &rule, help)
        })
    };
    let (time, event) = (read(names[0])?, read(names[1])?);
    // Missing is fine, which no comparison is true of.
    let no_time = |value: &f64| *value < 0.0 || value.is_infinite();
    if let Some(row) = time.iter().position(no_time) {
        let rule = "a time is a number of days from 0 on";
        return Err(wrong(names[0], Some(row), rule, "correct the cell"));
    }
    let no_event = |value: &f64| !value.is_nan() && ![0.0, 1.0, 2.0].contains(value);
    if let Some(row) = event.iter().position(no_event) {
        let rule = "what ended a time is 1 (the event), 2 (a competing event) or 0 (neither)";
        return Err(wrong(names[1], Some(row), rule, "recode the column"));
    }
    let is_known = |i: usize| !time[i].is_nan() && !event[i].is_nan();
    let known = |values: &[f64]| -> Vec<Option<f64>> {
        let value = |i: usize| is_known(i).then(|| values[i]);
        (0..values.len()).map(value).collect()
    };
    Ok([
        Column::new(key.into(), known(&time)),
        Column::new(event_column(key).into(), known(&event)),
    ])
}

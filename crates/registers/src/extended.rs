//! A later extract that extends an earlier one: a job open in one file and closed in another.

use crate::error::RegisterError;
use crate::sheet::{Part, Sheet};
use crate::value::date::DateCell;
use std::collections::HashMap;

const CLOSED: &str = "open here and closed in another file, left out";

/// Rows of one record, by the file they stand in.
#[derive(Default)]
struct Rows {
    open: Vec<(usize, usize)>,
    closed: Vec<usize>,
}

/// Leaves out open rows of records that a row of another file closes. Where rows have a date of
/// registration, that decides which row counts, not this.
pub(crate) fn leave_out_closed(sheets: &mut [Sheet], part: &Part) -> Result<(), RegisterError> {
    if part.key.is_empty() || sheets.len() < 2 {
        return Ok(());
    }
    let mut records: HashMap<Vec<String>, Rows> = HashMap::new();
    for (number, sheet) in sheets.iter().enumerate() {
        if !part.key.iter().all(|field| sheet.has(field)) {
            continue;
        }
        let (starts, ends) = (sheet.dates("start")?, sheet.dates("end")?);
        for (row, end) in ends.into_iter().enumerate() {
            if sheet.text(row, "registered").is_some() {
                continue;
            }
            let Some(key) = record(sheet, part, row, starts[row]) else {
                continue;
            };
            match end {
                DateCell::Missing => records.entry(key).or_default().open.push((number, row)),
                DateCell::Is(..) => records.entry(key).or_default().closed.push(number),
                DateCell::Bad => {}
            }
        }
    }
    let mut dropped: Vec<Vec<usize>> = vec![Vec::new(); sheets.len()];
    for rows in records.into_values() {
        for (number, row) in rows.open {
            if rows.closed.iter().any(|other| *other != number) {
                dropped[number].push(row);
            }
        }
    }
    for (sheet, mut rows) in sheets.iter_mut().zip(dropped) {
        rows.sort_unstable();
        sheet.log.repaired_times(CLOSED, rows.len() as u64);
        sheet.replace(&rows);
    }
    Ok(())
}

/// What names the record of a row; nothing if a part of it is missing. Days may be written in two
/// ways.
pub(crate) fn record(
    sheet: &Sheet,
    part: &Part,
    row: usize,
    start: DateCell,
) -> Option<Vec<String>> {
    let parts = part.key.iter().map(|field| match (*field, start) {
        ("start", DateCell::Is(day, _)) => Some(day.to_string()),
        ("start", _) => None,
        (field, _) => sheet.owned(row, field),
    });
    parts.collect()
}

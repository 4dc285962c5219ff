//! Versions of one record: the latest registered counts.

use crate::error::RegisterError;
use crate::extended::record;
use crate::sheet::{Part, Sheet};
use crate::value::date::{DateCell, Day};
use std::collections::HashMap;

const OLDER: &str = "an older version of another row, left out";
const NO_VERSION: &str = "registered on no date that exists: taken as no version of another row";
const NO_KEY: &str =
    "registered on a date, but not known as which record: taken as no version of another row";
pub(crate) const TIE: &str = "two versions of the same record were registered at the same time";

/// When and where one version of a record stands.
struct Version {
    registered: (Day, i64),
    sheet: usize,
    row: usize,
}

/// Milliseconds since midnight of `T09:00:00.5+02:00`, ` 9:00` or nothing; in UTC where an offset is given.
pub(crate) fn milliseconds(time: &str) -> i64 {
    let time = time.trim_start_matches(['T', ' ', ':']);
    let end = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let clock = |text: &str| {
        let parts = text.split(':').zip([3600.0, 60.0, 1.0]);
        let parts = parts.map(|(part, size)| part.parse::<f64>().unwrap_or(0.0) * size);
        // Milliseconds decide between rows of one batch.
        (parts.sum::<f64>() * 1000.0) as i64
    };
    let offset = match time[end..].strip_prefix(['+', '-']) {
        Some(offset) if time[end..].starts_with('+') => clock(offset),
        Some(offset) => -clock(offset),
        None => 0,
    };
    clock(&time[..end]) - offset
}

/// What a version says, but for the details in which its rows may differ.
fn payload(sheets: &[Sheet], version: &Version, part: &Part) -> Vec<String> {
    let sheet = &sheets[version.sheet];
    let is_detail = |column: usize| {
        let mut details = part.details.iter();
        details.any(|field| sheet.map.get(field) == Some(&column))
    };
    let cells = sheet.rows[version.row].record.iter().enumerate();
    let cells = cells.filter(|(column, _)| !is_detail(*column));
    cells.map(|(_, cell)| cell.trim().to_owned()).collect()
}

/// Among rows with the same key and another payload, keeps the one registered last; a tie is
/// refused, both rows of it. Rows without registration date are no versions of each other.
pub(crate) fn latest(sheets: &mut [Sheet], part: &Part) -> Result<(), RegisterError> {
    if part.key.is_empty() || sheets.iter().all(|sheet| !sheet.has("registered")) {
        return Ok(());
    }
    let mut groups: HashMap<Vec<String>, Vec<Version>> = HashMap::new();
    for (number, sheet) in sheets.iter_mut().enumerate() {
        let (dates, starts) = (sheet.dates("registered")?, sheet.dates("start")?);
        for (row, date) in dates.into_iter().enumerate() {
            let day = match date {
                DateCell::Is(day, _) => day,
                DateCell::Missing => continue,
                DateCell::Bad => {
                    // The row stays: only which version it is cannot be told.
                    sheet.log.repaired(NO_VERSION);
                    continue;
                }
            };
            let Some(key) = record(sheet, part, row, starts[row]) else {
                sheet.log.repaired(NO_KEY);
                continue;
            };
            // The time of day, where it is written, decides between versions of one day.
            let text = sheet.text(row, "registered").unwrap_or_default();
            let time = milliseconds(text.get(10..).unwrap_or_default());
            let version = Version {
                registered: (day, time),
                sheet: number,
                row,
            };
            groups.entry(key).or_default().push(version);
        }
    }
    let mut dropped: Vec<Vec<usize>> = vec![Vec::new(); sheets.len()];
    for versions in groups.into_values().filter(|versions| versions.len() > 1) {
        let Some(newest) = versions.iter().map(|version| version.registered).max() else {
            continue;
        };
        let (last, older): (Vec<Version>, Vec<Version>) = versions
            .into_iter()
            .partition(|version| version.registered == newest);
        for version in older {
            sheets[version.sheet].log.repaired(OLDER);
            dropped[version.sheet].push(version.row);
        }
        let mut payloads: Vec<Vec<String>> =
            last.iter().map(|v| payload(sheets, v, part)).collect();
        payloads.sort_unstable();
        payloads.dedup();
        if payloads.len() > 1 {
            for version in last {
                sheets[version.sheet].refuse(version.row, Some("registered"), TIE);
                dropped[version.sheet].push(version.row);
            }
        }
    }
    for (sheet, mut rows) in sheets.iter_mut().zip(dropped) {
        rows.sort_unstable();
        sheet.replace(&rows);
    }
    Ok(())
}

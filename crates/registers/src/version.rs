//! Versions of one record: the latest registered counts.

use crate::error::RegisterError;
use crate::sheet::{Part, Sheet};
use crate::value::date::{DateCell, Day};
use std::collections::{HashMap, HashSet};

const OLDER: &str = "an older version of another row, left out";
const NO_VERSION: &str = "registered on no date that exists: taken as no version of another row";
const TIE: &str = "two versions of the same record were registered at the same time";

/// When and where one version of a record stands.
struct Version {
    registered: (Day, String),
    sheet: usize,
    row: usize,
}

/// Among rows with the same key and another payload, keeps the one registered last; a tie is
/// refused, both rows of it. Rows without registration date are no versions of each other.
pub(crate) fn latest(sheets: &mut [Sheet], part: &Part) -> Result<(), RegisterError> {
    if part.key.is_empty() || sheets.iter().all(|sheet| !sheet.has("registered")) {
        return Ok(());
    }
    let mut groups: HashMap<Vec<String>, Vec<Version>> = HashMap::new();
    for (number, sheet) in sheets.iter_mut().enumerate() {
        let dates = sheet.dates("registered")?;
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
            let key = part.key.iter().map(|field| sheet.owned(row, field));
            let Some(mut key) = key.collect::<Option<Vec<String>>>() else {
                continue;
            };
            let further = part.key_where_given.iter();
            key.extend(further.map(|field| sheet.owned(row, field).unwrap_or_default()));
            // The time of day, where it is written, decides between versions of one day.
            let text = sheet.text(row, "registered").unwrap_or_default();
            let time = text.get(10..).unwrap_or_default().to_owned();
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
        let Some(newest) = versions
            .iter()
            .map(|version| version.registered.clone())
            .max()
        else {
            continue;
        };
        let (last, older): (Vec<Version>, Vec<Version>) = versions
            .into_iter()
            .partition(|version| version.registered == newest);
        for version in older {
            sheets[version.sheet].log.repaired(OLDER);
            dropped[version.sheet].push(version.row);
        }
        if last.len() > 1 {
            for version in last {
                sheets[version.sheet].refuse(version.row, Some("registered"), TIE);
                dropped[version.sheet].push(version.row);
            }
        }
    }
    for (sheet, rows) in sheets.iter_mut().zip(dropped) {
        let rows: HashSet<usize> = rows.into_iter().collect();
        let mut row = 0;
        sheet.rows.retain(|_| {
            row += 1;
            !rows.contains(&(row - 1))
        });
    }
    Ok(())
}

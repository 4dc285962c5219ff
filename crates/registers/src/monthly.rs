//! Registers that arrive as a file a month: which month a file is, and whether one is missing.
//! A month without a file is not a month without jobs.

use crate::error::{Problem, RegisterError};
use crate::options::RegisterOptions;
use crate::scan::{self, TypedFile};
use crate::sheet::Sheet;
use crate::value::date::{self, DateCell};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// Year and month.
pub(crate) type Month = (i32, u32);

/// The months of one file.
pub(crate) struct FileMonths {
    /// The one month of the file, if it is one.
    pub(crate) only: Option<Month>,
    all: Vec<Month>,
}

/// The months of each file, by its name and its rows.
pub(crate) fn months(sheets: &[Sheet]) -> Result<Vec<FileMonths>, RegisterError> {
    sheets.iter().map(months_of).collect()
}

fn months_of(sheet: &Sheet) -> Result<FileMonths, RegisterError> {
    let path = &sheet.log.file;
    let all = months_in(sheet)?;
    let named = name_month(path);
    match (&all[..], named) {
        ([], Some(named)) => Ok(FileMonths {
            only: Some(named),
            all: vec![named],
        }),
        ([], None) => {
            let rule = "which month the file is cannot be told from its name or its first row";
            let help =
                "name it as 2019m03 or 2019-03, or name the column: columns = { month = \"...\" }";
            Err(Problem::new("unknown_month", path, rule).help(help).into())
        }
        ([only], Some(named)) if *only != named => {
            let rule = format!(
                "the name of the file says {}, its rows say {}",
                shown(named),
                shown(*only)
            );
            Err(Problem::new("wrong_month", path, rule)
                .help("rename the file, or replace it")
                .into())
        }
        ([only], _) => Ok(FileMonths {
            only: Some(*only),
            all: vec![*only],
        }),
        _ => Ok(FileMonths { only: None, all }),
    }
}

/// The months in which participants have rows of a file.
pub(crate) fn of_people(sheet: &Sheet) -> Result<Vec<Month>, RegisterError> {
    let months = sheet.dates("month")?.into_iter();
    Ok(months.filter_map(month_of).collect())
}

fn month_of(cell: DateCell) -> Option<Month> {
    match cell {
        DateCell::Is(day, _) => date::month_of(day),
        _ => None,
    }
}

/// The months in which anybody has a row of a file, in order.
pub(crate) fn months_in(sheet: &Sheet) -> Result<Vec<Month>, RegisterError> {
    let path = &sheet.log.file;
    let mut all = of_people(sheet)?;
    let of_cell = |cell: &str| month_of(date::parse(cell.trim(), sheet.dates));
    if let Some(&column) = sheet.map.get("month") {
        all.extend(sheet.first.get(column).and_then(of_cell));
        if name_month(path).is_none() {
            // A file of many months: those in which no participant has a row are there, too.
            let cells = match sheet.log.delimiter {
                Some(delimiter) => scan::distinct(path, delimiter as u8, column)?,
                None => match TypedFile::open(path)? {
                    Some(file) => file.distinct(column)?,
                    None => HashSet::new(),
                },
            };
            all.extend(cells.iter().filter_map(|cell| of_cell(cell)));
        }
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// An error for months of the cover without a file, and for months with two.
pub(crate) fn check_complete(
    sheets: &[Sheet],
    months: &[FileMonths],
    options: &RegisterOptions,
) -> Result<(), RegisterError> {
    let mut files: BTreeMap<Month, &Path> = BTreeMap::new();
    let mut problems = Vec::new();
    for (sheet, found) in sheets.iter().zip(months) {
        for month in &found.all {
            if let Some(other) = files.insert(*month, &sheet.log.file) {
                let rule = format!("{} is in {} already", shown(*month), other.display());
                let help = "keep one file a month: a stale copy would count every job twice";
                problems.push(Problem::new("duplicate_month", &sheet.log.file, rule).help(help));
            }
        }
    }
    let missing: Vec<String> = cover(options)
        .into_iter()
        .filter(|month| !files.contains_key(month))
        .map(shown)
        .collect();
    if let (false, Some(sheet)) = (missing.is_empty(), sheets.first()) {
        let listed = listed(&missing);
        let rule = format!("no file holds {listed}, which the register is said to cover");
        let help = "add the files, or shorten `covers`: a month without a file is not a month without jobs";
        problems.push(Problem::new("missing_month", &sheet.log.file, rule).help(help));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(RegisterError::Problems(problems))
    }
}

/// The first dozen of some months or years.
pub(crate) fn listed(missing: &[String]) -> String {
    let more = if missing.len() > 12 { ", ..." } else { "" };
    format!("{}{more}", missing[..missing.len().min(12)].join(", "))
}

/// Every month of the cover.
pub(crate) fn cover(options: &RegisterOptions) -> Vec<Month> {
    let (Some(mut at), Some(last)) = (
        date::month_of(options.first_day),
        date::month_of(options.last_day),
    ) else {
        return Vec::new();
    };
    let mut months = Vec::new();
    while at <= last {
        months.push(at);
        at = if at.1 == 12 {
            (at.0 + 1, 1)
        } else {
            (at.0, at.1 + 1)
        };
    }
    months
}

pub(crate) fn shown((year, month): Month) -> String {
    format!("{year}-{month:02}")
}

/// The month in a file's name: 2019m3, 2019-03, 2019_03 or 201903; none if there are two.
pub(crate) fn name_month(path: &Path) -> Option<Month> {
    let stem = path.file_name()?.to_str()?;
    let bytes = stem.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at + 4 <= bytes.len() {
        let starts = at == 0 || !bytes[at - 1].is_ascii_digit();
        match starts.then(|| month_at(&bytes[at..])).flatten() {
            Some((month, length)) => {
                found.push(month);
                at += length;
            }
            None => at += 1,
        }
    }
    found.dedup();
    match found[..] {
        [only] => Some(only),
        _ => None,
    }
}

/// A month at the start of a text, and its length.
fn month_at(text: &[u8]) -> Option<(Month, usize)> {
    let digits = |from: usize| {
        text.get(from..).map_or(0, |rest| {
            rest.iter().take_while(|b| b.is_ascii_digit()).count()
        })
    };
    let (start, length) = match digits(0) {
        6 => (4, 2),
        4 if matches!(text.get(4), Some(b'm' | b'M' | b'-' | b'_')) => (5, digits(5)),
        _ => return None,
    };
    if !(1..=2).contains(&length) {
        return None;
    }
    let number = |part: &[u8]| std::str::from_utf8(part).ok()?.parse::<u32>().ok();
    let (year, month) = (number(&text[..4])?, number(&text[start..start + length])?);
    let plausible = (1900..2200).contains(&year) && (1..=12).contains(&month);
    plausible.then_some(((year as i32, month), start + length))
}

#[cfg(test)]
mod tests {
    use super::name_month;
    use std::path::Path;

    #[test]
    fn months_are_read_from_the_names_of_files() {
        let month = |name: &str| name_month(Path::new(name));
        assert_eq!(month("arblonn_2019m2.csv"), Some((2019, 2)));
        assert_eq!(month("arblonn_2019m10.csv.gz"), Some((2019, 10)));
        assert_eq!(month("201903.csv"), Some((2019, 3)));
        assert_eq!(month("w21_1234_2019-03.csv"), Some((2019, 3)));
        assert_eq!(month("aa_2019_03.parquet"), Some((2019, 3)));
        assert_eq!(month("2019m13.csv"), None);
        assert_eq!(month("20190301.csv"), None, "a day is not a month");
        assert_eq!(month("jobs.csv"), None);
    }
}

//! Danish DREAM: a row a person, a column a week `y_YYWW` with a benefit code, and columns a month
//! for industry (`branche_YYYY_MM`) and rate of employment (`grad_YYYY_MM`). A blank week is a week
//! without benefit; a week without a column is not.

use super::job::JobMonth;
use super::{PERSON, required};
use crate::canonical::{Place, Row, Table, TableKind, table, texts};
use crate::codebook::{self, Codebook};
use crate::error::{Problem, RegisterError};
use crate::header::{Field, fold};
use crate::monthly;
use crate::options::RegisterOptions;
use crate::reading::Reading;
use crate::sheet::{Part, Sheet, whole};
use crate::value::date::{self, Day, Precision};
use crate::value::number::{self, DecimalMark};
use crate::value::quantity::Quantity;
use polars::prelude::Column;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(super) const PARTS: &[&Part] = &[&PEOPLE];

const PEOPLE: Part = Part {
    fields: FIELDS,
    id: "person",
    key: &[],
    details: &[],
    by_file: false,
};

const FIELDS: &[Field] = &[required("person", PERSON)];

const TWO_CODES: &str = "another row of the person has another code for the same week";
const NO_GROUP: &str = "a code that the codebook does not have: a rule on `group` does not know it";
const BAD_RATE: &str = "a rate of employment that is no number from 0 to 200, taken as missing";

struct Week {
    place: Place,
    code: String,
    group: Option<String>,
    /// The month that holds the week's Thursday, as 2020-03.
    month: Option<String>,
}

pub(super) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    let codebook = codebook::read(reading)?;
    let mut sheets = reading.main(&PEOPLE)?;
    let (mut weeks, mut months) = (Vec::new(), Vec::new());
    let mut columns = Vec::new();
    for sheet in &sheets {
        columns.push(Columns::of(sheet, reading.options)?);
    }
    check_weeks(&sheets, &columns, reading.options)?;
    check_months(&sheets, &columns, reading.options)?;
    if columns.iter().all(|found| found.months.is_empty()) {
        reading.unfilled.push(TableKind::JobMonth);
    }
    let mut known = HashMap::new();
    for (sheet, columns) in sheets.iter_mut().zip(&columns) {
        week_rows(sheet, columns, &codebook, &mut known, &mut weeks);
        month_rows(sheet, columns, &mut months);
    }
    reading.finish(sheets)?;
    Ok(vec![table::<Week>(weeks)?, table::<JobMonth>(months)?])
}

/// Which column is which week or month.
struct Columns {
    /// Monday and Sunday, and the column.
    weeks: BTreeMap<(Day, Day), usize>,
    /// First and last day of the month; columns of the industry and of the rate.
    months: BTreeMap<(Day, Day), (Option<usize>, Option<usize>)>,
}

impl Columns {
    fn of(sheet: &Sheet, options: &RegisterOptions) -> Result<Self, RegisterError> {
        let mut columns = Self {
            weeks: BTreeMap::new(),
            months: BTreeMap::new(),
        };
        let twice = |name: &str| {
            let rule = "the week or month has a column already";
            Problem::new("ambiguous_column", &sheet.log.file, rule)
                .at_line(1)
                .in_column(name)
        };
        for (column, name) in sheet.header.iter().enumerate() {
            let folded = fold(name);
            if let Some((year, week)) = week(&folded, options.pivot_year) {
                let Some(days) = date::week_days(year, week) else {
                    let rule = format!("{year} has no ISO week {week}");
                    return Err(Problem::new("bad_week", &sheet.log.file, rule)
                        .at_line(1)
                        .in_column(name)
                        .into());
                };
                if columns.weeks.insert(days, column).is_some() {
                    return Err(twice(name).into());
                }
            }
            for (prefix, is_rate) in [("branche", false), ("grad", true)] {
                let Some(days) = folded.strip_prefix(prefix).and_then(month) else {
                    continue;
                };
                let entry = columns.months.entry(days).or_default();
                let slot = if is_rate { &mut entry.1 } else { &mut entry.0 };
                if slot.replace(column).is_some() {
                    return Err(twice(name).into());
                }
            }
        }
        Ok(columns)
    }
}

/// Year and week of `y_0852` or `y_200852`, folded.
fn week(folded: &str, pivot: u32) -> Option<(i32, u32)> {
    let digits = folded.strip_prefix('y')?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, week) = digits.split_at_checked(digits.len().checked_sub(2)?)?;
    let number: u32 = year.parse().ok()?;
    let year = match year.len() {
        2 if number < pivot => 2000 + number,
        2 => 1900 + number,
        4 => number,
        _ => return None,
    };
    Some((year as i32, week.parse().ok()?))
}

fn month(digits: &str) -> Option<(Day, Day)> {
    let (year, month) = date::month(digits)?;
    date::month_days(year, month)
}

/// An error for weeks of the cover without a column.
fn check_weeks(
    sheets: &[Sheet],
    columns: &[Columns],
    options: &RegisterOptions,
) -> Result<(), RegisterError> {
    let Some(sheet) = sheets.first() else {
        return Ok(());
    };
    let known = |days: &(Day, Day)| columns.iter().any(|found| found.weeks.contains_key(days));
    let mut missing = Vec::new();
    let monday = options.first_day - (options.first_day + 3).rem_euclid(7);
    for monday in (monday..=options.last_day).step_by(7) {
        let whole = monday >= options.first_day && monday + 6 <= options.last_day;
        if whole && !known(&(monday, monday + 6)) {
            missing.push(monday);
        }
    }
    let Some(&first) = missing.first() else {
        return Ok(());
    };
    let (year, month) = date::month_of(first).unwrap_or_default();
    let rule = format!(
        "{} weeks of the register's cover have no column, the first in {year}-{month:02}",
        missing.len()
    );
    let help = "add the columns, or shorten `covers`: a week without a column is not a week without benefit";
    Err(Problem::new("missing_week", &sheet.log.file, rule)
        .help(help)
        .into())
}

/// An error for months of industry between the first that has a column and the end of the cover.
fn check_months(
    sheets: &[Sheet],
    columns: &[Columns],
    options: &RegisterOptions,
) -> Result<(), RegisterError> {
    let months = columns.iter().flat_map(|found| &found.months);
    let known: BTreeSet<Day> = months
        .filter(|(_, (industry, _))| industry.is_some())
        .map(|(days, _)| days.0)
        .collect();
    let (Some(&first), Some(sheet)) = (known.first(), sheets.first()) else {
        return Ok(());
    };
    let mut at = date::month_of(first);
    while let Some((year, month)) = at {
        let Some((start, end)) = date::month_days(year, month) else {
            break;
        };
        if end > options.last_day {
            break;
        }
        if !known.contains(&start) {
            let month = monthly::shown((year, month));
            let rule =
                format!("no column holds the industry of {month}, which the register covers");
            let help = "add the column, or shorten `covers`: a month without a column is not a month without a job";
            return Err(Problem::new("missing_month", &sheet.log.file, rule)
                .help(help)
                .into());
        }
        at = date::month_of(end + 1);
    }
    Ok(())
}

/// The code of a person's week, by its Monday.
type Known = HashMap<(usize, Day), String>;

fn week_rows(
    sheet: &mut Sheet,
    columns: &Columns,
    codebook: &Codebook,
    known: &mut Known,
    weeks: &mut Vec<Week>,
) {
    for row in 0..sheet.rows.len() {
        for (&(start, end), &column) in &columns.weeks {
            let Some(code) = sheet.cell(row, column).map(|cell| whole(cell).to_owned()) else {
                continue;
            };
            match known.entry((sheet.rows[row].key, start)) {
                Entry::Occupied(other) if *other.get() == code => continue,
                Entry::Occupied(_) => {
                    sheet.refuse(row, None, TWO_CODES);
                    break;
                }
                Entry::Vacant(place) => {
                    place.insert(code.clone());
                }
            }
            let group = codebook.group(&code);
            if group.is_none() && codebook.is_given {
                sheet.log.repaired(NO_GROUP);
            }
            let place = sheet.place(row, (start, end), Precision::Week);
            weeks.push(Week {
                place,
                code,
                group,
                month: date::month_of(start + 3).map(monthly::shown),
            });
        }
    }
}

fn month_rows(sheet: &mut Sheet, columns: &Columns, months: &mut Vec<JobMonth>) {
    for row in 0..sheet.rows.len() {
        for (&days, &(industry, rate)) in &columns.months {
            let industry = industry
                .and_then(|column| sheet.cell(row, column))
                .map(str::to_owned);
            let rate = rate
                .and_then(|column| sheet.cell(row, column))
                .map(str::to_owned);
            let reported = rate.as_deref().and_then(|cell| {
                let mark = if cell.contains(',') {
                    DecimalMark::Comma
                } else {
                    DecimalMark::Point
                };
                number::parse_with(cell, mark)
            });
            let percent = match reported {
                Some(rate) if !(0.0..=200.0).contains(&rate) => Quantity::aside(rate),
                rate => Quantity::known(rate),
            };
            if rate.is_some() && percent.value.is_none() {
                sheet.log.repaired(BAD_RATE);
            }
            if industry.is_none() && percent.value.is_none_or(|rate| rate == 0.0) {
                continue;
            }
            months.push(JobMonth {
                place: sheet.place(row, days, Precision::Month),
                kind: None,
                in_reference_week: None,
                main: None,
                percent,
                hours: Quantity::missing(),
                pay: Quantity::missing(),
                employer: None,
                occupation: None,
                industry,
                form: None,
                job: None,
            });
        }
    }
}

impl Row for Week {
    const KIND: TableKind = TableKind::WeekState;

    fn place(&self) -> &Place {
        &self.place
    }

    fn columns(rows: &[Self]) -> Vec<Column> {
        vec![
            texts("code", rows, |row| Some(row.code.as_str())),
            texts("group", rows, |row| row.group.as_deref()),
            texts("month", rows, |row| row.month.as_deref()),
        ]
    }
}

//! Dates as integer days since 1970-01-01.

use chrono::{Datelike, NaiveDate};

/// Days since 1970-01-01: the unit of time in this project until it is displayed.
pub type Day = i32;

/// A way of writing dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateFormat {
    /// 2020-03-01, also with a time behind it.
    Iso,
    /// 01.03.2020
    Dots,
    /// 20200301
    Compact,
    /// 01MAR2020
    MonthName,
}

const FORMATS: [DateFormat; 4] = [
    DateFormat::Iso,
    DateFormat::Dots,
    DateFormat::Compact,
    DateFormat::MonthName,
];

impl DateFormat {
    pub(crate) fn parse(self, cell: &str) -> Option<Day> {
        let date = match self {
            Self::Iso => {
                let (date, rest) = cell.split_at_checked(10)?;
                if !(rest.is_empty() || rest.starts_with(['T', ' '])) {
                    return None;
                }
                let mut parts = date.split('-');
                let day = ymd(parts.next()?, parts.next()?, parts.next()?)?;
                if parts.next().is_some() {
                    return None;
                }
                day
            }
            Self::Dots => {
                let mut parts = cell.split('.');
                let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
                if parts.next().is_some() || year.len() != 4 {
                    return None;
                }
                ymd(year, month, day)?
            }
            Self::Compact => {
                if cell.len() != 8 || !cell.is_ascii() {
                    return None;
                }
                ymd(&cell[..4], &cell[4..6], &cell[6..])?
            }
            Self::MonthName => {
                if cell.len() != 9 || !cell.is_ascii() {
                    return None;
                }
                const NAMES: [&str; 12] = [
                    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV",
                    "DEC",
                ];
                let name = cell[2..5].to_ascii_uppercase();
                let month = NAMES.iter().position(|other| *other == name)? + 1;
                ymd(&cell[5..], &month.to_string(), &cell[..2])?
            }
        };
        Some(day_of(date))
    }
}

fn ymd(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
    if !(digits(year) && digits(month) && digits(day)) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn day_of(date: NaiveDate) -> Day {
    date.num_days_from_ce() - 719_163
}

/// A day in any of the formats: 2020-03-01, 01.03.2020, 20200301, 01MAR2020.
#[must_use]
pub fn parse_day(cell: &str) -> Option<Day> {
    FORMATS.iter().find_map(|format| format.parse(cell.trim()))
}

//! Days, weeks and calendar months.

use crate::span::Span;
use chrono::{Datelike, Months, NaiveDate};
use regtrial_registers::Day;
use std::fmt;

/// Days from 0001-01-01 to 1970-01-01.
const EPOCH: i32 = 719_163;

/// A distance from the index date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offset {
    /// Calendar months, clamped to the month's end: 31 August + 6 months is the last of February.
    Months(i32),
    /// Weeks of seven days.
    Weeks(i32),
    /// Days.
    Days(i32),
    /// ISO weeks: the Monday of the index date's week, and so many weeks on.
    IsoWeeks(i32),
}

impl Offset {
    /// Reads `18 months`, `2 weeks`, `-365 days`, `1 year`, `6 ISO weeks`, `6 months of 30 days`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let number: i32 = words.first()?.parse().ok()?;
        if number.unsigned_abs() > 100_000 {
            return None;
        }
        Some(match words.get(1..)? {
            ["month" | "months"] => Self::Months(number),
            ["month" | "months", "of", "30", "days"] => Self::Days(number.checked_mul(30)?),
            ["year" | "years"] => Self::Months(number.checked_mul(12)?),
            ["week" | "weeks"] => Self::Weeks(number),
            ["ISO" | "iso", "week" | "weeks"] => Self::IsoWeeks(number),
            ["day" | "days"] => Self::Days(number),
            _ => return None,
        })
    }

    /// The day that lies this far before `day`.
    #[must_use]
    pub fn back_from(self, day: Day) -> Day {
        match self {
            Self::Months(n) => Self::Months(-n).from(day),
            Self::Weeks(n) => Self::Weeks(-n).from(day),
            Self::Days(n) => Self::Days(-n).from(day),
            Self::IsoWeeks(n) => Self::IsoWeeks(-n).from(day),
        }
    }

    /// The day that lies this far from `day`.
    ///
    /// ```
    /// use regtrial_outcomes::calendar::{Offset, day};
    /// let august = day(2020, 8, 31).unwrap();
    /// assert_eq!(Some(Offset::Months(6).from(august)), day(2021, 2, 28));
    /// ```
    #[must_use]
    pub fn from(self, day: Day) -> Day {
        match self {
            Self::Days(days) => day + days,
            Self::Weeks(weeks) => day + 7 * weeks,
            Self::Months(months) => add_months(day, months),
            Self::IsoWeeks(weeks) => monday(day) + 7 * weeks,
        }
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Months(n) => write!(f, "{n} months"),
            Self::Weeks(n) => write!(f, "{n} weeks"),
            Self::Days(n) => write!(f, "{n} days"),
            Self::IsoWeeks(n) => write!(f, "{n} ISO weeks"),
        }
    }
}

/// The day of a calendar date, if it exists.
#[must_use]
pub fn day(year: i32, month: u32, day: u32) -> Option<Day> {
    NaiveDate::from_ymd_opt(year, month, day).map(|date| date.num_days_from_ce() - EPOCH)
}

/// A day as yyyy-mm-dd.
#[must_use]
pub fn iso(day: Day) -> String {
    date(day).map_or_else(
        || "?".to_owned(),
        |date| date.format("%Y-%m-%d").to_string(),
    )
}

/// The Monday of a day's ISO week.
#[must_use]
pub fn monday(day: Day) -> Day {
    // 1970-01-01 was a Thursday.
    day - (day + 3).rem_euclid(7)
}

/// The calendar month of a day; nothing for days far outside the calendar.
#[must_use]
pub fn month_of(day: Day) -> Option<Span> {
    let date = date(day)?;
    let first = date.with_day(1)?;
    let next = first.checked_add_months(Months::new(1))?;
    Some(Span::new(number(first), number(next)))
}

/// The week of the 16th in the calendar month of a day, Monday to Sunday: the reference week of
/// A-ordningen's statistics.
#[must_use]
pub fn reference_week(day: Day) -> Option<Span> {
    let sixteenth = month_of(day)?.start + 15;
    let monday = monday(sixteenth);
    Some(Span::new(monday, monday + 7))
}

/// Year and month of a day.
#[must_use]
pub fn year_month(day: Day) -> Option<(i32, u32)> {
    date(day).map(|date| (date.year(), date.month()))
}

/// The parts of a span by calendar month.
#[must_use]
pub fn by_month(span: Span) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut at = span.start;
    while at < span.end {
        let end = month_of(at).map_or(span.end, |month| month.end.min(span.end));
        parts.push(Span::new(at, end));
        at = end;
    }
    parts
}

fn number(date: NaiveDate) -> Day {
    date.num_days_from_ce() - EPOCH
}

fn date(day: Day) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(day.checked_add(EPOCH)?)
}

fn add_months(day: Day, months: i32) -> Day {
    let shifted = date(day).and_then(|date| {
        let distance = Months::new(months.unsigned_abs());
        if months >= 0 {
            date.checked_add_months(distance)
        } else {
            date.checked_sub_months(distance)
        }
    });
    shifted.map_or(day, |date| date.num_days_from_ce() - EPOCH)
}

//! Days, weeks and calendar months.

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
}

impl Offset {
    /// Reads `18 months`, `2 weeks`, `-365 days`, `1 year`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let number: i32 = words.next()?.parse().ok()?;
        let offset = match words.next()? {
            "month" | "months" => Self::Months(number),
            "year" | "years" => Self::Months(number.checked_mul(12)?),
            "week" | "weeks" => Self::Weeks(number),
            "day" | "days" => Self::Days(number),
            _ => return None,
        };
        let far = number.unsigned_abs() > 100_000;
        (words.next().is_none() && !far).then_some(offset)
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
        }
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Months(n) => write!(f, "{n} months"),
            Self::Weeks(n) => write!(f, "{n} weeks"),
            Self::Days(n) => write!(f, "{n} days"),
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

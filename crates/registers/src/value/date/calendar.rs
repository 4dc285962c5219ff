//! Days, months and ISO weeks of the calendar.

use super::Day;
use chrono::{Datelike, NaiveDate};

/// 1970-01-01 in days from 0001-01-01.
pub(super) const UNIX_EPOCH: i32 = 719_163;

/// First and last day of a month.
pub(crate) fn month_days(year: i32, month: u32) -> Option<(Day, Day)> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let (next_year, next) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    let after = NaiveDate::from_ymd_opt(next_year, next, 1)?;
    Some((day_of(first), day_of(after) - 1))
}

/// Year and month of a day.
pub(crate) fn month_of(day: Day) -> Option<(i32, u32)> {
    let date = NaiveDate::from_num_days_from_ce_opt(day.checked_add(UNIX_EPOCH)?)?;
    Some((date.year(), date.month()))
}

/// Monday and Sunday of an ISO week.
pub(crate) fn week_days(year: i32, week: u32) -> Option<(Day, Day)> {
    let monday = NaiveDate::from_isoywd_opt(year, week, chrono::Weekday::Mon)?;
    Some((day_of(monday), day_of(monday) + 6))
}

pub(super) fn day_of(date: NaiveDate) -> Day {
    date.num_days_from_ce() - UNIX_EPOCH
}

/// Appends a day as yyyy-mm-dd.
pub(crate) fn write_iso(day: Day, text: &mut Vec<u8>) {
    let date = day
        .checked_add(UNIX_EPOCH)
        .and_then(NaiveDate::from_num_days_from_ce_opt);
    let Some(date) = date else {
        return;
    };
    let (year, month, day) = (date.year(), date.month(), date.day());
    if !(0..=9999).contains(&year) {
        text.extend_from_slice(date.to_string().as_bytes());
        return;
    }
    let digit = |number: u32| b'0' + (number % 10) as u8;
    let year = year.unsigned_abs();
    text.extend([year / 1000, year / 100, year / 10, year].map(digit));
    text.push(b'-');
    text.extend([month / 10, month].map(digit));
    text.push(b'-');
    text.extend([day / 10, day].map(digit));
}

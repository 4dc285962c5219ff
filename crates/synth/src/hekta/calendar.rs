//! Days are numbered from the first day that the extract covers.

use chrono::{Datelike, Months, NaiveDate, TimeDelta};

/// First day that the extract covers: day 0.
pub(super) const COVER_FIRST: NaiveDate = date(2017, 1, 1);
/// Last day that the extract covers.
pub(super) const COVER_LAST: NaiveDate = date(2022, 12, 31);
/// First day of recruitment.
pub(super) const RECRUITMENT_FIRST: NaiveDate = date(2019, 3, 1);
/// Last day of recruitment.
pub(super) const RECRUITMENT_LAST: NaiveDate = date(2021, 2, 28);
/// Months from randomisation to each landmark; the last one closes the window.
pub(super) const LANDMARKS: [u32; 3] = [6, 12, 18];
/// Length of the window in months.
pub(super) const WINDOW: u32 = 18;

/// A date that the source code states; every one of them exists.
const fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}

/// The number of a date.
pub(super) fn day_of(date: NaiveDate) -> i32 {
    date.signed_duration_since(COVER_FIRST).num_days() as i32
}

/// The number of the last covered day.
pub(super) fn last_day() -> i32 {
    day_of(COVER_LAST)
}

/// The date of a numbered day.
pub(super) fn date_of(day: i32) -> NaiveDate {
    COVER_FIRST + TimeDelta::days(i64::from(day))
}

/// The same day of the month some months later, or the month's last day where it has no such day.
pub(super) fn plus_months(day: i32, months: u32) -> i32 {
    let later = date_of(day).checked_add_months(Months::new(months));
    // Only dates beyond the year 262 000 have no later month.
    day_of(later.unwrap_or(COVER_LAST))
}

/// `2020-03-01`.
pub(super) fn iso(day: i32) -> String {
    date_of(day).to_string()
}

/// `01.03.2020`.
pub(super) fn dotted(day: i32) -> String {
    let date = date_of(day);
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

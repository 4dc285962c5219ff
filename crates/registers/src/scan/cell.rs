//! Numbers and dates of Stata and SAS files as the text a CSV would hold.

use chrono::{Datelike, Days, Months, NaiveDate};
use std::fmt::Write;

/// Whole numbers without a point, others as the shortest text that reads back the same.
pub(super) fn number(value: f64, text: &mut String) {
    if value.is_finite() {
        // Adding zero turns -0 into 0. Writing to a string cannot fail.
        let _ = write!(text, "{}", value + 0.0);
    }
}

/// The same, of a single-precision number: 37.1, not 37.099998474121094.
pub(super) fn single(value: f32, text: &mut String) {
    if value.is_finite() {
        let _ = write!(text, "{}", value + 0.0);
    }
}

/// A day, counted from 1 January 1960; the number itself where there is no such day.
pub(super) fn day(value: f64, days: f64, text: &mut String) {
    match date(days) {
        Some(day) => {
            let _ = write!(text, "{day}");
        }
        None => number(value, text),
    }
}

/// A month, counted from January 1960; the number itself where there is no such month.
pub(super) fn month(value: f64, text: &mut String) {
    let months = whole(value).and_then(|months| {
        let size = Months::new(months.unsigned_abs());
        if months < 0 {
            EPOCH.checked_sub_months(size)
        } else {
            EPOCH.checked_add_months(size)
        }
    });
    match months.filter(|month| is_written(*month)) {
        Some(month) => {
            let _ = write!(text, "{}", month.format("%Y-%m"));
        }
        None => number(value, text),
    }
}

/// 1 January 1960, where both Stata and SAS begin to count.
const EPOCH: NaiveDate = match NaiveDate::from_ymd_opt(1960, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

fn date(days: f64) -> Option<NaiveDate> {
    let days = whole(days)?;
    let size = Days::new(u64::from(days.unsigned_abs()));
    let day = if days < 0 {
        EPOCH.checked_sub_days(size)
    } else {
        EPOCH.checked_add_days(size)
    };
    day.filter(|day| is_written(*day))
}

/// Whether a date has a year of four digits.
fn is_written(date: NaiveDate) -> bool {
    (0..=9999).contains(&date.year())
}

fn whole(value: f64) -> Option<i32> {
    let fits = value.fract() == 0.0 && value.abs() < f64::from(i32::MAX);
    // Whole and within bounds: nothing is lost.
    fits.then_some(value as i32)
}

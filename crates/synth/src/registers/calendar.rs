//! Days as integers since 1970-01-01; months as integers since year 0; weeks by their Monday.

use chrono::{Datelike, Months, NaiveDate};

/// Days since 1970-01-01.
pub(super) type Day = i32;

/// Days from 0001-01-01 (day 1) to 1970-01-01.
const EPOCH: i32 = 719_163;

/// 9999-12-31, which some registers write for "no end".
pub(super) const FOREVER: Day = 2_932_896;

/// The number of a date.
pub(super) fn day_of(date: NaiveDate) -> Day {
    date.num_days_from_ce() - EPOCH
}

/// The date of a number; every day the generator uses lies within chrono's range.
pub(super) fn date_of(day: Day) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day + EPOCH).unwrap_or_default()
}

/// The same day of the month some months later, or the month's last day where it has no such day.
pub(super) fn plus_months(day: Day, months: u32) -> Day {
    date_of(day)
        .checked_add_months(Months::new(months))
        .map_or(day, day_of)
}

/// Months since January of year 0.
pub(super) fn month_of(day: Day) -> i32 {
    let date = date_of(day);
    date.year() * 12 + date.month0() as i32
}

/// The year of a month, and the month from 1 to 12.
pub(super) fn year_month(month: i32) -> (i32, u32) {
    (month.div_euclid(12), month.rem_euclid(12) as u32 + 1)
}

/// First day of a month.
pub(super) fn month_first(month: i32) -> Day {
    let (year, month) = year_month(month);
    NaiveDate::from_ymd_opt(year, month, 1).map_or(0, day_of)
}

/// Last day of a month.
pub(super) fn month_last(month: i32) -> Day {
    month_first(month + 1) - 1
}

/// The Monday of a day's ISO week.
pub(super) fn monday(day: Day) -> Day {
    // 1970-01-01 was a Thursday.
    day - (day + 3).rem_euclid(7)
}

/// ISO year and week of the week that begins on a Monday.
pub(super) fn iso_week(monday: Day) -> (i32, u32) {
    let week = date_of(monday).iso_week();
    (week.year(), week.week())
}

/// Monday and Sunday of the week of the 16th: the reference week of a month.
pub(super) fn reference_week(month: i32) -> (Day, Day) {
    let first = monday(month_first(month) + 15);
    (first, first + 6)
}

/// How dates are written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateStyle {
    /// 2020-03-01
    Iso,
    /// 01.03.2020
    Dots,
    /// 20200301
    Compact,
    /// 01MAR2020
    MonthName,
}

impl DateStyle {
    /// Every style, in the order in which files take turns.
    pub(super) const ALL: [Self; 4] = [Self::Dots, Self::Compact, Self::MonthName, Self::Iso];

    /// Appends a date.
    pub(super) fn push(self, out: &mut Vec<u8>, day: Day) {
        const NAMES: &[u8; 36] = b"JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
        let date = date_of(day);
        let (year, month, day) = (date.year() as u32, date.month(), date.day());
        let two =
            |out: &mut Vec<u8>, n: u32| out.extend([b'0' + (n / 10) as u8, b'0' + (n % 10) as u8]);
        let four = |out: &mut Vec<u8>, n: u32| {
            two(out, n / 100 % 100);
            two(out, n % 100);
        };
        match self {
            Self::Iso => {
                four(out, year);
                out.push(b'-');
                two(out, month);
                out.push(b'-');
                two(out, day);
            }
            Self::Dots => {
                two(out, day);
                out.push(b'.');
                two(out, month);
                out.push(b'.');
                four(out, year);
            }
            Self::Compact => {
                four(out, year);
                two(out, month);
                two(out, day);
            }
            Self::MonthName => {
                two(out, day);
                let from = (month as usize - 1) * 3;
                out.extend_from_slice(&NAMES[from..from + 3]);
                four(out, year);
            }
        }
    }
}

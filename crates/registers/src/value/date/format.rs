//! How one date is written.

use super::Day;
use super::calendar::{UNIX_EPOCH, day_of};
use chrono::NaiveDate;

/// 9999-12-31, and whatever else stands for "no end", is a missing date.
const FIRST_SENTINEL_YEAR: i32 = 9999;

/// Texts that stand for "no date" in a column of dates, besides those that mean missing anywhere.
pub(super) fn sentinel(cell: &str) -> bool {
    let digits: String = cell.chars().take(10).filter(char::is_ascii_digit).collect();
    let only = !digits.is_empty()
        && cell
            .chars()
            .all(|c| !c.is_alphabetic() || c == 'T' || c == 'Z');
    only && (digits.bytes().all(|b| b == b'0')
        || digits.starts_with("9999")
        || (digits.len() == 8 && digits.ends_with("9999")))
}

/// A way of writing dates that is never ambiguous.
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

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
/// Norwegian and Danish months that differ from the English.
const NORDIC_MONTHS: [(&str, u32); 3] = [("MAI", 5), ("OKT", 10), ("DES", 12)];

impl DateFormat {
    pub(crate) fn parse(self, cell: &str) -> Option<Day> {
        let date = match self {
            Self::Iso => {
                if let (10, Some(day)) = (cell.len(), plain(cell.as_bytes())) {
                    return Some(day);
                }
                let (year, month, day) = parts(without_time(cell), '-')?;
                if year.len() != 4 {
                    return None;
                }
                ymd(year, month, day)?
            }
            Self::Dots => {
                let (day, month, year) = parts(cell, '.')?;
                if year.len() != 4 {
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
                let name = cell[2..5].to_ascii_uppercase();
                let english = MONTHS.iter().position(|other| *other == name);
                let month = match english {
                    Some(position) => position as u32 + 1,
                    None => NORDIC_MONTHS.iter().find(|(other, _)| *other == name)?.1,
                };
                ymd(&cell[5..], &month.to_string(), &cell[..2])?
            }
        };
        Some(day_of(date))
    }
}

/// The day of 2020-03-01 or 20200301 with nothing around it: the dates of most extracts, for which
/// this agrees with [`parse`] whatever the column's order and which tell nothing of that order.
pub(crate) fn plain(cell: &[u8]) -> Option<Day> {
    let digits = match *cell {
        [a, b, c, d, b'-', e, f, b'-', g, h] => [a, b, c, d, e, f, g, h],
        [a, b, c, d, e, f, g, h] => [a, b, c, d, e, f, g, h],
        _ => return None,
    };
    let [century, of_century, month, day] = pairs_of_digits(digits)?;
    let year = 100 * century + of_century;
    let is_leap = year % 4 == 0 && (of_century != 0 || century % 4 == 0);
    let (before, length) = match month {
        1..=12 => MONTH_STARTS[month as usize - 1],
        _ => return None,
    };
    let length = length + i32::from(is_leap && month == 2);
    if !(1000..FIRST_SENTINEL_YEAR).contains(&year) || !(1..=length).contains(&day) {
        return None;
    }
    let of_year = before + i32::from(is_leap && month > 2) + day;
    let years = year - 1;
    Some(365 * years + years / 4 - years / 100 + years / 400 + of_year - UNIX_EPOCH)
}

/// Days of a common year before each month, and days of the month.
const MONTH_STARTS: [(i32, i32); 12] = [
    (0, 31),
    (31, 28),
    (59, 31),
    (90, 30),
    (120, 31),
    (151, 30),
    (181, 31),
    (212, 31),
    (243, 30),
    (273, 31),
    (304, 30),
    (334, 31),
];

/// The four numbers that pairs of digits write, all at once; nothing where one is no digit.
fn pairs_of_digits(bytes: [u8; 8]) -> Option<[i32; 4]> {
    let digits = u64::from_le_bytes(bytes).wrapping_sub(0x3030_3030_3030_3030);
    // A digit has nothing in its upper half, not even after 6 is added.
    let upper = (digits | digits.wrapping_add(0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let pair = |number: u32| (pairs >> (16 * number) & 0xFF) as i32;
    (upper == 0).then(|| [pair(0), pair(1), pair(2), pair(3)])
}

pub(super) fn unambiguous(cell: &str) -> Option<Day> {
    if let Some(day) = plain(cell.as_bytes()) {
        return Some(day);
    }
    let cell = without_time(cell);
    FORMATS.iter().find_map(|format| format.parse(cell))
}

/// The date of 2020-03-01T12:00, 01.03.2020 12:00 or 01MAR2020:12:00:00.
fn without_time(cell: &str) -> &str {
    for (length, marks) in [(10, ['T', ' ']), (9, [':', ' '])] {
        if let Some((date, time)) = cell.split_at_checked(length)
            && let Some(rest) = time.strip_prefix(marks)
            && rest.starts_with(|c: char| c.is_ascii_digit())
        {
            return date;
        }
    }
    cell
}

/// 03/04/2020 or 03-04-2020.
pub(super) fn slashed(cell: &str, day_first: bool) -> Option<Day> {
    let cell = without_time(cell);
    let (first, second, year) = parts(cell, '/').or_else(|| parts(cell, '-'))?;
    if year.len() != 4 || first.len() > 2 || second.len() > 2 {
        return None;
    }
    let (day, month) = if day_first {
        (first, second)
    } else {
        (second, first)
    };
    ymd(year, month, day).map(day_of)
}

fn parts(cell: &str, separator: char) -> Option<(&str, &str, &str)> {
    let mut parts = cell.split(separator);
    let found = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(found)
}

/// Year and month of 202003, 2020-03, 2020m3 or 2020M03.
pub(crate) fn month(cell: &str) -> Option<(i32, u32)> {
    let (year, rest) = cell.split_at_checked(4)?;
    let month = rest.strip_prefix(['-', 'm', 'M', '_']).unwrap_or(rest);
    let is_bare = month.len() == rest.len();
    if !(1..=2).contains(&month.len()) || (is_bare && month.len() != 2) {
        return None;
    }
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !(digits(year) && digits(month)) {
        return None;
    }
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    ((1..=12).contains(&month) && (1850..FIRST_SENTINEL_YEAR).contains(&year))
        .then_some((year, month))
}

fn ymd(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
    if !(digits(year) && digits(month) && digits(day)) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

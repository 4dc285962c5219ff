//! Dates as integer days since 1970-01-01, with the precision they were written in.

use chrono::{Datelike, NaiveDate};

/// Days since 1970-01-01: the unit of time in this project until it is displayed.
pub type Day = i32;

/// 9999-12-31, and whatever else stands for "no end", is a missing date.
const FIRST_SENTINEL_YEAR: i32 = 9999;
/// 9999-01-01.
const FOREVER: Day = 2_932_532;
/// 1970-01-01 in days from 0001-01-01.
const UNIX_EPOCH: i32 = 719_163;
/// 1960-01-01 in days since 1970-01-01.
const SAS_EPOCH: Day = -3653;

/// How precisely a date was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// To the day.
    Day,
    /// To the ISO week.
    Week,
    /// To the month: a start is its first day, an end its last.
    Month,
}

impl Precision {
    /// The name in canonical tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// What an ambiguous column of dates means: declared in the plan, never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 03/04/2020 is 3 April.
    DayFirst,
    /// 03/04/2020 is March 4.
    MonthFirst,
    /// Whole numbers are days since 1960-01-01 (SAS, Stata).
    Since1960,
    /// Whole numbers are days since 1970-01-01.
    Since1970,
}

impl DateOrder {
    /// The declarations by their names in a plan.
    pub const NAMED: [(&'static str, Self); 4] = [
        ("dd/mm/yyyy", Self::DayFirst),
        ("mm/dd/yyyy", Self::MonthFirst),
        ("days since 1960-01-01", Self::Since1960),
        ("days since 1970-01-01", Self::Since1970),
    ];

    /// A declaration by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::NAMED.iter().find(|(other, _)| *other == name);
        found.map(|(_, order)| *order)
    }
}

/// A cell of a date column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateCell {
    /// Empty, or a sentinel for "no date".
    Missing,
    /// Not a date that exists.
    Bad,
    /// First and last day of what was written: the same, for a date to the day.
    Is(Day, Day),
}

impl DateCell {
    pub(crate) fn precision(self) -> Precision {
        match self {
            Self::Is(first, last) if first != last => Precision::Month,
            _ => Precision::Day,
        }
    }
}

/// What the cells of a column could be besides the formats that are never ambiguous.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ambiguity {
    /// 03/04/2020, and no cell tells which is the month.
    Order,
    /// Whole numbers.
    Epoch,
}

/// The order of the parts in a column of slashed dates, from all of its cells.
pub(crate) fn infer<'a>(
    cells: impl Iterator<Item = &'a str>,
) -> Result<Option<DateOrder>, Ambiguity> {
    let mut tally = DateTally::default();
    cells.for_each(|cell| tally.look(cell));
    tally.order()
}

/// How the dates of a column, or of a part of it, are written where that is ambiguous.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DateTally {
    day_first: usize,
    month_first: usize,
    either: usize,
    same: usize,
    numbers: usize,
}

impl DateTally {
    /// Looks at a cell that is not missing.
    pub(crate) fn look(&mut self, cell: &str) {
        if sentinel(cell) || unambiguous(cell).is_some() {
            return;
        }
        let (day, month) = (slashed(cell, true), slashed(cell, false));
        match (day, month) {
            (Some(a), Some(b)) if a != b => self.either += 1,
            (Some(_), Some(_)) => self.same += 1,
            (Some(_), None) => self.day_first += 1,
            (None, Some(_)) => self.month_first += 1,
            _ => {}
        }
        let digits = cell.strip_prefix('-').unwrap_or(cell);
        let is_count =
            (1..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        self.numbers += usize::from(is_count);
    }

    /// Adds another part of the column.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.day_first += other.day_first;
        self.month_first += other.month_first;
        self.either += other.either;
        self.same += other.same;
        self.numbers += other.numbers;
    }

    /// Whether cells of both orders occur, so that the more common decides.
    pub(crate) fn is_mixed(&self) -> bool {
        self.day_first > 0 && self.month_first > 0
    }

    /// What the column's ambiguous dates mean.
    pub(crate) fn order(&self) -> Result<Option<DateOrder>, Ambiguity> {
        match (self.day_first, self.month_first) {
            (0, 0) if self.either > 0 => Err(Ambiguity::Order),
            (0, 0) if self.numbers > 0 => Err(Ambiguity::Epoch),
            // 04/04/2020 is one day in either order.
            (0, 0) if self.same > 0 => Ok(Some(DateOrder::DayFirst)),
            (0, 0) => Ok(None),
            (a, b) if a >= b => Ok(Some(DateOrder::DayFirst)),
            _ => Ok(Some(DateOrder::MonthFirst)),
        }
    }
}

/// A cell of a date column.
pub(crate) fn parse(cell: &str, order: Option<DateOrder>) -> DateCell {
    // Five digits of days reach from 1686 to 2243; longer numbers are dates.
    let count = cell
        .parse::<Day>()
        .ok()
        .filter(|count| count.abs() < 100_000);
    let counted = |epoch: Day| count.map(|count| count + epoch);
    let declared = match order {
        Some(DateOrder::DayFirst) => slashed(cell, true),
        Some(DateOrder::MonthFirst) => slashed(cell, false),
        Some(DateOrder::Since1960) => counted(SAS_EPOCH),
        Some(DateOrder::Since1970) => counted(0),
        None => None,
    };
    if let Some(day) = declared {
        return if day >= FOREVER {
            DateCell::Missing
        } else {
            DateCell::Is(day, day)
        };
    }
    if sentinel(cell) {
        return DateCell::Missing;
    }
    if let Some(day) = unambiguous(cell) {
        // 31DEC9999 stands for "no end" as 9999-12-31 does.
        return if day >= FOREVER {
            DateCell::Missing
        } else {
            DateCell::Is(day, day)
        };
    }
    match month(cell) {
        Some((year, number)) => match month_days(year, number) {
            Some((first, last)) => DateCell::Is(first, last),
            None => DateCell::Bad,
        },
        None => DateCell::Bad,
    }
}

/// Texts that stand for "no date" in a column of dates, besides those that mean missing anywhere.
fn sentinel(cell: &str) -> bool {
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

fn unambiguous(cell: &str) -> Option<Day> {
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
fn slashed(cell: &str, day_first: bool) -> Option<Day> {
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

fn ymd(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
    if !(digits(year) && digits(month) && digits(day)) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn day_of(date: NaiveDate) -> Day {
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

/// Whether a text is a date or a month in any of the ways that are read.
pub(crate) fn is_date(text: &str) -> bool {
    let text = text.trim();
    unambiguous(text).is_some()
        || month(text).is_some()
        || slashed(text, true).is_some()
        || slashed(text, false).is_some()
}

/// A day in any of the formats that are never ambiguous: 2020-03-01, 01.03.2020, 20200301,
/// 01MAR2020.
#[must_use]
pub fn parse_day(cell: &str) -> Option<Day> {
    unambiguous(cell.trim())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::{DateCell, DateOrder, DateTally, parse, plain};
    use chrono::{Days, NaiveDate};

    #[test]
    fn plain_dates_are_what_the_slow_way_reads() {
        let orders = DateOrder::NAMED.iter().map(|(_, order)| Some(*order));
        let orders: Vec<Option<DateOrder>> = orders.chain([None]).collect();
        let first = NaiveDate::from_ymd_opt(1899, 1, 1).unwrap();
        for count in (0..80_000).step_by(7).chain([36_583, 46_751, 59_594]) {
            let date = first + Days::new(count);
            for cell in [date.to_string(), date.format("%Y%m%d").to_string()] {
                let day = plain(cell.as_bytes()).unwrap();
                let mut tally = DateTally::default();
                tally.look(&cell);
                assert_eq!(tally, DateTally::default());
                for order in &orders {
                    assert_eq!(parse(&cell, *order), DateCell::Is(day, day), "{cell}");
                }
            }
        }
        for cell in [
            "2021-02-29",
            "2020-13-01",
            "9999-12-31",
            "0000-01-01",
            "20200230",
            "2020-1-01",
        ] {
            assert_eq!(plain(cell.as_bytes()), None, "{cell}");
        }
    }
}

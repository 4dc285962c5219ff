//! Dates as integer days since 1970-01-01, with the precision they were written in.

mod calendar;
mod format;

pub(crate) use calendar::{month_days, month_of, week_days, write_iso};
pub(crate) use format::{DateFormat, month, plain};

use format::{sentinel, slashed, unambiguous};

/// Days since 1970-01-01: the unit of time in this project until it is displayed.
pub type Day = i32;

/// 9999-01-01.
const FOREVER: Day = 2_932_532;
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
        // Plain dates come first: they are nearly all.
        if plain(cell.as_bytes()).is_some() || sentinel(cell) || unambiguous(cell).is_some() {
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

//! From the dates of a row to a spell: the same rules for every register.

use crate::canonical::EndStatus;
use crate::options::{Ends, RegisterOptions};
use crate::sheet::Sheet;
use crate::value::date::{DateCell, Day, Precision};

/// The days of a spell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) start: Day,
    pub(crate) end: Day,
    pub(crate) end_status: EndStatus,
    pub(crate) precision: Precision,
}

pub(crate) const NO_START: &str = "the first day is missing";
pub(crate) const BAD_DATE: &str = "this is not a date that exists";
pub(crate) const END_BEFORE_START: &str = "the last day lies before the first";
const AFTER_LAST_DAY: &str = "starts after the register's last day, left out";
const MONTH_ONLY: &str = "dates to the month: from its first day, to its last";

/// The period of a row: refused if a date does not exist, the start is missing or the end lies
/// before it (never swapped); left out and counted if it starts after the register's last day. A month stands for its first day as a start and its last day as an end.
pub(crate) fn period(
    sheet: &mut Sheet,
    row: usize,
    (start, end): (DateCell, DateCell),
    ends: Ends,
    options: &RegisterOptions,
) -> Option<Period> {
    match decide(start, end, ends, options.last_day) {
        Decision::Days(period) => {
            note_months(sheet, period.precision);
            Some(period)
        }
        Decision::AfterLastDay => {
            sheet.log.repaired(AFTER_LAST_DAY);
            None
        }
        Decision::Refused(field, rule) => {
            sheet.refuse(row, Some(field), rule);
            None
        }
    }
}

/// What becomes of the dates of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// The days of a spell.
    Days(Period),
    /// Left out: it starts after the register's last day.
    AfterLastDay,
    /// Refused: the field and the rule.
    Refused(&'static str, &'static str),
}

/// As [`period`], on the cells alone.
pub(crate) fn decide(start: DateCell, end: DateCell, ends: Ends, last_day: Day) -> Decision {
    let first = match start {
        DateCell::Is(first, _) => first,
        DateCell::Missing => return Decision::Refused("start", NO_START),
        DateCell::Bad => return Decision::Refused("start", BAD_DATE),
    };
    let last = match (end, ends) {
        (DateCell::Bad, _) => return Decision::Refused("end", BAD_DATE),
        (DateCell::Missing, _) => None,
        (DateCell::Is(first_off, _), Ends::FirstDayOff) => Some(first_off - 1),
        (DateCell::Is(_, last), _) => Some(last),
    };
    let precision = start.precision().max(end.precision());
    if first > last_day && last.is_none_or(|last| last >= first) {
        return Decision::AfterLastDay;
    }
    let Some(last) = last else {
        return Decision::Days(Period {
            start: first,
            end: last_day,
            end_status: EndStatus::Open,
            precision,
        });
    };
    if last < first {
        return Decision::Refused("end", END_BEFORE_START);
    }
    Decision::Days(Period {
        start: first,
        end: last,
        end_status: EndStatus::Observed,
        precision,
    })
}

fn note_months(sheet: &mut Sheet, precision: Precision) {
    if precision == Precision::Month {
        sheet.log.repaired(MONTH_ONLY);
    }
}

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
    let first = match start {
        DateCell::Is(first, _) => first,
        DateCell::Missing => {
            sheet.refuse(row, Some("start"), NO_START);
            return None;
        }
        DateCell::Bad => {
            sheet.refuse(row, Some("start"), BAD_DATE);
            return None;
        }
    };
    let last = match (end, ends) {
        (DateCell::Bad, _) => {
            sheet.refuse(row, Some("end"), BAD_DATE);
            return None;
        }
        (DateCell::Missing, _) => None,
        (DateCell::Is(first_off, _), Ends::FirstDayOff) => Some(first_off - 1),
        (DateCell::Is(_, last), _) => Some(last),
    };
    let precision = start.precision().max(end.precision());
    if first > options.last_day && last.is_none_or(|last| last >= first) {
        sheet.log.repaired(AFTER_LAST_DAY);
        return None;
    }
    let Some(last) = last else {
        note_months(sheet, precision);
        return Some(Period {
            start: first,
            end: options.last_day,
            end_status: EndStatus::Open,
            precision,
        });
    };
    if last < first {
        sheet.refuse(row, Some("end"), END_BEFORE_START);
        return None;
    }
    note_months(sheet, precision);
    Some(Period {
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

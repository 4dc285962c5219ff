//! Leaves and furloughs of a job.

use crate::canonical::{Place, Row, TableKind, quantities, texts};
use crate::error::RegisterError;
use crate::options::{Ends, RegisterOptions};
use crate::sheet::Sheet;
use crate::value::date::DateCell;
use crate::value::quantity::Quantity;
use polars::prelude::Column;

const BAD_LEAVE: &str =
    "a leave without dates that make sense, or outside its job, left out; its job stays";

/// A leave or furlough.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Leave {
    place: Place,
    kind: Option<String>,
    percent: Quantity,
    job: Option<String>,
}

/// The fields in which one kind of absence stands.
pub(super) struct Fields {
    kind: &'static str,
    start: &'static str,
    end: &'static str,
    percent: &'static str,
}

pub(super) const LEAVE: Fields = Fields {
    kind: "leave_type",
    start: "leave_start",
    end: "leave_end",
    percent: "leave_percent",
};

pub(super) const FURLOUGH: Fields = Fields {
    kind: "furlough_type",
    start: "furlough_start",
    end: "furlough_end",
    percent: "furlough_percent",
};

/// The columns of one kind of absence.
pub(super) struct Absence {
    kind: &'static str,
    starts: Vec<DateCell>,
    ends: Vec<DateCell>,
    percent: Vec<Quantity>,
}

impl Absence {
    pub(super) fn read(sheet: &mut Sheet, fields: &Fields) -> Result<Self, RegisterError> {
        Ok(Self {
            kind: fields.kind,
            starts: sheet.dates(fields.start)?,
            ends: sheet.dates(fields.end)?,
            percent: sheet.numbers(fields.percent, 0.0..=100.0)?,
        })
    }

    /// The absence on a job's row, if there is one. An open one goes on to the job's last day.
    pub(super) fn of(
        &self,
        sheet: &mut Sheet,
        row: usize,
        job: &Place,
        options: &RegisterOptions,
    ) -> Option<Leave> {
        let off = i32::from(options.ends == Ends::FirstDayOff);
        let (start, end) = match (self.starts[row], self.ends[row]) {
            (DateCell::Missing, DateCell::Missing) => return None,
            (DateCell::Is(start, _), DateCell::Is(_, end)) => (start, end - off),
            (DateCell::Is(start, _), DateCell::Missing) => (start, job.end),
            // Before its own start: refused below.
            _ => (1, 0),
        };
        let mut place = *job;
        // A leave is a leave of its job: what lies outside of it is none.
        (place.start, place.end) = (start.max(job.start), end.min(job.end));
        if place.end < place.start {
            sheet.log.repaired(BAD_LEAVE);
            return None;
        }
        let furlough = (self.kind == FURLOUGH.kind).then(|| "permittering".to_owned());
        Some(Leave {
            place,
            kind: sheet.owned(row, self.kind).or(furlough),
            percent: self.percent[row],
            job: sheet.owned(row, "job"),
        })
    }
}

impl Row for Leave {
    const KIND: TableKind = TableKind::Leave;

    fn place(&self) -> &Place {
        &self.place
    }

    fn columns(rows: &[Self]) -> Vec<Column> {
        let [percent, set_aside] =
            quantities(("percent", "percent_set_aside"), rows, |row| row.percent);
        vec![
            texts("type", rows, |row| row.kind.as_deref()),
            percent,
            set_aside,
            texts("job", rows, |row| row.job.as_deref()),
        ]
    }
}

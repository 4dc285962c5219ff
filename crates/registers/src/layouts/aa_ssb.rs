//! AA-registeret as Statistics Norway delivers it: a file a month from 2015-01, a row a job, with
//! people who have none. The reference is the week of the 16th.

use super::job::{JobMonth, truth};
use super::{PERSON, field, required};
use crate::canonical::{Table, table};
use crate::error::RegisterError;
use crate::header::Field;
use crate::monthly;
use crate::options::RegisterOptions;
use crate::period::BAD_DATE;
use crate::reading::Reading;
use crate::sheet::{Part, Sheet};
use crate::value::date::{self, DateCell, Day, Precision};
use crate::value::quantity::Quantity;

pub(super) const PARTS: &[&Part] = &[&MONTHS];

const MONTHS: Part = Part {
    fields: FIELDS,
    id: "person",
    key: &[],
    details: &[],
    by_file: true,
};

/// The totals of a person (`pers_sum_*`) are repeated on each job and deliberately not here: a sum
/// over jobs would count them again.
const FIELDS: &[Field] = &[
    required("person", PERSON),
    field("month", &["edagperiode", "periode", "month"]),
    field(
        "employer",
        &["lopenrvirksomhet", "loepenrvirksomhet", "employer"],
    ),
    field(
        "legal_employer",
        &["lopenrforetak", "loepenrforetak", "frtkid"],
    ),
    field("status", &["arbarbmarkstatus"]),
    field("main", &["arbhovedarbeid", "arblonnarbhovedarbeid"]),
    field("type", &["arbtype", "arblonnarbtype", "type"]),
    field("start", &["arbstart", "arblonnarbstart", "start"]),
    field("end", &["arbslutt", "arblonnarbslutt", "end"]),
    field("form", &["arbansettelsesform", "form"]),
    field(
        "percent",
        &["arbstillingspst", "arblonnarbstillingspst", "percent"],
    ),
    field("hours", &["arbarbeidstid", "arblonnarbarbeidstid", "hours"]),
    field(
        "occupation",
        &["arbyrkestyrk08", "arblonnarbyrkestyrk08", "occupation"],
    ),
    field(
        "pay",
        &["lonnkontant", "arblonnlonnkontant", "loennkontant", "pay"],
    ),
    field("industry", &["virknace1sn07", "industry"]),
    field("job", &["arbid", "arbforholdid", "job"]),
];

const NO_JOB: &str = "a person without a job that month (no wage earner), left out";
const NO_HOURS: &str = "hours of 0 or less a week, taken as missing";
const NO_CODE: &str = "a code of zeros only, taken as missing";
const ENDED: &str = "start after end: whether at work in the reference week is unknown";
const UNDATED: &str = "no start: whether at work in the reference week is unknown";
/// What a row of a job says of it: a row of none of these is a person without a job.
const JOB: [&str; 10] = [
    "employer",
    "legal_employer",
    "job",
    "type",
    "start",
    "percent",
    "hours",
    "pay",
    "occupation",
    "form",
];

pub(super) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    let mut sheets = reading.main(&MONTHS)?;
    let months = monthly::months(&sheets)?;
    monthly::check_complete(&sheets, &months, reading.options)?;
    let mut rows = Vec::new();
    for (sheet, of_file) in sheets.iter_mut().zip(&months) {
        month_rows(sheet, of_file.only, reading.options, &mut rows)?;
    }
    reading.finish(sheets)?;
    Ok(vec![table::<JobMonth>(rows)?])
}

fn month_rows(
    sheet: &mut Sheet,
    of_file: Option<(i32, u32)>,
    options: &RegisterOptions,
    rows: &mut Vec<JobMonth>,
) -> Result<(), RegisterError> {
    let months = sheet.dates("month")?;
    let (starts, ends) = (sheet.dates("start")?, sheet.dates("end")?);
    let percent = sheet.numbers("percent", 0.0..=200.0)?;
    let hours = sheet.numbers("hours", f64::MIN..=168.0)?;
    let pay = sheet.numbers("pay", 0.0..=1e8)?;
    for row in 0..sheet.rows.len() {
        if sheet
            .text(row, "status")
            .is_some_and(|status| status != "1")
        {
            sheet.log.repaired(NO_JOB);
            continue;
        }
        let month = match months[row] {
            DateCell::Is(day, _) => date::month_of(day),
            DateCell::Missing => of_file,
            DateCell::Bad => None,
        };
        let Some((first, last)) = month.and_then(|(year, month)| date::month_days(year, month))
        else {
            sheet.refuse(row, Some("month"), BAD_DATE);
            continue;
        };
        if starts[row] == DateCell::Bad || ends[row] == DateCell::Bad {
            let field = if starts[row] == DateCell::Bad {
                "start"
            } else {
                "end"
            };
            sheet.refuse(row, Some(field), BAD_DATE);
            continue;
        }
        let is_blank = JOB.iter().all(|field| sheet.text(row, field).is_none());
        if !sheet.has("status") && is_blank {
            sheet.log.repaired(NO_JOB);
            continue;
        }
        let in_reference_week = in_reference_week(first, starts[row], ends[row], options);
        if in_reference_week.is_none() {
            let undated = starts[row] == DateCell::Missing;
            sheet.log.repaired(if undated { UNDATED } else { ENDED });
        }
        let hours = match hours[row].value {
            Some(none) if none <= 0.0 => {
                sheet.log.repaired(NO_HOURS);
                Quantity::aside(none)
            }
            _ => hours[row],
        };
        let (employer, legal) = (
            sheet.owned(row, "employer"),
            sheet.owned(row, "legal_employer"),
        );
        rows.push(JobMonth {
            place: sheet.place(row, (first, last), Precision::Month),
            kind: sheet.owned(row, "type"),
            in_reference_week,
            main: sheet.text(row, "main").and_then(truth),
            percent: percent[row],
            hours,
            pay: pay[row],
            employer: employer.or(legal),
            occupation: code(sheet, row, "occupation"),
            industry: code(sheet, row, "industry"),
            form: sheet.owned(row, "form"),
            job: sheet.owned(row, "job"),
        });
    }
    Ok(())
}

/// Whether a job's days touch the week of the 16th; unknown where they contradict each other.
fn in_reference_week(
    first: Day,
    start: DateCell,
    end: DateCell,
    options: &RegisterOptions,
) -> Option<bool> {
    // Days count from a Thursday: the Monday of the week that holds the 16th.
    let sixteenth = first + 15;
    let monday = sixteenth - (sixteenth + 3).rem_euclid(7);
    let off = i32::from(options.ends == crate::options::Ends::FirstDayOff);
    match (start, end) {
        (DateCell::Is(start, _), DateCell::Is(_, end)) if end - off < start => None,
        // A job of which nobody knows since when.
        (DateCell::Missing, _) => None,
        (start, end) => {
            let started = !matches!(start, DateCell::Is(start, _) if start > monday + 6);
            let ended = matches!(end, DateCell::Is(_, end) if end - off < monday);
            Some(started && !ended)
        }
    }
}

/// A code; of zeros only it is missing.
fn code(sheet: &mut Sheet, row: usize, field: &'static str) -> Option<String> {
    let code = sheet.owned(row, field)?;
    if code.chars().all(|c| c == '0' || c == '.') {
        sheet.log.repaired(NO_CODE);
        return None;
    }
    Some(code)
}

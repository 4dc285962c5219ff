//! Income registers: pay and hours a job and month (Danish BFL and eIndkomst, Norwegian
//! A-ordningen pay).

use super::job::JobMonth;
use super::{PERSON, field, required};
use crate::canonical::{Table, table};
use crate::error::RegisterError;
use crate::header::Field;
use crate::period::BAD_DATE;
use crate::reading::Reading;
use crate::series;
use crate::sheet::{Part, Sheet};
use crate::value::date::{self, DateCell, Precision};
use crate::value::quantity::Quantity;

pub(super) const PARTS: &[&Part] = &[&INCOME];

const INCOME: Part = Part {
    fields: FIELDS,
    id: "person",
    key: &[],
    details: &[],
    by_file: false,
};

const FIELDS: &[Field] = &[
    required("person", PERSON),
    required(
        "month",
        &["yearmonth", "month", "maaned", "kalendermaaned", "periode"],
    ),
    field(
        "pay",
        &["pay", "loen", "loennkontant", "bredtloen", "earnings"],
    ),
    field("hours", &["hours", "timer", "loentimer"]),
    field("employer", &["employer", "cvrnr", "virksomhet"]),
    field("industry", &["industry", "branche", "naering"]),
    field("occupation", &["occupation", "yrke"]),
    field("type", &["type"]),
    field("job", &["job", "jobid"]),
];

pub(super) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    let mut sheets = reading.main(&INCOME)?;
    series::check_named(&sheets, reading.options)?;
    series::warn_of_empty_months(&mut sheets, reading.options)?;
    let mut rows = Vec::new();
    for sheet in &mut sheets {
        month_rows(sheet, &mut rows)?;
    }
    reading.finish(sheets)?;
    Ok(vec![table::<JobMonth>(rows)?])
}

fn month_rows(sheet: &mut Sheet, rows: &mut Vec<JobMonth>) -> Result<(), RegisterError> {
    let months = sheet.dates("month")?;
    let pay = sheet.numbers("pay", 0.0..=1e8)?;
    // Hours of the month, not of the week.
    let hours = sheet.numbers("hours", 0.0..=744.0)?;
    for row in 0..sheet.rows.len() {
        let month = match months[row] {
            DateCell::Is(day, _) => date::month_of(day),
            _ => None,
        };
        let Some((first, last)) = month.and_then(|(year, month)| date::month_days(year, month))
        else {
            sheet.refuse(row, Some("month"), BAD_DATE);
            continue;
        };
        rows.push(JobMonth {
            place: sheet.place(row, (first, last), Precision::Month),
            kind: sheet.owned(row, "type"),
            in_reference_week: None,
            main: None,
            percent: Quantity::missing(),
            hours: hours[row],
            pay: pay[row],
            employer: sheet.owned(row, "employer"),
            occupation: sheet.owned(row, "occupation"),
            industry: sheet.owned(row, "industry"),
            form: None,
            job: sheet.owned(row, "job"),
        });
    }
    Ok(())
}

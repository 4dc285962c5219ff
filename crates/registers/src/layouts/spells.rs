//! A generic table of spells, of any country: person, start, end, and whatever else is there.

use super::job::{JobSpell, truth};
use super::{field, required};
use crate::canonical::{Table, table};
use crate::error::RegisterError;
use crate::header::Field;
use crate::options::RegisterOptions;
use crate::period::period;
use crate::reading::Reading;
use crate::sheet::{Part, Sheet};

pub(super) const PARTS: &[&Part] = &[&SPELLS];

const SPELLS: Part = Part {
    fields: FIELDS,
    id: "person",
    key: &["person", "job", "start"],
    details: &[],
    by_file: false,
};

const FIELDS: &[Field] = &[
    required(
        "person",
        &["person", "personid", "id", "pid", "lopenr", "loepenr"],
    ),
    field("job", &["job", "jobid"]),
    field("employer", &["employer", "employerid"]),
    required("start", &["start", "startdate", "from"]),
    required("end", &["end", "enddate", "to"]),
    field("type", &["type", "kind"]),
    field("percent", &["percent"]),
    field("hours", &["hours", "hoursperweek"]),
    field("pay", &["pay", "earnings"]),
    field("occupation", &["occupation"]),
    field("industry", &["industry"]),
    field("form", &["form"]),
    field("subsidised", &["subsidised"]),
    field("source", &["source"]),
    field("registered", &["registered"]),
];

pub(super) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    let mut sheets = reading.main(&SPELLS)?;
    let mut spells = Vec::new();
    for sheet in &mut sheets {
        rows(sheet, reading.options, &mut spells)?;
    }
    reading.finish(sheets)?;
    Ok(vec![table::<JobSpell>(spells)?])
}

fn rows(
    sheet: &mut Sheet,
    options: &RegisterOptions,
    spells: &mut Vec<JobSpell>,
) -> Result<(), RegisterError> {
    let (starts, ends) = (sheet.dates("start")?, sheet.dates("end")?);
    let percent = sheet.numbers("percent", 0.0..=200.0)?;
    let hours = sheet.numbers("hours", 0.0..=168.0)?;
    let pay = sheet.numbers("pay", 0.0..=f64::MAX)?;
    for row in 0..sheet.rows.len() {
        let dates = (starts[row], ends[row]);
        let Some(days) = period(sheet, row, dates, options.ends, options) else {
            continue;
        };
        spells.push(JobSpell {
            place: sheet.place(row, (days.start, days.end), days.precision),
            end_status: days.end_status,
            kind: sheet.owned(row, "type"),
            percent: percent[row],
            hours: hours[row],
            pay: pay[row],
            employer: sheet.owned(row, "employer"),
            occupation: sheet.owned(row, "occupation"),
            industry: sheet.owned(row, "industry"),
            form: sheet.owned(row, "form"),
            subsidised: sheet.text(row, "subsidised").and_then(truth),
            job: sheet.owned(row, "job"),
            source: sheet.owned(row, "source"),
        });
    }
    Ok(())
}

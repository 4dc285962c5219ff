//! NAV labour-market measures. A wage subsidy is not marked on the job: it is linked by date.

use super::{PERSON, field, required};
use crate::canonical::{EndStatus, Place, Row, Table, TableKind, table, texts};
use crate::codebook::{self, Codebook};
use crate::error::RegisterError;
use crate::header::Field;
use crate::options::RegisterOptions;
use crate::period::period;
use crate::reading::Reading;
use crate::sheet::{Part, Sheet};
use polars::prelude::Column;

pub(super) const PARTS: &[&Part] = &[&MEASURES];

const MEASURES: Part = Part {
    fields: FIELDS,
    id: "person",
    key: &["person", "measure", "start"],
    details: &[],
    by_file: false,
};

const FIELDS: &[Field] = &[
    required("person", PERSON),
    required(
        "measure",
        &["measure", "tiltak", "tiltakskode", "tiltakstype", "kode"],
    ),
    required(
        "start",
        &["start", "startdato", "fradato", "datofra", "from"],
    ),
    required("end", &["end", "sluttdato", "tildato", "datotil", "to"]),
    field(
        "registered",
        &["registered", "registrert", "registreringsdato"],
    ),
];

/// Groups of NAV's own codes; a codebook in the plan goes first.
const GROUPS: [(&str, &str); 10] = [
    ("INDJOBSTOT", "ips"),
    ("IPSUNG", "ips"),
    ("SUPPEMP", "supported"),
    ("MIDLONTIL", "wage-subsidy"),
    ("VARLONTIL", "wage-subsidy"),
    ("TILSJOBB", "wage-subsidy"),
    ("VASV", "sheltered"),
    ("VATIAROR", "sheltered"),
    ("ARBTREN", "training"),
    ("ARBFORB", "training"),
];

const NO_GROUP: &str = "a measure that is in no group: a rule on `group` does not know it";

struct Measure {
    place: Place,
    measure: Option<String>,
    group: Option<String>,
    end_status: EndStatus,
}

pub(super) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    let codebook = codebook::read(reading)?;
    let mut sheets = reading.main(&MEASURES)?;
    let mut rows = Vec::new();
    for sheet in &mut sheets {
        measures(sheet, &codebook, reading.options, &mut rows)?;
    }
    reading.finish(sheets)?;
    Ok(vec![table::<Measure>(rows)?])
}

fn measures(
    sheet: &mut Sheet,
    codebook: &Codebook,
    options: &RegisterOptions,
    rows: &mut Vec<Measure>,
) -> Result<(), RegisterError> {
    let (starts, ends) = (sheet.dates("start")?, sheet.dates("end")?);
    for row in 0..sheet.rows.len() {
        let dates = (starts[row], ends[row]);
        let Some(days) = period(sheet, row, dates, options.ends, options) else {
            continue;
        };
        let measure = sheet.text(row, "measure").map(str::to_uppercase);
        let built_in = |code: &str| {
            let found = GROUPS.iter().find(|(known, _)| *known == code);
            found.map(|(_, group)| (*group).to_owned())
        };
        let group = measure
            .as_deref()
            .and_then(|code| codebook.group(code).or_else(|| built_in(code)));
        if measure.is_some() && group.is_none() {
            sheet.log.repaired(NO_GROUP);
        }
        rows.push(Measure {
            place: sheet.place(row, (days.start, days.end), days.precision),
            measure,
            group,
            end_status: days.end_status,
        });
    }
    Ok(())
}

impl Row for Measure {
    const KIND: TableKind = TableKind::MeasureSpell;

    fn place(&self) -> &Place {
        &self.place
    }

    fn columns(rows: &[Self]) -> Vec<Column> {
        vec![
            texts("measure", rows, |row| row.measure.as_deref()),
            texts("group", rows, |row| row.group.as_deref()),
            texts("end_status", rows, |row| Some(row.end_status.name())),
        ]
    }
}

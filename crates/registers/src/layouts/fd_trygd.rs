//! FD-Trygd: benefits as event rows, not spells. A start row has no end; end and change rows repeat
//! its first day. Rows are paired by person, benefit and first day.

use super::{PERSON, field, required};
use crate::canonical::{
    EndStatus, Place, Row, Table, TableKind, numbers, quantities, table, texts,
};
use crate::error::{Problem, RegisterError};
use crate::header::Field;
use crate::options::{Ends, RegisterOptions};
use crate::period::period;
use crate::reading::Reading;
use crate::sheet::{Part, Sheet};
use crate::value::date::DateCell;
use crate::value::quantity::Quantity;
use polars::prelude::Column;
use std::collections::BTreeMap;
use std::path::Path;

pub(super) const PARTS: &[&Part] = &[&EVENTS];

const EVENTS: Part = Part {
    fields: FIELDS,
    id: "person",
    key: &[],
    details: &[],
    by_file: true,
};

const FIELDS: &[Field] = &[
    required("person", PERSON),
    field("benefit", &["benefit", "ytelse"]),
    field("code", &["kode", "hovedarbstat", "code"]),
    required(
        "start",
        &[
            "tilgdato", "pnsjtilg", "sptilg", "asoktilg", "shjtilg", "start", "tilgmnd",
        ],
    ),
    field(
        "off",
        &["avgdato", "pnsjavg", "spavg", "asokavg", "shjavg", "avgmnd"],
    ),
    field(
        "end",
        &[
            "tomdato", "pnsjtom", "sptom", "asoktom", "shjtom", "end", "tommnd",
        ],
    ),
    field("degree", &["ufg", "grad", "spgrad", "degree"]),
    field("amount", &["mndutbet", "amount"]),
    field("measure", &["tiltak"]),
];

/// Benefits by how their files and columns begin.
const BENEFITS: [&str; 5] = ["aap", "ufp", "sp", "arbsok", "shj"];
const PAIRED: &str = "an end or change row, paired with its start row";
const DEGREES: &str = "several degrees for one start: that of the row with the latest end counts";
const LATEST: &str = "several ends for one start: the latest counts";

struct Benefit {
    place: Place,
    benefit: String,
    code: Option<String>,
    degree: Quantity,
    amount: Option<f64>,
    end_status: EndStatus,
}

pub(super) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    let mut sheets = reading.main(&EVENTS)?;
    let mut spells: BTreeMap<(usize, String, i32), Benefit> = BTreeMap::new();
    for sheet in &mut sheets {
        events(sheet, reading.options, &mut spells)?;
    }
    reading.finish(sheets)?;
    Ok(vec![table::<Benefit>(spells.into_values().collect())?])
}

fn events(
    sheet: &mut Sheet,
    options: &RegisterOptions,
    spells: &mut BTreeMap<(usize, String, i32), Benefit>,
) -> Result<(), RegisterError> {
    let of_file = benefit_of(sheet);
    if of_file.is_none() && !sheet.has("benefit") {
        let rule = "which benefit the file holds cannot be told from its name or its columns";
        let help = "name it f_aap, f_ufp, f_sp, f_arbsok or f_shj, or name the column: columns = { benefit = \"...\" }";
        return Err(Problem::new("unknown_benefit", &sheet.log.file, rule)
            .help(help)
            .into());
    }
    let starts = sheet.dates("start")?;
    let (offs, ends) = (sheet.dates("off")?, sheet.dates("end")?);
    let degree = sheet.numbers("degree", 0.0..=100.0)?;
    let amount = sheet.numbers("amount", f64::MIN..=f64::MAX)?;
    for row in 0..sheet.rows.len() {
        let (end, means) = match (ends[row], offs[row]) {
            (DateCell::Missing, DateCell::Missing) => (DateCell::Missing, Ends::LastDay),
            (DateCell::Missing, off) => (off, declared(sheet, options)?),
            // The last day on goes before a date of which it is not known what it means.
            (end, _) => (end, Ends::LastDay),
        };
        let Some(days) = period(sheet, row, (starts[row], end), means, options) else {
            continue;
        };
        let benefit = sheet
            .owned(row, "benefit")
            .or_else(|| of_file.map(str::to_owned));
        let spell = Benefit {
            place: sheet.place(row, (days.start, days.end), days.precision),
            benefit: benefit.unwrap_or_default(),
            code: sheet
                .owned(row, "code")
                .or_else(|| sheet.owned(row, "measure")),
            degree: degree[row],
            amount: amount[row].value,
            end_status: days.end_status,
        };
        let key = (spell.place.person, spell.benefit.clone(), spell.place.start);
        match spells.get_mut(&key) {
            Some(known) => pair(sheet, known, spell),
            None => {
                spells.insert(key, spell);
            }
        }
    }
    Ok(())
}

/// Joins an event to the spell it belongs to: an end closes an open spell; what one row leaves out
/// the other may tell.
fn pair(sheet: &mut Sheet, known: &mut Benefit, mut event: Benefit) {
    sheet.log.repaired(PAIRED);
    let ended = |benefit: &Benefit| benefit.end_status == EndStatus::Observed;
    if ended(known) && ended(&event) && known.place.end != event.place.end {
        sheet.log.repaired(LATEST);
    }
    if matches!((known.degree.value, event.degree.value), (Some(one), Some(other)) if one != other)
    {
        sheet.log.repaired(DEGREES);
    }
    if ended(&event) && (!ended(known) || event.place.end > known.place.end) {
        std::mem::swap(known, &mut event);
    }
    known.code = known.code.take().or(event.code);
    if known.degree.value.is_none() && event.degree.value.is_some() {
        known.degree = event.degree;
    }
    known.amount = known.amount.or(event.amount);
}

/// What AVGDATO means: never assumed.
fn declared(sheet: &Sheet, options: &RegisterOptions) -> Result<Ends, RegisterError> {
    if options.ends != Ends::Undeclared {
        return Ok(options.ends);
    }
    let rule = "the date off may be the last day on or the first day off, and no TOMDATO tells";
    let help = "declare it: ends = \"last day on\" or ends = \"first day off\"";
    let column = sheet
        .map
        .get("off")
        .map(|column| sheet.header[*column].clone());
    Err(Problem::new("undeclared_end", &sheet.log.file, rule)
        .in_column(column.unwrap_or_default())
        .help(help)
        .into())
}

/// The benefit of a file: by the column of its first days, or by its name.
fn benefit_of(sheet: &Sheet) -> Option<&'static str> {
    let header = sheet
        .map
        .get("start")
        .map(|column| sheet.header[*column].as_str());
    let start = header.map(crate::header::fold).unwrap_or_default();
    let by_column = match start.as_str() {
        "pnsjtilg" => Some("ufp"),
        "sptilg" => Some("sp"),
        "asoktilg" => Some("arbsok"),
        "shjtilg" => Some("shj"),
        _ => None,
    };
    by_column.or_else(|| by_name(&sheet.log.file))
}

fn by_name(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?.to_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphabetic());
    words.find_map(|word| BENEFITS.into_iter().find(|benefit| *benefit == word))
}

impl Row for Benefit {
    const KIND: TableKind = TableKind::BenefitSpell;

    fn place(&self) -> &Place {
        &self.place
    }

    fn columns(rows: &[Self]) -> Vec<Column> {
        let [degree, set_aside] =
            quantities(("degree", "degree_set_aside"), rows, |row| row.degree);
        vec![
            texts("benefit", rows, |row| Some(row.benefit.as_str())),
            texts("code", rows, |row| row.code.as_deref()),
            degree,
            set_aside,
            numbers("amount", rows, |row| row.amount),
            texts("end_status", rows, |row| Some(row.end_status.name())),
        ]
    }
}

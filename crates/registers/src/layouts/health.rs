//! Rows of the health registers' tables, and what they share.

use crate::canonical::{EndStatus, Place, Row, TableKind, numbers, texts, truths};
use crate::error::{Problem, RegisterError};
use crate::options::{Ends, RegisterOptions};
use crate::period::period;
use crate::reading::Reading;
use crate::scan::Keys;
use crate::sheet::{Part, Sheet};
use crate::value::date::{DateCell, Day};
use polars::prelude::Column;
use std::collections::HashMap;

/// An episode in specialist care.
#[derive(Debug, Clone)]
pub(crate) struct Episode {
    pub(crate) place: Place,
    pub(crate) episode: Option<String>,
    pub(crate) care_level: Option<String>,
    pub(crate) urgency: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) contact_type: Option<String>,
    pub(crate) payer: Option<String>,
    pub(crate) main_diagnosis: Option<String>,
    pub(crate) end_status: EndStatus,
}

impl Row for Episode {
    const KIND: TableKind = TableKind::Episode;

    fn place(&self) -> &Place {
        &self.place
    }

    fn columns(rows: &[Self]) -> Vec<Column> {
        vec![
            texts("episode", rows, |row| row.episode.as_deref()),
            texts("care_level", rows, |row| row.care_level.as_deref()),
            texts("urgency", rows, |row| row.urgency.as_deref()),
            texts("field", rows, |row| row.field.as_deref()),
            texts("contact_type", rows, |row| row.contact_type.as_deref()),
            texts("payer", rows, |row| row.payer.as_deref()),
            texts("main_diagnosis", rows, |row| row.main_diagnosis.as_deref()),
            texts("end_status", rows, |row| Some(row.end_status.name())),
        ]
    }
}

/// A contact with primary care: a bill.
#[derive(Debug, Clone)]
pub(crate) struct Contact {
    pub(crate) place: Place,
    pub(crate) contact: Option<String>,
    pub(crate) contact_type: Option<String>,
    pub(crate) practitioner: Option<String>,
    pub(crate) diagnoses: Vec<String>,
    pub(crate) tariffs: Vec<String>,
    /// Both lists, a space between codes; filled when all files are read.
    pub(crate) joined: (Option<String>, Option<String>),
    pub(crate) amount: Option<f64>,
}

impl Contact {
    /// Fills the texts of both lists.
    pub(crate) fn join(&mut self) {
        let text = |codes: &[String]| (!codes.is_empty()).then(|| codes.join(" "));
        self.joined = (text(&self.diagnoses), text(&self.tariffs));
    }
}

impl Row for Contact {
    const KIND: TableKind = TableKind::Contact;

    fn place(&self) -> &Place {
        &self.place
    }

    fn columns(rows: &[Self]) -> Vec<Column> {
        vec![
            texts("contact", rows, |row| row.contact.as_deref()),
            texts("contact_type", rows, |row| row.contact_type.as_deref()),
            texts("practitioner", rows, |row| row.practitioner.as_deref()),
            texts("diagnosis", rows, |row| row.joined.0.as_deref()),
            texts("tariff", rows, |row| row.joined.1.as_deref()),
            numbers("amount", rows, |row| row.amount),
        ]
    }
}

/// A diagnosis, on the days of its episode or contact.
#[derive(Debug, Clone)]
pub(crate) struct Diagnosis {
    pub(crate) place: Place,
    pub(crate) code: String,
    pub(crate) system: Option<String>,
    pub(crate) main: Option<bool>,
    pub(crate) episode: Option<String>,
}

impl Row for Diagnosis {
    const KIND: TableKind = TableKind::Diagnosis;

    fn place(&self) -> &Place {
        &self.place
    }

    fn columns(rows: &[Self]) -> Vec<Column> {
        vec![
            texts("code", rows, |row| Some(row.code.as_str())),
            texts("system", rows, |row| row.system.as_deref()),
            truths("main", rows, |row| row.main),
            texts("episode", rows, |row| row.episode.as_deref()),
        ]
    }
}

/// A tariff of a contact.
#[derive(Debug, Clone)]
pub(crate) struct Tariff {
    pub(crate) place: Place,
    pub(crate) code: String,
    pub(crate) contact: Option<String>,
}

impl Row for Tariff {
    const KIND: TableKind = TableKind::Tariff;

    fn place(&self) -> &Place {
        &self.place
    }

    fn columns(rows: &[Self]) -> Vec<Column> {
        vec![
            texts("code", rows, |row| Some(row.code.as_str())),
            texts("contact", rows, |row| row.contact.as_deref()),
        ]
    }
}

pub(crate) const NORMALISED: &str =
    "a code written with points, blanks or small letters, normalised";
const NOT_A_CODE: &str = "a code without a letter or digit, left out";

/// A diagnosis code in capitals and digits alone: `c50.9 ` is C509.
pub(crate) fn diagnosis_code(sheet: &mut Sheet, cell: &str) -> Option<String> {
    let code: String = cell
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if code.is_empty() {
        sheet.log.repaired(NOT_A_CODE);
        return None;
    }
    if code != cell {
        sheet.log.repaired(NORMALISED);
    }
    Some(code)
}

/// A tariff in small letters: `2AD ` is 2ad.
pub(crate) fn tariff_code(sheet: &mut Sheet, cell: &str) -> Option<String> {
    let code = cell.trim().to_lowercase();
    if code.is_empty() {
        return None;
    }
    if code != cell {
        sheet.log.repaired(NORMALISED);
    }
    Some(code)
}

/// The contacts on a sheet's rows, without diagnoses and tariffs: each with its row.
pub(crate) fn read_contacts(
    sheet: &mut Sheet,
    references: &References,
    options: &RegisterOptions,
) -> Result<Vec<(usize, Contact)>, RegisterError> {
    let dates = references.dates(sheet, "date", "date_difference")?;
    let amounts = sheet.numbers("amount", f64::MIN..=f64::MAX)?;
    let mut contacts = Vec::new();
    for row in 0..sheet.rows.len() {
        if !sheet.has("date") && !references.knows(sheet.rows[row].key) {
            sheet.refuse(row, Some("person"), NO_REFERENCE);
            continue;
        }
        let date = (dates[row], dates[row]);
        let Some(days) = period(sheet, row, date, Ends::LastDay, options) else {
            continue;
        };
        let contact = Contact {
            place: sheet.place(row, (days.start, days.end), days.precision),
            contact: sheet.owned(row, "contact"),
            contact_type: contact_type(sheet, row),
            practitioner: sheet.owned(row, "practitioner"),
            diagnoses: Vec::new(),
            tariffs: Vec::new(),
            joined: (None, None),
            amount: amounts[row].value,
        };
        contacts.push((row, contact));
    }
    Ok(contacts)
}

const UNKNOWN_TYPE: &str = "contact type -1 is unknown, taken as missing";

/// The type of a contact; -1 is unknown.
fn contact_type(sheet: &mut Sheet, row: usize) -> Option<String> {
    let code = sheet.owned(row, "contact_type")?;
    if code == "-1" {
        sheet.log.repaired(UNKNOWN_TYPE);
        return None;
    }
    Some(code)
}

/// The codes of a cell that may hold a list.
pub(crate) fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([',', ';', '|'])
        .map(str::trim)
        .filter(|code| !code.is_empty())
}

/// ICPC-2 or ICD-10, as the file says or as the code looks: a letter and two digits is ICPC-2 in
/// primary care.
pub(crate) fn system(declared: Option<&str>, code: &str) -> String {
    if let Some(declared) = declared {
        let folded = crate::header::fold(declared);
        if folded.contains("icpc") {
            return "ICPC-2".to_owned();
        }
        if folded.contains("icd") {
            return "ICD-10".to_owned();
        }
    }
    let icpc = code.len() == 3 && code.bytes().skip(1).all(|b| b.is_ascii_digit());
    if icpc { "ICPC-2" } else { "ICD-10" }.to_owned()
}

/// Rows that share an identifier, and the identifiers as keys: what hangs on an identifier hangs on
/// each of its rows.
pub(crate) fn groups<'a>(ids: impl Iterator<Item = Option<&'a str>>) -> (Keys, Vec<Vec<usize>>) {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (row, id) in ids.enumerate() {
        let Some(id) = id else {
            continue;
        };
        let group = *known.entry(id).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(row);
    }
    (Keys::new(known.into_iter()), groups)
}

/// Reference dates of people, for extracts that give days from a date kept apart.
pub(crate) struct References(Option<HashMap<usize, Day>>);

pub(crate) const REFERENCE: Part = Part {
    fields: &[
        super::required("person", super::PERSON),
        super::required(
            "reference_date",
            &[
                "referencedate",
                "referansedato",
                "reference",
                "dato",
                "date",
            ],
        ),
    ],
    id: "person",
    key: &[],
    details: &[],
    by_file: false,
};

pub(crate) const NO_REFERENCE: &str = "the person has no reference date";
const TWO_REFERENCES: &str = "the person has two reference dates";

impl References {
    /// The reference file of a plan, if it names one.
    pub(crate) fn read(reading: &mut Reading<'_>) -> Result<Self, RegisterError> {
        if !reading.options.parts.contains_key("reference") {
            return Ok(Self(None));
        }
        let keys = reading.participants();
        let mut sheets = reading.part("reference", &REFERENCE, &keys)?;
        let mut days = HashMap::new();
        for sheet in &mut sheets {
            let dates = sheet.dates("reference_date")?;
            for (row, date) in dates.into_iter().enumerate() {
                match date {
                    DateCell::Is(day, _) => {
                        let known = *days.entry(sheet.rows[row].key).or_insert(day);
                        if known != day {
                            sheet.refuse(row, Some("reference_date"), TWO_REFERENCES);
                        }
                    }
                    _ => sheet.refuse(row, Some("reference_date"), crate::period::BAD_DATE),
                }
            }
        }
        reading.finish(sheets)?;
        Ok(Self(Some(days)))
    }

    /// A column of dates, or of days from the reference date.
    pub(crate) fn dates(
        &self,
        sheet: &mut Sheet,
        date: &'static str,
        difference: &'static str,
    ) -> Result<Vec<DateCell>, RegisterError> {
        if sheet.has(date) || !sheet.has(difference) {
            return sheet.dates(date);
        }
        let Some(references) = &self.0 else {
            let rule =
                "the file gives days from a reference date, and the plan names no reference file";
            return Err(Problem::new("missing_reference", &sheet.log.file, rule)
                .in_column(sheet.header[sheet.map[difference]].clone())
                .help("name it: reference = \"reference-dates.csv\", with person and date")
                .into());
        };
        let mut days = Vec::with_capacity(sheet.rows.len());
        for row in 0..sheet.rows.len() {
            let Some(cell) = sheet.text(row, difference) else {
                days.push(DateCell::Missing);
                continue;
            };
            let from = references.get(&sheet.rows[row].key);
            let day = cell.parse::<Day>().ok().zip(from);
            let day = day.and_then(|(after, from)| from.checked_add(after));
            // From 1850 to 2200: beyond, the number is a code and no count of days.
            let day = day.filter(|day| (-43_829..84_006).contains(day));
            days.push(day.map_or(DateCell::Bad, |day| DateCell::Is(day, day)));
        }
        Ok(days)
    }

    /// Whether a person has a reference date, where one is needed.
    pub(crate) fn knows(&self, person: usize) -> bool {
        self.0
            .as_ref()
            .is_none_or(|days| days.contains_key(&person))
    }
}

//! Norwegian registry for primary health care: bills, and their diagnoses and tariffs in two
//! further files, joined by the bill's number.

use super::health::{
    Contact, Diagnosis, References, Tariff, diagnosis_code, groups, list, read_contacts, system,
    tariff_code,
};
use super::{PERSON, field, required};
use crate::canonical::{Table, TableKind, table};
use crate::error::RegisterError;
use crate::header::Field;
use crate::reading::Reading;
use crate::series;
use crate::sheet::Part;

pub(super) const PARTS: &[&Part] = &[&BILLS, &DIAGNOSES, &TARIFFS, &super::health::REFERENCE];

const BILL: &[&str] = &["enkeltregninglnr", "regninglnr", "contact"];

const BILLS: Part = Part {
    fields: FIELDS,
    id: "person",
    key: &[],
    details: &[],
    by_file: false,
};

const FIELDS: &[Field] = &[
    required("person", PERSON),
    required("contact", BILL),
    field("date", &["dato", "kontaktdato", "mnd", "maaned", "date"]),
    field("date_difference", &["differansedager"]),
    field(
        "contact_type",
        &["kontakttypeid", "kontakttype", "contacttype"],
    ),
    field(
        "practitioner",
        &[
            "fagomraadekode",
            "tjenestetype",
            "praksistype",
            "practitioner",
        ],
    ),
    field(
        "amount",
        &["refusjonutbetaltbeloep", "utbetaltbeloep", "amount"],
    ),
];

const DIAGNOSES: Part = Part {
    fields: &[
        required("diagnosis_contact", BILL),
        required(
            "diagnosis",
            &["diagnose", "diagnosekode", "kode", "diagnosis"],
        ),
        field("system", &["diagnosekodeverk", "kodeverk", "system"]),
    ],
    id: "diagnosis_contact",
    key: &[],
    details: &[],
    by_file: false,
};

const TARIFFS: Part = Part {
    fields: &[
        required("tariff_contact", BILL),
        required("tariff", &["takstkode", "takst", "tariff"]),
    ],
    id: "tariff_contact",
    key: &[],
    details: &[],
    by_file: false,
};

pub(super) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    let references = References::read(reading)?;
    for (part, table) in [
        ("diagnoses", TableKind::Diagnosis),
        ("tariffs", TableKind::Tariff),
    ] {
        if !reading.options.parts.contains_key(part) {
            reading.unfilled.push(table);
        }
    }
    let mut contacts = Vec::new();
    let mut sheets = reading.main(&BILLS)?;
    series::check_named(&sheets, reading.options)?;
    for sheet in &mut sheets {
        let found = read_contacts(sheet, &references, reading.options)?;
        contacts.extend(found.into_iter().map(|(_, contact)| contact));
    }
    reading.finish(sheets)?;
    let diagnoses = diagnoses(reading, &mut contacts)?;
    let tariffs = tariffs(reading, &mut contacts)?;
    contacts.iter_mut().for_each(Contact::join);
    Ok(vec![
        table::<Contact>(contacts)?,
        table::<Diagnosis>(diagnoses)?,
        table::<Tariff>(tariffs)?,
    ])
}

fn diagnoses(
    reading: &mut Reading<'_>,
    contacts: &mut [Contact],
) -> Result<Vec<Diagnosis>, RegisterError> {
    let mut found = Vec::new();
    let ids: Vec<Option<String>> = contacts.iter().map(|c| c.contact.clone()).collect();
    let (keys, groups) = groups(ids.iter().map(Option::as_deref));
    let mut sheets = reading.part("diagnoses", &DIAGNOSES, &keys)?;
    for sheet in &mut sheets {
        for row in 0..sheet.rows.len() {
            let group = &groups[sheet.rows[row].key];
            let Some(cell) = sheet.owned(row, "diagnosis") else {
                continue;
            };
            let declared = sheet.owned(row, "system");
            for code in list(&cell) {
                let Some(code) = diagnosis_code(sheet, code) else {
                    continue;
                };
                for &member in group {
                    let contact = &mut contacts[member];
                    let mut place = contact.place;
                    (place.file, place.line) = (sheet.number, sheet.rows[row].line);
                    contact.diagnoses.push(code.clone());
                    found.push(Diagnosis {
                        place,
                        system: Some(system(declared.as_deref(), &code)),
                        code: code.clone(),
                        main: None,
                        episode: contact.contact.clone(),
                    });
                }
            }
        }
    }
    reading.finish(sheets)?;
    Ok(found)
}

fn tariffs(
    reading: &mut Reading<'_>,
    contacts: &mut [Contact],
) -> Result<Vec<Tariff>, RegisterError> {
    let mut found = Vec::new();
    let ids: Vec<Option<String>> = contacts.iter().map(|c| c.contact.clone()).collect();
    let (keys, groups) = groups(ids.iter().map(Option::as_deref));
    let mut sheets = reading.part("tariffs", &TARIFFS, &keys)?;
    for sheet in &mut sheets {
        for row in 0..sheet.rows.len() {
            let group = &groups[sheet.rows[row].key];
            let Some(cell) = sheet.owned(row, "tariff") else {
                continue;
            };
            for code in list(&cell) {
                let Some(code) = tariff_code(sheet, code) else {
                    continue;
                };
                for &member in group {
                    let contact = &mut contacts[member];
                    let mut place = contact.place;
                    (place.file, place.line) = (sheet.number, sheet.rows[row].line);
                    contact.tariffs.push(code.clone());
                    found.push(Tariff {
                        place,
                        code: code.clone(),
                        contact: contact.contact.clone(),
                    });
                }
            }
        }
    }
    reading.finish(sheets)?;
    Ok(found)
}

//! Norwegian reimbursement claims of primary care: a file a year, dates often to the month only,
//! lists of diagnoses and tariffs in one cell.

use super::health::{
    Contact, Diagnosis, References, Tariff, diagnosis_code, list, read_contacts, system,
    tariff_code,
};
use super::{PERSON, field, required};
use crate::canonical::{Table, TableKind, table};
use crate::error::RegisterError;
use crate::header::Field;
use crate::options::RegisterOptions;
use crate::reading::Reading;
use crate::series;
use crate::sheet::{Part, Sheet};

pub(super) const PARTS: &[&Part] = &[&CLAIMS, &super::health::REFERENCE];

const CLAIMS: Part = Part {
    fields: FIELDS,
    id: "person",
    key: &[],
    details: &[],
    by_file: false,
};

const FIELDS: &[Field] = &[
    required("person", PERSON),
    field("contact", &["regningid", "regningsid", "contact"]),
    field(
        "date",
        &["dato", "kontaktdato", "mnd", "mned", "maaned", "date"],
    ),
    field("date_difference", &["differansedager"]),
    field(
        "contact_type",
        &["kontakttypeid", "kontakttype", "contacttype"],
    ),
    field(
        "practitioner",
        &[
            "fagomraadekode",
            "praksistype",
            "tjenestetype",
            "practitioner",
        ],
    ),
    field(
        "diagnosis",
        &["diagnoser", "diagnose", "diagnosekode", "diagnosis"],
    ),
    field("system", &["diagnosekodeverk", "kodeverk", "system"]),
    field("tariff", &["takster", "takstkode", "takst", "tariff"]),
    field(
        "amount",
        &[
            "refusjonutbetaltbeloep",
            "utbetaltbeloep",
            "refusjon",
            "amount",
        ],
    ),
];

pub(super) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    let references = References::read(reading)?;
    let (mut contacts, mut diagnoses, mut tariffs) = (Vec::new(), Vec::new(), Vec::new());
    let mut sheets = reading.main(&CLAIMS)?;
    series::check_named(&sheets, reading.options)?;
    for (field, table) in [
        ("diagnosis", TableKind::Diagnosis),
        ("tariff", TableKind::Tariff),
    ] {
        if !sheets.iter().any(|sheet| sheet.has(field)) {
            reading.unfilled.push(table);
        }
    }
    for sheet in &mut sheets {
        let found = claims(sheet, &references, reading.options)?;
        for contact in &found {
            for code in &contact.0.diagnoses {
                diagnoses.push(Diagnosis {
                    place: contact.0.place,
                    code: code.clone(),
                    system: Some(system(contact.1.as_deref(), code)),
                    main: None,
                    episode: contact.0.contact.clone(),
                });
            }
            tariffs.extend(contact.0.tariffs.iter().map(|code| Tariff {
                place: contact.0.place,
                code: code.clone(),
                contact: contact.0.contact.clone(),
            }));
        }
        contacts.extend(found.into_iter().map(|(contact, _)| contact));
    }
    reading.finish(sheets)?;
    Ok(vec![
        table::<Contact>(contacts)?,
        table::<Diagnosis>(diagnoses)?,
        table::<Tariff>(tariffs)?,
    ])
}

/// The contacts of a file, each with the coding system that its row declares.
fn claims(
    sheet: &mut Sheet,
    references: &References,
    options: &RegisterOptions,
) -> Result<Vec<(Contact, Option<String>)>, RegisterError> {
    let mut contacts = Vec::new();
    for (row, mut contact) in read_contacts(sheet, references, options)? {
        let diagnoses = sheet.owned(row, "diagnosis").unwrap_or_default();
        let tariffs = sheet.owned(row, "tariff").unwrap_or_default();
        let codes = list(&diagnoses).filter_map(|code| diagnosis_code(sheet, code));
        contact.diagnoses = codes.collect();
        let codes = list(&tariffs).filter_map(|code| tariff_code(sheet, code));
        contact.tariffs = codes.collect();
        contact.join();
        contacts.push((contact, sheet.owned(row, "system")));
    }
    Ok(contacts)
}

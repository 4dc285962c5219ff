//! Norwegian primary care, old: one semicolon file a year, dates by month.

use super::{Cell, Mess, Row, Writing};
use crate::SynthError;
use crate::registers::calendar::{month_of, year_month};
use crate::registers::health::{Contact, contact, contacts};

const HEADER: [&str; 7] = [
    "PASIENTLOPENUMMER",
    "MNED",
    "KONTAKTTYPE",
    "DIAGNOSE",
    "DIAGNOSE_KODEVERK",
    "TAKSTKODE",
    "PRAKSISTYPE",
];

pub(super) fn write(writing: &mut Writing<'_>) -> Result<(), SynthError> {
    for year in writing.years() {
        let mut table = writing.open(&format!("kuhr_{year}.csv"), &HEADER)?;
        for person in writing.everybody() {
            let mut draws = writing.mess(&person);
            let mut all: Vec<Contact> = contacts(&person, writing.settings());
            if writing.has(Mess::AfterDeath)
                && let Some(died) = person.died
            {
                // In a later month: a month is all that the file knows.
                all.push(contact(died + draws.between(32, 60), &mut draws));
            }
            for contact in &all {
                let (of_contact, month) = year_month(month_of(contact.day));
                let mut tariffs: Vec<String> = Vec::new();
                for code in &contact.tariffs {
                    let noise = writing.has(Mess::TariffCase);
                    tariffs.push(super::kpr::tariff(code, noise, &mut draws));
                }
                if of_contact != year {
                    continue;
                }
                let written = format!("{year}-{month:02}");
                for (diagnosis, tariff) in pairs(contact, &tariffs, writing.has(Mess::Lists)) {
                    let cells = [
                        Cell::Text(&person.id),
                        Cell::Exact(&written),
                        Cell::Text(contact.contact),
                        Cell::Text(&diagnosis),
                        Cell::Text("ICPC-2"),
                        Cell::Text(&tariff),
                        Cell::Text("FALE"),
                    ];
                    table.row(&cells, Row::of(person.participant))?;
                }
            }
        }
        writing.close(table)?;
    }
    Ok(())
}

/// The diagnoses and tariffs of a contact: one row with lists, or as many rows as the longer has.
fn pairs(contact: &Contact, tariffs: &[String], lists: bool) -> Vec<(String, String)> {
    if lists {
        return vec![(contact.diagnoses.join(","), tariffs.join(","))];
    }
    let rows = contact.diagnoses.len().max(tariffs.len());
    let row = |place: usize| {
        let diagnosis = contact.diagnoses[place % contact.diagnoses.len()];
        (diagnosis.to_owned(), tariffs[place % tariffs.len()].clone())
    };
    (0..rows).map(row).collect()
}

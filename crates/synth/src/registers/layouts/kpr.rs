//! Norwegian primary care, new: bills, diagnoses and tariffs in three files, joined by the bill.

use super::{Cell, Mess, Row, Writing};
use crate::SynthError;
use crate::draws::Draws;
use crate::registers::health::{Contact, contact, contacts};

const BILLS: [&str; 6] = [
    "KPR_lnr",
    "enkeltregning_lnr",
    "dato",
    "kontakttypeId",
    "praksistype",
    "refusjonutbetaltbeløp",
];
const DIAGNOSES: [&str; 3] = ["enkeltregning_lnr", "diagnosekode", "diagnose_kodeverk"];
const TARIFFS: [&str; 2] = ["enkeltregning_lnr", "takstKode"];

pub(super) fn write(writing: &mut Writing<'_>) -> Result<(), SynthError> {
    let mut bills = writing.open("enkeltregning.csv", &BILLS)?;
    let mut diagnoses = writing.open_side("diagnose.csv", &DIAGNOSES)?;
    let mut tariffs = writing.open_side("takst.csv", &TARIFFS)?;
    let mut key = 500_000_000_u64;
    for person in writing.everybody() {
        let row = Row::of(person.participant);
        let mut draws = writing.mess(&person);
        let mut all: Vec<Contact> = contacts(&person, writing.settings());
        if writing.has(Mess::AfterDeath)
            && let Some(died) = person.died
        {
            all.push(contact(died + draws.between(1, 60), &mut draws));
        }
        for contact in &all {
            key += 1 + u64::from(draws.below(3));
            let key = key.to_string();
            let cells = [
                Cell::Text(&person.id),
                Cell::Text(&key),
                Cell::Day(contact.day),
                Cell::Text(contact.contact),
                Cell::Text("FALE"),
                Cell::Tenths(i64::from(draws.between(500, 4000))),
            ];
            bills.row(&cells, row)?;
            for code in &contact.diagnoses {
                let cells = [Cell::Text(&key), Cell::Text(code), Cell::Text("ICPC-2")];
                diagnoses.row(&cells, row)?;
            }
            for code in &contact.tariffs {
                let code = tariff(code, writing.has(Mess::TariffCase), &mut draws);
                let cells = [Cell::Text(&key), Cell::Text(&code)];
                tariffs.row(&cells, row)?;
            }
        }
    }
    for table in [bills, diagnoses, tariffs] {
        writing.close(table)?;
    }
    Ok(())
}

/// A tariff as doctors' systems write it.
pub(super) fn tariff(code: &str, noise: bool, draws: &mut Draws) -> String {
    match (noise, draws.below(4)) {
        (true, 0) => code.to_uppercase(),
        (true, 1) => {
            let (head, tail) = code.split_at(code.len() - 1);
            format!("{}{tail}", head.to_uppercase())
        }
        _ => code.to_owned(),
    }
}

//! The Norwegian patient register: one row an episode; diagnoses wide or in a file of codes; dates,
//! or days from a date of reference of each person.

use super::{Cell, Mess, Person, Row, Table, Writing};
use crate::SynthError;
use crate::draws::{Draws, Purpose};
use crate::registers::calendar::{Day, date_of};
use crate::registers::health::{Episode, episodes, posthumous};
use chrono::Datelike;

const HEADER: [&str; 15] = [
    "lopenr",
    "oppholdLopenr",
    "innDato",
    "utDato",
    "omsorgsniva",
    "innmateHast",
    "fagomrade",
    "kontaktType",
    "debitor",
    "kjonn",
    "fodselsar",
    "NPRId_reg",
    "tilstand_1_1",
    "tilstand_2_1",
    "tilstand_3_1",
];
const CODES: [&str; 3] = ["oppholdLopenr", "kode", "Hovedtilstand"];
const REFERENCE: [&str; 2] = ["lopenr", "referansedato"];
/// Columns of diagnoses, at the end.
const DIAGNOSES: usize = 3;

pub(super) fn write(writing: &mut Writing<'_>) -> Result<(), SynthError> {
    let relational = writing.has(Mess::RelationalCodes);
    let relative = writing.has(Mess::RelativeDates);
    let mut header = HEADER;
    if relative {
        header[2] = "differansedager_inn";
        header[3] = "differansedager_ut";
    }
    let width = HEADER.len() - if relational { DIAGNOSES } else { 0 };
    let mut table = writing.open("opphold.csv", &header[..width])?;
    let mut codes = match relational {
        true => Some(writing.open_side("koder.csv", &CODES)?),
        false => None,
    };
    let mut reference = match relative {
        true => Some(writing.open_side("referansedatoer.csv", &REFERENCE)?),
        false => None,
    };
    let mut key = 300_000_000_u64;
    for person in writing.everybody() {
        let mut draws = writing.mess(&person);
        let origin = origin(writing, &person);
        if let Some(table) = &mut reference {
            let cells = [Cell::Text(&person.id), Cell::Day(origin)];
            table.row(&cells, Row::of(person.participant))?;
        }
        let mut all: Vec<(Episode, bool)> = episodes(&person, writing.settings())
            .into_iter()
            .map(|episode| (episode, true))
            .collect();
        if writing.has(Mess::AfterDeath)
            && let Some(died) = person.died
        {
            all.push((posthumous(died, &mut draws), false));
        }
        for (episode, alive) in &all {
            key += 1 + u64::from(draws.below(3));
            let key = key.to_string();
            let diagnoses: Vec<String> = episode
                .diagnoses
                .iter()
                .map(|code| icd(code, writing.has(Mess::IcdNoise), &mut draws))
                .collect();
            if let Some(codes) = &mut codes {
                relational_codes(codes, &key, &diagnoses, person.participant, &mut draws)?;
            }
            let day = |day: Day| match relative {
                true => Cell::Whole(i64::from(day - origin)),
                false => Cell::Day(day),
            };
            let diagnosis = |place: usize| {
                let code = diagnoses.get(place);
                code.map_or(Cell::Missing, |code| Cell::Text(code))
            };
            let born = i64::from(date_of(person.index).year() - person.age);
            let cells = [
                Cell::Text(&person.id),
                Cell::Text(&key),
                day(episode.run.first),
                day(episode.run.last),
                Cell::Text(episode.level),
                Cell::Text(episode.urgency),
                Cell::Text(episode.field),
                Cell::Text(episode.contact),
                Cell::Text("1"),
                Cell::Text(if person.woman { "2" } else { "1" }),
                Cell::Whole(born),
                Cell::Text(if *alive { "1" } else { "5" }),
                diagnosis(0),
                diagnosis(1),
                diagnosis(2),
            ];
            table.row(&cells[..width], Row::of(person.participant))?;
        }
    }
    for table in [Some(table), codes, reference].into_iter().flatten() {
        writing.close(table)?;
    }
    Ok(())
}

/// The date from which a person's days are counted, which nobody outside the register knows.
fn origin(writing: &Writing<'_>, person: &Person) -> Day {
    let settings = writing.settings();
    let mut draws = Draws::stream(settings.seed, Purpose::Exits, person.number);
    settings.first() - draws.between(0, 3000)
}

fn relational_codes(
    table: &mut Table,
    key: &str,
    diagnoses: &[String],
    ours: bool,
    draws: &mut Draws,
) -> Result<(), SynthError> {
    let mut rows: Vec<(usize, &String)> = diagnoses.iter().enumerate().collect();
    draws.shuffle(&mut rows);
    for (place, code) in rows {
        let main = if place == 0 { "1" } else { "0" };
        let cells = [Cell::Text(key), Cell::Text(code), Cell::Text(main)];
        table.row(&cells, Row::of(ours))?;
    }
    Ok(())
}

/// A code of ICD-10 as hospitals write it.
fn icd(code: &str, noise: bool, draws: &mut Draws) -> String {
    let dotted = || format!("{}.{}", &code[..3], &code[3..]);
    match (noise, draws.below(7)) {
        (true, 0 | 1) => dotted(),
        (true, 2) => code.to_lowercase(),
        (true, 3) => format!("{code},"),
        (true, 4) => format!(" {} ", dotted()),
        _ => code.to_owned(),
    }
}

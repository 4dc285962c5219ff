//! Norwegian patient register: episodes in specialist care, with diagnoses in wide columns or in a
//! code file of their own. `oppholdLopenr` is the episode, never the person.

use super::health::{Diagnosis, Episode, NO_REFERENCE, References, diagnosis_code, groups, list};
use super::{PERSON, field, required};
use crate::canonical::{Table, TableKind, table};
use crate::error::{Problem, RegisterError};
use crate::header::{Field, fold};
use crate::options::{Ends, RegisterOptions};
use crate::period::period;
use crate::reading::Reading;
use crate::series;
use crate::sheet::{Part, Sheet};
use crate::value::date::DateCell;

pub(super) const PARTS: &[&Part] = &[&EPISODES, &CODES, &super::health::REFERENCE];

const EPISODES: Part = Part {
    fields: FIELDS,
    id: "person",
    key: &[],
    details: &[],
    by_file: false,
};

const FIELDS: &[Field] = &[
    required("person", PERSON),
    field(
        "episode",
        &["oppholdlopenr", "oppholdloepenr", "aggrshoppid", "episode"],
    ),
    field("start", &["inndato", "start"]),
    field("end", &["utdato", "end"]),
    field(
        "start_difference",
        &["differansedagerinn", "differansedagerinndato"],
    ),
    field(
        "end_difference",
        &["differansedagerut", "differansedagerutdato"],
    ),
    field("care_level", &["omsorgsniva", "omsorgsnivaa", "carelevel"]),
    field("urgency", &["innmatehast", "innmaatehast", "urgency"]),
    field("field", &["fagomrade", "fagomraade", "field"]),
    field("contact_type", &["kontakttype", "contacttype"]),
    field("payer", &["debitor", "payer"]),
    field("registration", &["npridreg"]),
];

const CODES: Part = Part {
    fields: &[
        required(
            "code_episode",
            &["oppholdlopenr", "oppholdloepenr", "aggrshoppid", "episode"],
        ),
        required("code", &["kode", "kodeverdi", "tilstand", "code"]),
        field("main", &["hovedtilstand", "main"]),
    ],
    id: "code_episode",
    key: &[],
    details: &[],
    by_file: false,
};

const DIED_BEFORE: &str = "the register says that the person died before the admission, left out";
const NO_END: &str = "no inpatient stay, and without last day: the day it began";
const SHORT_FIELD: &str = "a clinical field that had lost its leading zero, restored";
const UNKNOWN_CODE: &str = "a code for unknown, taken as missing";

pub(super) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    let references = References::read(reading)?;
    let mut sheets = reading.main(&EPISODES)?;
    series::check_named(&sheets, reading.options)?;
    let wide = sheets
        .iter()
        .any(|sheet| !conditions(&sheet.header).is_empty());
    if !wide && !reading.options.parts.contains_key("codes") {
        reading.unfilled.push(TableKind::Diagnosis);
    }
    let (mut episodes, mut diagnoses) = (Vec::new(), Vec::new());
    for sheet in &mut sheets {
        if reading.options.parts.contains_key("codes") && !sheet.has("episode") {
            let rule = "no column is recognised as `episode`, by which the code file is joined";
            return Err(Problem::new("missing_column", &sheet.log.file, rule)
                .at_line(1)
                .help("name it in the plan: columns = { episode = \"...\" }")
                .into());
        }
        rows(
            sheet,
            &references,
            reading.options,
            &mut episodes,
            &mut diagnoses,
        )?;
    }
    reading.finish(sheets)?;
    codes(reading, &mut episodes, &mut diagnoses)?;
    Ok(vec![
        table::<Episode>(episodes)?,
        table::<Diagnosis>(diagnoses)?,
    ])
}

fn rows(
    sheet: &mut Sheet,
    references: &References,
    options: &RegisterOptions,
    episodes: &mut Vec<Episode>,
    diagnoses: &mut Vec<Diagnosis>,
) -> Result<(), RegisterError> {
    let starts = references.dates(sheet, "start", "start_difference")?;
    let ends = references.dates(sheet, "end", "end_difference")?;
    let conditions = conditions(&sheet.header);
    for row in 0..sheet.rows.len() {
        if sheet.text(row, "registration") == Some("5") {
            sheet.log.repaired(DIED_BEFORE);
            continue;
        }
        let person = sheet.rows[row].key;
        if !sheet.has("start") && !references.knows(person) {
            sheet.refuse(row, Some("person"), NO_REFERENCE);
            continue;
        }
        let inpatient = sheet.text(row, "care_level") == Some("1");
        let (mut end, mut means) = (ends[row], options.ends);
        if end == starts[row] {
            // In and out on one day is that day, whatever an end means.
            means = Ends::LastDay;
        }
        if end == DateCell::Missing && !inpatient && matches!(starts[row], DateCell::Is(..)) {
            sheet.log.repaired(NO_END);
            (end, means) = (starts[row], Ends::LastDay);
        }
        let Some(days) = period(sheet, row, (starts[row], end), means, options) else {
            continue;
        };
        let place = sheet.place(row, (days.start, days.end), days.precision);
        let episode = sheet.owned(row, "episode");
        let mut main_diagnosis = None;
        for &(column, first) in &conditions {
            let cell = sheet.cell(row, column).map(str::to_owned);
            for code in cell.iter().flat_map(|cell| list(cell)) {
                let Some(code) = diagnosis_code(sheet, code) else {
                    continue;
                };
                if first && main_diagnosis.is_none() {
                    main_diagnosis = Some(code.clone());
                }
                diagnoses.push(Diagnosis {
                    place,
                    code,
                    system: Some("ICD-10".to_owned()),
                    main: Some(first),
                    episode: episode.clone(),
                });
            }
        }
        let field = clinical_field(sheet, row);
        episodes.push(Episode {
            place,
            episode,
            care_level: sheet.owned(row, "care_level"),
            urgency: sheet.owned(row, "urgency"),
            field,
            contact_type: sheet.owned(row, "contact_type"),
            payer: sheet.owned(row, "payer"),
            main_diagnosis,
            end_status: days.end_status,
        });
    }
    Ok(())
}

/// The wide columns of conditions, `tilstand_1_1` to `tilstand_20_1`, and whether it is the first.
fn conditions(header: &[String]) -> Vec<(usize, bool)> {
    // Whatever stands between the numbers: tilstand_1_1, Tilstand.1.1, tilstand 1 1.
    let plain = |name: &str| -> String {
        let mark = |c: char| if c.is_alphanumeric() { c } else { '_' };
        name.trim().to_lowercase().chars().map(mark).collect()
    };
    let mut found: Vec<(u32, usize)> = Vec::new();
    for (column, name) in header.iter().enumerate() {
        let lower = plain(name);
        let Some(at) = lower.find("tilstand_") else {
            continue;
        };
        let mut numbers = lower[at + "tilstand_".len()..].split('_');
        let parsed = numbers.next().and_then(|text| text.parse::<u32>().ok());
        if let Some(number) = parsed.filter(|_| fold(name).starts_with("tilstand")) {
            found.push((number, column));
        }
    }
    found.sort_unstable();
    found
        .into_iter()
        .map(|(number, column)| (column, number == 1))
        .collect()
}

/// The clinical field as three digits; 999 is unknown.
fn clinical_field(sheet: &mut Sheet, row: usize) -> Option<String> {
    let field = sheet.owned(row, "field")?;
    if field == "999" {
        sheet.log.repaired(UNKNOWN_CODE);
        return None;
    }
    if field.len() < 3 && field.bytes().all(|b| b.is_ascii_digit()) {
        sheet.log.repaired(SHORT_FIELD);
        return Some(format!("{field:0>3}"));
    }
    Some(field)
}

/// The code file: rows of episodes that were kept.
fn codes(
    reading: &mut Reading<'_>,
    episodes: &mut [Episode],
    diagnoses: &mut Vec<Diagnosis>,
) -> Result<(), RegisterError> {
    let ids: Vec<Option<String>> = episodes
        .iter()
        .map(|episode| episode.episode.clone())
        .collect();
    let (keys, groups) = groups(ids.iter().map(Option::as_deref));
    let mut sheets = reading.part("codes", &CODES, &keys)?;
    for sheet in &mut sheets {
        for row in 0..sheet.rows.len() {
            let group = &groups[sheet.rows[row].key];
            let Some(cell) = sheet.owned(row, "code") else {
                continue;
            };
            let main = sheet.text(row, "main").and_then(super::job::truth);
            for code in list(&cell) {
                let Some(code) = diagnosis_code(sheet, code) else {
                    continue;
                };
                for &member in group {
                    let episode = &mut episodes[member];
                    if main == Some(true) && episode.main_diagnosis.is_none() {
                        episode.main_diagnosis = Some(code.clone());
                    }
                    let mut place = episode.place;
                    (place.file, place.line) = (sheet.number, sheet.rows[row].line);
                    diagnoses.push(Diagnosis {
                        place,
                        code: code.clone(),
                        system: Some("ICD-10".to_owned()),
                        main,
                        episode: episode.episode.clone(),
                    });
                }
            }
        }
    }
    reading.finish(sheets)
}

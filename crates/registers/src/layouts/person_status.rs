//! Deaths, emigration and return, as events (a row each) or as columns (a row a person).

use super::{PERSON, field, required};
use crate::canonical::{Place, Row, Table, TableKind, table, texts};
use crate::error::{Problem, RegisterError};
use crate::header::{Field, fold};
use crate::options::RegisterOptions;
use crate::period::BAD_DATE;
use crate::reading::Reading;
use crate::sheet::{Part, Sheet};
use crate::value::date::{DateCell, Day, Precision};
use polars::prelude::Column;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const PARTS: &[&Part] = &[&STATUS];

const STATUS: Part = Part {
    fields: FIELDS,
    id: "person",
    key: &[],
    details: &[],
    by_file: false,
};

const FIELDS: &[Field] = &[
    required("person", PERSON),
    field("event", &["event", "status", "hendelse", "type"]),
    field("date", &["date", "dato", "hendelsesdato", "statusdato"]),
    field(
        "death",
        &[
            "death",
            "died",
            "doedsdato",
            "doeddato",
            "doddato",
            "dodsdato",
        ],
    ),
    field(
        "emigration",
        &[
            "emigration",
            "emigrated",
            "utvandret",
            "utvandringsdato",
            "utvdato",
        ],
    ),
    field(
        "immigration",
        &[
            "immigration",
            "immigrated",
            "innvandret",
            "innvandringsdato",
            "innvdato",
        ],
    ),
    field(
        "registry_from",
        &["registryfrom", "registerfra", "bosattfra", "bosattfradato"],
    ),
    field(
        "registry_to",
        &["registryto", "registertil", "bosatttil", "bosatttildato"],
    ),
];

/// Fields of dates, each with the event it tells and how many days after the date that happens: who
/// is resident until a day is away from the next.
const DATES: [(&str, Event, i32); 5] = [
    ("death", Event::Death, 0),
    ("emigration", Event::Emigration, 0),
    ("immigration", Event::Immigration, 0),
    ("registry_from", Event::Immigration, 0),
    ("registry_to", Event::Emigration, 1),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Immigration,
    Emigration,
    Death,
}

const EVENTS: [(Event, &[&str]); 3] = [
    (
        Event::Death,
        &["death", "died", "dead", "doed", "dod", "doedsfall"],
    ),
    (
        Event::Emigration,
        &["emigration", "emigrated", "utvandret", "utvandring"],
    ),
    (
        Event::Immigration,
        &[
            "immigration",
            "immigrated",
            "innvandret",
            "innvandring",
            "return",
        ],
    ),
];

const UNKNOWN_EVENT: &str = "the event is none of death, emigration, immigration";
const NO_DATE: &str = "the event has no date";
const TWO_DEATHS: &str = "a second day of death, left out: the first counts";

struct Status {
    place: Place,
    status: &'static str,
}

/// An event and where it stands.
type Known = (Day, Event, usize, u64, Precision);

pub(super) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    let mut sheets = reading.main(&STATUS)?;
    let mut events: BTreeMap<usize, Vec<Known>> = BTreeMap::new();
    for sheet in &mut sheets {
        collect(sheet, &mut events)?;
    }
    let mut rows = Vec::new();
    for (person, mut known) in events {
        known.sort_unstable();
        let deaths = known.iter().filter(|(_, event, ..)| *event == Event::Death);
        let deaths: BTreeSet<Day> = deaths.map(|(day, ..)| *day).collect();
        if let (true, Some(sheet)) = (deaths.len() > 1, sheets.first_mut()) {
            sheet.log.repaired(TWO_DEATHS);
        }
        rows.extend(spells(person, &known, reading.options));
    }
    reading.finish(sheets)?;
    Ok(vec![table::<Status>(rows)?])
}

fn collect(
    sheet: &mut Sheet,
    events: &mut BTreeMap<usize, Vec<Known>>,
) -> Result<(), RegisterError> {
    let as_rows = sheet.has("event") && sheet.has("date");
    if !as_rows && !DATES.iter().any(|(field, ..)| sheet.has(field)) {
        let rule = "neither events (`event`, `date`) nor columns of dates (`death`, `emigration`, \
                    `immigration`) are recognised";
        return Err(Problem::new("missing_column", &sheet.log.file, rule)
            .at_line(1)
            .help("name them in the plan: columns = { death = \"...\" }")
            .into());
    }
    let columns: Vec<(&'static str, Option<Event>, i32)> = if as_rows {
        vec![("date", None, 0)]
    } else {
        let told = DATES.into_iter();
        told.map(|(field, event, later)| (field, Some(event), later))
            .collect()
    };
    for (field, event, later) in columns {
        let dates = sheet.dates(field)?;
        for (row, date) in dates.into_iter().enumerate() {
            let event = match event {
                Some(event) => Some(event),
                None => sheet.text(row, "event").map(fold).and_then(|name| {
                    let found = EVENTS
                        .iter()
                        .find(|(_, names)| names.contains(&name.as_str()));
                    found.map(|(event, _)| *event)
                }),
            };
            let place = &sheet.rows[row];
            let (person, line) = (place.key, place.line);
            match (event, date) {
                (None, _) => sheet.refuse(row, Some("event"), UNKNOWN_EVENT),
                (_, DateCell::Bad) => sheet.refuse(row, Some(field), BAD_DATE),
                (_, DateCell::Missing) if as_rows => sheet.refuse(row, Some("date"), NO_DATE),
                (_, DateCell::Missing) => {}
                (Some(event), date @ DateCell::Is(first, last)) => {
                    let day = if later == 0 { first } else { last + later };
                    let known = (day, event, sheet.number, line, date.precision());
                    events.entry(person).or_default().push(known);
                }
            }
        }
    }
    Ok(())
}

/// Time abroad and after death: from the day of emigration to the day before the return, from the
/// day of death on, both within the register's cover.
fn spells(person: usize, known: &[Known], options: &RegisterOptions) -> Vec<Status> {
    let mut rows = Vec::new();
    // A spell from an event to a day; how precisely it is known is as its event was written.
    let mut row = |status, start: Day, end: Day, &(_, _, file, line, precision): &Known| {
        if start <= end {
            rows.push(Status {
                place: Place {
                    person,
                    start,
                    end,
                    precision,
                    file,
                    line,
                },
                status,
            });
        }
    };
    let mut left: Option<&Known> = None;
    let first_day = known.first().map(|first| first.0);
    let mut first = known.iter().take_while(|event| Some(event.0) == first_day);
    let mut at_home = first.any(|event| event.1 != Event::Immigration);
    for event in in_order(known, at_home) {
        let day = event.0;
        match event.1 {
            Event::Emigration if at_home => (left, at_home) = (Some(event), false),
            Event::Immigration if !at_home => {
                // Someone who first appears by immigrating was abroad from the register's start.
                let start = left.map_or(options.first_day, |left| left.0);
                row("abroad", start, day - 1, left.unwrap_or(event));
                (left, at_home) = (None, true);
            }
            Event::Death => {
                if let Some(left) = left {
                    row("abroad", left.0, day - 1, left);
                }
                row("dead", day, options.last_day.max(day), event);
                return rows;
            }
            _ => {}
        }
    }
    if let Some(left) = left {
        row("abroad", left.0, options.last_day.max(left.0), left);
    }
    rows
}

/// Events in the order in which they can have happened: on one day, who is at home leaves before
/// coming back, and who is abroad comes back before leaving again.
fn in_order(known: &[Known], mut at_home: bool) -> Vec<&Known> {
    let mut ordered = Vec::with_capacity(known.len());
    for day in known.chunk_by(|one, other| one.0 == other.0) {
        let mut events: Vec<&Known> = day.iter().collect();
        events.sort_by_key(|event| match event.1 {
            Event::Emigration => i32::from(!at_home),
            Event::Immigration => i32::from(at_home),
            Event::Death => 2,
        });
        for event in &events {
            at_home = match event.1 {
                Event::Emigration => false,
                Event::Immigration => true,
                Event::Death => at_home,
            };
        }
        ordered.extend(events);
    }
    ordered
}

impl Row for Status {
    const KIND: TableKind = TableKind::PersonStatus;

    fn place(&self) -> &Place {
        &self.place
    }

    fn columns(rows: &[Self]) -> Vec<Column> {
        vec![texts("status", rows, |row| Some(row.status))]
    }
}

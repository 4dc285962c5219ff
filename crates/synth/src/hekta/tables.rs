//! The texts of the small files. All of them are UTF-8 with line feeds.

use super::Settings;
use super::calendar::{COVER_FIRST, COVER_LAST, iso};
use super::exits::{Exit, Reason};
use super::extract::{Refused, RefusedKind};
use super::mess::Counts;
use super::people::Person;
use super::planted::{AGE_CENTRE, DEPRIVATION_CENTRE, PLANTED, RATING_CENTRE};
use super::truth::PersonTruth;

const PARTICIPANTS: &str = "lopenr,site,randomised,arm,age,sex,education,worked_before,routines,\
    work_goals,deprivation,withdrew,died,emigrated\n";
const TRUTH: &str = "lopenr,arm,linked,observed_until,employed_6m,employed_12m,employed_18m,\
    ever_18m,days_18m\n";

/// The list of participants.
pub(super) fn participants(people: &[Person], exits: &[Exit]) -> String {
    let mut text = PARTICIPANTS.to_owned();
    for (person, exit) in people.iter().zip(exits) {
        let rating = |value: Option<u32>| value.map_or("NA".to_owned(), |v| v.to_string());
        let (withdrew, died, emigrated) = match exit.reason {
            Reason::None => (None, None, None),
            Reason::Withdrew(day) => (Some(day), None, None),
            Reason::Died(day) => (None, Some(day), None),
            Reason::Emigrated(day) => (None, None, Some(day)),
        };
        let day = |day: Option<i32>| day.map(iso).unwrap_or_default();
        let cells = [
            person.id.clone(),
            person.site.to_owned(),
            iso(person.index),
            person.arm.label().to_owned(),
            person.age.to_string(),
            person.sex.to_owned(),
            person.education.to_owned(),
            flag(person.worked_before),
            rating(person.routines),
            rating(person.work_goals),
            person.deprivation.to_string(),
            day(withdrew),
            day(died),
            day(emigrated),
        ];
        push_row(&mut text, &cells);
    }
    text
}

/// The identifiers that the register was asked about, sorted.
pub(super) fn linked(people: &[Person], exits: &[Exit]) -> String {
    let pairs = people.iter().zip(exits).filter(|(_, exit)| exit.linked);
    let mut ids: Vec<&str> = pairs.map(|(person, _)| person.id.as_str()).collect();
    ids.sort_unstable();
    format!("lopenr\n{}\n", ids.join("\n"))
}

/// The truth, one row a participant.
pub(super) fn truth(people: &[PersonTruth]) -> String {
    let mut text = TRUTH.to_owned();
    for person in people {
        let known = |value: Option<bool>| value.map(flag).unwrap_or_default();
        let cells = [
            person.id.clone(),
            person.arm.label().to_owned(),
            flag(person.linked),
            person
                .observed_until
                .map(|date| date.to_string())
                .unwrap_or_default(),
            known(person.employed_6m),
            known(person.employed_12m),
            known(person.employed_18m),
            known(person.ever_18m),
            person
                .days_18m
                .map(|days| days.to_string())
                .unwrap_or_default(),
        ];
        push_row(&mut text, &cells);
    }
    text
}

/// What was planted, as JSON.
pub(super) fn planted(settings: &Settings, counts: &Counts, refused: &[Refused]) -> String {
    let kinds = RefusedKind::ALL.map(|kind| {
        let count = refused.iter().filter(|row| row.kind == kind).count();
        (kind.label(), count.to_string())
    });
    let places = refused.iter().map(|row| {
        format!(
            "    {{ \"line\": {}, \"kind\": \"{}\" }}",
            row.line,
            row.kind.label()
        )
    });
    let places: Vec<String> = places.collect();
    let sections = [
        format!("  \"seed\": {}", settings.seed),
        format!("  \"covers\": {{ \"from\": \"{COVER_FIRST}\", \"to\": \"{COVER_LAST}\" }}"),
        object("people", &people_fields(settings)),
        object("log_odds", &log_odds()),
        object("centres", &centres()),
        object("rows", &row_fields(counts)),
        object("refused", &kinds),
        format!("  \"refused_rows\": [\n{}\n  ]", places.join(",\n")),
    ];
    format!("{{\n{}\n}}\n", sections.join(",\n"))
}

type Field = (&'static str, String);

fn people_fields(settings: &Settings) -> [Field; 6] {
    [
        ("randomised", settings.people.to_string()),
        ("withdrew", settings.withdrawals.to_string()),
        ("died", settings.deaths.to_string()),
        ("emigrated", settings.emigrations.to_string()),
        ("unlinked", settings.unlinked.to_string()),
        ("unrelated", settings.unrelated.to_string()),
    ]
}

fn log_odds() -> [Field; 7] {
    [
        ("intercept", PLANTED.intercept.to_string()),
        ("arm_ips", PLANTED.arm_ips.to_string()),
        ("routines", PLANTED.routines.to_string()),
        ("work_goals", PLANTED.work_goals.to_string()),
        ("deprivation", PLANTED.deprivation.to_string()),
        ("age", PLANTED.age.to_string()),
        ("worked_before", PLANTED.worked_before.to_string()),
    ]
}

fn centres() -> [Field; 4] {
    [
        ("routines", RATING_CENTRE.to_string()),
        ("work_goals", RATING_CENTRE.to_string()),
        ("deprivation", DEPRIVATION_CENTRE.to_string()),
        ("age", AGE_CENTRE.to_string()),
    ]
}

fn row_fields(counts: &Counts) -> [Field; 12] {
    [
        ("all", counts.rows.to_string()),
        ("employment", counts.employment.to_string()),
        ("open", counts.open.to_string()),
        ("machine_ended", counts.machine_ended.to_string()),
        ("zero_percent", counts.zero_percent.to_string()),
        ("excess_percent", counts.excess_percent.to_string()),
        ("open_after_death", counts.open_after_death.to_string()),
        ("freelance", counts.freelance.to_string()),
        ("pension", counts.pension.to_string()),
        ("void", counts.void.to_string()),
        ("duplicates", counts.duplicates.to_string()),
        ("unrelated", counts.unrelated.to_string()),
    ]
}

fn object(name: &str, fields: &[Field]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("    \"{key}\": {value}"))
        .collect();
    format!("  \"{name}\": {{\n{}\n  }}", fields.join(",\n"))
}

fn flag(value: bool) -> String {
    u8::from(value).to_string()
}

fn push_row(text: &mut String, cells: &[String]) {
    text.push_str(&cells.join(","));
    text.push('\n');
}

//! Deaths, emigration and return, as events and as columns.

use super::support::{Extract, csv, refused, repaired, rows};
use regtrial::registers::RegisterKind;
use regtrial::registers::TableKind::PersonStatus;

const EVENTS: &str = "lopenr;hendelse;dato";
const COLUMNS: &str = "lopenr;dødsdato;utvandret;innvandret";

fn extract(header: &str, rows: &[&str]) -> Extract {
    Extract::new(RegisterKind::PersonStatus).file("status.csv", csv(header, rows))
}

/// What became of 007 by these events, each with its date.
fn spells(events: &[&str]) -> Vec<String> {
    let events: Vec<String> = events.iter().map(|event| format!("007;{event}")).collect();
    let register = Extract::new(RegisterKind::PersonStatus)
        .file("status.csv", csv(EVENTS, &events))
        .read();
    rows(&register, PersonStatus, "start end status")
}

#[test]
fn events_and_columns_tell_the_same() {
    let expected = [
        "0 2020-03-01 2020-08-31 abroad",
        "0 2021-05-05 2022-12-31 dead",
        "1 2022-06-01 2022-12-31 abroad",
    ];
    let events = extract(
        EVENTS,
        &[
            "007;doedsfall;2021-05-05",
            "007;utvandring;2020-03-01",
            "008;Utvandret;2022-06-01",
            "007;innvandring;2020-09-01",
            "009;doedsfall;2020-01-01",
        ],
    );
    let columns = extract(
        COLUMNS,
        &["007;05.05.2021;01.03.2020;01.09.2020", "008;;01.06.2022;"],
    );
    for register in [events.read(), columns.read()] {
        assert_eq!(
            rows(&register, PersonStatus, "person start end status"),
            expected
        );
    }
}

#[test]
fn whoever_comes_back_is_abroad_to_the_day_before() {
    assert_eq!(
        spells(&["emigrated;2020-03-01", "immigrated;2020-03-02"]),
        ["2020-03-01 2020-03-01 abroad"]
    );
    assert_eq!(
        spells(&[
            "emigrated;2020-03-01",
            "immigrated;2020-06-01",
            "emigrated;2021-01-01",
            "return;2021-02-01",
        ]),
        [
            "2020-03-01 2020-05-31 abroad",
            "2021-01-01 2021-01-31 abroad"
        ]
    );
}

#[test]
fn whoever_first_immigrates_was_abroad_from_the_registers_first_day() {
    assert_eq!(
        spells(&["immigrated;2020-02-15"]),
        ["2020-01-01 2020-02-14 abroad"]
    );
    assert!(
        spells(&["immigrated;2019-12-31"]).is_empty(),
        "before the cover"
    );
    assert!(
        spells(&["immigrated;2020-01-01"]).is_empty(),
        "on its first day"
    );
    assert_eq!(
        spells(&["immigrated;2020-02-15", "emigrated;2022-12-01"]),
        [
            "2020-01-01 2020-02-14 abroad",
            "2022-12-01 2022-12-31 abroad"
        ]
    );
}

#[test]
fn a_death_ends_time_abroad_and_everything_after_it() {
    assert_eq!(
        spells(&[
            "emigrated;2020-03-01",
            "died;2020-03-10",
            "immigrated;2020-05-01"
        ]),
        ["2020-03-01 2020-03-09 abroad", "2020-03-10 2022-12-31 dead"]
    );
}

#[test]
fn of_two_deaths_the_first_counts() {
    let register = extract(
        EVENTS,
        &[
            "007;died;2021-05-05",
            "007;died;2021-05-04",
            "008;died;2021-01-01",
        ],
    )
    .read();
    assert_eq!(
        rows(&register, PersonStatus, "person start status line"),
        ["0 2021-05-04 dead 3", "1 2021-01-01 dead 4"]
    );
    assert_eq!(repaired(&register, "a second day of death"), 1);
}

#[test]
fn events_that_are_unknown_or_undated_are_refused() {
    let register = extract(
        EVENTS,
        &[
            "007;flyttet;2020-01-01",
            "007;died;",
            "007;died;2020-02-30",
            "007;;2020-01-01",
            "008;died;2020-02-29",
        ],
    )
    .lenient()
    .read();
    assert_eq!(
        refused(&register),
        ["2 event", "3 date", "4 date", "5 event"]
    );
    assert_eq!(
        rows(&register, PersonStatus, "person start"),
        ["1 2020-02-29"]
    );
    let register = extract(COLUMNS, &["007;2020-02-30;;", "008;;;"])
        .lenient()
        .read();
    assert_eq!(refused(&register), ["2 death"]);
}

#[test]
fn a_death_known_to_the_month_makes_no_claim_about_the_day() {
    let register = extract(COLUMNS, &["007;202105;;"]).read();
    assert_eq!(
        rows(&register, PersonStatus, "start precision status"),
        ["2021-05-01 month dead"]
    );
}

#[test]
fn a_file_without_any_status_is_an_error() {
    let error = extract("lopenr;kommune", &["007;0301"]).error();
    assert!(
        error.contains("missing_column") && error.contains("`death`"),
        "{error}"
    );
    let named = extract("lopenr;mors", &["007;2020-02-29"]).column("death", "mors");
    assert_eq!(rows(&named.read(), PersonStatus, "start"), ["2020-02-29"]);
}

#[test]
fn who_is_not_yet_or_no_longer_resident_is_abroad() {
    let register = extract(
        "lopenr;registry_from;registry_to",
        &[
            "007;01.03.2020;30.06.2020",
            "008;15.05.1980;",
            "007;01.02.2021;2021-12",
        ],
    )
    .with(|options| options.dates = None)
    .read();
    assert_eq!(
        rows(&register, PersonStatus, "person start end status"),
        [
            "0 2020-01-01 2020-02-29 abroad",
            "0 2020-07-01 2021-01-31 abroad",
            "0 2022-01-01 2022-12-31 abroad",
        ],
        "the last day of residence is a day at home"
    );
}

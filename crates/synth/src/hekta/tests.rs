//! The files are read back here by hand, day by day, and must give the truth.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use encoding_rs::WINDOWS_1252;

use super::calendar::{COVER_LAST, date_of, last_day};
use super::{Arm, Hekta, RefusedKind, Settings, generate};

fn default() -> Hekta {
    generate(&Settings::default()).unwrap()
}

fn bytes<'a>(hekta: &'a Hekta, path: &str) -> &'a [u8] {
    &hekta
        .files
        .iter()
        .find(|file| file.path == path)
        .unwrap()
        .bytes
}

/// The extract's data rows, split at semicolons.
fn extract(hekta: &Hekta) -> Vec<Vec<String>> {
    let (text, _, lossy) = WINDOWS_1252.decode(bytes(hekta, "aa/arbeidsforhold.csv"));
    assert!(!lossy);
    let cells = |line: &str| line.split(';').map(str::to_owned).collect();
    text.split_terminator("\r\n").skip(1).map(cells).collect()
}

/// The participants' rows: id to (index, death).
fn participants(hekta: &Hekta) -> BTreeMap<String, (NaiveDate, Option<NaiveDate>)> {
    let text = str::from_utf8(bytes(hekta, "participants.csv")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), 14);
        (
            cells[0].to_owned(),
            (cells[2].parse().unwrap(), cells[12].parse().ok()),
        )
    };
    text.lines().skip(1).map(row).collect()
}

fn dotted(text: &str) -> Option<NaiveDate> {
    let mut parts = text.splitn(3, '.');
    let mut next = || parts.next().and_then(|part| part.parse::<u32>().ok());
    let (day, month, year) = (next()?, next()?, next()?);
    NaiveDate::from_ymd_opt(year as i32, month, day)
}

/// The days of ordinary or maritime employment that the extract's good rows hold.
fn employed_days(rows: &[Vec<String>], id: &str, death: Option<NaiveDate>) -> BTreeSet<NaiveDate> {
    let mut days = BTreeSet::new();
    for row in rows.iter().filter(|row| row[0] == id && row.len() == 12) {
        let counts = ["ordinaertArbeidsforhold", "maritimtArbeidsforhold"].contains(&&*row[3]);
        if !counts || row[6] == "arbeidsforholdetSkulleAldriVaertRapportert" {
            continue;
        }
        let Some(start) = dotted(&row[4]) else {
            continue;
        };
        let end = if row[5].is_empty() {
            Some(COVER_LAST)
        } else {
            dotted(&row[5])
        };
        let Some(end) = end else { continue };
        let end = death.map_or(end, |death| end.min(death));
        days.extend(start.iter_days().take_while(|day| *day <= end));
    }
    days
}

#[test]
fn same_seed_same_bytes() {
    assert_eq!(default(), default());
}

#[test]
fn another_seed_other_bytes() {
    let other = generate(&Settings {
        seed: 1,
        ..Settings::default()
    })
    .unwrap();
    for (a, b) in default().files.iter().zip(&other.files) {
        assert_ne!(a.bytes, b.bytes, "{}", a.path);
    }
}

#[test]
fn people_are_as_many_as_asked_for() {
    let hekta = default();
    assert_eq!(participants(&hekta).len(), 202);
    assert_eq!(hekta.truth.len(), 202);
    assert_eq!(
        hekta.truth.iter().filter(|person| !person.linked).count(),
        2
    );
    let ips = hekta
        .truth
        .iter()
        .filter(|person| person.arm == Arm::Ips)
        .count();
    // An open block of six leaves a site at most three apart.
    assert!(ips.abs_diff(101) <= 11, "{ips}");
    // Withdrawn, emigrated and not linked: 8 + 2 + 2.
    assert_eq!(
        hekta
            .truth
            .iter()
            .filter(|person| person.ever_18m.is_none())
            .count(),
        12
    );
}

#[test]
fn rows_hold_exactly_the_true_days() {
    for seed in [20_200_301, 7] {
        let hekta = generate(&Settings {
            seed,
            ..Settings::default()
        })
        .unwrap();
        let rows = extract(&hekta);
        let people = participants(&hekta);
        let mut compared = 0;
        for person in &hekta.truth {
            let (index, death) = people[&person.id];
            let days = employed_days(&rows, &person.id, death);
            let months = |k| index.checked_add_months(chrono::Months::new(k)).unwrap();
            let landmarks = [
                (6, person.employed_6m),
                (12, person.employed_12m),
                (18, person.employed_18m),
            ];
            for (k, truth) in landmarks {
                assert!(truth.is_none_or(|truth| truth == days.contains(&months(k))));
            }
            let Some(truth) = person.days_18m else {
                continue;
            };
            assert_eq!(days.range(index..months(18)).count(), truth as usize);
            assert_eq!(person.ever_18m, Some(truth > 0));
            compared += 1;
        }
        assert_eq!(compared, 190);
    }
}

#[test]
fn people_without_a_link_have_no_rows() {
    let hekta = default();
    let rows = extract(&hekta);
    for person in hekta.truth.iter().filter(|person| !person.linked) {
        assert!(rows.iter().all(|row| row[0] != person.id));
        assert_eq!((person.observed_until, person.employed_6m), (None, None));
    }
}

#[test]
fn seven_rows_cannot_be_read() {
    let hekta = default();
    let rows = extract(&hekta);
    assert_eq!(rows.len(), hekta.counts.rows);
    let count = |kind| hekta.refused.iter().filter(|row| row.kind == kind).count();
    assert_eq!(RefusedKind::ALL.map(count), [3, 2, 1, 1]);
    for refused in &hekta.refused {
        let row = &rows[refused.line - 2];
        let (start, end) = (dotted(&row[4]), dotted(&row[5]));
        match refused.kind {
            RefusedKind::ImpossibleDate => assert!(start.is_none() || end.is_none()),
            RefusedKind::EndBeforeStart => assert!(end.unwrap() < start.unwrap()),
            RefusedKind::MissingStart => assert!(row[4].is_empty()),
            RefusedKind::Ragged => assert_eq!(row.len(), 11),
        }
    }
}

#[test]
fn duplicates_are_the_planted_ones() {
    let hekta = default();
    let rows = extract(&hekta);
    let distinct: BTreeSet<&Vec<String>> = rows.iter().collect();
    assert_eq!(rows.len() - distinct.len(), hekta.counts.duplicates);
    let numbers: BTreeSet<&String> = rows.iter().map(|row| &row[1]).collect();
    assert_eq!(numbers.len(), distinct.len());
}

#[test]
fn a_job_stays_open_after_a_death() {
    let hekta = default();
    assert_eq!(hekta.counts.open_after_death, 1);
    let people = participants(&hekta);
    let dead: Vec<&String> = people
        .iter()
        .filter(|(_, (_, death))| death.is_some())
        .map(|(id, _)| id)
        .collect();
    assert_eq!(dead.len(), 5);
    let rows = extract(&hekta);
    let open = |row: &&Vec<String>| dead.contains(&&row[0]) && row[5].is_empty();
    assert!(rows.iter().filter(open).count() >= 1);
}

#[test]
fn the_cover_is_six_years() {
    assert_eq!(last_day(), 2190);
    assert_eq!(date_of(last_day()), COVER_LAST);
}

#[test]
fn settings_out_of_range_are_refused() {
    assert!(
        generate(&Settings {
            people: 10,
            ..Settings::default()
        })
        .is_err()
    );
    assert!(
        generate(&Settings {
            deaths: 150,
            ..Settings::default()
        })
        .is_err()
    );
    assert!(
        generate(&Settings {
            people: 1000,
            ..Settings::default()
        })
        .is_ok()
    );
}

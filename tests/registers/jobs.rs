//! Job extracts: each rule of the register on a row of its own.

use super::file;
use regtrial::outcomes::calendar::day;
use regtrial::registers::{JobLayout, JobOptions, Jobs, RegisterError, read_jobs};
use std::collections::HashMap;

const HEADER: &str = "w21_1234_lopenr_person;Type.kode;AnsettelsesPeriode.startdato;ansettelsesperiode.sluttdato;sluttårsak;varsling;avtaltStillingsprosent";

fn read_with(text: &str, columns: &[(&str, &str)], share: f64) -> Result<Jobs, RegisterError> {
    let (_folder, path) = file("aa.csv", text.as_bytes());
    let options = JobOptions {
        layout: JobLayout::AaNav,
        files: vec![path],
        last_day: day(2022, 12, 31).unwrap(),
        columns: columns
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect(),
        max_refused_share: share,
    };
    read_jobs(&options, &HashMap::from([("007", 0), ("008", 1)]))
}

fn read(rows: &[&str]) -> Jobs {
    read_with(&format!("{HEADER}\n{}\n", rows.join("\n")), &[], 1.0).unwrap()
}

fn days(jobs: &Jobs) -> Vec<(String, String)> {
    let cell = |name: &str, i: usize| jobs.frame.column(name).unwrap().get(i).unwrap().to_string();
    (0..jobs.frame.height())
        .map(|i| (cell("start", i), cell("end", i)))
        .collect()
}

#[test]
fn headers_are_folded_prefixes_stripped_and_leading_zeros_kept() {
    let jobs = read(&[
        "007;ordinaertArbeidsforhold;01.03.2020;31.03.2020;;;37,5",
        "7;x;01.03.2020;;;;",
    ]);
    assert_eq!(
        days(&jobs),
        [("2020-03-01".to_owned(), "2020-03-31".to_owned())]
    );
    assert_eq!(jobs.logs[0].rows_of_people, 1, "7 is not 007");
    let percent = jobs
        .frame
        .column("percent")
        .unwrap()
        .get(0)
        .unwrap()
        .to_string();
    assert_eq!(percent, "37.5");
    assert!(
        jobs.logs[0]
            .mapping
            .contains(&("end_reason", "sluttårsak".to_owned()))
    );
}

#[test]
fn open_ends_are_the_registers_last_day() {
    let jobs = read(&[
        "007;t;01.03.2020;;;;",
        "007;t;2020-04-01;9999-12-31;;;",
        "007;t;20200501;20200601;;IBKAOR;",
        "007;t;01.01.2023;;;;",
    ]);
    let status: Vec<String> = (0..3)
        .map(|i| {
            jobs.frame
                .column("end_status")
                .unwrap()
                .get(i)
                .unwrap()
                .to_string()
        })
        .collect();
    assert_eq!(status, ["\"open\"", "\"open\"", "\"machine\""]);
    assert_eq!(days(&jobs)[0].1, "2022-12-31");
    assert_eq!(
        jobs.logs[0].repairs.len(),
        1,
        "a job after the last day is left out"
    );
}

#[test]
fn wrong_rows_are_refused_with_line_and_rule_and_never_mended() {
    let jobs = read(&[
        "007;t;31.02.2020;;;;",
        "007;t;01.03.2020;01.02.2020;;;",
        "007;t;;01.02.2020;;;",
        "007;t;01.03.2020",
        "007;t;01.03.2020;01.03.2020;;;",
    ]);
    let refused: Vec<(u64, Option<&str>)> = jobs.logs[0]
        .refused
        .iter()
        .map(|refusal| (refusal.line, refusal.field))
        .collect();
    assert_eq!(
        refused,
        [
            (2, Some("start")),
            (3, Some("end")),
            (4, Some("start")),
            (5, None)
        ]
    );
    assert_eq!(
        days(&jobs),
        [("2020-03-01".to_owned(), "2020-03-01".to_owned())],
        "one day"
    );
}

#[test]
fn void_rows_and_exact_copies_are_left_out_and_counted() {
    let row = "007;t;01.03.2020;31.03.2020;;;100";
    let void = "007;t;01.05.2020;;arbeidsforholdetSkulleAldriVaertRapportert;;";
    let jobs = read(&[row, row, void]);
    assert_eq!(jobs.frame.height(), 1);
    assert_eq!(jobs.logs[0].repairs.values().sum::<u64>(), 2);
    assert!(jobs.logs[0].refused.is_empty());
}

#[test]
fn percent_zero_stays_and_impossible_ones_are_missing() {
    let jobs = read(&[
        "007;t;01.03.2020;;;;0",
        "007;t;02.03.2020;;;;250",
        "007;t;03.03.2020;;;;-5",
        "007;t;04.03.2020;;;;200",
    ]);
    let percent = jobs.frame.column("percent").unwrap().f64().unwrap();
    let values: Vec<Option<f64>> = percent.iter().collect();
    assert_eq!(values, [Some(0.0), None, None, Some(200.0)]);
}

#[test]
fn two_columns_for_one_field_and_missing_ones_are_errors() {
    let twice = format!("{HEADER};startdato\n007;t;01.03.2020;;;;;01.03.2020\n");
    let error = read_with(&twice, &[], 0.0).unwrap_err().to_string();
    assert!(
        error.contains("several columns could be `start`"),
        "{error}"
    );
    assert!(
        read_with(&twice, &[("start", "startdato")], 0.0).is_ok(),
        "the plan decides"
    );
    let error = read_with("lopenr;startdato;type\n007;01.03.2020;t\n", &[], 0.0).unwrap_err();
    assert!(error.to_string().contains("`end`"), "{error}");
    let unknown = [("strat", "startdato")];
    let error = read_with(&format!("{HEADER}\n"), &unknown, 0.0).unwrap_err();
    assert!(error.to_string().contains("no field"), "{error}");
}

#[test]
fn rows_are_sorted_by_person_and_start_whatever_their_order() {
    let rows = [
        "008;t;01.03.2020;;;;",
        "007;t;01.05.2020;;;;",
        "007;t;01.04.2020;;;;",
    ];
    let jobs = read(&rows);
    let person = jobs.frame.column("person").unwrap().u64().unwrap();
    assert_eq!(person.iter().flatten().collect::<Vec<_>>(), [0, 0, 1]);
    let mut reversed = rows;
    reversed.reverse();
    assert_eq!(days(&jobs), days(&read(&reversed)));
}

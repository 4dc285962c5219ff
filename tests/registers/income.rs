//! Income registers: pay and hours a job and month.

use super::support::{Extract, csv, refused, repaired, rows};
use regtrial::registers::TableKind::JobMonth;
use regtrial::registers::{Problem, RegisterKind};

fn extract(header: &str, rows: &[&str]) -> Extract {
    Extract::new(RegisterKind::Bfl).file("bfl.csv", csv(header, rows))
}

#[test]
fn a_row_is_a_job_in_a_month() {
    let register = extract(
        "pnr;måned;løn;timer;cvrnr;branche",
        &[
            "007;202002;25.000,50;160,33;12345678;841100",
            "007;202001;1.250,00;12,00;12345678;011100",
            "007;202001;500,00;;87654321;841100",
            "009;202001;500,00;;87654321;841100",
        ],
    )
    .read();
    assert_eq!(
        rows(
            &register,
            JobMonth,
            "start end precision pay hours employer industry line"
        ),
        [
            "2020-01-01 2020-01-31 month 1250.0 12.0 12345678 011100 3",
            "2020-01-01 2020-01-31 month 500.0 - 87654321 841100 4",
            "2020-02-01 2020-02-29 month 25000.5 160.33 12345678 841100 2",
        ],
        "two jobs in a month are two rows"
    );
}

#[test]
fn a_day_in_a_month_stands_for_the_month() {
    let register = extract(
        "pnr;yearmonth;pay",
        &[
            "007;2020-03-31;1",
            "007;2020m4;2",
            "007;2020-05;3",
            "007;01.06.2020;4",
        ],
    )
    .read();
    assert_eq!(
        rows(&register, JobMonth, "start end pay"),
        [
            "2020-03-01 2020-03-31 1.0",
            "2020-04-01 2020-04-30 2.0",
            "2020-05-01 2020-05-31 3.0",
            "2020-06-01 2020-06-30 4.0",
        ]
    );
}

#[test]
fn impossible_pay_and_hours_are_missing_and_zero_stays() {
    let register = extract(
        "pnr;yearmonth;pay;hours",
        &[
            "007;202001;-1;0",
            "007;202002;0;744",
            "007;202003;3000000000;745",
            "007;202004;x;-1",
        ],
    )
    .read();
    assert_eq!(
        rows(&register, JobMonth, "pay hours"),
        ["- 0.0", "0.0 744.0", "- -", "- -"],
        "a month of 31 days has 744 hours"
    );
    assert_eq!(repaired(&register, "negative or impossible pay"), 2);
    assert_eq!(repaired(&register, "pay is not a number"), 1);
}

#[test]
fn a_row_without_a_month_is_refused() {
    let register = extract(
        "pnr;yearmonth;pay",
        &["007;;1", "007;202013;2", "007;202012;3"],
    )
    .lenient()
    .read();
    assert_eq!(refused(&register), ["2 month", "3 month"]);
    assert_eq!(rows(&register, JobMonth, "pay"), ["3.0"]);
}

#[test]
fn a_month_in_which_nobody_has_a_row_is_a_warning() {
    let rows = ["007;202001;1", "009;202002;1", "008;202004;1"];
    let register = extract("pnr;month;pay", &rows)
        .covers("2020-01-10", "2020-05-31")
        .read();
    let warnings = &register.logs[0].warnings;
    let of_months = |found: &&Problem| found.code == "empty_month";
    let warned: Vec<&str> = warnings
        .iter()
        .filter(of_months)
        .map(|found| found.rule.as_str())
        .collect();
    assert_eq!(warned, ["nobody has a row in 2020-03, 2020-05"]);
    let whole = extract("pnr;month;pay", &rows).covers("2020-01-10", "2020-02-29");
    assert!(!whole.read().logs[0].warnings.iter().any(|w| of_months(&w)));
}

#[test]
fn a_month_or_year_that_the_names_of_the_files_leave_out_is_an_error() {
    let named = |names: &[&str]| {
        let content = csv("pnr;month;pay", &["007;202001;1"]);
        let empty = Extract::new(RegisterKind::Bfl).covers("2020-01-01", "2022-06-30");
        let add = |extract: Extract, name: &&str| extract.file(name, &content);
        names.iter().fold(empty, add)
    };
    let error = named(&["bfl_2020.csv", "bfl_2022.csv"]).error();
    assert!(
        error.contains("missing_file") && error.contains("no file is named 2021,"),
        "{error}"
    );
    let error = named(&["bfl_2020-01.csv", "bfl_2020-03.csv"]).error();
    assert!(error.contains("2020-02, 2020-04, "), "{error}");
    for complete in [
        &["bfl_2020.csv", "bfl_2021.csv", "bfl_2022.csv"][..],
        &["bfl_2020.csv"],
        &["bfl_a.csv", "bfl_2022.csv"],
        &["a_2023.csv", "b_2023.csv"],
    ] {
        named(complete).read();
    }
}

//! Registers that arrive as a file a month: which month a file is, and whether one is missing.

use super::support::{Extract, csv, rows};
use regtrial::registers::RegisterKind;
use regtrial::registers::TableKind::JobMonth;

const SHORT: &str = "w21_1234_lopenr_person;edag_periode;arb_id";

fn extract(first: &str, last: &str) -> Extract {
    Extract::new(RegisterKind::AaSsb).covers(first, last)
}

/// A file of one month with one job of 007.
fn month(period: &str) -> String {
    csv(SHORT, &[format!("007;{period}-01;J1")])
}

#[test]
fn october_does_not_come_before_february() {
    // As a folder lists them: m10 before m2.
    let mut year = extract("2019-02-01", "2019-10-31");
    for number in [10, 2, 3, 4, 5, 6, 7, 8, 9] {
        let name = format!("arblonn_2019m{number}.csv");
        year = year.file(&name, month(&format!("2019-{number:02}")));
    }
    assert_eq!(
        rows(&year.read(), JobMonth, "start end precision file"),
        [
            "2019-02-01 2019-02-28 month 1",
            "2019-03-01 2019-03-31 month 2",
            "2019-04-01 2019-04-30 month 3",
            "2019-05-01 2019-05-31 month 4",
            "2019-06-01 2019-06-30 month 5",
            "2019-07-01 2019-07-31 month 6",
            "2019-08-01 2019-08-31 month 7",
            "2019-09-01 2019-09-30 month 8",
            "2019-10-01 2019-10-31 month 0",
        ]
    );
}

#[test]
fn a_missing_month_is_an_error_that_names_it() {
    let error = extract("2019-01-01", "2019-04-30")
        .file("2019m1.csv", month("2019-01"))
        .file("2019m4.csv", month("2019-04"))
        .error();
    assert!(error.contains("missing_month"), "{error}");
    assert!(error.contains("2019-02, 2019-03"), "{error}");
    assert!(
        !error.contains("2019-01,") && !error.contains("2019-04,"),
        "{error}"
    );
}

#[test]
fn a_month_in_which_no_participant_works_is_there_all_the_same() {
    let register = extract("2019-01-01", "2019-02-28")
        .file("january.csv", month("2019-01"))
        .file("february.csv", csv(SHORT, &["999;2019-02-01;J9"]))
        .read();
    assert_eq!(rows(&register, JobMonth, "start"), ["2019-01-01"]);
}

#[test]
fn two_files_of_one_month_are_an_error() {
    let error = extract("2019-01-01", "2019-01-31")
        .file("2019m01.csv", month("2019-01"))
        .file("2019m01_copy.csv", month("2019-01"))
        .error();
    assert!(
        error.contains("duplicate_month") && error.contains("2019-01"),
        "{error}"
    );
}

#[test]
fn a_file_whose_name_and_rows_disagree_is_an_error() {
    let error = extract("2019-02-01", "2019-02-28")
        .file("2019m02.csv", month("2019-01"))
        .error();
    assert!(error.contains("wrong_month"), "{error}");
    assert!(
        error.contains("says 2019-02, its rows say 2019-01"),
        "{error}"
    );
    let error = extract("2019-02-01", "2019-02-28")
        .file("jobs.csv", csv("lopenr_person;arb_id", &["007;J1"]))
        .error();
    assert!(error.contains("unknown_month"), "{error}");
}

#[test]
fn the_same_row_in_two_months_is_no_copy() {
    // The month stands in the names of the files alone: the job went on unchanged.
    let rows_of_month = csv("lopenr_person;arb_id", &["007;J1"]);
    let register = extract("2019-01-01", "2019-02-28")
        .file("2019m01.csv", &rows_of_month)
        .file("2019m02.csv", &rows_of_month)
        .read();
    assert_eq!(
        rows(&register, JobMonth, "start job"),
        ["2019-01-01 J1", "2019-02-01 J1"]
    );
}

#[test]
fn one_file_may_hold_several_months() {
    let register = extract("2019-01-01", "2019-02-28")
        .file(
            "jobs.csv",
            csv(
                SHORT,
                &["007;2019-02-01;J1", "007;2019-01-01;J1", "008;201901;J2"],
            ),
        )
        .read();
    assert_eq!(
        rows(&register, JobMonth, "person start"),
        ["0 2019-01-01", "0 2019-02-01", "1 2019-01-01"]
    );
}

//! Norwegian patient register: wide and relational diagnoses, care levels, relative dates.

use super::support::{Extract, csv, refused, repaired, rows};
use regtrial::registers::TableKind::{Diagnosis, Episode};
use regtrial::registers::{Register, RegisterKind};

fn extract(header: &str, rows: &[&str]) -> Extract {
    Extract::new(RegisterKind::Npr).file("npr.csv", csv(header, rows))
}

#[test]
fn wide_conditions_become_a_row_a_diagnosis() {
    let header = "lopenr;oppholdLopenr;innDato;utDato;omsorgsniva;innmateHast;fagomrade;kontaktType;debitor;tilstand_10_1;tilstand_2_1;tilstand_1_1;tilstand_1_2";
    let register = extract(
        header,
        &[
            "007;101;2020-03-01;2020-03-10;1;4;320;1;1;Z63.5;F10.2;F20.0;F17.1",
            "008;102;2020-04-01;2020-04-01;3;1;010;2;1;;;;",
            "009;103;2020-04-01;2020-04-01;3;1;010;2;1;;;F32;",
        ],
    )
    .read();
    assert_eq!(
        rows(
            &register,
            Episode,
            "person start end episode care_level urgency field contact_type payer main_diagnosis end_status"
        ),
        [
            "0 2020-03-01 2020-03-10 101 1 4 320 1 1 F200 observed",
            "1 2020-04-01 2020-04-01 102 3 1 010 2 1 - observed",
        ]
    );
    // By the number of the condition, whatever the order of the columns.
    assert_eq!(
        rows(
            &register,
            Diagnosis,
            "person start end code system main episode line"
        ),
        [
            "0 2020-03-01 2020-03-10 F200 ICD-10 true 101 2",
            "0 2020-03-01 2020-03-10 F171 ICD-10 true 101 2",
            "0 2020-03-01 2020-03-10 F102 ICD-10 false 101 2",
            "0 2020-03-01 2020-03-10 Z635 ICD-10 false 101 2",
        ]
    );
}

const ONE: &str = "lopenr;oppholdLopenr;innDato;utDato;omsorgsniva;fagomrade;tilstand_1_1";

#[test]
fn diagnoses_are_capitals_and_digits_whatever_noise_is_around_them() {
    for (written, code) in [
        ("C50.9", "C509"),
        ("C509,", "C509"),
        ("C509", "C509"),
        ("  c50.9  ", "C509"),
        ("f20.0", "F200"),
        ("A39.2+", "A392"),
        ("\"C50.9\"", "C509"),
    ] {
        let register = extract(
            ONE,
            &[&format!("007;1;2020-01-01;2020-01-01;3;320;{written}")],
        )
        .read();
        assert_eq!(rows(&register, Diagnosis, "code"), [code], "{written}");
        assert_eq!(
            rows(&register, Episode, "main_diagnosis"),
            [code],
            "{written}"
        );
    }
    for none in ["", " ", ".", "-"] {
        let register = extract(ONE, &[&format!("007;1;2020-01-01;2020-01-01;3;320;{none}")]).read();
        assert!(rows(&register, Diagnosis, "code").is_empty(), "{none:?}");
    }
}

#[test]
fn clinical_fields_have_three_digits_and_999_is_unknown() {
    for (written, field) in [
        ("010", "010"),
        ("10", "010"),
        ("310", "310"),
        ("999", "-"),
        ("", "-"),
    ] {
        let row = format!("007;1;2020-01-01;2020-01-01;3;{written};");
        let register = extract(ONE, &[&row]).read();
        assert_eq!(rows(&register, Episode, "field"), [field], "{written}");
        let restored = u64::from(written == "10");
        assert_eq!(repaired(&register, "leading zero"), restored, "{written}");
    }
}

#[test]
fn without_last_day_inpatients_stay_and_others_leave_at_once() {
    let register = extract(
        ONE,
        &[
            "007;1;2020-01-01;;1;320;",
            "007;2;2020-02-01;;2;320;",
            "007;3;2020-03-01;;3;320;",
            "007;4;2020-04-01;2020-04-03;3;320;",
        ],
    )
    .read();
    assert_eq!(
        rows(&register, Episode, "episode start end end_status"),
        [
            "1 2020-01-01 2022-12-31 open",
            "2 2020-02-01 2020-02-01 observed",
            "3 2020-03-01 2020-03-01 observed",
            "4 2020-04-01 2020-04-03 observed",
        ]
    );
    assert_eq!(repaired(&register, "without last day"), 2);
}

#[test]
fn whoever_died_before_the_admission_was_not_admitted() {
    let header = "lopenr;oppholdLopenr;innDato;utDato;NPRId_reg;tilstand_1_1";
    let register = extract(
        header,
        &[
            "007;1;2020-01-01;2020-01-02;5;F20",
            "007;2;2020-02-01;2020-02-02;1;F21",
        ],
    )
    .read();
    assert_eq!(rows(&register, Episode, "episode"), ["2"]);
    assert_eq!(rows(&register, Diagnosis, "code"), ["F21"]);
    assert_eq!(repaired(&register, "died before"), 1);
}

#[test]
fn a_file_of_codes_is_joined_by_the_episode() {
    let codes = csv(
        "oppholdLopenr;kode;Hovedtilstand",
        &["103;F29;1", "101;z63.5;0", "101;f20.0;1", "102;F32;1"],
    );
    let register = extract(
        "lopenr;oppholdLopenr;innDato;utDato;omsorgsniva",
        &[
            "007;101;2020-03-01;2020-03-10;1",
            "008;102;2020-04-01;;3",
            "009;103;2020-04-01;;3",
        ],
    )
    .part("codes", "codes.csv", codes)
    .read();
    assert_eq!(
        rows(
            &register,
            Diagnosis,
            "person start end code main episode file line"
        ),
        [
            "0 2020-03-01 2020-03-10 Z635 false 101 1 3",
            "0 2020-03-01 2020-03-10 F200 true 101 1 4",
            "1 2020-04-01 2020-04-01 F32 true 102 1 5",
        ],
        "on the days of their episode, with their own file and line"
    );
    assert_eq!(
        rows(&register, Episode, "episode main_diagnosis"),
        ["101 F200", "102 F32"]
    );
    assert_eq!(register.logs[1].rows, 4);
    assert_eq!(register.logs[1].rows_of_people, 3);
}

const RELATIVE: &str = "lopenr;oppholdLopenr;differansedager_inn;differansedager_ut;omsorgsniva";

fn relative(reference: &[&str]) -> Extract {
    let rows = [
        "007;101;10;12;1",
        "007;102;-5;;3",
        "008;103;1;2;1",
        "007;104;x;;3",
    ];
    extract(RELATIVE, &rows).part(
        "reference",
        "dates.csv",
        csv("lopenr;referansedato", reference),
    )
}

fn episodes(register: &Register) -> Vec<String> {
    rows(register, Episode, "person episode start end")
}

#[test]
fn days_are_counted_from_the_reference_date_of_the_person() {
    let register = relative(&["007;2020-01-01", "008;2021-12-31", "009;2020-01-01"])
        .lenient()
        .read();
    assert_eq!(
        episodes(&register),
        [
            "0 102 2019-12-27 2019-12-27",
            "0 101 2020-01-11 2020-01-13",
            "1 103 2022-01-01 2022-01-02",
        ]
    );
    assert_eq!(refused(&register), ["5 start"]);
}

#[test]
fn a_person_without_reference_date_is_refused() {
    let register = relative(&["007;2020-01-01"]).lenient().read();
    assert_eq!(
        episodes(&register),
        ["0 102 2019-12-27 2019-12-27", "0 101 2020-01-11 2020-01-13"]
    );
    assert_eq!(refused(&register), ["4 person", "5 start"]);
}

#[test]
fn relative_dates_need_a_reference_file_that_agrees_with_itself() {
    let error = extract(RELATIVE, &["007;101;10;12;1"]).error();
    assert!(error.contains("missing_reference"), "{error}");
    assert!(error.contains("differansedager_inn"), "{error}");
    let error = relative(&["007;2020-01-01", "007;2020-01-02"]).error();
    assert!(
        error.contains("line 3: the person has two reference dates"),
        "{error}"
    );
}

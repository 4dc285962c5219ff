//! Primary care: the three files of KPR, and the claims of KUHR with lists in their cells.

use super::support::{Extract, csv, latin_1, refused, rows};
use regtrial::registers::TableKind::{Contact, Diagnosis, Tariff};
use regtrial::registers::{Register, RegisterKind};

const BILLS: &str = "KPR_lnr;enkeltregning_lnr;dato;kontakttypeId;refusjonutbetaltbeløp";

fn bills() -> String {
    csv(
        BILLS,
        &[
            "007;R1;2020-03-05;1;150,50",
            "007;R2;2020-04-01;-1;0",
            "009;R3;2020-05-01;1;20",
        ],
    )
}

fn diagnoses() -> String {
    csv(
        "enkeltregning_lnr;diagnose;diagnose_kodeverk",
        &[
            "R1;P76;ICPC-2",
            "R1;f32.0;ICD-10",
            "R3;A01;ICPC-2",
            "R2;P01,a04;",
        ],
    )
}

fn tariffs() -> String {
    csv(
        "enkeltregning_lnr;takstKode",
        &["R1;2AD", "R3;11ad", "R1;1be"],
    )
}

fn contacts(register: &Register) -> Vec<String> {
    rows(
        register,
        Contact,
        "start contact contact_type diagnosis tariff amount",
    )
}

#[test]
fn three_files_are_joined_by_the_bill() {
    let register = Extract::new(RegisterKind::Kpr)
        .file("bills.csv", bills())
        .part("diagnoses", "diagnoses.csv", diagnoses())
        .part("tariffs", "tariffs.csv", tariffs())
        .read();
    assert_eq!(
        contacts(&register),
        [
            "2020-03-05 R1 1 P76 F320 2ad 1be 150.5",
            "2020-04-01 R2 - P01 A04 - 0.0",
        ]
    );
    // What R2 does not declare is told by the look of its codes.
    assert_eq!(
        rows(&register, Diagnosis, "start code system episode file line"),
        [
            "2020-03-05 P76 ICPC-2 R1 1 2",
            "2020-03-05 F320 ICD-10 R1 1 3",
            "2020-04-01 P01 ICPC-2 R2 1 5",
            "2020-04-01 A04 ICPC-2 R2 1 5",
        ]
    );
    assert_eq!(
        rows(&register, Tariff, "start code contact file line"),
        ["2020-03-05 2ad R1 2 2", "2020-03-05 1be R1 2 4"]
    );
}

#[test]
fn bills_alone_have_neither_diagnoses_nor_tariffs() {
    let register = Extract::new(RegisterKind::Kpr)
        .file("bills.csv", bills())
        .read();
    assert_eq!(
        contacts(&register),
        ["2020-03-05 R1 1 - - 150.5", "2020-04-01 R2 - - - 0.0"]
    );
    assert!(rows(&register, Diagnosis, "code").is_empty());
}

#[test]
fn the_header_with_a_nordic_letter_is_read_in_latin_1() {
    let register = Extract::new(RegisterKind::Kpr)
        .file("bills.csv", latin_1(&bills()))
        .read();
    let log = &register.logs[0];
    assert_eq!(log.encoding, "windows-1252");
    assert!(
        log.mapping
            .contains(&("amount", "refusjonutbetaltbeløp".to_owned()))
    );
    assert_eq!(rows(&register, Contact, "amount"), ["150.5", "0.0"]);
}

#[test]
fn bills_may_count_days_from_a_reference_date() {
    let given = ["007;R1;31", "008;R2;0"];
    let header = "KPR_lnr;enkeltregning_lnr;DIFFERANSEDAGER";
    let extract = || Extract::new(RegisterKind::Kpr).file("bills.csv", csv(header, &given));
    let register = extract()
        .part(
            "reference",
            "dates.csv",
            csv("KPR_lnr;referansedato", &["007;01.01.2020"]),
        )
        .lenient()
        .read();
    assert_eq!(rows(&register, Contact, "contact start"), ["R1 2020-02-01"]);
    assert_eq!(refused(&register), ["3 person"]);
    assert!(extract().error().contains("missing_reference"));
}

const CLAIMS: &str = "PASIENTLOPENUMMER;MNED;DIAGNOSER;TAKSTER;KONTAKTTYPEID";

#[test]
fn claims_hold_months_and_lists() {
    let register = Extract::new(RegisterKind::Kuhr)
        .file(
            "kuhr_2020.csv",
            csv(
                CLAIMS,
                &["007;2020-02;P76,F32.0;2ad,1BE;-1", "009;2020-02;P01;2ad;1"],
            ),
        )
        .file("kuhr_2021.csv", csv(CLAIMS, &["008;2021-12;;2cd;1"]))
        .covers("2020-01-01", "2021-12-31")
        .read();
    assert_eq!(
        rows(
            &register,
            Contact,
            "person start end precision contact_type diagnosis tariff file"
        ),
        [
            "0 2020-02-01 2020-02-29 month - P76 F320 2ad 1be 0",
            "1 2021-12-01 2021-12-31 month 1 - 2cd 1",
        ]
    );
    assert_eq!(
        rows(&register, Diagnosis, "person start end code system"),
        [
            "0 2020-02-01 2020-02-29 P76 ICPC-2",
            "0 2020-02-01 2020-02-29 F320 ICD-10",
        ]
    );
    assert_eq!(
        rows(&register, Tariff, "person code precision"),
        ["0 2ad month", "0 1be month", "1 2cd month"]
    );
}

#[test]
fn claims_to_the_day_stay_to_the_day() {
    let header = "PASIENTLOPENUMMER;DATO;DIAGNOSE;DIAGNOSE_KODEVERK";
    let register = Extract::new(RegisterKind::Kuhr)
        .file(
            "kuhr_2020.csv",
            csv(
                header,
                &["007;2020-02-03;F32;ICD-10", "007;2020-02-04;F32;"],
            ),
        )
        .read();
    assert_eq!(
        rows(&register, Diagnosis, "start end precision code system"),
        [
            "2020-02-03 2020-02-03 day F32 ICD-10",
            "2020-02-04 2020-02-04 day F32 ICPC-2",
        ],
        "a letter and two digits is ICPC-2 unless the file says otherwise"
    );
}

#[test]
fn a_year_of_claims_that_was_not_delivered_is_an_error() {
    let year = |extract: Extract, name: &str| extract.file(name, csv(CLAIMS, &["007;2020-02;;;1"]));
    let error = year(
        year(Extract::new(RegisterKind::Kuhr), "kuhr_2020.csv"),
        "kuhr_2022.csv",
    )
    .error();
    assert!(
        error.contains("missing_file") && error.contains("no file is named 2021,"),
        "{error}"
    );
}

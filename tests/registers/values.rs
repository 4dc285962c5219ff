//! Cells as they should not be: numbers, missing values, identifiers.

use super::support::{Extract, csv, refused, repaired, rows};
use regtrial::registers::TableKind::JobSpell;
use regtrial::registers::{DecimalMark, RegisterKind};

fn spells(header: &str, rows: &[&str]) -> Extract {
    Extract::new(RegisterKind::Spells).file("spells.csv", csv(header, rows))
}

/// An extract in which 007 has a job for each of these amounts of pay.
fn paid(amounts: &[&str]) -> Extract {
    let given: Vec<String> = (1..=28)
        .zip(amounts)
        .map(|(day, amount)| format!("007;2020-01-{day:02};;{amount}"))
        .collect();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    spells("person;start;end;pay", &given)
}

fn pay(extract: &Extract) -> Vec<String> {
    rows(&extract.read(), JobSpell, "pay")
}

#[test]
fn the_decimal_mark_is_found_from_all_cells_of_a_column() {
    for (written, read) in [
        (["37,5", "40", "1.250"], ["37.5", "40.0", "1250.0"]),
        (["37.5", "40", "1,250"], ["37.5", "40.0", "1250.0"]),
        (["1.250,5", "0", "-3"], ["1250.5", "0.0", "-"]),
        (["1,250.5", "0", "12"], ["1250.5", "0.0", "12.0"]),
        (["1.234.567", "12", "0,5"], ["1234567.0", "12.0", "0.5"]),
        (["0,125", "1,250", "12"], ["0.125", "1.25", "12.0"]),
        (["1 250,5", "12", "12"], ["1250.5", "12.0", "12.0"]),
    ] {
        let register = paid(&written).read();
        let frame = &register.table(JobSpell).unwrap().frame;
        let pay = frame.column("pay").unwrap().f64().unwrap();
        let found: Vec<Option<f64>> = pay.iter().collect();
        let read: Vec<Option<f64>> = read.iter().map(|number| number.parse().ok()).collect();
        assert_eq!(found, read, "{written:?}");
    }
    for contradiction in [["37,5", "37.5"], ["1,250.5", "0,5"], ["1.234.567", "1.5"]] {
        let error = paid(&contradiction).error();
        assert!(error.contains("ambiguous_decimal"), "{error}");
    }
}

#[test]
fn a_mark_that_could_be_either_is_an_error_until_declared() {
    for written in ["1,234", "1.234"] {
        let error = paid(&[written, "12"]).error();
        assert!(
            error.contains("ambiguous_decimal") && error.contains("column pay"),
            "{error}"
        );
        let declared =
            |mark| pay(&paid(&[written, "12"]).with(|options| options.decimal = Some(mark)));
        let (small, large) = (["1.234", "12.0"], ["1234.0", "12.0"]);
        let comma = written.contains(',');
        assert_eq!(
            declared(DecimalMark::Comma),
            if comma { small } else { large }
        );
        assert_eq!(
            declared(DecimalMark::Point),
            if comma { large } else { small }
        );
    }
}

#[test]
fn numbers_that_are_none_are_missing_and_counted() {
    let register = paid(&["abc", "12", "1e3", "1.2.3"]).read();
    assert_eq!(
        rows(&register, JobSpell, "pay"),
        ["-", "12.0", "1000.0", "-"]
    );
    assert_eq!(repaired(&register, "pay is not a number"), 2);
}

const DATES: &str = "person;start;end";

#[test]
fn texts_that_mean_missing_are_missing() {
    for missing in ["", " ", ".", "-", "NA", "NULL", "NaN", "N/A", "  .  "] {
        let row = format!("007;2020-01-01;{missing};{missing};{missing};{missing}");
        let register = spells("person;start;end;type;percent;job", &[&row]).read();
        assert_eq!(
            rows(&register, JobSpell, "end_status type percent job"),
            ["open - - -"],
            "{missing:?}"
        );
    }
}

#[test]
fn sentinels_are_missing_by_the_kind_of_column_and_a_number_zero_stays() {
    for sentinel in [
        "9999-12-31",
        "31.12.9999",
        "99991231",
        "99999999",
        "9999",
        "00000000",
        "0000-00-00",
        "0000",
    ] {
        let row = format!("007;2020-01-01;{sentinel};0;0;9999");
        let register = spells("person;start;end;percent;hours;pay", &[&row]).read();
        assert_eq!(
            rows(&register, JobSpell, "end end_status percent hours pay"),
            ["2022-12-31 open 0.0 0.0 9999.0"],
            "{sentinel}"
        );
    }
    let no_start = spells(DATES, &["007;9999-12-31;"]).lenient().read();
    assert_eq!(refused(&no_start), ["2 start"]);
}

#[test]
fn identifiers_are_texts_and_other_widths_are_a_warning() {
    let register = spells(
        DATES,
        &[
            "7;2020-01-01;",
            "07;2020-01-01;",
            "007;2020-02-01;",
            "0007;2020-01-01;",
        ],
    )
    .read();
    assert_eq!(rows(&register, JobSpell, "start"), ["2020-02-01"]);
    let codes: Vec<&str> = register.logs[0]
        .warnings
        .iter()
        .map(|found| found.code)
        .collect();
    assert_eq!(codes, ["mixed_width_id"]);
    let register = spells(DATES, &["007;2020-02-01;", "011;2020-01-01;"]).read();
    assert!(register.logs[0].warnings.is_empty());
}

#[test]
fn identifiers_in_scientific_notation_are_an_error() {
    for damaged in ["4.56E+10", "4,56E+10", "7E+10", "4.56789e+10"] {
        let error = spells(
            DATES,
            &["007;2020-01-01;", &format!("{damaged};2020-01-01;")],
        )
        .error();
        assert!(
            error.contains("damaged_id") && !error.contains(damaged),
            "{error}"
        );
    }
}

#[test]
fn hexadecimal_pseudonyms_are_no_scientific_notation() {
    // No spreadsheet writes an exponent without a sign.
    let register = spells(
        DATES,
        &["12e5;2020-01-01;", "1f7a;2020-01-01;", "8e10;2020-01-01;"],
    )
    .people(&["12e5", "1f7a"])
    .read();
    assert_eq!(rows(&register, JobSpell, "person"), ["0", "1"]);
}

//! Files as they should not be: headers, encodings, delimiters, rows that do not fit.

use super::support::{Extract, csv, refused, repaired, rows};
use regtrial::registers::RegisterKind;
use regtrial::registers::TableKind::JobSpell;

const HEADER: &str = "person;start;end;type";

fn spells(content: impl AsRef<[u8]>) -> Extract {
    Extract::new(RegisterKind::Spells).file("spells.csv", content)
}

fn nav(header: &str, rows: &[&str]) -> Extract {
    Extract::new(RegisterKind::AaNav).file("aa.csv", csv(header, rows))
}

#[test]
fn a_byte_order_mark_case_prefixes_and_punctuation_do_not_hide_a_header() {
    for header in [
        "\u{feff}person;start;end;type",
        "\u{feff}\"Person\";\"START\";End;TYPE",
        "w21_1234_person;w21_1234_start;w21_1234_end;W21_1234_type",
        "person id;start_date;End.Date; type ",
    ] {
        let register = spells(csv(header, &["007;2020-01-01;2020-01-31;x"])).read();
        assert_eq!(
            rows(&register, JobSpell, "start end type"),
            ["2020-01-01 2020-01-31 x"],
            "{header:?}"
        );
        assert_eq!(register.logs[0].mapping.len(), 4, "{header:?}");
    }
}

#[test]
fn nordic_letters_of_a_header_are_folded_in_every_encoding() {
    let utf_8 =
        "lopenr;type;startdato;sluttdato;n\u{e6}ring;sluttårsak\n007;t;2020-01-01;2020-01-31;86;\n";
    let cp_1252 = b"lopenr;type;startdato;sluttdato;n\xe6ring;slutt\xe5rsak\n007;t;2020-01-01;2020-01-31;86;\n";
    let folded =
        "lopenr;type;startdato;sluttdato;NAERING;sluttaarsak\n007;t;2020-01-01;2020-01-31;86;\n";
    for (content, encoding) in [
        (utf_8.as_bytes(), "utf-8"),
        (&cp_1252[..], "windows-1252"),
        (folded.as_bytes(), "utf-8"),
    ] {
        let register = Extract::new(RegisterKind::AaNav)
            .file("aa.csv", content)
            .read();
        assert_eq!(rows(&register, JobSpell, "industry"), ["86"]);
        let log = &register.logs[0];
        assert_eq!(log.encoding, encoding);
        assert!(log.mapping.iter().any(|(field, _)| *field == "end_reason"));
    }
}

#[test]
fn text_in_another_encoding_is_decoded_and_never_lossy() {
    // 0x80 is the euro sign in Windows-1252 and nothing in Latin-1.
    let cp_1252 = b"person;start;end;type\n007;2020-01-01;;sj\xf8mann \x80\n";
    let utf_8 = "person;start;end;type\n007;2020-01-01;;sjømann €\n";
    for (content, encoding) in [(&cp_1252[..], "windows-1252"), (utf_8.as_bytes(), "utf-8")] {
        let register = spells(content).read();
        assert_eq!(rows(&register, JobSpell, "type"), ["sjømann €"]);
        assert_eq!(register.logs[0].encoding, encoding);
    }
}

#[test]
fn people_are_found_in_every_encoding() {
    for content in [
        &b"person;start;end\n\xf81;2020-01-01;\n"[..],
        "person;start;end\nø1;2020-01-01;\n".as_bytes(),
    ] {
        let register = spells(content).people(&["007", "ø1"]).read();
        assert_eq!(rows(&register, JobSpell, "person"), ["1"]);
    }
}

#[test]
fn delimiters_are_told_by_the_header_and_quoted_ones_are_text() {
    for delimiter in [';', ',', '\t', '|'] {
        let text = "person;start;end;type\r\n007;2020-01-01;;\"a;\"\"b\"\"\"\r\n".to_owned()
            + "\"008\";\"2020-02-01\";\"\";\"c\"";
        let register = spells(text.replace(';', &delimiter.to_string())).read();
        let first = format!("2020-01-01 a{delimiter}\"b\"");
        let expected = [first.as_str(), "2020-02-01 c"];
        assert_eq!(
            rows(&register, JobSpell, "start type"),
            expected,
            "{delimiter:?}"
        );
        assert_eq!(register.logs[0].delimiter, Some(delimiter));
    }
}

#[test]
fn ragged_rows_are_refused_with_their_lines_whoever_they_belong_to() {
    let given = [
        "007;2020-01-01;;a",
        "009;2020-01-01",
        "008;2020-01-01;;b;c",
        "009;2020-01-01;;d",
    ];
    let error = spells(csv(HEADER, &given)).error();
    assert!(error.contains("too_many_refused"), "{error}");
    assert!(
        error.contains("line 3") && error.contains("line 4"),
        "{error}"
    );
    let register = spells(csv(HEADER, &given)).lenient().read();
    assert_eq!(refused(&register), ["3 -", "4 -"]);
    assert_eq!(rows(&register, JobSpell, "type"), ["a"]);
    let log = &register.logs[0];
    assert_eq!((log.rows, log.rows_of_people), (4, 3));
}

#[test]
fn the_share_of_refused_rows_may_be_reached_and_not_passed() {
    let with = |rows: &[&str], share: f64| {
        let extract = spells(csv(HEADER, rows)).with(|options| options.max_refused_share = share);
        extract.result().is_ok()
    };
    let (good, bad) = ("007;2020-01-01;;a", "008;2020-02-30;;b");
    assert!(with(&[good, bad], 0.5));
    assert!(!with(&[good, bad], 0.49));
    // Rows of other people are not counted.
    assert!(!with(&[good, bad, "009;2020-01-01;;c"], 0.4));
    assert!(with(&["009;2020-02-30;;c"], 0.0));
}

#[test]
fn line_breaks_in_cells_keep_the_line_numbers() {
    let text = "person;start;end;type\n007;2020-01-01;;\"two\nlines\"\n008;31.02.2020;;x\n";
    let register = spells(text).lenient().read();
    assert_eq!(rows(&register, JobSpell, "type line"), ["two\nlines 2"]);
    assert_eq!(refused(&register), ["4 start"]);
}

#[test]
fn blank_lines_keep_the_line_numbers() {
    for quoted in ["a", "\"a\""] {
        let text = format!("{HEADER}\n\n007;2020-01-01;;{quoted}\n\n\n008;31.02.2020;;x\n007\n");
        let register = spells(text).lenient().read();
        assert_eq!(rows(&register, JobSpell, "line"), ["3"], "{quoted}");
        assert_eq!(refused(&register), ["6 start", "7 -"], "{quoted}");
        assert_eq!(register.logs[0].rows, 3);
    }
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_an_error_at_its_line() {
    let error =
        spells("person;start;end;type\n009;2020-01-01;;\n007;2020-01-01;;\"x\n008;2020-01-01;;\n")
            .error();
    assert!(
        error.contains("unclosed_quote") && error.contains("line 3"),
        "{error}"
    );
}

#[test]
fn exact_copies_are_dropped_and_the_same_key_with_another_payload_is_kept() {
    let register = spells(csv(
        HEADER,
        &[
            "007;2020-01-01;;a",
            "007;2020-01-01;;a",
            " 007;2020-01-01 ;;a",
            "007;2020-01-01;;b",
        ],
    ))
    .read();
    assert_eq!(rows(&register, JobSpell, "type line"), ["a 2", "b 5"]);
    assert_eq!(
        repaired(&register, "exact copy"),
        2,
        "blanks around cells do not count"
    );
}

#[test]
fn two_columns_for_one_field_and_missing_ones_are_errors() {
    let header = "lopenr;type;ansettelsesperiode.startdato;startdato;sluttdato";
    let row = "007;t;01.03.2020;01.04.2020;";
    let error = nav(header, &[row]).error();
    assert!(error.contains("ambiguous_column"), "{error}");
    assert!(
        error.contains("several columns could be `start`"),
        "{error}"
    );
    let chosen = nav(header, &[row]).column("start", "startdato").read();
    assert_eq!(
        rows(&chosen, JobSpell, "start"),
        ["2020-04-01"],
        "the plan decides"
    );
    let error = nav("lopenr;startdato", &["007;01.03.2020"]).error();
    assert!(
        error.contains("`end`") && error.contains("`type`"),
        "all in one go: {error}"
    );
}

#[test]
fn the_plan_may_name_columns_and_only_what_there_is() {
    let header = "who;begin;stop;kind";
    let named = || {
        let spells = spells(csv(header, &["007;2020-01-01;2020-01-31;x"]));
        spells.column("person", "who").column("start", "begin")
    };
    let register = named().column("end", "stop").read();
    assert_eq!(
        rows(&register, JobSpell, "start end type"),
        ["2020-01-01 2020-01-31 x"]
    );
    assert!(
        register.logs[0]
            .mapping
            .contains(&("person", "who".to_owned()))
    );
    let error = named().column("end", "Stop").error();
    assert!(error.contains("no column `Stop`"), "{error}");
    let error = named()
        .column("end", "stop")
        .column("strat", "begin")
        .error();
    assert!(error.contains("unknown_field"), "{error}");
    let error = named().column("end", "begin").error();
    assert!(error.contains("`begin` is both"), "{error}");
}

#[test]
fn what_is_no_table_of_text_is_named() {
    for (content, code) in [
        (&b"PAR1xxxx"[..], "file_kind"),
        (b"\xff\xfea\x00;\x00", "file_kind"),
        (b"PK\x03\x04rest", "file_kind"),
        (b"", "empty_file"),
        (b"\n\n", "empty_file"),
    ] {
        let error = spells(content).error();
        assert!(error.contains(code), "{code}: {error}");
    }
    let gone = Extract::new(RegisterKind::Spells)
        .with(|options| options.files.push("no/such/file.csv".into()));
    assert!(gone.error().contains("missing_file"));
    let empty = spells("person;start;end\n").read();
    assert!(rows(&empty, JobSpell, "person").is_empty());
    assert_eq!(empty.logs[0].rows, 0);
}

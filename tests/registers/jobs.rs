//! AA-registeret in NAV's names: each rule of the register on a row of its own.

use super::support::{Extract, csv, refused, repaired, rows};
use regtrial::registers::TableKind::JobSpell;
use regtrial::registers::{Ends, Register, RegisterKind};

const HEADER: &str = "w21_1234_lopenr_person;Type.kode;AnsettelsesPeriode.startdato;ansettelsesperiode.sluttdato;sluttårsak;varsling;avtaltStillingsprosent";

fn extract(header: &str, rows: &[&str]) -> Extract {
    Extract::new(RegisterKind::AaNav).file("aa.csv", csv(header, rows))
}

fn read(rows: &[&str]) -> Register {
    extract(HEADER, rows).lenient().read()
}

#[test]
fn headers_are_folded_prefixes_stripped_and_leading_zeros_kept() {
    let jobs = read(&[
        "007;ordinaertArbeidsforhold;01.03.2020;31.03.2020;;;37,5",
        "7;x;01.03.2020;;;;",
    ]);
    assert_eq!(
        rows(&jobs, JobSpell, "person start end type percent"),
        ["0 2020-03-01 2020-03-31 ordinaertArbeidsforhold 37.5"]
    );
    let log = &jobs.logs[0];
    assert_eq!((log.rows, log.rows_of_people), (2, 1), "7 is not 007");
    for (field, header) in [
        ("person", "w21_1234_lopenr_person"),
        ("start", "AnsettelsesPeriode.startdato"),
        ("end_reason", "sluttårsak"),
    ] {
        assert!(log.mapping.contains(&(field, header.to_owned())), "{field}");
    }
}

#[test]
fn codes_are_texts_and_keep_their_leading_zeros() {
    let header =
        "lopenr;type;startdato;sluttdato;yrke;rapporteringsordning;ansettelsesform;arbeidssted";
    let jobs = extract(
        header,
        &["007;t;2020-03-01;;0110101;A_ORDNINGEN;fast;000123456"],
    )
    .read();
    assert_eq!(
        rows(&jobs, JobSpell, "occupation source form employer"),
        ["0110101 A_ORDNINGEN fast 000123456"]
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
    assert_eq!(
        rows(&jobs, JobSpell, "start end end_status"),
        [
            "2020-03-01 2022-12-31 open",
            "2020-04-01 2022-12-31 open",
            "2020-05-01 2020-06-01 machine",
        ]
    );
    assert_eq!(repaired(&jobs, "after the register's last day"), 1);
}

#[test]
fn only_the_warnings_of_machines_mark_an_end() {
    for (code, status) in [
        ("ERKONK", "machine"),
        ("EROPPH", "machine"),
        ("ERVIRK", "machine"),
        ("IBARBG", "machine"),
        ("IBKAOR", "machine"),
        ("IBPPAG", "machine"),
        ("AFIDHI", "observed"),
        ("PPIDHI", "observed"),
        ("NAVEND", "observed"),
    ] {
        let jobs = read(&[&format!("007;t;01.03.2020;01.06.2020;;{code};")]);
        assert_eq!(rows(&jobs, JobSpell, "end_status"), [status], "{code}");
        assert_eq!(
            repaired(&jobs, "machine") > 0,
            status == "machine",
            "{code}"
        );
    }
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
    assert_eq!(refused(&jobs), ["2 start", "3 end", "4 start", "5 -"]);
    assert_eq!(
        rows(&jobs, JobSpell, "start end line"),
        ["2020-03-01 2020-03-01 6"],
        "one day"
    );
}

#[test]
fn void_rows_and_exact_copies_are_left_out_and_counted() {
    let row = "007;t;01.03.2020;31.03.2020;;;100";
    let void = "007;t;01.05.2020;;arbeidsforholdetSkulleAldriVaertRapportert;;";
    let jobs = read(&[row, row, void]);
    assert_eq!(rows(&jobs, JobSpell, "start"), ["2020-03-01"]);
    assert_eq!(repaired(&jobs, "exact copy"), 1);
    assert_eq!(repaired(&jobs, "void"), 1);
    assert!(refused(&jobs).is_empty());
    let twice = csv(HEADER, &[row]);
    let extract = Extract::new(RegisterKind::AaNav);
    let jobs = extract
        .file("aa.csv", &twice)
        .file("aa-old.csv", &twice)
        .read();
    assert_eq!(
        rows(&jobs, JobSpell, "file"),
        ["0"],
        "a copy in another file"
    );
}

#[test]
fn percent_zero_stays_and_impossible_ones_are_missing() {
    let jobs = read(&[
        "007;t;01.03.2020;;;;0",
        "007;t;02.03.2020;;;;250",
        "007;t;03.03.2020;;;;-5",
        "007;t;04.03.2020;;;;200",
    ]);
    assert_eq!(rows(&jobs, JobSpell, "percent"), ["0.0", "-", "-", "200.0"]);
    assert_eq!(
        rows(&jobs, JobSpell, "percent_set_aside"),
        ["-", "250.0", "-5.0", "-"],
        "what was reported is kept"
    );
    assert_eq!(repaired(&jobs, "percent outside 0 to 200"), 2);
}

#[test]
fn overlapping_jobs_are_all_kept_and_sorted_whatever_their_order() {
    let mut given = [
        "008;t;01.03.2020;;;;",
        "007;t;01.05.2020;;;;",
        "007;t;01.04.2020;30.06.2020;;;",
    ];
    let expected = [
        "0 2020-04-01 2020-06-30",
        "0 2020-05-01 2022-12-31",
        "1 2020-03-01 2022-12-31",
    ];
    assert_eq!(rows(&read(&given), JobSpell, "person start end"), expected);
    given.reverse();
    assert_eq!(rows(&read(&given), JobSpell, "person start end"), expected);
}

#[test]
fn an_end_may_be_declared_the_first_day_off() {
    let given = [
        "007;t;01.03.2020;01.04.2020;;;",
        "008;t;01.03.2020;01.03.2020;;;",
    ];
    let first_day_off = extract(HEADER, &given)
        .lenient()
        .with(|options| options.ends = Ends::FirstDayOff)
        .read();
    assert_eq!(
        rows(&first_day_off, JobSpell, "start end"),
        ["2020-03-01 2020-03-31"]
    );
    assert_eq!(refused(&first_day_off), ["3 end"], "no day on at all");
    assert_eq!(
        rows(&read(&given), JobSpell, "end"),
        ["2020-04-01", "2020-03-01"],
        "else it is the last day on"
    );
}

#[test]
fn a_later_extract_closes_what_an_earlier_one_left_open() {
    let header = "lopenr;arbeidsforholdid;type;startdato;sluttdato";
    let earlier = [
        "007;a;t;01.03.2020;",
        "007;b;t;01.03.2020;",
        "007;;t;01.03.2020;",
        "008;a;t;01.03.2020;",
    ];
    let later = [
        "007;a;t;2020-03-01;2020-06-30",
        "007;b;t;2020-04-01;2020-06-30",
        "007;;t;2020-03-01;2020-05-31",
    ];
    let jobs = Extract::new(RegisterKind::AaNav)
        .column("job", "arbeidsforholdid")
        .file("earlier.csv", csv(header, &earlier))
        .file("later.csv", csv(header, &later))
        .read();
    assert_eq!(
        rows(&jobs, JobSpell, "person job start end file"),
        [
            "0 - 2020-03-01 2020-05-31 1",
            "0 a 2020-03-01 2020-06-30 1",
            "0 b 2020-03-01 2022-12-31 0",
            "0 - 2020-03-01 2022-12-31 0",
            "0 b 2020-04-01 2020-06-30 1",
            "1 a 2020-03-01 2022-12-31 0",
        ],
        "only the same person, job and first day is the same job"
    );
    assert_eq!(repaired(&jobs, "closed in another file"), 1);
}

#[test]
fn within_one_file_an_open_job_stays_beside_a_closed_one() {
    let header = "lopenr;arbeidsforholdid;type;startdato;sluttdato";
    let jobs = Extract::new(RegisterKind::AaNav)
        .column("job", "arbeidsforholdid")
        .file(
            "jobs.csv",
            csv(
                header,
                &["007;a;t;01.03.2020;", "007;a;t;01.03.2020;30.06.2020"],
            ),
        )
        .read();
    assert_eq!(rows(&jobs, JobSpell, "end"), ["2020-06-30", "2022-12-31"]);
}

//! Inputs that once gave a wrong number without a word.

use super::support::{Extract, csv, repaired, rows};
use regtrial::registers::RegisterKind;
use regtrial::registers::TableKind::{
    BenefitSpell, Episode, JobMonth, JobSpell, Leave, PersonStatus,
};

const AA: &str = "lopenr;arbeidsforholdId;type;startdato;sluttdato;sluttaarsak;registrert";

fn aa(header: &str, given: &[&str]) -> Extract {
    Extract::new(RegisterKind::AaNav).file("aa.csv", csv(header, given))
}

#[test]
fn an_end_of_9999_is_open_in_every_way_of_writing() {
    for end in [
        "31DEC9999",
        "31.12.9999",
        "99991231",
        "9999-12-31",
        "0",
        "00000000",
    ] {
        let given = format!("007;2020-02-01;{end}");
        let extract = Extract::new(RegisterKind::FdTrygd)
            .file("f_aap.csv", csv("lopenr;tilgdato;tomdato", &[given]));
        let found = rows(&extract.read(), BenefitSpell, "end end_status");
        assert_eq!(found, ["2022-12-31 open"], "{end}");
    }
}

#[test]
fn versions_are_compared_by_the_clock_and_their_days_however_written() {
    let found = rows(
        &aa(
            AA,
            &[
                "007;J1;t;2020-01-20;;;2020-02-05T9:00",
                "007;J1;t;20.01.2020;2020-02-10;;2020-02-05T10:00",
                // Nine in the morning in UTC is later than ten in a zone two hours ahead.
                "008;J2;t;2020-01-20;2020-03-10;;2020-02-05T09:00:00Z",
                "008;J2;t;2020-01-20;;;2020-02-05T10:00:00+02:00",
            ],
        )
        .read(),
        JobSpell,
        "job end",
    );
    assert_eq!(found, ["J1 2020-02-10", "J2 2020-03-10"]);
}

#[test]
fn a_later_version_without_a_leave_takes_the_leave_with_it() {
    let header = format!("{AA};permisjoner.startdato;permisjoner.sluttdato");
    let register = aa(
        &header,
        &[
            "007;J1;t;2020-01-01;;;2020-02-01;2020-03-01;2020-03-31",
            "007;J1;t;2020-01-01;2020-06-30;;2020-07-01;;",
            // Two leaves of one version are no tie.
            "008;J2;t;2020-01-01;;;2020-02-01;2020-03-01;2020-03-31",
            "008;J2;t;2020-01-01;;;2020-02-01;2020-05-01;2020-05-31",
        ],
    )
    .read();
    assert_eq!(
        rows(&register, JobSpell, "job end"),
        ["J1 2020-06-30", "J2 2022-12-31"]
    );
    assert_eq!(
        rows(&register, Leave, "job start"),
        ["J2 2020-03-01", "J2 2020-05-01"]
    );
}

#[test]
fn a_void_row_voids_its_job_however_the_reason_is_spelt() {
    for reason in [
        "arbeidsforholdetSkulleAldriVaertRapportert",
        "arbeidsforholdetSkulleAldriVærtRapportert",
        "ARBEIDSFORHOLDETSKULLEALDRIVAERTRAPPORTERT",
    ] {
        let void = format!("007;J1;t;2020-01-01;2020-02-01;{reason};");
        let register = aa(
            AA,
            &["007;J1;t;2020-01-01;;;", &void, "007;J2;t;2020-01-01;;;"],
        )
        .read();
        assert_eq!(rows(&register, JobSpell, "job"), ["J2"], "{reason}");
        assert_eq!(repaired(&register, "void"), 2);
    }
}

#[test]
fn details_hold_for_their_months_only() {
    let header = "lopenr;arbeidsforholdId;type;startdato;sluttdato;avtaltStillingsprosent;rapporteringsmaaneder.fra;rapporteringsmaaneder.til";
    let register = aa(
        header,
        &[
            "007;J1;t;2020-01-15;2020-06-30;80;2020-01;2020-02",
            "007;J1;t;2020-01-15;2020-06-30;10;2020-03;",
        ],
    )
    .read();
    assert_eq!(
        rows(&register, JobSpell, "start end percent"),
        ["2020-01-15 2020-02-29 80.0", "2020-03-01 2020-06-30 10.0"]
    );
}

#[test]
fn a_leave_lies_within_its_job() {
    let header = "lopenr;type;startdato;sluttdato;permisjoner.startdato;permisjoner.sluttdato";
    let register = aa(
        header,
        &[
            "007;t;2020-01-01;2020-02-28;2020-02-01;2020-03-15",
            "008;t;2020-03-01;2020-04-30;2020-01-01;2020-01-14",
        ],
    )
    .read();
    assert_eq!(
        rows(&register, Leave, "start end"),
        ["2020-02-01 2020-02-28"]
    );
}

#[test]
fn codes_that_a_program_made_numbers_are_codes_still() {
    let header =
        "lopenr_person;edag_periode;arb_arbmark_status;arb_start;arb_slutt;virk_nace1_sn07";
    let register = Extract::new(RegisterKind::AaSsb)
        .covers("2020-01-01", "2020-01-31")
        .file(
            "2020m01.csv",
            csv(header, &["007;2020-01-01;1.0;2019-01-01;;47.000"]),
        )
        .read();
    let found = rows(&register, JobMonth, "in_reference_week industry");
    assert_eq!(found, ["true 47.000"], "an industry keeps its zeros");
}

#[test]
fn out_and_back_on_one_day_is_no_absence() {
    let register = Extract::new(RegisterKind::PersonStatus)
        .file(
            "status.csv",
            csv(
                "person;event;date",
                &[
                    "007;Utvandret;2020-03-01",
                    "007;Innvandret;2020-03-01",
                    "008;Utvandret;2020-03-01",
                    "008;Innvandret;2020-06-01",
                    "008;Utvandret;2020-06-01",
                    "008;Innvandret;2020-09-01",
                ],
            ),
        )
        .read();
    assert_eq!(
        rows(&register, PersonStatus, "person start end"),
        ["1 2020-03-01 2020-05-31", "1 2020-06-01 2020-08-31"]
    );
}

#[test]
fn days_from_a_reference_date_beyond_two_centuries_are_no_dates() {
    for count in ["-2147483648", "99999999", "2147483647"] {
        let register = Extract::new(RegisterKind::Npr)
            .file(
                "npr.csv",
                csv("lopenr;differansedager_inn", &[format!("007;{count}")]),
            )
            .part(
                "reference",
                "ref.csv",
                "lopenr;referansedato\n007;2020-01-01\n",
            )
            .lenient()
            .read();
        assert!(rows(&register, Episode, "start").is_empty(), "{count}");
        assert_eq!(
            register
                .logs
                .iter()
                .map(|log| log.refused.len())
                .sum::<usize>(),
            1
        );
    }
}

#[test]
fn no_break_spaces_around_an_identifier_do_not_hide_it() {
    for blank in [&b"\xa0"[..], &b"\xc2\xa0"[..]] {
        let text = [b"person;start;end\n007", blank, b" ;2020-01-01;\n"].concat();
        let register = Extract::new(RegisterKind::Spells)
            .file("s.csv", text)
            .read();
        assert_eq!(rows(&register, JobSpell, "person"), ["0"]);
    }
}

#[test]
fn a_part_of_which_no_row_matches_is_said() {
    let register = Extract::new(RegisterKind::Kpr)
        .file(
            "bills.csv",
            csv("kpr_lnr;enkeltregning_lnr;dato", &["007;00123;2020-01-01"]),
        )
        .part(
            "diagnoses",
            "d.csv",
            "enkeltregning_lnr;diagnose\n123;P76\n",
        )
        .read();
    let codes: Vec<&str> = register
        .logs
        .iter()
        .flat_map(|log| log.warnings.iter().map(|warning| warning.code))
        .collect();
    assert!(codes.contains(&"no_match"), "{codes:?}");
}

#[test]
fn two_codes_for_one_week_are_refused() {
    let error = Extract::new(RegisterKind::Dream)
        .covers("2020-01-06", "2020-01-12")
        .file("dream.csv", csv("pnr;y_2002", &["007;111", "007;783"]))
        .error();
    assert!(
        error.contains("too_many_refused") && error.contains("same week"),
        "{error}"
    );
}

#[test]
fn a_row_group_of_identifiers_padded_with_other_blanks_is_read() {
    use polars::prelude::{Column, DataFrame};
    for padded in ["\u{a0}007", "007\u{a0}", " 007", "007 "] {
        let column = |name: &str, cell: &str| Column::new(name.into(), vec![cell.to_owned()]);
        let columns = vec![
            column("person", padded),
            column("start", "2020-03-01"),
            column("end", "2020-04-01"),
        ];
        let frame = DataFrame::new(1, columns).unwrap();
        let (_folder, path) = super::support::file("jobs.parquet", b"");
        regtrial::registers::write_parquet(&frame, &path).unwrap();
        let mut extract = Extract::new(RegisterKind::Spells);
        extract.options.files.push(path);
        let found = rows(&extract.read(), JobSpell, "end");
        assert_eq!(found, ["2020-04-01"], "{padded:?}");
    }
}

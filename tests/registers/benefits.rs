//! FD-Trygd: event rows to spells, and what their two kinds of end mean.

use super::support::{Extract, csv, refused, repaired, rows};
use regtrial::registers::TableKind::BenefitSpell;
use regtrial::registers::{Ends, RegisterKind};

fn extract(name: &str, header: &str, rows: &[&str]) -> Extract {
    Extract::new(RegisterKind::FdTrygd).file(name, csv(header, rows))
}

const BOTH: &str = "lopenr;KODE;TILGDATO;AVGDATO;TOMDATO";

#[test]
fn a_start_row_is_paired_with_its_end_row() {
    let register = extract(
        "f_aap.csv",
        BOTH,
        &[
            "007;1;20200101;;",
            "007;;20200101;;20200630",
            "008;1;20200101;;",
            "008;;20200201;;20200731",
        ],
    )
    .read();
    assert_eq!(
        rows(
            &register,
            BenefitSpell,
            "person benefit start end code end_status"
        ),
        [
            "0 aap 2020-01-01 2020-06-30 1 observed",
            "1 aap 2020-01-01 2022-12-31 1 open",
            "1 aap 2020-02-01 2020-07-31 - observed",
        ],
        "the end row of another start closes nothing"
    );
    assert_eq!(repaired(&register, "paired"), 1);
}

#[test]
fn a_later_open_spell_is_kept_and_censored_at_the_registers_last_day() {
    let register = extract(
        "f_aap.csv",
        BOTH,
        &[
            "007;1;20210401;;99991231",
            "007;1;20200101;;20200630",
            "007;1;20230201;;",
            "008;1;20200101;;31.12.9999",
        ],
    )
    .read();
    assert_eq!(
        rows(&register, BenefitSpell, "person start end end_status"),
        [
            "0 2020-01-01 2020-06-30 observed",
            "0 2021-04-01 2022-12-31 open",
            "1 2020-01-01 2022-12-31 open",
        ]
    );
    assert_eq!(repaired(&register, "after the register's last day"), 1);
}

#[test]
fn the_last_day_on_goes_before_the_date_off() {
    let given = ["007;1;20200101;20200701;20200630"];
    for ends in [Ends::Undeclared, Ends::LastDay, Ends::FirstDayOff] {
        let register = extract("f_aap.csv", BOTH, &given)
            .with(|options| options.ends = ends)
            .read();
        assert_eq!(
            rows(&register, BenefitSpell, "end"),
            ["2020-06-30"],
            "{ends:?}"
        );
    }
}

#[test]
fn what_the_date_off_means_is_declared_and_never_assumed() {
    let given = ["007;1;20200101;20200701;"];
    let error = extract("f_aap.csv", BOTH, &given).error();
    assert!(
        error.contains("undeclared_end") && error.contains("column AVGDATO"),
        "{error}"
    );
    let end = |ends: Ends| {
        let register = extract("f_aap.csv", BOTH, &given).with(|options| options.ends = ends);
        rows(&register.read(), BenefitSpell, "start end end_status")
    };
    assert_eq!(end(Ends::LastDay), ["2020-01-01 2020-07-01 observed"]);
    assert_eq!(end(Ends::FirstDayOff), ["2020-01-01 2020-06-30 observed"]);
    let open = ["007;1;20200101;;", "009;1;20200101;20200701;"];
    let undeclared = extract("f_aap.csv", BOTH, &open).read();
    assert_eq!(
        rows(&undeclared, BenefitSpell, "end_status"),
        ["open"],
        "nothing to declare where no participant's end depends on it"
    );
}

#[test]
fn months_are_their_first_day_as_a_start_and_their_last_as_an_end() {
    let register = extract("f_aap.csv", BOTH, &["007;1;202001;;202006"]).read();
    let expected = ["2020-01-01 2020-06-30 month"];
    assert_eq!(
        rows(&register, BenefitSpell, "start end precision"),
        expected
    );
    let off = ["007;1;202001;202007;"];
    let end = |ends: Ends| {
        let register = extract("f_aap.csv", BOTH, &off).with(|options| options.ends = ends);
        rows(&register.read(), BenefitSpell, "start end precision")
    };
    // Off from July: on to the end of June. Last on in July: on to its end.
    assert_eq!(end(Ends::FirstDayOff), expected);
    assert_eq!(end(Ends::LastDay), ["2020-01-01 2020-07-31 month"]);
    let monthly = extract(
        "f_aap.csv",
        "lopenr;TILG_MND;TOM_MND",
        &["007;202001;202006"],
    )
    .read();
    assert_eq!(
        rows(&monthly, BenefitSpell, "start end precision"),
        expected
    );
}

#[test]
fn the_benefit_is_told_by_the_name_of_the_file_or_of_its_columns() {
    for (name, header, benefit) in [
        ("f_aap.csv", "lopenr;TILGDATO;TOMDATO", "aap"),
        ("w21_1234_f_aap_2020.csv", "lopenr;TILGDATO;TOMDATO", "aap"),
        ("f_pensj_ufp.csv", "lopenr;TILGDATO;TOMDATO", "ufp"),
        ("pensions.csv", "lopenr;PNSJTILG;PNSJTOM", "ufp"),
        ("sick.csv", "lopenr;SPTILG;SPTOM", "sp"),
        ("seekers.csv", "lopenr;ASOKTILG;ASOKTOM", "arbsok"),
        ("help.csv", "lopenr;SHJ_TILG;SHJ_TOM", "shj"),
    ] {
        let register = extract(name, header, &["007;20200101;20200131"]).read();
        assert_eq!(
            rows(&register, BenefitSpell, "benefit"),
            [benefit],
            "{name}"
        );
    }
    let named = extract(
        "all.csv",
        "lopenr;ytelse;TILGDATO;TOMDATO",
        &["007;aap;20200101;20200131", "007;sp;20200101;20200215"],
    );
    assert_eq!(
        rows(&named.read(), BenefitSpell, "benefit end"),
        ["aap 2020-01-31", "sp 2020-02-15"],
        "two benefits from one day are no pair"
    );
    let error = extract(
        "all.csv",
        "lopenr;TILGDATO;TOMDATO",
        &["007;20200101;20200131"],
    )
    .error();
    assert!(error.contains("unknown_benefit"), "{error}");
}

#[test]
fn the_same_row_in_the_files_of_two_benefits_is_no_copy() {
    let register = extract(
        "f_aap.csv",
        "lopenr;TILGDATO;TOMDATO",
        &["007;20200101;20200131"],
    )
    .file(
        "f_ufp.csv",
        csv("lopenr;PNSJTILG;PNSJTOM", &["007;20200101;20200131"]),
    )
    .read();
    assert_eq!(
        rows(&register, BenefitSpell, "benefit file"),
        ["aap 0", "ufp 1"]
    );
}

#[test]
fn what_one_row_leaves_out_the_other_tells() {
    let register = extract(
        "f_ufp.csv",
        "lopenr;PNSJTILG;PNSJTOM;UFG",
        &[
            "007;20200101;;50",
            "007;20200101;20201231;",
            "008;20200101;20200331;100",
            "008;20200101;20200630;120",
        ],
    )
    .read();
    assert_eq!(
        rows(&register, BenefitSpell, "person end degree"),
        ["0 2020-12-31 50.0", "1 2020-06-30 100.0"],
        "a degree over 100 is missing; of two ends the later counts"
    );
    assert_eq!(repaired(&register, "several ends"), 1);
    assert_eq!(repaired(&register, "degree outside 0 to 100"), 1);
}

#[test]
fn social_assistance_has_amounts_and_job_seekers_a_status_or_a_measure() {
    let help = extract(
        "f_shj.csv",
        "lopenr;SHJ_TILG;SHJ_AVG;MNDUTBET",
        &["007;202001;202002;8500,50"],
    )
    .with(|options| options.ends = Ends::LastDay)
    .read();
    assert_eq!(
        rows(&help, BenefitSpell, "start end amount"),
        ["2020-01-01 2020-02-29 8500.5"]
    );
    let seekers = extract(
        "f_arbsok.csv",
        "lopenr;ASOKTILG;ASOKTOM;HOVEDARBSTAT;TILTAK",
        &[
            "007;20200101;20200131;02;",
            "007;20200201;20200229;;ARBTREN",
        ],
    );
    assert_eq!(
        rows(&seekers.read(), BenefitSpell, "code"),
        ["02", "ARBTREN"]
    );
}

#[test]
fn wrong_dates_are_refused() {
    let register = extract(
        "f_aap.csv",
        BOTH,
        &[
            "007;1;20200230;;",
            "007;1;20200301;;20200201",
            "007;1;;;20200201",
        ],
    )
    .lenient()
    .read();
    assert_eq!(refused(&register), ["2 start", "3 end", "4 start"]);
}

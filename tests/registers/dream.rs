//! Danish DREAM: weeks and months in columns, ISO weeks, pivot years, codebooks.

use super::support::{Extract, csv, repaired, rows};
use regtrial::registers::RegisterKind;
use regtrial::registers::TableKind::{JobMonth, WeekState};

/// A cover that holds no whole week, so that no week can be missing.
const NO_WEEK: (&str, &str) = ("2020-01-01", "2020-01-02");

fn extract((first, last): (&str, &str), header: &str, rows: &[&str]) -> Extract {
    Extract::new(RegisterKind::Dream)
        .covers(first, last)
        .file("dream.csv", csv(header, rows))
}

#[test]
fn weeks_become_rows_and_a_blank_is_no_benefit() {
    // 6 January 2020 was the Monday of week 2.
    let register = extract(
        ("2020-01-06", "2020-01-26"),
        "pnr;y_2004;y_2002;y_2003",
        &["007;784;111;", "008;;.;130", "009;111;111;111"],
    )
    .read();
    assert_eq!(
        rows(&register, WeekState, "person start end precision code line"),
        [
            "0 2020-01-06 2020-01-12 week 111 2",
            "0 2020-01-20 2020-01-26 week 784 2",
            "1 2020-01-13 2020-01-19 week 130 3",
        ]
    );
}

#[test]
fn the_year_2020_has_a_week_53_and_2021_has_none() {
    // 28 December 2020 was a Monday: week 53 ends on 3 January 2021.
    let register = extract(
        ("2020-12-21", "2021-01-10"),
        "pnr;y_2052;y_2053;y_2101",
        &["007;1;2;3"],
    )
    .read();
    assert_eq!(
        rows(&register, WeekState, "start end code"),
        [
            "2020-12-21 2020-12-27 1",
            "2020-12-28 2021-01-03 2",
            "2021-01-04 2021-01-10 3",
        ]
    );
    // The month of a week is that of its Thursday: 31 December for week 53.
    let months = ["2020-12", "2020-12", "2021-01"];
    assert_eq!(rows(&register, WeekState, "month"), months);
    let error = extract(NO_WEEK, "pnr;y_2153", &["007;1"]).error();
    assert!(
        error.contains("bad_week") && error.contains("column y_2153"),
        "{error}"
    );
    assert!(error.contains("2021 has no ISO week 53"), "{error}");
    for header in ["pnr;y_2000", "pnr;y_2054"] {
        assert!(
            extract(NO_WEEK, header, &["007;1"])
                .error()
                .contains("bad_week"),
            "{header}"
        );
    }
}

#[test]
fn two_digits_are_a_year_by_the_pivot() {
    let header = "pnr;y_8901;y_9001;y_201901";
    // The Mondays of the first weeks of 1989, 1990, 2019 and 2089.
    let starts = |pivot: u32| {
        let register = extract(NO_WEEK, header, &["007;a;b;c"]).with(|o| o.pivot_year = pivot);
        rows(&register.read(), WeekState, "start code")
    };
    assert_eq!(starts(90), ["1990-01-01 b", "2018-12-31 c", "2089-01-03 a"]);
    assert_eq!(starts(89), ["1989-01-02 a", "1990-01-01 b", "2018-12-31 c"]);
    let by_default = extract(NO_WEEK, header, &["007;a;b;c"]).read();
    assert_eq!(
        rows(&by_default, WeekState, "code"),
        ["b", "c", "a"],
        "89 is 2089, 90 is 1990"
    );
}

#[test]
fn a_missing_week_is_an_error() {
    let error = extract(
        ("2020-01-06", "2020-01-26"),
        "pnr;y_2002;y_2004",
        &["007;1;2"],
    )
    .error();
    assert!(
        error.contains("missing_week") && error.contains("2020-01"),
        "{error}"
    );
    // 5 January was a Sunday, 26 January, too: only whole weeks of the cover are asked for.
    let whole = extract(
        ("2020-01-03", "2020-01-22"),
        "pnr;y_2002;y_2003",
        &["007;1;2"],
    );
    assert_eq!(rows(&whole.read(), WeekState, "code"), ["1", "2"]);
    let apart = extract(("2020-01-06", "2020-01-19"), "pnr;y_2002", &["007;1"])
        .file("dream-2.csv", csv("pnr;y_2003", &["007;2"]));
    assert_eq!(rows(&apart.read(), WeekState, "code file"), ["1 0", "2 1"]);
}

#[test]
fn a_week_in_two_columns_is_an_error() {
    let error = extract(NO_WEEK, "pnr;y_2002;y_202002", &["007;1;2"]).error();
    assert!(
        error.contains("ambiguous_column") && error.contains("y_202002"),
        "{error}"
    );
}

#[test]
fn a_codebook_groups_codes_and_ranges() {
    let weeks = || {
        extract(
            NO_WEEK,
            "pnr;y_2002;y_2003;y_2004;y_2005",
            &["007;111;130;139;140"],
        )
    };
    let codebook = "code,group,label\n111,unemployment,Dagpenge\n130-139,cash benefit,\n";
    let register = weeks().part("codebook", "codes.csv", codebook).read();
    assert_eq!(
        rows(&register, WeekState, "code group"),
        [
            "111 unemployment",
            "130 cash benefit",
            "139 cash benefit",
            "140 -"
        ]
    );
    assert_eq!(repaired(&register, "codebook does not have"), 1);
    let register = weeks().read();
    assert_eq!(
        rows(&register, WeekState, "code group"),
        ["111 -", "130 -", "139 -", "140 -"]
    );
    assert_eq!(repaired(&register, "codebook"), 0, "there is none");
}

#[test]
fn a_codebook_that_contradicts_itself_is_an_error() {
    let with = |codebook: &str| {
        let weeks = extract(NO_WEEK, "pnr;y_2002", &["007;111"]);
        weeks.part("codebook", "codes.csv", codebook).error()
    };
    let twice = with("code,group\n111,a\n112,b\n111,b\n");
    assert!(
        twice.contains("codebook") && twice.contains("line 4"),
        "{twice}"
    );
    assert!(with("code,group\n139-130,a\n").contains("line 2"));
    assert!(with("code,group\n111,\n").contains("line 2"));
    assert!(with("kode,gruppe\n111,a\n").contains("missing_column"));
}

#[test]
fn months_have_an_industry_or_a_rate() {
    let header = "pnr;branche_2020_01;grad_2020_01;branche_2020_02;grad_2020_02;grad_2020_03";
    let register = extract(
        NO_WEEK,
        header,
        &[
            "007;841100;50;;0;37,5",
            "008;;;011100;;250",
            "009;841100;100;841100;100;100",
        ],
    )
    .read();
    assert_eq!(
        rows(
            &register,
            JobMonth,
            "person start end precision percent industry"
        ),
        [
            "0 2020-01-01 2020-01-31 month 50.0 841100",
            "0 2020-03-01 2020-03-31 month 37.5 -",
            "1 2020-02-01 2020-02-29 month - 011100",
        ],
        "neither an industry nor a rate above zero is no employment"
    );
    assert_eq!(repaired(&register, "rate of employment"), 1);
    assert!(rows(&register, WeekState, "code").is_empty());
}

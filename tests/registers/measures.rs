//! NAV's labour-market measures and their groups.

use super::support::{Extract, csv, refused, repaired, rows};
use regtrial::registers::RegisterKind;
use regtrial::registers::TableKind::MeasureSpell;

const HEADER: &str = "lopenr;tiltak;startdato;sluttdato";

fn extract(rows: &[&str]) -> Extract {
    Extract::new(RegisterKind::NavMeasures).file("tiltak.csv", csv(HEADER, rows))
}

#[test]
fn codes_are_grouped() {
    for (code, group) in [
        ("INDJOBSTOT", "ips"),
        ("IPSUNG", "ips"),
        ("SUPPEMP", "supported"),
        ("MIDLONTIL", "wage-subsidy"),
        ("VARLONTIL", "wage-subsidy"),
        ("TILSJOBB", "wage-subsidy"),
        ("VASV", "sheltered"),
        ("VATIAROR", "sheltered"),
        ("ARBTREN", "training"),
        ("ARBFORB", "training"),
    ] {
        let register = extract(&[&format!("007;{code};2020-01-01;2020-01-31")]).read();
        assert_eq!(
            rows(&register, MeasureSpell, "measure group"),
            [format!("{code} {group}")]
        );
    }
}

#[test]
fn case_does_not_matter_and_unknown_measures_are_kept_without_a_group() {
    let register = extract(&[
        "007;midlontil;2020-01-01;2020-01-31",
        "007;JOBBK;2020-02-01;2020-02-29",
        "007;;2020-03-01;2020-03-31",
    ])
    .read();
    assert_eq!(
        rows(&register, MeasureSpell, "start measure group"),
        [
            "2020-01-01 MIDLONTIL wage-subsidy",
            "2020-02-01 JOBBK -",
            "2020-03-01 - -",
        ]
    );
    assert_eq!(repaired(&register, "in no group"), 1);
}

#[test]
fn a_codebook_goes_before_the_built_in_groups() {
    let codebook = "code;group\nARBTREN;wage-subsidy\nJOBBK;course\n";
    let register = extract(&[
        "007;ARBTREN;2020-01-01;2020-01-31",
        "007;JOBBK;2020-02-01;2020-02-29",
        "007;VASV;2020-03-01;2020-03-31",
    ])
    .part("codebook", "codes.csv", codebook)
    .read();
    assert_eq!(
        rows(&register, MeasureSpell, "measure group"),
        ["ARBTREN wage-subsidy", "JOBBK course", "VASV sheltered"]
    );
}

#[test]
fn spells_follow_the_rules_of_all_registers() {
    let register = extract(&[
        "008;VASV;01.05.2020;",
        "007;VASV;01.05.2020;01.04.2020",
        "007;VASV;01.01.2020;01.01.2020",
        "007;VASV;01.01.2020;01.01.2020",
        "008;VASV;01.01.2023;",
    ])
    .lenient()
    .read();
    assert_eq!(
        rows(&register, MeasureSpell, "person start end end_status"),
        [
            "0 2020-01-01 2020-01-01 observed",
            "1 2020-05-01 2022-12-31 open",
        ]
    );
    assert_eq!(refused(&register), ["3 end"]);
    assert_eq!(repaired(&register, "exact copy"), 1);
    assert_eq!(repaired(&register, "after the register's last day"), 1);
}

#[test]
fn of_two_versions_of_a_measure_the_later_counts() {
    let header = "lopenr;tiltak;startdato;sluttdato;registrert";
    let given = [
        "007;VASV;2020-01-01;2020-12-31;2020-01-02",
        "007;VASV;2020-01-01;2020-03-31;2020-04-01",
    ];
    let register = Extract::new(RegisterKind::NavMeasures)
        .file("tiltak.csv", csv(header, &given))
        .read();
    assert_eq!(rows(&register, MeasureSpell, "end"), ["2020-03-31"]);
    assert_eq!(repaired(&register, "older version"), 1);
}

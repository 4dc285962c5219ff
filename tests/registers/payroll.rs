//! AA-registeret in NAV's names: leaves of a job, changes of payroll, versions of a record.

use super::support::{Extract, csv, refused, repaired, rows};
use regtrial::registers::RegisterKind;
use regtrial::registers::TableKind::{JobSpell, Leave};

fn extract(header: &str, rows: &[&str]) -> Extract {
    Extract::new(RegisterKind::AaNav).file("aa.csv", csv(header, rows))
}

#[test]
fn leaves_stand_on_rows_of_their_job_which_counts_once() {
    let header = "lopenr;arbeidsforholdId;arbeidssted;type;startdato;sluttdato;permisjoner.type;permisjoner.startdato;permisjoner.sluttdato;permisjoner.prosent";
    let register = extract(
        header,
        &[
            "007;J1;E1;t;01.01.2020;;permisjonMedForeldrepenger;01.03.2020;31.08.2020;100",
            "007;J1;E1;t;01.01.2020;;velferdspermisjon;01.10.2020;;50",
            "008;J2;E1;t;01.01.2020;30.06.2020;;;;",
            "008;J3;E1;t;01.02.2020;30.06.2020;utdanningspermisjon;01.05.2020;;20",
            "008;J4;E1;t;01.03.2020;30.06.2020;utdanningspermisjon;01.05.2020;01.04.2020;20",
        ],
    )
    .read();
    assert_eq!(rows(&register, JobSpell, "job"), ["J1", "J2", "J3", "J4"]);
    assert_eq!(
        rows(&register, Leave, "person start end type percent job line"),
        [
            "0 2020-03-01 2020-08-31 permisjonMedForeldrepenger 100.0 J1 2",
            "0 2020-10-01 2022-12-31 velferdspermisjon 50.0 J1 3",
            "1 2020-05-01 2020-06-30 utdanningspermisjon 20.0 J3 5",
        ],
        "an open leave goes on to the last day of its job"
    );
    assert_eq!(repaired(&register, "counted once"), 1);
    assert_eq!(repaired(&register, "its job stays"), 1);
}

#[test]
fn a_change_of_payroll_is_bridged_up_to_the_gap_allowed() {
    const HEADER: &str = "lopenr;arbeidssted;type;startdato;sluttdato;sluttaarsak";
    const SWITCH: &str = "byttetLoenssystemEllerRegnskapsfoerer";
    let first = format!("007;E1;t;01.01.2020;31.01.2020;{SWITCH}");
    let ends = |second: &str, gap: Option<u32>| {
        let jobs = extract(HEADER, &[&first, second]).with(|options| options.merge_gaps = gap);
        rows(&jobs.read(), JobSpell, "start end")
    };
    // 1 to 4 February are four days without a job.
    let after_four = "007;E1;t;05.02.2020;29.02.2020;";
    let two = ["2020-01-01 2020-01-31", "2020-02-05 2020-02-29"];
    assert_eq!(ends(after_four, Some(4)), ["2020-01-01 2020-02-29"]);
    assert_eq!(ends(after_four, Some(3)), two);
    assert_eq!(ends(after_four, None), two);
    for other in [
        "007;E2;t;05.02.2020;29.02.2020;",
        "007;E1;u;05.02.2020;29.02.2020;",
        "008;E1;t;05.02.2020;29.02.2020;",
    ] {
        assert_eq!(
            ends(other, Some(4)),
            two,
            "another employer, type or person"
        );
    }
    let resigned = "007;E1;t;01.01.2020;31.01.2020;arbeidstakerHarSagtOppSelv";
    let jobs =
        extract(HEADER, &[resigned, after_four]).with(|options| options.merge_gaps = Some(4));
    assert_eq!(
        rows(&jobs.read(), JobSpell, "start end"),
        two,
        "another reason"
    );
    let middle = format!("007;E1;t;05.02.2020;29.02.2020;{SWITCH}");
    let chain = [first.as_str(), middle.as_str(), "007;E1;t;01.03.2020;;"];
    let jobs = extract(HEADER, &chain)
        .with(|options| options.merge_gaps = Some(4))
        .read();
    assert_eq!(
        rows(&jobs, JobSpell, "start end end_status"),
        ["2020-01-01 2022-12-31 open"]
    );
    assert_eq!(repaired(&jobs, "merged"), 2);
}

const VERSIONS: &str = "lopenr;arbeidsforholdId;arbeidssted;type;startdato;sluttdato;registrert";

#[test]
fn of_versions_the_one_registered_last_counts() {
    let jobs = extract(
        VERSIONS,
        &[
            "007;J1;E1;t;2020-01-01;2020-06-30;2020-04-01T09:30:00",
            "007;J1;E1;t;2020-01-01;2020-03-31;2020-04-01T08:00:00",
            "007;J2;E1;t;2020-01-01;2020-09-30;2019-01-01T00:00:00",
            "008;J1;E1;t;2020-01-01;2020-02-01;2020-02-02T00:00:00",
            "008;J1;E1;t;2020-01-01;2020-02-15;2020-03-01T00:00:00",
        ],
    )
    .read();
    assert_eq!(
        rows(&jobs, JobSpell, "person job end"),
        ["0 J1 2020-06-30", "0 J2 2020-09-30", "1 J1 2020-02-15"]
    );
    assert_eq!(repaired(&jobs, "older version"), 2);
}

#[test]
fn versions_registered_at_the_same_time_are_refused() {
    let given = [
        "007;J1;E1;t;2020-01-01;2020-03-31;2020-04-01",
        "007;J1;E1;t;2020-01-01;2020-06-30;2020-04-01",
        "008;J2;E1;t;2020-01-01;2020-09-30;2020-04-01",
    ];
    let error = extract(VERSIONS, &given).error();
    assert!(
        error.contains("too_many_refused") && error.contains("line 2"),
        "{error}"
    );
    let jobs = extract(VERSIONS, &given).lenient().read();
    assert_eq!(refused(&jobs), ["2 registered", "3 registered"]);
    assert_eq!(rows(&jobs, JobSpell, "job"), ["J2"]);
}

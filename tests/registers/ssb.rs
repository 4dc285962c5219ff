//! AA-registeret as Statistics Norway delivers it: a file a month, a row a job.

use super::support::{Extract, csv, refused, repaired, rows};
use regtrial::registers::TableKind::JobMonth;
use regtrial::registers::{Ends, RegisterKind};

fn extract(first: &str, last: &str) -> Extract {
    Extract::new(RegisterKind::AaSsb).covers(first, last)
}

#[test]
fn people_without_a_job_are_left_out() {
    let header = "lopenr_person;edag_periode;arb_arbmark_status;arb_hovedarbeid";
    let register = extract("2019-01-01", "2019-01-31")
        .file(
            "2019m1.csv",
            csv(
                header,
                &[
                    "007;2019-01-01;1;1",
                    "007;2019-01-01;1;0",
                    "008;2019-01-01;2;",
                ],
            ),
        )
        .read();
    assert_eq!(
        rows(&register, JobMonth, "person main"),
        ["0 true", "0 false"]
    );
    assert_eq!(repaired(&register, "without a job"), 1);
}

const DATED: &str = "lopenr_person;edag_periode;arb_id;arb_start;arb_slutt";

/// The 16th of February 2020 was a Sunday: its week is 10 to 16 February. That of March was a
/// Monday: 16 to 22 March.
fn reference_weeks() -> Extract {
    let february = [
        "007;2020-02-01;started-on-its-sunday;2020-02-16;",
        "007;2020-02-01;started-after-it;2020-02-17;",
        "007;2020-02-01;ended-on-its-monday;2019-01-01;2020-02-10",
        "007;2020-02-01;ended-before-it;2019-01-01;2020-02-09",
        "007;2020-02-01;undated;;",
        "007;2020-02-01;backwards;2020-02-20;2020-02-01",
    ];
    let march = [
        "007;2020-03-01;started-on-its-sunday;2020-03-22;",
        "007;2020-03-01;started-after-it;2020-03-23;",
        "007;2020-03-01;ended-on-its-monday;2019-01-01;2020-03-16",
        "007;2020-03-01;ended-before-it;2019-01-01;2020-03-15",
    ];
    extract("2020-02-01", "2020-03-31")
        .file("2020m02.csv", csv(DATED, &february))
        .file("2020m03.csv", csv(DATED, &march))
}

#[test]
fn the_reference_week_is_monday_to_sunday_around_the_16th() {
    let register = reference_weeks().read();
    assert_eq!(
        rows(&register, JobMonth, "job in_reference_week"),
        [
            "started-on-its-sunday true",
            "started-after-it false",
            "ended-on-its-monday true",
            "ended-before-it false",
            "undated -",
            "backwards -",
            "started-on-its-sunday true",
            "started-after-it false",
            "ended-on-its-monday true",
            "ended-before-it false",
        ]
    );
    assert_eq!(repaired(&register, "start after end"), 1);
}

#[test]
fn an_end_that_is_the_first_day_off_leaves_the_week_a_day_earlier() {
    let register = reference_weeks()
        .with(|options| options.ends = Ends::FirstDayOff)
        .read();
    let found = rows(&register, JobMonth, "job in_reference_week");
    // Off on Monday: the last day was the Sunday before.
    assert_eq!(found[2], "ended-on-its-monday false");
    assert_eq!(found[8], "ended-on-its-monday false");
    assert_eq!(found[0], "started-on-its-sunday true");
}

#[test]
fn totals_of_a_person_are_not_read() {
    let header = "lopenr_person;edag_periode;arb_stillingspst;arb_arbeidstid;pers_sum_stillingspst;pers_sum_arbeidstid";
    let given = [
        "007;2019-01-01;60;22,5;100;37,5",
        "007;2019-01-01;40;15,0;100;37,5",
    ];
    let register = extract("2019-01-01", "2019-01-31")
        .file("2019m1.csv", csv(header, &given))
        .read();
    assert_eq!(
        rows(&register, JobMonth, "percent hours"),
        ["60.0 22.5", "40.0 15.0"]
    );
    let read = |name: &str| {
        register.logs[0]
            .mapping
            .iter()
            .any(|(_, header)| header == name)
    };
    assert!(read("arb_stillingspst") && !read("pers_sum_stillingspst"));
    assert!(!read("pers_sum_arbeidstid"));
}

#[test]
fn zeros_are_missing_in_codes_and_hours_and_count_in_percent() {
    let header = "lopenr_person;edag_periode;arb_id;arb_stillingspst;arb_arbeidstid;lonn_kontant;arb_yrke_styrk08;virk_nace1_sn07;lopenr_foretak;lopenr_virksomhet";
    let given = [
        "007;2019-01-01;A;0;37,5;25000;2412;86.101;F1;V1",
        "007;2019-01-01;B;250;0;-100;0000;00.000;F1;",
        "007;2019-01-01;C;-5;-1;3000000000;0110;01.110;;",
        "007;2019-01-01;D;100;168;0;;;;",
    ];
    let register = extract("2019-01-01", "2019-01-31")
        .file("2019m1.csv", csv(header, &given))
        .read();
    assert_eq!(
        rows(
            &register,
            JobMonth,
            "job percent hours pay occupation industry employer"
        ),
        [
            "A 0.0 37.5 25000.0 2412 86.101 V1",
            "B - - - - - F1",
            "C - - - 0110 01.110 -",
            "D 100.0 168.0 0.0 - - -",
        ]
    );
    assert_eq!(
        rows(
            &register,
            JobMonth,
            "job percent_set_aside hours_set_aside pay_set_aside"
        ),
        [
            "A - - -",
            "B 250.0 0.0 -100.0",
            "C -5.0 -1.0 3.0000e9",
            "D - - -",
        ],
        "what was reported is kept"
    );
    assert_eq!(repaired(&register, "percent outside"), 2);
    assert_eq!(repaired(&register, "hours of 0 or less"), 2);
    assert_eq!(repaired(&register, "negative or impossible pay"), 2);
    assert_eq!(repaired(&register, "zeros only"), 2);
}

#[test]
fn dates_that_do_not_exist_are_refused() {
    let given = [
        "007;2019-01-01;A;2019-02-30;",
        "007;2019-01-01;B;2019-01-01;x",
        "007;2019-13-01;C;;",
        "007;2019-01-01;D;;",
    ];
    let register = extract("2019-01-01", "2019-01-31")
        .file("2019m1.csv", csv(DATED, &given))
        .lenient()
        .read();
    assert_eq!(refused(&register), ["2 start", "3 end", "4 month"]);
    assert_eq!(rows(&register, JobMonth, "job"), ["D"]);
}

//! Rates over person-time and mean counts in a plan: against R, and against what a reader could work out.

use regtrial::prelude::*;
use regtrial::report::figures::figures;
use regtrial::report::tables::tables;
use regtrial::results::Record;
use regtrial::study::StudyError;
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn plan(text: &str) -> Result<Plan, StudyError> {
    Plan::parse(&PathBuf::from("study.toml"), text.to_owned())
}

fn run(text: &str) -> Results {
    Study::load(plan(text).unwrap()).unwrap().run().unwrap()
}

fn find<'a>(results: &'a Results, analysis: &str, wanted: impl Fn(&Record) -> bool) -> &'a Record {
    let mut own = results.records.iter().filter(|r| r.analysis == analysis);
    own.find(|r| wanted(r))
        .unwrap_or_else(|| panic!("{analysis}: {:?}", results.diagnostics))
}

fn columns(analyses: &str) -> String {
    let file = root().join("tests/reference/study_rates/input.csv");
    format!(
        "[study]\nname = \"t\"\n[people]\nfile = {file:?}\nid = \"id\"\n\
         arm = {{ column = \"arm\", order = [\"A\", \"B\", \"C\"] }}\n\
         [outcomes.contacts]\ncolumn = \"events\"\n{analyses}"
    )
}

fn rate(family: &str) -> String {
    columns(&format!(
        "[analyses.a]\noutcome = \"contacts\"\nestimator = \"rate\"\nfamily = \"{family}\"\n\
         person_time = \"days\"\nadjust = [\"age\"]\nestimand = \"rate ratio\"\n"
    ))
}

#[test]
fn rates_and_their_ratios_agree_with_r() {
    let wanted = &expected("study_rates")["cases"][0];
    let mut comparison = Comparison::default();
    for family in ["poisson", "quasi-poisson", "negative-binomial"] {
        let results = run(&rate(family));
        let own = &wanted[match family {
            "quasi-poisson" => "quasi",
            "poisson" => "poisson",
            _ => "negative_binomial",
        }];
        for (i, arm) in ["A", "B", "C"].iter().enumerate() {
            let rate = find(&results, "a", |r| r.group == *arm && r.statistic == "rate");
            let theirs = &own["rates"][i];
            let what = format!("{family} {arm}");
            for (ours, name) in [
                (rate.estimate, "rate"),
                (rate.conf_low, "conf_low"),
                (rate.conf_high, "conf_high"),
            ] {
                comparison.check(&what, ours, number(&theirs[name]), STANDARD_ERROR);
            }
            assert_eq!(rate.events, wanted["events"][i].as_u64());
            let days = find(&results, "a", |r| {
                r.group == *arm && r.statistic == "person_days"
            });
            assert_eq!(days.estimate, number(&wanted["days"][i]));
        }
        for (contrast, theirs) in ["B / A", "C / A"]
            .iter()
            .zip(own["ratios"].as_array().unwrap())
        {
            let ratio = find(&results, "a", |r| {
                r.statistic == "rate_ratio" && r.contrast == *contrast
            });
            let what = format!("{family} {contrast}");
            comparison.check(&what, ratio.estimate, number(&theirs["ratio"]), COEFFICIENT);
            for (ours, name) in [
                (ratio.std_error, "std_error"),
                (ratio.conf_low, "conf_low"),
                (ratio.conf_high, "conf_high"),
                (ratio.p_value, "p_value"),
            ] {
                comparison.check(&what, ours, number(&theirs[name]), STANDARD_ERROR);
            }
        }
        // The later arms against each other: the ratio of their ratios.
        let of = |contrast: &str| {
            find(&results, "a", |r| {
                r.statistic == "rate_ratio" && r.contrast == contrast
            })
            .estimate
        };
        assert!((of("C / B") - of("C / A") / of("B / A")).abs() < 1e-7);
    }
    comparison.finish(50);
    let theta = find(&run(&rate("negative-binomial")), "a", |r| {
        r.statistic == "theta"
    })
    .estimate;
    assert!((theta / number(&wanted["negative_binomial"]["theta"]) - 1.0).abs() < 1e-6);
}

#[test]
fn the_table_of_rates() {
    let released = run(&rate("negative-binomial")).release(Policy::minimum(5));
    let all = tables(&released);
    let table = all.iter().find(|table| table.key == "a").unwrap();
    assert_eq!(
        table.columns,
        [
            "Group",
            "People",
            "Events",
            "Person-years",
            "Rate per person-year (95% CI)",
            "p"
        ]
    );
    assert_eq!(table.rows[0].cells[..3], ["60", "141", "65.2"]);
    assert!(table.rows[3].label.starts_with("Rate ratio, B vs A"));
}

/// The people of the reference data as a participant list and a register of one-day spells.
fn register(folder: &Path, analyses: &str) -> String {
    let source =
        std::fs::read_to_string(root().join("tests/reference/recurrent/tied.csv")).unwrap();
    let mut people = String::from("id,index,arm,stratum,age,left\n");
    let mut spells = String::from("id,job,from,to\n");
    let day = |day: i64| {
        let start = 18_262; // 2020-01-01
        let (year, month, date) = civil(start + day);
        format!("{year:04}-{month:02}-{date:02}")
    };
    for (row, line) in source.lines().skip(1).enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let (id, time) = (cells[0], cells[1].parse::<i64>().unwrap());
        if cells[2] == "1" {
            // Two contacts on one day are no copies of each other.
            writeln!(spells, "{id},c{row},{},{}", day(time), day(time)).unwrap();
        } else {
            // Days up to the end are seen: who withdraws on a day is seen to the one before.
            let (arm, stratum, age) = (cells[3], cells[4], cells[5]);
            writeln!(
                people,
                "{id},{},g{arm},s{stratum},{age},{}",
                day(0),
                day(time + 1)
            )
            .unwrap();
        }
    }
    std::fs::write(folder.join("people.csv"), people).unwrap();
    std::fs::write(folder.join("spells.csv"), spells).unwrap();
    let text = |name: &str| format!("{:?}", folder.join(name));
    format!(
        "[study]\nname = \"t\"\n[people]\nfile = {}\nid = \"id\"\nindex_date = \"index\"\n\
         arm = {{ column = \"arm\", order = [\"g1\", \"g2\", \"g3\"] }}\n\
         status = {{ withdrawn = \"left\" }}\n\
         [registers.contacts]\nkind = \"spells\"\nfiles = {}\nlinked = \"everyone\"\n\
         covers = {{ from = 2019-01-01, to = 2023-12-31 }}\n\
         columns = {{ start = \"from\", end = \"to\", person = \"id\" }}\n\
         [endpoints.contact]\nregister = \"contacts\"\n\
         [outcomes.contacts]\nendpoint = \"contact\"\nmeasure = \"starts\"\n\
         window = [\"0 days\", \"600 days\"]\n\
         if_unobserved = {{ withdrawal = \"while observed\" }}\n{analyses}",
        text("people.csv"),
        text("spells.csv"),
    )
}

/// The date of a day since 1970 (H. Hinnant's algorithm).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year, month, doy - (153 * mp + 2) / 5 + 1)
}

const MEANS: &str = "[analyses.a]\noutcome = \"contacts\"\nestimator = \"mean count\"\n\
     adjust = [\"age\"]\nhorizon = \"150 days\"\n\
     [analyses.b]\noutcome = \"contacts\"\nestimator = \"mean count\"\nadjust = [\"age\"]\nstrata = \"stratum\"\n\
     [analyses.c]\noutcome = \"contacts\"\nestimator = \"rate\"\nfamily = \"poisson\"\nper = \"100 person-years\"\n\
     [figures.curve]\nkind = \"mean-count\"\noutcome = \"contacts\"\n";

#[test]
fn mean_counts_and_their_ratios_agree_with_r() {
    let folder = tempfile::tempdir().unwrap();
    let results = run(&register(
        folder.path(),
        &format!("{MEANS}[disclosure]\nminimum_count = 0\n"),
    ));
    let wanted = &expected("recurrent")["cases"][0];
    let mut comparison = Comparison::default();
    for curve in wanted["curves"].as_array().unwrap() {
        if curve["data"] != "tied.csv" {
            continue;
        }
        let arm = format!("g{}", curve["group"]);
        for point in curve["points"].as_array().unwrap() {
            let time = number(&point["time"]);
            // The curve stays as it is up to the next step.
            let mut own = results
                .records
                .iter()
                .filter(|r| r.analysis == "curve" && r.group == arm);
            let ours = own.rfind(|r| r.time <= time).unwrap();
            comparison.check("curve", ours.estimate, number(&point["mean"]), 1e-12);
            comparison.check("curve", ours.std_error, number(&point["std_error"]), 1e-12);
            if time == 150.0 {
                let mean = find(&results, "a", |r| r.group == arm && r.time == time);
                comparison.check("mean", mean.estimate, number(&point["mean"]), 1e-12);
            }
        }
    }
    for model in wanted["regressions"].as_array().unwrap() {
        if model["data"] != "tied.csv" {
            continue;
        }
        let key = if model["stratified"] == true {
            "b"
        } else {
            "a"
        };
        for (j, contrast) in ["g2 / g1", "g3 / g1"].iter().enumerate() {
            let ours = find(&results, key, |r| r.contrast == *contrast);
            comparison.check(
                key,
                ours.estimate.ln(),
                number(&model["coefficients"][j]),
                COEFFICIENT,
            );
            let error = number(&model["covariance"][j][j]).sqrt();
            comparison.check(key, ours.std_error, error, STANDARD_ERROR);
        }
    }
    comparison.finish(25);
    // Person-time is what was seen: days 0 to the end of everyone.
    let days: f64 = results
        .records
        .iter()
        .filter(|r| r.statistic == "person_days")
        .map(|r| r.estimate)
        .sum();
    let source =
        std::fs::read_to_string(root().join("tests/reference/recurrent/tied.csv")).unwrap();
    let ends = source
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>());
    let ends: f64 = ends
        .filter(|c| c[2] == "0")
        .map(|c| c[1].parse::<f64>().unwrap() + 1.0)
        .sum();
    assert_eq!(days, ends);
}

/// With a minimum count each step of the curve has nobody or enough people with an event, and so many are
/// still followed.
#[test]
fn a_released_curve_gives_no_small_number_away() {
    let folder = tempfile::tempdir().unwrap();
    let text = register(
        folder.path(),
        &format!("{MEANS}[disclosure]\nminimum_count = 5\nmissing = \"protected\"\n"),
    );
    let study = Study::load(plan(&text).unwrap()).unwrap();
    let released = study.run().unwrap().release(study.plan().disclosure);
    let source =
        std::fs::read_to_string(root().join("tests/reference/recurrent/tied.csv")).unwrap();
    let rows: Vec<Vec<f64>> = source
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect())
        .collect();
    let mut steps = 0;
    for arm in 1..=3 {
        let name = format!("g{arm}");
        let shown = released
            .records()
            .iter()
            .filter(|r| r.analysis == "curve" && r.group == name && !r.suppressed);
        let days: Vec<f64> = shown.clone().map(|r| r.time).collect();
        for pair in days.windows(2) {
            let mut with: Vec<f64> = rows
                .iter()
                .filter(|r| {
                    r[3] == f64::from(arm) && r[2] == 1.0 && r[1] >= pair[0] && r[1] < pair[1]
                })
                .map(|r| r[0])
                .collect();
            with.dedup();
            assert!(with.is_empty() || with.len() >= 5, "{name} {pair:?}");
            let gone = rows.iter().filter(|r| {
                r[3] == f64::from(arm)
                    && r[2] == 0.0
                    && r[1] + 1.0 >= pair[0]
                    && r[1] + 1.0 < pair[1]
            });
            let gone = gone.count();
            assert!(gone == 0 || gone >= 5, "{name} {pair:?} {gone}");
            steps += 1;
        }
        for point in shown {
            let followed = point.n_risk.unwrap();
            assert!(followed == 0 || followed >= 5);
            // A mean of whole events over those followed.
            assert!(point.time == 0.0 || point.estimate > 0.0 || point.events == Some(0));
        }
    }
    assert!(steps > 6, "{steps}");
    let drawn = figures(&released).unwrap();
    let drawn = drawn.iter().find(|figure| figure.key == "curve").unwrap();
    assert!(
        drawn.caption.contains("mean number of events"),
        "{}",
        drawn.caption
    );
    assert!(drawn.svg.contains("<svg"));
}

#[test]
fn wrong_keys_are_told() {
    let wrong = |text: &str, rule: &str| {
        let Err(StudyError::Plan(problems)) = plan(text) else {
            panic!("{text} is fine");
        };
        let all = format!("{problems:?}");
        assert!(
            problems.len() == 1 && problems[0].rule.contains(rule),
            "{all}"
        );
    };
    let of = |keys: &str| columns(&format!("[analyses.a]\noutcome = \"contacts\"\n{keys}\n"));
    wrong(&of("estimator = \"rate\""), "needs `person_time`");
    wrong(
        &of("estimator = \"mean count\""),
        "needs the days of the events",
    );
    wrong(
        &of("estimator = \"rate\"\nperson_time = \"days\"\nper = \"century\""),
        "must be one of person-year",
    );
    wrong(
        &of("estimator = \"rate\"\nperson_time = \"days\"\nestimand = \"risk ratio\""),
        "gives the rate ratio",
    );
    wrong(&of("estimand = \"rate ratio\""), "comes from `rate`");
    wrong(
        &of("estimator = \"rate\"\nperson_time = \"days\"\nsensitivity = [\"best case\"]"),
        "unknown key",
    );
    let folder = tempfile::tempdir().unwrap();
    let derived = |keys: &str| {
        let analysis = format!("[analyses.x]\noutcome = \"contacts\"\n{keys}\n");
        register(folder.path(), &analysis)
    };
    let ever = derived("estimator = \"mean count\"").replace("\"starts\"", "\"ever\"");
    wrong(&ever, "no count");
    let hours = derived("estimator = \"rate\"").replace("\"starts\"", "\"person-days\"");
    wrong(&hours, "this measure is no count");
    // What only the data show: no whole numbers, no days for someone with events.
    let failed = |text: &str, rule: &str| {
        let results = run(text);
        let found = results.diagnostics.iter().find(|d| d.severity == "error");
        assert!(
            found.unwrap().message.contains(rule),
            "{:?}",
            results.diagnostics
        );
    };
    let days = of("estimator = \"rate\"\nperson_time = \"days\"");
    let file = folder.path().join("wrong.csv");
    let source =
        std::fs::read_to_string(root().join("tests/reference/study_rates/input.csv")).unwrap();
    let text = |source: String| {
        std::fs::write(&file, source).unwrap();
        let old = format!("{:?}", root().join("tests/reference/study_rates/input.csv"));
        days.replace(&old, &format!("{file:?}"))
    };
    failed(
        &text(source.replacen("236,2", "236,2.5", 1)),
        "whole numbers",
    );
    failed(
        &text(source.replacen("236,2", "0,2", 1)),
        "is 0 for someone with events",
    );
    failed(
        &text(source.replacen("236,2", "-3,2", 1)),
        "numbers of days from 0 on",
    );
}

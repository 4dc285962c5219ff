//! `reproduce`, `consistency`, `score` and added trials in `meta`.

use crate::support::{folder, path, regtrial};
use serde_json::Value;

fn study(name: &str) -> Value {
    let ran = regtrial(&["reproduce", name, "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = ran.json();
    assert_eq!(document["schema"], "regtrial.reproduce/1");
    document["studies"][0].clone()
}

fn number<'a>(study: &'a Value, label: &str) -> &'a Value {
    let numbers = study["numbers"].as_array().expect("numbers");
    let found = numbers.iter().find(|number| number["label"] == label);
    found.unwrap_or_else(|| panic!("no {label}"))
}

fn finding(study: &Value, label: &str) -> String {
    let findings = study["findings"].as_array().expect("findings");
    let found = findings.iter().find(|finding| finding["label"] == label);
    let found = found.unwrap_or_else(|| panic!("no {label}"));
    assert_eq!(found["verdict"], "does_not_fit", "{label}");
    found["finding"].as_str().expect("a sentence").to_owned()
}

#[test]
fn what_does_not_fit_together_is_said() {
    let moho = finding(&study("ips-moho"), "the three R-squared and n");
    assert!(
        moho.contains("only for 192 to 200 complete cases"),
        "{moho}"
    );
    let inklusion = study("inklusion");
    let share = finding(&inklusion, "46.5 % of the control arm");
    assert!(
        share.contains("from 231 to 239") && share.contains("111/239") && share.contains("107/230"),
        "{share}"
    );
    let more = finding(&inklusion, "\"almost 30 % more\"");
    assert!(
        more.contains("relative") && more.contains("13.0 percentage points"),
        "{more}"
    );
    let lones = finding(&study("lones"), "5 % among 23");
    assert!(lones.contains("1/23, is 4.3 %"), "{lones}");
    let trials = study("trials");
    let wong = finding(&trials, "Wong2008: the table behind it");
    assert!(
        wong.contains("32/46 against 13/45 alone") && wong.contains("2.288"),
        "{wong}"
    );
    assert_eq!(
        number(&trials, "Wong2008, odds ratio, lower limit")["verdict"],
        "differs"
    );
    let latimer = finding(&trials, "Latimer2006: 18 % among 75");
    assert!(latimer.contains("13/74"), "{latimer}");
    let misread = finding(&study("evidence"), "the meta-analysis of 1.63 that is 2.04");
    assert!(misread.contains("with totals read as totals"), "{misread}");
}

#[test]
fn numbers_stand_beside_ours_with_their_distance_in_last_digits() {
    let lones = study("lones");
    let control = number(&lones, "employed, control");
    assert_eq!(
        (&control["printed"], &control["verdict"]),
        (&"5".into(), &"does_not_fit".into())
    );
    let close =
        |value: &Value, expected: f64| (value.as_f64().expect("a number") - expected).abs() < 1e-9;
    assert!(
        close(&control["recomputed"], 100.0 / 23.0) && close(&control["difference"], -15.0 / 23.0)
    );
    let ratio = number(&lones, "risk ratio, upper limit");
    assert_eq!(ratio["verdict"], "agrees");
    assert!((ratio["recomputed"].as_f64().expect("a number") - 81.797_509).abs() < 1e-6);
    let hekta = study("hekta");
    let adjusted = number(&hekta, "adjusted odds ratio, lower limit");
    assert_eq!(adjusted["verdict"], "cannot_be_recomputed");
    assert!(adjusted["recomputed"].is_null() && !adjusted["how"].as_str().expect("why").is_empty());
    for (label, n) in [
        ("people an arm, 10 to 30 %", 82.0),
        ("people an arm, 15 to 35 %", 97.0),
        ("people an arm, 20 to 40 %", 109.0),
    ] {
        assert_eq!(number(&hekta, label)["recomputed"], n);
    }
}

#[test]
fn every_study_is_reproduced_in_every_format() {
    let all = regtrial(&["reproduce", "--format", "json"]).json();
    let studies = all["studies"].as_array().expect("studies").len();
    assert_eq!(studies, 11);
    assert!(all["summary"]["agrees"].as_u64().expect("a count") > 100);
    let csv = regtrial(&["reproduce", "--format", "csv", "--quiet"]);
    assert!(
        csv.stdout
            .starts_with("study,kind,label,printed,unit,recomputed,difference,verdict")
    );
    assert!(csv.stderr.is_empty());
    let markdown = regtrial(&["reproduce", "seed", "--format", "markdown"]).stdout;
    assert!(markdown.starts_with("## SEED") && markdown.contains("| odds ratio"));
    let strict = regtrial(&["reproduce", "lones", "--strict"]);
    assert_eq!(
        (
            strict.code,
            regtrial(&["reproduce", "seed", "--strict"]).code
        ),
        (1, 0)
    );
    let unknown = regtrial(&["reproduce", "nobody", "--format", "json"]);
    assert_eq!(
        (unknown.code, unknown.errors()[0]["code"].clone()),
        (2, "unknown_study".into())
    );
}

const OWN: &str = r#"
[study]
title = "An own study"
[source.paper]
citation = "Somebody 2026"
[group.a]
label = "treated"
events = 10
total = 40
basis = "printed"
[[number]]
label = "share"
printed = "25"
unit = "%"
source = "paper"
recompute = { statistic = "percentage", groups = ["a"] }
"#;

#[test]
fn an_own_manifest_is_read_and_its_faults_are_named() {
    let folder = folder(&[
        ("own.toml", OWN),
        (
            "key.toml",
            &OWN.replace("printed = \"25\"", "printed = \"25\"\nourselves = 25"),
        ),
        (
            "group.toml",
            &OWN.replace("groups = [\"a\"]", "groups = [\"b\"]"),
        ),
        (
            "source.toml",
            &OWN.replace("source = \"paper\"", "source = \"letter\""),
        ),
        ("events.toml", &OWN.replace("events = 10", "events = 50")),
        (
            "digits.toml",
            &OWN.replace("printed = \"25\"", "printed = \"a quarter\""),
        ),
        ("neither.toml", &OWN.replace("recompute =", "# recompute =")),
    ]);
    let ran = regtrial(&["reproduce", &path(&folder, "own.toml"), "--strict"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for (file, word) in [
        ("key.toml", "ourselves"),
        ("group.toml", "[group.b]"),
        ("source.toml", "[source.letter]"),
        ("events.toml", "50 events among a total of 40"),
        ("digits.toml", "a quarter"),
        ("neither.toml", "either `recompute` or `unknown`"),
    ] {
        let ran = regtrial(&["reproduce", &path(&folder, file)]);
        assert_eq!(ran.code, 2, "{file}");
        assert!(ran.stderr.contains(word), "{file}: {}", ran.stderr);
    }
}

#[test]
fn consistency_finds_data_or_says_there_are_none() {
    let none = regtrial(&[
        "consistency",
        "percentage",
        "--percent",
        "46.5",
        "--total",
        "231..239",
        "--format",
        "json",
    ]);
    assert_eq!(none.code, 1);
    assert_eq!(none.json()["possible"], false);
    let some = regtrial(&[
        "consistency",
        "percentage",
        "--percent",
        "18",
        "--total",
        "74",
        "--format",
        "json",
    ]);
    assert_eq!(
        (some.code, some.json()["candidates"][0][0].clone()),
        (0, 13.0.into())
    );
    let bare = regtrial(&[
        "consistency",
        "r-squared",
        "--chi-squared",
        "41",
        "--total",
        "3..5",
    ]);
    assert_eq!(bare.code, 2);
    let mean = regtrial(&["consistency", "mean", "--mean", "5.19", "--n", "28"]);
    assert_eq!(mean.code, 1);
    for wrong in [
        ["--percent", "46,5", "--total", "10"],
        ["--percent", "46.5", "--total", "ten"],
        ["--percent", "46.5", "--total", "0"],
    ] {
        let args: Vec<&str> = ["consistency", "percentage"]
            .into_iter()
            .chain(wrong)
            .collect();
        assert_eq!(regtrial(&args).code, 2, "{wrong:?}");
    }
}

const META: [&str; 12] = [
    "meta",
    "data-samples/published/evidence/ips-trials.csv",
    "--study",
    "trial",
    "--events-treated",
    "events_ips",
    "--total-treated",
    "n_ips",
    "--events-control",
    "events_control",
    "--total-control",
    "n_control",
];

#[test]
fn a_trial_is_added_to_the_literature_in_one_command() {
    let with = |more: &[&str]| {
        let args: Vec<&str> = META.into_iter().chain(more.iter().copied()).collect();
        regtrial(&args)
    };
    let before = with(&["--format", "json"]).json();
    let after = with(&["--add", "New2026,30/60,15/60", "--format", "json"]).json();
    assert_eq!(
        (before["n_studies"].as_u64(), after["n_studies"].as_u64()),
        (Some(19), Some(20))
    );
    assert_eq!(after["studies"][19]["term"], "New2026");
    assert!((after["studies"][19]["estimate"].as_f64().expect("a ratio") - 2.0).abs() < 1e-12);
    for wrong in [
        "New2026",
        "New2026,30/60",
        "New2026,70/60,15/60",
        "New2026,a/60,15/60",
        "Wong2008,1/2,1/2",
    ] {
        let ran = with(&["--add", wrong]);
        assert_eq!(ran.code, 2, "{wrong}");
    }
    let groups = with(&["--by", "basis_kind", "--format", "json"]).json();
    let kinds: Vec<&str> = groups["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .filter_map(|g| g["group"].as_str())
        .collect();
    assert_eq!(kinds, ["counts", "percentages", "reconstructed"]);
    let ordered = with(&["--order-by", "year", "--cumulative", "--format", "json"]).json();
    assert_eq!(ordered["cumulative"][18]["term"], "to IPSSUD2025");
}

#[test]
fn scores_print_no_row_and_refuse_what_is_no_rating() {
    let base = [
        "score",
        "data-samples/guides/fidelity.csv",
        "--scale",
        "ips-25",
        "--items",
        "item1..item25",
        "--id",
        "site",
    ];
    let ran = regtrial(&base);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.stdout.contains("site07") && !ran.stderr.contains("site07"));
    let short = regtrial(&[
        "score",
        "data-samples/guides/fidelity.csv",
        "--scale",
        "ips-25",
        "--items",
        "item1..item24",
    ]);
    assert_eq!(short.code, 2);
    let folder = folder(&[(
        "six.csv",
        &format!(
            "{}\n{}6\n",
            (1..=16)
                .map(|i| format!("w{i}"))
                .collect::<Vec<_>>()
                .join(","),
            "3,".repeat(15)
        ),
    )]);
    let six = regtrial(&[
        "score",
        &path(&folder, "six.csv"),
        "--scale",
        "wri",
        "--items",
        "w1..w16",
    ]);
    assert_eq!(six.code, 2);
    assert!(six.stderr.contains("from 1 to 4"), "{}", six.stderr);
}

/// The synthetic cohort's planted log-odds lie in the intervals of the model that was decided beforehand.
#[test]
fn the_planted_truth_of_the_cohort_is_found_again() {
    let ran = regtrial(&[
        "fit",
        "data-samples/ips-moho/participants.csv",
        "--na",
        "N/A",
        "--formula",
        "goal ~ wri5 + wri12 + deprivation",
        "--family",
        "binomial",
        "--intervals",
        "profile",
        "--format",
        "json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = ran.json();
    assert_eq!(
        (
            document["model"]["n"].as_u64(),
            document["model"]["n_dropped"].as_u64()
        ),
        (Some(197), Some(5))
    );
    let terms = document["terms"].as_array().expect("terms");
    for (term, planted) in [("wri5", 0.45), ("wri12", 0.60), ("deprivation", -0.25)] {
        let found = terms
            .iter()
            .find(|found| found["term"] == term)
            .expect("the term");
        let limit = |key: &str| found[key].as_f64().expect("a limit");
        assert!(
            limit("conf_low") < planted && planted < limit("conf_high"),
            "{found}"
        );
    }
}

#[test]
fn forest_and_funnel_are_drawn_and_their_points_written() {
    let folder = folder(&[]);
    let file = |name: &str| path(&folder, name);
    let (svg, png, points) = (file("forest.svg"), file("funnel.png"), file("points.csv"));
    let run = |more: [&str; 2]| {
        let args: Vec<&str> = META.into_iter().chain(more).collect();
        regtrial(&args).code
    };
    assert_eq!(
        (
            run(["--forest", &svg]),
            run(["--funnel", &png]),
            run(["--forest", &points])
        ),
        (0, 0, 0)
    );
    assert!(
        std::fs::read_to_string(&svg)
            .expect("the forest")
            .starts_with("<svg")
    );
    assert!(
        std::fs::read(&png)
            .expect("the funnel")
            .starts_with(b"\x89PNG")
    );
    let rows = std::fs::read_to_string(&points).expect("the points");
    assert!(rows.starts_with("study,estimate,conf_low,conf_high,std_error\nGold2006,2.45"));
    assert_eq!(rows.lines().count(), 1 + 19 + 1);
    assert_eq!(run(["--forest", &file("forest.pdf")]), 2);
}

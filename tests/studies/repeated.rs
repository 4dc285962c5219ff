//! Repeated outcomes and clusters in a plan, by estimating equations: against geepack and against the
//! small-sample corrections by definition in R.

use regtrial::prelude::*;
use regtrial::results::Record;
use regtrial::stats::glm::{Gee, GeeVariance};
use regtrial::study::StudyError;
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn reference(name: &str) -> Value {
    let all = expected("gee");
    let mut cases = all["cases"].as_array().unwrap().iter();
    cases.find(|case| case["name"] == name).unwrap().clone()
}

/// The children of Ohio, four yearly answers a row.
fn wide(folder: &Path) -> String {
    let text = std::fs::read_to_string(root().join("tests/reference/gee/ohio.csv")).unwrap();
    let mut children: BTreeMap<u32, (String, Vec<String>)> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let child = children.entry(cells[0].parse().unwrap()).or_default();
        child.0 = cells[3].to_owned();
        child.1.push(cells[1].to_owned());
    }
    let mut rows = "child,smoke,y1,y2,y3,y4\n".to_owned();
    for (child, (smoke, answers)) in &children {
        let _ = writeln!(rows, "{child},{smoke},{}", answers.join(","));
    }
    std::fs::write(folder.join("wide.csv"), rows).unwrap();
    let outcomes = (1..=4).map(|i| format!("[outcomes.y{i}]\ncolumn = \"y{i}\"\n"));
    format!(
        "[study]\nname = \"t\"\n[people]\nfile = \"wide.csv\"\nid = \"child\"\n\
         arm = {{ column = \"smoke\", order = [\"0\", \"1\"] }}\n{}",
        outcomes.collect::<String>()
    )
}

fn results(folder: &Path, plan: &str) -> Results {
    let plan = Plan::parse(&folder.join("study.toml"), plan.to_owned());
    Study::load(plan.unwrap()).unwrap().run().unwrap()
}

fn terms<'a>(results: &'a Results, analysis: &str) -> Vec<&'a Record> {
    let own = results.records.iter().filter(|r| r.analysis == analysis);
    own.filter(|r| r.statistic == "coefficient").collect()
}

#[test]
fn stacked_outcomes_agree_with_geepack() {
    let folder = tempfile::tempdir().unwrap();
    let mut plan = wide(folder.path());
    let variances = [
        "robust",
        "model-based",
        "mancl-derouen",
        "kauermann-carroll",
    ];
    for correlation in ["independence", "exchangeable", "ar1"] {
        for vcov in variances {
            let _ = write!(
                plan,
                "[analyses.{correlation}-{vcov}]\noutcomes = [\"y1\", \"y2\", \"y3\", \"y4\"]\n\
                 times = [-2, -1, 0, 1]\nformula = \"value ~ time * arm\"\n\
                 estimator = \"gee\"\ncorrelation = \"{correlation}\"\nvcov = \"{vcov}\"\n"
            );
        }
    }
    let results = results(folder.path(), &plan);
    let mut comparison = Comparison::default();
    for correlation in ["independence", "exchangeable", "ar1"] {
        let wanted = reference(&format!("ohio {correlation}"));
        for vcov in variances {
            let key = format!("{correlation}-{vcov}");
            let found = terms(&results, &key);
            assert_eq!(found.len(), 4, "{key}: {:?}", results.diagnostics);
            for (j, term) in found.iter().enumerate() {
                let what = format!("{key} {}", term.term);
                let theirs = number(&wanted["coefficients"][j]);
                comparison.check(&what, term.estimate, theirs, COEFFICIENT);
                let theirs = number(&wanted[vcov.replace('-', "_")][j]);
                comparison.check(&what, term.std_error, theirs, STANDARD_ERROR);
            }
            let of = |statistic: &str| {
                let mut own = results.records.iter().filter(|r| r.analysis == key);
                own.find(|r| r.statistic == statistic).unwrap().estimate
            };
            assert_eq!((of("observations"), of("rows")), (537.0, 2148.0));
            let theirs = number(&wanted["association"]);
            comparison.check(&key, of("association"), theirs, COEFFICIENT);
        }
    }
    comparison.finish(100);
}

#[test]
fn clusters_of_people_agree_with_geepack() {
    let people = root().join("tests/reference/gee/few.csv");
    let plan = format!(
        "[study]\nname = \"t\"\n[people]\nfile = {people:?}\n\
         arm = {{ column = \"arm\", order = [\"0\", \"1\"] }}\n\
         [outcomes.visits]\ncolumn = \"visits\"\n\
         [analyses.model]\noutcome = \"visits\"\nestimator = \"gee\"\nid = \"id\"\n\
         family = \"poisson\"\nvcov = \"mancl-derouen\"\n\
         formula = \"visits ~ arm + x + offset(log_time)\"\n"
    );
    let results = results(Path::new(""), &plan);
    let wanted = reference("few counts exchangeable");
    let mut comparison = Comparison::default();
    for (j, term) in terms(&results, "model").iter().enumerate() {
        let theirs = number(&wanted["coefficients"][j]);
        comparison.check(&term.term, term.estimate, theirs, COEFFICIENT);
        let theirs = number(&wanted["mancl_derouen"][j]);
        comparison.check(&term.term, term.std_error, theirs, STANDARD_ERROR);
    }
    comparison.finish(6);
    let mut ratios = results.records.iter().filter(|r| r.analysis == "model");
    assert!(ratios.any(|r| r.statistic == "rate_ratio" && r.term == "arm[1]"));
}

/// The sample's list a row a person, against the same reports a row each.
#[test]
fn the_sample_stacks_to_the_long_table() {
    let plan = root().join("data-samples/guides/self-report.toml");
    let results = Study::load(Plan::read(&plan).unwrap())
        .unwrap()
        .run()
        .unwrap();
    let long = std::fs::read_to_string(root().join("data-samples/guides/self-report.csv")).unwrap();
    let cells: Vec<Vec<&str>> = long
        .lines()
        .skip(1)
        .map(|l| l.split(',').collect())
        .collect();
    let column = |i: usize| -> Vec<f64> {
        cells
            .iter()
            .map(|row| row[i].parse().unwrap_or(f64::NAN))
            .collect()
    };
    let arms: Vec<&str> = cells.iter().map(|row| row[1]).collect();
    let order = ["TAU".to_owned(), "IPS".to_owned()];
    let data = Data::new()
        .with("arm", regtrial::study::design::ordered(&arms, &order))
        .with_numbers("month", column(2))
        .with_numbers("before", column(3))
        .with_numbers("distress", column(4));
    let formula = Formula::parse("distress ~ arm * factor(month) + before").unwrap();
    let design = Design::new(&formula, &data).unwrap();
    let people: Vec<u64> = column(0).iter().map(|person| *person as u64).collect();
    let fit = Gee::new(Family::Gaussian)
        .with_variance(GeeVariance::KauermannCarroll)
        .fit(&design, &people)
        .unwrap();
    let found = terms(&results, "repeated");
    assert_eq!(found.len(), 5);
    for (j, term) in found.iter().enumerate() {
        // By position: the columns have other names.
        let error = fit.covariance[(j, j)].sqrt();
        assert!(
            (term.estimate - fit.coefficients[j]).abs() < 1e-12,
            "{}",
            term.term
        );
        assert!((term.std_error - error).abs() < 1e-12, "{}", term.term);
    }
}

/// Without the answers of one year the other years of a child stay; an arm of three children is
/// withheld, however many answers they gave.
#[test]
fn missing_rows_and_small_arms() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = "child,arm,y1,y2\n".to_owned();
    for child in 0..40 {
        let arm = if child < 3 { "b" } else { "a" };
        let second = if child % 4 == 0 { "" } else { "2.5" };
        let _ = writeln!(rows, "{child},{arm},{},{second}", child % 7);
    }
    std::fs::write(folder.path().join("people.csv"), rows).unwrap();
    let plan = "[study]\nname = \"t\"\n[people]\nfile = \"people.csv\"\nid = \"child\"\n\
                arm = { column = \"arm\", order = [\"a\", \"b\"] }\n\
                [outcomes.y1]\ncolumn = \"y1\"\n[outcomes.y2]\ncolumn = \"y2\"\n\
                [analyses.model]\noutcomes = [\"y1\", \"y2\"]\n";
    let results = results(folder.path(), plan);
    let of = |statistic: &str| {
        let mut own = results.records.iter().filter(|r| r.analysis == "model");
        own.find(|r| r.statistic == statistic).unwrap().estimate
    };
    assert_eq!((of("observations"), of("rows")), (40.0, 70.0));
    let names: Vec<&str> = terms(&results, "model")
        .iter()
        .map(|r| r.term.as_str())
        .collect();
    assert_eq!(names, ["(Intercept)", "arm[b]", "time[y2]"]);
    let released = results.release(Policy::default());
    let arm = released.of("model").find(|r| r.term == "arm[b]").unwrap();
    assert!(arm.suppressed && arm.estimate.is_nan());
}

#[test]
fn wrong_keys_are_told_where_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let start = wide(folder.path());
    let lines = start.matches('\n').count() as u64;
    let wrong = |keys: &str, place: (u64, &str), rule: &str| {
        let plan = format!("{start}[analyses.a]\n{keys}\n");
        let Err(StudyError::Plan(problems)) = Plan::parse(&PathBuf::from("study.toml"), plan)
        else {
            panic!("{keys} is fine");
        };
        let all = format!("{problems:?}");
        let [problem] = &problems[..] else {
            panic!("{all}");
        };
        assert!(problem.rule.contains(rule), "{all}");
        let at = (problem.line, problem.column.as_deref());
        assert_eq!(at, (Some(lines + 1 + place.0), Some(place.1)), "{all}");
    };
    wrong(
        "outcomes = [\"y1\", \"y9\"]",
        (1, "19"),
        "there is no outcome `y9`",
    );
    wrong("outcomes = [\"y1\", \"y1\"]", (1, "19"), "named twice");
    wrong("outcomes = [\"y1\"]", (1, "12"), "two or more");
    wrong(
        "outcome = \"y1\"\nestimator = \"gee\"",
        (2, "13"),
        "`id` names the column",
    );
    let several = "outcomes = [\"y1\", \"y2\"]\n";
    wrong(
        &format!("{several}times = [6]"),
        (2, "9"),
        "a number for each",
    );
    wrong(
        &format!("{several}times = [12, 6]"),
        (2, "9"),
        "are in order",
    );
    wrong(
        &format!("{several}estimator = \"linear\""),
        (2, "13"),
        "by `gee` alone",
    );
    wrong(
        &format!("{several}outcome = \"y1\""),
        (2, "11"),
        "stand beside each other",
    );
    wrong(
        &format!("{several}formula = \"y1 ~ arm\""),
        (2, "12"),
        "is not the analysis's `value`",
    );
    wrong(
        &format!("{several}vcov = \"HC3\""),
        (2, "8"),
        "must be one of robust",
    );
    wrong(
        &format!("{several}subgroups = [\"smoke\"]"),
        (2, "1"),
        "unknown key",
    );
    wrong(
        &format!("{several}sensitivity = [\"best case\"]"),
        (2, "1"),
        "unknown key",
    );
}

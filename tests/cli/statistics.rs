//! Clustered and overdispersed models, tests of terms, strata: held against the reference values.

use crate::support::{Ran, find, folder, path, regtrial, root};
use serde_json::Value;

const FEW: &str = "tests/reference/gee/few.csv";
const QUINE: &str = "tests/reference/negative_binomial/quine.csv";
const TRIAL: &str = "tests/reference/marginal_designs/trial.csv";
const NSW: &str = "tests/reference/glm/nsw_employed.csv";

fn json(args: &[&str]) -> (Ran, Value) {
    let ran = regtrial(&[args, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = ran.json();
    (ran, document)
}

fn expected(method: &str, name: &str) -> Value {
    let file = root().join(format!("tests/reference/{method}/expected.json"));
    let document: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let cases = document["cases"].as_array().unwrap();
    cases
        .iter()
        .find(|case| case["name"] == name)
        .unwrap()
        .clone()
}

fn close(ours: &Value, theirs: &Value) {
    let (a, b) = (ours.as_f64().unwrap(), theirs.as_f64().unwrap());
    assert!((a - b).abs() <= 1e-7 * b.abs().max(1e-2), "{a} {b}");
}

#[test]
fn gee_has_every_correlation_and_variance() {
    for correlation in ["independence", "exchangeable", "ar1"] {
        let case = expected("gee", &format!("few counts {correlation}"));
        for (vcov, key) in [
            ("robust", "robust"),
            ("model-based", "model_based"),
            ("mancl-derouen", "mancl_derouen"),
            ("kauermann-carroll", "kauermann_carroll"),
        ] {
            let (_, document) = json(&[
                "fit",
                FEW,
                "--formula",
                "visits ~ arm + x + offset(log_time)",
                "--family",
                "poisson",
                "--id",
                "id",
                "--correlation",
                correlation,
                "--vcov",
                vcov,
            ]);
            let model = &document["model"];
            assert_eq!(
                (&model["method"], &model["vcov"]),
                (&"gee".into(), &vcov.into())
            );
            close(&model["clustering"]["association"], &case["association"]);
            for (j, term) in document["terms"].as_array().unwrap().iter().enumerate() {
                close(&term["estimate"], &case["coefficients"][j]);
                close(&term["std_error"], &case[key][j]);
            }
        }
    }
}

#[test]
fn gee_is_exchangeable_and_robust_unless_told_otherwise() {
    let (ran, document) = json(&[
        "fit",
        FEW,
        "--formula",
        "visits ~ arm + x + offset(log_time)",
        "--family",
        "poisson",
        "--id",
        "id",
    ]);
    assert_eq!(
        document["model"]["clustering"]["correlation"],
        "exchangeable"
    );
    assert_eq!(document["model"]["vcov"], "robust");
    assert!(ran.stderr.contains("few_clusters"));
}

#[test]
fn what_a_gee_cannot_do_is_refused() {
    for extra in [
        &["--vcov", "classical"][..],
        &["--vcov", "HC0"],
        &["--intervals", "profile"],
        &["--method", "firth"],
        &["--backward", "0.1"],
    ] {
        let base = [
            "fit",
            FEW,
            "--formula",
            "seen ~ arm",
            "--family",
            "binomial",
            "--id",
            "id",
        ];
        let ran = regtrial(&[&base[..], extra].concat());
        assert_eq!(ran.code, 2, "{extra:?} {}", ran.stdout);
    }
    let ran = regtrial(&[
        "fit",
        FEW,
        "--formula",
        "seen ~ arm",
        "--family",
        "binomial",
        "--correlation",
        "ar1",
    ]);
    assert_eq!(ran.code, 2);
    let ran = regtrial(&[
        "fit",
        FEW,
        "--formula",
        "seen ~ arm",
        "--family",
        "binomial",
        "--vcov",
        "robust",
    ]);
    assert!(
        ran.code == 2 && ran.stderr.contains("--id"),
        "{}",
        ran.stderr
    );
}

#[test]
fn cluster_corrections_name_their_column() {
    let case = expected("clusters", "linear");
    for kind in ["CR0", "CR1", "CR2", "CR3"] {
        let vcov = format!("{kind}(id)");
        let (_, document) = json(&[
            "fit",
            FEW,
            "--formula",
            "visits ~ arm + x",
            "--family",
            "gaussian",
            "--vcov",
            &vcov,
        ]);
        for (j, term) in document["terms"].as_array().unwrap().iter().enumerate() {
            close(&term["std_error"], &case[kind][j]);
        }
    }
}

#[test]
fn counts_may_vary_more_than_poisson_counts() {
    let case = expected("negative_binomial", "quine");
    let fit = |family: &str| {
        json(&[
            "fit",
            QUINE,
            "--formula",
            "days ~ eth + sex + age + lrn",
            "--family",
            family,
        ])
        .1
    };
    let document = fit("negative-binomial");
    close(&document["model"]["theta"], &case["theta"]);
    close(
        &document["model"]["theta_std_error"],
        &case["theta_std_error"],
    );
    close(&document["model"]["aic"], &case["aic"]);
    close(
        &document["model"]["likelihood_ratio"]["statistic_value"],
        &case["likelihood_ratio"],
    );
    close(&document["terms"][1]["std_error"], &case["std_errors"][1]);
    let case = expected("negative_binomial", "quasi-poisson");
    let document = fit("quasi-poisson");
    assert_eq!(document["model"]["family"], "quasi-poisson");
    assert!(document["model"]["log_likelihood"].is_null());
    close(&document["model"]["dispersion"], &case["dispersion"]);
    close(&document["terms"][1]["p_value"], &case["p_values"][1]);
    assert!(document["terms"][1]["df"].is_number());
}

#[test]
fn elimination_leaves_a_trail() {
    let case = expected("selection", "logistic");
    let formula = case["formula"].as_str().unwrap();
    let base = ["fit", NSW, "--formula", formula, "--family", "binomial"];
    let backward = [&base[..], &["--backward", "0.1", "--keep", "treat"]].concat();
    let (ran, document) = json(&backward);
    let trail = &document["model"]["elimination"];
    let steps = case["elimination"]["steps"].as_array().unwrap();
    assert_eq!(trail["steps"].as_array().unwrap().len(), steps.len());
    for (ours, theirs) in trail["steps"].as_array().unwrap().iter().zip(steps) {
        assert_eq!(ours["removed"]["term"], theirs["removed"]);
        close(&ours["removed"]["p_value"], &theirs["p_value"]);
    }
    assert_eq!(document["diagnostics"][0]["code"], "post_selection");
    assert!(ran.stderr.contains("post-selection"));
    let (_, document) = json(&[&base[..], &["--term-tests"]].concat());
    for (ours, theirs) in document["model"]["term_tests"]
        .as_array()
        .unwrap()
        .iter()
        .zip(case["tests"].as_array().unwrap())
    {
        assert_eq!(ours["term"], theirs["term"]);
        close(&ours["statistic_value"], &theirs["statistic_value"]);
    }
    let goodness = &document["model"]["hosmer_lemeshow"];
    close(
        &goodness["statistic_value"],
        &case["hosmer_lemeshow"]["statistic_value"],
    );
    let unknown = [&base[..], &["--backward", "0.1", "--keep", "nobody"]].concat();
    assert_eq!(regtrial(&unknown).code, 2);
}

#[test]
fn compare_within_strata() {
    let case = expected("stratified", "four sites");
    let mut data = String::from("site,arm,y\n");
    for (site, row) in case["strata"].as_array().unwrap().iter().enumerate() {
        for (arm, events, total) in [("IPS", 0, 1), ("TAU", 2, 3)] {
            let (events, total) = (row[events].as_u64().unwrap(), row[total].as_u64().unwrap());
            for i in 0..total {
                data.push_str(&format!("{site},{arm},{}\n", u8::from(i < events)));
            }
        }
    }
    let folder = folder(&[("data.csv", &data)]);
    let file = path(&folder, "data.csv");
    let base = [
        "compare",
        file.as_str(),
        "--arm",
        "arm",
        "--reference",
        "TAU",
        "--fast",
    ];
    let (_, document) = json(&[&base[..], &["--outcome", "y", "--strata", "site"]].concat());
    let of =
        |statistic: &str, method: &str| find(&document, "estimates", statistic, method).clone();
    for statistic in ["risk_difference", "risk_ratio", "odds_ratio"] {
        let ours = of(statistic, "mantel_haenszel");
        close(&ours["estimate"], &case[statistic]["estimate"]);
        close(&ours["std_error"], &case[statistic]["std_error"]);
    }
    for method in ["stratified_newcombe", "stratified_miettinen_nurminen"] {
        let ours = of("risk_difference", method);
        close(&ours["conf_low"], &case[method]["conf_low"]);
        close(&ours["conf_high"], &case[method]["conf_high"]);
    }
    let test = of("odds_ratio", "cochran_mantel_haenszel");
    close(
        &test["p_value"],
        &case["cochran_mantel_haenszel"]["p_value"],
    );
    let test = of("odds_ratio_homogeneity", "breslow_day_tarone");
    close(&test["p_value"], &case["breslow_day_tarone"]["p_value"]);
    let wrong = [&base[..], &["--outcome", "y", "--strata", "nothing"]].concat();
    assert_eq!(regtrial(&wrong).code, 2);
}

#[test]
fn standardise_knows_strata_firth_and_lin() {
    let standard_error = |extra: &[&str], formula: &str, family: &str| {
        let base = [
            "standardise",
            TRIAL,
            "--arm",
            "arm",
            "--formula",
            formula,
            "--family",
            family,
        ];
        let (_, document) = json(&[&base[..], extra].concat());
        let arms: Vec<f64> = document["estimates"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|record| record["group"] == "B")
            .map(|record| record["std_error"].as_f64().unwrap())
            .collect();
        arms[0]
    };
    let known = |case: &str, key: &str| {
        expected("marginal_designs", case)[key][1][1]
            .as_f64()
            .unwrap()
            .sqrt()
    };
    let near =
        |ours: f64, theirs: f64| assert!((ours / theirs - 1.0).abs() < 1e-7, "{ours} {theirs}");
    let logistic = "employed ~ arm + age + educ + black";
    near(
        standard_error(&["--strata", "site", "--vcov", "ye"], logistic, "binomial"),
        known("three arms", "ye_stratified"),
    );
    near(
        standard_error(
            &["--method", "firth", "--vcov", "ye"],
            "employed ~ arm + age + black",
            "binomial",
        ),
        known("firth", "ye"),
    );
    let lin = "earned ~ arm * age + arm * educ";
    near(
        standard_error(&["--vcov", "HC2"], lin, "gaussian"),
        known("lin", "HC2"),
    );
    let one_step = standard_error(&["--vcov", "loo-one-step"], lin, "gaussian");
    near(one_step, known("lin", "loo"));
}

#[test]
fn curves_in_a_formula() {
    let case = expected("curves", "poly");
    let (_, document) = json(&[
        "fit",
        NSW,
        "--formula",
        "employed ~ treat + poly(age, 3)",
        "--family",
        "binomial",
    ]);
    assert_eq!(document["terms"][2]["term"], "poly(age, 3)[1]");
    close(&document["terms"][4]["estimate"], &case["estimates"][4]);
    let ran = regtrial(&[
        "fit",
        NSW,
        "--formula",
        "employed ~ ns(age)",
        "--family",
        "binomial",
        "--format",
        "json",
    ]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.errors()[0]["code"], "formula");
}

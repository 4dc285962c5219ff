//! Meta-regression by the likelihood of the counts, t tests and profile intervals of tau², against metafor and
//! lme4.

use super::support::{numbers, read};
use ndarray::Array2;
use regtrial_stats::meta::{MixedMeta, MixedModel, MixedTest, StudyVariance};
use regtrial_stats::proportion::TwoByTwo;
use regtrial_stats::{ConfidenceLevel, StatsError};
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root};
use serde_json::Value;

const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;

fn tables(name: &str) -> Vec<TwoByTwo> {
    let data = read(&root().join(format!("tests/reference/meta_mixed/{name}.csv")));
    let columns = ["a", "n1", "c", "n2"].map(|name| numbers(&data, name));
    let count = |column: usize, i: usize| columns[column][i] as u64;
    (0..columns[0].len())
        .map(|i| TwoByTwo::from_counts(count(0, i), count(1, i), count(2, i), count(3, i)).unwrap())
        .collect()
}

fn meta(case: &Value) -> MixedMeta {
    let mut made = MixedMeta::new(match case["model"].as_str().unwrap() {
        "CM.EL" => MixedModel::ConditionalExact,
        "CM.AL" => MixedModel::ConditionalApproximate,
        "UM.FS" => MixedModel::FixedStudies,
        _ => MixedModel::RandomStudies,
    });
    if case["method"] == "EE" {
        made.variance = StudyVariance::None;
    }
    if case["test"] == "t" {
        made.test = MixedTest::T;
    }
    made
}

/// The moderators of the generator: an intercept, the row's number modulo 3, its number over ten.
fn moderators(rows: usize, mods: &str) -> (Array2<f64>, Vec<String>) {
    let names = ["(Intercept)", "x", "z"];
    let columns = match mods {
        "~ 1" => 1,
        "~ x" => 2,
        _ => 3,
    };
    let x = Array2::from_shape_fn((rows, columns), |(i, j)| match j {
        0 => 1.0,
        1 => ((i + 1) % 3) as f64,
        _ => (i + 1) as f64 / 10.0,
    });
    (
        x,
        names[..columns].iter().map(|n| (*n).to_owned()).collect(),
    )
}

#[test]
fn regressions_agree_with_metafor_within_its_tolerances() {
    let mut comparison = Comparison::default();
    for case in expected("meta_mixed_regression")["cases"][0]["regressions"]
        .as_array()
        .unwrap()
    {
        let tables = tables(case["data"].as_str().unwrap());
        let (x, names) = moderators(tables.len(), case["mods"].as_str().unwrap());
        let fit = meta(case).regress(&tables, &x, &names, LEVEL).unwrap();
        let mut check = |what: &str, ours: f64, theirs: &Value, tolerance: f64| {
            let label = format!("{} {} {} {what}", case["data"], case["model"], case["mods"]);
            comparison.check(&label, ours, number(theirs), tolerance);
        };
        for (j, term) in fit.terms.iter().enumerate() {
            let own = &term.estimate;
            check("coefficient", own.estimate, &case["coefficients"][j], 2e-5);
            // Its information of the hypergeometric likelihood is by differences; see below.
            if case["model"] == "CM.EL" {
                continue;
            }
            check("error", own.std_error, &case["std_errors"][j], 1e-4);
            check("low", own.conf_low, &case["conf_low"][j], 2e-4);
            check("high", own.conf_high, &case["conf_high"][j], 2e-4);
            check("p", own.p_value, &case["p_values"][j], 1e-3);
        }
        check("k", fit.studies as f64, &case["k"], 0.0);
        if case["method"] == "ML" {
            check("tau2", fit.tau2, &case["tau2"], 2e-4);
        }
        if case["test"] == "t" {
            check("df", fit.denominator_df, &case["df"], 0.0);
        }
        if case["mods"] != "~ 1" && case["model"] != "CM.EL" {
            check(
                "moderators",
                fit.moderators.statistic_value,
                &case["moderators"],
                1e-3,
            );
            check(
                "moderators p",
                fit.moderators.p_value,
                &case["moderators_p"],
                1e-3,
            );
        }
        if case["likelihood_ratio"].is_number() {
            let own = &fit.residual;
            check(
                "residual",
                own.statistic_value,
                &case["likelihood_ratio"],
                1e-4,
            );
            check("residual df", own.df, &case["residual_df"], 0.0);
        }
        // Without moderators it is the pooled odds ratio.
        if case["mods"] == "~ 1" {
            let pooled = meta(case).fit(&tables, LEVEL).unwrap();
            let own = &fit.terms[0].estimate;
            assert!((pooled.pooled.estimate.ln() - own.estimate).abs() < 1e-12);
            assert!((pooled.pooled.conf_high.ln() - own.conf_high).abs() < 1e-12);
            assert_eq!(pooled.heterogeneity.tau2_high, fit.tau2_high);
        }
    }
    comparison.finish(150);
}

#[test]
fn the_hypergeometric_likelihood_agrees_where_it_is_written_out() {
    let file = "tests/reference/meta_mixed_regression/hypergeometric.json";
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    let precise: Value = serde_json::from_str(&text).unwrap();
    let tables = tables("nielweise2007");
    let (x, names) = moderators(tables.len(), "~ x");
    let mut comparison = Comparison::default();
    for case in precise["cases"].as_array().unwrap() {
        let mut meta = MixedMeta::new(MixedModel::ConditionalExact);
        if case["method"] == "EE" {
            meta.variance = StudyVariance::None;
        }
        let fit = meta.regress(&tables, &x, &names, LEVEL).unwrap();
        for (j, term) in fit.terms.iter().enumerate() {
            let own = &term.estimate;
            let theirs = number(&case["coefficients"][j]);
            comparison.check("coefficient", own.estimate, theirs, COEFFICIENT);
            let theirs = number(&case["std_errors"][j]);
            comparison.check("error", own.std_error, theirs, STANDARD_ERROR);
        }
        if case["method"] == "ML" {
            comparison.check("tau2", fit.tau2, number(&case["tau2"]), COEFFICIENT);
        }
    }
    comparison.finish(9);
}

#[test]
fn profile_intervals_of_tau2_agree() {
    let mut comparison = Comparison::default();
    for case in expected("meta_mixed_regression")["cases"][0]["profiles"]
        .as_array()
        .unwrap()
    {
        let tables = tables(case["data"].as_str().unwrap());
        let found = meta(case).fit(&tables, LEVEL).unwrap().heterogeneity;
        let mut check = |what: &str, ours: f64, theirs: &Value| {
            let label = format!("{} {} {what}", case["data"], case["model"]);
            // The optimisers behind them.
            comparison.check(&label, ours, number(theirs), 2e-4);
        };
        check("tau2", found.tau2.max(1e-9), &case["tau2"]);
        check("low", found.tau2_low, &case["low"]);
        check("high", found.tau2_high, &case["high"]);
    }
    comparison.finish(15);
}

#[test]
fn what_cannot_be_is_refused() {
    let tables = tables("nielweise2007");
    let fit = MixedMeta::new(MixedModel::ConditionalApproximate);
    let twice = Array2::from_shape_fn((tables.len(), 3), |(i, j)| match j {
        0 => 1.0,
        _ => i as f64,
    });
    let names = ["(Intercept)", "x", "y"].map(str::to_owned);
    assert!(matches!(
        fit.regress(&tables, &twice, &names, LEVEL),
        Err(StatsError::RankDeficient { terms }) if terms == ["y"]
    ));
    let few = &tables[..3];
    let (x, names) = moderators(3, "~ x + z");
    assert!(matches!(
        fit.regress(few, &x, &names, LEVEL),
        Err(StatsError::TooFewRows { rows: 3, terms: 3 })
    ));
    assert!(fit.regress(few, &x, &names[..2], LEVEL).is_err());
}

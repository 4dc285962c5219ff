//! Meta-analysis against R's metafor.

use super::support::{numbers, read};
use regtrial_stats::meta::effects::of_table;
use regtrial_stats::meta::funnel::egger;
use regtrial_stats::meta::tables::{mantel_haenszel, peto};
use regtrial_stats::meta::{Effect, Measure, MetaAnalysis, PooledTest, Tau2Method};
use regtrial_stats::proportion::TwoByTwo;
use regtrial_stats::{ConfidenceLevel, Estimate, Scale};
use regtrial_tests::{
    CLOSED_FORM, COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root,
};
use serde_json::Value;

const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;

fn tables(case: &Value) -> Vec<TwoByTwo> {
    let file = format!("{}.csv", case["data"].as_str().unwrap());
    let data = read(&root().join("tests/reference/meta").join(file));
    let columns = ["a", "n1", "c", "n2"].map(|name| numbers(&data, name));
    let count = |column: usize, i: usize| columns[column][i] as u64;
    (0..columns[0].len())
        .map(|i| TwoByTwo::from_counts(count(0, i), count(1, i), count(2, i), count(3, i)).unwrap())
        .collect()
}

fn measure(case: &Value) -> Measure {
    match case["measure"].as_str().unwrap() {
        "risk_ratio" => Measure::RiskRatio,
        "odds_ratio" => Measure::OddsRatio,
        _ => Measure::RiskDifference,
    }
}

fn effects(case: &Value) -> Vec<Effect> {
    let effect = |table: &TwoByTwo| of_table(*table, measure(case)).unwrap().unwrap();
    tables(case).iter().map(effect).collect()
}

/// Back to the pooling scale, on which metafor reports.
fn pooling(estimate: &Estimate, value: f64) -> f64 {
    if estimate.scale == Scale::Log {
        value.ln()
    } else {
        value
    }
}

#[test]
fn pooled_effects_heterogeneity_and_prediction_agree() {
    let mut comparison = Comparison::default();
    for case in expected("meta")["cases"][0]["pooled"].as_array().unwrap() {
        let (method, iterative) = match case["tau2_method"].as_str().unwrap() {
            "DL" => (Some(Tau2Method::DerSimonianLaird), false),
            "REML" => (Some(Tau2Method::Reml), true),
            "PM" => (Some(Tau2Method::PauleMandel), true),
            _ => (None, false),
        };
        let analysis = MetaAnalysis {
            measure: measure(case),
            tau2: method,
            test: if case["test"] == "z" {
                PooledTest::Z
            } else {
                PooledTest::HartungKnapp
            },
        };
        let fit = analysis.fit(&effects(case), LEVEL).unwrap();
        let name = format!(
            "{} {} {} {}",
            case["data"], case["measure"], case["tau2_method"], case["test"]
        );
        let mut check = |what: &str, ours: f64, tolerance: f64| {
            comparison.check(
                &format!("{name} {what}"),
                ours,
                number(&case[what]),
                tolerance,
            );
        };
        let (closed, error) = if iterative {
            (COEFFICIENT, STANDARD_ERROR)
        } else {
            (CLOSED_FORM, 1e-11)
        };
        let on = |value: f64| pooling(&fit.pooled, value);
        check("estimate", on(fit.pooled.estimate), closed);
        check("std_error", fit.pooled.std_error, error);
        check("conf_low", on(fit.pooled.conf_low), error);
        check("conf_high", on(fit.pooled.conf_high), error);
        check("p_value", fit.pooled.p_value, 1e-6);
        check("q", fit.heterogeneity.q, 1e-11);
        check("q_p", fit.heterogeneity.p_value, 1e-10);
        if method.is_some() {
            let found = fit.heterogeneity;
            check("tau2", found.tau2.estimate, error);
            check("i2", found.i2, error);
            check("prediction_low", on(fit.prediction_low), error);
            check("prediction_high", on(fit.prediction_high), error);
            // metafor's own root finder decides these digits.
            check("tau2_low", found.tau2.conf_low, 1e-6);
            check("tau2_high", found.tau2.conf_high, 1e-6);
        }
    }
    comparison.finish(400);
}

#[test]
fn mantel_haenszel_and_peto_agree() {
    let mut comparison = Comparison::default();
    for case in expected("meta")["cases"][0]["direct"].as_array().unwrap() {
        let ours = match case["method"].as_str().unwrap() {
            "peto" => peto(&tables(case), LEVEL).unwrap(),
            _ => mantel_haenszel(&tables(case), measure(case), LEVEL).unwrap(),
        };
        let name = format!("{} {} {}", case["data"], case["measure"], case["method"]);
        comparison.check(
            &name,
            pooling(&ours, ours.estimate),
            number(&case["estimate"]),
            CLOSED_FORM,
        );
        comparison.check(
            &name,
            ours.std_error,
            number(&case["std_error"]),
            CLOSED_FORM,
        );
    }
    comparison.finish(16);
}

#[test]
fn single_effects_influence_and_egger_agree() {
    let mut comparison = Comparison::default();
    for case in expected("meta")["cases"][0]["other"].as_array().unwrap() {
        let effects = effects(case);
        let name = format!("{} {}", case["data"], case["measure"]);
        let mut check = |what: &str, ours: f64, theirs: &Value, tolerance: f64| {
            comparison.check(&format!("{name} {what}"), ours, number(theirs), tolerance);
        };
        for (i, effect) in effects.iter().enumerate() {
            check("value", effect.value, &case["values"][i], CLOSED_FORM);
            check(
                "variance",
                effect.variance,
                &case["variances"][i],
                CLOSED_FORM,
            );
        }
        let analysis = MetaAnalysis::new(measure(case));
        let groups = [
            (
                "leave_one_out",
                analysis.leave_one_out(&effects, LEVEL).unwrap(),
            ),
            ("cumulative", analysis.cumulative(&effects, LEVEL).unwrap()),
        ];
        for (key, fits) in groups {
            for (i, fit) in fits.iter().enumerate() {
                // metafor refits with its default threshold of 1e-5 on tau2.
                let ours = pooling(&fit.pooled, fit.pooled.estimate);
                check(key, ours, &case[key][i], 2e-4);
                check(
                    key,
                    fit.pooled.std_error,
                    &case[format!("{key}_error")][i],
                    2e-4,
                );
            }
        }
        let test = egger(&effects, LEVEL).unwrap();
        check("egger", test.estimate, &case["egger"]["estimate"], 1e-10);
        check(
            "egger error",
            test.std_error,
            &case["egger"]["std_error"],
            1e-10,
        );
        check("egger p", test.p_value, &case["egger"]["p_value"], 1e-9);
    }
    comparison.finish(150);
}

#[test]
fn one_study_predicts_nothing() {
    let one = [Effect::new(0.4, 0.09).unwrap()];
    let fit = MetaAnalysis::new(Measure::MeanDifference).fit(&one, LEVEL);
    let fit = fit.unwrap();
    assert!((fit.pooled.estimate - 0.4).abs() < 1e-15);
    assert!(fit.prediction_low.is_nan() && fit.prediction_high.is_nan());
}

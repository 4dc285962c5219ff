//! Pooled odds ratios by the likelihood of the counts, against R's metafor and, to more digits, against the
//! likelihoods written out in Python (see `meta_mixed/generate.py`).

use super::support::{numbers, read};
use regtrial_stats::meta::{MixedFit, MixedMeta, MixedModel, StudyVariance};
use regtrial_stats::proportion::TwoByTwo;
use regtrial_stats::{ConfidenceLevel, StatsError};
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root};
use serde_json::Value;

fn tables(name: &str) -> Vec<TwoByTwo> {
    let data = read(&root().join(format!("tests/reference/meta_mixed/{name}.csv")));
    let columns = ["a", "n1", "c", "n2"].map(|name| numbers(&data, name));
    let count = |column: usize, i: usize| columns[column][i] as u64;
    (0..columns[0].len())
        .map(|i| TwoByTwo::from_counts(count(0, i), count(1, i), count(2, i), count(3, i)).unwrap())
        .collect()
}

fn fit(case: &Value) -> MixedFit {
    let model = match case["model"].as_str().unwrap() {
        "CM.EL" => MixedModel::ConditionalExact,
        "CM.AL" => MixedModel::ConditionalApproximate,
        "UM.FS" => MixedModel::FixedStudies,
        _ => MixedModel::RandomStudies,
    };
    let variance = match case["method"].as_str().unwrap() {
        "EE" => StudyVariance::None,
        _ => StudyVariance::MaximumLikelihood,
    };
    let tables = tables(case["data"].as_str().unwrap());
    MixedMeta {
        variance,
        ..MixedMeta::new(model)
    }
    .fit(&tables, ConfidenceLevel::NINETY_FIVE)
    .unwrap()
}

fn name(case: &Value) -> String {
    format!("{} {} {}", case["data"], case["model"], case["method"])
}

#[test]
fn the_maximum_is_that_of_the_likelihood_written_out() {
    let text = std::fs::read_to_string(root().join("tests/reference/meta_mixed/precise.json"));
    let precise: Value = serde_json::from_str(&text.unwrap()).unwrap();
    let mut comparison = Comparison::default();
    for case in precise["cases"].as_array().unwrap() {
        let found = fit(case);
        let mut check = |what: &str, ours: f64, tolerance: f64| {
            let label = format!("{} {what}", name(case));
            comparison.check(&label, ours, number(&case[what]), tolerance);
        };
        check("estimate", found.pooled.estimate.ln(), COEFFICIENT);
        check("std_error", found.pooled.std_error, STANDARD_ERROR);
        check("log_likelihood", found.log_likelihood, 1e-11);
        check("tau2", found.heterogeneity.tau2, COEFFICIENT);
        // Large cells: metafor's numerical Hessian of the saturated model goes astray there.
        if case["wald"].is_number() {
            check("wald", found.heterogeneity.wald, COEFFICIENT);
        }
        if case["model"] == "UM.RS" {
            check(
                "study_variance",
                found.heterogeneity.study_variance,
                COEFFICIENT,
            );
        }
    }
    comparison.finish(100);
}

#[test]
fn metafor_agrees_within_its_tolerances() {
    let mut comparison = Comparison::default();
    for case in expected("meta_mixed")["cases"].as_array().unwrap() {
        // With random effects it approximates UM.RS by Laplace's method.
        if case["model"] == "UM.RS" && case["method"] == "ML" {
            continue;
        }
        let found = fit(case);
        let mut check = |what: &str, ours: f64, tolerance: f64| {
            let label = format!("{} {what}", name(case));
            comparison.check(&label, ours, number(&case[what]), tolerance);
        };
        let heterogeneity = found.heterogeneity;
        check("k", found.studies as f64, 0.0);
        // Where tau2 is 0 it searches along log tau2 without end, and its Hessian is singular.
        let endless = case["model"] == "CM.EL" && heterogeneity.tau2 == 0.0;
        if !endless {
            check("estimate", found.pooled.estimate.ln(), 1e-5);
            check("std_error", found.pooled.std_error, 1e-4);
        }
        if case["method"] == "ML" && !endless {
            check("tau2", heterogeneity.tau2, 1e-4);
            check("i2", heterogeneity.i2, 1e-4);
            check("prediction_low", found.prediction_low.ln(), 1e-4);
            check("prediction_high", found.prediction_high.ln(), 1e-4);
        }
        if !case["wald"].is_null() {
            check("df", heterogeneity.df, 0.0);
            check("likelihood_ratio", heterogeneity.likelihood_ratio, 1e-5);
            // Where an odds ratio is infinite, R stops at a large one and keeps a little of its statistic.
            if case["model"] != "CM.EL" {
                check("wald", heterogeneity.wald, 5e-3);
            }
        }
    }
    comparison.finish(100);
}

#[test]
fn two_like_tables_are_one_by_hand() {
    // Two tables with the same odds ratio and information: tau is 0 and the pooled odds ratio theirs. With both
    // risks free, the maximum is at the sample odds ratio (30 * 40) / (20 * 10) = 6.
    let table = TwoByTwo::from_counts(30, 50, 10, 50).unwrap();
    let fit = MixedMeta::new(MixedModel::FixedStudies);
    let fit = fit
        .fit(&[table, table], ConfidenceLevel::NINETY_FIVE)
        .unwrap();
    assert!((fit.pooled.estimate - 6.0).abs() < 1e-10);
    let variance: f64 = [30.0_f64, 20.0, 10.0, 40.0].iter().map(|n| n.recip()).sum();
    assert!((fit.pooled.std_error - (variance / 2.0).sqrt()).abs() < 1e-10);
    assert_eq!(fit.heterogeneity.tau2, 0.0);
    assert!(fit.heterogeneity.likelihood_ratio.abs() < 1e-10);
    assert_eq!(fit.prediction_low, fit.pooled.conf_low);
}

#[test]
fn swapped_arms_turn_the_odds_ratio_over() {
    for name in ["nielweise2007", "scarce"] {
        let tables = tables(name);
        let swapped: Vec<TwoByTwo> = tables
            .iter()
            .map(|table| TwoByTwo::new(table.control, table.treated))
            .collect();
        for model in [
            MixedModel::ConditionalExact,
            MixedModel::ConditionalApproximate,
            MixedModel::FixedStudies,
            MixedModel::RandomStudies,
        ] {
            let fit = |tables: &[TwoByTwo]| {
                let level = ConfidenceLevel::NINETY_FIVE;
                MixedMeta::new(model).fit(tables, level).unwrap()
            };
            let (one, other) = (fit(&tables), fit(&swapped));
            // UM.RS is the same model either way, because its study effects are centred.
            assert!((one.pooled.estimate * other.pooled.estimate - 1.0).abs() < 1e-7);
            assert!((one.pooled.std_error - other.pooled.std_error).abs() < 1e-7);
        }
    }
}

#[test]
fn tables_without_an_odds_ratio_are_refused() {
    let table = |a, n1, c, n2| TwoByTwo::from_counts(a, n1, c, n2).unwrap();
    let no_events = [table(0, 10, 0, 10), table(0, 20, 0, 30)];
    let one_sided = [table(0, 10, 2, 10), table(0, 20, 1, 30), table(0, 5, 4, 9)];
    let alone = [table(1, 10, 2, 10), table(0, 20, 0, 30)];
    let apart = [table(0, 50, 9, 50), table(9, 50, 0, 50)];
    for model in [
        MixedModel::ConditionalExact,
        MixedModel::ConditionalApproximate,
        MixedModel::FixedStudies,
        MixedModel::RandomStudies,
    ] {
        let level = ConfidenceLevel::NINETY_FIVE;
        for tables in [&[][..], &no_events, &one_sided, &alone] {
            let refused = MixedMeta::new(model).fit(tables, level);
            assert!(
                matches!(refused, Err(StatsError::Argument { .. })),
                "{model:?}"
            );
        }
        // One study says nothing about differences between studies, but has an odds ratio.
        let common = MixedMeta {
            variance: StudyVariance::None,
            ..MixedMeta::new(model)
        };
        assert!(common.fit(&alone, level).is_ok());
        // Odds ratios of 0 and infinity: any answer is a number with a standard error, or an error.
        if let Ok(fit) = MixedMeta::new(model).fit(&apart, level) {
            assert!(fit.pooled.std_error.is_finite() && fit.heterogeneity.tau2.is_finite());
        }
    }
}

//! Second voices beside the oracles of each estimator: lifelines for times to an event, exactRankTests
//! for ranks and permutations, multcomp for several contrasts of one model.

use super::support::{numbers, read};
use regtrial_stats::design::Data;
use regtrial_stats::formula::Formula;
use regtrial_stats::multiplicity::{Adjustment, adjust};
use regtrial_stats::resampling::{Alternative, Permutation, Randomisation};
use regtrial_stats::survival::competing::{AalenJohansen, CompetingFollowUp};
use regtrial_stats::survival::log_rank::{FlemingHarrington, log_rank};
use regtrial_stats::survival::restricted_mean::restricted_mean;
use regtrial_stats::survival::{
    Cox, CoxVariance, FollowUp, KaplanMeier, SurvivalDesign, SurvivalInterval,
};
use regtrial_stats::two_samples::{TwoSamples, ranks};
use regtrial_stats::{ConfidenceLevel, Method, Statistic};
use regtrial_tests::{
    CLOSED_FORM, COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root, versions,
};
use serde_json::Value;

const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;

fn data(folder: &str, file: &Value) -> Data {
    let path = root().join("tests/reference").join(folder);
    read(&path.join(file.as_str().unwrap()))
}

fn list(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn follow_up(data: &Data, keep: impl Fn(usize) -> bool) -> FollowUp {
    let (time, event) = (numbers(data, "time"), numbers(data, "event"));
    let kept: Vec<usize> = (0..time.len()).filter(|&i| keep(i)).collect();
    let time: Vec<f64> = kept.iter().map(|&i| time[i]).collect();
    let event: Vec<bool> = kept.iter().map(|&i| event[i] == 1.0).collect();
    FollowUp::new(&time, &event).unwrap()
}

#[test]
fn times_agree_with_lifelines() {
    let expected = expected("lifelines");
    let cases = &expected["cases"][0];
    let mut comparison = Comparison::default();
    for case in cases["curves"].as_array().unwrap() {
        let data = data("", &case["data"]);
        let by = numbers(&data, case["by"].as_str().unwrap());
        let own = follow_up(&data, |i| by[i] == number(&case["level"]));
        let curve = KaplanMeier::new(&own);
        for (i, &time) in list(&case["times"]).iter().enumerate() {
            let ours = curve.estimate(time, SurvivalInterval::LogLog, LEVEL);
            let mut check = |value: f64, key: &str| {
                let theirs = number(&case[key][i]);
                comparison.check("curve", value, theirs, CLOSED_FORM);
            };
            check(ours.estimate, "survival");
            check(ours.conf_low, "low");
            check(ours.conf_high, "high");
        }
        let ours = restricted_mean(&own, number(&case["tau"])).unwrap().mean;
        let theirs = number(&case["restricted_mean"]);
        comparison.check("restricted mean", ours, theirs, CLOSED_FORM);
    }
    for case in cases["tests"].as_array().unwrap() {
        let data = data("", &case["data"]);
        let labels = numbers(&data, case["by"].as_str().unwrap());
        let first = labels.iter().copied().fold(f64::INFINITY, f64::min);
        let group: Vec<usize> = labels.iter().map(|own| (own - first) as usize).collect();
        let groups = group.iter().max().unwrap() + 1;
        let weights = FlemingHarrington {
            rho: number(&case["rho"]),
            gamma: number(&case["gamma"]),
        };
        let test = log_rank(&follow_up(&data, |_| true), &group, groups, None, weights);
        let test = test.unwrap().estimate(LEVEL);
        let theirs = number(&case["statistic"]);
        comparison.check("test", test.statistic_value, theirs, 1e-11);
        comparison.check("test", test.p_value, number(&case["p_value"]), 1e-10);
    }
    for case in cases["cox"].as_array().unwrap() {
        let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
        let design = SurvivalDesign::new(&formula, &data("", &case["data"])).unwrap();
        let model = Cox {
            variance: match case["clustered"] == true {
                true => CoxVariance::Cluster,
                false => CoxVariance::Classical,
            },
            ..Cox::default()
        };
        let fit = model.fit(&design).unwrap();
        for (ours, theirs) in fit.beta.iter().zip(list(&case["coefficients"])) {
            // lifelines damps its steps, and stops where they are short.
            comparison.check("cox", *ours, theirs, 1e-6);
        }
        for (ours, theirs) in fit.stderror().iter().zip(list(&case["std_errors"])) {
            comparison.check("cox", *ours, theirs, STANDARD_ERROR);
        }
        let theirs = number(&case["log_likelihood"]);
        comparison.check("cox", fit.log_likelihood, theirs, 1e-11);
        if !case["concordance"].is_null() {
            let theirs = number(&case["concordance"]);
            let ours = fit.concordance().estimate;
            comparison.check("concordance", ours, theirs, CLOSED_FORM);
        }
    }
    for case in cases["incidence"].as_array().unwrap() {
        let data = data("", &case["data"]);
        let cause = numbers(&data, "cause");
        let cause: Vec<u32> = cause.iter().map(|kind| *kind as u32).collect();
        let people = CompetingFollowUp::new(&numbers(&data, "time"), &cause).unwrap();
        let curve = AalenJohansen::new(&people, 1).unwrap();
        for (time, theirs) in list(&case["times"]).iter().zip(list(&case["incidence"])) {
            comparison.check("incidence", curve.incidence(*time), theirs, CLOSED_FORM);
        }
    }
    let against = versions(&expected, &["lifelines"]);
    comparison.finish_as("second_voice", &against, 60, |what| match what {
        "curve" => vec!["kaplan_meier"],
        "restricted mean" => vec!["restricted_mean"],
        "test" => vec!["log_rank"],
        "concordance" => vec!["concordance"],
        "incidence" => vec!["aalen_johansen"],
        _ => vec!["cox_efron"],
    });
}

/// Mann-Whitney's test without ties is exact; a permutation test draws from what they count.
#[test]
fn ranks_and_permutations_agree_with_exact_rank_tests() {
    let expected = expected("exact_ranks");
    let mut comparison = Comparison::default();
    for case in expected["cases"].as_array().unwrap() {
        let (treated, control) = (list(&case["treated"]), list(&case["control"]));
        let samples = TwoSamples::new(&treated, &control).unwrap();
        let wilcoxon = number(&case["wilcoxon"]);
        if case["tied"] == false {
            let ours = ranks::mann_whitney(samples, LEVEL).p_value;
            comparison.check("mann_whitney", ours, wilcoxon, CLOSED_FORM);
        }
        let all: Vec<f64> = treated.iter().chain(&control).copied().collect();
        let below = |value: f64| all.iter().filter(|other| **other < value).count();
        let equal = |value: f64| all.iter().filter(|other| **other == value).count();
        let rank = |value: &f64| below(*value) as f64 + (equal(*value) + 1) as f64 / 2.0;
        let scores: Vec<f64> = all.iter().map(rank).collect();
        let arms: Vec<usize> = (0..all.len())
            .map(|i| usize::from(i < treated.len()))
            .collect();
        for (values, exact) in [(&all, number(&case["permutation"])), (&scores, wilcoxon)] {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let test = Permutation {
                replicates: 40_000,
                seed: 5,
                randomisation: Randomisation::Complete,
                alternative: Alternative::TwoSided,
            };
            let sum = |arms: &[usize]| {
                let own = arms.iter().zip(values).filter(|(arm, _)| **arm == 1);
                Some(own.map(|(_, value)| value - mean).sum::<f64>())
            };
            let found = test.run(&arms, sum).unwrap();
            let away = (found.p_value - exact).abs();
            assert!(away < 4.0 * found.monte_carlo_error, "{found:?} {exact}");
        }
    }
    let against = versions(&expected, &["R", "exactRankTests"]);
    comparison.finish_as("exact_ranks", &against, 2, |what| vec![what]);
}

#[test]
fn contrasts_of_one_model_agree_with_multcomp() {
    let expected = expected("contrasts");
    let case = &expected["cases"][0];
    let formula = Formula::parse("Surv(time, event) ~ arm").unwrap();
    let design = SurvivalDesign::new(&formula, &data("contrasts", &case["data"])).unwrap();
    let fit = Cox::default().fit(&design).unwrap();
    let mut comparison = Comparison::default();
    let mut plain = Vec::new();
    let narrow = ConfidenceLevel::new(1.0 - 0.05 / 6.0).unwrap();
    for (i, name) in case["contrasts"].as_array().unwrap().iter().enumerate() {
        let weight = |arm: &str| match name.as_str().unwrap().split_once(" / ").unwrap() {
            (own, _) if own == arm => 1.0,
            (_, other) if other == arm => -1.0,
            _ => 0.0,
        };
        let weights: Vec<f64> = ["b", "c", "d"].iter().map(|arm| weight(arm)).collect();
        let (mut effect, mut variance) = (0.0, 0.0);
        for (j, a) in weights.iter().enumerate() {
            effect += a * fit.beta[j];
            for (k, b) in weights.iter().enumerate() {
                variance += a * b * fit.covariance[(j, k)];
            }
        }
        let (statistic, method) = (Statistic::Coefficient, Method::Wald);
        let ours =
            regtrial_stats::Estimate::wald(statistic, method, effect, variance.sqrt(), narrow);
        let mut check = |value: f64, key: &str, tolerance: f64| {
            comparison.check("contrast", value, number(&case[key][i]), tolerance);
        };
        check(ours.estimate, "estimate", COEFFICIENT);
        check(ours.std_error, "std_error", STANDARD_ERROR);
        check(ours.conf_low, "low", STANDARD_ERROR);
        check(ours.conf_high, "high", STANDARD_ERROR);
        plain.push(ours.p_value);
    }
    for how in [
        Adjustment::Bonferroni,
        Adjustment::Holm,
        Adjustment::Hochberg,
        Adjustment::Hommel,
        Adjustment::BenjaminiHochberg,
        Adjustment::BenjaminiYekutieli,
    ] {
        let theirs = list(&case[how.as_str()]);
        for (ours, theirs) in adjust(&plain, how).unwrap().iter().zip(theirs) {
            comparison.check(how.as_str(), *ours, theirs, 1e-10);
        }
    }
    let against = versions(&expected, &["R", "multcomp", "survival"]);
    comparison.finish_as("contrasts", &against, 60, |what| match what {
        "contrast" => vec!["cox_efron"],
        how => vec![how],
    });
}

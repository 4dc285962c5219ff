//! Means and ranks of two samples against R's t.test and wilcox.test.

use super::support::{numbers, read};
use regtrial_stats::two_samples::{TwoSamples, means, ranks};
use regtrial_stats::{ConfidenceLevel, describe};
use regtrial_tests::{CLOSED_FORM, Comparison, expected, number, root, versions};

#[test]
fn means_and_ranks_agree_with_r() {
    let mut comparison = Comparison::default();
    for case in expected("continuous")["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let data = read(
            &root()
                .join("tests/reference/continuous")
                .join(case["data"].as_str().unwrap()),
        );
        let outcome = numbers(&data, case["outcome"].as_str().unwrap());
        let arm = numbers(&data, case["arm"].as_str().unwrap());
        let of = |wanted: f64| -> Vec<f64> {
            outcome
                .iter()
                .zip(&arm)
                .filter(|(_, a)| **a == wanted)
                .map(|(y, _)| *y)
                .collect()
        };
        let (treated, control) = (of(1.0), of(0.0));
        let samples = TwoSamples::new(&treated, &control).unwrap();
        let level = ConfidenceLevel::NINETY_FIVE;
        for (ours, key) in [
            (means::student(samples, level), "student"),
            (means::welch(samples, level), "welch"),
        ] {
            for (field, value) in [
                ("estimate", ours.estimate),
                ("std_error", ours.std_error),
                ("statistic_value", ours.statistic_value),
                ("df", ours.df),
                ("p_value", ours.p_value),
                ("conf_low", ours.conf_low),
                ("conf_high", ours.conf_high),
            ] {
                let what = format!("{name} {key} {field}");
                comparison.check(&what, value, number(&case[key][field]), 1e-11);
            }
        }
        for (sample, key) in [(&treated, "treated"), (&control, "control")] {
            let theirs = &case[key];
            let mean = describe::mean_estimate(sample, level).unwrap();
            for (field, value) in [
                ("mean", mean.estimate),
                ("mean_conf_low", mean.conf_low),
                ("mean_conf_high", mean.conf_high),
                ("sd", describe::variance(sample).sqrt()),
                ("q1", describe::quantile(sample, 0.25)),
                ("median", describe::quantile(sample, 0.5)),
                ("q3", describe::quantile(sample, 0.75)),
            ] {
                comparison.check(
                    &format!("{name} {key} {field}"),
                    value,
                    number(&theirs[field]),
                    CLOSED_FORM,
                );
            }
        }
        let what = format!("{name} mann_whitney");
        let test = ranks::mann_whitney(samples, level);
        let exact = &case["wilcox_exact"];
        let reference = if exact.is_null() {
            &case["wilcox_asymptotic_corrected"]
        } else {
            exact
        };
        comparison.check(
            &what,
            test.p_value,
            number(&reference["p_value"]),
            CLOSED_FORM,
        );
        comparison.check(
            &what,
            test.statistic_value,
            number(&reference["W"]),
            CLOSED_FORM,
        );
        let difference = number(&case["pairs"]["probability_difference"]);
        comparison.check(&what, test.estimate, difference, CLOSED_FORM);
        let what = format!("{name} hodges_lehmann");
        let shift = ranks::hodges_lehmann(samples, level);
        comparison.check(
            &what,
            shift.estimate,
            number(&case["hodges_lehmann"]),
            CLOSED_FORM,
        );
        if !exact.is_null() {
            comparison.check(
                &what,
                shift.conf_low,
                number(&exact["conf_low"]),
                CLOSED_FORM,
            );
            comparison.check(
                &what,
                shift.conf_high,
                number(&exact["conf_high"]),
                CLOSED_FORM,
            );
        }
    }
    let against = versions(&expected("continuous"), &["R"]);
    comparison.finish_as("means_and_ranks", &against, 100, |what| {
        let words: Vec<&str> = what.split(' ').collect();
        match words[1..] {
            ["treated" | "control", "sd"] => vec!["mean_sd"],
            ["treated" | "control", "mean"] => vec!["mean_sd", "mean_t"],
            ["treated" | "control", "mean_conf_low" | "mean_conf_high"] => vec!["mean_t"],
            ["treated" | "control", _] => vec!["quantiles"],
            [method, ..] => vec![method],
            [] => Vec::new(),
        }
    });
}

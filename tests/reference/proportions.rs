//! Proportions and two-by-two tables against mpmath at 50 digits.

use regtrial_stats::proportion::{
    Proportion, TwoByTwo, association, difference, odds_ratio, one, ratio,
};
use regtrial_stats::{ConfidenceLevel, Estimate};
use regtrial_tests::{CLOSED_FORM, Comparison, expected, number, versions};
use serde_json::Value;

/// Roots of score equations and of sums over thousands of tables lose two more digits.
const ROOT: f64 = 1e-10;

fn level(case: &Value) -> ConfidenceLevel {
    ConfidenceLevel::new(number(&case["conf_level"])).unwrap()
}

#[test]
fn one_proportion() {
    let mut comparison = Comparison::default();
    for case in expected("one_proportion")["cases"].as_array().unwrap() {
        let events = case["events"].as_u64().unwrap();
        let total = case["total"].as_u64().unwrap();
        for estimate in one::all(Proportion::new(events, total).unwrap(), level(case)) {
            let limits = &case[estimate.method.as_str()];
            let what = format!("{events}/{total} {}", estimate.method);
            comparison.check(&what, estimate.conf_low, number(&limits[0]), CLOSED_FORM);
            comparison.check(&what, estimate.conf_high, number(&limits[1]), CLOSED_FORM);
        }
    }
    let against = versions(&expected("one_proportion"), &["mpmath"]);
    comparison.finish_as("one_proportion", &against, 240, |what| {
        let method = what.rsplit(' ').next();
        method
            .filter(|method| *method != "wald")
            .into_iter()
            .collect()
    });
}

fn compare(
    comparison: &mut Comparison,
    what: &str,
    ours: &Estimate,
    theirs: &Value,
    tolerance: f64,
) {
    let what = |field: &str| format!("{what} {} {field}", ours.method);
    comparison.check(
        &what("estimate"),
        ours.estimate,
        number(&theirs["estimate"]),
        tolerance,
    );
    comparison.check(
        &what("low"),
        ours.conf_low,
        number(&theirs["conf_low"]),
        tolerance,
    );
    comparison.check(
        &what("high"),
        ours.conf_high,
        number(&theirs["conf_high"]),
        tolerance,
    );
    comparison.check(
        &what("se"),
        ours.std_error,
        number(&theirs["std_error"]),
        CLOSED_FORM,
    );
    comparison.check(
        &what("p"),
        ours.p_value,
        number(&theirs["p_value"]),
        tolerance,
    );
}

#[test]
fn two_by_two() {
    let mut comparison = Comparison::default();
    for case in expected("two_by_two")["cases"].as_array().unwrap() {
        let count = |key: &str| case[key].as_u64().unwrap();
        let counts = [
            "events_treated",
            "total_treated",
            "events_control",
            "total_control",
        ]
        .map(count);
        let table = TwoByTwo::from_counts(counts[0], counts[1], counts[2], counts[3]).unwrap();
        let level = level(case);
        let what = format!("{counts:?}");
        for ours in difference::all(table, level) {
            let theirs = &case["risk_difference"][ours.method.as_str()];
            compare(&mut comparison, &what, &ours, theirs, ROOT);
        }
        for ours in [ratio::katz(table, level), ratio::koopman(table, level)] {
            let theirs = &case["risk_ratio"][ours.method.as_str()];
            compare(&mut comparison, &what, &ours, theirs, ROOT);
        }
        for ours in [
            odds_ratio::woolf(table, level),
            odds_ratio::conditional_exact(table, level),
            odds_ratio::conditional_mid_p(table, level),
        ] {
            let theirs = &case["odds_ratio"][ours.method.as_str()];
            compare(&mut comparison, &what, &ours, theirs, ROOT);
        }
        let what = format!("{what} nnt");
        let nnt = difference::number_needed_to_treat(table, level);
        compare(
            &mut comparison,
            &what,
            &nnt,
            &case["number_needed_to_treat"],
            ROOT,
        );
        for ours in [
            association::chi_squared(table),
            association::chi_squared_yates(table),
            association::fisher(table),
            association::fisher_mid_p(table),
        ] {
            let theirs = &case["tests"][ours.method.as_str()];
            let what = format!("{counts:?} {}", ours.method);
            comparison.check(&what, ours.p_value, number(&theirs["p_value"]), ROOT);
        }
        if table.total() <= 150 {
            for ours in [association::barnard(table), association::boschloo(table)] {
                let theirs = &case["tests"][ours.method.as_str()];
                let what = format!("{counts:?} {}", ours.method);
                comparison.check(&what, ours.p_value, number(&theirs["p_value"]), 1e-9);
            }
        }
    }
    let against = versions(&expected("two_by_two"), &["mpmath"]);
    comparison.finish_as("two_by_two", &against, 800, |what| {
        let words: Vec<&str> = what
            .split("] ")
            .last()
            .unwrap_or_default()
            .split(' ')
            .collect();
        match words[..] {
            ["nnt", ..] => vec!["number_needed_to_treat"],
            ["wald", ..] => vec!["wald_difference"],
            [method, ..] => vec![method],
            [] => Vec::new(),
        }
    });
}

/// The arms are the fixed margins: a transposed table gives another p-value.
#[test]
fn unconditional_tests_fix_the_arms() {
    let table = TwoByTwo::from_counts(7, 34, 1, 34).unwrap();
    assert!((association::barnard(table).p_value - 0.028_105_8).abs() < 5e-8);
    assert!((association::boschloo(table).p_value - 0.038_463_9).abs() < 5e-8);
}

#[test]
fn a_non_event_count_passed_as_total_is_refused() {
    let error = TwoByTwo::from_counts(42, 24, 20, 57).unwrap_err();
    assert!(error.to_string().contains("events cannot exceed the total"));
}

//! Two samples compared within strata against R.

use super::support::{numbers, read};
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::design::Column;
use regtrial_stats::two_samples::stratified::StratifiedSamples;
use regtrial_tests::{CLOSED_FORM, Comparison, expected, number, root};

#[test]
fn comparisons_within_strata_agree() {
    let data = read(&root().join("tests/reference/stratified_samples/trial.csv"));
    let arm = numbers(&data, "arm");
    let Column::Factor { levels, codes } = data.column("site").unwrap() else {
        panic!("sites have names");
    };
    let mut comparison = Comparison::default();
    for case in expected("stratified_samples")["cases"].as_array().unwrap() {
        let outcome = case["outcome"].as_str().unwrap();
        let values = numbers(&data, outcome);
        let of = |site: usize, wanted: f64| -> Vec<f64> {
            (0..values.len())
                .filter(|&i| codes[i] == Some(site as u32) && arm[i] == wanted)
                .map(|i| values[i])
                .collect()
        };
        let strata = (0..levels.len()).map(|site| (of(site, 1.0), of(site, 0.0)));
        let samples = StratifiedSamples::new(strata.collect()).unwrap();
        let level = ConfidenceLevel::NINETY_FIVE;
        // Quantiles and tails of t are known to 1e-11 on both sides.
        let mut check = |field: &str, ours: f64, tolerance: f64| {
            let what = format!("{outcome} {field}");
            comparison.check(&what, ours, number(&case[field]), tolerance);
        };
        let student = samples.student(level);
        check("estimate", student.estimate, CLOSED_FORM);
        check("std_error", student.std_error, CLOSED_FORM);
        check("p_value", student.p_value, 1e-10);
        check("conf_low", student.conf_low, 1e-10);
        check("conf_high", student.conf_high, 1e-10);
        let welch = samples.welch(level);
        check("estimate", welch.estimate, CLOSED_FORM);
        check("welch_error", welch.std_error, CLOSED_FORM);
        check("welch_df", welch.df, CLOSED_FORM);
        let elteren = samples.van_elteren();
        check("elteren", elteren.statistic_value.powi(2), 1e-11);
        check("elteren_p", elteren.p_value, 1e-10);
        let ratio = samples.rate_ratio(level);
        check("rate_ratio", ratio.estimate, CLOSED_FORM);
        check("log_error", ratio.std_error, CLOSED_FORM);
    }
    comparison.finish(24);
}

//! The critical value of a simultaneous band against mvtnorm's multivariate normal quantiles.

use regtrial_stats::ConfidenceLevel;
use regtrial_stats::proportion::band::critical_value;
use regtrial_tests::{Comparison, expected, number, versions};
use serde_json::Value;

/// Four standard errors of a quantile from 50,000 draws, and the rounding up to two decimals.
const MONTE_CARLO: f64 = 0.04;

/// People by month from texts of `1`, `0` and `.`, a text a month.
fn states(months: &Value) -> Vec<Vec<Option<bool>>> {
    let of = |month: &Value| -> Vec<Option<bool>> {
        let people = month.as_str().unwrap().chars();
        people.map(|c| (c != '.').then_some(c == '1')).collect()
    };
    months.as_array().unwrap().iter().map(of).collect()
}

#[test]
fn critical_values_agree_with_mvtnorm() {
    let expected = expected("simultaneous");
    let mut comparison = Comparison::default();
    for case in expected["cases"].as_array().unwrap() {
        let level = ConfidenceLevel::new(number(&case["level"])).unwrap();
        let (treated, control) = (states(&case["treated"]), states(&case["control"]));
        let wanted = number(&case["critical_value"]);
        for seed in [1, 2] {
            let found = critical_value(&treated, &control, level, seed);
            // The error is a distance, the tolerance a share.
            comparison.check("critical value", found, wanted, MONTE_CARLO / wanted);
        }
        assert!(wanted > level.normal_quantile());
    }
    let against = versions(&expected, &["R", "mvtnorm"]);
    comparison.finish_as("simultaneous_bands", &against, 4, |_| vec!["simultaneous"]);
}

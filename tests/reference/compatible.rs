//! Bounds that go with sequential procedures, against the partition of the parameter space in R.

use regtrial_stats::distributions::normal;
use regtrial_stats::multiplicity::compatible::{CompatibleBound, bounds, chain, holm};
use regtrial_stats::multiplicity::sequential::matrix;
use regtrial_tests::{CLOSED_FORM, Comparison, expected, number};

fn list(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

#[test]
fn bounds_agree_with_the_partition() {
    let mut comparison = Comparison::default();
    for case in expected("compatible")["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let (estimates, weights) = (list(&case["estimates"]), list(&case["weights"]));
        let lines = case["transitions"].as_array().unwrap();
        let lines: Vec<Vec<f64>> = lines.iter().map(list).collect();
        let transitions = matrix(weights.len(), &lines).unwrap();
        let alpha = number(&case["alpha"]);
        let p: Vec<f64> = estimates.iter().map(|z| normal::sf(*z)).collect();
        let found = bounds(&p, &weights, &transitions, alpha).unwrap();
        for (i, bound) in found.into_iter().enumerate() {
            let own = |level: f64| estimates[i] + normal::quantile(level);
            let ours = match bound {
                CompatibleBound::Hypothesis => 0.0,
                CompatibleBound::Own(level) => own(level),
                CompatibleBound::OwnOrHypothesis(level) => own(level).max(0.0),
                _ => f64::NAN,
            };
            let theirs = &case["bounds"][i];
            if theirs.is_null() {
                assert!(ours.is_nan(), "{name} {i}: {ours}");
                continue;
            }
            comparison.check(name, ours, number(theirs), CLOSED_FORM);
        }
    }
    comparison.finish(30);
}

#[test]
fn holm_and_chains_are_graphs() {
    let (weights, transitions) = holm(3);
    assert_eq!(weights, [1.0 / 3.0; 3]);
    assert_eq!(transitions[(0, 1)], 0.5);
    assert_eq!(transitions[(1, 1)], 0.0);
    assert_eq!(holm(1).1[(0, 0)], 0.0);
    let chain = chain(3);
    assert!(chain[(0, 1)] == 1.0 && chain[(1, 2)] == 1.0 && chain.sum() == 2.0);
    let wrong = bounds(&[0.1, 0.2], &[0.5, 0.5], &holm(2).1, 1.0);
    assert!(wrong.is_err());
    assert!(bounds(&[f64::NAN, 0.2], &[0.5, 0.5], &holm(2).1, 0.05).is_err());
}

//! Power, noncentral distributions and adjusted p-values against R and mpmath.

use regtrial_stats::distributions::{noncentral_chi_squared, noncentral_t};
use regtrial_stats::multiplicity::{Adjustment, adjust, sequential};
use regtrial_stats::power::{LogRankTrial, ProportionTest, Sizes, TwoMeans, TwoProportions};
use regtrial_tests::{Comparison, expected, number, versions};
use serde_json::Value;

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(number).collect()
}

#[test]
fn noncentral_distributions_agree_with_mpmath() {
    let mut comparison = Comparison::default();
    for case in expected("noncentral")["cases"].as_array().unwrap() {
        let [x, df, shift] = ["x", "df", "noncentrality"].map(|key| number(&case[key]));
        let (lower, upper) = match case["distribution"].as_str().unwrap() {
            "t" => (
                noncentral_t::cdf(x, df, shift),
                noncentral_t::sf(x, df, shift),
            ),
            _ => (
                noncentral_chi_squared::cdf(x, df, shift),
                noncentral_chi_squared::sf(x, df, shift),
            ),
        };
        let name = format!("{} {x} {df} {shift}", case["distribution"]);
        comparison.check(&format!("{name} cdf"), lower, number(&case["cdf"]), 1e-11);
        comparison.check(&format!("{name} sf"), upper, number(&case["sf"]), 1e-11);
    }
    comparison.finish(250);
}

#[test]
fn power_and_sizes_agree() {
    let mut comparison = Comparison::default();
    for case in expected("power")["cases"].as_array().unwrap() {
        let get = |key: &str| number(&case[key]);
        let sizes = || Sizes::new(get("n1") as u64, get("n2") as u64).unwrap();
        let name = case.to_string();
        let means = |alpha: f64| TwoMeans {
            difference: get("d"),
            sd: 1.0,
            alpha,
            ratio: 1.0,
        };
        let mut check = |ours: f64, key: &str, tolerance: f64| {
            comparison.check(&name, ours, get(key), tolerance);
        };
        match case["kind"].as_str().unwrap() {
            // R's pt has an absolute error of 1e-12 for a noncentral t.
            "two_means" => check(means(get("alpha")).power(sizes()).unwrap(), "power", 1e-9),
            "two_means_size" => {
                check(
                    means(0.05).sizes(get("target")).unwrap().control as f64,
                    "n",
                    0.0,
                );
            }
            "two_proportions" => {
                let trial = TwoProportions {
                    ratio: get("ratio"),
                    ..TwoProportions::new(get("p1"), get("p2"), 0.05)
                };
                let found = trial.sizes(get("target")).unwrap();
                check(found.treated as f64, "n1", 0.0);
                check(found.control as f64, "n2", 0.0);
                check(trial.power(found).unwrap(), "power", 1e-12);
            }
            "exact" => {
                let trial = TwoProportions::new(get("p1"), get("p2"), 0.05);
                check(
                    trial.exact_power(sizes(), ProportionTest::Fisher).unwrap(),
                    "fisher",
                    1e-10,
                );
                let chi = trial
                    .exact_power(sizes(), ProportionTest::ChiSquared)
                    .unwrap();
                check(chi, "chi_squared", 1e-10);
            }
            "exact_sizes" => {
                let test = match case["test"].as_str().unwrap() {
                    "fisher" => ProportionTest::Fisher,
                    _ => ProportionTest::ChiSquared,
                };
                let trial = TwoProportions {
                    ratio: get("ratio"),
                    ..TwoProportions::new(get("p1"), get("p2"), 0.05)
                };
                let found = trial.exact_sizes(0.8, test).unwrap();
                check(found.treated as f64, "n1", 0.0);
                check(found.control as f64, "n2", 0.0);
                check(trial.exact_power(found, test).unwrap(), "power", 1e-10);
            }
            _ => {
                let trial = LogRankTrial {
                    hazard_ratio: get("hazard_ratio"),
                    events_treated: 0.5,
                    events_control: 0.5,
                    alpha: 0.05,
                    ratio: get("ratio"),
                };
                let events = trial.events(0.9).unwrap();
                check(events as f64, "events", 0.0);
                check(trial.power_of_events(events).unwrap(), "power", 1e-12);
            }
        }
    }
    comparison.finish(98);
}

#[test]
fn attrition_and_design_effect_by_hand() {
    let trial = TwoProportions::new(0.35, 0.15, 0.05);
    let recruited = trial.sizes(0.9).unwrap().with_attrition(0.1).unwrap();
    // 94 / 0.9 = 104.4
    assert_eq!((recruited.treated, recruited.total()), (105, 210));
}

#[test]
fn adjusted_p_values_agree() {
    let mut comparison = Comparison::default();
    let methods = [
        Adjustment::Bonferroni,
        Adjustment::Holm,
        Adjustment::Hochberg,
        Adjustment::Hommel,
        Adjustment::BenjaminiHochberg,
        Adjustment::BenjaminiYekutieli,
    ];
    for case in expected("multiplicity")["cases"].as_array().unwrap() {
        let p = numbers(&case["p"]);
        for method in methods {
            let ours = adjust(&p, method).unwrap();
            for (i, value) in ours.iter().enumerate() {
                let theirs = number(&case[method.as_str()][i]);
                comparison.check(method.as_str(), *value, theirs, 1e-14);
            }
        }
    }
    let against = versions(&expected("multiplicity"), &["R"]);
    comparison.finish_as("adjusted_p_values", &against, 150, |what| vec![what]);
}

/// The sequential procedure against the closed test that it is a short cut for.
#[test]
fn graphs_agree_with_their_closed_tests() {
    let mut comparison = Comparison::default();
    let all = expected("multiplicity");
    for case in all["cases"][0]["graphs"].as_array().unwrap() {
        let (p, weights) = (numbers(&case["p"]), numbers(&case["weights"]));
        let g = ndarray_of(p.len(), |i, j| number(&case["transitions"][i][j]));
        let ours = sequential::graph(&p, &weights, &g).unwrap();
        for (i, value) in ours.iter().enumerate() {
            let name = case["name"].as_str().unwrap();
            comparison.check(name, *value, number(&case["adjusted"][i]), 1e-14);
        }
        // Chains have functions of their own.
        let name = case["name"].as_str().unwrap();
        let chain = match name.split(',').next() {
            Some("fallback") => sequential::fallback(&p, &weights).unwrap(),
            Some("fixed sequence") => sequential::fixed_sequence(&p).unwrap(),
            _ => continue,
        };
        for (i, value) in chain.iter().enumerate() {
            let what = format!("chain: {name}");
            comparison.check(&what, *value, number(&case["adjusted"][i]), 1e-14);
        }
    }
    let against = format!("{} (closed test)", versions(&all, &["R"]));
    comparison.finish_as("graphs", &against, 50, |what| match what {
        what if what.starts_with("chain: fallback") => vec!["fallback"],
        what if what.starts_with("chain: ") => vec!["fixed_sequence"],
        _ => vec!["graph"],
    });
}

/// Holm's procedure is a graph with equal weights and edges; a fixed sequence is a chain.
#[test]
fn graphs_hold_the_procedures_that_they_generalise() {
    let p = [0.03, 0.01, 0.2, 0.04];
    let all = ndarray_of(4, |i, j| if i == j { 0.0 } else { 1.0 / 3.0 });
    let graph = sequential::graph(&p, &[0.25; 4], &all).unwrap();
    let holm = adjust(&p, Adjustment::Holm).unwrap();
    for (a, b) in graph.iter().zip(&holm) {
        assert!((a - b).abs() < 1e-14, "{graph:?} {holm:?}");
    }
    let fixed = sequential::fixed_sequence(&p).unwrap();
    let chain = sequential::fallback(&p, &[1.0, 0.0, 0.0, 0.0]).unwrap();
    assert_eq!(fixed, chain);
    // Bretz et al. (2009), section 2.2: two primary and two secondary hypotheses, half the level on
    // each primary one; both primary ones pass half on to each other and half to their secondary one.
    let g = ndarray_of(4, |i, j| match (i, j) {
        (0, 1) | (0, 2) | (1, 0) | (1, 3) => 0.5,
        (2, 1) | (3, 0) => 1.0,
        _ => 0.0,
    });
    let adjusted = sequential::graph(&[0.01, 0.02, 0.005, 0.5], &[0.5, 0.5, 0.0, 0.0], &g).unwrap();
    // H1 first: 0.01 / 0.5. Then H3 has weight 1/4: 0.005 / 0.25 = 0.02, and passes all to H2, which
    // then has 1: 0.02 / 1, so 0.02.
    for (found, by_hand) in adjusted[..3].iter().zip([0.02, 0.02, 0.02]) {
        assert!((found - by_hand).abs() < 1e-14, "{adjusted:?}");
    }
}

fn ndarray_of(m: usize, value: impl Fn(usize, usize) -> f64) -> ndarray::Array2<f64> {
    ndarray::Array2::from_shape_fn((m, m), |(i, j)| value(i, j))
}

//! Distributions against mpmath at 60 digits, two routes each.

use regtrial_stats::distributions::{beta, binomial, chi_squared, f, hypergeometric, normal, t};
use regtrial_tests::{Comparison, agrees, expected, number};

/// Relative; a continued fraction of some thousand terms loses two digits at 1e8 degrees of freedom.
const TOLERANCE: f64 = 1e-12;

#[test]
fn cdf_sf_and_quantiles_agree_with_mpmath() {
    let mut comparison = Comparison::default();
    for case in expected("distributions")["cases"].as_array().unwrap() {
        let name = case["distribution"].as_str().unwrap();
        let function = case["function"].as_str().unwrap();
        let p: Vec<f64> = case["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(number)
            .collect();
        let x = number(&case["argument"]);
        let k = x as u64;
        let counts: Vec<u64> = p.iter().map(|&v| v as u64).collect();
        let ours = match (name, function) {
            ("normal", "cdf") => normal::cdf(x),
            ("normal", "sf") => normal::sf(x),
            ("normal", _) => normal::quantile(x),
            ("t", "cdf") => t::cdf(x, p[0]),
            ("t", "sf") => t::sf(x, p[0]),
            ("t", _) => t::quantile(x, p[0]),
            ("chi_squared", "cdf") => chi_squared::cdf(x, p[0]),
            ("chi_squared", "sf") => chi_squared::sf(x, p[0]),
            ("chi_squared", _) => chi_squared::quantile(x, p[0]),
            ("f", "cdf") => f::cdf(x, p[0], p[1]),
            ("f", "sf") => f::sf(x, p[0], p[1]),
            ("f", _) => f::quantile(x, p[0], p[1]),
            ("beta", "cdf") => beta::cdf(x, p[0], p[1]),
            ("beta", "sf") => beta::sf(x, p[0], p[1]),
            ("beta", _) => beta::quantile(x, p[0], p[1]),
            ("binomial", "pmf") => binomial::pmf(k, counts[0], p[1]),
            ("binomial", "cdf") => binomial::cdf(k, counts[0], p[1]),
            ("binomial", _) => binomial::sf(k, counts[0], p[1]),
            (_, "pmf") => hypergeometric::pmf(k, counts[0], counts[1], counts[2]),
            (_, "cdf") => hypergeometric::cdf(k, counts[0], counts[1], counts[2]),
            _ => hypergeometric::sf(k, counts[0], counts[1], counts[2]),
        };
        // Relative all the way down: a tail of 1e-250 must have its digits.
        let theirs = number(&case["value"]);
        let scale = if theirs == 0.0 { 1.0 } else { theirs.abs() };
        let what = format!("{name}{p:?} {function}({x:?})");
        comparison.check(&what, ours / scale, theirs / scale, TOLERANCE);
    }
    comparison.finish(1000);
}

#[test]
fn quantiles_come_back_through_the_cdf() {
    for df in [1.0, 2.5, 30.0, 445.0, 1e5, 1e7, 1e8] {
        for p in [1e-12, 0.001, 0.025, 0.4, 0.6, 0.975, 0.9999] {
            assert!(
                agrees(t::cdf(t::quantile(p, df), df), p, 1e-11),
                "t {df} {p}"
            );
            let x = chi_squared::quantile(p, df);
            assert!(
                agrees(chi_squared::cdf(x, df), p, 1e-11),
                "chi-squared {df} {p}"
            );
        }
    }
}

/// The faults of other implementations at register sizes.
#[test]
fn large_degrees_of_freedom_are_right() {
    assert!(agrees(t::quantile(0.975, 1e5), 1.959_987_7, 1e-7));
    assert!(agrees(t::quantile(0.975, 1e8), 1.959_964_0, 1e-7));
    assert!(agrees(f::quantile(0.95, 1.0, 1e6), 3.841_468, 1e-6));
    assert!(agrees(beta::cdf(0.5, 1e7, 1e7), 0.5, 1e-12));
    assert!(normal::quantile(1.5).is_nan());
}

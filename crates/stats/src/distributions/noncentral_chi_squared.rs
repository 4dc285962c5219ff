//! The noncentral chi-squared distribution, for real degrees of freedom > 0.
//!
//! A Poisson mixture, with mean half the noncentrality, of central distributions with df + 2j
//! degrees of freedom, summed outwards from its largest term.

use super::{Tails, incomplete_gamma, saddle_point};

/// P(X <= x).
#[must_use]
pub fn cdf(x: f64, df: f64, noncentrality: f64) -> f64 {
    tails(x, df, noncentrality).lower
}

/// P(X > x).
#[must_use]
pub fn sf(x: f64, df: f64, noncentrality: f64) -> f64 {
    tails(x, df, noncentrality).upper
}

fn tails(x: f64, df: f64, noncentrality: f64) -> Tails {
    if !(df > 0.0 && noncentrality >= 0.0) || x.is_nan() {
        return Tails::UNDEFINED;
    }
    let mean = noncentrality / 2.0;
    if mean == 0.0 {
        return incomplete_gamma::tails(df / 2.0, x / 2.0);
    }
    let (mut lower, mut upper) = (0.0, 0.0);
    let mut take = |j: f64| {
        let weight = saddle_point::poisson(j, mean);
        let part = incomplete_gamma::tails(df / 2.0 + j, x / 2.0);
        lower += weight * part.lower;
        upper += weight * part.upper;
        weight * part.lower <= 1e-18 * lower && weight * part.upper <= 1e-18 * upper
    };
    let centre = mean.floor();
    let mut j = centre;
    while !take(j) && j < centre + 100_000.0 {
        j += 1.0;
    }
    j = centre - 1.0;
    while j >= 0.0 && !take(j) {
        j -= 1.0;
    }
    Tails {
        lower: lower.min(1.0),
        upper: upper.min(1.0),
    }
}

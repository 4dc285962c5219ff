//! The beta distribution.

use super::{Tails, incomplete_beta};

/// P(X <= x).
#[must_use]
pub fn cdf(x: f64, a: f64, b: f64) -> f64 {
    tails(x, a, b).lower
}

/// P(X > x).
#[must_use]
pub fn sf(x: f64, a: f64, b: f64) -> f64 {
    tails(x, a, b).upper
}

/// The x with P(X <= x) = p.
#[must_use]
pub fn quantile(p: f64, a: f64, b: f64) -> f64 {
    super::positive_quantile(p, 1.0, |x| tails(x, a, b))
}

fn tails(x: f64, a: f64, b: f64) -> Tails {
    incomplete_beta::tails(a, b, x, 1.0 - x)
}

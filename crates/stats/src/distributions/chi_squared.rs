//! The chi-squared distribution, for real degrees of freedom > 0.

use super::{Tails, incomplete_gamma, positive_quantile};

/// P(X <= x).
#[must_use]
pub fn cdf(x: f64, df: f64) -> f64 {
    tails(x, df).lower
}

/// P(X > x).
#[must_use]
pub fn sf(x: f64, df: f64) -> f64 {
    tails(x, df).upper
}

/// The x with P(X <= x) = p.
#[must_use]
pub fn quantile(p: f64, df: f64) -> f64 {
    positive_quantile(p, f64::INFINITY, |x| tails(x, df))
}

fn tails(x: f64, df: f64) -> Tails {
    incomplete_gamma::tails(df / 2.0, x / 2.0)
}

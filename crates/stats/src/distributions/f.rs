//! The F distribution.

use super::{Tails, incomplete_beta, positive_quantile};

/// P(X <= x) with `df1` and `df2` degrees of freedom.
#[must_use]
pub fn cdf(x: f64, df1: f64, df2: f64) -> f64 {
    tails(x, df1, df2).lower
}

/// P(X > x).
#[must_use]
pub fn sf(x: f64, df1: f64, df2: f64) -> f64 {
    tails(x, df1, df2).upper
}

/// The x with P(X <= x) = p.
#[must_use]
pub fn quantile(p: f64, df1: f64, df2: f64) -> f64 {
    positive_quantile(p, f64::INFINITY, |x| tails(x, df1, df2))
}

fn tails(x: f64, df1: f64, df2: f64) -> Tails {
    if x <= 0.0 {
        return Tails {
            lower: 0.0,
            upper: 1.0,
        };
    }
    let scaled = df1 * x;
    if scaled.is_infinite() {
        return Tails {
            lower: 1.0,
            upper: 0.0,
        };
    }
    incomplete_beta::tails(
        df1 / 2.0,
        df2 / 2.0,
        scaled / (scaled + df2),
        df2 / (scaled + df2),
    )
}

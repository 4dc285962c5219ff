//! Student's t distribution, for real degrees of freedom > 0; infinite ones are the normal.

use super::{Tails, incomplete_beta, normal};

/// P(T <= x).
#[must_use]
pub fn cdf(x: f64, df: f64) -> f64 {
    tails(x, df).lower
}

/// P(T > x).
#[must_use]
pub fn sf(x: f64, df: f64) -> f64 {
    tails(x, df).upper
}

/// Two-sided p-value of `x`.
#[must_use]
pub fn two_sided(x: f64, df: f64) -> f64 {
    (2.0 * sf(x.abs(), df)).min(1.0)
}

/// The x with P(T <= x) = p.
#[must_use]
pub fn quantile(p: f64, df: f64) -> f64 {
    if df == f64::INFINITY {
        return normal::quantile(p);
    }
    if !(0.0..=1.0).contains(&p) || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if p == 0.5 {
        return 0.0;
    }
    if p == 0.0 || p == 1.0 {
        return if p == 0.0 {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
    }
    let tail = p.min(1.0 - p);
    let x = crate::roots::bisect_positive(0.0, 1e150, |x| sf(x, df) > tail);
    if p < 0.5 { -x } else { x }
}

fn tails(x: f64, df: f64) -> Tails {
    if df == f64::INFINITY {
        return Tails {
            lower: normal::cdf(x),
            upper: normal::sf(x),
        };
    }
    if x.is_nan() || df.is_nan() || df <= 0.0 {
        return Tails::UNDEFINED;
    }
    let square = x * x;
    let below = df / (df + square);
    let above = if square.is_infinite() {
        1.0
    } else {
        square / (df + square)
    };
    let beyond = 0.5 * incomplete_beta::tails(df / 2.0, 0.5, below, above).lower;
    let right = Tails {
        lower: 1.0 - beyond,
        upper: beyond,
    };
    if x >= 0.0 { right } else { right.swapped() }
}

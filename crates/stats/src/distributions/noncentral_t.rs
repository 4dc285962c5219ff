//! The noncentral t distribution, for real degrees of freedom > 0.
//!
//! With delta the noncentrality, P(T > x) for x >= 0 is half the sum over j of
//! p_j Q(j + 1/2, df/2) + q_j Q(j + 1, df/2), where Q is the upper tail of the incomplete beta
//! function at x²/(x² + df), p_j a Poisson probability with mean delta²/2 and q_j its half-step
//! relative (R. V. Lenth 1989, Applied Statistics 38:185-189). For delta >= 0 every term is
//! positive, so that small upper tails keep their digits.

use super::{Tails, incomplete_beta, normal};
use statrs::function::gamma::ln_gamma;

/// P(T <= x).
#[must_use]
pub fn cdf(x: f64, df: f64, noncentrality: f64) -> f64 {
    tails(x, df, noncentrality).lower
}

/// P(T > x).
#[must_use]
pub fn sf(x: f64, df: f64, noncentrality: f64) -> f64 {
    tails(x, df, noncentrality).upper
}

fn tails(x: f64, df: f64, delta: f64) -> Tails {
    if x.is_nan() || df.is_nan() || delta.is_nan() || df <= 0.0 {
        return Tails::UNDEFINED;
    }
    if df == f64::INFINITY {
        return Tails {
            lower: normal::cdf(x - delta),
            upper: normal::sf(x - delta),
        };
    }
    if x < 0.0 {
        return tails(-x, df, -delta).swapped();
    }
    let square = x * x;
    let (below, above) = (df / (df + square), square / (df + square));
    let mean = delta * delta / 2.0;
    let sign = delta.signum();
    let pair = |j: f64| {
        let log = |shape: f64| {
            if mean > 0.0 {
                -mean + j * mean.ln() - ln_gamma(shape)
            } else if j == 0.0 {
                -ln_gamma(shape)
            } else {
                f64::NEG_INFINITY
            }
        };
        let p = log(j + 1.0).exp();
        let q = sign * (delta.abs() / std::f64::consts::SQRT_2) * log(j + 1.5).exp();
        let half = incomplete_beta::tails(j + 0.5, df / 2.0, above, below);
        let whole = incomplete_beta::tails(j + 1.0, df / 2.0, above, below);
        Tails {
            lower: p * half.lower + q * whole.lower,
            upper: p * half.upper + q * whole.upper,
        }
    };
    let centre = mean.floor();
    let (mut lower, mut upper) = (0.0, 0.0);
    let mut take = |j: f64| {
        let part = pair(j);
        lower += part.lower;
        upper += part.upper;
        // Below the centre the lower tail's terms, above it the upper tail's fall last.
        part.lower.abs() <= 1e-18 * lower && part.upper.abs() <= 1e-18 * upper
    };
    let mut j = centre;
    while !take(j) && j < centre + 20_000.0 {
        j += 1.0;
    }
    j = centre - 1.0;
    while j >= 0.0 && !take(j) {
        j -= 1.0;
    }
    Tails {
        lower: (normal::cdf(-delta) + 0.5 * lower).clamp(0.0, 1.0),
        upper: if delta >= 0.0 {
            (0.5 * upper).clamp(0.0, 1.0)
        } else {
            // Terms of both signs: the complement is as good.
            (1.0 - normal::cdf(-delta) - 0.5 * lower).clamp(0.0, 1.0)
        },
    }
}

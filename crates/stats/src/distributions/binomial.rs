//! The binomial distribution.

use super::{Tails, incomplete_beta, saddle_point};

/// P(X = x) among `n` trials with probability `p`.
#[must_use]
pub fn pmf(x: u64, n: u64, p: f64) -> f64 {
    if x > n {
        0.0
    } else {
        saddle_point::binomial(x as f64, n as f64, p, 1.0 - p)
    }
}

/// ln of the ways to choose `x` of `n`.
pub(crate) fn ln_choose(x: u64, n: u64) -> f64 {
    let n_real = n as f64;
    saddle_point::ln_binomial(x as f64, n_real, 0.5, 0.5) + n_real * std::f64::consts::LN_2
}

/// P(X <= x).
#[must_use]
pub fn cdf(x: u64, n: u64, p: f64) -> f64 {
    tails(x, n, p).lower
}

/// P(X > x).
#[must_use]
pub fn sf(x: u64, n: u64, p: f64) -> f64 {
    tails(x, n, p).upper
}

fn tails(x: u64, n: u64, p: f64) -> Tails {
    if x >= n {
        return Tails {
            lower: 1.0,
            upper: 0.0,
        };
    }
    incomplete_beta::tails((n - x) as f64, x as f64 + 1.0, 1.0 - p, p)
}

//! The hypergeometric distribution: successes in a sample drawn without replacement.

use super::saddle_point;

/// P(X = x) when `draws` are taken from `population`, of which `successes` count.
#[must_use]
pub fn pmf(x: u64, population: u64, successes: u64, draws: u64) -> f64 {
    let (low, high) = support(population, successes, draws);
    if x < low || x > high {
        return 0.0;
    }
    ln_pmf(x, population, successes, draws).exp()
}

/// P(X <= x).
#[must_use]
pub fn cdf(x: u64, population: u64, successes: u64, draws: u64) -> f64 {
    let (low, _) = support(population, successes, draws);
    let mut sum = 0.0;
    for k in (low..=x.min(draws.min(successes))).rev() {
        let term = pmf(k, population, successes, draws);
        sum += term;
        if term < sum * 1e-18 {
            break;
        }
    }
    sum.min(1.0)
}

/// P(X > x).
#[must_use]
pub fn sf(x: u64, population: u64, successes: u64, draws: u64) -> f64 {
    let (low, high) = support(population, successes, draws);
    let mut sum = 0.0;
    for k in (x + 1).max(low)..=high {
        let term = pmf(k, population, successes, draws);
        sum += term;
        if term < sum * 1e-18 {
            break;
        }
    }
    sum.min(1.0)
}

/// Smallest and largest possible count.
#[must_use]
pub fn support(population: u64, successes: u64, draws: u64) -> (u64, u64) {
    (
        (draws + successes).saturating_sub(population),
        draws.min(successes),
    )
}

/// ln P(X = x), also where the probability itself underflows. `x` must lie in the support.
pub(crate) fn ln_pmf(x: u64, population: u64, successes: u64, draws: u64) -> f64 {
    if population == 0 || draws == 0 || successes == 0 || draws == population {
        return 0.0;
    }
    let failures = population - successes;
    let p = draws as f64 / population as f64;
    let q = (population - draws) as f64 / population as f64;
    saddle_point::ln_binomial(x as f64, successes as f64, p, q)
        + saddle_point::ln_binomial((draws - x) as f64, failures as f64, p, q)
        - saddle_point::ln_binomial(draws as f64, population as f64, p, q)
}

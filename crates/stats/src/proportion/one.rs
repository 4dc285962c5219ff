//! Confidence intervals of one proportion.
//!
//! Reference: L. D. Brown, T. T. Cai, A. DasGupta (2001), *Interval estimation for a binomial
//! proportion*, Statistical Science 16:101-133. Notation: x events among n, z the normal quantile.

use super::Proportion;
use crate::distributions::beta;
use crate::{ConfidenceLevel, Estimate, Method, Statistic};

/// The normal-approximation interval p ± z sqrt(p(1-p)/n), not truncated to [0, 1].
#[must_use]
pub fn wald(proportion: Proportion, level: ConfidenceLevel) -> Estimate {
    let (p, n) = (proportion.risk(), proportion.n());
    let std_error = (p * (1.0 - p) / n).sqrt();
    let half = level.normal_quantile() * std_error;
    let mut estimate =
        Estimate::point(Statistic::Risk, Method::Wald, p).with_interval(p - half, p + half, level);
    estimate.std_error = std_error;
    estimate
}

/// Wilson's score interval: the p at which the score test just rejects.
///
/// ```
/// use regtrial_stats::{ConfidenceLevel, proportion::{one, Proportion}};
/// let wilson = one::wilson(Proportion::new(81, 263)?, ConfidenceLevel::NINETY_FIVE);
/// assert!((wilson.conf_low - 0.2553).abs() < 5e-5 && (wilson.conf_high - 0.3662).abs() < 5e-5);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
#[must_use]
pub fn wilson(proportion: Proportion, level: ConfidenceLevel) -> Estimate {
    let (low, high) = wilson_limits(proportion, level);
    Estimate::point(Statistic::Risk, Method::Wilson, proportion.risk())
        .with_interval(low, high, level)
}

pub(super) fn wilson_limits(proportion: Proportion, level: ConfidenceLevel) -> (f64, f64) {
    wilson_at(proportion, level.normal_quantile())
}

/// Wilson's limits at a normal quantile.
pub(super) fn wilson_at(proportion: Proportion, z: f64) -> (f64, f64) {
    let (x, n) = (proportion.x(), proportion.n());
    let square = z * z;
    let root = z * (square + 4.0 * x * (n - x) / n).sqrt();
    let denominator = 2.0 * (n + square);
    // The product of both roots is x²/(n(n + z²)): dividing keeps the digits of a small lower limit.
    let centre = 2.0 * x + square;
    let low = if x == 0.0 {
        0.0
    } else {
        2.0 * x * x / (n * (centre + root))
    };
    let high = if x == n {
        1.0
    } else {
        (centre + root) / denominator
    };
    (low, high)
}

/// Clopper and Pearson's exact interval, from beta quantiles.
#[must_use]
pub fn clopper_pearson(proportion: Proportion, level: ConfidenceLevel) -> Estimate {
    let (x, n) = (proportion.x(), proportion.n());
    let tail = level.alpha() / 2.0;
    let low = if x == 0.0 {
        0.0
    } else {
        beta::quantile(tail, x, n - x + 1.0)
    };
    let high = if x == n {
        1.0
    } else {
        beta::quantile(1.0 - tail, x + 1.0, n - x)
    };
    Estimate::point(Statistic::Risk, Method::ClopperPearson, proportion.risk())
        .with_interval(low, high, level)
}

/// Jeffreys' interval: the equal-tailed interval of Beta(x + 1/2, n - x + 1/2), with the limit set
/// to 0 when x = 0 and to 1 when x = n.
#[must_use]
pub fn jeffreys(proportion: Proportion, level: ConfidenceLevel) -> Estimate {
    let (x, n) = (proportion.x(), proportion.n());
    let tail = level.alpha() / 2.0;
    let (a, b) = (x + 0.5, n - x + 0.5);
    let low = if x == 0.0 {
        0.0
    } else {
        beta::quantile(tail, a, b)
    };
    let high = if x == n {
        1.0
    } else {
        beta::quantile(1.0 - tail, a, b)
    };
    Estimate::point(Statistic::Risk, Method::Jeffreys, proportion.risk())
        .with_interval(low, high, level)
}

/// Agresti and Coull's interval: Wald's around (x + z²/2)/(n + z²), not truncated.
#[must_use]
pub fn agresti_coull(proportion: Proportion, level: ConfidenceLevel) -> Estimate {
    let z = level.normal_quantile();
    let n = proportion.n() + z * z;
    let p = (proportion.x() + z * z / 2.0) / n;
    let half = z * (p * (1.0 - p) / n).sqrt();
    Estimate::point(Statistic::Risk, Method::AgrestiCoull, proportion.risk()).with_interval(
        p - half,
        p + half,
        level,
    )
}

/// All five intervals, in the order of this page.
#[must_use]
pub fn all(proportion: Proportion, level: ConfidenceLevel) -> Vec<Estimate> {
    vec![
        wilson(proportion, level),
        clopper_pearson(proportion, level),
        jeffreys(proportion, level),
        agresti_coull(proportion, level),
        wald(proportion, level),
    ]
}

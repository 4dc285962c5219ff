//! Confidence intervals of the ratio of two independent proportions, treated over control.
//!
//! References: D. Katz et al. (1978), Biometrics 34:469-474; P. A. R. Koopman (1984), Biometrics
//! 40:513-517.

use super::TwoByTwo;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, roots};

/// The log-normal interval. With no event in a group the ratio is 0, infinite or undefined and
/// has no standard error.
#[must_use]
pub fn katz(table: TwoByTwo, level: ConfidenceLevel) -> Estimate {
    let (a, c) = (table.treated.x(), table.control.x());
    let ratio = table.treated.risk() / table.control.risk();
    if a == 0.0 || c == 0.0 {
        return Estimate::ratio_without_error(Statistic::RiskRatio, Method::Katz, ratio);
    }
    let variance =
        (a.recip() - table.treated.n().recip()) + (c.recip() - table.control.n().recip());
    Estimate::wald_log(
        Statistic::RiskRatio,
        Method::Katz,
        ratio,
        variance.sqrt(),
        level,
    )
}

/// The score interval: every ratio that a chi-squared test does not reject. Defined also with
/// empty cells, where a limit may be 0 or infinite.
///
/// ```
/// use regtrial_stats::{ConfidenceLevel, proportion::{ratio, TwoByTwo}};
/// // Koopman (1984), p. 517: 36/40 against 16/80, limits 2.94 and 7.15.
/// let table = TwoByTwo::from_counts(36, 40, 16, 80)?;
/// let estimate = ratio::koopman(table, ConfidenceLevel::NINETY_FIVE);
/// assert!((estimate.conf_low - 2.94).abs() < 5e-3 && (estimate.conf_high - 7.15).abs() < 5e-3);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
#[must_use]
pub fn koopman(table: TwoByTwo, level: ConfidenceLevel) -> Estimate {
    let (a, c) = (table.treated.x(), table.control.x());
    let ratio = table.treated.risk() / table.control.risk();
    let critical = level.normal_quantile().powi(2);
    let accepted = |log_ratio: f64| score(table, log_ratio.exp()) <= critical;
    // The observed ratio lies inside; with an empty cell the search starts from its edge.
    let start = if a == 0.0 && c == 0.0 {
        f64::NAN
    } else if a == 0.0 {
        -EDGE
    } else if c == 0.0 {
        EDGE
    } else {
        ratio.ln()
    };
    let low = if a == 0.0 {
        0.0
    } else {
        roots::bisect(-EDGE, start, |log_ratio| !accepted(log_ratio)).exp()
    };
    let high = if c == 0.0 {
        f64::INFINITY
    } else {
        roots::bisect(start, EDGE, accepted).exp()
    };
    let result = Estimate::ratio_without_error(Statistic::RiskRatio, Method::Koopman, ratio)
        .with_interval(low, high, level);
    if table.is_degenerate() {
        return result;
    }
    let sign = if table.treated.risk() < table.control.risk() {
        -1.0
    } else {
        1.0
    };
    result.with_z(sign * score(table, 1.0).sqrt())
}

/// The largest |ln ratio| looked at.
const EDGE: f64 = 600.0;

/// Koopman's chi-squared at a ratio.
fn score(table: TwoByTwo, ratio: f64) -> f64 {
    let (a, n1) = (table.treated.x(), table.treated.n());
    let (c, n2) = (table.control.x(), table.control.n());
    // The restricted control risk solves a quadratic; its smaller root, written without cancellation.
    let square = ratio * (n1 + n2);
    let linear = ratio * (c + n1) + a + n2;
    let constant = a + c;
    let discriminant = (linear * linear - 4.0 * square * constant).max(0.0);
    let p2 = (2.0 * constant / (linear + discriminant.sqrt())).min(1.0);
    let p1 = (ratio * p2).min(1.0);
    let part = |x: f64, n: f64, p: f64| {
        let distance = x - n * p;
        let variance = n * p * (1.0 - p);
        if distance == 0.0 {
            0.0
        } else {
            distance * distance / variance
        }
    };
    part(a, n1, p1) + part(c, n2, p2)
}

//! Confidence intervals of the difference of two independent proportions, treated minus control.
//!
//! References: R. G. Newcombe (1998), Statistics in Medicine 17:873-890 (method 10);
//! O. Miettinen, M. Nurminen (1985), Statistics in Medicine 4:213-226; R. W. Mee (1984),
//! Biometrics 40:1175-1176; A. Agresti, B. Caffo (2000), American Statistician 54:280-288.

use super::one::wilson_limits;
use super::{TwoByTwo, restricted};
use crate::{ConfidenceLevel, Estimate, Method, Statistic, roots};

/// Normal approximation with the unpooled standard error, not truncated to [-1, 1].
#[must_use]
pub fn wald(table: TwoByTwo, level: ConfidenceLevel) -> Estimate {
    let (p1, p2) = (table.treated.risk(), table.control.risk());
    let variance = p1 * (1.0 - p1) / table.treated.n() + p2 * (1.0 - p2) / table.control.n();
    Estimate::wald(
        Statistic::RiskDifference,
        Method::Wald,
        p1 - p2,
        variance.sqrt(),
        level,
    )
}

/// Newcombe's hybrid score interval: the two Wilson intervals squared and added.
///
/// ```
/// use regtrial_stats::{ConfidenceLevel, proportion::{difference, TwoByTwo}};
/// // Newcombe (1998), table II, (a) 56/70 against 48/80.
/// let table = TwoByTwo::from_counts(56, 70, 48, 80)?;
/// let estimate = difference::newcombe(table, ConfidenceLevel::NINETY_FIVE);
/// assert!((estimate.conf_low - 0.0524).abs() < 5e-5 && (estimate.conf_high - 0.3339).abs() < 5e-5);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
#[must_use]
pub fn newcombe(table: TwoByTwo, level: ConfidenceLevel) -> Estimate {
    let (p1, p2) = (table.treated.risk(), table.control.risk());
    let (low1, high1) = wilson_limits(table.treated, level);
    let (low2, high2) = wilson_limits(table.control, level);
    let difference = p1 - p2;
    Estimate::point(Statistic::RiskDifference, Method::Newcombe, difference).with_interval(
        difference - (p1 - low1).hypot(high2 - p2),
        difference + (high1 - p1).hypot(p2 - low2),
        level,
    )
}

/// The score interval with the variance factor N/(N-1), and the score test at no difference.
#[must_use]
pub fn miettinen_nurminen(table: TwoByTwo, level: ConfidenceLevel) -> Estimate {
    let total = table.total() as f64;
    score(
        table,
        level,
        Method::MiettinenNurminen,
        total / (total - 1.0),
    )
}

/// The score interval without that factor; its test is the uncorrected chi-squared test.
#[must_use]
pub fn mee(table: TwoByTwo, level: ConfidenceLevel) -> Estimate {
    score(table, level, Method::Mee, 1.0)
}

fn score(table: TwoByTwo, level: ConfidenceLevel, method: Method, factor: f64) -> Estimate {
    let difference = table.treated.risk() - table.control.risk();
    let z = level.normal_quantile();
    // Inside the interval while (observed - delta)² <= z² V(delta); both ends are found outwards
    // from the observed difference, which always lies inside.
    let inside = |delta: f64| {
        let distance = difference - delta;
        distance * distance <= z * z * factor * restricted::difference_variance(table, delta)
    };
    let low = roots::bisect(-1.0, difference, |delta| !inside(delta));
    let high = roots::bisect(difference, 1.0, inside);
    let limit = |delta: f64, edge: f64| {
        if (delta - edge).abs() < 1e-15 {
            edge
        } else {
            delta
        }
    };
    let result = Estimate::point(Statistic::RiskDifference, method, difference).with_interval(
        limit(low, -1.0),
        limit(high, 1.0),
        level,
    );
    let variance = factor * restricted::difference_variance(table, 0.0);
    if variance > 0.0 {
        result.with_z(difference / variance.sqrt())
    } else {
        result
    }
}

/// Agresti and Caffo's interval: Wald's after one success and one failure are added to each
/// group. The point estimate stays the observed difference; the limits are not truncated.
#[must_use]
pub fn agresti_caffo(table: TwoByTwo, level: ConfidenceLevel) -> Estimate {
    plus_four(table, Method::AgrestiCaffo, level.normal_quantile(), level)
}

/// Limits so many standard errors to either side, one event and one person without added to each
/// group.
pub(super) fn plus_four(
    table: TwoByTwo,
    method: Method,
    reach: f64,
    level: ConfidenceLevel,
) -> Estimate {
    let adjusted = |p: super::Proportion| ((p.x() + 1.0) / (p.n() + 2.0), p.n() + 2.0);
    let ((p1, n1), (p2, n2)) = (adjusted(table.treated), adjusted(table.control));
    let std_error = (p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2).sqrt();
    let half = reach * std_error;
    let mut result = Estimate::point(
        Statistic::RiskDifference,
        method,
        table.treated.risk() - table.control.risk(),
    )
    .with_interval(p1 - p2 - half, p1 - p2 + half, level);
    result.std_error = std_error;
    result
}

/// The inverse of the risk difference, with Newcombe's limits inverted. Where the interval of the
/// difference holds 0 the limits are undefined: the set of plausible values is then two half-lines
/// (D. G. Altman 1998, BMJ 317:1309).
#[must_use]
pub fn number_needed_to_treat(table: TwoByTwo, level: ConfidenceLevel) -> Estimate {
    let difference = newcombe(table, level);
    let inverse = if difference.estimate == 0.0 {
        f64::INFINITY
    } else {
        difference.estimate.recip()
    };
    let result = Estimate::point(Statistic::NumberNeededToTreat, Method::Newcombe, inverse);
    if difference.conf_low > 0.0 || difference.conf_high < 0.0 {
        result.with_interval(
            difference.conf_high.recip(),
            difference.conf_low.recip(),
            level,
        )
    } else {
        result
    }
}

/// All five intervals, in the order in which they are usually wanted.
#[must_use]
pub fn all(table: TwoByTwo, level: ConfidenceLevel) -> Vec<Estimate> {
    vec![
        newcombe(table, level),
        miettinen_nurminen(table, level),
        mee(table, level),
        agresti_caffo(table, level),
        wald(table, level),
    ]
}

//! Pearson's and Spearman's correlation of two columns.
//!
//! Pearson's limits come from Fisher's z = atanh(r), standard error 1 / sqrt(n - 3); the tests are Student's
//! t = r sqrt((n - 2) / (1 - r²)). Spearman's is Pearson's of mid-ranks, its test the same approximation,
//! its limits Fisher's with standard error sqrt((1 + rho²/2) / (n - 3)) (Bonett and Wright).
//!
//! References: R. A. Fisher (1921), Metron 1:3-32; D. G. Bonett, T. A. Wright (2000), Psychometrika
//! 65:23-28.

use crate::describe::{covariance, variance};
use crate::distributions::t;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};

/// Pearson's correlation.
///
/// # Errors
/// [`StatsError::Argument`] for columns of unequal length or of fewer than three rows, values that are
/// not finite, and a column that does not vary.
///
/// ```
/// use regtrial_stats::{ConfidenceLevel, scales::correlation::pearson};
/// let found = pearson(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0], ConfidenceLevel::NINETY_FIVE)?;
/// assert!((found.estimate - 0.8).abs() < 1e-15);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn pearson(x: &[f64], y: &[f64], level: ConfidenceLevel) -> Result<Estimate, StatsError> {
    let r = coefficient(x, y)?;
    Ok(tested(r, x.len(), Method::Pearson, 1.0, level))
}

/// Spearman's rank correlation.
///
/// # Errors
/// As [`pearson`].
pub fn spearman(x: &[f64], y: &[f64], level: ConfidenceLevel) -> Result<Estimate, StatsError> {
    check(x, y)?;
    let rho = coefficient(&ranks(x), &ranks(y))?;
    let widening = 1.0 + rho * rho / 2.0;
    Ok(tested(rho, x.len(), Method::Spearman, widening, level))
}

fn check(x: &[f64], y: &[f64]) -> Result<(), StatsError> {
    if x.len() != y.len() || x.len() < 3 {
        let rule = "must be of equal length, with at least three rows";
        return Err(StatsError::argument("columns", rule));
    }
    if x.iter().chain(y).any(|value| !value.is_finite()) {
        return Err(StatsError::argument("columns", "must hold finite numbers"));
    }
    Ok(())
}

fn coefficient(x: &[f64], y: &[f64]) -> Result<f64, StatsError> {
    check(x, y)?;
    let (vx, vy) = (variance(x), variance(y));
    if vx == 0.0 || vy == 0.0 {
        let rule = "must vary: a correlation with a constant is undefined";
        return Err(StatsError::argument("columns", rule));
    }
    Ok((covariance(x, y) / (vx * vy).sqrt()).clamp(-1.0, 1.0))
}

fn tested(r: f64, n: usize, method: Method, widening: f64, level: ConfidenceLevel) -> Estimate {
    let n = n as f64;
    let mut result = Estimate::point(Statistic::Correlation, method, r);
    if n > 3.0 && r.abs() < 1.0 {
        let half = level.normal_quantile() * (widening / (n - 3.0)).sqrt();
        let z = r.atanh();
        result = result.with_interval((z - half).tanh(), (z + half).tanh(), level);
    }
    result.df = n - 2.0;
    result.statistic_value = r * (result.df / (1.0 - r * r)).sqrt();
    result.p_value = if r.abs() < 1.0 {
        t::two_sided(result.statistic_value, result.df)
    } else {
        0.0
    };
    result
}

/// Ranks from 1; ties share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let mut to = from;
        while to + 1 < order.len() && values[order[to + 1]] == values[order[from]] {
            to += 1;
        }
        let rank = (from + to) as f64 / 2.0 + 1.0;
        for place in &order[from..=to] {
            ranks[*place] = rank;
        }
        from = to + 1;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::{pearson, ranks, spearman};
    use crate::ConfidenceLevel;

    #[test]
    fn ties_share_their_ranks() {
        assert_eq!(ranks(&[2.0, 1.0, 2.0, 3.0]), [2.5, 1.0, 2.5, 4.0]);
    }

    #[test]
    fn a_curve_that_rises_has_rank_correlation_one() {
        let x = [1.0, 2.0, 3.0, 4.0, 5.0];
        let y = x.map(|x: f64| x.powi(3));
        let level = ConfidenceLevel::NINETY_FIVE;
        assert_eq!(spearman(&x, &y, level).unwrap().estimate, 1.0);
        assert!(pearson(&x, &y, level).unwrap().estimate < 1.0);
        assert!(pearson(&x, &[1.0; 5], level).is_err());
        assert!(pearson(&x[..2], &y[..2], level).is_err());
    }
}

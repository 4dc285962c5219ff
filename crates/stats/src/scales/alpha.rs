//! Cronbach's alpha of a scale's items.
//!
//! alpha = k / (k - 1) (1 - sum of the items' variances / variance of their sum), over the rows in which
//! every item is rated. Limits after Feldt: (1 - alpha) F with n - 1 and (n - 1)(k - 1) degrees of
//! freedom, which hold for normal items with compound symmetry.
//!
//! References: L. J. Cronbach (1951), Psychometrika 16:297-334; L. S. Feldt, D. J. Woodruff, F. A. Salih
//! (1987), Applied Psychological Measurement 11:93-103.

use crate::describe::variance;
use crate::distributions::f;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};

/// Alpha with what it rests on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Reliability {
    /// Alpha with Feldt's limits.
    pub alpha: Estimate,
    /// Alpha without each item in turn; `NaN` with two items.
    pub without: Vec<f64>,
    /// Rows in which every item is rated.
    pub n: usize,
    /// Rows left out.
    pub dropped: usize,
}

/// Alpha of rows of ratings, one column an item.
///
/// # Errors
/// [`StatsError::Argument`] for fewer than two items or complete rows, rows of unequal length, ratings
/// that are not finite, and a sum that does not vary.
///
/// ```
/// use regtrial_stats::{ConfidenceLevel, scales::alpha::alpha};
/// // Variances 1 and 1, of the sum 3: alpha = 2 (1 - 2/3).
/// let rows = [[1.0, 1.0], [2.0, 3.0], [3.0, 2.0]].map(|row| row.map(Some).to_vec());
/// let found = alpha(&rows, ConfidenceLevel::NINETY_FIVE)?;
/// assert!((found.alpha.estimate - 2.0 / 3.0).abs() < 1e-14);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn alpha(rows: &[Vec<Option<f64>>], level: ConfidenceLevel) -> Result<Reliability, StatsError> {
    let items = rows.first().map_or(0, Vec::len);
    if items < 2 || rows.iter().any(|row| row.len() != items) {
        let rule = "must be at least two, the same in every row";
        return Err(StatsError::argument("items", rule));
    }
    let complete: Vec<Vec<f64>> = rows
        .iter()
        .filter_map(|row| row.iter().copied().collect::<Option<Vec<f64>>>())
        .collect();
    if complete.len() < 2 {
        return Err(StatsError::argument(
            "complete rows",
            "must be at least two",
        ));
    }
    if complete.iter().flatten().any(|rating| !rating.is_finite()) {
        return Err(StatsError::argument("ratings", "must be finite"));
    }
    let all: Vec<usize> = (0..items).collect();
    let estimate = of(&complete, &all);
    if estimate.is_nan() {
        let rule = "do not vary between rows: alpha is undefined";
        return Err(StatsError::argument("sums of the items", rule));
    }
    let (n, k) = (complete.len() as f64, items as f64);
    let (df1, df2) = (n - 1.0, (n - 1.0) * (k - 1.0));
    let limit = |p: f64| 1.0 - (1.0 - estimate) * f::quantile(p, df1, df2);
    let tail = level.alpha() / 2.0;
    let without = (0..items).map(|left| {
        let rest: Vec<usize> = all.iter().copied().filter(|item| *item != left).collect();
        if rest.len() < 2 {
            f64::NAN
        } else {
            of(&complete, &rest)
        }
    });
    Ok(Reliability {
        alpha: Estimate::point(Statistic::Reliability, Method::CronbachAlpha, estimate)
            .with_interval(limit(1.0 - tail), limit(tail), level),
        without: without.collect(),
        n: complete.len(),
        dropped: rows.len() - complete.len(),
    })
}

fn of(rows: &[Vec<f64>], items: &[usize]) -> f64 {
    let column = |item: usize| rows.iter().map(|row| row[item]).collect::<Vec<f64>>();
    let sums: Vec<f64> = rows
        .iter()
        .map(|row| items.iter().map(|item| row[*item]).sum())
        .collect();
    let parts: f64 = items.iter().map(|item| variance(&column(*item))).sum();
    let whole = variance(&sums);
    let k = items.len() as f64;
    if whole > 0.0 {
        k / (k - 1.0) * (1.0 - parts / whole)
    } else {
        f64::NAN
    }
}

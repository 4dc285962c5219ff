//! Adjusted p-values of exchangeable hypotheses.
//!
//! References: S. Holm (1979), Scandinavian Journal of Statistics 6:65-70; Y. Hochberg (1988),
//! Biometrika 75:800-802; G. Hommel (1988), Biometrika 75:383-386; Y. Benjamini, Y. Hochberg
//! (1995), JRSS B 57:289-300; Y. Benjamini, D. Yekutieli (2001), Annals of Statistics 29:1165-1188.

use crate::StatsError;

/// What is kept at its level, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// Family-wise error, any dependence: m p.
    Bonferroni,
    /// Family-wise error, any dependence, never weaker than Bonferroni: step down.
    Holm,
    /// Family-wise error under independence or positive dependence: step up.
    Hochberg,
    /// As Hochberg, never weaker: closed testing with Simes' test.
    Hommel,
    /// False discovery rate under independence or positive dependence.
    BenjaminiHochberg,
    /// False discovery rate, any dependence.
    BenjaminiYekutieli,
}

impl Adjustment {
    /// The name used in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bonferroni => "bonferroni",
            Self::Holm => "holm",
            Self::Hochberg => "hochberg",
            Self::Hommel => "hommel",
            Self::BenjaminiHochberg => "benjamini_hochberg",
            Self::BenjaminiYekutieli => "benjamini_yekutieli",
        }
    }
}

/// Adjusted p-values in the order given. An undefined p-value stays undefined and does not count as
/// a hypothesis.
///
/// # Errors
/// [`StatsError::Argument`] if a p-value lies outside 0 and 1.
///
/// ```
/// use regtrial_stats::multiplicity::{Adjustment, adjust};
/// let adjusted = adjust(&[0.01, 0.04, 0.03], Adjustment::Holm)?;
/// assert!((adjusted[0] - 0.03).abs() < 1e-15 && (adjusted[1] - 0.06).abs() < 1e-15);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn adjust(p_values: &[f64], how: Adjustment) -> Result<Vec<f64>, StatsError> {
    check(p_values)?;
    let mut order: Vec<usize> = (0..p_values.len())
        .filter(|&i| !p_values[i].is_nan())
        .collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let sorted: Vec<f64> = order.iter().map(|&i| p_values[i]).collect();
    let m = sorted.len() as f64;
    let harmonic: f64 = (1..=sorted.len()).map(|i| (i as f64).recip()).sum();
    let rank = |i: usize| i as f64 + 1.0;
    let values = match how {
        Adjustment::Bonferroni => sorted.iter().map(|p| m * p).collect(),
        Adjustment::Holm => step_down(&sorted, |i| m - i as f64),
        Adjustment::Hochberg => step_up(&sorted, |i| m - i as f64),
        Adjustment::Hommel => hommel(&sorted),
        Adjustment::BenjaminiHochberg => step_up(&sorted, |i| m / rank(i)),
        Adjustment::BenjaminiYekutieli => step_up(&sorted, |i| harmonic * m / rank(i)),
    };
    let mut adjusted = vec![f64::NAN; p_values.len()];
    for (i, value) in order.into_iter().zip(values) {
        adjusted[i] = value.min(1.0);
    }
    Ok(adjusted)
}

pub(super) fn check(p_values: &[f64]) -> Result<(), StatsError> {
    if p_values
        .iter()
        .any(|p| !p.is_nan() && !(0.0..=1.0).contains(p))
    {
        return Err(StatsError::argument("p-values", "must lie between 0 and 1"));
    }
    Ok(())
}

/// The running maximum of factor times p, from the smallest.
fn step_down(sorted: &[f64], factor: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut largest = 0.0_f64;
    let step = |(i, p): (usize, &f64)| {
        largest = largest.max(factor(i) * p);
        largest
    };
    sorted.iter().enumerate().map(step).collect()
}

/// The running minimum of factor times p, from the largest.
fn step_up(sorted: &[f64], factor: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut smallest = f64::INFINITY;
    let mut values: Vec<f64> = (0..sorted.len())
        .rev()
        .map(|i| {
            smallest = smallest.min(factor(i) * sorted[i]);
            smallest
        })
        .collect();
    values.reverse();
    values
}

/// The largest Simes p-value over all intersections that hold a hypothesis (S. P. Wright 1992,
/// Biometrics 48:1005-1013): for each size the least favourable intersection is made of the
/// hypothesis and the largest p-values.
fn hommel(sorted: &[f64]) -> Vec<f64> {
    let m = sorted.len();
    let mut adjusted = sorted.to_vec();
    for size in 2..=m {
        let s = size as f64;
        let first = m - size;
        // Simes over the size - 1 largest, which stand at ranks 2 to size.
        let others = (first + 1..m)
            .map(|i| s * sorted[i] / (i - first + 1) as f64)
            .fold(f64::INFINITY, f64::min);
        for (i, value) in adjusted.iter_mut().enumerate() {
            *value = value.max(others.min(s * sorted[i.min(first)]));
        }
    }
    adjusted
}

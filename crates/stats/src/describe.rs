//! Descriptive statistics of one sample.

use crate::two_samples::check;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError, distributions::t};

/// Mean of a sample, summed in ascending order around its smallest value: large offsets cost no
/// digits, and the order of rows does not matter.
#[must_use]
pub fn mean(sample: &[f64]) -> f64 {
    let sorted = ascending(sample);
    let Some(&origin) = sorted.first() else {
        return f64::NAN;
    };
    origin + sorted.iter().map(|x| x - origin).sum::<f64>() / sample.len() as f64
}

fn ascending(sample: &[f64]) -> Vec<f64> {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Sample variance with divisor n - 1; undefined below two observations.
#[must_use]
pub fn variance(sample: &[f64]) -> f64 {
    if sample.len() < 2 {
        return f64::NAN;
    }
    let centre = mean(sample);
    ascending(sample)
        .iter()
        .map(|x| (x - centre).powi(2))
        .sum::<f64>()
        / (sample.len() - 1) as f64
}

/// Sample covariance with divisor n - 1 of two equally long samples.
#[must_use]
pub fn covariance(x: &[f64], y: &[f64]) -> f64 {
    if x.len() < 2 || x.len() != y.len() {
        return f64::NAN;
    }
    let (mean_x, mean_y) = (mean(x), mean(y));
    let sum: f64 = x
        .iter()
        .zip(y)
        .map(|(a, b)| (a - mean_x) * (b - mean_y))
        .sum();
    sum / (x.len() - 1) as f64
}

/// Quantile by linear interpolation of order statistics (type 7 of Hyndman and Fan 1996).
#[must_use]
pub fn quantile(sample: &[f64], probability: f64) -> f64 {
    if sample.is_empty() || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    let sorted = ascending(sample);
    let position = (sorted.len() - 1) as f64 * probability;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

/// The mean with its t interval.
///
/// # Errors
/// [`StatsError::Argument`] if the sample is empty or holds a number that is not finite.
pub fn mean_estimate(sample: &[f64], level: ConfidenceLevel) -> Result<Estimate, StatsError> {
    check("sample", sample)?;
    let estimate = mean(sample);
    let mut result = Estimate::point(Statistic::Mean, Method::Student, estimate);
    if sample.len() > 1 {
        let df = (sample.len() - 1) as f64;
        let std_error = (variance(sample) / sample.len() as f64).sqrt();
        let half = t::quantile(1.0 - level.alpha() / 2.0, df) * std_error;
        result = result.with_interval(estimate - half, estimate + half, level);
        result.std_error = std_error;
        result.df = df;
    }
    Ok(result)
}

/// Standardised mean difference: the difference in units of the root mean of both variances
/// (P. C. Austin 2009, Statistics in Medicine 28:3083-3107).
#[must_use]
pub fn standardised_difference(treated: &[f64], control: &[f64]) -> f64 {
    (mean(treated) - mean(control)) / (f64::midpoint(variance(treated), variance(control))).sqrt()
}

/// Standardised difference of two proportions, by the same reference.
#[must_use]
pub fn standardised_risk_difference(treated: f64, control: f64) -> f64 {
    let spread = f64::midpoint(treated * (1.0 - treated), control * (1.0 - control));
    (treated - control) / spread.sqrt()
}

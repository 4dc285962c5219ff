//! Whether small studies show other effects: Egger's regression.
//!
//! The effects over their standard errors are regressed on the precisions by ordinary least squares;
//! an intercept away from 0 means asymmetry. Its t test has k - 2 degrees of freedom.
//!
//! Reference: M. Egger et al. (1997), BMJ 315:629-634.

use super::Effect;
use crate::distributions::t;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};

/// Egger's intercept with its test.
///
/// # Errors
/// [`StatsError::Argument`] for fewer than three studies, or studies of equal precision.
pub fn egger(effects: &[Effect], level: ConfidenceLevel) -> Result<Estimate, StatsError> {
    let k = effects.len() as f64;
    if effects.len() < 3 {
        return Err(StatsError::argument(
            "studies",
            "must be at least three for Egger's test",
        ));
    }
    let x: Vec<f64> = effects.iter().map(|e| e.variance.sqrt().recip()).collect();
    let y: Vec<f64> = effects.iter().zip(&x).map(|(e, x)| e.value * x).collect();
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / k, y.iter().sum::<f64>() / k);
    let sxx: f64 = x.iter().map(|x| (x - mean_x).powi(2)).sum();
    if sxx <= 1e-12 * mean_x * mean_x {
        return Err(StatsError::argument(
            "studies",
            "must differ in precision for Egger's test",
        ));
    }
    let sxy: f64 = x
        .iter()
        .zip(&y)
        .map(|(x, y)| (x - mean_x) * (y - mean_y))
        .sum();
    let slope = sxy / sxx;
    let intercept = mean_y - slope * mean_x;
    let residuals: f64 = x
        .iter()
        .zip(&y)
        .map(|(x, y)| (y - intercept - slope * x).powi(2))
        .sum();
    let df = k - 2.0;
    let error = (residuals / df * (k.recip() + mean_x * mean_x / sxx)).sqrt();
    let half = t::quantile(1.0 - level.alpha() / 2.0, df) * error;
    let mut result = Estimate::point(Statistic::FunnelAsymmetry, Method::Egger, intercept)
        .with_interval(intercept - half, intercept + half, level);
    result.std_error = error;
    result.statistic_value = intercept / error;
    result.df = df;
    result.p_value = t::two_sided(result.statistic_value, df);
    Ok(result)
}

//! What printed limits say about the estimate and its p-value.

use regtrial_stats::consistency::Printed;
use regtrial_stats::distributions::normal;

/// A range of values that rounding leaves open, with the value of the printed digits themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Open {
    /// A function that rises or falls in each of its arguments, over all that may have been printed so.
    pub(super) fn of(printed: &[Printed], function: impl Fn(&[f64]) -> f64) -> Self {
        let values: Vec<f64> = printed.iter().map(|p| p.value()).collect();
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        // The extremes of a monotone function lie at the corners.
        for corner in 0..1_u32 << printed.len() {
            let at: Vec<f64> = printed
                .iter()
                .enumerate()
                .map(|(i, p)| {
                    if corner >> i & 1 == 1 {
                        p.high()
                    } else {
                        p.low()
                    }
                })
                .collect();
            let value = function(&at);
            low = low.min(value);
            high = high.max(value);
        }
        Self {
            value: function(&values),
            low,
            high,
        }
    }
}

/// Two-sided normal p-value of a ratio with 95 % limits.
pub(super) fn p_of_ratio(estimate: f64, low: f64, high: f64) -> f64 {
    let error = (high.ln() - low.ln()) / (2.0 * normal::quantile(0.975));
    2.0 * normal::sf((estimate.ln() / error).abs())
}

/// The same of a difference.
pub(super) fn p_of_difference(estimate: f64, low: f64, high: f64) -> f64 {
    let error = (high - low) / (2.0 * normal::quantile(0.975));
    2.0 * normal::sf((estimate / error).abs())
}

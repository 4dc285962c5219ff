//! A quantity measured several times: the mean of the follow-ups, adjusted for the mean of the
//! baselines.
//!
//! Measurements correlate equally (rho). Analysis of covariance of the mean of r follow-ups on the mean of b
//! baselines has the residual variance sd² ((1 + (r - 1) rho) / r - b rho² / (1 + (b - 1) rho)).
//!
//! Reference: L. Frison, S. J. Pocock (1992), Statistics in Medicine 11:1685-1704.

use crate::StatsError;

/// How often, and how alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RepeatedMeasures {
    /// Measurements after the start, averaged.
    pub follow_ups: u32,
    /// Measurements before it, adjusted for; 0 for no adjustment.
    pub baselines: u32,
    /// Correlation of any two of a person's measurements.
    pub correlation: f64,
}

impl RepeatedMeasures {
    /// The share of the variance of a single measurement that is left.
    ///
    /// # Errors
    /// [`StatsError::Argument`] without a follow-up, or for a correlation outside 0 and 1.
    ///
    /// ```
    /// use regtrial_stats::power::RepeatedMeasures;
    /// // One of each: 1 - rho², as for any analysis of covariance.
    /// let once = RepeatedMeasures { follow_ups: 1, baselines: 1, correlation: 0.6 };
    /// assert!((once.variance_factor()? - 0.64).abs() < 1e-15);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn variance_factor(self) -> Result<f64, StatsError> {
        if self.follow_ups == 0 {
            return Err(StatsError::argument("follow-ups", "must be at least 1"));
        }
        let rho = self.correlation;
        if !(0.0..1.0).contains(&rho) {
            let rule = "must be at least 0 and below 1";
            return Err(StatsError::argument("correlation", rule));
        }
        let (r, b) = (f64::from(self.follow_ups), f64::from(self.baselines));
        let after = (1.0 + (r - 1.0) * rho) / r;
        let explained = match self.baselines {
            0 => 0.0,
            _ => b * rho * rho / (1.0 + (b - 1.0) * rho),
        };
        Ok(after - explained)
    }
}

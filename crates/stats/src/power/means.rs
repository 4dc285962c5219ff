//! Two means with a common standard deviation.
//!
//! Under the alternative, Student's statistic has a noncentral t distribution with n1 + n2 - 2
//! degrees of freedom and noncentrality (difference / sd) / sqrt(1/n1 + 1/n2).
//!
//! Reference: J. Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 2.

use super::{LARGEST, Sizes, check_common, check_power};
use crate::StatsError;
use crate::distributions::{noncentral_t, t};

/// A trial with a quantity as outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoMeans {
    /// Expected difference of the means.
    pub difference: f64,
    /// Standard deviation within each group.
    pub sd: f64,
    /// Two-sided level.
    pub alpha: f64,
    /// Treated people for each control.
    pub ratio: f64,
}

impl TwoMeans {
    fn check(&self) -> Result<(), StatsError> {
        check_common(self.alpha, self.ratio)?;
        if !(self.difference != 0.0 && self.difference.is_finite()) {
            return Err(StatsError::argument(
                "difference",
                "must be finite and not 0",
            ));
        }
        if !(self.sd > 0.0 && self.sd.is_finite()) {
            return Err(StatsError::argument("sd", "must be positive"));
        }
        Ok(())
    }

    fn power_at(&self, treated: f64, control: f64) -> f64 {
        let df = treated + control - 2.0;
        if df < 1.0 {
            return 0.0;
        }
        let error = (treated.recip() + control.recip()).sqrt();
        let noncentrality = (self.difference / self.sd).abs() / error;
        let critical = t::quantile(1.0 - self.alpha / 2.0, df);
        noncentral_t::sf(critical, df, noncentrality)
            + noncentral_t::cdf(-critical, df, noncentrality)
    }

    /// Probability that Student's test rejects at groups of these sizes.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for a difference of 0, or sd, level or ratio out of range.
    ///
    /// ```
    /// use regtrial_stats::power::{Sizes, TwoMeans};
    /// let trial = TwoMeans { difference: 0.5, sd: 1.0, alpha: 0.05, ratio: 1.0 };
    /// // Cohen (1988): d = 0.5, 64 a group, power .80.
    /// assert!((trial.power(Sizes::new(64, 64)?)? - 0.8015).abs() < 1e-4);
    /// assert_eq!(trial.sizes(0.8)?.control, 64);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn power(&self, sizes: Sizes) -> Result<f64, StatsError> {
        self.check()?;
        Ok(self.power_at(sizes.treated as f64, sizes.control as f64))
    }

    /// The smallest sizes with at least this power, before attrition.
    ///
    /// # Errors
    /// As [`TwoMeans::power`], and a power that is not between alpha and 1.
    pub fn sizes(&self, power: f64) -> Result<Sizes, StatsError> {
        self.check()?;
        check_power(power, self.alpha)?;
        let enough = |control: f64| {
            let treated = (self.ratio * control * (1.0 - 1e-12)).ceil();
            self.power_at(treated, control) >= power
        };
        let mut high = 2.0;
        while !enough(high) {
            high *= 2.0;
            if high > LARGEST {
                let rule = "is so small that no trial could find it";
                return Err(StatsError::argument("difference", rule));
            }
        }
        let mut low = high / 2.0;
        if enough(1.0) {
            return Sizes::ceiling(1.0, self.ratio);
        }
        while high - low > 1.0 {
            let middle = f64::midpoint(low, high).floor();
            if enough(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Sizes::ceiling(high, self.ratio)
    }
}

//! The log-rank test.
//!
//! With a share s of people treated, events = (z_(1 - alpha/2) + z_power)² / (s (1 - s) ln² HR);
//! people = events / expected share with the event.
//!
//! Reference: D. A. Schoenfeld (1983), Biometrics 39:499-503.

use super::{Sizes, check_common, check_power};
use crate::StatsError;
use crate::distributions::normal;

/// A trial with a time to event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRankTrial {
    /// Hazard ratio, treated over control.
    pub hazard_ratio: f64,
    /// Share of the treated expected to have the event while followed.
    pub events_treated: f64,
    /// Share of the controls.
    pub events_control: f64,
    /// Two-sided level.
    pub alpha: f64,
    /// Treated people for each control.
    pub ratio: f64,
}

impl LogRankTrial {
    fn check(&self) -> Result<(), StatsError> {
        check_common(self.alpha, self.ratio)?;
        let ratio = self.hazard_ratio;
        if !(ratio > 0.0 && ratio.is_finite() && ratio != 1.0) {
            return Err(StatsError::argument(
                "hazard ratio",
                "must be positive and not 1",
            ));
        }
        let share = |p: f64| p > 0.0 && p <= 1.0;
        if !share(self.events_treated) || !share(self.events_control) {
            return Err(StatsError::argument(
                "share with the event",
                "must be above 0 and at most 1",
            ));
        }
        Ok(())
    }

    /// Information of one event: s (1 - s) ln² HR.
    fn per_event(&self) -> f64 {
        let share = self.ratio / (1.0 + self.ratio);
        share * (1.0 - share) * self.hazard_ratio.ln().powi(2)
    }

    /// Events needed, rounded up.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for a hazard ratio of 1 or anything out of range.
    ///
    /// ```
    /// use regtrial_stats::power::LogRankTrial;
    /// let trial = LogRankTrial { hazard_ratio: 0.5, events_treated: 0.5, events_control: 0.7,
    ///     alpha: 0.05, ratio: 1.0 };
    /// // 4 (1.959964 + 0.841621)² / ln² 2 = 65.3
    /// assert_eq!(trial.events(0.8)?, 66);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn events(&self, power: f64) -> Result<u64, StatsError> {
        Ok(self.exact_events(power)?.ceil() as u64)
    }

    fn exact_events(&self, power: f64) -> Result<f64, StatsError> {
        self.check()?;
        check_power(power, self.alpha)?;
        let z = normal::quantile(power) - normal::quantile(self.alpha / 2.0);
        Ok(z * z / self.per_event())
    }

    /// Power with a number of events.
    ///
    /// # Errors
    /// As [`LogRankTrial::events`].
    pub fn power_of_events(&self, events: u64) -> Result<f64, StatsError> {
        self.check()?;
        let shift = (events as f64 * self.per_event()).sqrt();
        Ok(normal::cdf(shift + normal::quantile(self.alpha / 2.0)))
    }

    /// Power with groups of these sizes, by the expected number of events.
    ///
    /// # Errors
    /// As [`LogRankTrial::events`].
    pub fn power(&self, sizes: Sizes) -> Result<f64, StatsError> {
        self.check()?;
        let events =
            sizes.treated as f64 * self.events_treated + sizes.control as f64 * self.events_control;
        let shift = (events * self.per_event()).sqrt();
        Ok(normal::cdf(shift + normal::quantile(self.alpha / 2.0)))
    }

    /// The smallest sizes that are expected to give the events needed, before attrition.
    ///
    /// # Errors
    /// As [`LogRankTrial::events`].
    pub fn sizes(&self, power: f64) -> Result<Sizes, StatsError> {
        let events = self.exact_events(power)?;
        let share = self.ratio * self.events_treated + self.events_control;
        Sizes::ceiling(events / share, self.ratio)
    }
}

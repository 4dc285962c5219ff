//! Two samples compared by ranks.
//!
//! With p the probability that a treated person's value is above a control's (ties counted half) and
//! c the treated share, the Mann-Whitney test needs N = (z_(1 - alpha/2) + z_power)² / (12 c (1 - c)
//! (p - 1/2)²) people.
//!
//! Reference: G. E. Noether (1987), JASA 82:645-647.

use super::{Sizes, check_common, check_power};
use crate::StatsError;
use crate::distributions::normal;

/// A trial whose outcome is compared by ranks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RanksTrial {
    /// Probability that a treated person's value is above a control's.
    pub probability: f64,
    /// Two-sided level.
    pub alpha: f64,
    /// Treated people for each control.
    pub ratio: f64,
}

impl RanksTrial {
    fn check(&self) -> Result<(), StatsError> {
        check_common(self.alpha, self.ratio)?;
        if !(self.probability > 0.0 && self.probability < 1.0) || self.probability == 0.5 {
            let rule = "must lie strictly between 0 and 1 and not be 1/2";
            return Err(StatsError::argument("probability", rule));
        }
        Ok(())
    }

    /// Probability that the test rejects at groups of these sizes.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for a probability, level or ratio out of range.
    ///
    /// ```
    /// use regtrial_stats::power::RanksTrial;
    /// let trial = RanksTrial { probability: 0.7, alpha: 0.05, ratio: 1.0 };
    /// // 2 (1.96 + 1.28)² / (6 x 0.04) = 87.6 people, half of them a group.
    /// assert_eq!(trial.sizes(0.9)?.control, 44);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn power(&self, sizes: Sizes) -> Result<f64, StatsError> {
        self.check()?;
        let (n1, n2) = (sizes.treated as f64, sizes.control as f64);
        let distance = (self.probability - 0.5).abs() * (12.0 * n1 * n2 / (n1 + n2)).sqrt();
        Ok(normal::cdf(
            distance - normal::quantile(1.0 - self.alpha / 2.0),
        ))
    }

    /// The smallest sizes with at least this power, before attrition.
    ///
    /// # Errors
    /// As [`RanksTrial::power`], and a power that is not between alpha and 1.
    pub fn sizes(&self, power: f64) -> Result<Sizes, StatsError> {
        self.check()?;
        check_power(power, self.alpha)?;
        let z = normal::quantile(1.0 - self.alpha / 2.0) + normal::quantile(power);
        let share = self.ratio / (1.0 + self.ratio);
        let square = (self.probability - 0.5).powi(2);
        let total = z * z / (12.0 * share * (1.0 - share) * square);
        Sizes::ceiling(total * (1.0 - share), self.ratio)
    }
}

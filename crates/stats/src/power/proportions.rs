//! Two proportions.
//!
//! The normal formula has the unpooled variance and no continuity correction: with z the normal
//! quantiles, n_control = (z_(1 - alpha/2) + z_power)² (p1 (1 - p1) / ratio + p2 (1 - p2)) / delta²,
//! where delta = p1 - p2, and for non-inferiority delta = p1 - p2 + margin with a one-sided alpha.
//! The exact power adds up the probabilities of all tables that the test rejects.
//!
//! References: J. L. Fleiss, B. Levin, M. C. Paik (2003), Statistical Methods for Rates and
//! Proportions, chapter 4; S. C. Chow, J. Shao, H. Wang (2008), Sample Size Calculations in Clinical
//! Research, section 4.2.

use super::{Sizes, check_common, check_power};
use crate::StatsError;
use crate::distributions::{binomial, chi_squared, normal};
use crate::proportion::{TwoByTwo, association};

/// A trial with a yes/no outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoProportions {
    /// Expected proportion of the treated.
    pub treated: f64,
    /// Expected proportion of the controls.
    pub control: f64,
    /// Level of the test: two-sided, one-sided with a margin.
    pub alpha: f64,
    /// Treated people for each control.
    pub ratio: f64,
    /// The trial is to show that the treated proportion is at most this much lower.
    pub non_inferiority_margin: Option<f64>,
}

/// A test whose rejections are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProportionTest {
    /// Fisher's exact test.
    Fisher,
    /// Pearson's chi-squared test, uncorrected.
    ChiSquared,
}

/// Tables beyond which the exact power takes minutes.
const MOST_TABLES: u64 = 1_000_000;

impl TwoProportions {
    /// A superiority trial with groups of equal size.
    #[must_use]
    pub fn new(treated: f64, control: f64, alpha: f64) -> Self {
        Self {
            treated,
            control,
            alpha,
            ratio: 1.0,
            non_inferiority_margin: None,
        }
    }

    fn check(&self) -> Result<(), StatsError> {
        check_common(self.alpha, self.ratio)?;
        for (argument, p) in [("treated", self.treated), ("control", self.control)] {
            if !(0.0..=1.0).contains(&p) {
                return Err(StatsError::argument(
                    argument,
                    "must be a proportion from 0 to 1",
                ));
            }
        }
        if self.variance(1.0, 1.0) == 0.0 {
            let rule = "and treated are both 0 or 1: there is no variance to plan with";
            return Err(StatsError::argument("control", rule));
        }
        if self
            .non_inferiority_margin
            .is_some_and(|m| !(m > 0.0 && m < 1.0))
        {
            return Err(StatsError::argument(
                "margin",
                "must lie strictly between 0 and 1",
            ));
        }
        if self.non_inferiority_margin.is_some() && self.distance() <= 0.0 {
            let rule = "must be larger than the expected loss, or nothing can be shown";
            return Err(StatsError::argument("margin", rule));
        }
        if self.distance() == 0.0 {
            let rule = "must differ from treated, or there is nothing to find";
            return Err(StatsError::argument("control", rule));
        }
        Ok(())
    }

    fn distance(&self) -> f64 {
        self.treated - self.control + self.non_inferiority_margin.unwrap_or(0.0)
    }

    fn variance(&self, treated: f64, control: f64) -> f64 {
        self.treated * (1.0 - self.treated) / treated
            + self.control * (1.0 - self.control) / control
    }

    fn critical(&self) -> f64 {
        let sides = if self.non_inferiority_margin.is_some() {
            1.0
        } else {
            2.0
        };
        -normal::quantile(self.alpha / sides)
    }

    /// Probability that groups of these sizes find the difference in its direction.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for proportions, level, ratio or margin out of range.
    pub fn power(&self, sizes: Sizes) -> Result<f64, StatsError> {
        self.check()?;
        let error = self
            .variance(sizes.treated as f64, sizes.control as f64)
            .sqrt();
        Ok(normal::cdf(self.distance().abs() / error - self.critical()))
    }

    /// The smallest sizes with at least this power, before attrition.
    ///
    /// # Errors
    /// As [`TwoProportions::power`], and a power that is not between alpha and 1.
    ///
    /// ```
    /// use regtrial_stats::power::TwoProportions;
    /// // (1.959964 + 1.281552)² (0.35 0.65 + 0.15 0.85) / 0.2² = 93.25
    /// let sizes = TwoProportions::new(0.35, 0.15, 0.05).sizes(0.9)?;
    /// assert_eq!((sizes.treated, sizes.control), (94, 94));
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn sizes(&self, power: f64) -> Result<Sizes, StatsError> {
        self.check()?;
        check_power(power, self.alpha)?;
        let z = self.critical() + normal::quantile(power);
        let control = z * z * self.variance(self.ratio, 1.0) / self.distance().powi(2);
        Sizes::ceiling(control, self.ratio)
    }

    /// The smallest sizes with at least this power when the test's variance is pooled over both groups,
    /// as in many protocols: n_control = (z_(1 - alpha/2) sqrt((1 + 1/r) p q) + z_power sqrt(p1 q1 / r +
    /// p2 q2))² / delta², p the mean of the proportions weighted by size (Fleiss, Levin and Paik 2003,
    /// formula 4.14).
    ///
    /// # Errors
    /// As [`TwoProportions::sizes`].
    ///
    /// ```
    /// use regtrial_stats::power::TwoProportions;
    /// let sizes = TwoProportions::new(0.3, 0.1, 0.05).sizes_with_pooled_variance(0.9)?;
    /// assert_eq!(sizes.treated, 82);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn sizes_with_pooled_variance(&self, power: f64) -> Result<Sizes, StatsError> {
        self.check()?;
        check_power(power, self.alpha)?;
        let p = (self.ratio * self.treated + self.control) / (1.0 + self.ratio);
        let pooled = (1.0 + self.ratio.recip()) * p * (1.0 - p);
        let apart = self.variance(self.ratio, 1.0);
        let root = self.critical() * pooled.sqrt() + normal::quantile(power) * apart.sqrt();
        Sizes::ceiling((root / self.distance()).powi(2), self.ratio)
    }

    /// Probability that a test rejects no difference at groups of these sizes, over all tables.
    ///
    /// # Errors
    /// As [`TwoProportions::power`]; more than a million tables; a non-inferiority margin, for which
    /// these tests are not made.
    pub fn exact_power(&self, sizes: Sizes, test: ProportionTest) -> Result<f64, StatsError> {
        self.check()?;
        if self.non_inferiority_margin.is_some() {
            let rule = "has no exact power: the tests are of no difference";
            return Err(StatsError::argument("margin", rule));
        }
        if (sizes.treated + 1).saturating_mul(sizes.control + 1) > MOST_TABLES {
            let rule = "is too large for the exact power: a million tables at most";
            return Err(StatsError::argument("size", rule));
        }
        let mut power = 0.0;
        for x in 0..=sizes.treated {
            let px = binomial::pmf(x, sizes.treated, self.treated);
            let mut row = 0.0;
            for y in 0..=sizes.control {
                let py = binomial::pmf(y, sizes.control, self.control);
                if px * py > 1e-18 && self.rejects(x, y, sizes, test)? {
                    row += py;
                }
            }
            power += px * row;
        }
        Ok(power)
    }

    /// The smallest sizes with which `test` finds the difference with this probability, every table
    /// counted. Exact power goes up and down by a little from size to size, so that a somewhat larger
    /// trial can have somewhat less. Every size is tried, but beyond 10,000 tables, where the power lacks
    /// more than 0.02, the next one is that which the normal approximation expects to close half of what
    /// is lacking.
    ///
    /// # Errors
    /// As [`TwoProportions::sizes`] and [`TwoProportions::exact_power`].
    ///
    /// ```
    /// use regtrial_stats::power::{ProportionTest, Sizes, TwoProportions};
    /// let trial = TwoProportions::new(0.8, 0.2, 0.05);
    /// let sizes = trial.exact_sizes(0.8, ProportionTest::Fisher)?;
    /// let smaller = Sizes::new(sizes.treated - 1, sizes.control - 1)?;
    /// assert!(trial.exact_power(sizes, ProportionTest::Fisher)? >= 0.8);
    /// assert!(trial.exact_power(smaller, ProportionTest::Fisher)? < 0.8);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn exact_sizes(&self, power: f64, test: ProportionTest) -> Result<Sizes, StatsError> {
        self.sizes(power)?;
        // Power that lies this much lower is no matter of one size more or less.
        const LACKING: f64 = 0.02;
        const FEW_TABLES: u64 = 10_000;
        let mut control = 1;
        loop {
            let sizes = Sizes::ceiling(control as f64, self.ratio)?;
            let lacking = power - self.exact_power(sizes, test)?;
            if lacking <= 0.0 {
                return Ok(sizes);
            }
            control += 1;
            if lacking > LACKING && sizes.treated * sizes.control > FEW_TABLES {
                let closer = self.power(sizes)? + 0.5 * lacking;
                if closer < 1.0 && closer > self.alpha {
                    control = control.max(self.sizes(closer)?.control);
                }
            }
        }
    }

    fn rejects(
        &self,
        x: u64,
        y: u64,
        sizes: Sizes,
        test: ProportionTest,
    ) -> Result<bool, StatsError> {
        let table = TwoByTwo::from_counts(x, sizes.treated, y, sizes.control)?;
        if table.is_degenerate() {
            return Ok(false);
        }
        let p_value = match test {
            ProportionTest::Fisher => association::fisher(table).p_value,
            ProportionTest::ChiSquared => {
                chi_squared::sf(association::chi_squared(table).statistic_value, 1.0)
            }
        };
        Ok(p_value <= self.alpha)
    }
}

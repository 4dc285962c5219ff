//! How many people a trial needs, and what it can find with those it has.
//!
//! Every design answers two questions with the same formula: the power of given group sizes, and
//! the smallest sizes with a given power. The ratio is treated over control. Sizes are those that
//! are analysed; [`Sizes::with_attrition`] turns them into those to recruit.

mod log_rank;
mod means;
mod proportions;
mod ranks;
mod rejected;
mod repeated;
mod simulated;

pub use log_rank::LogRankTrial;
pub use means::TwoMeans;
pub use proportions::{ProportionTest, TwoProportions};
pub use ranks::RanksTrial;
pub use repeated::RepeatedMeasures;
pub use simulated::{PlannedAnalysis, SimulatedOutcome, SimulatedPower, SimulatedTrial};

use crate::StatsError;

/// People in each group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sizes {
    /// Treated group.
    pub treated: u64,
    /// Control group.
    pub control: u64,
}

/// A size that no trial has: a search that passes it has no answer.
const LARGEST: f64 = 1e9;

impl Sizes {
    /// Given sizes.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for an empty group.
    pub fn new(treated: u64, control: u64) -> Result<Self, StatsError> {
        if treated == 0 || control == 0 {
            return Err(StatsError::argument(
                "size",
                "must be at least 1 in each group",
            ));
        }
        Ok(Self { treated, control })
    }

    /// The sizes for a control group of real size `control`, each rounded up.
    pub(crate) fn ceiling(control: f64, ratio: f64) -> Result<Self, StatsError> {
        // A size that misses a whole number by rounding alone is that number.
        let up = |size: f64| (size * (1.0 - 1e-12)).ceil().max(1.0);
        let (treated, control) = (up(ratio * control), up(control));
        if !(treated < LARGEST && control < LARGEST) {
            let rule = "is so small that no trial could find it";
            return Err(StatsError::argument("difference", rule));
        }
        Ok(Self {
            treated: treated as u64,
            control: control as u64,
        })
    }

    /// Both groups.
    #[must_use]
    pub fn total(self) -> u64 {
        self.treated + self.control
    }

    /// How many to recruit so that these are left when a share `attrition` is lost: each group
    /// divided by 1 - attrition and rounded up.
    ///
    /// # Errors
    /// [`StatsError::Argument`] unless 0 <= attrition < 1.
    pub fn with_attrition(self, attrition: f64) -> Result<Self, StatsError> {
        if !(0.0..1.0).contains(&attrition) {
            return Err(StatsError::argument(
                "attrition",
                "must be at least 0 and below 1",
            ));
        }
        let inflated = |n: u64| (n as f64 / (1.0 - attrition) * (1.0 - 1e-12)).ceil() as u64;
        Ok(Self {
            treated: inflated(self.treated),
            control: inflated(self.control),
        })
    }

    /// The sizes of a trial of clusters: multiplied by the design effect 1 + (m - 1) rho for clusters
    /// of m people with intracluster correlation rho, and by 1 + ((cv² + 1) m - 1) rho for sizes that
    /// vary with coefficient of variation cv (S. M. Eldridge, D. Ashby, S. Kerry 2006, International
    /// Journal of Epidemiology 35:1292-1300).
    ///
    /// # Errors
    /// [`StatsError::Argument`] for a cluster size below 1, a correlation outside 0 and 1, or a
    /// negative coefficient of variation.
    pub fn with_clusters(self, effect: DesignEffect) -> Result<Self, StatsError> {
        let factor = effect.value()?;
        let inflated = |n: u64| (n as f64 * factor * (1.0 - 1e-12)).ceil() as u64;
        Ok(Self {
            treated: inflated(self.treated),
            control: inflated(self.control),
        })
    }
}

/// People of a cluster resemble each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DesignEffect {
    /// Mean number of people a cluster.
    pub cluster_size: f64,
    /// Intracluster correlation.
    pub correlation: f64,
    /// Coefficient of variation of the cluster sizes; 0 if they are equal.
    pub variation: f64,
}

impl DesignEffect {
    /// The factor by which the variance grows.
    ///
    /// # Errors
    /// Those of [`Sizes::with_clusters`].
    pub fn value(self) -> Result<f64, StatsError> {
        if !(self.cluster_size >= 1.0 && self.cluster_size.is_finite()) {
            return Err(StatsError::argument("cluster size", "must be at least 1"));
        }
        if !(0.0..=1.0).contains(&self.correlation) {
            let rule = "must lie between 0 and 1";
            return Err(StatsError::argument("intracluster correlation", rule));
        }
        if !(self.variation >= 0.0 && self.variation.is_finite()) {
            return Err(StatsError::argument(
                "variation of cluster sizes",
                "must not be negative",
            ));
        }
        let size = (self.variation * self.variation + 1.0) * self.cluster_size;
        Ok(1.0 + (size - 1.0) * self.correlation)
    }
}

/// What every design shares.
pub(crate) fn check_common(alpha: f64, ratio: f64) -> Result<(), StatsError> {
    if !(alpha > 0.0 && alpha < 1.0) {
        return Err(StatsError::argument(
            "alpha",
            "must lie strictly between 0 and 1",
        ));
    }
    if !(ratio > 0.0 && ratio.is_finite()) {
        return Err(StatsError::argument("ratio", "must be positive"));
    }
    Ok(())
}

pub(crate) fn check_power(power: f64, alpha: f64) -> Result<(), StatsError> {
    if power > alpha && power < 1.0 {
        Ok(())
    } else {
        Err(StatsError::argument(
            "power",
            "must lie between alpha and 1",
        ))
    }
}

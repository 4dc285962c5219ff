//! Effects of single studies on the scale on which they are pooled.
//!
//! References: M. Borenstein et al. (2009), Introduction to Meta-Analysis, chapters 4 and 5.

use crate::estimate::Scale;
use crate::proportion::TwoByTwo;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};

/// What is pooled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Ratio of risks, pooled as its logarithm.
    RiskRatio,
    /// Ratio of odds, pooled as its logarithm.
    OddsRatio,
    /// Difference of risks.
    RiskDifference,
    /// Ratio of hazards, pooled as its logarithm; from estimates alone.
    HazardRatio,
    /// Difference of means; from estimates alone.
    MeanDifference,
}

impl Measure {
    /// The statistic it is an estimate of.
    #[must_use]
    pub fn statistic(self) -> Statistic {
        match self {
            Self::RiskRatio => Statistic::RiskRatio,
            Self::OddsRatio => Statistic::OddsRatio,
            Self::RiskDifference => Statistic::RiskDifference,
            Self::HazardRatio => Statistic::HazardRatio,
            Self::MeanDifference => Statistic::MeanDifference,
        }
    }

    /// Whether it is pooled as a logarithm.
    #[must_use]
    pub fn is_ratio(self) -> bool {
        matches!(self, Self::RiskRatio | Self::OddsRatio | Self::HazardRatio)
    }

    pub(super) fn wald(
        self,
        method: Method,
        value: f64,
        error: f64,
        level: ConfidenceLevel,
    ) -> Estimate {
        self.natural(Estimate::wald(
            self.statistic(),
            method,
            value,
            error,
            level,
        ))
    }

    /// An estimate made on the pooling scale, as it is reported.
    pub(super) fn natural(self, mut estimate: Estimate) -> Estimate {
        if self.is_ratio() {
            estimate.scale = Scale::Log;
            estimate.estimate = estimate.estimate.exp();
            estimate.conf_low = estimate.conf_low.exp();
            estimate.conf_high = estimate.conf_high.exp();
        }
        estimate
    }
}

/// The effect of one study on the pooling scale.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Effect {
    /// The estimate: a logarithm for ratios.
    pub value: f64,
    /// Its sampling variance, taken as known.
    pub variance: f64,
}

impl Effect {
    /// An effect from an estimate on the pooling scale and its standard error.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if the estimate is not finite or the standard error not positive.
    pub fn new(value: f64, std_error: f64) -> Result<Self, StatsError> {
        if !value.is_finite() {
            return Err(StatsError::argument("estimate", "must be finite"));
        }
        if !(std_error > 0.0 && std_error.is_finite()) {
            return Err(StatsError::argument(
                "standard error",
                "must be positive and finite",
            ));
        }
        Ok(Self {
            value,
            variance: std_error * std_error,
        })
    }

    /// The effect with its interval, on its natural scale.
    #[must_use]
    pub fn estimate(self, measure: Measure, level: ConfidenceLevel) -> Estimate {
        let method = match measure {
            Measure::RiskRatio => Method::Katz,
            Measure::OddsRatio => Method::Woolf,
            _ => Method::Wald,
        };
        measure.wald(method, self.value, self.variance.sqrt(), level)
    }
}

/// The effect of a table. If one of its cells is empty, one half is added to all four.
/// `None` where a ratio says nothing: nobody or everybody has the event in both arms.
///
/// # Errors
/// [`StatsError::Argument`] for a measure that a table does not have.
///
/// ```
/// use regtrial_stats::{meta::{effects::of_table, Measure}, proportion::TwoByTwo};
/// let table = TwoByTwo::from_counts(10, 20, 5, 20)?;
/// let effect = of_table(table, Measure::RiskRatio)?.unwrap();
/// assert!((effect.value - 2_f64.ln()).abs() < 1e-15);
/// assert!((effect.variance - (0.1 - 0.05 + 0.2 - 0.05)).abs() < 1e-15);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn of_table(table: TwoByTwo, measure: Measure) -> Result<Option<Effect>, StatsError> {
    let half = if table.smallest_cell() == 0 { 0.5 } else { 0.0 };
    let cell = |count: u64| count as f64 + half;
    let (a, b) = (
        cell(table.treated.events()),
        cell(table.treated.non_events()),
    );
    let (c, d) = (
        cell(table.control.events()),
        cell(table.control.non_events()),
    );
    let (n1, n2) = (a + b, c + d);
    let (value, variance) = match measure {
        Measure::RiskRatio | Measure::OddsRatio if table.is_degenerate() => return Ok(None),
        Measure::RiskRatio => (
            (a / n1 / (c / n2)).ln(),
            a.recip() - n1.recip() + c.recip() - n2.recip(),
        ),
        Measure::OddsRatio => (
            (a * d / (b * c)).ln(),
            a.recip() + b.recip() + c.recip() + d.recip(),
        ),
        Measure::RiskDifference => (a / n1 - c / n2, a * b / n1.powi(3) + c * d / n2.powi(3)),
        Measure::HazardRatio | Measure::MeanDifference => {
            let rule = "cannot be computed from two-by-two tables";
            return Err(StatsError::argument("measure", rule));
        }
    };
    Ok(Some(Effect { value, variance }))
}

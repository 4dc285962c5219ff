//! Which two-by-two tables may lie behind a printed effect and its interval.
//!
//! Every table within the given totals is tried whose risk ratio (Katz), odds ratio (Woolf) or risk
//! difference (Wald) and limits may be printed so.

use super::{Printed, percentage};
use crate::proportion::{Proportion, TwoByTwo, difference, odds_ratio, ratio};
use crate::{ConfidenceLevel, Estimate, StatsError};
use std::ops::RangeInclusive;

/// What was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectMeasure {
    /// Ratio of risks, with Katz' limits.
    RiskRatio,
    /// Ratio of odds, with Woolf's limits.
    OddsRatio,
    /// Difference of risks as a proportion, with Wald's limits.
    RiskDifference,
    /// The same in percentage points.
    PercentagePoints,
}

/// One arm as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// The people it may have.
    pub totals: RangeInclusive<u64>,
    /// Its printed percentage, if there is one.
    pub percentage: Option<Printed>,
}

impl Arm {
    /// An arm of known size.
    #[must_use]
    pub fn of(total: u64) -> Self {
        Self {
            totals: total..=total,
            percentage: None,
        }
    }

    fn candidates(&self) -> Result<Vec<Proportion>, StatsError> {
        percentage::check(&self.totals)?;
        let mut found = Vec::new();
        for total in self.totals.clone() {
            match self.percentage {
                Some(printed) => found.extend(percentage::counts(printed, total)?),
                None => {
                    for events in 0..=total {
                        found.push(Proportion::new(events, total)?);
                    }
                }
            }
            if found.len() > MOST_CANDIDATES {
                let rule = "leave too many counts open: give narrower ranges or percentages";
                return Err(StatsError::argument("the arms", rule));
            }
        }
        Ok(found)
    }
}

/// Counts of one arm that are tried, and tables.
const MOST_CANDIDATES: usize = 200_000;
const MOST_TABLES: u128 = 400_000_000;

/// A printed effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrintedEffect {
    /// What it is.
    pub measure: EffectMeasure,
    /// The estimate.
    pub estimate: Printed,
    /// Lower limit, if it was printed.
    pub conf_low: Option<Printed>,
    /// Upper limit, if it was printed.
    pub conf_high: Option<Printed>,
    /// Level of the limits.
    pub level: ConfidenceLevel,
}

impl PrintedEffect {
    /// Every table that fits, by treated total, treated events, control total and control events.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if a range of totals is empty or starts at 0, or if more than 400
    /// million tables would have to be tried.
    ///
    /// ```
    /// use regtrial_stats::{ConfidenceLevel, consistency::{Arm, EffectMeasure, Printed, PrintedEffect}};
    /// // RR 11.5 (1.62 to 81.8) in arms of 22 and 23.
    /// let printed = PrintedEffect {
    ///     measure: EffectMeasure::RiskRatio,
    ///     estimate: Printed::parse("11.5")?,
    ///     conf_low: Some(Printed::parse("1.62")?),
    ///     conf_high: Some(Printed::parse("81.8")?),
    ///     level: ConfidenceLevel::NINETY_FIVE,
    /// };
    /// let tables = printed.tables(&Arm::of(22), &Arm::of(23))?;
    /// assert_eq!(tables.len(), 1);
    /// assert_eq!((tables[0].treated.events(), tables[0].control.events()), (11, 1));
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn tables(&self, treated: &Arm, control: &Arm) -> Result<Vec<TwoByTwo>, StatsError> {
        let (treated, control) = (treated.candidates()?, control.candidates()?);
        if treated.len() as u128 * control.len() as u128 > MOST_TABLES {
            let rule = "leave too many tables open: give narrower ranges or percentages";
            return Err(StatsError::argument("the arms", rule));
        }
        let mut found = Vec::new();
        for &treated in &treated {
            for &control in &control {
                let table = TwoByTwo::new(treated, control);
                if self.estimate.is_of(self.point(table)) && self.fits(table) {
                    found.push(table);
                }
            }
        }
        Ok(found)
    }

    /// Whether a table's effect and limits may be printed so.
    #[must_use]
    pub fn fits(&self, table: TwoByTwo) -> bool {
        let found = self.of(table);
        let fits = |printed: Option<Printed>, value: f64| {
            printed.is_none_or(|printed| printed.is_of(value * self.factor()))
        };
        self.estimate.is_of(found.estimate * self.factor())
            && fits(self.conf_low, found.conf_low)
            && fits(self.conf_high, found.conf_high)
    }

    /// The effect alone, on the printed scale: cheap enough for millions of tables.
    fn point(&self, table: TwoByTwo) -> f64 {
        let (p1, p2) = (table.treated.risk(), table.control.risk());
        match self.measure {
            EffectMeasure::RiskRatio => p1 / p2,
            EffectMeasure::OddsRatio => p1 * (1.0 - p2) / ((1.0 - p1) * p2),
            EffectMeasure::RiskDifference => p1 - p2,
            EffectMeasure::PercentagePoints => 100.0 * (p1 - p2),
        }
    }

    /// The effect and limits of a table, as a proportion where points were printed.
    #[must_use]
    pub fn of(&self, table: TwoByTwo) -> Estimate {
        match self.measure {
            EffectMeasure::RiskRatio => ratio::katz(table, self.level),
            EffectMeasure::OddsRatio => odds_ratio::woolf(table, self.level),
            EffectMeasure::RiskDifference | EffectMeasure::PercentagePoints => {
                difference::wald(table, self.level)
            }
        }
    }

    fn factor(&self) -> f64 {
        if self.measure == EffectMeasure::PercentagePoints {
            100.0
        } else {
            1.0
        }
    }
}

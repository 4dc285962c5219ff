//! Whether a logistic model's chi-squared and its R-squared measures belong to one number of people.
//!
//! With X the model's likelihood-ratio chi-squared against the intercept, n people, k events and
//! D = -2 (k ln(k/n) + (n - k) ln(1 - k/n)) the null deviance: McFadden's R² (printed by some programs as
//! Hosmer and Lemeshow's) is X / D, Cox and Snell's 1 - exp(-X / n), Nagelkerke's the latter over
//! 1 - exp(-D / n). All three rise with X and fall with n.

use super::{Printed, percentage};
use crate::StatsError;
use crate::glm::PseudoRSquared;
use crate::proportion::Proportion;
use std::ops::RangeInclusive;

/// The three measures of a model with this chi-squared; undefined where nobody or everybody has the
/// event.
///
/// ```
/// use regtrial_stats::{consistency::shares, proportion::Proportion};
/// let found = shares(41.38, Proportion::new(127, 202)?);
/// assert!((found.cox_snell - (1.0 - (-41.38_f64 / 202.0).exp())).abs() < 1e-15);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
#[must_use]
pub fn shares(chi_squared: f64, people: Proportion) -> PseudoRSquared {
    let n = people.total() as f64;
    let part = |count: u64| -2.0 * count as f64 * (count as f64 / n).ln();
    let null = if people.events() == 0 || people.non_events() == 0 {
        f64::NAN
    } else {
        part(people.events()) + part(people.non_events())
    };
    let cox_snell = -(-chi_squared / n).exp_m1();
    PseudoRSquared {
        mcfadden: chi_squared / null,
        cox_snell,
        nagelkerke: cox_snell / -(-null / n).exp_m1(),
    }
}

/// What was printed of a logistic model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrintedModel {
    /// The model's likelihood-ratio chi-squared.
    pub chi_squared: Printed,
    /// McFadden's (Hosmer and Lemeshow's) R-squared.
    pub mcfadden: Option<Printed>,
    /// Cox and Snell's.
    pub cox_snell: Option<Printed>,
    /// Nagelkerke's.
    pub nagelkerke: Option<Printed>,
    /// Printed percentage with the event; without it every number of events is tried.
    pub percentage: Option<Printed>,
}

impl PrintedModel {
    /// Whether all that was printed may belong to these people. The percentage is not looked at.
    #[must_use]
    pub fn fits(&self, people: Proportion) -> bool {
        let low = shares(self.chi_squared.low().max(0.0), people);
        let high = shares(self.chi_squared.high(), people);
        let meets = |printed: Option<Printed>, low: f64, high: f64| {
            printed.is_none_or(|printed| printed.meets(low, high))
        };
        meets(self.mcfadden, low.mcfadden, high.mcfadden)
            && meets(self.cox_snell, low.cox_snell, high.cox_snell)
            && meets(self.nagelkerke, low.nagelkerke, high.nagelkerke)
    }

    /// Every number of people and events within a range of totals for which all that was printed may
    /// hold.
    ///
    /// # Errors
    /// [`StatsError::Argument`] without any R-squared, and for an empty range, one that begins at 0 or one
    /// longer than 100,000.
    pub fn people(&self, totals: RangeInclusive<u64>) -> Result<Vec<Proportion>, StatsError> {
        percentage::check(&totals)?;
        if self
            .mcfadden
            .or(self.cox_snell)
            .or(self.nagelkerke)
            .is_none()
        {
            let rule = "must be given beside the chi-squared: at least one of the three";
            return Err(StatsError::argument("R-squared", rule));
        }
        if totals.end() - totals.start() > 100_000 || *totals.end() > 10_000_000 {
            let rule = "must be at most 100,000 within ten million";
            return Err(StatsError::argument("totals", rule));
        }
        let mut found = Vec::new();
        for total in totals {
            let events = match self.percentage {
                Some(printed) => percentage::counts(printed, total)?,
                None => (1..total)
                    .map(|events| Proportion::new(events, total))
                    .collect::<Result<_, _>>()?,
            };
            found.extend(events.into_iter().filter(|people| {
                people.events() > 0 && people.non_events() > 0 && self.fits(*people)
            }));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::{PrintedModel, shares};
    use crate::consistency::Printed;
    use crate::proportion::Proportion;

    #[test]
    fn the_shares_of_half_and_half_by_hand() {
        // D = 2 n ln 2: with n = 10, X = 2 ln 2 McFadden's is 1/10, Cox and Snell's 1 - 2^(-1/5),
        // the largest possible 1 - 1/4.
        let found = shares(2.0 * 2_f64.ln(), Proportion::new(5, 10).unwrap());
        let cox_snell = 1.0 - 2_f64.powf(-0.2);
        assert!((found.mcfadden - 0.1).abs() < 1e-15);
        assert!((found.cox_snell - cox_snell).abs() < 1e-15);
        assert!((found.nagelkerke - cox_snell / 0.75).abs() < 1e-15);
        assert!(
            shares(1.0, Proportion::new(0, 10).unwrap())
                .mcfadden
                .is_nan()
        );
    }

    #[test]
    fn prior_2020_needs_fewer_people_than_202() {
        let printed = |text| Some(Printed::parse(text).unwrap());
        let model = PrintedModel {
            chi_squared: Printed::parse("41.38").unwrap(),
            mcfadden: printed("0.16"),
            cox_snell: printed("0.19"),
            nagelkerke: printed("0.26"),
            percentage: printed("63"),
        };
        let people = model.people(100..=202).unwrap();
        let totals: Vec<u64> = people.iter().map(|p| p.total()).collect();
        assert_eq!(
            (totals.iter().min(), totals.iter().max()),
            (Some(&192), Some(&200))
        );
        assert!(!model.fits(Proportion::new(127, 202).unwrap()));
        assert!(!model.fits(Proportion::new(128, 202).unwrap()));
    }
}

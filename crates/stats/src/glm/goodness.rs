//! Whether fitted risks agree with what is seen.
//!
//! Reference: D. W. Hosmer, S. Lemeshow, R. X. Sturdivant (2013), *Applied Logistic Regression*,
//! section 5.2.2. The test depends on how people are grouped; here the groups are those of R's usual
//! implementation: cut at the quantiles (type 7) of the fitted risks, right-closed, ties together.

use super::GlmFit;
use super::family::Family;
use crate::distributions::chi_squared;
use crate::{Estimate, Method, Statistic, StatsError};

impl GlmFit {
    /// Hosmer and Lemeshow's test with `groups` groups of about equal size (10 is usual). Ties of
    /// fitted risks may leave fewer; `df` is the number of groups less two.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for a model that is not binomial, or if fewer than three groups
    /// remain.
    pub fn hosmer_lemeshow(&self, groups: usize) -> Result<Estimate, StatsError> {
        if self.family != Family::Binomial {
            let rule = "is for binomial models";
            return Err(StatsError::argument("the Hosmer-Lemeshow test", rule));
        }
        let fitted = self.fitted();
        let mut order: Vec<usize> = (0..fitted.len()).collect();
        order.sort_by(|a, b| fitted[*a].total_cmp(&fitted[*b]));
        let sorted: Vec<f64> = order.iter().map(|&i| fitted[i]).collect();
        let mut cuts: Vec<f64> = (1..groups).map(|g| type_7(&sorted, g, groups)).collect();
        cuts.dedup();
        // Each cut closes a group; what lies above the last is the last group.
        cuts.retain(|cut| *cut > sorted[0] && *cut < sorted[sorted.len() - 1]);
        let count = cuts.len() + 1;
        if count < 3 {
            let rule = "needs at least three groups of different fitted risks";
            return Err(StatsError::argument("the Hosmer-Lemeshow test", rule));
        }
        let mut seen = vec![(0.0, 0.0, 0.0); count];
        for &i in &order {
            let group = cuts.partition_point(|cut| *cut < fitted[i]);
            let (people, events, expected) = &mut seen[group];
            *people += 1.0;
            *events += self.response[i];
            *expected += fitted[i];
        }
        let value: f64 = seen
            .iter()
            .map(|(people, events, expected)| {
                let square = (events - expected).powi(2);
                square / expected + square / (people - expected)
            })
            .sum();
        let mut test = Estimate::point(Statistic::GoodnessOfFit, Method::HosmerLemeshow, f64::NAN);
        test.statistic_value = value;
        test.df = (count - 2) as f64;
        test.p_value = chi_squared::sf(value, test.df);
        Ok(test)
    }
}

/// The quantile at g/groups of sorted values.
fn type_7(sorted: &[f64], g: usize, groups: usize) -> f64 {
    let place = (sorted.len() - 1) as f64 * (g as f64 / groups as f64);
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below])
}

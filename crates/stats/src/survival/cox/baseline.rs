//! The baseline hazard, with the same treatment of ties as the fit.
//!
//! References: N. Breslow (1974), Biometrics 30:89-99; Therneau and Grambsch (2000), section 10.2.3.

use super::risk_sets::{Point, RiskSets};

/// A jump of the cumulative baseline hazard.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct BaselineStep {
    /// The stratum's number, in the order of its labels.
    pub stratum: usize,
    /// The event time.
    pub time: f64,
    /// Cumulative hazard up to and including it, for a person with every covariate 0.
    pub cumulative_hazard: f64,
}

/// All jumps, by stratum and time.
pub(super) fn steps(sets: &RiskSets, point: &Point) -> Vec<BaselineStep> {
    let base = sets.offset.iter().sum::<f64>() / sets.rows().max(1) as f64;
    let mut found = Vec::with_capacity(sets.moments.len());
    for stratum in 0..sets.strata.len() {
        // The passes work with centred covariates and offsets: back to those of the data.
        let shift: f64 = sets.centres[stratum]
            .iter()
            .zip(point.beta.iter().zip(&sets.scale))
            .map(|(centre, (beta, scale))| centre * beta / scale)
            .sum();
        let factor = (-shift - base).exp();
        let own = (0..sets.moments.len()).filter(|&i| sets.moments[i].stratum == stratum);
        let mut cumulative_hazard = 0.0;
        for index in own.rev() {
            cumulative_hazard += factor * point.increments[index].hazard;
            found.push(BaselineStep {
                stratum,
                time: sets.moments[index].time,
                cumulative_hazard,
            });
        }
    }
    found
}

//! Profile-likelihood intervals of a Cox model's coefficients.
//!
//! Reference: D. J. Venzon, S. H. Moolgavkar (1988), Applied Statistics 37:87-94; here each limit is
//! found by a bracketed root of the profile itself.

use super::fit::CoxFit;
use super::model::{CoxVariance, maximise};
use super::risk_sets::RiskSets;
use crate::distributions::chi_squared;
use crate::glm::{TermEstimate, profile_crossing};
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use ndarray::Array1;

impl CoxFit {
    /// Coefficients with profile-likelihood intervals and likelihood-ratio tests.
    ///
    /// # Errors
    /// A fit with a robust covariance, which has no likelihood to go by; no convergence of a refit.
    pub fn profile(&self, level: ConfidenceLevel) -> Result<Vec<TermEstimate>, StatsError> {
        if self.variance != CoxVariance::Classical {
            let rule = "rest on the likelihood alone: they have no robust form";
            return Err(StatsError::argument("profile intervals", rule));
        }
        let critical = chi_squared::quantile(level.value(), 1.0);
        let mut found = Vec::new();
        for (j, term) in self.terms.iter().enumerate() {
            let rest = self.sets.without_column(j);
            let names: Vec<String> = (0..self.terms.len())
                .filter(|&k| k != j)
                .map(|k| self.terms[k].clone())
                .collect();
            let start: Array1<f64> = (0..self.terms.len())
                .filter(|&k| k != j)
                .map(|k| self.beta[k] * self.sets.scale[k])
                .collect();
            let lost = |value: f64| -> Result<f64, StatsError> {
                let mut sets = rest.clone();
                let per_unit = value * self.sets.scale[j];
                for (i, offset) in sets.offset.iter_mut().enumerate() {
                    *offset += per_unit * self.sets.row(i)[j];
                }
                let at = |beta: &Array1<f64>| sets.evaluate(beta, None);
                let point = at(&start);
                let point = match names.is_empty() {
                    true => point,
                    false => maximise(at, point, &names)?.0,
                };
                Ok(2.0 * (self.log_likelihood - point.log_likelihood))
            };
            let (centre, error) = (self.beta[j], self.model_covariance[(j, j)].sqrt());
            let at_zero = lost(0.0)?.max(0.0);
            let mut estimate = Estimate::point(Statistic::Coefficient, Method::Profile, centre)
                .with_interval(
                    profile_crossing(centre, -error, critical, &lost)?,
                    profile_crossing(centre, error, critical, &lost)?,
                    level,
                );
            estimate.std_error = error;
            estimate.statistic_value = at_zero;
            estimate.df = 1.0;
            estimate.p_value = chi_squared::sf(at_zero, 1.0);
            found.push(TermEstimate {
                term: term.clone(),
                estimate,
            });
        }
        Ok(found)
    }
}

impl RiskSets {
    /// The same rows without one of the covariates.
    fn without_column(&self, j: usize) -> Self {
        let p = self.columns();
        let kept = self.by_row.iter().enumerate().filter(|(at, _)| at % p != j);
        Self {
            by_row: kept.map(|(_, value)| *value).collect(),
            scale: (0..p).filter(|&k| k != j).map(|k| self.scale[k]).collect(),
            ..self.clone()
        }
    }
}

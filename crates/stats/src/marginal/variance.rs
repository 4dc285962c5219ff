//! Covariance of the standardised means.
//!
//! References: T. Ye, M. Bannick, Y. Yi, J. Shao (2023), doi 10.1080/24754269.2023.2205802;
//! M. Ge et al. (2011), Drug Information Journal 45:481-493.

use super::standardisation::Predictions;
use crate::StatsError;
use crate::describe::{covariance, mean, variance};
use crate::design::Design;
use crate::glm::{Glm, GlmFit};
use ndarray::Array2;
use rayon::prelude::*;

/// How the covariance of the standardised means is estimated, and thereby what they estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MarginalVariance {
    /// Ye et al. 2023: unconditional, robust to a wrong working model, under simple randomisation.
    #[default]
    Ye,
    /// The influence function with every person's own prediction made without that person:
    /// unconditional, and not narrowed by overfitting.
    LeaveOneOut,
    /// Ge et al. 2011: the delta method with the model's covariance. Conditional on the covariates
    /// of these people.
    Ge,
    /// The delta method with the covariance the model was fitted with (classical unless asked
    /// otherwise). Conditional on the covariates of these people.
    Delta,
}

impl MarginalVariance {
    /// The name used in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ye => "ye",
            Self::LeaveOneOut => "loo",
            Self::Ge => "ge",
            Self::Delta => "delta",
        }
    }

    /// Whether the interval speaks of the population the people came from.
    #[must_use]
    pub fn is_unconditional(self) -> bool {
        matches!(self, Self::Ye | Self::LeaveOneOut)
    }
}

/// Ye et al. 2023, equation 4: the parts are conditional (co)variances within arms.
pub(super) fn ye(predictions: &Predictions, y: &[f64]) -> Array2<f64> {
    let n = y.len() as f64;
    let arms = predictions.means.len();
    let within = |values: &[f64], arm: usize| -> Vec<f64> {
        predictions.members(arm).map(|i| values[i]).collect()
    };
    Array2::from_shape_fn((arms, arms), |(a, b)| {
        let (mu_a, mu_b) = (&predictions.by_arm[a], &predictions.by_arm[b]);
        let value = if a == b {
            let (own_y, own_mu) = (within(y, a), within(mu_a, a));
            let residuals: Vec<f64> = own_y.iter().zip(&own_mu).map(|(y, mu)| y - mu).collect();
            let share = own_y.len() as f64 / n;
            variance(&residuals) / share + 2.0 * covariance(&own_y, &own_mu) - variance(mu_a)
        } else {
            covariance(&within(y, a), &within(mu_b, a))
                + covariance(&within(y, b), &within(mu_a, b))
                - covariance(mu_a, mu_b)
        };
        value / n
    })
}

/// Covariance of the influence values in which person i is predicted by the model fitted without i.
pub(super) fn leave_one_out(
    model: &Glm,
    design: &Design,
    predictions: &Predictions,
    arm_designs: &[Array2<f64>],
) -> Result<Array2<f64>, StatsError> {
    let n = design.nobs();
    let held_out: Vec<Vec<f64>> = (0..n)
        .into_par_iter()
        .map(|i| {
            let fit = model.fit(&design.without_row(i))?;
            let offset = design.offset.as_ref().map_or(0.0, |offset| offset[i]);
            let predict = |x: &Array2<f64>| fit.predict(&x.row(i), offset);
            Ok(arm_designs.iter().map(predict).collect())
        })
        .collect::<Result<_, StatsError>>()?;
    let influence: Vec<Vec<f64>> = (0..arm_designs.len())
        .map(|a| {
            let share = predictions.members(a).count() as f64 / n as f64;
            (0..n)
                .map(|i| {
                    let mu = held_out[i][a];
                    let own = predictions.arm_of[i] == a;
                    if own {
                        mu + (design.response[i] - mu) / share
                    } else {
                        mu
                    }
                })
                .collect()
        })
        .collect();
    let centres: Vec<f64> = influence.iter().map(|values| mean(values)).collect();
    Ok(Array2::from_shape_fn(
        (influence.len(), influence.len()),
        |(a, b)| {
            let products = influence[a].iter().zip(&influence[b]);
            let sum: f64 = products
                .map(|(x, y)| (x - centres[a]) * (y - centres[b]))
                .sum();
            sum / (n as f64).powi(2)
        },
    ))
}

/// The delta method: gradients of the standardised means by the coefficients.
pub(super) fn delta(fit: &GlmFit, design: &Design, arm_designs: &[Array2<f64>]) -> Array2<f64> {
    let n = design.nobs() as f64;
    let k = design.terms.len();
    let mut gradient = Array2::zeros((arm_designs.len(), k));
    for (a, x) in arm_designs.iter().enumerate() {
        for (i, row) in x.rows().into_iter().enumerate() {
            let offset = design.offset.as_ref().map_or(0.0, |offset| offset[i]);
            let slope = fit.slope(&row, offset);
            for j in 0..k {
                gradient[(a, j)] += slope * row[j] / n;
            }
        }
    }
    gradient.dot(fit.vcov()).dot(&gradient.t())
}

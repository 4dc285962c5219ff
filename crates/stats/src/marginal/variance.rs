//! Covariance of the standardised means.
//!
//! References: T. Ye, M. Bannick, Y. Yi, J. Shao (2023), doi 10.1080/24754269.2023.2205802;
//! M. Ge et al. (2011), Drug Information Journal 45:481-493.

use super::standardisation::Predictions;
use crate::StatsError;
use crate::describe::{covariance, mean, variance};
use crate::design::Design;
use crate::glm::GlmFit;
use ndarray::Array2;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// How the covariance of the standardised means is estimated, and thereby what they estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MarginalVariance {
    /// Ye et al. 2023: unconditional, robust to a wrong working model, under simple randomisation.
    Ye,
    /// The influence function with every person's own prediction made without that person:
    /// unconditional, and not narrowed by overfitting. Every model is refitted to convergence.
    LeaveOneOut,
    /// The same with each refit replaced by one Newton step from the full fit: exact for gaussian
    /// models, and the speed of a single fit. Of the unconditional ones the one whose coverage is
    /// nearest to what it says in simulated trials (docs/methods/standardisation.md).
    #[default]
    LeaveOneOutOneStep,
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
            Self::LeaveOneOutOneStep => "loo-one-step",
            Self::Ge => "ge",
            Self::Delta => "delta",
        }
    }

    /// Whether the interval speaks of the population the people came from.
    #[must_use]
    pub fn is_unconditional(self) -> bool {
        matches!(
            self,
            Self::Ye | Self::LeaveOneOut | Self::LeaveOneOutOneStep
        )
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

/// What stratified randomisation takes off the unconditional covariance: with arms balanced within
/// strata, mean residuals of a stratum do not vary by chance with the size of its arms. Ye et al.
/// 2023, for randomisation in permuted blocks (and other schemes that balance strata):
/// the sum over strata of their share times R (diag(pi) - pi pi') R, where R holds the arms' mean
/// residuals in the stratum over pi.
pub(super) fn stratification(predictions: &Predictions, y: &[f64], strata: &[u64]) -> Array2<f64> {
    let n = y.len() as f64;
    let arms = predictions.means.len();
    let shares: Vec<f64> = (0..arms)
        .map(|a| predictions.members(a).count() as f64 / n)
        .collect();
    let residual = |i: usize, a: usize| y[i] - predictions.by_arm[a][i];
    let centres: Vec<f64> = (0..arms)
        .map(|a| {
            let own: Vec<f64> = predictions.members(a).map(|i| residual(i, a)).collect();
            mean(&own)
        })
        .collect();
    let mut members: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (i, stratum) in strata.iter().enumerate() {
        members.entry(*stratum).or_default().push(i);
    }
    let mut total = Array2::zeros((arms, arms));
    for rows in members.values() {
        let scaled: Vec<f64> = (0..arms)
            .map(|a| {
                let own: Vec<f64> = rows
                    .iter()
                    .filter(|&&i| predictions.arm_of[i] == a)
                    .map(|&i| residual(i, a) - centres[a])
                    .collect();
                // A stratum without people of an arm says nothing of its residuals.
                if own.is_empty() {
                    0.0
                } else {
                    mean(&own) / shares[a]
                }
            })
            .collect();
        let weight = rows.len() as f64 / n / n;
        for a in 0..arms {
            for b in 0..arms {
                let own = if a == b { shares[a] } else { 0.0 };
                total[(a, b)] += weight * scaled[a] * scaled[b] * (own - shares[a] * shares[b]);
            }
        }
    }
    total
}

/// Everyone's predictions by the model fitted without them.
pub(super) fn held_out(
    design: &Design,
    arm_designs: &[Array2<f64>],
    refit: impl Fn(&Design) -> Result<GlmFit, StatsError> + Sync,
) -> Result<Vec<Vec<f64>>, StatsError> {
    (0..design.nobs())
        .into_par_iter()
        .map(|i| {
            let fit = refit(&design.without_row(i))?;
            let offset = design.offset.as_ref().map_or(0.0, |offset| offset[i]);
            let predict = |x: &Array2<f64>| fit.predict(&x.row(i), offset);
            Ok(arm_designs.iter().map(predict).collect())
        })
        .collect()
}

/// The same predictions from one Newton step: without row i the coefficients move by
/// -B x s/(1 - h), where B is the inverse information, s the row's score and h its leverage.
pub(super) fn held_out_one_step(
    fit: &GlmFit,
    design: &Design,
    arm_designs: &[Array2<f64>],
) -> Result<Vec<Vec<f64>>, StatsError> {
    let bread = fit.vcov() / fit.dispersion;
    let (weights, scores) = fit.weights_and_score();
    (0..design.nobs())
        .map(|i| {
            let row = design.x.row(i);
            let moved = bread.dot(&row);
            let left = 1.0 - weights[i] * row.dot(&moved);
            if left.is_nan() || left < 1e-10 {
                let rule = "cannot be leave-one-out: a row determines a coefficient alone; ye can";
                return Err(StatsError::argument("the variance", rule));
            }
            let beta = fit.coef() - &(moved * (scores[i] / left));
            let offset = design.offset.as_ref().map_or(0.0, |offset| offset[i]);
            let predict = |x: &Array2<f64>| fit.link.mean(x.row(i).dot(&beta) + offset).mu;
            Ok(arm_designs.iter().map(predict).collect())
        })
        .collect()
}

/// Covariance of the influence values in which person i is predicted by the model fitted without i.
pub(super) fn leave_one_out(
    design: &Design,
    predictions: &Predictions,
    held_out: &[Vec<f64>],
) -> Array2<f64> {
    let n = design.nobs();
    let influence: Vec<Vec<f64>> = (0..predictions.means.len())
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
    Array2::from_shape_fn((influence.len(), influence.len()), |(a, b)| {
        let products = influence[a].iter().zip(&influence[b]);
        let sum: f64 = products
            .map(|(x, y)| (x - centres[a]) * (y - centres[b]))
            .sum();
        sum / (n as f64).powi(2)
    })
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

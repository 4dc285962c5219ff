//! A fitted generalised linear model and what can be asked of it.

use super::covariance::{self, Covariance};
use super::family::{Family, Link};
use super::model::Dispersion;
use super::negative_binomial;
use crate::distributions::{chi_squared, t};
use crate::estimate::two_sided_normal;
use crate::{ConfidenceLevel, Diagnostic, Estimate, Method, Statistic};
use ndarray::{Array1, Array2, ArrayView1};

/// A coefficient with its term's name.
#[derive(Debug, Clone, PartialEq)]
pub struct TermEstimate {
    /// `(Intercept)`, `age`, `site[B]`, ...
    pub term: String,
    /// The coefficient, on the scale of the linear predictor.
    pub estimate: Estimate,
}

/// Shares of the null model's deviance or likelihood that the terms explain.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PseudoRSquared {
    /// McFadden 1974: one minus the ratio of log-likelihoods.
    pub mcfadden: f64,
    /// Cox and Snell 1989.
    pub cox_snell: f64,
    /// Nagelkerke 1991: Cox and Snell's over its largest possible value.
    pub nagelkerke: f64,
}

/// A fitted model.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GlmFit {
    /// Distribution of the response.
    pub family: Family,
    /// Link of its mean.
    pub link: Link,
    /// How [`vcov`](Self::vcov) was estimated.
    pub covariance_kind: Covariance,
    /// Where [`dispersion`](Self::dispersion) comes from.
    pub dispersion_kind: Dispersion,
    /// Names of the coefficients.
    pub terms: Vec<String>,
    pub(super) beta: Array1<f64>,
    pub(super) covariance: Array2<f64>,
    pub(super) linear_predictor: Vec<f64>,
    pub(super) response: Vec<f64>,
    pub(crate) rows: Vec<usize>,
    /// Rows set aside for a missing value.
    pub dropped: usize,
    /// Residual deviance.
    pub deviance: f64,
    /// Deviance of the intercept alone.
    pub null_deviance: f64,
    /// Rows less coefficients.
    pub df_residual: f64,
    /// Rows less one, if there is an intercept.
    pub df_null: f64,
    /// Degrees of freedom of each coefficient's t test, where they are its own: Satterthwaite's for
    /// CR2 in a gaussian model.
    pub term_df: Option<Vec<f64>>,
    /// Residual variance of a gaussian model, Pearson's statistic over the residual degrees of
    /// freedom of a quasi model, else 1.
    pub dispersion: f64,
    /// Iterations to convergence.
    pub iterations: usize,
    /// Whether a binomial model with an identity or log link has a fitted risk of 0 or 1: its estimates
    /// then have no standard errors.
    pub at_edge: bool,
    /// What is fragile.
    pub diagnostics: Vec<Diagnostic>,
}

impl GlmFit {
    /// Coefficients in the order of [`terms`](Self::terms).
    #[must_use]
    pub fn coef(&self) -> &Array1<f64> {
        &self.beta
    }

    /// Covariance of the coefficients.
    #[must_use]
    pub fn vcov(&self) -> &Array2<f64> {
        &self.covariance
    }

    /// Standard errors of the coefficients.
    #[must_use]
    pub fn stderror(&self) -> Array1<f64> {
        self.covariance.diag().mapv(f64::sqrt)
    }

    /// Rows used.
    #[must_use]
    pub fn nobs(&self) -> usize {
        self.response.len()
    }

    /// Sum of the response: events of a binomial or Poisson model.
    #[must_use]
    pub fn events(&self) -> Option<u64> {
        match self.family {
            Family::Gaussian => None,
            _ => Some(self.response.iter().sum::<f64>() as u64),
        }
    }

    /// Fitted means, one a row used.
    #[must_use]
    pub fn fitted(&self) -> Vec<f64> {
        self.linear_predictor
            .iter()
            .map(|&eta| self.link.mean(eta).mu)
            .collect()
    }

    /// The fitted mean of one row of a design matrix.
    pub(crate) fn predict(&self, row: &ArrayView1<'_, f64>, offset: f64) -> f64 {
        self.link.mean(row.dot(&self.beta) + offset).mu
    }

    /// The derivative of that mean by the linear predictor.
    pub(crate) fn slope(&self, row: &ArrayView1<'_, f64>, offset: f64) -> f64 {
        self.link.mean(row.dot(&self.beta) + offset).derivative
    }

    /// Residual degrees of freedom of the tests: finite where the dispersion is estimated.
    #[must_use]
    pub fn dof_residual(&self) -> f64 {
        match (self.family, self.dispersion_kind) {
            (Family::Gaussian, _) | (_, Dispersion::Pearson) => self.df_residual,
            _ => f64::INFINITY,
        }
    }

    /// The maximised log-likelihood (gaussian: with the maximum-likelihood variance; undefined for
    /// a quasi model, which has none).
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        match self.dispersion_kind {
            Dispersion::Pearson => f64::NAN,
            Dispersion::Model => self.log_likelihood_of(self.deviance),
        }
    }

    fn log_likelihood_of(&self, deviance: f64) -> f64 {
        let n = self.nobs() as f64;
        match self.family {
            Family::Gaussian => -0.5 * n * ((2.0 * std::f64::consts::PI * deviance / n).ln() + 1.0),
            Family::Binomial => -0.5 * deviance,
            Family::Poisson => {
                let saturated: f64 = self
                    .response
                    .iter()
                    .map(|&y| {
                        let own = if y > 0.0 { y * y.ln() - y } else { 0.0 };
                        own - statrs::function::gamma::ln_gamma(y + 1.0)
                    })
                    .sum();
                saturated - 0.5 * deviance
            }
            Family::NegativeBinomial { theta } => {
                let saturated: f64 = self
                    .response
                    .iter()
                    .map(|&y| negative_binomial::saturated(y, theta))
                    .sum();
                saturated - 0.5 * deviance
            }
        }
    }

    /// Akaike's criterion; the variance of a gaussian model and the shape of a negative binomial
    /// one count as parameters.
    #[must_use]
    pub fn aic(&self) -> f64 {
        let shaped = matches!(
            self.family,
            Family::Gaussian | Family::NegativeBinomial { .. }
        );
        let extra = f64::from(u8::from(shaped));
        -2.0 * self.log_likelihood() + 2.0 * (self.terms.len() as f64 + extra)
    }

    /// Coefficients with Wald tests and intervals.
    #[must_use]
    pub fn confint(&self, level: ConfidenceLevel) -> Vec<TermEstimate> {
        let residual = self.dof_residual();
        let own = self.term_df.as_ref();
        self.terms
            .iter()
            .zip(self.beta.iter().zip(self.stderror()))
            .enumerate()
            .map(|(j, (term, (&beta, std_error)))| {
                let df = own.map_or(residual, |own| own[j]);
                let quantile = t::quantile(1.0 - level.alpha() / 2.0, df);
                let half = quantile * std_error;
                let mut estimate = Estimate::point(Statistic::Coefficient, Method::Wald, beta)
                    .with_interval(beta - half, beta + half, level);
                estimate.std_error = std_error;
                estimate.statistic_value = beta / std_error;
                estimate.df = if df.is_finite() { df } else { f64::NAN };
                estimate.p_value = if df.is_finite() {
                    t::two_sided(estimate.statistic_value, df)
                } else {
                    two_sided_normal(estimate.statistic_value)
                };
                TermEstimate {
                    term: term.clone(),
                    estimate,
                }
            })
            .collect()
    }

    /// The likelihood-ratio test of all terms against the intercept alone.
    #[must_use]
    pub fn model_test(&self) -> Estimate {
        let mut test = Estimate::point(Statistic::Model, Method::LikelihoodRatio, f64::NAN);
        if self.dispersion_kind == Dispersion::Pearson {
            return test;
        }
        test.statistic_value =
            2.0 * (self.log_likelihood() - self.log_likelihood_of(self.null_deviance));
        test.df = self.df_null - self.df_residual;
        test.p_value = if test.df > 0.0 {
            chi_squared::sf(test.statistic_value, test.df)
        } else {
            f64::NAN
        };
        test
    }

    /// Pseudo R-squared of a binomial or Poisson model.
    #[must_use]
    pub fn pseudo_r_squared(&self) -> PseudoRSquared {
        let (full, null) = (
            self.log_likelihood(),
            self.log_likelihood_of(self.null_deviance),
        );
        let n = self.nobs() as f64;
        let cox_snell = -(2.0 * (null - full) / n).exp_m1();
        PseudoRSquared {
            mcfadden: 1.0 - full / null,
            cox_snell,
            nagelkerke: cox_snell / -(2.0 * null / n).exp_m1(),
        }
    }

    /// Weights and likelihood scores by eta, a row each.
    pub(crate) fn weights_and_score(&self) -> (Vec<f64>, Vec<f64>) {
        self.linear_predictor
            .iter()
            .zip(&self.response)
            .map(|(&eta, &y)| self.family.weight_and_score(y, self.link.mean(eta)))
            .unzip()
    }
}

pub(super) fn diagnostics(fit: &GlmFit) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if fit.family == Family::Gaussian && fit.df_residual <= 0.0 {
        let message = "as many coefficients as rows: the fit is perfect and says nothing";
        found.push(Diagnostic::warning("no_residual_freedom", message));
    } else if fit.family == Family::Gaussian && fit.deviance <= 1e-20 * fit.null_deviance {
        let message = "the terms give the outcome back exactly: is it one of them?";
        found.push(Diagnostic::warning("perfect_fit", message));
    }
    if covariance::clusters(fit).is_some_and(|clusters| clusters <= fit.terms.len()) {
        let message = "no more clusters than coefficients: the sandwich is singular, and its \
                       standard errors may be far too small";
        found.push(Diagnostic::warning("few_clusters", message));
    }
    if let (Family::Binomial, Some(events)) = (fit.family, fit.events()) {
        let rarer = events.min(fit.nobs() as u64 - events);
        let slopes = fit.terms.len().saturating_sub(1).max(1) as u64;
        if rarer < 5 * slopes {
            found.push(Diagnostic::note(
                "few_events",
                format!(
                    "fewer than five people per coefficient in the rarer outcome ({slopes} \
                     coefficients): estimates are biased away from no effect; Firth's penalised \
                     likelihood is not"
                ),
            ));
        }
    }
    found
}

//! Negative binomial regression: overdispersed counts with variance mu + mu²/theta.
//!
//! References: J. F. Lawless (1987), Canadian Journal of Statistics 15:209-225; W. N. Venables,
//! B. D. Ripley (2002), *Modern Applied Statistics with S*, section 7.4. Coefficients and theta are
//! orthogonal in the expected information, so each is maximised in turn, and the covariance of the
//! coefficients is that at a known theta.

use super::fit::{GlmFit, TermEstimate};
use super::profile::{crossing, shifted_offset};
use super::{Covariance, Family, Glm, Link};
use crate::design::{Design, INTERCEPT, column_major};
use crate::distributions::chi_squared;
use crate::distributions::polygamma::{digamma, trigamma};
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use statrs::function::gamma::ln_gamma;

const MAX_ROUNDS: usize = 200;
/// Relative movement of theta at convergence.
const CONVERGED: f64 = 1e-12;
/// A theta this large is a Poisson model.
const POISSON: f64 = 1e8;

/// Negative binomial regression with a log link; theta by maximum likelihood.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NegativeBinomial {
    /// Covariance of the coefficients.
    pub covariance: Covariance,
}

/// A fitted negative binomial model.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NegativeBinomialFit {
    /// The coefficients, at the estimated theta.
    pub model: GlmFit,
    /// The shape: the variance is mu + mu²/theta.
    pub theta: f64,
    /// Its standard error, from the observed information with the means held fixed.
    pub theta_std_error: f64,
    /// Rounds to convergence.
    pub rounds: usize,
    null_log_likelihood: f64,
}

impl NegativeBinomial {
    /// Fits by maximum likelihood.
    ///
    /// # Errors
    /// Those of [`Glm::fit`]; [`StatsError::NoOverdispersion`] where no finite theta exists.
    ///
    /// ```
    /// use regtrial_stats::{design::{Data, Design}, formula::Formula, glm::NegativeBinomial};
    /// let counts = vec![0.0, 0.0, 1.0, 2.0, 12.0, 0.0, 3.0, 6.0];
    /// let data = Data::new().with_numbers("days", counts);
    /// let design = Design::new(&Formula::parse("days ~ 1")?, &data)?;
    /// let fit = NegativeBinomial::default().fit(&design)?;
    /// // Without covariates the mean is the sample's.
    /// assert!((fit.model.coef()[0] - 3.0_f64.ln()).abs() < 1e-10);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn fit(&self, design: &Design) -> Result<NegativeBinomialFit, StatsError> {
        let (model, theta, theta_std_error, rounds) = self.maximise(design)?;
        let only_intercept = model.terms == [INTERCEPT];
        let null_log_likelihood = if only_intercept || !design.has_intercept() {
            model.log_likelihood()
        } else {
            let mut alone = design.clone();
            alone.x = column_major(design.nobs(), 1, |_, _| 1.0);
            alone.terms = vec![INTERCEPT.to_owned()];
            self.maximise(&alone)
                .map_or(f64::NAN, |(null, ..)| null.log_likelihood())
        };
        Ok(NegativeBinomialFit {
            model,
            theta,
            theta_std_error,
            rounds,
            null_log_likelihood,
        })
    }

    /// Coefficients with profile-likelihood intervals and likelihood-ratio tests; theta is maximised
    /// anew at every value.
    ///
    /// # Errors
    /// No convergence of a refit, or one without a finite theta.
    pub fn profile(
        &self,
        design: &Design,
        fit: &NegativeBinomialFit,
        level: ConfidenceLevel,
    ) -> Result<Vec<TermEstimate>, StatsError> {
        let critical = chi_squared::quantile(level.value(), 1.0);
        let best = fit.model.log_likelihood();
        let mut terms = fit.model.confint(level);
        for (j, term) in terms.iter_mut().enumerate() {
            let others: Vec<usize> = (0..design.terms.len()).filter(|&k| k != j).collect();
            let rest = design.with_columns(&others);
            let lost = |value: f64| -> Result<f64, StatsError> {
                let offset = shifted_offset(design, j, value);
                let log_likelihood = if others.is_empty() {
                    let mu: Vec<f64> = offset.iter().map(|eta| eta.exp()).collect();
                    let theta = maximise_theta(&design.response, &mu, fit.theta)?;
                    log_likelihood(&design.response, &mu, theta)
                } else {
                    let rest = Design {
                        offset: Some(offset),
                        ..rest.clone()
                    };
                    self.maximise(&rest)?.0.log_likelihood()
                };
                Ok(2.0 * (best - log_likelihood))
            };
            let (centre, step) = (term.estimate.estimate, term.estimate.std_error);
            term.estimate.method = Method::Profile;
            term.estimate.conf_low = crossing(centre, -step, critical, &lost)?;
            term.estimate.conf_high = crossing(centre, step, critical, &lost)?;
            let at_zero = lost(0.0)?.max(0.0);
            term.estimate.statistic_value = at_zero;
            term.estimate.df = 1.0;
            term.estimate.p_value = chi_squared::sf(at_zero, 1.0);
        }
        Ok(terms)
    }

    fn maximise(&self, design: &Design) -> Result<(GlmFit, f64, f64, usize), StatsError> {
        let y = &design.response;
        Family::NegativeBinomial { theta: 1.0 }.check(design)?;
        let poisson = Glm::new(Family::Poisson).fit(design)?;
        let mut mu = poisson.fitted();
        // The derivative of the likelihood by 1/theta at the Poisson model.
        let excess: f64 = y.iter().zip(&mu).map(|(y, mu)| (y - mu).powi(2) - y).sum();
        if excess <= 0.0 {
            return Err(StatsError::NoOverdispersion);
        }
        let spread: f64 = y
            .iter()
            .zip(&mu)
            .map(|(y, mu)| (y / mu - 1.0).powi(2))
            .sum();
        let mut theta = (y.len() as f64 / spread).max(1e-6);
        let mut beta = poisson.coef().clone();
        let mut moved = f64::INFINITY;
        for round in 1..=MAX_ROUNDS {
            let next = maximise_theta(y, &mu, theta)?;
            moved = (next / theta - 1.0).abs();
            theta = next;
            let mut model = Glm::new(Family::NegativeBinomial { theta });
            if moved < CONVERGED {
                model = model.with_covariance(self.covariance.clone());
            }
            let fit = model.fit_from(design, Some(&beta))?;
            if moved < CONVERGED {
                let information = -curvature(y, &fit.fitted(), theta);
                return Ok((fit, theta, information.sqrt().recip(), round));
            }
            beta.clone_from(fit.coef());
            mu = fit.fitted();
        }
        Err(StatsError::NotConverged {
            iterations: MAX_ROUNDS,
            decrement: moved,
            hint: "the shape of the negative binomial keeps moving",
        })
    }
}

impl NegativeBinomialFit {
    /// The likelihood-ratio test of all terms against the intercept alone, each model with its own
    /// theta. Undefined where the intercept alone has no finite theta.
    #[must_use]
    pub fn model_test(&self) -> Estimate {
        let mut test = Estimate::point(Statistic::Model, Method::LikelihoodRatio, f64::NAN);
        let df = self.model.df_null - self.model.df_residual;
        let gained = 2.0 * (self.model.log_likelihood() - self.null_log_likelihood);
        if df > 0.0 && gained.is_finite() {
            test.statistic_value = gained;
            test.df = df;
            test.p_value = chi_squared::sf(gained.max(0.0), df);
        }
        test
    }
}

/// Newton's method on ln theta, with the means held fixed.
fn maximise_theta(y: &[f64], mu: &[f64], start: f64) -> Result<f64, StatsError> {
    let mut log = start.ln();
    for _ in 0..200 {
        let theta = log.exp();
        if theta > POISSON {
            return Err(StatsError::NoOverdispersion);
        }
        let slope = theta * slope(y, mu, theta);
        let bend = theta * theta * curvature(y, mu, theta) + slope;
        // Where the likelihood is not concave the step goes uphill by a fixed length.
        let step = if bend < 0.0 {
            (-slope / bend).clamp(-1.0, 1.0)
        } else {
            slope.signum() * 0.5
        };
        log += step;
        if step.abs() < 1e-14 {
            break;
        }
    }
    Ok(log.exp())
}

/// The derivative of the log-likelihood by theta.
fn slope(y: &[f64], mu: &[f64], theta: f64) -> f64 {
    let row = |(&y, &mu): (&f64, &f64)| {
        digamma(theta + y)
            - digamma(theta)
            - ((mu - y) / (theta + y)).ln_1p()
            - ((theta + y) / theta).ln()
            + (mu - y) / (mu + theta)
    };
    y.iter().zip(mu).map(row).sum()
}

/// The second derivative.
fn curvature(y: &[f64], mu: &[f64], theta: f64) -> f64 {
    let row = |(&y, &mu): (&f64, &f64)| {
        trigamma(theta + y) - trigamma(theta) + theta.recip() - 2.0 / (mu + theta)
            + (y + theta) / (mu + theta).powi(2)
    };
    y.iter().zip(mu).map(row).sum()
}

fn log_likelihood(y: &[f64], mu: &[f64], theta: f64) -> f64 {
    let family = Family::NegativeBinomial { theta };
    let row = |(&y, &mu): (&f64, &f64)| {
        saturated(y, theta) - 0.5 * family.unit_deviance(y, Link::Log.mean(mu.ln()))
    };
    y.iter().zip(mu).map(row).sum()
}

/// The log-likelihood of one count whose mean is the count itself.
pub(super) fn saturated(y: f64, theta: f64) -> f64 {
    let own = if y > 0.0 {
        y * (y / (y + theta)).ln()
    } else {
        0.0
    };
    own - theta * (y / theta).ln_1p() + ln_gamma(y + theta) - ln_gamma(theta) - ln_gamma(y + 1.0)
}

//! Distributions of the response and the links between its mean and the linear predictor.

use crate::StatsError;
use crate::design::Design;
use crate::distributions::normal;

/// Distribution of the response.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Family {
    /// Normal errors of constant variance.
    Gaussian,
    /// A yes/no response, coded 1 and 0.
    Binomial,
    /// A count.
    Poisson,
    /// A count that varies more than a Poisson one: variance mu + mu²/theta, theta known.
    NegativeBinomial {
        /// The shape; a Poisson count is the limit of a large one.
        theta: f64,
    },
}

impl Family {
    /// The name used in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gaussian => "gaussian",
            Self::Binomial => "binomial",
            Self::Poisson => "poisson",
            Self::NegativeBinomial { .. } => "negative-binomial",
        }
    }

    /// The link used unless another is asked for.
    #[must_use]
    pub fn canonical_link(self) -> Link {
        match self {
            Self::Gaussian => Link::Identity,
            Self::Binomial => Link::Logit,
            Self::Poisson | Self::NegativeBinomial { .. } => Link::Log,
        }
    }

    /// Variance of the response at a mean, up to the dispersion.
    pub(crate) fn variance(self, mean: Mean) -> f64 {
        match self {
            Self::Gaussian => 1.0,
            Self::Binomial => mean.mu * mean.complement,
            Self::Poisson => mean.mu,
            Self::NegativeBinomial { theta } => mean.mu * (1.0 + mean.mu / theta),
        }
    }

    /// Whether a mean is possible.
    pub(crate) fn admits(self, mean: Mean) -> bool {
        match self {
            Self::Gaussian => mean.mu.is_finite(),
            Self::Binomial => mean.mu > 0.0 && mean.complement > 0.0,
            Self::Poisson | Self::NegativeBinomial { .. } => mean.mu > 0.0 && mean.mu.is_finite(),
        }
    }

    /// Twice the log-likelihood lost against a perfect fit of one observation.
    pub(crate) fn unit_deviance(self, y: f64, mean: Mean) -> f64 {
        let part = |count: f64, of: f64| {
            if count == 0.0 {
                0.0
            } else {
                count * (count / of).ln()
            }
        };
        match self {
            Self::Gaussian => (y - mean.mu).powi(2),
            Self::Binomial => 2.0 * (part(y, mean.mu) + part(1.0 - y, mean.complement)),
            Self::Poisson => 2.0 * (part(y, mean.mu) - (y - mean.mu)),
            Self::NegativeBinomial { theta } => {
                let ratio = ((y - mean.mu) / (mean.mu + theta)).ln_1p();
                2.0 * (part(y, mean.mu) - (y + theta) * ratio)
            }
        }
    }

    /// The weight of a row in the information, and the derivative of its log-likelihood by the
    /// linear predictor.
    pub(crate) fn weight_and_score(self, y: f64, mean: Mean) -> (f64, f64) {
        let ratio = mean.derivative / self.variance(mean);
        // A binomial residual is the complement itself where y is 1: no cancellation.
        let residual = if self == Self::Binomial && y == 1.0 {
            mean.complement
        } else {
            y - mean.mu
        };
        (mean.derivative * ratio, residual * ratio)
    }

    /// The weight of a row in the observed information: minus the second derivative of its
    /// log-likelihood by the linear predictor, none of them negative. Nothing for a canonical link,
    /// where it is the expected one.
    pub(crate) fn observed_weight(self, link: Link, y: f64, eta: f64) -> Option<f64> {
        if link == self.canonical_link() && !matches!(self, Self::NegativeBinomial { .. }) {
            return None;
        }
        let mean = link.mean(eta);
        match (self, link) {
            (Self::Binomial, Link::Log) => Some((1.0 - y) * mean.mu / mean.complement.powi(2)),
            (Self::Binomial, Link::Identity) => {
                Some(y / mean.mu.powi(2) + (1.0 - y) / mean.complement.powi(2))
            }
            (Self::Binomial, Link::Probit) => {
                let (_, score) = self.weight_and_score(y, mean);
                Some(score * (score + eta))
            }
            (Self::NegativeBinomial { theta }, Link::Log) => {
                Some(mean.mu * (1.0 + y / theta) / (1.0 + mean.mu / theta).powi(2))
            }
            _ => None,
        }
    }

    /// Refuses a response that the family excludes, or that cannot be modelled.
    pub(crate) fn check(self, design: &Design) -> Result<(), StatsError> {
        let outcome = || design.response_name.clone();
        let y = &design.response;
        let expected = match self {
            Self::Binomial if y.iter().any(|&y| y != 0.0 && y != 1.0) => Some("0 or 1"),
            Self::Poisson if y.iter().any(|&y| y < 0.0) => Some("a count, 0 or more"),
            Self::NegativeBinomial { .. } if y.iter().any(|&y| y < 0.0 || y.fract() != 0.0) => {
                Some("a whole number, 0 or more")
            }
            _ => None,
        };
        if let Some(expected) = expected {
            return Err(StatsError::OutcomeRange {
                outcome: outcome(),
                expected,
            });
        }
        let all = |value: f64| y.iter().all(|&y| y == value);
        let first = y.first().copied().unwrap_or(f64::NAN);
        if self == Self::Gaussian && all(first) {
            return Err(StatsError::ConstantOutcome {
                outcome: outcome(),
                value: "the same number",
            });
        }
        if self != Self::Gaussian && all(0.0) {
            return Err(StatsError::ConstantOutcome {
                outcome: outcome(),
                value: "0",
            });
        }
        if self == Self::Binomial && all(1.0) {
            return Err(StatsError::ConstantOutcome {
                outcome: outcome(),
                value: "1",
            });
        }
        Ok(())
    }
}

/// A mean with what is left to one, and its derivative: kept apart so that neither a mean near 0
/// nor one near 1 loses its digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mean {
    pub(crate) mu: f64,
    pub(crate) complement: f64,
    pub(crate) derivative: f64,
}

/// The function of the mean that is linear in the terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Link {
    /// The mean itself.
    Identity,
    /// Logarithm.
    Log,
    /// Log odds.
    Logit,
    /// Normal quantile.
    Probit,
}

impl Link {
    /// The name used in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Log => "log",
            Self::Logit => "logit",
            Self::Probit => "probit",
        }
    }

    pub(crate) fn mean(self, eta: f64) -> Mean {
        match self {
            Self::Identity => Mean {
                mu: eta,
                complement: 1.0 - eta,
                derivative: 1.0,
            },
            Self::Log => {
                let mu = eta.exp();
                Mean {
                    mu,
                    complement: -eta.exp_m1(),
                    derivative: mu,
                }
            }
            Self::Logit => {
                let small = (-eta.abs()).exp();
                let (near, far) = (1.0 / (1.0 + small), small / (1.0 + small));
                let (mu, complement) = if eta >= 0.0 { (near, far) } else { (far, near) };
                Mean {
                    mu,
                    complement,
                    derivative: near * far,
                }
            }
            Self::Probit => Mean {
                mu: normal::cdf(eta),
                complement: normal::sf(eta),
                derivative: normal::pdf(eta),
            },
        }
    }

    pub(crate) fn of_mean(self, mu: f64) -> f64 {
        match self {
            Self::Identity => mu,
            Self::Log => mu.ln(),
            Self::Logit => (mu / (1.0 - mu)).ln(),
            Self::Probit => normal::quantile(mu),
        }
    }
}

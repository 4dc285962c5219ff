//! The variance between studies.
//!
//! With weights w(t) = 1 / (v + t) and mu(t) their weighted mean, Q(t) is the weighted sum of squares
//! about mu(t), a decreasing function of t.
//!
//! References: R. DerSimonian, N. Laird (1986), Controlled Clinical Trials 7:177-188; R. C. Paule,
//! J. Mandel (1982), Journal of Research of the NBS 87:377-385; W. Viechtbauer (2005), Journal of
//! Educational and Behavioral Statistics 30:261-293 (REML); W. Viechtbauer (2007), Statistics in
//! Medicine 26:37-52 (Q-profile interval).

use super::Effect;
use crate::distributions::chi_squared;
use crate::{ConfidenceLevel, Method, StatsError, roots};

/// How the variance between studies is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tau2Method {
    /// Moments.
    DerSimonianLaird,
    /// Restricted maximum likelihood.
    #[default]
    Reml,
    /// The value at which Q equals its degrees of freedom.
    PauleMandel,
}

impl Tau2Method {
    /// The method's name in results.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::DerSimonianLaird => Method::DerSimonianLaird,
            Self::Reml => Method::Reml,
            Self::PauleMandel => Method::PauleMandel,
        }
    }
}

/// The variance between studies with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Tau2 {
    /// The estimate, cut at 0.
    pub estimate: f64,
    /// Lower limit of the Q-profile interval.
    pub conf_low: f64,
    /// Upper limit.
    pub conf_high: f64,
}

/// Weighted mean and its precision at a variance between studies.
pub(super) fn weighted(effects: &[Effect], tau2: f64) -> (f64, f64) {
    let weight = |effect: &Effect| (effect.variance + tau2).recip();
    let sum: f64 = effects.iter().map(weight).sum();
    let mean = effects.iter().map(|e| weight(e) * e.value).sum::<f64>() / sum;
    (mean, sum)
}

/// Q at a variance between studies.
pub(super) fn q(effects: &[Effect], tau2: f64) -> f64 {
    let (mean, _) = weighted(effects, tau2);
    let part = |e: &Effect| (e.value - mean).powi(2) / (e.variance + tau2);
    effects.iter().map(part).sum()
}

pub(super) fn estimate(effects: &[Effect], method: Tau2Method) -> Result<f64, StatsError> {
    if effects.len() < 2 {
        return Ok(0.0);
    }
    let df = effects.len() as f64 - 1.0;
    match method {
        Tau2Method::DerSimonianLaird => Ok(((q(effects, 0.0) - df) / spread(effects)).max(0.0)),
        Tau2Method::PauleMandel => Ok(solve_q(effects, df)),
        Tau2Method::Reml => reml(effects),
    }
}

/// sum w - sum w² / sum w at no variance between studies.
pub(super) fn spread(effects: &[Effect]) -> f64 {
    let weights: Vec<f64> = effects.iter().map(|e| e.variance.recip()).collect();
    let sum: f64 = weights.iter().sum();
    sum - weights.iter().map(|w| w * w).sum::<f64>() / sum
}

/// The variance at which Q falls to a value; 0 if it starts below it.
fn solve_q(effects: &[Effect], value: f64) -> f64 {
    if q(effects, 0.0) <= value {
        return 0.0;
    }
    roots::bisect_positive(0.0, 1e300, |tau2| q(effects, tau2) > value)
}

fn reml(effects: &[Effect]) -> Result<f64, StatsError> {
    // d/dt of the restricted log-likelihood, times 2.
    let slope = |t: f64| {
        let (mean, sum) = weighted(effects, t);
        let mut slope = 0.0;
        let mut squares = 0.0;
        for effect in effects {
            let w = (effect.variance + t).recip();
            squares += w * w;
            slope += w * w * (effect.value - mean).powi(2) - w;
        }
        slope + squares / sum
    };
    let likelihood = |t: f64| {
        let (_, sum) = weighted(effects, t);
        let logs: f64 = effects.iter().map(|e| (e.variance + t).ln()).sum();
        -0.5 * (logs + sum.ln() + q(effects, t))
    };
    largest_likelihood(effects, slope, likelihood)
}

/// The variance at which a restricted likelihood is largest: its derivative's zeros between the
/// values at which it changes sign on a fine logarithmic grid, and 0.
pub(super) fn largest_likelihood(
    effects: &[Effect],
    slope: impl Fn(f64) -> f64,
    likelihood: impl Fn(f64) -> f64,
) -> Result<f64, StatsError> {
    let smallest = effects
        .iter()
        .map(|e| e.variance)
        .fold(f64::INFINITY, f64::min);
    let values = || effects.iter().map(|e| e.value);
    let range = values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min);
    // Beyond the squared range of the effects the likelihood only falls.
    let top = (range * range).max(smallest) * 4.0;
    let mut best = (likelihood(0.0), 0.0);
    let mut from = 0.0;
    let steps = 400;
    for step in 0..=steps {
        let to =
            smallest * 1e-6 * (top / (smallest * 1e-6)).powf(f64::from(step) / f64::from(steps));
        if slope(from) > 0.0 && slope(to) <= 0.0 {
            let root = roots::bisect(from, to, |t| slope(t) > 0.0);
            let value = likelihood(root);
            if value > best.0 {
                best = (value, root);
            }
        }
        from = to;
    }
    if best.1.is_finite() && best.0.is_finite() {
        Ok(best.1)
    } else {
        Err(StatsError::NotConverged {
            iterations: steps as usize,
            decrement: f64::NAN,
            hint: "",
        })
    }
}

/// The estimate with its Q-profile interval.
pub(super) fn with_interval(effects: &[Effect], estimate: f64, level: ConfidenceLevel) -> Tau2 {
    if effects.len() < 2 {
        return Tau2 {
            estimate: f64::NAN,
            conf_low: f64::NAN,
            conf_high: f64::NAN,
        };
    }
    let df = effects.len() as f64 - 1.0;
    let at = |p: f64| solve_q(effects, chi_squared::quantile(p, df));
    Tau2 {
        estimate,
        conf_low: at(1.0 - level.alpha() / 2.0),
        conf_high: at(level.alpha() / 2.0),
    }
}

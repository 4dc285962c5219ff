//! The ratio of two mean counts, treated over control.

use super::TwoSamples;
use crate::describe::{mean, variance};
use crate::{ConfidenceLevel, Estimate, Method, Statistic};

/// The rate ratio with a Poisson standard error on the log scale: sqrt(1/events + 1/events).
#[must_use]
pub fn poisson(samples: TwoSamples<'_>, level: ConfidenceLevel) -> Estimate {
    let events = |sample: &[f64]| sample.iter().sum::<f64>();
    ratio(samples, Method::Poisson, level, |sample| {
        events(sample).recip()
    })
}

/// The rate ratio with a standard error from the spread between people (variance n - 1), which
/// holds under overdispersion.
#[must_use]
pub fn robust(samples: TwoSamples<'_>, level: ConfidenceLevel) -> Estimate {
    ratio(samples, Method::Robust, level, |sample| {
        variance(sample) / (sample.len() as f64 * mean(sample).powi(2))
    })
}

fn ratio(
    samples: TwoSamples<'_>,
    method: Method,
    level: ConfidenceLevel,
    log_variance: impl Fn(&[f64]) -> f64,
) -> Estimate {
    let (treated, control) = (mean(samples.treated), mean(samples.control));
    let ratio = treated / control;
    if treated <= 0.0 || control <= 0.0 {
        return Estimate::ratio_without_error(Statistic::RateRatio, method, ratio);
    }
    let variance = log_variance(samples.treated) + log_variance(samples.control);
    Estimate::wald_log(Statistic::RateRatio, method, ratio, variance.sqrt(), level)
}

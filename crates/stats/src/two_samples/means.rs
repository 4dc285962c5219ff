//! The difference of two means, treated minus control.

use super::TwoSamples;
use crate::describe::{mean, variance};
use crate::distributions::t;
use crate::{ConfidenceLevel, Estimate, Method, Statistic};

/// Student's t test and interval, for a common variance.
#[must_use]
pub fn student(samples: TwoSamples<'_>, level: ConfidenceLevel) -> Estimate {
    let (n1, n2) = (samples.treated.len() as f64, samples.control.len() as f64);
    let df = n1 + n2 - 2.0;
    let pooled = (weighted_variance(samples.treated) + weighted_variance(samples.control)) / df;
    t_estimate(
        samples,
        Method::Student,
        (pooled * (n1.recip() + n2.recip())).sqrt(),
        df,
        level,
    )
}

/// Welch's t test and interval, for unequal variances (degrees of freedom by Satterthwaite).
#[must_use]
pub fn welch(samples: TwoSamples<'_>, level: ConfidenceLevel) -> Estimate {
    let part = |sample: &[f64]| {
        let n = sample.len() as f64;
        (variance(sample) / n, n - 1.0)
    };
    let ((v1, df1), (v2, df2)) = (part(samples.treated), part(samples.control));
    let df = (v1 + v2).powi(2) / (v1 * v1 / df1 + v2 * v2 / df2);
    t_estimate(samples, Method::Welch, (v1 + v2).sqrt(), df, level)
}

/// The sum of squares around the mean; 0 for a single observation.
fn weighted_variance(sample: &[f64]) -> f64 {
    if sample.len() < 2 {
        0.0
    } else {
        variance(sample) * (sample.len() - 1) as f64
    }
}

fn t_estimate(
    samples: TwoSamples<'_>,
    method: Method,
    std_error: f64,
    df: f64,
    level: ConfidenceLevel,
) -> Estimate {
    let difference = mean(samples.treated) - mean(samples.control);
    let mut result = Estimate::point(Statistic::MeanDifference, method, difference);
    if std_error > 0.0 && df > 0.0 {
        let half = t::quantile(1.0 - level.alpha() / 2.0, df) * std_error;
        result = result.with_interval(difference - half, difference + half, level);
        result.std_error = std_error;
        result.df = df;
        result.statistic_value = difference / std_error;
        result.p_value = t::two_sided(result.statistic_value, df);
    }
    result
}

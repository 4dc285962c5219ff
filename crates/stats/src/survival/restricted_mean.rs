//! Restricted mean survival time: the days without the event up to a horizon tau, on average.
//!
//! The area under the Kaplan-Meier curve up to tau. With A(t) the area from t to tau, its variance
//! is the sum over event times of A(t)^2 d / (n (n - d)).
//!
//! References: P. Royston, M. K. B. Parmar (2013), BMC Medical Research Methodology 13:152;
//! J. P. Klein, M. L. Moeschberger (2003), Survival Analysis, section 4.5.

use super::{FollowUp, KaplanMeier};
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};

/// The restricted mean of one group with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RestrictedMean {
    /// Days without the event up to `tau`.
    pub mean: f64,
    /// Standard error.
    pub std_error: f64,
    /// The horizon.
    pub tau: f64,
}

/// The latest horizon for which every group has an estimate: the smallest of their longest
/// follow-ups.
#[must_use]
pub fn common_horizon(curves: &[KaplanMeier]) -> f64 {
    curves
        .iter()
        .map(KaplanMeier::last)
        .fold(f64::INFINITY, f64::min)
}

/// The restricted mean up to `tau`.
///
/// # Errors
/// [`StatsError::Argument`] if `tau` is not positive, or lies beyond the longest follow-up of a
/// group in which not everyone has had the event.
///
/// ```
/// use regtrial_stats::survival::{FollowUp, restricted_mean::restricted_mean};
/// // Without censoring: the mean of min(time, 4).
/// let data = FollowUp::new(&[1.0, 3.0, 5.0, 9.0], &[true; 4])?;
/// assert!((restricted_mean(&data, 4.0)?.mean - 3.0).abs() < 1e-14);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn restricted_mean(data: &FollowUp, tau: f64) -> Result<RestrictedMean, StatsError> {
    of_curve(&KaplanMeier::new(data), tau)
}

/// The restricted mean of a curve.
///
/// # Errors
/// Those of [`restricted_mean`].
pub fn of_curve(curve: &KaplanMeier, tau: f64) -> Result<RestrictedMean, StatsError> {
    if !(tau > 0.0 && tau.is_finite()) {
        return Err(StatsError::argument("tau", "must be positive and finite"));
    }
    if curve.survival(tau).is_nan() {
        let rule = format!(
            "must not lie beyond the longest follow-up of a group, here day {}",
            curve.last()
        );
        return Err(StatsError::argument("tau", rule));
    }
    // From the right: the area behind each event time is the sum of the rectangles behind it.
    let steps: Vec<_> = curve
        .steps
        .iter()
        .take_while(|step| step.time <= tau)
        .collect();
    let (mut area, mut variance, mut until) = (0.0, 0.0, tau);
    for step in steps.iter().rev() {
        area += (until - step.time) * step.survival;
        until = step.time;
        let left = step.n_risk - step.events;
        if step.events > 0 && left > 0 {
            variance += area * area * step.events as f64 / (step.n_risk as f64 * left as f64);
        }
    }
    Ok(RestrictedMean {
        mean: area + until,
        std_error: variance.sqrt(),
        tau,
    })
}

impl RestrictedMean {
    /// The mean with its normal interval.
    #[must_use]
    pub fn estimate(&self, level: ConfidenceLevel) -> Estimate {
        let mut result = Estimate::wald(
            Statistic::RestrictedMean,
            Method::KaplanMeier,
            self.mean,
            self.std_error,
            level,
        );
        // That a mean time is 0 is no hypothesis.
        result.statistic_value = f64::NAN;
        result.p_value = f64::NAN;
        result
    }
}

/// The difference of two restricted means, treated minus control.
#[must_use]
pub fn difference(
    treated: RestrictedMean,
    control: RestrictedMean,
    level: ConfidenceLevel,
) -> Estimate {
    Estimate::wald(
        Statistic::RestrictedMeanDifference,
        Method::KaplanMeier,
        treated.mean - control.mean,
        treated.std_error.hypot(control.std_error),
        level,
    )
}

/// The ratio of two restricted means, treated over control; its standard error is of the logarithm.
#[must_use]
pub fn ratio(treated: RestrictedMean, control: RestrictedMean, level: ConfidenceLevel) -> Estimate {
    if treated.mean <= 0.0 || control.mean <= 0.0 {
        let ratio = treated.mean / control.mean;
        return Estimate::ratio_without_error(
            Statistic::RestrictedMeanRatio,
            Method::KaplanMeier,
            ratio,
        );
    }
    let relative = |group: RestrictedMean| group.std_error / group.mean;
    Estimate::wald_log(
        Statistic::RestrictedMeanRatio,
        Method::KaplanMeier,
        treated.mean / control.mean,
        relative(treated).hypot(relative(control)),
        level,
    )
}

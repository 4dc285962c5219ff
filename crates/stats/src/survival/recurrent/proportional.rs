//! Ratios of mean counts between groups: the proportional means model of Lin, Wei, Yang and Ying.
//!
//! With n_g people of group g followed at t, theta_g the ratio of group g against the first and d
//! events, group g expects d theta_g n_g / S, S = sum of theta n. The estimate makes observed and
//! expected equal in every group. It is the [regression](super::mean_count_regression) on the groups.
//!
//! Reference: D. Y. Lin, L. J. Wei, I. Yang, Z. Ying (2000), JRSS B 62:711-730.

use super::{RecurrentEvents, mean_count_regression};
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use ndarray::{Array1, Array2};

/// Fitted ratios.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ProportionalMeans {
    /// Log ratio of each later group against the first.
    pub beta: Array1<f64>,
    /// Their robust covariance.
    pub covariance: Array2<f64>,
    /// Inverse information: right if a person's events were independent.
    pub model_covariance: Array2<f64>,
    /// Iterations.
    pub iterations: usize,
}

/// Fits the ratios of `groups` groups; `group` holds an index below `groups` a person, `stratum` any
/// labels within which people are compared.
///
/// # Errors
/// [`StatsError::Argument`] if lengths differ, an index is out of range or there are fewer than two
/// groups; [`StatsError::MonotoneLikelihood`] if a group has no event; no convergence.
///
/// ```
/// use regtrial_stats::survival::recurrent::{RecurrentEvents, proportional_means};
/// // Everyone is followed to day 9: the ratio is that of the counts, 3 against 1.
/// let (people, _) = RecurrentEvents::new(
///     &[0, 0, 1, 1, 1, 1],
///     &[4.0, 9.0, 2.0, 3.0, 5.0, 9.0],
///     &[true, false, true, true, true, false],
/// )?;
/// let fit = proportional_means(&people, &[0, 1], 2, None)?;
/// assert!((fit.beta[0].exp() - 3.0).abs() < 1e-9);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn proportional_means(
    people: &RecurrentEvents,
    group: &[usize],
    groups: usize,
    stratum: Option<&[usize]>,
) -> Result<ProportionalMeans, StatsError> {
    let n = people.nobs();
    if group.len() != n || stratum.is_some_and(|labels| labels.len() != n) {
        let rule = "must be as long as there are people";
        return Err(StatsError::argument("group", rule));
    }
    if groups < 2 || group.iter().any(|&g| g >= groups) {
        let rule = "must number two or more groups";
        return Err(StatsError::argument("group", rule));
    }
    let has_event = |g: usize| (0..n).any(|i| group[i] == g && !people.events[i].is_empty());
    let name = |g: usize| format!("group {}", g + 1);
    if let Some(empty) = (0..groups).find(|&g| !has_event(g)) {
        return Err(StatsError::MonotoneLikelihood {
            terms: vec![name(empty)],
        });
    }
    let x = Array2::from_shape_fn((n, groups - 1), |(i, j)| {
        f64::from(u8::from(group[i] == j + 1))
    });
    let terms: Vec<String> = (1..groups).map(name).collect();
    let fit = mean_count_regression(people, &x, &terms, stratum)?;
    Ok(ProportionalMeans {
        beta: fit.beta,
        covariance: fit.covariance,
        model_covariance: fit.model_covariance,
        iterations: fit.iterations,
    })
}

impl ProportionalMeans {
    /// The ratio of a later group's mean count to an earlier one's, by the robust covariance.
    #[must_use]
    pub fn ratio(&self, treated: usize, control: usize, level: ConfidenceLevel) -> Estimate {
        let log = |g: usize| if g == 0 { 0.0 } else { self.beta[g - 1] };
        let shared = |a: usize, b: usize| match a == 0 || b == 0 {
            true => 0.0,
            false => self.covariance[(a - 1, b - 1)],
        };
        let variance =
            shared(treated, treated) + shared(control, control) - 2.0 * shared(treated, control);
        let ratio = (log(treated) - log(control)).exp();
        let (statistic, method) = (Statistic::RateRatio, Method::ProportionalMeans);
        Estimate::wald_log(statistic, method, ratio, variance.sqrt(), level)
    }
}

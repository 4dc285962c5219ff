//! The log-rank test and its weighted relatives, stratified or not.
//!
//! At each event time of a stratum, with n at risk of whom n_g in group g and d events, group g
//! expects d n_g / n events; the weight S(t-)^rho (1 - S(t-))^gamma uses the pooled Kaplan-Meier
//! curve of the stratum just before the time. Observed minus expected, summed, is compared with its
//! hypergeometric covariance.
//!
//! References: N. Mantel (1966), Cancer Chemotherapy Reports 50:163-170; T. R. Fleming,
//! D. P. Harrington (1991), Counting Processes and Survival Analysis, chapter 7.

mod scores;

pub use scores::scores;

use super::{FollowUp, KaplanMeier};
use crate::distributions::chi_squared;
use crate::linear::Factored;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use ndarray::{Array1, Array2};

/// Weights of early and late differences; (0, 0) is the log-rank test.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FlemingHarrington {
    /// Power of the curve: above 0 early differences weigh more.
    pub rho: f64,
    /// Power of its complement: above 0 late differences weigh more.
    pub gamma: f64,
}

impl FlemingHarrington {
    fn weight(self, survival: f64) -> f64 {
        let power = |base: f64, exponent: f64| {
            if exponent == 0.0 {
                1.0
            } else {
                base.powf(exponent)
            }
        };
        power(survival, self.rho) * power(1.0 - survival, self.gamma)
    }

    fn is_log_rank(self) -> bool {
        self == Self::default()
    }

    fn check(self) -> Result<(), StatsError> {
        let valid = |power: f64| power.is_finite() && power >= 0.0;
        match valid(self.rho) && valid(self.gamma) {
            true => Ok(()),
            false => Err(StatsError::argument(
                "weights",
                "must be finite and not negative",
            )),
        }
    }
}

/// A log-rank test.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LogRank {
    /// The weights.
    pub weights: FlemingHarrington,
    /// People in each group.
    pub n: Vec<u64>,
    /// Events in each group, weighted.
    pub observed: Vec<f64>,
    /// Events that each group expects if the groups do not differ, weighted.
    pub expected: Vec<f64>,
    /// Covariance of observed minus expected, groups by groups.
    pub covariance: Array2<f64>,
    /// The test's chi-squared statistic.
    pub statistic: f64,
    /// Its degrees of freedom.
    pub df: f64,
    /// Its p-value.
    pub p_value: f64,
}

/// Tests whether `groups` groups have the same hazard. `group` holds an index below `groups` a
/// person; `stratum` any labels, or nothing.
///
/// # Errors
/// [`StatsError::Argument`] if lengths differ, an index is out of range, there are fewer than two
/// groups, a weight is negative, or no event tells the groups apart.
///
/// ```
/// use regtrial_stats::survival::{FollowUp, log_rank::log_rank};
/// let data = FollowUp::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4])?;
/// let test = log_rank(&data, &[0, 0, 1, 1], 2, None, Default::default())?;
/// // Group 0 has 2 events and expects 1/2 + 1/3 of one.
/// assert!((test.expected[0] - 5.0 / 6.0).abs() < 1e-15);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn log_rank(
    data: &FollowUp,
    group: &[usize],
    groups: usize,
    stratum: Option<&[usize]>,
    weights: FlemingHarrington,
) -> Result<LogRank, StatsError> {
    check(data, group, groups, stratum)?;
    weights.check()?;
    let mut observed = vec![0.0; groups];
    let mut expected = vec![0.0; groups];
    let mut covariance = Array2::zeros((groups, groups));
    for members in strata(stratum, data.nobs()) {
        let own = data.at(&members);
        let own_group: Vec<usize> = members.iter().map(|&i| group[i]).collect();
        let curve = KaplanMeier::new(&own);
        let order = own.order();
        let mut at_risk = vec![0.0; groups];
        own_group.iter().for_each(|&g| at_risk[g] += 1.0);
        let (mut at, mut before) = (0, 1.0);
        for step in &curve.steps {
            let weight = weights.weight(before);
            before = step.survival;
            let end = at + (step.events + step.censored) as usize;
            if step.events > 0 {
                for &i in order[at..end].iter().filter(|&&i| own.event()[i]) {
                    observed[own_group[i]] += weight;
                }
                let (d, n) = (step.events as f64, step.n_risk as f64);
                let spread = if n > 1.0 {
                    d * (n - d) / (n - 1.0)
                } else {
                    0.0
                };
                for g in 0..groups {
                    let share = at_risk[g] / n;
                    expected[g] += weight * d * share;
                    for h in 0..groups {
                        let same = f64::from(u8::from(g == h));
                        covariance[(g, h)] +=
                            weight * weight * spread * share * (same - at_risk[h] / n);
                    }
                }
            }
            for &i in &order[at..end] {
                at_risk[own_group[i]] -= 1.0;
            }
            at = end;
        }
    }
    finish(weights, group, observed, expected, covariance)
}

fn check(
    data: &FollowUp,
    group: &[usize],
    groups: usize,
    stratum: Option<&[usize]>,
) -> Result<(), StatsError> {
    let n = data.nobs();
    if group.len() != n || stratum.is_some_and(|labels| labels.len() != n) {
        return Err(StatsError::argument(
            "group",
            "must be as long as the times",
        ));
    }
    if groups < 2 || group.iter().any(|&g| g >= groups) {
        return Err(StatsError::argument(
            "group",
            "must number two or more groups",
        ));
    }
    Ok(())
}

/// The members of each stratum, in order of label.
pub(in crate::survival) fn strata(labels: Option<&[usize]>, n: usize) -> Vec<Vec<usize>> {
    let Some(labels) = labels else {
        return vec![(0..n).collect()];
    };
    let mut found = std::collections::BTreeMap::<usize, Vec<usize>>::new();
    for (i, &label) in labels.iter().enumerate() {
        found.entry(label).or_default().push(i);
    }
    found.into_values().collect()
}

fn finish(
    weights: FlemingHarrington,
    group: &[usize],
    observed: Vec<f64>,
    expected: Vec<f64>,
    covariance: Array2<f64>,
) -> Result<LogRank, StatsError> {
    let groups = observed.len();
    let mut n = vec![0; groups];
    group.iter().for_each(|&g| n[g] += 1);
    // Groups that are never at risk when there is an event say nothing; of the others one is
    // given by the rest.
    let used: Vec<usize> = (0..groups).filter(|&g| expected[g] > 0.0).skip(1).collect();
    let u: Array1<f64> = used.iter().map(|&g| observed[g] - expected[g]).collect();
    let v = Array2::from_shape_fn((used.len(), used.len()), |(i, j)| {
        covariance[(used[i], used[j])]
    });
    let factored = if used.is_empty() {
        None
    } else {
        Factored::new(&v)
    };
    let Some(factored) = factored else {
        let rule = "are never at risk together when an event falls: nothing tells them apart";
        return Err(StatsError::argument("groups", rule));
    };
    let statistic = u.dot(&factored.solve(&u));
    let df = used.len() as f64;
    Ok(LogRank {
        weights,
        n,
        observed,
        expected,
        covariance,
        statistic,
        df,
        p_value: chi_squared::sf(statistic, df),
    })
}

impl LogRank {
    /// The test as an estimate. For two groups and no weights it carries the one-step hazard ratio
    /// exp((O - E) / V) of the second group against the first (R. Peto et al. 1977, British Journal
    /// of Cancer 35:1-39): close to Cox's if it is not far from 1.
    #[must_use]
    pub fn estimate(&self, level: ConfidenceLevel) -> Estimate {
        let method = if self.weights.is_log_rank() {
            Method::LogRank
        } else {
            Method::FlemingHarrington
        };
        let mut result = if self.n.len() == 2 && self.weights.is_log_rank() {
            let variance = self.covariance[(1, 1)];
            let log_ratio = (self.observed[1] - self.expected[1]) / variance;
            Estimate::wald_log(
                Statistic::HazardRatio,
                method,
                log_ratio.exp(),
                variance.sqrt().recip(),
                level,
            )
        } else {
            Estimate::point(Statistic::HazardRatio, method, f64::NAN)
        };
        result.statistic_value = self.statistic;
        result.df = self.df;
        result.p_value = self.p_value;
        result
    }
}

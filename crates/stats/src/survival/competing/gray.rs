//! Gray's test: do groups have the same cumulative incidence of one kind of event?
//!
//! Notation, at a time with d events of the kind, group g having r_g at risk, S_g the probability of
//! none of any kind and F_g the cumulative incidence just before it: h_g = r_g / S_g, T their sum,
//! R_g = h_g (1 - F_g), Q the sum of those. F rises by d / T: the incidence common to all groups.
//! The score of group g is the sum of d_g - d R_g / Q. Its variance takes the events of the kind and
//! the competing ones as hypergeometric within the day, so that massive ties are allowed for.
//!
//! References: R. J. Gray (1988), Annals of Statistics 16:1141-1154 (rho = 0).

use super::CompetingFollowUp;
use crate::distributions::chi_squared;
use crate::linear::Factored;
use crate::survival::log_rank::strata;
use crate::{Estimate, Method, Statistic, StatsError};
use ndarray::{Array1, Array2};

/// A test of equal cumulative incidences.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GrayTest {
    /// The kind of event.
    pub cause: u32,
    /// Observed minus expected, weighted by Gray's risk sets; one a group.
    pub score: Vec<f64>,
    /// Their covariance, groups by groups.
    pub covariance: Array2<f64>,
    /// The test's chi-squared statistic.
    pub statistic: f64,
    /// Its degrees of freedom.
    pub df: f64,
    /// Its p-value.
    pub p_value: f64,
}

/// Tests whether `groups` groups have the same cumulative incidence of `cause`. `group` holds an
/// index below `groups` a person; `stratum` any labels, or nothing.
///
/// # Errors
/// [`StatsError::Argument`] if lengths differ, an index is out of range, there are fewer than two
/// groups, the cause is 0, or no event tells the groups apart.
///
/// ```
/// use regtrial_stats::survival::competing::{CompetingFollowUp, gray};
/// let data = CompetingFollowUp::new(&[1.0, 2.0, 3.0, 4.0], &[1, 1, 2, 1])?;
/// let test = gray(&data, 1, &[0, 0, 1, 1], 2, None)?;
/// // Day 1: 2 of 4 are in group 0; day 2: of 1 + 2 at risk, group 0's 1 / S = 2 weighs 2 (1 - 1/2).
/// assert!((test.score[0] - (1.0 - 0.5 + 1.0 - 1.0 / 3.0 - 0.0)).abs() < 1e-12);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn gray(
    data: &CompetingFollowUp,
    cause: u32,
    group: &[usize],
    groups: usize,
    stratum: Option<&[usize]>,
) -> Result<GrayTest, StatsError> {
    let n = data.time.len();
    if group.len() != n || stratum.is_some_and(|labels| labels.len() != n) {
        let rule = "must be as long as the times";
        return Err(StatsError::argument("group", rule));
    }
    if groups < 2 || group.iter().any(|&g| g >= groups) {
        let rule = "must number two or more groups";
        return Err(StatsError::argument("group", rule));
    }
    if cause == 0 {
        let rule = "must be a kind of event, 1 or more";
        return Err(StatsError::argument("cause", rule));
    }
    let mut score = vec![0.0; groups];
    let mut covariance = Array2::zeros((groups, groups));
    for members in strata(stratum, n) {
        let days = days(data, cause, group, groups, &members);
        add_stratum(&days, &mut score, &mut covariance);
    }
    finish(cause, score, covariance)
}

/// Who is at risk and what happens on one day, a number a group.
struct Day {
    at_risk: Vec<f64>,
    own: Vec<f64>,
    other: Vec<f64>,
}

fn days(
    data: &CompetingFollowUp,
    cause: u32,
    group: &[usize],
    groups: usize,
    members: &[usize],
) -> Vec<Day> {
    let mut order = members.to_vec();
    order.sort_by(|&a, &b| data.time[a].total_cmp(&data.time[b]));
    let mut at_risk = vec![0.0; groups];
    order.iter().for_each(|&i| at_risk[group[i]] += 1.0);
    let mut days = Vec::new();
    for people in order.chunk_by(|&a, &b| data.time[a] >= data.time[b]) {
        let mut day = Day {
            at_risk: at_risk.clone(),
            own: vec![0.0; groups],
            other: vec![0.0; groups],
        };
        for &i in people {
            at_risk[group[i]] -= 1.0;
            match data.cause[i] {
                0 => {}
                c if c == cause => day.own[group[i]] += 1.0,
                _ => day.other[group[i]] += 1.0,
            }
        }
        if day.own.iter().chain(&day.other).any(|d| *d > 0.0) {
            days.push(day);
        }
    }
    days
}

/// What a day adds to the variance: for each group its two multinomial terms, the factor of what is
/// to come, and the compensator as it stands.
struct Term {
    direct: Array2<f64>,
    so_far: Array2<f64>,
    own: Vec<(f64, f64)>,
    other: Vec<(f64, f64)>,
}

fn add_stratum(days: &[Day], score: &mut [f64], covariance: &mut Array2<f64>) {
    let groups = score.len();
    let mut before = vec![1.0; groups];
    let mut incidence = vec![0.0; groups];
    let mut common = 0.0;
    let mut compensator = Array2::<f64>::zeros((groups, groups));
    let mut terms = Vec::new();
    for day in days {
        let present: Vec<usize> = (0..groups).filter(|&g| day.at_risk[g] > 0.0).collect();
        let d: f64 = day.own.iter().sum();
        let h: Vec<f64> = (0..groups)
            .map(|g| match day.at_risk[g] > 0.0 {
                true => day.at_risk[g] / before[g],
                false => 0.0,
            })
            .collect();
        let total: f64 = h.iter().sum();
        let weighted: f64 = present.iter().map(|&g| h[g] * (1.0 - incidence[g])).sum();
        let mut after = before.clone();
        for &g in &present {
            score[g] += day.own[g] - d * h[g] * (1.0 - incidence[g]) / weighted;
            let left = day.at_risk[g] - day.own[g] - day.other[g];
            after[g] = before[g] * left / day.at_risk[g];
            incidence[g] += before[g] * day.own[g] / day.at_risk[g];
        }
        let mut direct = Array2::<f64>::zeros((groups, groups));
        for &g in &present {
            for &k in &present {
                let same = f64::from(u8::from(g == k));
                direct[(g, k)] = h[g] * (same - h[k] / total);
            }
        }
        compensator.scaled_add(d / (total * (1.0 - common)), &direct);
        common += d / total;
        let (mut own, mut other) = (vec![(0.0, 0.0); groups], vec![(0.0, 0.0); groups]);
        for &k in &present {
            let n = day.at_risk[k];
            let ratio = if after[k] > 0.0 {
                (1.0 - common) / after[k]
            } else {
                0.0
            };
            if d > 0.0 {
                let tied = if d > 1.0 {
                    1.0 - (d - 1.0) / (total * before[k] - 1.0)
                } else {
                    1.0
                };
                own[k] = (1.0 - ratio, tied * before[k] * d / (total * n));
            }
            let d2 = day.other[k];
            if d2 > 0.0 && after[k] > 0.0 {
                let tied = if d2 > 1.0 {
                    1.0 - (d2 - 1.0) / (n - 1.0)
                } else {
                    1.0
                };
                other[k] = (ratio, tied * before[k] * before[k] * d2 / (n * n));
            }
        }
        terms.push(Term {
            direct,
            so_far: compensator.clone(),
            own,
            other,
        });
        before = after;
    }
    for term in &terms {
        for k in 0..groups {
            let to_come = |g: usize| compensator[(g, k)] - term.so_far[(g, k)];
            let ((factor, own), (ratio, other)) = (term.own[k], term.other[k]);
            let first: Vec<f64> = (0..groups)
                .map(|g| term.direct[(g, k)] + factor * to_come(g))
                .collect();
            for g in 0..groups {
                for j in 0..groups {
                    covariance[(g, j)] +=
                        own * first[g] * first[j] + other * ratio * ratio * to_come(g) * to_come(j);
                }
            }
        }
    }
}

fn finish(cause: u32, score: Vec<f64>, covariance: Array2<f64>) -> Result<GrayTest, StatsError> {
    // A group that is never at risk says nothing; of the others one is given by the rest.
    let used: Vec<usize> = (0..score.len())
        .filter(|&g| covariance[(g, g)] > 0.0)
        .skip(1)
        .collect();
    let u: Array1<f64> = used.iter().map(|&g| score[g]).collect();
    let v = Array2::from_shape_fn((used.len(), used.len()), |(i, j)| {
        covariance[(used[i], used[j])]
    });
    let factored = match used.is_empty() {
        true => None,
        false => Factored::new(&v),
    };
    let Some(factored) = factored else {
        let rule = "are never at risk together when an event falls: nothing tells them apart";
        return Err(StatsError::argument("groups", rule));
    };
    let statistic = u.dot(&factored.solve(&u));
    let df = used.len() as f64;
    Ok(GrayTest {
        cause,
        score,
        covariance,
        statistic,
        df,
        p_value: chi_squared::sf(statistic, df),
    })
}

impl GrayTest {
    /// The test as an estimate without a point.
    #[must_use]
    pub fn estimate(&self) -> Estimate {
        let mut result = Estimate::point(Statistic::CumulativeIncidence, Method::Gray, f64::NAN);
        result.statistic_value = self.statistic;
        result.df = self.df;
        result.p_value = self.p_value;
        result
    }
}

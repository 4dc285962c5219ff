//! Ratios of mean counts between groups: the proportional means model of Lin, Wei, Yang and Ying.
//!
//! With n_g people of group g followed at t, theta_g the ratio of group g against the first and d
//! events, group g expects d theta_g n_g / S, S = sum of theta n. The estimate makes observed and
//! expected equal in every group: the partial likelihood of Andersen and Gill with Breslow's ties.
//! The variance is the sandwich of people's own observed minus expected.
//!
//! References: P. K. Andersen, R. D. Gill (1982), Annals of Statistics 10:1100-1120; D. Y. Lin, L. J.
//! Wei, I. Yang, Z. Ying (2000), JRSS B 62:711-730.

use super::RecurrentEvents;
use crate::linear::Factored;
use crate::survival::log_rank::strata;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use ndarray::{Array1, Array2};

const MAX_ITERATIONS: usize = 50;
const CONVERGED: f64 = 1e-10;

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

/// One event time of a stratum: events and people followed, a number a group.
struct Moment {
    time: f64,
    events: Vec<f64>,
    followed: Vec<f64>,
}

impl Moment {
    /// Each group's share of the next event, the first group's among them, and the sum S.
    fn shares(&self, theta: &[f64]) -> (Vec<f64>, f64) {
        let weights = self.followed.iter().zip(theta).map(|(n, t)| n * t);
        let weights: Vec<f64> = weights.collect();
        let sum: f64 = weights.iter().sum();
        (weights.iter().map(|w| w / sum).collect(), sum)
    }

    fn total(&self) -> f64 {
        self.events.iter().sum()
    }
}

struct Stratum {
    members: Vec<usize>,
    moments: Vec<Moment>,
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
    let strata: Vec<Stratum> = strata(stratum, n)
        .into_iter()
        .map(|members| Stratum {
            moments: moments(people, group, groups, &members),
            members,
        })
        .collect();
    let events = |g: usize| -> f64 {
        let all = strata.iter().flat_map(|stratum| &stratum.moments);
        all.map(|moment| moment.events[g]).sum()
    };
    if let Some(empty) = (0..groups).find(|&g| events(g) == 0.0) {
        return Err(StatsError::MonotoneLikelihood {
            terms: vec![format!("group {}", empty + 1)],
        });
    }
    let (beta, factored, iterations) = solve(&strata, groups)?;
    let model_covariance = factored.inverse();
    let theta = theta(&beta);
    let mut meat = Array2::zeros((groups - 1, groups - 1));
    for stratum in &strata {
        add_squares(stratum, people, group, &theta, &mut meat);
    }
    Ok(ProportionalMeans {
        covariance: model_covariance.dot(&meat).dot(&model_covariance),
        beta,
        model_covariance,
        iterations,
    })
}

fn moments(
    people: &RecurrentEvents,
    group: &[usize],
    groups: usize,
    members: &[usize],
) -> Vec<Moment> {
    let of_group = |g: usize| -> Vec<usize> {
        let own = members.iter().copied().filter(|&i| group[i] == g);
        own.collect()
    };
    let ends: Vec<Vec<f64>> = (0..groups)
        .map(|g| people.at(&of_group(g)).sorted_ends())
        .collect();
    let mut all: Vec<(f64, usize)> = members
        .iter()
        .flat_map(|&i| people.events[i].iter().map(move |time| (*time, group[i])))
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ties = all.chunk_by(|a, b| a.0 >= b.0);
    ties.map(|tie| {
        let time = tie[0].0;
        let count = |g: usize| tie.iter().filter(|(_, own)| *own == g).count() as f64;
        Moment {
            time,
            events: (0..groups).map(count).collect(),
            followed: ends
                .iter()
                .map(|ends| RecurrentEvents::at_risk(ends, time) as f64)
                .collect(),
        }
    })
    .collect()
}

fn theta(beta: &Array1<f64>) -> Vec<f64> {
    let later = beta.iter().map(|beta| beta.exp());
    std::iter::once(1.0).chain(later).collect()
}

/// Newton's method; a step never multiplies a ratio by more than e².
fn solve(strata: &[Stratum], groups: usize) -> Result<(Array1<f64>, Factored, usize), StatsError> {
    let p = groups - 1;
    let mut beta = Array1::<f64>::zeros(p);
    let mut decrement = f64::NAN;
    for iteration in 1..=MAX_ITERATIONS {
        let theta = theta(&beta);
        let mut score = Array1::<f64>::zeros(p);
        let mut information = Array2::<f64>::zeros((p, p));
        for moment in strata.iter().flat_map(|stratum| &stratum.moments) {
            let (shares, _) = moment.shares(&theta);
            let d = moment.total();
            for g in 0..p {
                score[g] += moment.events[g + 1] - d * shares[g + 1];
                for h in 0..p {
                    let same = f64::from(u8::from(g == h));
                    information[(g, h)] += d * shares[g + 1] * (same - shares[h + 1]);
                }
            }
        }
        let Some(factored) = Factored::new(&information) else {
            let rule = "are never followed together when an event falls: nothing tells them apart";
            return Err(StatsError::argument("groups", rule));
        };
        let step = factored.solve(&score);
        decrement = score.dot(&step).max(0.0).sqrt();
        let longest = step.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        beta += &(&step * (2.0 / longest).min(1.0));
        if decrement < CONVERGED {
            return Ok((beta, factored, iteration));
        }
    }
    Err(StatsError::NotConverged {
        iterations: MAX_ITERATIONS,
        decrement,
        hint: "",
    })
}

/// Adds the squares of people's observed minus expected, each against the shares of the time.
fn add_squares(
    stratum: &Stratum,
    people: &RecurrentEvents,
    group: &[usize],
    theta: &[f64],
    meat: &mut Array2<f64>,
) {
    let p = theta.len() - 1;
    let times: Vec<f64> = stratum.moments.iter().map(|moment| moment.time).collect();
    let shares: Vec<Vec<f64>> = stratum
        .moments
        .iter()
        .map(|moment| moment.shares(theta).0)
        .collect();
    // Up to each time: the common hazard, and its sums with each group's share.
    let mut common = vec![0.0];
    let mut with_share = vec![vec![0.0; p]];
    for (k, moment) in stratum.moments.iter().enumerate() {
        let (own, sum) = moment.shares(theta);
        let hazard = moment.total() / sum;
        common.push(common[k] + hazard);
        let next = (0..p).map(|h| with_share[k][h] + hazard * own[h + 1]);
        with_share.push(next.collect());
    }
    for &i in &stratum.members {
        let g = group[i];
        let until = times.partition_point(|time| *time <= people.end[i]);
        let residual: Array1<f64> = (0..p)
            .map(|h| {
                let own = f64::from(u8::from(g == h + 1));
                let observed: f64 = people.events[i]
                    .iter()
                    .map(|event| own - shares[times.partition_point(|t| t < event)][h + 1])
                    .sum();
                observed - theta[g] * (own * common[until] - with_share[until][h])
            })
            .collect();
        for a in 0..p {
            for b in 0..p {
                meat[(a, b)] += residual[a] * residual[b];
            }
        }
    }
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

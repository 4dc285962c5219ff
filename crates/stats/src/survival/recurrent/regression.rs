//! Ratios of mean counts with covariates: the proportional means regression of Lin, Wei, Yang and Ying.
//!
//! A person with covariates x has the mean count mu(t) exp(x beta). With w = exp(x beta), S0 and S1 the sums
//! of w and of x w over those of a stratum still followed at t, and d events at t, the score is the sum over
//! events of x - S1/S0, and the information that of d (S2/S0 - S1 S1'/S0²): Andersen and Gill's partial
//! likelihood with Breslow's ties, in which a person may have several events on one day. The variance is the
//! sandwich of people's own sums of (x - S1/S0)(dN - w d/S0).
//!
//! References: P. K. Andersen, R. D. Gill (1982), Annals of Statistics 10:1100-1120; D. Y. Lin, L. J.
//! Wei, I. Yang, Z. Ying (2000), JRSS B 62:711-730.

use super::RecurrentEvents;
use crate::linear::{Factored, aliased_columns};
use crate::survival::log_rank::strata;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use ndarray::{Array1, Array2, ArrayView1};

const MAX_ITERATIONS: usize = 50;
const CONVERGED: f64 = 1e-10;
/// A log ratio this far from 0 between two people has no finite estimate.
const DIVERGED: f64 = 30.0;

/// A fitted proportional means regression.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MeanCountRegression {
    /// Log ratios of mean counts, a column of the design each.
    pub beta: Array1<f64>,
    /// Their robust covariance.
    pub covariance: Array2<f64>,
    /// Inverse information: right if a person's events were independent.
    pub model_covariance: Array2<f64>,
    /// Iterations.
    pub iterations: usize,
}

/// Fits it: `x` holds a row a person without an intercept, `terms` the names of its columns, `stratum` any
/// labels within which people are compared.
///
/// # Errors
/// [`StatsError::Argument`] if lengths differ or there is no column; [`StatsError::RankDeficient`] for
/// columns that the others give; [`StatsError::MonotoneLikelihood`] where people of one side of a column
/// have no event; no convergence.
///
/// ```
/// use ndarray::array;
/// use regtrial_stats::survival::recurrent::{RecurrentEvents, mean_count_regression};
/// let (people, _) = RecurrentEvents::new(
///     &[0, 0, 1, 1, 1, 1],
///     &[4.0, 9.0, 2.0, 3.0, 5.0, 9.0],
///     &[true, false, true, true, true, false],
/// )?;
/// let fit = mean_count_regression(&people, &array![[0.0], [1.0]], &["arm".to_owned()], None)?;
/// // Everyone is followed to day 9: the ratio is that of the counts, 3 against 1.
/// assert!((fit.beta[0].exp() - 3.0).abs() < 1e-9);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn mean_count_regression(
    people: &RecurrentEvents,
    x: &Array2<f64>,
    terms: &[String],
    stratum: Option<&[usize]>,
) -> Result<MeanCountRegression, StatsError> {
    let n = people.nobs();
    if x.nrows() != n || stratum.is_some_and(|labels| labels.len() != n) {
        let rule = "must have a row a person";
        return Err(StatsError::argument("design", rule));
    }
    if x.ncols() == 0 || terms.len() != x.ncols() {
        let rule = "must have a column, and a name for each";
        return Err(StatsError::argument("design", rule));
    }
    if x.iter().any(|value| !value.is_finite()) {
        return Err(StatsError::argument("design", "must hold finite numbers"));
    }
    let strata: Vec<Stratum> = strata(stratum, n)
        .into_iter()
        .map(|members| Stratum::new(people, members))
        .collect();
    let sums = Sums { people, x, strata };
    let with_one = Array2::from_shape_fn((n, x.ncols() + 1), |(i, j)| match j {
        0 => 1.0,
        _ => x[(i, j - 1)],
    });
    let aliased = aliased_columns(&with_one).into_iter();
    let aliased: Vec<String> = aliased.map(|j| terms[j.max(1) - 1].clone()).collect();
    if !aliased.is_empty() {
        return Err(StatsError::RankDeficient { terms: aliased });
    }
    let mut beta = Array1::zeros(x.ncols());
    let mut decrement = f64::NAN;
    let mut at = sums.at(&beta);
    for iterations in 1..=MAX_ITERATIONS {
        let Some(factored) = Factored::new(&at.information) else {
            if beta.iter().any(|value| *value != 0.0) {
                return Err(monotone(x, &beta, terms));
            }
            let rule = "holds people who are never followed together when an event falls: nothing \
                        tells them apart";
            return Err(StatsError::argument("design", rule));
        };
        let mut step = factored.solve(&at.score);
        decrement = at.score.dot(&step).max(0.0).sqrt();
        let mut next = sums.at(&(&beta + &step));
        // A step too far makes the likelihood worse: half of it, and again.
        for _ in 0..30 {
            if next.log_likelihood >= at.log_likelihood - 1e-12 * at.log_likelihood.abs() {
                break;
            }
            step /= 2.0;
            next = sums.at(&(&beta + &step));
        }
        beta += &step;
        at = next;
        if spread(x, &beta) > DIVERGED {
            return Err(monotone(x, &beta, terms));
        }
        if step.iter().all(|change| change.abs() <= CONVERGED) {
            let Some(factored) = Factored::new(&at.information) else {
                break;
            };
            let model_covariance = factored.inverse();
            let meat = sums.squares(&beta);
            return Ok(MeanCountRegression {
                covariance: model_covariance.dot(&meat).dot(&model_covariance),
                beta,
                model_covariance,
                iterations,
            });
        }
    }
    Err(StatsError::NotConverged {
        iterations: MAX_ITERATIONS,
        decrement,
        hint: "",
    })
}

impl MeanCountRegression {
    /// The ratio of the mean counts of people who differ by `contrast` in the columns.
    #[must_use]
    pub fn ratio(&self, contrast: ArrayView1<'_, f64>, level: ConfidenceLevel) -> Estimate {
        let log_ratio = contrast.dot(&self.beta);
        let variance = contrast.dot(&self.covariance.dot(&contrast));
        Estimate::wald_log(
            Statistic::RateRatio,
            Method::ProportionalMeans,
            log_ratio.exp(),
            variance.sqrt(),
            level,
        )
    }
}

/// The people of a stratum by the end of their following, the last first, and its event times.
struct Stratum {
    by_end: Vec<usize>,
    /// Event times, the last first, with the events of each person.
    moments: Vec<(f64, Vec<usize>)>,
}

impl Stratum {
    fn new(people: &RecurrentEvents, mut members: Vec<usize>) -> Self {
        let mut events: Vec<(f64, usize)> = members
            .iter()
            .flat_map(|&i| people.events[i].iter().map(move |time| (*time, i)))
            .collect();
        events.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let ties = events.chunk_by(|a, b| a.0 <= b.0);
        let moments = ties.map(|tie| (tie[0].0, tie.iter().map(|event| event.1).collect()));
        let moments = moments.collect();
        members.sort_by(|&a, &b| people.end[b].total_cmp(&people.end[a]).then(a.cmp(&b)));
        Self {
            by_end: members,
            moments,
        }
    }
}

struct Sums<'a> {
    people: &'a RecurrentEvents,
    x: &'a Array2<f64>,
    strata: Vec<Stratum>,
}

/// The likelihood at a point.
struct At {
    log_likelihood: f64,
    score: Array1<f64>,
    information: Array2<f64>,
}

impl Sums<'_> {
    fn at(&self, beta: &Array1<f64>) -> At {
        let p = beta.len();
        let eta = self.x.dot(beta);
        let (mut log_likelihood, mut score) = (0.0, Array1::zeros(p));
        let mut information = Array2::zeros((p, p));
        for stratum in &self.strata {
            let (mut s0, mut s1) = (0.0, Array1::<f64>::zeros(p));
            let mut s2 = Array2::<f64>::zeros((p, p));
            let mut waiting = stratum.by_end.iter().peekable();
            for (time, events) in &stratum.moments {
                while let Some(&i) = waiting.next_if(|&&i| self.people.end[i] >= *time) {
                    let (row, weight) = (self.x.row(i), eta[i].exp());
                    s0 += weight;
                    s1.scaled_add(weight, &row);
                    for j in 0..p {
                        for k in 0..p {
                            s2[(j, k)] += weight * row[j] * row[k];
                        }
                    }
                }
                let d = events.len() as f64;
                let mean = &s1 / s0;
                for &i in events {
                    log_likelihood += eta[i];
                    score += &self.x.row(i);
                }
                log_likelihood -= d * f64::ln(s0);
                score.scaled_add(-d, &mean);
                for j in 0..p {
                    for k in 0..p {
                        information[(j, k)] += d * (s2[(j, k)] / s0 - mean[j] * mean[k]);
                    }
                }
            }
        }
        At {
            log_likelihood,
            score,
            information,
        }
    }

    /// The sum of the squares of people's own scores.
    fn squares(&self, beta: &Array1<f64>) -> Array2<f64> {
        let p = beta.len();
        let eta = self.x.dot(beta);
        let mut own: Array2<f64> = Array2::zeros((self.people.nobs(), p));
        for stratum in &self.strata {
            // From the last event time back: d/S0 and the mean of x at each.
            let (mut s0, mut s1) = (0.0, Array1::<f64>::zeros(p));
            let mut waiting = stratum.by_end.iter().peekable();
            let mut steps: Vec<(f64, f64, Array1<f64>)> = Vec::new();
            for (time, events) in &stratum.moments {
                while let Some(&i) = waiting.next_if(|&&i| self.people.end[i] >= *time) {
                    s0 += eta[i].exp();
                    s1.scaled_add(eta[i].exp(), &self.x.row(i));
                }
                let mean = &s1 / s0;
                for &i in events {
                    let mut row = own.row_mut(i);
                    row += &self.x.row(i);
                    row -= &mean;
                }
                steps.push((*time, events.len() as f64 / s0, mean));
            }
            // Forward: what was expected of everyone who is followed at least so far.
            let (mut hazard, mut weighted) = (0.0, Array1::<f64>::zeros(p));
            let mut steps = steps.into_iter().rev().peekable();
            for &i in stratum.by_end.iter().rev() {
                while let Some((_, jump, mean)) =
                    steps.next_if(|(time, ..)| *time <= self.people.end[i])
                {
                    hazard += jump;
                    weighted.scaled_add(jump, &mean);
                }
                let weight = eta[i].exp();
                let mut row = own.row_mut(i);
                row.scaled_add(-weight * hazard, &self.x.row(i));
                row.scaled_add(weight, &weighted);
            }
        }
        own.t().dot(&own)
    }
}

/// The largest difference of the linear predictor between two people.
fn spread(x: &Array2<f64>, beta: &Array1<f64>) -> f64 {
    let eta = x.dot(beta);
    let low = eta.iter().copied().fold(f64::INFINITY, f64::min);
    eta.iter().copied().fold(f64::NEG_INFINITY, f64::max) - low
}

/// No finite maximum, by the column that pulls people apart most.
fn monotone(x: &Array2<f64>, beta: &Array1<f64>, terms: &[String]) -> StatsError {
    let reach = |j: usize| {
        let column = x.column(j);
        let low = column.iter().copied().fold(f64::INFINITY, f64::min);
        let high = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (high - low) * beta[j].abs()
    };
    let far = (0..terms.len()).max_by(|&a, &b| reach(a).total_cmp(&reach(b)));
    StatsError::MonotoneLikelihood {
        terms: far.map(|j| terms[j].clone()).into_iter().collect(),
    }
}

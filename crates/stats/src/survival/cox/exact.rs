//! Events on one day by the discrete conditional likelihood, for small data.
//!
//! If d of those at risk have the event on a day, it is the probability that it is these d among all
//! choices of d: exp(sum of eta over them) over the elementary symmetric polynomial e_d of the weights.
//! It suits time that is discrete by nature (waves, months). People join the polynomial one by one,
//! with its first and second derivatives.
//!
//! References: D. R. Cox (1972), JRSS B 34:187-220; M. H. Gail, J. H. Lubin, L. V. Rubinstein (1981),
//! Biometrika 68:703-707.

use super::super::SurvivalDesign;
use super::concordance::{self, Concordance};
use super::model::{maximise, monotone, prepare, refuse_aliased};
use super::risk_sets::{Point, RiskSets, Ties};
use crate::distributions::chi_squared;
use crate::glm::TermEstimate;
use crate::linear::Factored;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use ndarray::{Array1, Array2};

/// Multiplications of one evaluation beyond which "small" has ended: some seconds.
const MOST_WORK: f64 = 2e9;

/// A model fitted by the discrete conditional likelihood.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ExactCoxFit {
    /// Names of the coefficients.
    pub terms: Vec<String>,
    /// Log odds ratios of the event on a day; log hazard ratios where nothing is tied.
    pub beta: Array1<f64>,
    /// Inverse information.
    pub covariance: Array2<f64>,
    /// Maximised log-likelihood.
    pub log_likelihood: f64,
    /// Log-likelihood with every coefficient 0.
    pub null_log_likelihood: f64,
    /// The score test's chi-squared statistic.
    pub score_statistic: f64,
    /// Harrell's concordance.
    pub concordance: Concordance,
    /// Rows used.
    pub nobs: usize,
    /// Events.
    pub events: u64,
    /// Rows set aside for a missing value.
    pub dropped: usize,
    /// Newton iterations.
    pub iterations: usize,
}

impl ExactCoxFit {
    /// Fits by maximum likelihood.
    ///
    /// # Errors
    /// Those of [`Cox::fit`](super::Cox::fit); [`StatsError::Argument`] for data on which this would
    /// take too long.
    pub fn new(design: &SurvivalDesign) -> Result<Self, StatsError> {
        let sets = prepare(design, Ties::Breslow)?;
        refuse_aliased(&sets, design)?;
        let risk_sets = members(&sets)?;
        let at = |beta: &Array1<f64>| evaluate(&sets, &risk_sets, beta);
        let null = at(&Array1::zeros(sets.columns()));
        let Some(factored) = Factored::new(&null.information) else {
            return Err(StatsError::RankDeficient {
                terms: design.terms.clone(),
            });
        };
        let score_statistic = null.score.dot(&factored.solve(&null.score));
        let (point, iterations) = maximise(at, null.clone(), &design.terms)?;
        let Some(factored) = Factored::new(&point.information) else {
            return Err(monotone(&point.beta, &design.terms));
        };
        let inverse = factored.inverse();
        let scale = &sets.scale;
        Ok(Self {
            terms: design.terms.clone(),
            beta: point.beta.iter().zip(scale).map(|(b, s)| b / s).collect(),
            covariance: Array2::from_shape_fn(inverse.dim(), |(i, j)| {
                inverse[(i, j)] / (scale[i] * scale[j])
            }),
            log_likelihood: point.log_likelihood,
            null_log_likelihood: null.log_likelihood,
            score_statistic,
            concordance: concordance::harrell(&sets, &point.beta, None),
            nobs: design.nobs(),
            events: design.events(),
            dropped: design.dropped,
            iterations,
        })
    }

    /// Coefficients with Wald tests and intervals.
    #[must_use]
    pub fn confint(&self, level: ConfidenceLevel) -> Vec<TermEstimate> {
        let terms = self.terms.iter().enumerate();
        terms
            .map(|(j, term)| {
                let (beta, error) = (self.beta[j], self.covariance[(j, j)].sqrt());
                let statistic = Statistic::Coefficient;
                TermEstimate {
                    term: term.clone(),
                    estimate: Estimate::wald(statistic, Method::Wald, beta, error, level),
                }
            })
            .collect()
    }

    /// Tests of all terms together: likelihood ratio, score, Wald.
    #[must_use]
    pub fn tests(&self) -> [Estimate; 3] {
        let wald = Factored::new(&self.covariance).map_or(f64::NAN, |factored| {
            self.beta.dot(&factored.solve(&self.beta))
        });
        let ratio = 2.0 * (self.log_likelihood - self.null_log_likelihood);
        [
            (Method::LikelihoodRatio, ratio),
            (Method::Score, self.score_statistic),
            (Method::Wald, wald),
        ]
        .map(|(method, statistic)| {
            let mut test = Estimate::point(Statistic::Model, method, f64::NAN);
            test.statistic_value = statistic;
            test.df = self.terms.len() as f64;
            test.p_value = chi_squared::sf(statistic, test.df);
            test
        })
    }
}

/// Who is at risk at each event time.
fn members(sets: &RiskSets) -> Result<Vec<Vec<usize>>, StatsError> {
    let p = sets.columns() as f64;
    let mut work = 0.0;
    let mut found = Vec::with_capacity(sets.moments.len());
    for moment in &sets.moments {
        let first = sets.strata[moment.stratum].start;
        let enters = |i: &usize| {
            sets.start
                .as_ref()
                .is_none_or(|start| start[*i] < moment.time)
        };
        let at_risk: Vec<usize> = (first..moment.rows.end).filter(enters).collect();
        work += at_risk.len() as f64 * moment.events as f64 * (1.0 + p * p);
        if work > MOST_WORK {
            let rule =
                "are too many for the exact likelihood: efron's approximation is close to it";
            return Err(StatsError::argument("ties", rule));
        }
        found.push(at_risk);
    }
    Ok(found)
}

/// The polynomials of order 0 to d with their derivatives by beta.
struct Polynomials {
    value: Vec<f64>,
    gradient: Vec<f64>,
    curvature: Vec<f64>,
}

impl Polynomials {
    fn new(d: usize, p: usize) -> Self {
        let mut value = vec![0.0; d + 1];
        value[0] = 1.0;
        Self {
            value,
            gradient: vec![0.0; (d + 1) * p],
            curvature: vec![0.0; (d + 1) * p * p],
        }
    }

    /// One more person: e_k grows by w e_(k-1), and so do its derivatives.
    fn join(&mut self, w: f64, x: &[f64]) {
        let p = x.len();
        for k in (1..self.value.len()).rev() {
            let e = self.value[k - 1];
            self.value[k] += w * e;
            let (lower, own) = self.curvature.split_at_mut(k * p * p);
            let lower = &lower[(k - 1) * p * p..];
            let before = &self.gradient[(k - 1) * p..k * p];
            for a in 0..p {
                for b in 0..=a {
                    own[a * p + b] += w
                        * (lower[a * p + b]
                            + x[a] * before[b]
                            + before[a] * x[b]
                            + x[a] * x[b] * e);
                }
            }
            let (lower, own) = self.gradient.split_at_mut(k * p);
            let lower = &lower[(k - 1) * p..];
            for a in 0..p {
                own[a] += w * (lower[a] + x[a] * e);
            }
        }
    }
}

fn evaluate(sets: &RiskSets, risk_sets: &[Vec<usize>], beta: &Array1<f64>) -> Point {
    let p = sets.columns();
    let base = sets.offset.iter().sum::<f64>() / sets.rows().max(1) as f64;
    let eta: Vec<f64> = (0..sets.rows())
        .map(|i| {
            let dot: f64 = sets.row(i).iter().zip(beta).map(|(x, b)| x * b).sum();
            dot + sets.offset[i] - base
        })
        .collect();
    let mut point = Point {
        beta: beta.clone(),
        log_likelihood: 0.0,
        score: Array1::zeros(p),
        information: Array2::zeros((p, p)),
        weights: Vec::new(),
        increments: Vec::new(),
    };
    for (moment, at_risk) in sets.moments.iter().zip(risk_sets) {
        let d = moment.events;
        // Scaled so that the weights add up to d, e_d stays within range.
        let sum: f64 = at_risk.iter().map(|&i| eta[i].exp()).sum();
        let unit = d as f64 / sum;
        let mut polynomials = Polynomials::new(d, p);
        for &i in at_risk {
            polynomials.join(eta[i].exp() * unit, sets.row(i));
        }
        let e = polynomials.value[d];
        let gradient = &polynomials.gradient[d * p..];
        let curvature = &polynomials.curvature[d * p * p..];
        point.log_likelihood -= e.ln() - d as f64 * unit.ln();
        // Events come first among the rows of a tie.
        let events = moment.rows.start..moment.rows.start + d;
        for i in events {
            point.log_likelihood += eta[i];
            for (score, x) in point.score.iter_mut().zip(sets.row(i)) {
                *score += x;
            }
        }
        for a in 0..p {
            point.score[a] -= gradient[a] / e;
            for b in 0..=a {
                point.information[(a, b)] +=
                    curvature[a * p + b] / e - gradient[a] * gradient[b] / (e * e);
            }
        }
    }
    for a in 0..p {
        for b in 0..a {
            point.information[(b, a)] = point.information[(a, b)];
        }
    }
    point
}

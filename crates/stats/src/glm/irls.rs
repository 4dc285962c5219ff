//! Fisher scoring: the iterations behind a maximum-likelihood fit.
//!
//! With a link that is not canonical it converges linearly, and slowly where a fitted risk is near
//! its edge: Newton's method with the observed information takes over after a few steps. The
//! covariance is that of the expected information throughout.

use super::family::{Family, Link};
use super::{edge, separation};
use crate::StatsError;
use crate::design::INTERCEPT;
use crate::linear::{
    Factored, aliased_columns, least_squares_qr, linear_predictor, pass, transpose_times,
    weighted_gram,
};
use ndarray::{Array1, Array2};

/// Converged when the Newton decrement, in standard errors, is below this.
const CONVERGED: f64 = 1e-10;
const MAX_ITERATIONS: usize = 100;
/// After this many iterations a likelihood that still climbs is examined for separation.
const SUSPICIOUS: usize = 15;

/// After this many iterations a step uses the observed information, if it differs.
const NEWTON: usize = 10;
/// A fitted risk this close to 0 or 1 is at its edge.
const EDGE: f64 = 1e-6;

/// What is maximised.
pub(super) struct Problem<'a> {
    pub(super) family: Family,
    pub(super) link: Link,
    pub(super) x: &'a Array2<f64>,
    pub(super) y: &'a [f64],
    pub(super) offset: Option<&'a [f64]>,
    pub(super) terms: &'a [String],
}

/// Where the likelihood is largest.
pub(super) struct Maximum {
    pub(super) beta: Array1<f64>,
    pub(super) eta: Vec<f64>,
    /// (X' W X)^-1, without the dispersion.
    pub(super) inverse_information: Array2<f64>,
    pub(super) deviance: f64,
    pub(super) iterations: usize,
}

/// One evaluation at beta: all that a step needs, from a single pass over the rows.
struct State {
    deviance: f64,
    information: Array2<f64>,
    gradient: Array1<f64>,
}

impl Problem<'_> {
    pub(super) fn maximise(&self) -> Result<Maximum, StatsError> {
        self.maximise_from(self.start()?)
    }

    /// As [`maximise`](Self::maximise), from a point near the maximum.
    pub(super) fn maximise_from(&self, start: Array1<f64>) -> Result<Maximum, StatsError> {
        let mut beta = start;
        let mut state = self
            .evaluate(&beta)
            .ok_or_else(|| self.not_converged(&beta, 0, f64::INFINITY))?;
        let mut decrement = f64::INFINITY;
        for iteration in 1..=MAX_ITERATIONS {
            let mut step = self.step(&beta, &state)?;
            if iteration > NEWTON
                && let Some(direction) = self.newton_direction(&beta, &state)
            {
                step.direction = direction;
            }
            decrement = self.scaled_decrement(state.gradient.dot(&step.direction), &state);
            if decrement < CONVERGED {
                let last = &beta + &step.direction;
                return match self.evaluate(&last) {
                    Some(state) => self.finish(last, state, iteration),
                    None => self.finish(beta, state, iteration),
                };
            }
            if iteration > SUSPICIOUS && self.family != Family::Gaussian {
                self.check_separation(&step.direction)?;
            }
            (beta, state) = match self.halved(&beta, &step.direction, &state) {
                Some(next) => next,
                // No step improves: rounding is all that is left, or the mean hit its edge.
                None if decrement < 1e-6 => return self.finish(beta, state, iteration),
                None => return Err(self.not_converged(&beta, iteration, decrement)),
            };
        }
        Err(self.not_converged(&beta, MAX_ITERATIONS, decrement))
    }

    /// The maximum from within, where the steps of Fisher and Newton stop short of it: for the links whose
    /// risks have an edge.
    pub(super) fn maximise_at_edge(&self) -> Result<(Maximum, bool), StatsError> {
        let failed = || self.not_converged(&Array1::zeros(self.terms.len()), 0, f64::NAN);
        let top = edge::climb(self, &self.start()?).ok_or_else(failed)?;
        if !top.at_edge {
            return Ok((self.maximise_from(top.beta)?, false));
        }
        let size = self.terms.len();
        // Rounding must not carry a risk beyond its edge, where the deviance has no value.
        let eta = linear_predictor(self.x, &top.beta, self.offset);
        let (low, high) = match self.link {
            Link::Log => (f64::NEG_INFINITY, 0.0),
            _ => (0.0, 1.0),
        };
        let eta: Vec<f64> = eta.into_iter().map(|eta| eta.clamp(low, high)).collect();
        let rows = eta.iter().zip(self.y);
        let lost = |(&eta, &y)| self.family.unit_deviance(y, self.link.mean(eta));
        let deviance = rows.map(lost).sum();
        let maximum = Maximum {
            eta,
            beta: top.beta,
            // Information is infinite or no information at all where a risk is 0 or 1.
            inverse_information: Array2::from_elem((size, size), f64::NAN),
            deviance,
            iterations: top.iterations,
        };
        Ok((maximum, true))
    }

    /// Whether the maximum that was found lies at the edge, or so near that it may.
    pub(super) fn may_be_at_edge(&self, maximum: &Maximum) -> bool {
        let edged = matches!(self.link, Link::Identity | Link::Log);
        self.family == Family::Binomial && edged && edge::nearest(self, &maximum.eta) < EDGE
    }

    /// Starts where every mean is the overall mean, if the terms can say so: a valid point for
    /// every link.
    fn start(&self) -> Result<Array1<f64>, StatsError> {
        let mean = self.y.iter().sum::<f64>() / self.y.len() as f64;
        let target = self.link.of_mean(mean);
        let constant = self.terms.first().is_some_and(|term| term == INTERCEPT)
            && self.x.column(0).iter().all(|value| *value == 1.0);
        if constant && self.offset.is_none() {
            let mut beta = Array1::zeros(self.terms.len());
            beta[0] = target;
            return Ok(beta);
        }
        let z: Vec<f64> = match self.offset {
            Some(offset) => offset.iter().map(|o| target - o).collect(),
            None => vec![target; self.y.len()],
        };
        let ones = vec![1.0; self.y.len()];
        match Factored::new(&weighted_gram(self.x, &ones)) {
            Some(gram) if !gram.is_ill_conditioned() => {
                Ok(gram.solve(&transpose_times(self.x, &z)))
            }
            _ => {
                self.check_rank()?;
                least_squares_qr(self.x, &ones, &z)
                    .map(|(beta, _)| beta)
                    .ok_or_else(|| self.aliased())
            }
        }
    }

    fn evaluate(&self, beta: &Array1<f64>) -> Option<State> {
        let sums = pass(self.x, beta, self.offset, |block, weights, scores| {
            let mut deviance = 0.0;
            for (i, &eta) in block.eta.iter().enumerate() {
                let y = self.y[block.start + i];
                let mean = self.link.mean(eta);
                if !self.family.admits(mean) {
                    return None;
                }
                (weights[i], scores[i]) = self.family.weight_and_score(y, mean);
                deviance += self.family.unit_deviance(y, mean);
            }
            Some(deviance)
        })?;
        sums.total.is_finite().then_some(State {
            deviance: sums.total,
            information: sums.gram,
            gradient: sums.gradient,
        })
    }

    fn step(&self, beta: &Array1<f64>, state: &State) -> Result<Step, StatsError> {
        match Factored::new(&state.information) {
            Some(factored) if !factored.is_ill_conditioned() => Ok(Step {
                direction: factored.solve(&state.gradient),
                inverse_information: factored.inverse(),
            }),
            _ => {
                self.check_rank()?;
                let (mut weights, mut z) = (Vec::new(), Vec::new());
                for (eta, &y) in linear_predictor(self.x, beta, self.offset)
                    .into_iter()
                    .zip(self.y)
                {
                    let (weight, score) = self.family.weight_and_score(y, self.link.mean(eta));
                    weights.push(weight);
                    z.push(if weight > 0.0 { score / weight } else { 0.0 });
                }
                let (direction, inverse_information) =
                    least_squares_qr(self.x, &weights, &z).ok_or_else(|| self.aliased())?;
                Ok(Step {
                    direction,
                    inverse_information,
                })
            }
        }
    }

    /// Newton's step with the observed information, where that is not the expected one and is
    /// positive definite.
    fn newton_direction(&self, beta: &Array1<f64>, state: &State) -> Option<Array1<f64>> {
        let eta = linear_predictor(self.x, beta, self.offset);
        let observed = |(&eta, &y)| self.family.observed_weight(self.link, y, eta);
        let weights: Vec<f64> = eta
            .iter()
            .zip(self.y)
            .map(observed)
            .collect::<Option<_>>()?;
        let factored = Factored::new(&weighted_gram(self.x, &weights))?;
        (!factored.is_ill_conditioned()).then(|| factored.solve(&state.gradient))
    }

    /// The full step, or the largest half, quarter, ... of it that does not lose likelihood.
    fn halved(
        &self,
        beta: &Array1<f64>,
        direction: &Array1<f64>,
        state: &State,
    ) -> Option<(Array1<f64>, State)> {
        let mut length = 1.0;
        for _ in 0..40 {
            let next = beta + &(direction * length);
            if let Some(candidate) = self.evaluate(&next)
                && candidate.deviance <= state.deviance * (1.0 + 1e-14) + 1e-300
            {
                return Some((next, candidate));
            }
            length *= 0.5;
        }
        None
    }

    /// The Newton decrement in units of standard errors.
    fn scaled_decrement(&self, square: f64, state: &State) -> f64 {
        let dispersion = match self.family {
            Family::Gaussian if state.deviance > 0.0 => state.deviance / self.y.len() as f64,
            _ => 1.0,
        };
        (square.max(0.0) / dispersion).sqrt()
    }

    fn finish(
        &self,
        beta: Array1<f64>,
        state: State,
        iterations: usize,
    ) -> Result<Maximum, StatsError> {
        let step = self.step(&beta, &state)?;
        let eta = linear_predictor(self.x, &beta, self.offset);
        if self.family != Family::Gaussian && eta.iter().any(|eta| eta.abs() > 15.0) {
            self.check_separation(&step.direction)?;
        }
        Ok(Maximum {
            beta,
            eta,
            inverse_information: step.inverse_information,
            deviance: state.deviance,
            iterations,
        })
    }

    /// Whether a fitted risk reached 0 or 1.
    fn is_at_edge(&self, beta: &Array1<f64>) -> bool {
        let mut eta = linear_predictor(self.x, beta, self.offset).into_iter();
        eta.any(|eta| {
            let mean = self.link.mean(eta);
            mean.mu.min(mean.complement) < EDGE
        })
    }

    fn check_separation(&self, direction: &Array1<f64>) -> Result<(), StatsError> {
        match separation::certified(self.family, self.x, self.y, direction, self.terms) {
            Some(terms) => Err(StatsError::Separation {
                terms,
                family: self.family,
            }),
            None => Ok(()),
        }
    }

    fn check_rank(&self) -> Result<(), StatsError> {
        if aliased_columns(self.x).is_empty() {
            Ok(())
        } else {
            Err(self.aliased())
        }
    }

    fn aliased(&self) -> StatsError {
        let terms = aliased_columns(self.x)
            .into_iter()
            .map(|j| self.terms[j].clone())
            .collect();
        StatsError::RankDeficient { terms }
    }

    fn not_converged(&self, beta: &Array1<f64>, iterations: usize, decrement: f64) -> StatsError {
        let hint = match (self.family, self.link) {
            (Family::Binomial, Link::Log | Link::Identity) if self.is_at_edge(beta) => {
                "a fitted risk reached 0 or 1; a logit model with standardised risks gives the \
                 same contrast without that limit"
            }
            _ => "",
        };
        StatsError::NotConverged {
            iterations,
            decrement,
            hint,
        }
    }
}

struct Step {
    direction: Array1<f64>,
    inverse_information: Array2<f64>,
}

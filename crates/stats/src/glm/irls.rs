//! Fisher scoring: the iterations behind a maximum-likelihood fit.

use super::family::{Family, Link};
use super::separation;
use crate::StatsError;
use crate::linear::{Factored, aliased_columns, least_squares_qr, transpose_times, weighted_gram};
use ndarray::{Array1, Array2};

/// Converged when the Newton decrement, in standard errors, is below this.
const CONVERGED: f64 = 1e-10;
const MAX_ITERATIONS: usize = 100;
/// After this many iterations a likelihood that still climbs is examined for separation.
const SUSPICIOUS: usize = 15;

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

/// One evaluation at beta.
struct State {
    eta: Vec<f64>,
    deviance: f64,
}

impl Problem<'_> {
    pub(super) fn maximise(&self) -> Result<Maximum, StatsError> {
        let mut beta = self.start()?;
        let mut state = self.evaluate(&beta).ok_or_else(|| self.no_start())?;
        let mut decrement = f64::INFINITY;
        for iteration in 1..=MAX_ITERATIONS {
            let (weights, score) = self.weights_and_score(&state.eta);
            let step = self.step(&weights, &score)?;
            decrement = self.scaled_decrement(step.gradient.dot(&step.direction), &state);
            if decrement < CONVERGED {
                return self.finish(beta + &step.direction, state, iteration);
            }
            if iteration > SUSPICIOUS && self.family != Family::Gaussian {
                self.check_separation(&step.direction)?;
            }
            (beta, state) = match self.halved(&beta, &step.direction, &state) {
                Some(next) => next,
                // No step improves: rounding is all that is left, or the mean hit its edge.
                None if decrement < 1e-6 => return self.finish(beta, state, iteration),
                None => return Err(self.not_converged(iteration, decrement)),
            };
        }
        Err(self.not_converged(MAX_ITERATIONS, decrement))
    }

    /// Starts where every mean is the overall mean, if the terms can say so: a valid point for
    /// every link.
    fn start(&self) -> Result<Array1<f64>, StatsError> {
        let mean = self.y.iter().sum::<f64>() / self.y.len() as f64;
        let target = self.link.of_mean(mean);
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
        let mut eta = vec![0.0; self.y.len()];
        if let Some(offset) = self.offset {
            eta.copy_from_slice(offset);
        }
        for (column, coefficient) in self.x.columns().into_iter().zip(beta) {
            for (sum, value) in eta.iter_mut().zip(column) {
                *sum += coefficient * value;
            }
        }
        let mut deviance = 0.0;
        for block in 0..eta.len().div_ceil(1024) {
            let rows = block * 1024..((block + 1) * 1024).min(eta.len());
            let mut sum = 0.0;
            for i in rows {
                let mean = self.link.mean(eta[i]);
                if !self.family.admits(mean) {
                    return None;
                }
                sum += self.family.unit_deviance(self.y[i], mean);
            }
            deviance += sum;
        }
        deviance.is_finite().then_some(State { eta, deviance })
    }

    /// Weights and the derivative of the log-likelihood by eta, a row each.
    fn weights_and_score(&self, eta: &[f64]) -> (Vec<f64>, Vec<f64>) {
        eta.iter()
            .zip(self.y)
            .map(|(&eta, &y)| {
                let mean = self.link.mean(eta);
                let variance = self.family.variance(mean);
                let ratio = mean.derivative / variance;
                // A binomial residual is the complement itself where y is 1: no cancellation.
                let residual = if self.family == Family::Binomial && y == 1.0 {
                    mean.complement
                } else {
                    y - mean.mu
                };
                (mean.derivative * ratio, residual * ratio)
            })
            .unzip()
    }

    fn step(&self, weights: &[f64], score: &[f64]) -> Result<Step, StatsError> {
        let information = weighted_gram(self.x, weights);
        let gradient = transpose_times(self.x, score);
        match Factored::new(&information) {
            Some(factored) if !factored.is_ill_conditioned() => Ok(Step {
                direction: factored.solve(&gradient),
                inverse_information: factored.inverse(),
                gradient,
            }),
            _ => {
                self.check_rank()?;
                let z: Vec<f64> = score
                    .iter()
                    .zip(weights)
                    .map(|(s, w)| if *w > 0.0 { s / w } else { 0.0 })
                    .collect();
                let (direction, inverse_information) =
                    least_squares_qr(self.x, weights, &z).ok_or_else(|| self.aliased())?;
                Ok(Step {
                    direction,
                    inverse_information,
                    gradient,
                })
            }
        }
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
        before: State,
        iterations: usize,
    ) -> Result<Maximum, StatsError> {
        let state = self.evaluate(&beta).unwrap_or(before);
        let (weights, score) = self.weights_and_score(&state.eta);
        let step = self.step(&weights, &score)?;
        if self.family != Family::Gaussian && state.eta.iter().any(|eta| eta.abs() > 15.0) {
            self.check_separation(&step.direction)?;
        }
        Ok(Maximum {
            beta,
            eta: state.eta,
            inverse_information: step.inverse_information,
            deviance: state.deviance,
            iterations,
        })
    }

    fn check_separation(&self, direction: &Array1<f64>) -> Result<(), StatsError> {
        match separation::certified(self.family, self.x, self.y, direction, self.terms) {
            Some(terms) => Err(StatsError::Separation { terms }),
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

    fn no_start(&self) -> StatsError {
        self.not_converged(0, f64::INFINITY)
    }

    fn not_converged(&self, iterations: usize, decrement: f64) -> StatsError {
        let hint = match (self.family, self.link) {
            (Family::Binomial, Link::Log | Link::Identity) => {
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
    gradient: Array1<f64>,
    direction: Array1<f64>,
    inverse_information: Array2<f64>,
}

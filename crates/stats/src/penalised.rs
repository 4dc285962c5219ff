//! Newton's method on a modified score, as Firth's penalised likelihoods have it.
//!
//! Steps are shortened where they overshoot and halved until the penalised likelihood does not fall; the
//! iterations end where the Newton decrement, in standard errors, vanishes.
//!
//! Reference: D. Firth (1993), Biometrika 80:27-38.

use crate::StatsError;
use crate::linear::Factored;
use ndarray::{Array1, Array2};

const MAX_ITERATIONS: usize = 200;
/// The Newton decrement of a profile, which only needs its likelihood: the error of that is of the order of
/// the decrement's square.
const PROFILE_CONVERGED: f64 = 1e-6;

/// A likelihood with a penalty.
pub(crate) trait Penalised {
    /// All that a value of the coefficients gives.
    type Point;

    /// The Newton decrement at which the maximum is found.
    const CONVERGED: f64;
    /// Below this decrement steps that no longer shrink are rounding; 0 where they always shrink.
    const ROUNDING: f64;

    /// `None` where the penalty has no value.
    fn evaluate(&self, beta: Array1<f64>) -> Option<Self::Point>;
    fn beta<'a>(&self, point: &'a Self::Point) -> &'a Array1<f64>;
    fn value(&self, point: &Self::Point) -> f64;
    /// The modified score, and minus its slope or what is close to it.
    fn score(&self, point: &Self::Point) -> (Array1<f64>, Array2<f64>);
    /// How much of a step is not too long.
    fn share(&self, step: &Array1<f64>) -> f64;
    /// A fall of the penalised likelihood that is rounding.
    fn slack(&self, value: f64) -> f64;
}

/// The maximum from `start` and the iterations to it; `fixed` keeps one coefficient at its starting value.
pub(crate) fn maximise<P: Penalised>(
    likelihood: &P,
    start: Array1<f64>,
    fixed: Option<usize>,
) -> Result<(P::Point, usize), StatsError> {
    let evaluated = likelihood.evaluate(start);
    let mut point = evaluated.ok_or_else(|| not_converged(0, f64::INFINITY))?;
    let enough = match fixed {
        Some(_) => PROFILE_CONVERGED,
        None => P::CONVERGED,
    };
    let mut decrement = f64::INFINITY;
    for iteration in 1..=MAX_ITERATIONS {
        let (gradient, slope) = likelihood.score(&point);
        let step = newton_step(&gradient, &slope, fixed)
            .ok_or_else(|| not_converged(iteration, decrement))?;
        let before = decrement;
        decrement = gradient.dot(&step).max(0.0).sqrt();
        let stalled = decrement < P::ROUNDING && decrement > 0.5 * before;
        if decrement < enough || stalled {
            return Ok((point, iteration));
        }
        let value = likelihood.value(&point);
        let mut length = likelihood.share(&step).min(1.0);
        let next = loop {
            let candidate = likelihood.evaluate(likelihood.beta(&point) + &(&step * length));
            match candidate {
                Some(next) if likelihood.value(&next) >= value - likelihood.slack(value) => {
                    break Some(next);
                }
                _ if length < 1e-10 => break None,
                _ => length *= 0.5,
            }
        };
        match next {
            Some(next) => point = next,
            None if decrement < 1e-6 => return Ok((point, iteration)),
            None => return Err(not_converged(iteration, decrement)),
        }
    }
    Err(not_converged(MAX_ITERATIONS, decrement))
}

/// A step of all coefficients but `fixed`.
fn newton_step(
    gradient: &Array1<f64>,
    slope: &Array2<f64>,
    fixed: Option<usize>,
) -> Option<Array1<f64>> {
    let keep: Vec<usize> = (0..gradient.len()).filter(|&j| Some(j) != fixed).collect();
    let smaller =
        Array2::from_shape_fn((keep.len(), keep.len()), |(i, j)| slope[(keep[i], keep[j])]);
    let right: Array1<f64> = keep.iter().map(|&j| gradient[j]).collect();
    let mut step = Array1::zeros(gradient.len());
    for (j, value) in keep.iter().zip(Factored::new(&smaller)?.solve(&right)) {
        step[*j] = value;
    }
    Some(step)
}

fn not_converged(iterations: usize, decrement: f64) -> StatsError {
    StatsError::NotConverged {
        iterations,
        decrement,
        hint: "",
    }
}

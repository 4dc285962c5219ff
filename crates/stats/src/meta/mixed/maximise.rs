//! Newton's method on a few parameters, made to climb: the information is given a ridge where it is
//! not positive definite, and steps are halved until the likelihood grows.

use super::study::Value;
use crate::linear::Factored;
use ndarray::{Array1, Array2};

/// The longest step of a parameter.
const LONGEST: f64 = 2.0;
/// Squared Newton decrement, in units of the log-likelihood, at which the next step is the last.
const SETTLED: f64 = 1e-16;

/// A log-likelihood at a point, with its slopes and curvatures there.
pub(super) trait Surface {
    fn log(&self) -> f64;
    fn slope(&self, i: usize) -> f64;
    fn curvature(&self, i: usize, j: usize) -> f64;
}

impl Surface for Value {
    fn log(&self) -> f64 {
        self.log
    }

    fn slope(&self, i: usize) -> f64 {
        self.gradient[i]
    }

    fn curvature(&self, i: usize, j: usize) -> f64 {
        self.hessian[i][j]
    }
}

/// The maximum over the parameters `free`, from `start`; `None` if it is not found.
pub(super) fn maximise<P: AsMut<[f64]> + Clone, S: Surface>(
    objective: impl Fn(&P) -> Option<S>,
    free: &[usize],
    start: P,
) -> Option<(P, S)> {
    let mut at = start;
    let mut value = objective(&at)?;
    for _ in 0..200 {
        let gradient: Array1<f64> = free.iter().map(|&i| value.slope(i)).collect();
        let step = direction(&value, free, &gradient)?;
        let gain = gradient.dot(&step);
        if !gain.is_finite() {
            return None;
        }
        let mut share = (LONGEST / step.iter().fold(0.0_f64, |a, b| a.max(b.abs()))).min(1.0);
        let slack = 1e-14 * value.log().abs().max(1.0);
        let next = loop {
            let mut next = at.clone();
            for (&i, part) in free.iter().zip(&step) {
                next.as_mut()[i] += share * part;
            }
            let found = objective(&next).filter(|v| v.log() >= value.log() - slack);
            if let Some(found) = found {
                break Some((next, found));
            }
            share /= 2.0;
            if share < 1e-9 {
                break None;
            }
        };
        // Where rounding hides any gain, this is the top.
        let Some(next) = next else {
            return (gain < 1e-9).then_some((at, value));
        };
        (at, value) = next;
        if gain < SETTLED {
            return Some((at, value));
        }
    }
    None
}

/// The information of the parameters `free`.
pub(super) fn information(value: &impl Surface, free: &[usize]) -> Array2<f64> {
    let n = free.len();
    Array2::from_shape_fn((n, n), |(i, j)| -value.curvature(free[i], free[j]))
}

fn direction(value: &impl Surface, free: &[usize], gradient: &Array1<f64>) -> Option<Array1<f64>> {
    let information = information(value, free);
    let largest = information.iter().fold(1e-8_f64, |a, b| a.max(b.abs()));
    let mut ridge = 0.0;
    loop {
        let mut raised = information.clone();
        raised.diag_mut().map_inplace(|d| *d += ridge);
        if let Some(factor) = Factored::new(&raised) {
            return Some(factor.solve(gradient));
        }
        ridge = if ridge == 0.0 {
            1e-4 * largest
        } else {
            10.0 * ridge
        };
        if ridge > 1e9 * largest {
            return None;
        }
    }
}

//! A study's likelihood with its random effects integrated out.
//!
//! The integrand, a product of log-concave probabilities and normal densities, is analytic up to the
//! nearest zero of 1 + e^eta, at an imaginary part of pi. The trapezoidal rule, centred at the mode and
//! scaled by the curvature there, then errs by about exp(-2 pi² / (h rate)), `rate` being how fast
//! eta changes along the grid: with h rate <= 1/2 that is 1e-17, less than a double shows, where a
//! fixed number of Gauss-Hermite nodes loses digits as tau grows. Sums end where the integrand is
//! below e^-40 of its largest value.
//!
//! Reference: L. N. Trefethen, J. A. C. Weideman (2014), SIAM Review 56:385-458.

use super::study::{Latent, Parameters, Study, Value};

/// The widest step, in standard deviations of the integrand at its mode.
const STEP: f64 = 0.4;
/// The largest change of eta from one node to the next.
const RATE: f64 = 0.5;
/// Where sums end: this far below the largest logarithm.
const DROP: f64 = 40.0;

/// Integrates over `latents`; derivatives are those of the logarithm of the integral.
pub(super) fn integrate(study: &Study, at: &Parameters, latents: &[Latent]) -> Value {
    if latents.is_empty() {
        return study.in_parameters(at, latents, [0.0; 2]);
    }
    let grid = Grid::new(study, at, latents);
    let mut sums = Sums::default();
    let first = grid.row(0, 0, &mut sums);
    if latents.len() == 2 {
        for sign in [1, -1] {
            let (mut row, mut start) = (sign, first.best);
            loop {
                let found = grid.row(row, start, &mut sums);
                if found.height < -DROP {
                    break;
                }
                (row, start) = (row + sign, found.best);
            }
        }
    }
    sums.finish(grid.peak + grid.log_cell)
}

/// Nodes: mode + sum of steps t along two directions.
struct Grid<'a> {
    study: &'a Study,
    at: &'a Parameters,
    latents: &'a [Latent],
    mode: [f64; 2],
    /// The vectors from a node to the next within a row and from a row to the next.
    steps: [[f64; 2]; 2],
    peak: f64,
    /// ln of the area of a cell over (2 pi)^(d/2).
    log_cell: f64,
}

struct Row {
    best: i64,
    height: f64,
}

impl<'a> Grid<'a> {
    fn new(study: &'a Study, at: &'a Parameters, latents: &'a [Latent]) -> Self {
        let (mode, peak, precision) = mode(study, at, latents);
        let [[a, b], [_, c]] = precision;
        // Columns of the inverse of the transposed Cholesky factor of the precision.
        let mut steps = [[1.0 / a.sqrt(), 0.0], [0.0, 0.0]];
        if latents.len() == 2 {
            let rest = (c - b * b / a).sqrt();
            steps[1] = [-b / (a * rest), 1.0 / rest];
        }
        let half_log = 0.5 * (2.0 * std::f64::consts::PI).ln();
        let mut log_cell = 0.0;
        for (d, step) in steps.iter_mut().enumerate().take(latents.len()) {
            let length = STEP.min(RATE / study.rate(at, latents, *step));
            *step = step.map(|part| part * length);
            log_cell += step[d].ln() - half_log;
        }
        Self {
            study,
            at,
            latents,
            mode,
            steps,
            peak,
            log_cell,
        }
    }

    /// Adds the nodes of a row, outwards from `start`; the integrand has one maximum in each.
    fn row(&self, row: i64, start: i64, sums: &mut Sums) -> Row {
        let mut found = Row {
            best: start,
            height: f64::NEG_INFINITY,
        };
        for sign in [1, -1] {
            let mut last = f64::NEG_INFINITY;
            let mut i = if sign == 1 { start } else { start - 1 };
            loop {
                let z = [0, 1].map(|d| {
                    self.mode[d] + i as f64 * self.steps[0][d] + row as f64 * self.steps[1][d]
                });
                let mut value = self.study.in_parameters(self.at, self.latents, z);
                let height = value.log - normal(z) - self.peak;
                if height > found.height {
                    (found.best, found.height) = (i, height);
                }
                if height > -DROP {
                    value.log = height;
                    sums.add(&value);
                } else if height <= last {
                    break;
                }
                last = height;
                i += sign;
            }
        }
        found
    }
}

fn normal(z: [f64; 2]) -> f64 {
    0.5 * (z[0] * z[0] + z[1] * z[1])
}

/// Where probability times normal density is largest, its logarithm there without the constant, and
/// minus its second derivatives. The logarithm is concave, so Newton's method with halved steps ends there.
fn mode(study: &Study, at: &Parameters, latents: &[Latent]) -> ([f64; 2], f64, [[f64; 2]; 2]) {
    let n = latents.len();
    let look = |z: [f64; 2]| {
        let (log, mut gradient, mut hessian) = study.in_latents(at, latents, z);
        for i in 0..2 {
            gradient[i] -= if i < n { z[i] } else { 0.0 };
            hessian[i] = hessian[i].map(|part| -part);
            hessian[i][i] += 1.0;
        }
        (log - normal(z), gradient, hessian)
    };
    let mut z = [0.0; 2];
    let (mut log, mut gradient, mut precision) = look(z);
    for _ in 0..100 {
        let [[a, b], [_, c]] = precision;
        let determinant = a * c - b * b;
        let step = [
            (c * gradient[0] - b * gradient[1]) / determinant,
            (a * gradient[1] - b * gradient[0]) / determinant,
        ];
        let mut share = 1.0;
        let next = loop {
            let next = [z[0] + share * step[0], z[1] + share * step[1]];
            let found = look(next);
            if found.0 >= log || share < 1e-6 {
                break (next, found);
            }
            share /= 2.0;
        };
        let settled = (step[0] * step[0] * a).abs() + (step[1] * step[1] * c).abs() < 1e-12;
        (z, (log, gradient, precision)) = next;
        if settled {
            break;
        }
    }
    (z, log, precision)
}

/// Sums over nodes, each weighted by its density.
#[derive(Default)]
struct Sums {
    weight: f64,
    gradient: [f64; 4],
    second: [[f64; 4]; 4],
}

impl Sums {
    fn add(&mut self, value: &Value) {
        let weight = value.log.exp();
        self.weight += weight;
        for i in 0..4 {
            self.gradient[i] += weight * value.gradient[i];
            for j in 0..4 {
                let own = value.hessian[i][j] + value.gradient[i] * value.gradient[j];
                self.second[i][j] += weight * own;
            }
        }
    }

    /// d ln L = mean of the gradients; d² ln L = mean of (Hessian + gradient gradient') minus its
    /// product of means.
    fn finish(&self, log: f64) -> Value {
        let gradient = self.gradient.map(|sum| sum / self.weight);
        let mut hessian = [[0.0; 4]; 4];
        for i in 0..4 {
            for j in 0..4 {
                hessian[i][j] = self.second[i][j] / self.weight - gradient[i] * gradient[j];
            }
        }
        Value {
            log: log + self.weight.ln(),
            gradient,
            hessian,
        }
    }
}

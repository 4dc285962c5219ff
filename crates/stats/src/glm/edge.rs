//! Binomial models with an identity or log link whose likelihood is largest at the edge of what the link
//! allows: a fitted risk of 0 or 1.
//!
//! The log-likelihood is concave in the coefficients and the allowed ones form a convex set, so that the
//! maximum is found from within: t times the sum of the logarithms of the risks' distances from the
//! edge is added, the sum is maximised by Newton's method, and t goes to 0. The rows that end at the edge
//! are then taken as equations, and Newton's method among the coefficients that satisfy them gives the
//! last digits.
//!
//! References: K. Lange (1994), Methods and Applications of Analysis 1:392-402; I. C. Marschner, A. C.
//! Gillett (2012), Biostatistics 13:179-192 (log-binomial maxima at the edge).

use super::family::Link;
use super::irls::Problem;
use crate::linear::{Factored, linear_predictor, transpose_times, weighted_gram};
use ndarray::{Array1, Array2};

/// The last weight of the barrier: a distance from the edge is this over its multiplier.
const LAST: f64 = 1e-9;
/// Risks this close to 0 or 1 at the end are at the edge.
const REACHED: f64 = 1e-6;

/// The coefficients at which the likelihood is largest.
pub(super) struct Top {
    pub(super) beta: Array1<f64>,
    /// Whether a fitted risk is 0 or 1 there.
    pub(super) at_edge: bool,
    pub(super) iterations: usize,
}

/// Rows with columns of one size, so that no distance depends on units.
struct Rows<'a> {
    x: Array2<f64>,
    y: &'a [f64],
    offset: Option<&'a [f64]>,
    link: Link,
}

/// Climbs from `start`, at which every risk lies strictly between 0 and 1. `None` where rounding stops it.
pub(super) fn climb(problem: &Problem<'_>, start: &Array1<f64>) -> Option<Top> {
    let size = |j: usize| {
        problem
            .x
            .column(j)
            .iter()
            .fold(0.0_f64, |a, b| a.max(b.abs()))
    };
    let sizes: Array1<f64> = (0..start.len()).map(size).collect();
    let rows = Rows {
        x: problem.x / &sizes,
        y: problem.y,
        offset: problem.offset,
        link: problem.link,
    };
    let (inside, iterations) = rows.climb_within(start * &sizes)?;
    let at: Vec<usize> = (0..rows.y.len())
        .filter(|&i| rows.slack(i, &inside) < REACHED)
        .collect();
    let beta = match at.is_empty() {
        true => inside,
        false => rows.along_the_edge(inside, &at)?,
    };
    Some(Top {
        beta: beta / &sizes,
        at_edge: !at.is_empty(),
        iterations,
    })
}

/// The smallest distance of a fitted risk to the edge that the likelihood does not keep away from.
pub(super) fn nearest(problem: &Problem<'_>, eta: &[f64]) -> f64 {
    let each = eta.iter().zip(problem.y);
    each.map(|(&eta, &y)| slack(problem.link, y, eta))
        .fold(f64::INFINITY, f64::min)
}

impl Rows<'_> {
    fn eta(&self, beta: &Array1<f64>) -> Vec<f64> {
        linear_predictor(&self.x, beta, self.offset)
    }

    fn slack(&self, row: usize, beta: &Array1<f64>) -> f64 {
        let offset = self.offset.map_or(0.0, |offset| offset[row]);
        slack(self.link, self.y[row], self.x.row(row).dot(beta) + offset)
    }

    /// Newton's method under a barrier that fades.
    fn climb_within(&self, start: Array1<f64>) -> Option<(Array1<f64>, usize)> {
        let (mut beta, mut weight, mut iterations) = (start, 1.0, 0);
        loop {
            for _ in 0..60 {
                let (scores, weights) = self.derivatives(&beta, weight);
                let gradient = transpose_times(&self.x, &scores);
                let direction = Factored::new(&weighted_gram(&self.x, &weights))?.solve(&gradient);
                let gain = gradient.dot(&direction);
                if gain <= 1e-3 * weight {
                    break;
                }
                iterations += 1;
                let Some(next) = self.step(&beta, &direction, weight, gain) else {
                    break;
                };
                beta = next;
            }
            if weight <= LAST {
                return Some((beta, iterations));
            }
            weight = (weight * 0.1).max(LAST);
        }
    }

    /// Newton's method among the coefficients at which the rows `at` are at the edge.
    fn along_the_edge(&self, start: Array1<f64>, at: &[usize]) -> Option<Array1<f64>> {
        let mut beta = start;
        let (basis, own) = orthonormal(at.iter().map(|&i| self.x.row(i).to_owned()));
        let own: Vec<usize> = own.into_iter().map(|k| at[k]).collect();
        // Onto the edge by the shortest way: what each equation misses. A distance falls along the row at 1,
        // along minus the row at 0.
        let missing = own.iter().map(|&i| {
            let distance = self.slack(i, &beta);
            if self.y[i] == 1.0 {
                distance
            } else {
                -distance
            }
        });
        let missing: Array1<f64> = missing.collect();
        let products = Array2::from_shape_fn((own.len(), own.len()), |(i, j)| {
            self.x.row(own[i]).dot(&self.x.row(own[j]))
        });
        let shares = Factored::new(&products)?.solve(&missing);
        for (&i, share) in own.iter().zip(&shares) {
            beta.scaled_add(*share, &self.x.row(i));
        }
        let size = beta.len();
        let units = (0..size).map(|j| Array1::from_shape_fn(size, |i| f64::from(u8::from(i == j))));
        let (all, _) = orthonormal(basis.iter().cloned().chain(units));
        let free = &all[basis.len()..];
        if free.is_empty() {
            return Some(beta);
        }
        let within = Array2::from_shape_fn((size, free.len()), |(i, k)| free[k][i]);
        for _ in 0..50 {
            let (mut scores, mut weights) = self.derivatives(&beta, 0.0);
            // Rows at the edge are certain: they say nothing more.
            for &i in at {
                (scores[i], weights[i]) = (0.0, 0.0);
            }
            let gradient = within.t().dot(&transpose_times(&self.x, &scores));
            let information = within
                .t()
                .dot(&weighted_gram(&self.x, &weights).dot(&within));
            let step = Factored::new(&information)?.solve(&gradient);
            let gain = gradient.dot(&step);
            beta += &within.dot(&step);
            if gain < 1e-18 {
                // The point must be allowed: else other rows belong to the edge.
                let allowed = (0..self.y.len()).all(|i| self.slack(i, &beta) > -1e-9);
                return (allowed && beta.iter().all(|value| value.is_finite())).then_some(beta);
            }
        }
        None
    }

    /// The largest halved step that stays inside and climbs.
    fn step(
        &self,
        beta: &Array1<f64>,
        direction: &Array1<f64>,
        weight: f64,
        gain: f64,
    ) -> Option<Array1<f64>> {
        let height = self.height(beta, weight)?;
        let lengths = (0..60).map(|half| 0.5_f64.powi(half));
        let mut tried = lengths.map(|length| (beta + &(direction * length), length));
        let climbs = |(next, length): &(Array1<f64>, f64)| {
            let reached = self.height(next, weight);
            reached.is_some_and(|reached| reached >= height + 1e-4 * length * gain)
        };
        tried.find(climbs).map(|(next, _)| next)
    }

    /// Of each row the first derivative by eta and minus the second.
    fn derivatives(&self, beta: &Array1<f64>, weight: f64) -> (Vec<f64>, Vec<f64>) {
        let eta = self.eta(beta);
        let each = eta.iter().zip(self.y);
        each.map(|(&eta, &y)| row(self.link, y, eta, weight))
            .unzip()
    }

    /// Log-likelihood with barrier. `None` where a risk is not between 0 and 1.
    fn height(&self, beta: &Array1<f64>, weight: f64) -> Option<f64> {
        let mut height = 0.0;
        for (&eta, &y) in self.eta(beta).iter().zip(self.y) {
            let own = match (self.link, y == 1.0) {
                (Link::Log, true) => eta,
                (Link::Log, false) => (-eta.exp_m1()).ln(),
                (_, true) => eta.ln(),
                (_, false) => (1.0 - eta).ln(),
            };
            height += own + weight * slack(self.link, y, eta).ln();
        }
        height.is_finite().then_some(height)
    }
}

/// Orthonormal vectors that span the given ones, in their order (Gram and Schmidt, twice), and which of those
/// are no combination of earlier ones.
fn orthonormal(vectors: impl Iterator<Item = Array1<f64>>) -> (Vec<Array1<f64>>, Vec<usize>) {
    let (mut basis, mut own): (Vec<Array1<f64>>, _) = (Vec::new(), Vec::new());
    for (i, mut vector) in vectors.enumerate() {
        let length = vector.dot(&vector).sqrt();
        for _ in 0..2 {
            for known in &basis {
                let along = known.dot(&vector);
                vector.scaled_add(-along, known);
            }
        }
        let left = vector.dot(&vector).sqrt();
        if left > 1e-7 * length {
            basis.push(vector / left);
            own.push(i);
        }
    }
    (basis, own)
}

/// The distance to the edge that the likelihood itself does not keep away from: 1 where the event
/// happened, 0 where it did not (which a log link never reaches).
fn slack(link: Link, y: f64, eta: f64) -> f64 {
    match (link, y == 1.0) {
        (Link::Log, true) => -eta,
        (Link::Log, false) => 1.0,
        (_, true) => 1.0 - eta,
        (_, false) => eta,
    }
}

/// First derivative by eta and minus the second.
fn row(link: Link, y: f64, eta: f64, weight: f64) -> (f64, f64) {
    match (link, y == 1.0) {
        (Link::Log, true) => (1.0 + weight / eta, weight / (eta * eta)),
        (Link::Log, false) => {
            let (risk, rest) = (eta.exp(), -eta.exp_m1());
            (-risk / rest, risk / (rest * rest))
        }
        (_, true) => {
            let rest = 1.0 - eta;
            (
                1.0 / eta - weight / rest,
                1.0 / (eta * eta) + weight / (rest * rest),
            )
        }
        (_, false) => {
            let rest = 1.0 - eta;
            (
                weight / eta - 1.0 / rest,
                weight / (eta * eta) + 1.0 / (rest * rest),
            )
        }
    }
}

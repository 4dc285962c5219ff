//! Newton's method on people with weights, for many small refits in a row.
//!
//! The general fit allocates, factors and checks more than a replicate of some hundred people can
//! afford. Here everything is plain loops over columns of the people drawn; whatever is not plain
//! sailing is left to the general fit.

use crate::glm::{Family, Link};
use crate::linear::dot_in;
use pulp::{Simd, WithSimd};

/// A step from a point this near (in standard errors) ends within 1e-8 of the maximum: what is left
/// after Newton's step is of the order of the square.
const NEAR: f64 = 1e-5;
/// Where a term predicts the outcome perfectly its coefficient grows by about one an iteration, and
/// the standardised risks reach their limit although it does not: forty are more than enough.
const MAX_ITERATIONS: usize = 40;
/// A pivot this small against its column: left to the general fit. Where a level predicts perfectly
/// pivots fall to 1e-11 before the risks have reached their limit.
const SMALL_PIVOT: f64 = 1e-13;

/// People, each with a weight: columns of covariates one after the other.
pub(super) struct Weighted {
    pub(super) columns: Vec<f64>,
    pub(super) y: Vec<f64>,
    pub(super) weight: Vec<f64>,
    pub(super) offset: Option<Vec<f64>>,
}

/// A climb, to be compiled once for each kind of processor.
struct Climb<'a> {
    people: &'a Weighted,
    family: Family,
    link: Link,
    beta: &'a mut [f64],
}

impl WithSimd for Climb<'_> {
    type Output = Option<()>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Option<()> {
        self.people.climb(self.family, self.link, self.beta)
    }
}

impl Weighted {
    #[inline(always)]
    fn column(&self, j: usize) -> &[f64] {
        let n = self.y.len();
        &self.columns[j * n..(j + 1) * n]
    }

    /// Climbs from `beta` to the maximum, on the widest registers of the processor: the sums are the same on
    /// any. `None` where it is not plain sailing.
    pub(super) fn maximise(&self, family: Family, link: Link, beta: &mut [f64]) -> Option<()> {
        let climb = Climb {
            people: self,
            family,
            link,
            beta,
        };
        pulp::Arch::new().dispatch(climb)
    }

    #[inline(always)]
    fn climb(&self, family: Family, link: Link, beta: &mut [f64]) -> Option<()> {
        let (n, p) = (self.y.len(), beta.len());
        let people: f64 = self.weight.iter().sum();
        let (mut eta, mut weights, mut scores) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        let mut scaled = vec![0.0; n];
        let mut gram = vec![0.0; p * p];
        let mut gradient = vec![0.0; p];
        for _ in 0..MAX_ITERATIONS {
            match &self.offset {
                Some(offset) => eta.copy_from_slice(offset),
                None => eta.fill(0.0),
            }
            for (j, beta) in beta.iter().enumerate() {
                for (sum, x) in eta.iter_mut().zip(self.column(j)) {
                    *sum += beta * x;
                }
            }
            let squares = self.rows(family, link, &eta, &mut weights, &mut scores)?;
            for j in 0..p {
                let column = self.column(j);
                gradient[j] = dot_in::<16>(column, &scores);
                for ((to, x), w) in scaled.iter_mut().zip(column).zip(&weights) {
                    *to = x * w;
                }
                for k in 0..=j {
                    gram[j * p + k] = dot_in::<16>(&scaled, self.column(k));
                }
            }
            let step = solve(&mut gram, &gradient)?;
            let square: f64 = step.iter().zip(&gradient).map(|(s, g)| s * g).sum();
            let dispersion = match family {
                Family::Gaussian if squares > 0.0 => squares / people,
                _ => 1.0,
            };
            let decrement = (square.max(0.0) / dispersion).sqrt();
            for (beta, step) in beta.iter_mut().zip(&step) {
                *beta += step;
            }
            if decrement < NEAR {
                return Some(());
            }
            // Where the steps run away the general fit, which halves them, has to do it.
            if decrement.is_nan() {
                return None;
            }
        }
        None
    }

    /// Weights and scores of everyone, and the weighted sum of squared residuals.
    #[inline(always)]
    fn rows(
        &self,
        family: Family,
        link: Link,
        eta: &[f64],
        weights: &mut [f64],
        scores: &mut [f64],
    ) -> Option<f64> {
        if (family, link) == (Family::Binomial, Link::Logit) {
            self.logistic(eta, weights, scores);
            return Some(0.0);
        }
        let mut squares = 0.0;
        for (i, &eta) in eta.iter().enumerate() {
            let mean = link.mean(eta);
            if !family.admits(mean) {
                return None;
            }
            squares += self.weight[i] * (self.y[i] - mean.mu).powi(2);
            let (weight, score) = family.weight_and_score(self.y[i], mean);
            weights[i] = weight * self.weight[i];
            scores[i] = score * self.weight[i];
        }
        Some(squares)
    }

    /// The same of logistic regression. Exponentials first: without calls the rest goes through wide
    /// registers.
    #[inline(always)]
    fn logistic(&self, eta: &[f64], weights: &mut [f64], scores: &mut [f64]) {
        for (small, eta) in scores.iter_mut().zip(eta) {
            *small = (-eta.abs()).exp();
        }
        let results = weights.iter_mut().zip(scores);
        let people = self.y.iter().zip(&self.weight);
        for (((weight, score), eta), (y, own)) in results.zip(eta).zip(people) {
            let small = *score;
            let near = 1.0 / (1.0 + small);
            let far = small * near;
            *weight = near * far * own;
            *score = (y - if *eta >= 0.0 { near } else { far }) * own;
        }
    }
}

/// Solves by Cholesky's factors of a matrix given by its lower triangle, which is overwritten.
fn solve(matrix: &mut [f64], right: &[f64]) -> Option<Vec<f64>> {
    let p = right.len();
    for j in 0..p {
        let diagonal = matrix[j * p + j];
        for k in 0..=j {
            let (above, left) = (&matrix[k * p..k * p + k], &matrix[j * p..j * p + k]);
            let sum: f64 = above.iter().zip(left).map(|(a, b)| a * b).sum();
            let rest = matrix[j * p + k] - sum;
            matrix[j * p + k] = if k < j {
                rest / matrix[k * p + k]
            } else if rest > SMALL_PIVOT * diagonal {
                rest.sqrt()
            } else {
                return None;
            };
        }
    }
    let mut solution = right.to_vec();
    for j in 0..p {
        let sum: f64 = (0..j).map(|k| matrix[j * p + k] * solution[k]).sum();
        solution[j] = (solution[j] - sum) / matrix[j * p + j];
    }
    for j in (0..p).rev() {
        let sum: f64 = (j + 1..p).map(|k| matrix[k * p + j] * solution[k]).sum();
        solution[j] = (solution[j] - sum) / matrix[j * p + j];
    }
    Some(solution)
}

//! The estimating equations: what each cluster adds to the score and to the information.

use super::Gee;
use crate::design::Design;
use crate::linear::{Factored, linear_predictor};
use ndarray::{Array1, Array2};

/// Rows in the order of their clusters.
pub(super) struct Members {
    pub(super) order: Vec<usize>,
    ranges: Vec<std::ops::Range<usize>>,
}

impl Members {
    pub(super) fn new(groups: impl Iterator<Item = Vec<usize>>) -> Self {
        let (mut order, mut ranges) = (Vec::new(), Vec::new());
        for group in groups {
            let start = order.len();
            order.extend(group);
            ranges.push(start..order.len());
        }
        Self { order, ranges }
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, std::ops::Range<usize>> {
        self.ranges.iter()
    }
}

pub(super) struct State<'a> {
    pub(super) gee: &'a Gee,
    pub(super) design: &'a Design,
    pub(super) members: &'a Members,
    pub(super) association: f64,
}

/// Pearson residuals and the slopes of the standardised means, in the order of the clusters.
pub(super) struct Rows {
    pub(super) residuals: Vec<f64>,
    slopes: Vec<f64>,
}

/// A cluster's share of the equations.
pub(super) struct Part {
    pub(super) score: Array1<f64>,
    pub(super) information: Array2<f64>,
}

impl Part {
    pub(super) fn solve(&self) -> Option<(Array1<f64>, Array2<f64>)> {
        let factored = Factored::new(&self.information)?;
        Some((factored.solve(&self.score), factored.inverse()))
    }
}

pub(super) fn sum_of(parts: &[Part]) -> Part {
    let k = parts.first().map_or(0, |part| part.score.len());
    let mut total = Part {
        score: Array1::zeros(k),
        information: Array2::zeros((k, k)),
    };
    for part in parts {
        total.score += &part.score;
        total.information += &part.information;
    }
    total
}

impl State<'_> {
    pub(super) fn rows(&self, beta: &Array1<f64>) -> Option<Rows> {
        let eta = linear_predictor(&self.design.x, beta, self.design.offset.as_deref());
        let (mut residuals, mut slopes) = (Vec::new(), Vec::new());
        for &i in &self.members.order {
            let mean = self.gee.link.mean(eta[i]);
            if !self.gee.family.admits(mean) {
                return None;
            }
            let spread = self.gee.family.variance(mean).sqrt();
            residuals.push((self.design.response[i] - mean.mu) / spread);
            slopes.push(mean.derivative / spread);
        }
        Some(Rows { residuals, slopes })
    }

    pub(super) fn parts(&self, rows: &Rows) -> Vec<Part> {
        let k = self.design.terms.len();
        let part = |range: &std::ops::Range<usize>| {
            let solve = |v: &mut Vec<f64>| self.gee.correlation.solve(self.association, v);
            let mut residuals = rows.residuals[range.clone()].to_vec();
            solve(&mut residuals);
            let columns: Vec<Vec<f64>> = (0..k)
                .map(|j| {
                    let row =
                        |at: usize| self.design.x[(self.members.order[at], j)] * rows.slopes[at];
                    range.clone().map(row).collect()
                })
                .collect();
            let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
            let mut information = Array2::zeros((k, k));
            for b in 0..k {
                let mut solved = columns[b].clone();
                solve(&mut solved);
                for a in 0..=b {
                    let value = product(&columns[a], &solved);
                    information[(a, b)] = value;
                    information[(b, a)] = value;
                }
            }
            Part {
                score: columns.iter().map(|c| product(c, &residuals)).collect(),
                information,
            }
        };
        self.members.iter().map(part).collect()
    }
}

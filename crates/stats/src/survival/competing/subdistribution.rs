//! Fine and Gray's weighted partial likelihood and the residuals of its estimating equation.
//!
//! Who had a competing event at T stays at risk at t > T with the weight G(t-) / G(T-), where G is
//! the Kaplan-Meier curve of the end of observation. On one day events come before ends of
//! observation, so those with an event that day are not at risk of being censored on it. Rows are
//! sorted by stratum and time, so that each sum over those still at risk is a suffix sum, and each
//! sum over those kept by their weight is a prefix sum times G(t-): a pass costs rows times columns.

use crate::design::column_major;
use crate::linear::weighted_gram;
use crate::survival::cox::{Increment, Point, TieSums, Ties};
use ndarray::{Array1, Array2};
use std::ops::Range;

/// Rows in sorted order.
#[derive(Debug, Clone)]
pub(super) struct Subdistribution {
    pub(super) ties: Ties,
    /// Centred and scaled covariates, column-major.
    pub(super) x: Array2<f64>,
    pub(super) scale: Vec<f64>,
    pub(super) centre: Vec<f64>,
    offset: Vec<f64>,
    /// 0 the end of observation, 1 the event, 2 a competing one.
    cause: Vec<u8>,
    /// G just before each row's own time.
    own_g: Vec<f64>,
    pub(super) strata: Vec<Stratum>,
    /// Where each sorted row stands in the design.
    pub(super) order: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct Stratum {
    /// Distinct times at which something happens, ascending.
    pub(super) times: Vec<Time>,
}

/// One time of a stratum.
#[derive(Debug, Clone)]
pub(super) struct Time {
    pub(super) time: f64,
    rows: Range<usize>,
    /// Events of the kind asked for.
    events: usize,
    /// G just before it.
    g: f64,
    /// At risk of being censored on it, and those censored.
    uncensored: f64,
    censored: f64,
}

/// The sums at one time of a stratum.
struct Sums {
    tie: TieSums,
    /// Over who is at risk, with weights: of exp(eta) x.
    s1: Vec<f64>,
    /// Over who has the event: of exp(eta) x, and of x.
    d1: Vec<f64>,
    dx: Vec<f64>,
    /// Sum of eta over who has the event.
    eta: f64,
}

impl Subdistribution {
    pub(super) fn new(
        x: &Array2<f64>,
        time: &[f64],
        cause: &[u32],
        stratum: &[usize],
        offset: Option<&[f64]>,
        ties: Ties,
    ) -> Self {
        let (n, p) = x.dim();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| {
            let first = stratum[a].cmp(&stratum[b]);
            first.then(time[a].total_cmp(&time[b])).then(a.cmp(&b))
        });
        let mut centre = vec![0.0; p];
        let mut scale = vec![1.0; p];
        for j in 0..p {
            let column = x.column(j);
            centre[j] = order.iter().map(|&i| column[i]).sum::<f64>() / n as f64;
            let square: f64 = order.iter().map(|&i| (column[i] - centre[j]).powi(2)).sum();
            let spread = (square / n as f64).sqrt();
            if spread > 0.0 && spread.is_finite() {
                scale[j] = spread;
            }
        }
        let mut sets = Self {
            ties,
            x: column_major(n, p, |i, j| (x[(order[i], j)] - centre[j]) / scale[j]),
            scale,
            centre,
            offset: offset.map_or_else(
                || vec![0.0; n],
                |offset| order.iter().map(|&i| offset[i]).collect(),
            ),
            cause: order.iter().map(|&i| cause[i].min(2) as u8).collect(),
            own_g: vec![1.0; n],
            strata: Vec::new(),
            order,
        };
        let labels: Vec<usize> = sets.order.iter().map(|&i| stratum[i]).collect();
        let mut at = 0;
        for own in labels.chunk_by(|a, b| a == b) {
            let rows = at..at + own.len();
            at = rows.end;
            let times = sets.times(time, rows);
            for step in &times {
                sets.own_g[step.rows.clone()].fill(step.g);
            }
            sets.strata.push(Stratum { times });
        }
        sets
    }

    fn times(&self, time: &[f64], rows: Range<usize>) -> Vec<Time> {
        let mut found = Vec::new();
        let mut g = 1.0;
        let mut at = rows.start;
        let at_time = |i: usize| time[self.order[i]];
        while at < rows.end {
            let mut end = at + 1;
            while end < rows.end && at_time(end) <= at_time(at) {
                end += 1;
            }
            let count = |wanted: u8| self.cause[at..end].iter().filter(|c| **c == wanted).count();
            let censored = count(0) as f64;
            let uncensored = (rows.end - end) as f64 + censored;
            found.push(Time {
                time: at_time(at),
                rows: at..end,
                events: count(1),
                g,
                uncensored,
                censored,
            });
            if censored > 0.0 {
                g *= 1.0 - censored / uncensored;
            }
            at = end;
        }
        found
    }

    pub(super) fn rows(&self) -> usize {
        self.order.len()
    }

    pub(super) fn columns(&self) -> usize {
        self.scale.len()
    }

    fn weights(&self, beta: &Array1<f64>) -> Vec<f64> {
        let base = self.offset.iter().sum::<f64>() / self.rows().max(1) as f64;
        let eta = crate::linear::linear_predictor(&self.x, beta, Some(&self.offset));
        eta.into_iter().map(|eta| (eta - base).exp()).collect()
    }

    /// The sums at the event times of a stratum; `None` where the day has no event.
    fn sums(&self, stratum: &Stratum, weights: &[f64]) -> Vec<Option<Sums>> {
        let p = self.columns();
        let mut kept: Vec<Vec<f64>> = Vec::with_capacity(stratum.times.len());
        let mut running = vec![0.0; p + 1];
        for time in &stratum.times {
            kept.push(running.clone());
            for i in time.rows.clone().filter(|&i| self.cause[i] == 2) {
                self.add(&mut running, weights[i] / self.own_g[i], i);
            }
        }
        let mut at_risk = vec![0.0; p + 1];
        let mut found: Vec<Option<Sums>> = Vec::with_capacity(stratum.times.len());
        for (time, kept) in stratum.times.iter().zip(kept).rev() {
            let mut dying = vec![0.0; p + 1];
            let mut dx = vec![0.0; p];
            let mut eta = 0.0;
            for i in time.rows.clone() {
                self.add(&mut at_risk, weights[i], i);
                if self.cause[i] == 1 {
                    self.add(&mut dying, weights[i], i);
                    eta += weights[i].ln();
                    for (j, sum) in dx.iter_mut().enumerate() {
                        *sum += self.x[(i, j)];
                    }
                }
            }
            found.push((time.events > 0).then(|| {
                let all = |j: usize| at_risk[j] + time.g * kept[j];
                Sums {
                    tie: TieSums::new(self.ties, time.events, all(p), dying[p]),
                    s1: (0..p).map(all).collect(),
                    d1: dying[..p].to_vec(),
                    dx,
                    eta,
                }
            }));
        }
        found.reverse();
        found
    }

    fn add(&self, sums: &mut [f64], weight: f64, i: usize) {
        let p = self.columns();
        for (j, sum) in sums[..p].iter_mut().enumerate() {
            *sum += weight * self.x[(i, j)];
        }
        sums[p] += weight;
    }

    /// For each row, weight times the subdistribution hazard that it went through.
    fn exposure(&self, stratum: &Stratum, sums: &[Option<Sums>], weights: &[f64], to: &mut [f64]) {
        let increment = |k: usize| {
            sums[k]
                .as_ref()
                .map_or(Increment::default(), |s| s.tie.increment)
        };
        let mut after = vec![0.0; stratum.times.len() + 1];
        for (k, time) in stratum.times.iter().enumerate().rev() {
            after[k] = after[k + 1] + time.g * increment(k).hazard;
        }
        let mut until = 0.0;
        for (k, time) in stratum.times.iter().enumerate() {
            until += increment(k).hazard;
            for i in time.rows.clone() {
                let value = match self.cause[i] {
                    1 => until - increment(k).own,
                    2 => until + after[k + 1] / self.own_g[i],
                    _ => until,
                };
                to[i] = value * weights[i];
            }
        }
    }

    /// The likelihood, its score and its information.
    pub(super) fn evaluate(&self, beta: &Array1<f64>) -> Point {
        let p = self.columns();
        let weights = self.weights(beta);
        let mut point = Point {
            beta: beta.clone(),
            log_likelihood: 0.0,
            score: Array1::zeros(p),
            information: Array2::zeros((p, p)),
            increments: Vec::new(),
            weights: Vec::new(),
        };
        let mut exposure = vec![0.0; self.rows()];
        for stratum in &self.strata {
            let sums = self.sums(stratum, &weights);
            self.exposure(stratum, &sums, &weights, &mut exposure);
            for at in sums {
                let Some(at) = at else {
                    point.increments.push(Increment::default());
                    continue;
                };
                let tie = at.tie;
                point.increments.push(tie.increment);
                point.log_likelihood += at.eta - tie.log_denominators;
                for j in 0..p {
                    let Increment { hazard, own } = tie.increment;
                    point.score[j] += at.dx[j] - hazard * at.s1[j] + own * at.d1[j];
                    let a = tie.square * at.s1[j] - tie.mixed * at.d1[j];
                    let b = tie.own_square * at.d1[j] - tie.mixed * at.s1[j];
                    for k in 0..p {
                        point.information[(j, k)] -= a * at.s1[k] + b * at.d1[k];
                    }
                }
            }
        }
        point.information += &weighted_gram(&self.x, &exposure);
        point.weights = weights;
        point
    }

    /// Each row's part in the estimating equation, in the order of the design, and the part that it
    /// has in the estimate of G.
    pub(super) fn residuals(&self, point: &Point) -> (Array2<f64>, Array2<f64>) {
        let p = self.columns();
        let mut eta = Array2::zeros((self.rows(), p));
        let mut psi = Array2::zeros((self.rows(), p));
        let mut exposure = vec![0.0; self.rows()];
        for stratum in &self.strata {
            let sums = self.sums(stratum, &point.weights);
            self.exposure(stratum, &sums, &point.weights, &mut exposure);
            let mean = |k: usize, j: usize| {
                sums[k]
                    .as_ref()
                    .map_or(0.0, |at| at.tie.square * at.s1[j] - at.tie.mixed * at.d1[j])
            };
            let hazard = |k: usize| sums[k].as_ref().map_or(0.0, |at| at.tie.increment.hazard);
            let m = stratum.times.len();
            // Sums over later times of G(t-) times the increment, the hazard in the last column.
            let mut later = vec![vec![0.0; p + 1]; m + 1];
            for (k, time) in stratum.times.iter().enumerate().rev() {
                let step = |j: usize| if j < p { mean(k, j) } else { hazard(k) };
                let next = later[k + 1].iter().enumerate();
                later[k] = next.map(|(j, sum)| sum + time.g * step(j)).collect();
            }
            let mut until = vec![0.0; p];
            let mut kept = vec![0.0; p + 1];
            let mut compensator = vec![0.0; p];
            for (k, time) in stratum.times.iter().enumerate() {
                for (j, sum) in until.iter_mut().enumerate() {
                    *sum += mean(k, j);
                }
                for i in time.rows.clone().filter(|&i| self.cause[i] == 2) {
                    self.add(&mut kept, point.weights[i] / self.own_g[i], i);
                }
                let q: Vec<f64> = (0..p)
                    .map(|j| kept[j] * later[k + 1][p] - kept[p] * later[k + 1][j])
                    .collect();
                let before = compensator.clone();
                if time.censored > 0.0 {
                    for (sum, q) in compensator.iter_mut().zip(&q) {
                        *sum -= q * time.censored / (time.uncensored * time.uncensored);
                    }
                }
                for i in time.rows.clone() {
                    let (row, w) = (self.order[i], point.weights[i]);
                    for (j, ahead) in later[k + 1][..p].iter().enumerate() {
                        let mut value = w * until[j] - exposure[i] * self.x[(i, j)];
                        if self.cause[i] == 2 {
                            value += w * ahead / self.own_g[i];
                        }
                        if let (1, Some(at)) = (self.cause[i], &sums[k]) {
                            let d = time.events as f64;
                            let Increment { hazard, own } = at.tie.increment;
                            value += self.x[(i, j)]
                                - (hazard * at.s1[j] - own * at.d1[j]) / d
                                - w * (at.tie.mixed * at.s1[j] - at.tie.own_square * at.d1[j]);
                        }
                        eta[(row, j)] = value;
                        psi[(row, j)] = match self.cause[i] {
                            0 => compensator[j] + q[j] / time.uncensored,
                            _ => before[j],
                        };
                    }
                }
            }
        }
        (eta, psi)
    }

    /// What the cumulative hazard of the sorted, centred data must be multiplied by to be that of a
    /// person with every covariate and offset 0.
    pub(super) fn to_zero(&self, beta: &Array1<f64>) -> f64 {
        let base = self.offset.iter().sum::<f64>() / self.rows().max(1) as f64;
        let centre = self.centre.iter().zip(&self.scale);
        let shift: f64 = centre.zip(beta).map(|((c, s), b)| c / s * b).sum();
        (-shift - base).exp()
    }
}

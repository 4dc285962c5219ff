//! One evaluation of the partial likelihood: passes over fixed pieces of the sorted rows.
//!
//! A piece ends where a tie ends, so that every event time lies in one piece. The first pass makes
//! exp(eta) and the sums of each piece; a scan over pieces gives the sums at the head of each; the
//! second goes through the event times. Then the hazards are added up forwards in time, and the third pass
//! sums the second moments. Pieces depend on the data alone and are added in order: the result is the
//! same at any number of threads.
//!
//! With late entry those who leave the risk set backwards in time are scattered over the rows: that
//! pass stays one walk ([`RiskSets::walk`]).

use super::risk_sets::{Increment, Moment, Point, RiskSets, TieSums};
use super::sums::{AtRisk, Dying};
use crate::linear::row_gram;
use ndarray::{Array1, Array2};
use rayon::prelude::*;
use std::ops::Range;

/// Rows that a piece holds at least.
pub(super) const ROWS: usize = 8192;

/// A piece: rows of one stratum, and the event times that end in it.
#[derive(Debug, Clone)]
pub(super) struct Task {
    stratum: usize,
    rows: Range<usize>,
    moments: Range<usize>,
}

/// Cuts the sorted rows into pieces at the ends of ties.
pub(super) fn tasks(sets: &RiskSets) -> Vec<Task> {
    let mut found = Vec::new();
    let mut moment = 0;
    for (stratum, rows) in sets.strata.iter().enumerate() {
        let mut start = rows.start;
        while start < rows.end {
            let mut end = (start + ROWS).min(rows.end);
            while end < rows.end && sets.stop[end] >= sets.stop[end - 1] {
                end += 1;
            }
            let first = moment;
            while moment < sets.moments.len() && sets.moments[moment].rows.end <= end {
                moment += 1;
            }
            found.push(Task {
                stratum,
                rows: start..end,
                moments: first..moment,
            });
            start = end;
        }
    }
    found
}

/// Runs a step on blocks of rows (`p` numbers each) in parallel and adds up the sums that it returns, in
/// order.
pub(super) fn in_blocks(
    rows: &mut [f64],
    p: usize,
    step: impl Fn(usize, &mut [f64]) -> Vec<f64> + Sync,
) -> Vec<f64> {
    let parts: Vec<Vec<f64>> = rows
        .par_chunks_mut(ROWS * p.max(1))
        .enumerate()
        .map(|(block, rows)| step(block * ROWS, rows))
        .collect();
    let mut total = vec![0.0; p];
    for part in parts {
        total.iter_mut().zip(part).for_each(|(t, v)| *t += v);
    }
    total
}

/// What the event times of a piece add up to.
struct Part {
    log_likelihood: f64,
    score: Vec<f64>,
    /// Lower triangle of the sum of products of means.
    means: Vec<f64>,
    increments: Vec<Increment>,
}

impl Part {
    fn new(p: usize) -> Self {
        Self {
            log_likelihood: 0.0,
            score: vec![0.0; p],
            means: vec![0.0; p * p],
            increments: Vec::new(),
        }
    }

    /// Adds an event time; `g` weighs it, but not in the log-likelihood.
    fn add(&mut self, sums: &TieSums, g: f64, at_risk: &AtRisk, dying: &Dying) {
        let p = self.score.len();
        self.increments.push(sums.increment);
        self.log_likelihood += dying.eta - sums.log_denominators;
        let Increment { hazard, own } = sums.increment;
        for j in 0..p {
            self.score[j] += g * (dying.x[j] - hazard * at_risk.s1[j] + own * dying.s1[j]);
            let (a, b) = (
                sums.square * at_risk.s1[j] - sums.mixed * dying.s1[j],
                sums.own_square * dying.s1[j] - sums.mixed * at_risk.s1[j],
            );
            let line = &mut self.means[j * p..j * p + j + 1];
            if b == 0.0 && sums.mixed == 0.0 {
                for (value, s) in line.iter_mut().zip(&at_risk.s1) {
                    *value += g * a * s;
                }
            } else {
                for ((value, s), d) in line.iter_mut().zip(&at_risk.s1).zip(&dying.s1) {
                    *value += g * (a * s + b * d);
                }
            }
        }
    }

    fn absorb(&mut self, other: &Self) {
        self.log_likelihood += other.log_likelihood;
        let add = |to: &mut Vec<f64>, from: &[f64]| {
            to.iter_mut().zip(from).for_each(|(t, v)| *t += v);
        };
        add(&mut self.score, &other.score);
        add(&mut self.means, &other.means);
        self.increments.extend(&other.increments);
    }
}

impl RiskSets {
    /// The likelihood at `beta`. `multiplier` weighs the event times, for the test of proportional
    /// hazards; the log-likelihood stays without it.
    pub(super) fn evaluate(&self, beta: &Array1<f64>, multiplier: Option<&[f64]>) -> Point {
        let p = self.columns();
        let (weights, heads) = self.weights(&beta.to_vec());
        let whole = match self.start {
            Some(_) => self.walked(&weights, multiplier),
            None => self.in_pieces(&weights, &heads, multiplier),
        };
        let exposure = self.exposure(&weights, &whole.increments, multiplier);
        let gram = |task: &Task| {
            let rows = &self.by_row[task.rows.start * p..task.rows.end * p];
            row_gram(rows, p, &exposure[task.rows.clone()])
        };
        let parts: Vec<Vec<f64>> = self.tasks.par_iter().map(gram).collect();
        let mut information = Array2::zeros((p, p));
        for j in 0..p {
            for k in 0..=j {
                let sum: f64 = parts.iter().map(|part| part[j * p + k]).sum();
                information[(j, k)] = sum - whole.means[j * p + k];
                information[(k, j)] = information[(j, k)];
            }
        }
        Point {
            beta: beta.clone(),
            log_likelihood: whole.log_likelihood,
            score: whole.score.into(),
            information,
            weights,
            increments: whole.increments,
        }
    }

    /// exp(eta) a row, and the sums of each piece. Subtracting the same number everywhere changes no
    /// likelihood; it keeps the exponentials of a large offset within range.
    fn weights(&self, beta: &[f64]) -> (Vec<f64>, Vec<AtRisk>) {
        let p = self.columns();
        let base = self.offset.iter().sum::<f64>() / self.rows().max(1) as f64;
        let mut weights = vec![0.0; self.rows()];
        let mut rest = weights.as_mut_slice();
        let mut slices = Vec::with_capacity(self.tasks.len());
        for task in &self.tasks {
            let (own, others) = rest.split_at_mut(task.rows.len());
            slices.push(own);
            rest = others;
        }
        let heads = self.tasks.par_iter().zip(slices).map(|(task, weights)| {
            let mut sums = AtRisk::new(p);
            for (i, weight) in task.rows.clone().zip(weights) {
                let row = self.row(i);
                let dot: f64 = row.iter().zip(beta).map(|(x, b)| x * b).sum();
                *weight = (dot + self.offset[i] - base).exp();
                sums.add(*weight, row);
            }
            sums
        });
        let heads = heads.collect();
        (weights, heads)
    }

    /// The event times, piece by piece.
    fn in_pieces(&self, weights: &[f64], pieces: &[AtRisk], multiplier: Option<&[f64]>) -> Part {
        let p = self.columns();
        let mut heads = Vec::with_capacity(self.tasks.len());
        let mut sums = AtRisk::new(p);
        for (index, (task, piece)) in self.tasks.iter().zip(pieces).enumerate() {
            if index == 0 || self.tasks[index - 1].stratum != task.stratum {
                sums.clear();
            }
            heads.push(sums.clone());
            sums.absorb(piece);
        }
        let parts: Vec<Part> = self
            .tasks
            .par_iter()
            .zip(heads)
            .map(|(task, mut at_risk)| {
                let mut part = Part::new(p);
                let mut dying = Dying::new(p);
                let mut entered = task.rows.start;
                for index in task.moments.clone() {
                    let moment = &self.moments[index];
                    (entered..moment.rows.end).for_each(|i| at_risk.add(weights[i], self.row(i)));
                    entered = moment.rows.end;
                    dying.clear();
                    // Events come first among the rows of a tie.
                    let events = moment.rows.start..moment.rows.start + moment.events;
                    events.for_each(|i| dying.add(weights[i], self.row(i)));
                    let sums = TieSums::new(self.ties, moment.events, at_risk.s0, dying.s0);
                    let g = multiplier.map_or(1.0, |values| values[index]);
                    part.add(&sums, g, &at_risk, &dying);
                }
                part
            })
            .collect();
        let mut whole = Part::new(p);
        parts.iter().for_each(|part| whole.absorb(part));
        whole
    }

    /// The event times one after the other: for late entry.
    fn walked(&self, weights: &[f64], multiplier: Option<&[f64]>) -> Part {
        let mut whole = Part::new(self.columns());
        self.walk(weights, |index, moment: &Moment, at_risk, dying| {
            let g = multiplier.map_or(1.0, |values| values[index]);
            let sums = TieSums::new(self.ties, moment.events, at_risk.s0, dying.s0);
            whole.add(&sums, g, at_risk, dying);
        });
        whole
    }

    /// For each row w times the hazard it went through while at risk (Efron: less its own share at
    /// its event): what it was expected to have of events.
    pub(super) fn exposure(
        &self,
        weights: &[f64],
        increments: &[Increment],
        multiplier: Option<&[f64]>,
    ) -> Vec<f64> {
        let g = |index: usize| multiplier.map_or(1.0, |values| values[index]);
        // From each event time back to the first of its stratum: backwards in the order of the
        // pass is forwards in time.
        let mut until = vec![0.0; self.moments.len() + 1];
        for (index, moment) in self.moments.iter().enumerate().rev() {
            let next = self.moments.get(index + 1);
            let earlier = match next {
                Some(next) if next.stratum == moment.stratum => until[index + 1],
                _ => 0.0,
            };
            until[index] = earlier + g(index) * increments[index].hazard;
        }
        let own = |task: &Task| {
            let in_stratum = |index: usize| match self.moments.get(index) {
                Some(moment) if moment.stratum == task.stratum => until[index],
                _ => 0.0,
            };
            let mut index = task.moments.start;
            let mut exposure = Vec::with_capacity(task.rows.len());
            for i in task.rows.clone() {
                while index < task.moments.end && self.moments[index].rows.end <= i {
                    index += 1;
                }
                let mut hazard = in_stratum(index);
                if self.event[i] {
                    hazard -= g(index) * increments[index].own;
                }
                if let Some(start) = &self.start {
                    hazard -= in_stratum(self.first_after(task.stratum, start[i]));
                }
                exposure.push(hazard * weights[i]);
            }
            exposure
        };
        let parts: Vec<Vec<f64>> = self.tasks.par_iter().map(own).collect();
        parts.concat()
    }

    /// The latest event time of a stratum that is not after `time`, as a position in the order of
    /// the pass; one past the stratum's last where there is none.
    fn first_after(&self, stratum: usize, time: f64) -> usize {
        self.moments
            .partition_point(|moment| (moment.stratum, -moment.time) < (stratum, -time))
    }
}

//! The partial likelihood, its score and its information.
//!
//! Rows are sorted once, by stratum and descending time, and covariates are centred within their
//! stratum (which changes nothing: only differences within a stratum count). One backward pass
//! collects S0 and S1 at every event time; the second moments are one weighted cross-product over
//! all rows, because the sum over event times of S2(t) / S0(t) is the sum over rows of
//! w x x' times the hazard that the row went through.

use super::super::SurvivalDesign;
use crate::design::column_major;
use crate::linear::weighted_gram;
use ndarray::{Array1, Array2};
use std::ops::Range;

/// How events on the same day are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// Efron's approximation: close to the exact likelihood, also with many ties.
    #[default]
    Efron,
    /// Breslow's approximation: simpler, biased towards no effect with many ties.
    Breslow,
}

/// Rows ready for the passes.
#[derive(Debug, Clone)]
pub(super) struct RiskSets {
    pub(super) ties: Ties,
    /// Rows by terms in sorted order, centred within strata and scaled, column-major.
    pub(super) x: Array2<f64>,
    /// The same numbers, a row after the other.
    pub(super) by_row: Vec<f64>,
    /// What the columns were divided by.
    pub(super) scale: Vec<f64>,
    pub(super) stop: Vec<f64>,
    pub(super) start: Option<Vec<f64>>,
    pub(super) event: Vec<bool>,
    pub(super) offset: Vec<f64>,
    /// Rows of each stratum.
    pub(super) strata: Vec<Range<usize>>,
    /// Means of the (unscaled) columns in each stratum.
    pub(super) centres: Vec<Vec<f64>>,
    /// Rows of each stratum by descending start.
    pub(super) by_start: Vec<usize>,
    /// Where each sorted row stands in the design.
    pub(super) order: Vec<usize>,
    /// Event times, in the order of the backward pass.
    pub(super) moments: Vec<Moment>,
}

/// An event time of a stratum.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moment {
    pub(super) time: f64,
    pub(super) stratum: usize,
    /// Rows whose time it is.
    pub(super) rows: Range<usize>,
    pub(super) events: usize,
}

/// What the hazard does at one event time.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::survival) struct Increment {
    /// Sum of 1 / S0k.
    pub(in crate::survival) hazard: f64,
    /// Sum of (k/d) / S0k.
    pub(in crate::survival) own: f64,
}

/// The likelihood at one value of beta (of the scaled columns).
#[derive(Debug, Clone)]
pub(in crate::survival) struct Point {
    pub(in crate::survival) beta: Array1<f64>,
    pub(in crate::survival) log_likelihood: f64,
    pub(in crate::survival) score: Array1<f64>,
    pub(in crate::survival) information: Array2<f64>,
    /// exp(eta), one a sorted row.
    pub(in crate::survival) weights: Vec<f64>,
    /// One an event time.
    pub(in crate::survival) increments: Vec<Increment>,
}

impl RiskSets {
    pub(super) fn new(design: &SurvivalDesign, ties: Ties) -> Self {
        let (n, p) = design.x.dim();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| {
            let stratum = design.stratum[a].cmp(&design.stratum[b]);
            let time = design.stop[b].total_cmp(&design.stop[a]);
            // Events first, so that the rows of a tie stand together.
            let event = design.event[b].cmp(&design.event[a]);
            stratum.then(time).then(event).then(a.cmp(&b))
        });
        let mut strata: Vec<Range<usize>> = Vec::new();
        for (at, &row) in order.iter().enumerate() {
            match strata.last_mut() {
                Some(last) if design.stratum[order[last.start]] == design.stratum[row] => {
                    last.end = at + 1;
                }
                _ => strata.push(at..at + 1),
            }
        }
        let mut centres = vec![vec![0.0; p]; strata.len()];
        let mut scale = vec![1.0; p];
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(p);
        for j in 0..p {
            let mut column: Vec<f64> = order.iter().map(|&i| design.x[(i, j)]).collect();
            for (stratum, rows) in strata.iter().enumerate() {
                let own = &mut column[rows.clone()];
                let mean = own.iter().sum::<f64>() / own.len() as f64;
                centres[stratum][j] = mean;
                own.iter_mut().for_each(|value| *value -= mean);
            }
            let spread = (column.iter().map(|v| v * v).sum::<f64>() / n as f64).sqrt();
            if spread > 0.0 {
                scale[j] = spread;
                column.iter_mut().for_each(|value| *value /= spread);
            }
            columns.push(column);
        }
        let x = column_major(n, p, |i, j| columns[j][i]);
        let mut by_row = vec![0.0; n * p];
        for (j, column) in columns.iter().enumerate() {
            for (i, value) in column.iter().enumerate() {
                by_row[i * p + j] = *value;
            }
        }
        drop(columns);
        let pick = |values: &[f64]| order.iter().map(|&i| values[i]).collect::<Vec<f64>>();
        let start = design.start.as_deref().map(pick);
        let mut by_start: Vec<usize> = Vec::new();
        if let Some(start) = &start {
            for rows in &strata {
                let mut own: Vec<usize> = rows.clone().collect();
                own.sort_by(|&a, &b| start[b].total_cmp(&start[a]));
                by_start.extend(own);
            }
        }
        let mut sets = Self {
            ties,
            x,
            by_row,
            scale,
            stop: pick(&design.stop),
            start,
            event: order.iter().map(|&i| design.event[i]).collect(),
            offset: match &design.offset {
                None => vec![0.0; n],
                Some(offset) => pick(offset),
            },
            strata,
            centres,
            by_start,
            order,
            moments: Vec::new(),
        };
        sets.moments = sets.find_moments();
        sets
    }

    fn find_moments(&self) -> Vec<Moment> {
        let mut moments = Vec::new();
        for (stratum, rows) in self.strata.iter().enumerate() {
            let mut at = rows.start;
            while at < rows.end {
                let time = self.stop[at];
                let end = at + self.stop[at..rows.end].partition_point(|t| *t >= time);
                let events = self.event[at..end].iter().filter(|event| **event).count();
                if events > 0 {
                    moments.push(Moment {
                        time,
                        stratum,
                        rows: at..end,
                        events,
                    });
                }
                at = end;
            }
        }
        moments
    }

    pub(super) fn rows(&self) -> usize {
        self.stop.len()
    }

    pub(super) fn columns(&self) -> usize {
        self.scale.len()
    }

    pub(super) fn row(&self, i: usize) -> &[f64] {
        let p = self.columns();
        &self.by_row[i * p..(i + 1) * p]
    }

    /// exp(eta) a row. Subtracting the same number everywhere changes no likelihood; it keeps the
    /// exponentials of a large offset within range.
    pub(super) fn weights(&self, beta: &Array1<f64>) -> Vec<f64> {
        let base = self.offset.iter().sum::<f64>() / self.rows().max(1) as f64;
        let beta = beta.to_vec();
        let eta = |i: usize| {
            let dot: f64 = self.row(i).iter().zip(&beta).map(|(x, b)| x * b).sum();
            dot + self.offset[i] - base
        };
        (0..self.rows()).map(|i| eta(i).exp()).collect()
    }

    /// The likelihood at `beta`. `multiplier` weighs the event times, for the test of proportional
    /// hazards; the log-likelihood stays without it.
    pub(super) fn evaluate(&self, beta: &Array1<f64>, multiplier: Option<&[f64]>) -> Point {
        let p = self.columns();
        let weights = self.weights(beta);
        let mut increments = vec![Increment::default(); self.moments.len()];
        let mut log_likelihood = 0.0;
        let mut score = vec![0.0; p];
        let mut means = vec![0.0; p * p];
        self.walk(&weights, |index, moment, at_risk, dying| {
            let g = multiplier.map_or(1.0, |values| values[index]);
            let sums = TieSums::new(self.ties, moment.events, at_risk.s0, dying.s0);
            increments[index] = sums.increment;
            log_likelihood += dying.eta - sums.log_denominators;
            let Increment { hazard, own } = sums.increment;
            for j in 0..p {
                score[j] += g * (dying.x[j] - hazard * at_risk.s1[j] + own * dying.s1[j]);
                let (a, b) = (
                    sums.square * at_risk.s1[j] - sums.mixed * dying.s1[j],
                    sums.own_square * dying.s1[j] - sums.mixed * at_risk.s1[j],
                );
                let line = &mut means[j * p..j * p + j + 1];
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
        });
        let exposure = self.exposure(&weights, &increments, multiplier);
        let mut information = weighted_gram(&self.x, &exposure);
        for j in 0..p {
            for k in 0..=j {
                information[(j, k)] -= means[j * p + k];
                information[(k, j)] = information[(j, k)];
            }
        }
        Point {
            beta: beta.clone(),
            log_likelihood,
            score: score.into(),
            information,
            weights,
            increments,
        }
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
        let mut exposure = vec![0.0; self.rows()];
        let mut first = 0;
        for (stratum, rows) in self.strata.iter().enumerate() {
            let own = self.moments[first..]
                .iter()
                .take_while(|moment| moment.stratum == stratum)
                .count();
            // Backwards in the order of the pass is forwards in time.
            let indices: Vec<usize> = (first..first + own).rev().collect();
            let mut cumulative = Vec::with_capacity(own);
            let mut sum = 0.0;
            for &index in &indices {
                sum += g(index) * increments[index].hazard;
                cumulative.push(sum);
            }
            let times: Vec<f64> = indices.iter().map(|&i| self.moments[i].time).collect();
            let through = |passed: usize| {
                if passed == 0 {
                    0.0
                } else {
                    cumulative[passed - 1]
                }
            };
            let mut passed = own;
            for i in rows.clone() {
                while passed > 0 && times[passed - 1] > self.stop[i] {
                    passed -= 1;
                }
                exposure[i] = through(passed);
                if let Some(start) = &self.start {
                    exposure[i] -= through(times.partition_point(|t| *t <= start[i]));
                }
            }
            for &index in &indices {
                let moment = &self.moments[index];
                for i in moment.rows.clone().filter(|&i| self.event[i]) {
                    exposure[i] -= g(index) * increments[index].own;
                }
            }
            first += own;
        }
        for (value, weight) in exposure.iter_mut().zip(weights) {
            *value *= weight;
        }
        exposure
    }

    /// Goes through the event times backwards and shows the sums over who is at risk and over who
    /// has the event.
    pub(super) fn walk(
        &self,
        weights: &[f64],
        mut visit: impl FnMut(usize, &Moment, &AtRisk, &Dying),
    ) {
        let p = self.columns();
        let mut at_risk = AtRisk::new(p);
        let mut dying = Dying::new(p);
        let mut next = 0;
        for (stratum, rows) in self.strata.iter().enumerate() {
            at_risk.clear();
            let mut entered = rows.start;
            let mut left = rows.start;
            while let Some(moment) = self.moments.get(next).filter(|m| m.stratum == stratum) {
                (entered..moment.rows.end).for_each(|i| at_risk.add(weights[i], self.row(i)));
                entered = moment.rows.end;
                if let Some(start) = &self.start {
                    while left < rows.end && start[self.by_start[left]] >= moment.time {
                        let i = self.by_start[left];
                        at_risk.remove(weights[i], self.row(i));
                        left += 1;
                    }
                }
                dying.clear();
                for i in moment.rows.clone().filter(|&i| self.event[i]) {
                    dying.add(weights[i], self.row(i));
                }
                visit(next, moment, &at_risk, &dying);
                next += 1;
            }
        }
    }
}

/// Sums over the rows at risk.
#[derive(Debug, Clone)]
pub(super) struct AtRisk {
    pub(super) s0: f64,
    pub(super) s1: Vec<f64>,
    members: usize,
}

impl AtRisk {
    fn new(p: usize) -> Self {
        Self {
            s0: 0.0,
            s1: vec![0.0; p],
            members: 0,
        }
    }

    fn clear(&mut self) {
        self.s0 = 0.0;
        self.s1.fill(0.0);
        self.members = 0;
    }

    fn add(&mut self, weight: f64, row: &[f64]) {
        self.s0 += weight;
        self.members += 1;
        for (sum, x) in self.s1.iter_mut().zip(row) {
            *sum += weight * x;
        }
    }

    fn remove(&mut self, weight: f64, row: &[f64]) {
        self.members -= 1;
        if self.members == 0 {
            // Nobody is left: no rounding is carried on.
            self.clear();
            return;
        }
        self.s0 -= weight;
        for (sum, x) in self.s1.iter_mut().zip(row) {
            *sum -= weight * x;
        }
    }
}

/// Sums over the rows with the event at one time.
#[derive(Debug, Clone)]
pub(super) struct Dying {
    pub(super) s0: f64,
    pub(super) s1: Vec<f64>,
    /// Sum of x without weights.
    pub(super) x: Vec<f64>,
    /// Sum of the linear predictors.
    pub(super) eta: f64,
}

impl Dying {
    fn new(p: usize) -> Self {
        Self {
            s0: 0.0,
            s1: vec![0.0; p],
            x: vec![0.0; p],
            eta: 0.0,
        }
    }

    fn clear(&mut self) {
        self.s0 = 0.0;
        self.eta = 0.0;
        self.s1.fill(0.0);
        self.x.fill(0.0);
    }

    fn add(&mut self, weight: f64, row: &[f64]) {
        self.s0 += weight;
        self.eta += weight.ln();
        for ((s1, sum), x) in self.s1.iter_mut().zip(&mut self.x).zip(row) {
            *s1 += weight * x;
            *sum += x;
        }
    }
}

/// Sums over the d denominators of one event time.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::survival) struct TieSums {
    pub(in crate::survival) increment: Increment,
    pub(in crate::survival) log_denominators: f64,
    /// Sum of 1 / S0k squared.
    pub(in crate::survival) square: f64,
    /// Sum of (k/d) / S0k squared.
    pub(in crate::survival) mixed: f64,
    /// Sum of (k/d)² / S0k squared.
    pub(in crate::survival) own_square: f64,
}

impl TieSums {
    pub(in crate::survival) fn new(ties: Ties, events: usize, s0: f64, dying: f64) -> Self {
        let mut sums = Self::default();
        for k in 0..events {
            let share = match ties {
                Ties::Efron => k as f64 / events as f64,
                Ties::Breslow => 0.0,
            };
            let denominator = s0 - share * dying;
            let inverse = denominator.recip();
            sums.log_denominators += denominator.ln();
            sums.increment.hazard += inverse;
            sums.increment.own += share * inverse;
            sums.square += inverse * inverse;
            sums.mixed += share * inverse * inverse;
            sums.own_square += share * share * inverse * inverse;
        }
        sums
    }
}

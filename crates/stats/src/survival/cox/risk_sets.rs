//! The partial likelihood, its score and its information.
//!
//! Rows are sorted once, by stratum and descending time, and covariates are centred within their
//! stratum (which changes nothing: only differences within a stratum count). One backward pass
//! collects S0 and S1 at every event time; the second moments are one weighted cross-product over
//! all rows, because the sum over event times of S2(t) / S0(t) is the sum over rows of
//! w x x' times the hazard that the row went through.

use super::super::SurvivalDesign;
use super::passes::{self, Task};
use super::sums::{AtRisk, Dying};
use crate::design::column_major;
use ndarray::{Array1, Array2};
use rayon::prelude::*;
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
    /// Rows in sorted order, one after the other: terms centred within strata and scaled.
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
    /// The pieces that a parallel pass works on.
    pub(super) tasks: Vec<Task>,
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

/// Positions of the design's rows by stratum, descending time, and events before ends of
/// observation, so that the rows of a tie stand together.
fn sorted(design: &SurvivalDesign) -> Vec<usize> {
    // The bits of a float, turned so that they order as `total_cmp` does.
    let key = |time: f64| {
        let bits = time.to_bits();
        match bits >> 63 {
            0 => bits | 1 << 63,
            _ => !bits,
        }
    };
    let mut keys: Vec<(usize, u64, bool, usize)> = (0..design.nobs())
        .into_par_iter()
        .map(|i| {
            let (time, censored) = (!key(design.stop[i]), !design.event[i]);
            (design.stratum[i], time, censored, i)
        })
        .collect();
    // The position makes every key its own: one order, whatever the number of threads.
    keys.par_sort_unstable();
    keys.into_iter().map(|(_, _, _, row)| row).collect()
}

/// Rows in sorted order with their columns centred within strata and divided by their standard
/// deviation; the centres and the divisors.
fn standardised(
    x: &Array2<f64>,
    order: &[usize],
    strata: &[Range<usize>],
) -> (Vec<f64>, Vec<Vec<f64>>, Vec<f64>) {
    let (n, p) = x.dim();
    // First rows one after the other, so that picking one in sorted order touches one place.
    let mut unsorted = vec![0.0; n * p];
    let view = crate::linear::view(x);
    unsorted
        .par_chunks_mut(passes::ROWS * p.max(1))
        .enumerate()
        .for_each(|(block, rows)| {
            for j in 0..p {
                let column = view.col(j).try_as_col_major();
                let column = column.map_or(&[][..], faer::ColRef::as_slice);
                let own = column.iter().skip(block * passes::ROWS);
                for (value, to) in own.zip(rows.iter_mut().skip(j).step_by(p)) {
                    *to = *value;
                }
            }
        });
    let mut by_row = vec![0.0; n * p];
    let mut centres = Vec::with_capacity(strata.len());
    for rows in strata {
        let own = &mut by_row[rows.start * p..rows.end * p];
        let sums = passes::in_blocks(own, p, |start, block| {
            let mut sum = vec![0.0; p];
            let from = order[rows.clone()].iter().skip(start);
            for (to, &row) in block.chunks_exact_mut(p).zip(from) {
                to.copy_from_slice(&unsorted[row * p..(row + 1) * p]);
                sum.iter_mut().zip(to.iter()).for_each(|(s, v)| *s += v);
            }
            sum
        });
        let centre: Vec<f64> = sums.iter().map(|sum| sum / rows.len() as f64).collect();
        centres.push(centre);
    }
    drop(unsorted);
    let mut squares = vec![0.0; p];
    for (rows, centre) in strata.iter().zip(&centres) {
        let own = &mut by_row[rows.start * p..rows.end * p];
        let sums = passes::in_blocks(own, p, |_, block| {
            let mut sum = vec![0.0; p];
            for row in block.chunks_exact_mut(p) {
                for ((value, centre), sum) in row.iter_mut().zip(centre).zip(&mut sum) {
                    *value -= centre;
                    *sum += *value * *value;
                }
            }
            sum
        });
        squares.iter_mut().zip(sums).for_each(|(s, v)| *s += v);
    }
    let scale: Vec<f64> = squares
        .iter()
        .map(|square| match (square / n as f64).sqrt() {
            spread if spread > 0.0 => spread,
            _ => 1.0,
        })
        .collect();
    passes::in_blocks(&mut by_row, p, |_, block| {
        for row in block.chunks_exact_mut(p) {
            for (value, scale) in row.iter_mut().zip(&scale) {
                *value /= scale;
            }
        }
        vec![0.0; p]
    });
    (by_row, centres, scale)
}

impl RiskSets {
    pub(super) fn new(design: &SurvivalDesign, ties: Ties) -> Self {
        let n = design.nobs();
        let order = sorted(design);
        let mut strata: Vec<Range<usize>> = Vec::new();
        for (at, &row) in order.iter().enumerate() {
            match strata.last_mut() {
                Some(last) if design.stratum[order[last.start]] == design.stratum[row] => {
                    last.end = at + 1;
                }
                _ => strata.push(at..at + 1),
            }
        }
        let (by_row, centres, scale) = standardised(&design.x, &order, &strata);
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
            tasks: Vec::new(),
        };
        sets.moments = sets.find_moments();
        sets.tasks = passes::tasks(&sets);
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

    /// The covariates in sorted order, column-major.
    pub(super) fn columns_of_rows(&self) -> Array2<f64> {
        let p = self.columns();
        column_major(self.rows(), p, |i, j| self.by_row[i * p + j])
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

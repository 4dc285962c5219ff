//! The test of proportional hazards.
//!
//! A coefficient that changes with time as beta + theta g(t) makes x g(t) a further covariate; its
//! score test at theta = 0 needs no further fit. With r(t) the Schoenfeld residual and V(t) the
//! covariance of the covariates among those at risk, the score is the sum of g r, and the
//! information of (beta, theta) has the blocks sum V, sum g V and sum g² V.
//!
//! References: P. M. Grambsch, T. M. Therneau (1994), Biometrika 81:515-526.

use super::risk_sets::{Point, RiskSets};
use crate::distributions::chi_squared;
use crate::linear::Factored;
use ndarray::{Array1, Array2};

/// The scale g(t) on which a changing coefficient is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeScale {
    /// One minus the Kaplan-Meier curve just before t: outliers in time do not dominate.
    #[default]
    KaplanMeier,
    /// The rank of t among the ends of all rows, equal ones sharing their average.
    Rank,
    /// Time itself.
    Identity,
    /// Its logarithm; undefined for an event on day 0.
    Log,
}

/// A test of proportional hazards.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ProportionalHazards {
    /// The term; `GLOBAL` for all together.
    pub term: String,
    /// Chi-squared statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// p-value; small: the hazards are not proportional.
    pub p_value: f64,
}

/// The name under which all terms are tested together.
pub const GLOBAL: &str = "GLOBAL";

pub(super) fn test(
    sets: &RiskSets,
    point: &Point,
    terms: &[String],
    scale: TimeScale,
) -> Vec<ProportionalHazards> {
    let p = terms.len();
    let g = transformed(sets, scale);
    let square: Vec<f64> = g.iter().map(|g| g * g).collect();
    let first = sets.evaluate(&point.beta, Some(&g));
    let second = sets.evaluate(&point.beta, Some(&square));
    let tested = |columns: &[usize]| {
        let size = p + columns.len();
        let block = |i: usize, j: usize| match (i < p, j < p) {
            (true, true) => point.information[(i, j)],
            (true, false) => first.information[(i, columns[j - p])],
            (false, true) => first.information[(columns[i - p], j)],
            (false, false) => second.information[(columns[i - p], columns[j - p])],
        };
        let information = Array2::from_shape_fn((size, size), |(i, j)| block(i, j));
        let score = Array1::from_shape_fn(size, |i| {
            if i < p {
                0.0
            } else {
                first.score[columns[i - p]]
            }
        });
        Factored::new(&information).map_or(f64::NAN, |f| score.dot(&f.solve(&score)))
    };
    let named = |term: &str, columns: &[usize]| {
        let statistic = tested(columns);
        let df = columns.len() as f64;
        ProportionalHazards {
            term: term.to_owned(),
            statistic,
            df,
            p_value: chi_squared::sf(statistic, df),
        }
    };
    let mut found: Vec<ProportionalHazards> = terms
        .iter()
        .enumerate()
        .map(|(j, term)| named(term, &[j]))
        .collect();
    let all: Vec<usize> = (0..p).collect();
    found.push(named(GLOBAL, &all));
    found
}

/// g at every event time, less its average over events: the test is the same, the matrices are
/// better conditioned.
fn transformed(sets: &RiskSets, scale: TimeScale) -> Vec<f64> {
    let mut g: Vec<f64> = match scale {
        TimeScale::Identity => sets.moments.iter().map(|m| m.time).collect(),
        TimeScale::Log => sets.moments.iter().map(|m| m.time.ln()).collect(),
        TimeScale::KaplanMeier => kaplan_meier(sets),
        TimeScale::Rank => ranks(sets),
    };
    let events: usize = sets.moments.iter().map(|m| m.events).sum();
    let sum: f64 = g
        .iter()
        .zip(&sets.moments)
        .map(|(g, m)| g * m.events as f64)
        .sum();
    let mean = sum / events as f64;
    g.iter_mut().for_each(|g| *g -= mean);
    g
}

/// The rank of each event time among the ends of all rows.
fn ranks(sets: &RiskSets) -> Vec<f64> {
    let mut ends = sets.stop.clone();
    ends.sort_by(f64::total_cmp);
    let rank = |time: f64| {
        let below = ends.partition_point(|other| *other < time);
        let to = ends.partition_point(|other| *other <= time);
        (below + to + 1) as f64 / 2.0
    };
    sets.moments.iter().map(|m| rank(m.time)).collect()
}

/// 1 - S(t-) over all strata together, with late entry.
fn kaplan_meier(sets: &RiskSets) -> Vec<f64> {
    let mut stops: Vec<f64> = sets.stop.clone();
    stops.sort_by(f64::total_cmp);
    let mut starts: Vec<f64> = sets.start.clone().unwrap_or_default();
    starts.sort_by(f64::total_cmp);
    let n = stops.len();
    let entered = |time: f64| match starts.len() {
        0 => n,
        _ => starts.partition_point(|s| *s < time),
    };
    let mut times: Vec<(f64, usize)> = sets.moments.iter().map(|m| (m.time, m.events)).collect();
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut before: Vec<(f64, f64)> = Vec::new();
    let mut survival = 1.0;
    let mut at = 0;
    while at < times.len() {
        let time = times[at].0;
        let end = at + times[at..].partition_point(|(t, _)| *t <= time);
        let events: usize = times[at..end].iter().map(|(_, d)| d).sum();
        let at_risk = entered(time) - stops.partition_point(|s| *s < time);
        before.push((time, 1.0 - survival));
        survival *= 1.0 - events as f64 / at_risk as f64;
        at = end;
    }
    let look_up = |time: f64| {
        let found = before.partition_point(|(t, _)| *t < time);
        before.get(found).map_or(f64::NAN, |(_, g)| *g)
    };
    sets.moments.iter().map(|m| look_up(m.time)).collect()
}

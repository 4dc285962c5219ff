//! Score residuals and the robust covariance they give.
//!
//! References: D. Y. Lin, L. J. Wei (1989), JASA 84:1074-1078; Therneau and Grambsch (2000), 4.6
//! and 7.1.

use super::risk_sets::{Point, RiskSets, TieSums};
use ndarray::{Array1, Array2};
use std::collections::BTreeMap;

/// The mean covariate of who is at risk, in the sums that the residuals need; one an event time.
struct Means {
    /// Sum over k of (mean at k) / S0k.
    hazard: Vec<f64>,
    /// Sum over k of (k/d) (mean at k) / S0k.
    own: Vec<f64>,
    /// Average over k of the mean at k.
    average: Vec<f64>,
}

/// Score residuals in the order of the design: rows by terms, of the scaled columns.
pub(super) fn score_residuals(sets: &RiskSets, point: &Point) -> Array2<f64> {
    let p = sets.columns();
    let mut means: Vec<Means> = Vec::with_capacity(sets.moments.len());
    sets.walk(&point.weights, |_, moment, at_risk, dying| {
        let sums = TieSums::new(sets.ties, moment.events, at_risk.s0, dying.s0);
        let d = moment.events as f64;
        let combine = |a: f64, b: f64| -> Vec<f64> {
            let pairs = at_risk.s1.iter().zip(&dying.s1);
            pairs.map(|(s, own)| a * s - b * own).collect()
        };
        means.push(Means {
            hazard: combine(sums.square, sums.mixed),
            own: combine(sums.mixed, sums.own_square),
            average: combine(sums.increment.hazard / d, sums.increment.own / d),
        });
    });
    let exposure = sets.exposure(&point.weights, &point.increments, None);
    let mut residuals = Array2::zeros((sets.rows(), p));
    let mut first = 0;
    for (stratum, rows) in sets.strata.iter().enumerate() {
        let own = sets.moments[first..]
            .iter()
            .take_while(|moment| moment.stratum == stratum)
            .count();
        let indices: Vec<usize> = (first..first + own).rev().collect();
        let times: Vec<f64> = indices.iter().map(|&i| sets.moments[i].time).collect();
        // Running sums forwards in time, one more line than event times.
        let mut cumulative = vec![vec![0.0; p]];
        for (line, &index) in indices.iter().enumerate() {
            let next = cumulative[line]
                .iter()
                .zip(&means[index].hazard)
                .map(|(sum, value)| sum + value)
                .collect();
            cumulative.push(next);
        }
        for i in rows.clone() {
            let until = times.partition_point(|t| *t <= sets.stop[i]);
            let from = sets
                .start
                .as_ref()
                .map_or(0, |start| times.partition_point(|t| *t <= start[i]));
            let w = point.weights[i];
            for j in 0..p {
                let x = sets.by_row[i * p + j];
                let mut value = w * (cumulative[until][j] - cumulative[from][j]) - exposure[i] * x;
                if sets.event[i] {
                    let at = &means[indices[until - 1]];
                    value += x - at.average[j] - w * at.own[j];
                }
                residuals[(sets.order[i], j)] = value;
            }
        }
        first += own;
    }
    residuals
}

/// The sandwich: changes of the estimate when a row (or a cluster) is left out, squared and added.
pub(super) fn sandwich(
    sets: &RiskSets,
    point: &Point,
    inverse: &Array2<f64>,
    clusters: Option<&[usize]>,
) -> Array2<f64> {
    let residuals = score_residuals(sets, point);
    let p = sets.columns();
    let mut meat = Array2::<f64>::zeros((p, p));
    let mut add = |sum: &Array1<f64>| {
        for i in 0..p {
            for j in 0..p {
                meat[(i, j)] += sum[i] * sum[j];
            }
        }
    };
    match clusters {
        None => residuals
            .rows()
            .into_iter()
            .for_each(|row| add(&row.to_owned())),
        Some(clusters) => {
            let mut sums: BTreeMap<usize, Array1<f64>> = BTreeMap::new();
            for (row, &cluster) in residuals.rows().into_iter().zip(clusters) {
                *sums.entry(cluster).or_insert_with(|| Array1::zeros(p)) += &row;
            }
            sums.values().for_each(add);
        }
    }
    inverse.dot(&meat).dot(inverse)
}

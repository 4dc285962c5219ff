//! The largest probability of a set of two-by-two tables over the common risk of both arms.

use crate::distributions::binomial;
use rayon::prelude::*;

/// Grid over the nuisance parameter: fine enough that the largest value is bracketed, then refined.
const GRID: usize = 2000;

/// max over p of P(reject) where x1 ~ Binomial(n1, p) and x2 ~ Binomial(n2, p).
pub(super) fn maximise(n1: u64, n2: u64, reject: impl Fn(u64, u64) -> bool + Sync) -> f64 {
    // For each x1, the runs of x2 that reject: at most a few, so a probability is a sum of n1
    // differences of binomial cumulative sums instead of n1 * n2 products.
    let runs: Vec<Vec<(u64, u64)>> = (0..=n1)
        .into_par_iter()
        .map(|x1| rejecting_runs(n2, |x2| reject(x1, x2)))
        .collect();
    let probability = |p: f64| -> f64 {
        let cumulative = cumulative_binomial(n2, p);
        let mut sum = 0.0;
        for (x1, runs) in runs.iter().enumerate() {
            let inner: f64 = runs
                .iter()
                .map(|&(from, to)| cumulative[to as usize + 1] - cumulative[from as usize])
                .sum();
            if inner > 0.0 {
                sum += binomial::pmf(x1 as u64, n1, p) * inner;
            }
        }
        sum
    };
    // Even steps of the arcsine: rare events live close to 0, and there the steps are small.
    let at = |i: usize| {
        (std::f64::consts::FRAC_PI_2 * i as f64 / GRID as f64)
            .sin()
            .powi(2)
    };
    let values: Vec<f64> = (0..=GRID)
        .into_par_iter()
        .map(|i| probability(at(i)))
        .collect();
    let largest = values.iter().copied().fold(0.0, f64::max);
    // Every local maximum that comes near the largest grid value is refined by golden sections.
    let refined = (1..GRID)
        .into_par_iter()
        .filter(|&i| {
            values[i] >= values[i - 1] && values[i] >= values[i + 1] && values[i] > 0.98 * largest
        })
        .map(|i| golden_maximum(at(i - 1), at(i + 1), probability))
        .collect::<Vec<_>>();
    refined.into_iter().fold(largest, f64::max).min(1.0)
}

fn rejecting_runs(n: u64, reject: impl Fn(u64) -> bool) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for x in 0..=n {
        if reject(x) {
            match runs.last_mut() {
                Some(run) if run.1 + 1 == x => run.1 = x,
                _ => runs.push((x, x)),
            }
        }
    }
    runs
}

/// Entry k is P(X < k).
fn cumulative_binomial(n: u64, p: f64) -> Vec<f64> {
    let mut cumulative = Vec::with_capacity(n as usize + 2);
    let mut sum = 0.0;
    cumulative.push(sum);
    for x in 0..=n {
        sum += binomial::pmf(x, n, p);
        cumulative.push(sum);
    }
    cumulative
}

fn golden_maximum(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let shrink = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut left, mut right) = (high - shrink * (high - low), low + shrink * (high - low));
    let (mut f_left, mut f_right) = (f(left), f(right));
    for _ in 0..60 {
        if f_left < f_right {
            (low, left, f_left) = (left, right, f_right);
            right = low + shrink * (high - low);
            f_right = f(right);
        } else {
            (high, right, f_right) = (right, left, f_left);
            left = high - shrink * (high - low);
            f_left = f(left);
        }
    }
    f_left.max(f_right)
}

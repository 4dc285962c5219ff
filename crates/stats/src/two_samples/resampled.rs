//! The bootstrap of a difference of means.
//!
//! People are drawn within their groups, so that the sizes of the groups stay as they are; of people who
//! belong together whole clusters are drawn, within the groups if each lies in one.
//!
//! The standard error of a replicate, which studentised intervals need, is Welch's. By clusters it is made
//! of the sums of each cluster's residuals over the sizes of their groups, z: for clusters that lie in one
//! group each m/(m - 1) times their sum of squares in each group of m clusters (Welch's for clusters of
//! one), else over all clusters about their mean, which is 0.
//!
//! References: A. C. Davison, D. V. Hinkley (1997), Bootstrap Methods and their Application,
//! sections 2.4, 3.2 (several samples) and chapter 5; K.-Y. Liang, S. L. Zeger (1986), Biometrika 73:13-22.

use super::TwoSamples;
use crate::StatsError;
use crate::describe::mean;
use crate::resampling::{Bootstrap, BootstrapFit, BootstrapInterval, Replicate, Resample};
use std::collections::BTreeMap;

/// Replicates of the difference of means, treated minus control, with what the intervals need. `clusters`
/// has a label for each value, the treated first.
///
/// # Errors
/// [`StatsError::Argument`] if there are fewer than two replicates, labels of another number, or a group
/// that is left empty where BCa leaves one person (or cluster) out.
///
/// ```
/// use regtrial_stats::resampling::BootstrapInterval;
/// use regtrial_stats::two_samples::{TwoSamples, resampled};
/// let samples = TwoSamples::new(&[2.0, 4.0, 9.0], &[1.0, 2.0, 3.0])?;
/// let kinds = [BootstrapInterval::Bca, BootstrapInterval::Studentised];
/// let fit = resampled::mean_difference(samples, None, &kinds, 200, 7)?;
/// assert_eq!(fit.observed.values, [3.0]);
/// // Welch's: the variances 13 and 1 over 3 people each.
/// assert!((fit.observed.std_errors[0] - (14.0_f64 / 3.0).sqrt()).abs() < 1e-12);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn mean_difference(
    samples: TwoSamples<'_>,
    clusters: Option<&[usize]>,
    kinds: &[BootstrapInterval],
    replicates: usize,
    seed: u64,
) -> Result<BootstrapFit, StatsError> {
    let TwoSamples { treated, control } = samples;
    let values = [treated, control].concat();
    let rows = values.len();
    let group: Vec<usize> = (0..rows)
        .map(|row| usize::from(row >= treated.len()))
        .collect();
    if clusters.is_some_and(|labels| labels.len() != rows) {
        return Err(StatsError::argument("labels", "must be one a value"));
    }
    let resample = Resample::within(group.clone(), clusters);
    let nested = !matches!(resample, Resample::Clusters(_));
    let bootstrap = Bootstrap {
        replicates,
        seed,
        resample,
    };
    let studentised = kinds.contains(&BootstrapInterval::Studentised);
    let jackknife = kinds.contains(&BootstrapInterval::Bca);
    bootstrap.run(rows, jackknife, |drawn| {
        let of = |wanted: usize| -> Vec<f64> {
            let own = drawn.iter().filter(|row| group[**row] == wanted);
            own.map(|&row| values[row]).collect()
        };
        let (x, y) = (of(0), of(1));
        // Without one of its people a group of one has no mean.
        if x.is_empty() || y.is_empty() {
            return None;
        }
        let means = [mean(&x), mean(&y)];
        let sizes = [x.len() as f64, y.len() as f64];
        let residual = |row: usize| {
            let sign = if group[row] == 0 { 1.0 } else { -1.0 };
            sign * (values[row] - means[group[row]]) / sizes[group[row]]
        };
        let std_errors = match studentised {
            true => vec![std_error(
                &cluster_sums(drawn, clusters, &group, residual),
                nested,
            )],
            false => Vec::new(),
        };
        Some(Replicate {
            values: vec![means[0] - means[1]],
            std_errors,
        })
    })
}

/// The sum of the residuals of each cluster (or person), as often as it was drawn, with the group it lies in.
fn cluster_sums(
    drawn: &[usize],
    clusters: Option<&[usize]>,
    group: &[usize],
    residual: impl Fn(usize) -> f64,
) -> Vec<(usize, f64)> {
    let mut times = vec![0; group.len()];
    for &row in drawn {
        times[row] += 1;
    }
    let mut sums: BTreeMap<usize, (usize, usize, f64)> = BTreeMap::new();
    for (row, &times) in times.iter().enumerate().filter(|(_, times)| **times > 0) {
        let label = clusters.map_or(row, |labels| labels[row]);
        // A cluster is drawn whole: as often as each of its rows.
        sums.entry(label).or_insert((times, group[row], 0.0)).2 += residual(row);
    }
    let each = sums.into_values();
    each.flat_map(|(times, group, sum)| std::iter::repeat_n((group, sum), times))
        .collect()
}

fn std_error(sums: &[(usize, f64)], nested: bool) -> f64 {
    let variance = |own: Vec<f64>| {
        let m = own.len() as f64;
        // One cluster says nothing of how clusters vary.
        (if m > 1.0 { m / (m - 1.0) } else { f64::NAN })
            * own.iter().map(|sum| sum * sum).sum::<f64>()
    };
    let of = |wanted: usize| {
        let own = sums.iter().filter(|(group, _)| *group == wanted);
        variance(own.map(|(_, sum)| *sum).collect())
    };
    let total = match nested {
        true => of(0) + of(1),
        false => variance(sums.iter().map(|(_, sum)| *sum).collect()),
    };
    total.sqrt()
}

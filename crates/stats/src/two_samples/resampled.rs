//! The bootstrap of a difference of means.
//!
//! People are drawn within their groups, so that the sizes of the groups stay as they are.
//!
//! References: A. C. Davison, D. V. Hinkley (1997), Bootstrap Methods and their Application,
//! section 3.2 (several samples) and chapter 5.

use super::TwoSamples;
use crate::StatsError;
use crate::describe::mean;
use crate::resampling::{Bootstrap, BootstrapFit, Resample};

/// Replicates of the difference of means, treated minus control, with the jackknife that BCa needs.
///
/// # Errors
/// [`StatsError::Argument`] if there are fewer than two replicates.
///
/// ```
/// use regtrial_stats::two_samples::{TwoSamples, resampled};
/// let samples = TwoSamples::new(&[2.0, 4.0, 9.0], &[1.0, 2.0, 3.0])?;
/// let fit = resampled::mean_difference(samples, 200, 7)?;
/// assert_eq!(fit.observed, [3.0]);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn mean_difference(
    samples: TwoSamples<'_>,
    replicates: usize,
    seed: u64,
) -> Result<BootstrapFit, StatsError> {
    let TwoSamples { treated, control } = samples;
    let values = [treated, control].concat();
    let rows = values.len();
    let group = |row: usize| usize::from(row >= treated.len());
    let bootstrap = Bootstrap {
        replicates,
        seed,
        resample: Resample::Strata((0..rows).map(group).collect()),
    };
    bootstrap.run(rows, true, |drawn| {
        let of = |wanted: usize| -> Vec<f64> {
            let own = drawn.iter().filter(|row| group(**row) == wanted);
            own.map(|&row| values[row]).collect()
        };
        let (x, y) = (of(0), of(1));
        // Without one of its people a group of one has no mean.
        (!x.is_empty() && !y.is_empty()).then(|| vec![mean(&x) - mean(&y)])
    })
}

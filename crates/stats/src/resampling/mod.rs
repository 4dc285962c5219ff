//! Intervals and tests by resampling, for any estimator that can be written as a function of rows.
//!
//! Each replicate draws from its own ChaCha12 stream, numbered by the replicate under the caller's
//! seed: the answer does not depend on the number of threads, nor on how many replicates come after.
//!
//! # Any estimator
//! A permutation test takes a function of the arms, a bootstrap one of positions of rows. Here the log-rank
//! test in blocks of two, and a restricted mean by clusters:
//!
//! ```
//! use regtrial_stats::resampling::{Alternative, Bootstrap, BootstrapInterval, Permutation};
//! use regtrial_stats::resampling::{Randomisation, Resample};
//! use regtrial_stats::survival::{FollowUp, KaplanMeier, log_rank, restricted_mean};
//! use regtrial_stats::{ConfidenceLevel, Statistic};
//!
//! let time = [90.0, 21.0, 60.0, 14.0, 75.0, 35.0, 90.0, 49.0];
//! let event = [false, true, true, true, true, true, false, true];
//! let arm = [0, 1, 0, 1, 0, 1, 0, 1];
//! let block = vec![0, 0, 1, 1, 2, 2, 3, 3];
//! let everyone = FollowUp::new(&time, &event)?;
//! let test = Permutation {
//!     replicates: 4_000,
//!     seed: 1,
//!     randomisation: Randomisation::Blocks(block.clone()),
//!     alternative: Alternative::TwoSided,
//! };
//! let fit = test.run(&arm, |arm| {
//!     let found = log_rank::log_rank(&everyone, arm, 2, None, Default::default()).ok()?;
//!     Some(found.observed[1] - found.expected[1])
//! })?;
//! // Of 16 allocations the one that was made and its mirror image are the most extreme.
//! assert!((fit.p_value - 2.0 / 16.0).abs() < 4.0 * fit.monte_carlo_error);
//!
//! let bootstrap = Bootstrap {
//!     replicates: 1_000,
//!     seed: 1,
//!     resample: Resample::Clusters(block),
//! };
//! let fit = bootstrap.run(8, true, |rows| {
//!     let time: Vec<f64> = rows.iter().map(|&row| time[row]).collect();
//!     let event: Vec<bool> = rows.iter().map(|&row| event[row]).collect();
//!     let curve = KaplanMeier::new(&FollowUp::new(&time, &event).ok()?);
//!     Some(vec![restricted_mean::of_curve(&curve, 80.0).ok()?.mean])
//! })?;
//! let (kind, level) = (BootstrapInterval::Bca, ConfidenceLevel::NINETY_FIVE);
//! let mean = fit.estimate(0, Statistic::RestrictedMean, kind, level)?;
//! // The areas under the eight people's times up to day 80.
//! assert_eq!(mean.estimate, (80.0 + 21.0 + 60.0 + 14.0 + 75.0 + 35.0 + 80.0 + 49.0) / 8.0);
//! assert!(mean.conf_low < mean.estimate && mean.estimate < mean.conf_high);
//! # Ok::<(), regtrial_stats::StatsError>(())
//! ```

mod bootstrap;
mod draws;
mod groups;
mod interval;
mod minimisation;
mod permutation;

pub use bootstrap::{Bootstrap, Replicate, Resample};
pub use draws::Draws;
pub(crate) use groups::lie_within;
pub use interval::{BootstrapFit, BootstrapInterval};
pub use minimisation::{Agreement, Factor, Imbalance, Minimisation};
pub use permutation::{Alternative, Permutation, PermutationFit, Randomisation};

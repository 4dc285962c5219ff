//! Intervals and tests by resampling, for any estimator that can be written as a function of rows.
//!
//! Each replicate draws from its own ChaCha12 stream, numbered by the replicate under the caller's
//! seed: the answer does not depend on the number of threads, nor on how many replicates come after.

mod bootstrap;
mod draws;
mod minimisation;
mod permutation;

pub use bootstrap::{Bootstrap, BootstrapFit, BootstrapInterval, Resample};
pub use draws::Draws;
pub use minimisation::{Agreement, Factor, Imbalance, Minimisation};
pub use permutation::{Alternative, Permutation, PermutationFit, Randomisation};

//! Events that a person can have again: mean counts over time, and their ratio.
//!
//! Nothing is assumed of how a person's events depend on each other: variances come from the
//! spread between people. The end of observation must say nothing about the events; death is an
//! end of observation here.

mod events;
mod mean_count;
mod proportional;
mod regression;

pub use events::RecurrentEvents;
pub use mean_count::{MeanCount, MeanCountStep};
pub use proportional::{ProportionalMeans, proportional_means};
pub use regression::{MeanCountRegression, mean_count_regression};

//! Two independent samples of a measured quantity, or of counts.

pub mod clustered;
pub mod counts;
pub mod means;
pub mod ranks;
pub mod resampled;
pub mod stratified;

use crate::StatsError;

/// Observations of two groups, without missing values.
#[derive(Debug, Clone, Copy)]
pub struct TwoSamples<'a> {
    treated: &'a [f64],
    control: &'a [f64],
}

impl<'a> TwoSamples<'a> {
    /// The two samples; differences are treated minus control.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if a sample is empty or holds a number that is not finite.
    pub fn new(treated: &'a [f64], control: &'a [f64]) -> Result<Self, StatsError> {
        for (name, sample) in [("treated sample", treated), ("control sample", control)] {
            check(name, sample)?;
        }
        Ok(Self { treated, control })
    }
}

pub(crate) fn check(name: &'static str, sample: &[f64]) -> Result<(), StatsError> {
    if sample.is_empty() {
        return Err(StatsError::argument(name, "is empty"));
    }
    if sample.iter().any(|x| !x.is_finite()) {
        return Err(StatsError::argument(
            name,
            "holds a value that is missing or not finite",
        ));
    }
    Ok(())
}

//! Marginal effects: what the covariate-adjusted model says about the arms as wholes.

mod resampled;
mod standardisation;
mod variance;
mod weighted;

pub use resampled::{Resampler, StandardisationBootstrap};
pub use standardisation::{Fitting, Standardisation, StandardisationFit};
pub use variance::MarginalVariance;

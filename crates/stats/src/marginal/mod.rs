//! Marginal effects: what the covariate-adjusted model says about the arms as wholes.

mod standardisation;
mod variance;

pub use standardisation::{Fitting, Standardisation, StandardisationFit};
pub use variance::MarginalVariance;

//! Estimators for randomised trials and register studies.
//!
//! Slices and `ndarray` matrices go in, [`Estimate`]s come out. No file is read, no data frame is
//! seen and nothing is printed: the crate can be read, tested and trusted on its own.
//!
//! | Question | Start at |
//! |---|---|
//! | One proportion | [`proportion::one`] |
//! | Two proportions | [`proportion::difference`], [`proportion::ratio`], [`proportion::odds_ratio`], [`proportion::association`] |
//! | Two means, two ranked samples | [`two_samples`] |
//! | A regression | [`formula::Formula`], [`design::Design`], [`glm::Glm`], [`glm::Firth`] |
//! | Time to event | [`survival`] |
//! | Events over person-time | [`rates`], [`survival::recurrent`] |
//! | Several trials | [`meta`] |
//! | How many people a trial needs | [`power`] |
//! | Whether printed numbers fit together | [`consistency`] |
//! | A rating scale, a correlation | [`scales`] |
//! | Several hypotheses | [`multiplicity`] |
//! | An interval or test by resampling | [`resampling`] |
//! | Covariate-adjusted risks of the arms | [`marginal::Standardisation`] |
//!
//! Conventions: an undefined number is `NaN`; a ratio is reported on its natural scale with its
//! standard error on the log scale ([`Scale::Log`]); p-values are two-sided.

pub mod consistency;
pub mod describe;
pub mod design;
pub mod distributions;
pub mod formula;
pub mod glm;
pub mod marginal;
pub mod meta;
pub mod multiplicity;
pub mod power;
pub mod proportion;
pub mod rates;
pub mod resampling;
pub mod scales;
pub mod survival;
pub mod two_samples;

mod diagnostic;
mod error;
mod estimate;
mod linear;
mod penalised;
mod roots;

pub use diagnostic::{Diagnostic, Severity};
pub use error::StatsError;
pub use estimate::{ConfidenceLevel, Estimate, Method, Scale, Statistic, contrast_pairs};

//! Meta-analysis of two-by-two tables or of estimates.
//!
//! [`effects`] turns tables into effects with variances, [`MetaAnalysis`] pools them with one common
//! effect or with random effects, [`tables`] pools tables directly (Mantel-Haenszel, Peto),
//! [`MixedMeta`] by the likelihood of the counts, for rare events; [`funnel`] looks at small studies,
//! [`MetaAnalysis::regress`] explains effects by moderators. Ratios are pooled as logarithms and
//! reported on their natural scale with the standard error of the logarithm.

pub mod effects;
pub mod funnel;
pub mod tables;

mod mixed;
mod pooled;
mod regression;
mod several_arms;
mod tau2;

pub use effects::{Effect, Measure};
pub use mixed::{
    MixedFit, MixedHeterogeneity, MixedMeta, MixedModel, MixedRegression, MixedTest, StudyVariance,
};
pub use pooled::{Heterogeneity, MetaAnalysis, MetaFit, PooledTest};
pub use regression::MetaRegression;
pub use several_arms::{SeveralArms, TrialRow, one_row_a_trial, repeated_studies};
pub use tau2::{Tau2, Tau2Method};

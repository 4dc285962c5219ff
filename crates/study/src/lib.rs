//! study.toml to plan to results.
//!
//! ```no_run
//! use regtrial_study::{Plan, Study};
//! let plan = Plan::read("study.toml".as_ref())?;
//! let study = Study::load(plan)?;
//! let results = study.run()?;
//! let released = results.release(study.plan().disclosure);
//! # Ok::<(), regtrial_study::StudyError>(())
//! ```
//!
//! The crate is the one bridge between data frames and the estimators of `regtrial-stats`
//! ([`design`]); it computes no statistic of its own.

pub mod analysis;
pub mod design;
pub mod population;
pub mod published;

mod blinding;
mod breaks;
mod error;
mod extracts;
mod files;
mod lock;
mod methods;
mod panel;
mod person_table;
mod plan;
mod prices;
mod provenance;
mod randomised;
mod references;
mod study;

pub use breaks::Break;
pub use error::StudyError;
pub use lock::{LOCK_SCHEMA, Lock};
pub use plan::{
    Alternative, AnalysisPlan, Assumption, BootstrapPlan, CurvePlan, DistributionPlan,
    DistributionUnit, EndpointPlan, Estimator, FigurePlan, GeePlan, HazardsPlan, Linkage,
    MeanCountPlan, MeanCurvePlan, MinimisationPlan, ModelPlan, MultiplicityMethod,
    MultiplicityPlan, OutcomePlan, OutcomeSource, PerTime, Picture, Plan, PopulationPlan,
    PricesPlan, RandomisationPlan, RateFamily, RatePlan, RegisterPlan, SchemePlan, SequencePlan,
    TablePlan, TiesPlan, TimeCurvePlan, TimeTestPlan,
};
pub use provenance::Provenance;
pub use study::Study;

//! What stops a study.

use regtrial_outcomes::OutcomeError;
use regtrial_registers::{Problem, RegisterError};
use regtrial_stats::StatsError;

/// A study that could not be finished.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// The plan is wrong: every problem in it.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Plan(Vec<Problem>),
    /// A file is wrong.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// An outcome could not be derived.
    #[error(transparent)]
    Outcome(#[from] OutcomeError),
    /// An analysis could not be computed.
    #[error("analysis `{analysis}`: {source}")]
    Analysis {
        /// Key in the plan.
        analysis: String,
        /// Why.
        source: StatsError,
    },
    /// A table was not as expected: a bug of ours rather than of the data.
    #[error("building a table failed")]
    Frame(#[from] polars::error::PolarsError),
}

impl StudyError {
    pub(crate) fn analysis(key: &str) -> impl FnOnce(StatsError) -> Self + '_ {
        move |source| Self::Analysis {
            analysis: key.to_owned(),
            source,
        }
    }
}

//! What keeps an outcome from being derived.

use crate::observation::Cause;
use std::ops::Range;

/// A rule or an outcome that cannot be evaluated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OutcomeError {
    /// A rule that cannot be read, or that names what does not exist.
    #[error("rule: {message}")]
    Rule {
        /// What is wrong.
        message: String,
        /// Byte range within the rule.
        span: Range<usize>,
    },
    /// People were seen for part of an outcome's window, and the plan does not say what that means.
    #[error("outcome `{outcome}`: some people are seen for part of the window only ({}), and the plan does not say what the outcome means for them", cause.describe())]
    PartlyObserved {
        /// The outcome.
        outcome: String,
        /// Why they are not seen to the end.
        cause: Cause,
    },
    /// There is no price index for a month in which there is money.
    #[error("outcome `{outcome}`: there is no price index for {year}-{month:02}")]
    NoPrice {
        /// The outcome.
        outcome: String,
        /// The year.
        year: i32,
        /// The month.
        month: u32,
    },
    /// An endpoint on a table that is not there.
    #[error("there is no table `{table}` of a register `{register}`")]
    NoTable {
        /// Key of the register.
        register: String,
        /// The table.
        table: &'static str,
    },
    /// A canonical table without an expected column: a bug of ours.
    #[error("the table of spells is not as expected")]
    Table,
}

impl From<polars::error::PolarsError> for OutcomeError {
    fn from(_: polars::error::PolarsError) -> Self {
        Self::Table
    }
}

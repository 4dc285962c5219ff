//! What can go wrong when released results are written out.

use thiserror::Error;

/// Why a table or figure could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReportError {
    /// No curve of this name is in the catalogue.
    #[error("`{analysis}` is not a curve of this study")]
    NotACurve {
        /// The key that was asked for.
        analysis: String,
    },
    /// A comma-separated file could not be written.
    #[error("`{analysis}` could not be written as CSV: {reason}")]
    Csv {
        /// The analysis.
        analysis: String,
        /// The writer's own words.
        reason: String,
    },
    /// A Word or Excel file could not be written.
    #[error("the Word or Excel file of `{analysis}` could not be written: {reason}")]
    Office {
        /// The analysis.
        analysis: String,
        /// The writer's own words.
        reason: String,
    },
    /// A figure could not be drawn.
    #[error("the figure of `{analysis}` could not be drawn: {reason}")]
    Drawing {
        /// The analysis.
        analysis: String,
        /// The renderer's own words.
        reason: String,
    },
}

impl ReportError {
    pub(crate) fn csv(analysis: &str, reason: impl ToString) -> Self {
        Self::Csv {
            analysis: analysis.to_owned(),
            reason: reason.to_string(),
        }
    }

    pub(crate) fn office(analysis: &str, reason: impl ToString) -> Self {
        Self::Office {
            analysis: analysis.to_owned(),
            reason: reason.to_string(),
        }
    }

    pub(crate) fn drawing(analysis: &str, reason: impl ToString) -> Self {
        Self::Drawing {
            analysis: analysis.to_owned(),
            reason: reason.to_string(),
        }
    }
}

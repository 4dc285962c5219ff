//! What an estimator refuses, and why.

use crate::glm::Family;
use std::ops::Range;

/// An estimator's refusal: the number would have been wrong or does not exist.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    /// An argument lies outside the values the estimator is defined for.
    #[error("{argument} {rule}")]
    Argument {
        /// The argument's name.
        argument: &'static str,
        /// What it must be.
        rule: String,
    },
    /// More events than people: usually a non-event count passed as a total.
    #[error("{events} events among a total of {total}: events cannot exceed the total")]
    EventsExceedTotal {
        /// Events given.
        events: u64,
        /// Total given.
        total: u64,
    },
    /// The formula could not be read.
    #[error("formula: {message}")]
    Formula {
        /// What was expected.
        message: String,
        /// Byte range of the offending text within the formula.
        span: Range<usize>,
    },
    /// A column that the formula names is not in the data.
    #[error("the data have no column `{column}`{}", suggestion.as_ref().map_or(String::new(), |s| format!(" (did you mean `{s}`?)")))]
    UnknownColumn {
        /// The name in the formula.
        column: String,
        /// The closest existing name, if one is close.
        suggestion: Option<String>,
    },
    /// A column has a type that the term cannot use.
    #[error("column `{column}` {rule}")]
    ColumnType {
        /// The column.
        column: String,
        /// What was expected of it.
        rule: String,
    },
    /// No row is left after rows with missing values are set aside.
    #[error("no complete row is left ({dropped} rows have a missing value)")]
    NoData {
        /// Rows set aside.
        dropped: usize,
    },
    /// There are more coefficients than complete rows.
    #[error("{rows} complete rows cannot estimate {terms} coefficients")]
    TooFewRows {
        /// Complete rows.
        rows: usize,
        /// Coefficients asked for.
        terms: usize,
    },
    /// Some terms are linear combinations of earlier ones.
    #[error("not identifiable, because they are linear combinations of earlier terms: {}", terms.join(", "))]
    RankDeficient {
        /// The aliased terms, in formula order.
        terms: Vec<String>,
    },
    /// A term, or a combination of terms, predicts the outcome perfectly: no maximum exists.
    #[error("separation: {} predict{} the outcome perfectly, so the maximum-likelihood estimate does not exist", terms.join(", "), if terms.len() == 1 { "s" } else { "" })]
    Separation {
        /// The terms whose coefficients run off to infinity.
        terms: Vec<String>,
        /// The family of the model: Firth's method is for logistic models alone.
        family: Family,
    },
    /// A term, or a combination of terms, orders the events perfectly: a Cox likelihood that climbs
    /// for ever.
    #[error("monotone likelihood: {} order{} the events perfectly, so the maximum partial-likelihood estimate does not exist", terms.join(", "), if terms.len() == 1 { "s" } else { "" })]
    MonotoneLikelihood {
        /// The terms whose coefficients run off to infinity.
        terms: Vec<String>,
    },
    /// The outcome takes a single value.
    #[error(
        "the outcome `{outcome}` is {value} in every complete row: there is nothing to compare"
    )]
    ConstantOutcome {
        /// The outcome's name.
        outcome: String,
        /// `0`, `1` or `constant`.
        value: &'static str,
    },
    /// The outcome has a value that the family excludes.
    #[error("the outcome `{outcome}` must be {expected}")]
    OutcomeRange {
        /// The outcome's name.
        outcome: String,
        /// What the family requires.
        expected: &'static str,
    },
    /// The iterations stopped before the gradient vanished.
    #[error("the fit did not converge in {iterations} iterations (Newton decrement {decrement:.1e}){}", if hint.is_empty() { String::new() } else { format!(": {hint}") })]
    NotConverged {
        /// Iterations made.
        iterations: usize,
        /// The last Newton decrement, in units of standard errors.
        decrement: f64,
        /// What usually helps.
        hint: &'static str,
    },
    /// Counts that vary no more than a Poisson model says: the negative binomial has no maximum.
    #[error(
        "the counts vary no more than Poisson counts would: a negative binomial model has nothing to estimate"
    )]
    NoOverdispersion,
    /// A level that is asked for is not in the data.
    #[error("level `{level}` does not occur in column `{column}`")]
    UnknownLevel {
        /// The factor.
        column: String,
        /// The level asked for.
        level: String,
    },
}

impl StatsError {
    /// A short machine-readable code, stable across versions.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Argument { .. } => "argument",
            Self::EventsExceedTotal { .. } => "events_exceed_total",
            Self::Formula { .. } => "formula",
            Self::UnknownColumn { .. } => "unknown_column",
            Self::ColumnType { .. } => "column_type",
            Self::NoData { .. } => "no_data",
            Self::TooFewRows { .. } => "too_few_rows",
            Self::RankDeficient { .. } => "rank_deficient",
            Self::Separation { .. } => "separation",
            Self::MonotoneLikelihood { .. } => "monotone_likelihood",
            Self::ConstantOutcome { .. } => "constant_outcome",
            Self::OutcomeRange { .. } => "outcome_range",
            Self::NotConverged { .. } => "not_converged",
            Self::NoOverdispersion => "no_overdispersion",
            Self::UnknownLevel { .. } => "unknown_level",
        }
    }

    /// What the user can do about it, if there is one thing to do.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Separation {
                family: Family::Poisson | Family::NegativeBinomial { .. },
                ..
            } => Some(
                "drop or merge the term; two groups alone have an exact ratio of rates (survive --rates)",
            ),
            Self::Separation { family, .. } if *family != Family::Binomial => {
                Some("drop or merge the term")
            }
            Self::Separation { .. } => Some(
                "drop or merge the term, or in a logistic model use Firth's penalised likelihood (--method firth; in a plan, method = \"firth\")",
            ),
            Self::MonotoneLikelihood { .. } => Some(
                "drop or merge the term, or in a Cox model use Firth's penalised likelihood (--method firth; in a plan, method = \"firth\")",
            ),
            Self::RankDeficient { .. } => Some("remove the terms named, or merge their levels"),
            Self::TooFewRows { .. } => Some("use fewer terms"),
            Self::NoOverdispersion => Some("use the poisson family"),
            Self::EventsExceedTotal { .. } => {
                Some("give the number of people in the arm, not the number without the event")
            }
            _ => None,
        }
    }

    pub(crate) fn argument(argument: &'static str, rule: impl Into<String>) -> Self {
        Self::Argument {
            argument,
            rule: rule.into(),
        }
    }
}

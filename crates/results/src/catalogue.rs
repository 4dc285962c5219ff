//! What the records are about: names and labels, no numbers about people.

use serde::Serialize;

/// The study as its tables and figures name it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Catalogue {
    /// Short name, used in file names.
    pub name: String,
    /// Title.
    pub title: String,
    /// `randomised`, `cohort` or `register`.
    pub design: String,
    /// Arms, the reference first.
    pub arms: Vec<String>,
    /// Outcomes in the order of the plan.
    pub outcomes: Vec<Outcome>,
    /// Analyses in the order of the plan.
    pub analyses: Vec<Analysis>,
    /// Baseline variables in the order of the plan.
    pub variables: Vec<Variable>,
    /// Confidence level of every interval.
    pub confidence: f64,
    /// The language of tables, figures and page.
    pub language: Language,
    /// Whose style counts, intervals and p-values follow.
    pub journal: Journal,
}

/// The language of tables, figures and page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// With a decimal point.
    #[default]
    English,
    /// Bokmål, with a decimal comma.
    Norwegian,
    /// With a decimal comma.
    Danish,
}

/// Whose style counts, intervals and p-values follow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Journal {
    /// Our own: three decimals, leading zeros, `n (%)`.
    #[default]
    Plain,
    /// JAMA: no leading zero, `No. (%)`.
    Jama,
    /// The BMJ: `No (%)`.
    Bmj,
    /// APA: no leading zero, limits in brackets.
    Apa,
}

/// An outcome's name and label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// Key in the plan.
    pub key: String,
    /// Label for readers.
    pub label: String,
    /// Whether it is a yes/no outcome (else a quantity).
    pub binary: bool,
}

/// A baseline variable's name and label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variable {
    /// Column name, as records carry it in `term`.
    pub key: String,
    /// Label for readers.
    pub label: String,
    /// Levels in order; empty for a quantity.
    pub levels: Vec<String>,
}

/// What kind of table an analysis becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnalysisKind {
    /// Characteristics of the people by arm.
    Baseline,
    /// Outcomes by arm with their contrasts.
    Comparison,
    /// A regression model.
    Model,
    /// Times to an event by arm: restricted means or a test.
    Times,
    /// Rates over person-time, or mean counts, by arm with their ratios.
    Rates,
    /// Standardised (covariate-adjusted) risks and contrasts.
    Standardisation,
    /// Proportion in a state by month and arm.
    Curve,
    /// Share of people with or without an event by day and arm.
    SurvivalCurve,
    /// An effect under several definitions of its outcome.
    Specification,
    /// An effect within the levels of baseline variables, and tests that it is the same.
    Subgroups,
    /// Share of people in each of several states by month and arm.
    Occupancy,
    /// Numbers of people by arm and step, from randomisation to analysis.
    Flow,
}

/// An analysis: one table or figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Analysis {
    /// Key in the plan; also the file's name.
    pub key: String,
    /// Title for readers.
    pub title: String,
    /// What it becomes.
    pub kind: AnalysisKind,
    /// The outcome or endpoint analysed, if there is one.
    pub outcome: String,
    /// Plain sentences below the table: methods, population, adjustment.
    pub notes: Vec<String>,
    /// For a curve: months to mark; for a survival curve: days at which numbers at risk stand. Empty
    /// otherwise.
    pub landmarks: Vec<u32>,
    /// For a model: `odds ratio`, `mean difference`, ... of one unit. For a survival curve: what its
    /// days are counted from, if it is not the usual day.
    pub effect: String,
}

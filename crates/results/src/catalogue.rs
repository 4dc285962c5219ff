//! What the records are about: names and labels, no numbers about people.

use crate::Record;
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
    /// The methods that made the numbers, each once.
    pub methods: Vec<MethodNote>,
}

impl Catalogue {
    /// A method by its key.
    #[must_use]
    pub fn method(&self, key: &str) -> Option<&MethodNote> {
        self.methods.iter().find(|method| method.key == key)
    }
}

/// A method in words: what it does, who proposed it, against what it was held.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MethodNote {
    /// Key, as analyses refer to it.
    pub key: String,
    /// Plain name, in the language of the study.
    pub name: String,
    /// What it computes, in a sentence or two of that language.
    pub text: String,
    /// Publications, written out.
    pub references: Vec<String>,
    /// What the tests of this version compared it with; empty if with nothing.
    pub agreement: Vec<Agreement>,
}

/// How far numbers of ours are from those of an independent source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Name of the test that compared.
    pub test: String,
    /// The other program with its versions, or the publication.
    pub against: String,
    /// How many numbers were compared.
    pub values: u64,
    /// The largest difference seen: relative, absolute near zero.
    pub largest: f64,
    /// The largest that the test lets pass.
    pub tolerance: f64,
}

/// Which methods made the numbers of an analysis that have a statistic and a method in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MadeBy {
    /// `statistic` of the records.
    pub statistic: String,
    /// `method` of the records; empty if they have none.
    pub method: String,
    /// Keys of [`Catalogue::methods`].
    pub methods: Vec<String>,
}

/// Where the numbers of an analysis come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The part of study.toml that asks for them, `analyses.primary`; empty for what every study has.
    pub plan: String,
    /// Labels of the outcomes or endpoints.
    pub outcomes: Vec<String>,
    /// Who is analysed.
    pub population: String,
    /// The files they are computed from, as provenance names them.
    pub inputs: Vec<String>,
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
    /// Share of people in each of several groups of an outcome by arm.
    Distribution,
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
    /// The methods behind each statistic.
    pub made_by: Vec<MadeBy>,
    /// Where the numbers come from.
    pub source: Source,
}

impl Analysis {
    /// An analysis of which no more is known than its name and kind.
    #[must_use]
    pub fn new(key: &str, title: &str, kind: AnalysisKind) -> Self {
        Self {
            key: key.to_owned(),
            title: title.to_owned(),
            kind,
            outcome: String::new(),
            notes: Vec::new(),
            landmarks: Vec::new(),
            effect: String::new(),
            made_by: Vec::new(),
            source: Source::default(),
        }
    }

    /// Keys of the methods behind a record.
    #[must_use]
    pub fn methods_of(&self, record: &Record) -> &[String] {
        let same =
            |made: &&MadeBy| made.statistic == record.statistic && made.method == record.method;
        let found = self.made_by.iter().find(same);
        found.map_or(&[], |made| &made.methods)
    }
}

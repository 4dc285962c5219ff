//! The long record: one statistic of one analysis.

use crate::Cells;
use serde::Serialize;

/// One statistic. Empty names and `NaN` numbers are "does not apply".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// Key of the analysis in the plan (`baseline` and `outcomes` are built in).
    pub analysis: String,
    /// Key of the outcome.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub outcome: String,
    /// Who is analysed.
    pub population: String,
    /// The arm, for a statistic of one arm.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// `IPS - TAU` or `IPS / TAU`, for a statistic of two arms.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub contrast: String,
    /// The model term, or the baseline variable.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub term: String,
    /// The level of a categorical baseline variable.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub level: String,
    /// Months since the index date, for a point of a curve; days, for one of a survival curve.
    #[serde(
        serialize_with = "crate::number::serialize",
        skip_serializing_if = "is_nan"
    )]
    pub time: f64,
    /// What is estimated.
    pub statistic: String,
    /// How the interval or test was computed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub method: String,
    /// `identity`, or `log` for the standard error of a ratio.
    pub scale: String,
    /// The number.
    #[serde(serialize_with = "crate::number::serialize")]
    pub estimate: f64,
    /// Standard error on `scale`.
    #[serde(serialize_with = "crate::number::serialize")]
    pub std_error: f64,
    /// Lower confidence limit.
    #[serde(serialize_with = "crate::number::serialize")]
    pub conf_low: f64,
    /// Upper confidence limit.
    #[serde(serialize_with = "crate::number::serialize")]
    pub conf_high: f64,
    /// Confidence level.
    #[serde(serialize_with = "crate::number::serialize")]
    pub conf_level: f64,
    /// Test statistic.
    #[serde(serialize_with = "crate::number::serialize")]
    pub statistic_value: f64,
    /// Degrees of freedom.
    #[serde(serialize_with = "crate::number::serialize")]
    pub df: f64,
    /// Two-sided p-value.
    #[serde(serialize_with = "crate::number::serialize")]
    pub p_value: f64,
    /// People contributing.
    pub n: Option<u64>,
    /// Events among them.
    pub events: Option<u64>,
    /// People at risk just before `time`, for a survival probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_risk: Option<u64>,
    /// Where the effect of a new study is expected: lower limit.
    #[serde(
        serialize_with = "crate::number::serialize",
        skip_serializing_if = "is_nan"
    )]
    pub prediction_low: f64,
    /// Upper limit.
    #[serde(
        serialize_with = "crate::number::serialize",
        skip_serializing_if = "is_nan"
    )]
    pub prediction_high: f64,
    /// The p-value adjusted for several hypotheses.
    #[serde(
        serialize_with = "crate::number::serialize",
        skip_serializing_if = "is_nan"
    )]
    pub p_value_adjusted: f64,
    /// Lower limit of an interval that holds together with those of the other hypotheses.
    #[serde(
        serialize_with = "crate::number::serialize",
        skip_serializing_if = "is_nan"
    )]
    pub conf_low_adjusted: f64,
    /// Upper limit.
    #[serde(
        serialize_with = "crate::number::serialize",
        skip_serializing_if = "is_nan"
    )]
    pub conf_high_adjusted: f64,
    /// Replicates behind a p-value by permutation or an interval by the bootstrap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicates: Option<u64>,
    /// Standard error of a p-value by permutation over the random draws.
    #[serde(
        serialize_with = "crate::number::serialize",
        skip_serializing_if = "is_nan"
    )]
    pub monte_carlo_error: f64,
    /// Whether disclosure control withheld the numbers.
    pub suppressed: bool,
    /// The counts that decide.
    #[serde(skip)]
    pub cells: Cells,
    /// Its place in a family of hypotheses, if its p-value is one that is adjusted.
    #[serde(skip)]
    pub hypothesis: Option<Hypothesis>,
}

/// A p-value's place in a family of hypotheses that are adjusted for each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hypothesis {
    /// The family's key.
    pub family: String,
    /// The hypothesis.
    pub number: usize,
    /// The hypotheses whose p-values make its adjusted one.
    pub depends_on: Vec<usize>,
    /// Whether disclosure control took the adjusted p-value away.
    pub withheld: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's skip_serializing_if passes a reference"
)]
fn is_nan(value: &f64) -> bool {
    value.is_nan()
}

impl Record {
    /// A record with nothing but its name.
    #[must_use]
    pub fn new(analysis: &str, population: &str, statistic: &str) -> Self {
        Self {
            analysis: analysis.to_owned(),
            outcome: String::new(),
            population: population.to_owned(),
            group: String::new(),
            contrast: String::new(),
            term: String::new(),
            level: String::new(),
            time: f64::NAN,
            statistic: statistic.to_owned(),
            method: String::new(),
            scale: "identity".to_owned(),
            estimate: f64::NAN,
            std_error: f64::NAN,
            conf_low: f64::NAN,
            conf_high: f64::NAN,
            conf_level: f64::NAN,
            statistic_value: f64::NAN,
            df: f64::NAN,
            p_value: f64::NAN,
            n: None,
            events: None,
            n_risk: None,
            prediction_low: f64::NAN,
            prediction_high: f64::NAN,
            p_value_adjusted: f64::NAN,
            conf_low_adjusted: f64::NAN,
            conf_high_adjusted: f64::NAN,
            replicates: None,
            monte_carlo_error: f64::NAN,
            suppressed: false,
            cells: Cells::default(),
            hypothesis: None,
        }
    }

    /// Takes every number away and says so.
    pub(crate) fn suppress(&mut self) {
        for number in [
            &mut self.estimate,
            &mut self.std_error,
            &mut self.conf_low,
            &mut self.conf_high,
            &mut self.statistic_value,
            &mut self.df,
            &mut self.p_value,
            &mut self.prediction_low,
            &mut self.prediction_high,
            &mut self.p_value_adjusted,
            &mut self.conf_low_adjusted,
            &mut self.conf_high_adjusted,
            &mut self.monte_carlo_error,
        ] {
            *number = f64::NAN;
        }
        self.n = None;
        self.events = None;
        self.n_risk = None;
        self.suppressed = true;
    }

    /// Takes the numbers of people off, and the decimals that would give them back.
    pub(crate) fn coarsen(&mut self) {
        self.n = None;
        self.events = None;
        self.n_risk = None;
        self.keep_decimals();
    }

    /// Takes the decimals off that would give the number of people back.
    pub(crate) fn keep_decimals(&mut self) {
        let Some(decimals) = self.cells.decimals else {
            return;
        };
        let unit = 10_f64.powi(-i32::from(decimals));
        for number in [
            &mut self.estimate,
            &mut self.std_error,
            &mut self.conf_low,
            &mut self.conf_high,
            &mut self.conf_low_adjusted,
            &mut self.conf_high_adjusted,
        ] {
            // Divided by a power of ten, so that 2.6 is written as 2.6.
            *number = (*number / unit).round() / 10_f64.powi(i32::from(decimals));
        }
        self.statistic_value = f64::NAN;
        self.df = f64::NAN;
        // It holds all digits of the p-value.
        self.monte_carlo_error = f64::NAN;
        self.p_value = (self.p_value * 1000.0).round() / 1000.0;
    }
}

/// A remark on a result: what is fragile, and which term it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiagnosticRecord {
    /// Short stable code.
    pub code: String,
    /// `note`, `warning` or `error`.
    pub severity: String,
    /// The term or outcome it speaks of.
    pub term: Option<String>,
    /// One sentence.
    pub message: String,
}

impl DiagnosticRecord {
    /// Whether a person has to look at it.
    #[must_use]
    pub fn needs_a_person(&self) -> bool {
        self.severity != "note"
    }
}

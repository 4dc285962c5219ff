//! Released results as analysis results data: a row a number, in the columns of the CDISC Analysis
//! Results Standard as R's cards package writes them.
//!
//! | Column | Holds |
//! |---|---|
//! | `analysis`, `context` | the analysis and its kind |
//! | `population` | who is analysed |
//! | `group1`, `group1_level` | `arm` and its name, for a statistic of one arm |
//! | `contrast` | the two arms, for a statistic of two |
//! | `outcome` | the outcome, if there is one |
//! | `variable`, `variable_level` | the baseline variable or model term with its level, else the outcome |
//! | `time` | months (of survival curves days) since the index date |
//! | `statistic`, `method` | what is estimated and how, as in results.json |
//! | `stat_name`, `stat_label`, `stat` | the number: `mean`, `n`, `p`, `estimate`, `conf.low`, ... |
//! | `warning` | why there is no number, if disclosure control took it away |
//!
//! Reference: CDISC Analysis Results Standard, version 1.0 (2024).

use crate::Released;
use serde::Serialize;
use serde_json::{Map, Value};

/// The schema of results.json that is understood.
const SCHEMA: &str = "regtrial.results/1";
/// What stands in the place of a number that disclosure control took away.
const WITHHELD: &str = "withheld by disclosure control";

/// One number.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AnalysisResult {
    /// Key of the analysis.
    pub analysis: String,
    /// Its kind: `baseline`, `comparison`, `model`, ...
    pub context: String,
    /// Who is analysed.
    pub population: String,
    /// `arm`, for a statistic of one arm.
    pub group1: String,
    /// The arm.
    pub group1_level: String,
    /// The arms, for a statistic of two.
    pub contrast: String,
    /// The outcome.
    pub outcome: String,
    /// The baseline variable or model term, else the outcome.
    pub variable: String,
    /// Its level.
    pub variable_level: String,
    /// Months since the index date (of survival curves days), as text; empty without.
    pub time: String,
    /// What is estimated, as in results.json.
    pub statistic: String,
    /// How its interval or test was computed.
    pub method: String,
    /// Name of the number.
    pub stat_name: String,
    /// The same for readers.
    pub stat_label: String,
    /// The number as JSON has it: null, a number, `"Inf"` or `"-Inf"`.
    pub stat: Value,
    /// Why there is none.
    pub warning: String,
}

/// A document that is no results.json of this version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoResults {
    /// Not JSON.
    #[error("this is not JSON: {0}")]
    Json(String),
    /// JSON of another kind.
    #[error("this is no results.json: `schema` is not \"{SCHEMA}\"")]
    Schema,
    /// A record without the fields of one.
    #[error("record {0} is not as the schema says")]
    Record(usize),
}

impl Released {
    /// The results as analysis results data.
    ///
    /// # Errors
    /// Never for released results; the signature is that of [`analysis_results`].
    pub fn analysis_results(&self) -> Result<Vec<AnalysisResult>, NoResults> {
        let text = self.to_json().map_err(|e| NoResults::Json(e.to_string()))?;
        analysis_results(&text)
    }
}

/// The text of a results.json as analysis results data.
///
/// # Errors
/// [`NoResults`] if the text is not one of this version.
pub fn analysis_results(text: &str) -> Result<Vec<AnalysisResult>, NoResults> {
    let document: Value =
        serde_json::from_str(text).map_err(|error| NoResults::Json(error.to_string()))?;
    if document["schema"] != SCHEMA {
        return Err(NoResults::Schema);
    }
    let kind = |analysis: &str| -> String {
        let listed = document["study"]["analyses"].as_array();
        let mut listed = listed.into_iter().flatten();
        let found = listed.find(|one| one["key"] == analysis);
        found.map_or(String::new(), |one| text_of(&one["kind"]))
    };
    let records = document["records"].as_array().ok_or(NoResults::Schema)?;
    let mut found = Vec::new();
    for (at, record) in records.iter().enumerate() {
        let fields = record.as_object().ok_or(NoResults::Record(at))?;
        let row = common(fields, &kind).ok_or(NoResults::Record(at))?;
        found.extend(numbers(fields, &row));
    }
    Ok(found)
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What all numbers of a record share.
fn common(fields: &Map<String, Value>, kind: &dyn Fn(&str) -> String) -> Option<AnalysisResult> {
    let text = |name: &str| fields.get(name).map(text_of).unwrap_or_default();
    let analysis = fields.get("analysis")?.as_str()?;
    let group = text("group");
    let outcome = text("outcome");
    let term = text("term");
    Some(AnalysisResult {
        analysis: analysis.to_owned(),
        context: kind(analysis),
        population: text("population"),
        group1: if group.is_empty() { "" } else { "arm" }.to_owned(),
        group1_level: group,
        contrast: text("contrast"),
        variable: if term.is_empty() {
            outcome.clone()
        } else {
            term
        },
        outcome,
        variable_level: text("level"),
        time: fields.get("time").map(Value::to_string).unwrap_or_default(),
        statistic: fields.get("statistic")?.as_str()?.to_owned(),
        method: text("method"),
        ..AnalysisResult::default()
    })
}

/// Names of descriptive statistics; everything else is an `estimate`.
fn name_of(statistic: &str) -> (&'static str, &'static str) {
    match statistic {
        "count" | "flow" => ("n", "n"),
        "people" | "observations" => ("N", "N"),
        "proportion" | "risk" => ("p", "Proportion"),
        "mean" => ("mean", "Mean"),
        "sd" => ("sd", "SD"),
        "median" => ("median", "Median"),
        "q1" => ("p25", "25th percentile"),
        "q3" => ("p75", "75th percentile"),
        "missing" => ("N_miss", "Missing"),
        "missing_proportion" => ("p_miss", "Proportion missing"),
        _ => ("estimate", "Estimate"),
    }
}

/// The other numbers of a record: its field, name and label.
const PARTS: [(&str, &str, &str); 12] = [
    ("std_error", "std.error", "Standard error"),
    ("conf_low", "conf.low", "Lower confidence limit"),
    ("conf_high", "conf.high", "Upper confidence limit"),
    ("conf_level", "conf.level", "Confidence level"),
    ("statistic_value", "statistic", "Test statistic"),
    ("df", "parameter", "Degrees of freedom"),
    ("p_value", "p.value", "p-value"),
    ("p_value_adjusted", "p.value.adjusted", "Adjusted p-value"),
    ("prediction_low", "prediction.low", "Lower prediction limit"),
    (
        "prediction_high",
        "prediction.high",
        "Upper prediction limit",
    ),
    ("events", "n", "n"),
    ("n_risk", "n.risk", "Number at risk"),
];

/// A row for each number of a record.
fn numbers(fields: &Map<String, Value>, row: &AnalysisResult) -> Vec<AnalysisResult> {
    let of = |name: &str, label: &str, stat: &Value, warning: &str| AnalysisResult {
        stat_name: name.to_owned(),
        stat_label: label.to_owned(),
        stat: stat.clone(),
        warning: warning.to_owned(),
        ..row.clone()
    };
    let (name, label) = name_of(&row.statistic);
    if fields.get("suppressed") == Some(&Value::Bool(true)) {
        return vec![of(name, label, &Value::Null, WITHHELD)];
    }
    let known = |field: &str| fields.get(field).filter(|value| !value.is_null());
    let mut found: Vec<AnalysisResult> = known("estimate")
        .map(|value| of(name, label, value, ""))
        .into_iter()
        .collect();
    found.extend(
        PARTS.iter().filter_map(|(field, name, label)| {
            known(field).map(|value| of(name, label, value, ""))
        }),
    );
    // Of a number of people that is the number itself nothing more is to be said.
    if !matches!(name, "N" | "n") {
        found.extend(known("n").map(|value| of("N", "N", value, "")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{NoResults, WITHHELD, analysis_results};
    use serde_json::json;

    fn document(record: serde_json::Value) -> String {
        json!({
            "schema": "regtrial.results/1",
            "study": {"analyses": [{"key": "outcomes", "kind": "comparison"}]},
            "records": [record],
        })
        .to_string()
    }

    #[test]
    fn a_record_becomes_a_row_a_number() {
        let risk = json!({
            "analysis": "outcomes", "outcome": "job", "population": "all", "group": "IPS",
            "statistic": "risk", "method": "wilson", "estimate": 0.25, "std_error": null,
            "conf_low": 0.1, "conf_high": 0.4, "conf_level": 0.95, "n": 40, "events": 10,
            "suppressed": false,
        });
        let rows = analysis_results(&document(risk)).unwrap_or_default();
        let names: Vec<(&str, f64)> = rows
            .iter()
            .map(|row| {
                (
                    row.stat_name.as_str(),
                    row.stat.as_f64().unwrap_or(f64::NAN),
                )
            })
            .collect();
        assert_eq!(
            names,
            [
                ("p", 0.25),
                ("conf.low", 0.1),
                ("conf.high", 0.4),
                ("conf.level", 0.95),
                ("n", 10.0),
                ("N", 40.0)
            ]
        );
        assert!(rows.iter().all(|row| row.context == "comparison"
            && row.group1 == "arm"
            && row.group1_level == "IPS"
            && row.variable == "job"
            && row.method == "wilson"));
    }

    #[test]
    fn what_was_withheld_is_one_row_without_a_number() {
        let mean = json!({
            "analysis": "baseline", "population": "all", "term": "age", "statistic": "mean",
            "estimate": null, "n": null, "suppressed": true,
        });
        let rows = analysis_results(&document(mean)).unwrap_or_default();
        assert_eq!(rows.len(), 1);
        assert!(rows[0].stat.is_null() && rows[0].warning == WITHHELD);
        assert_eq!(
            (rows[0].stat_name.as_str(), rows[0].variable.as_str()),
            ("mean", "age")
        );
    }

    #[test]
    fn other_documents_are_refused() {
        assert!(matches!(analysis_results("{"), Err(NoResults::Json(_))));
        assert_eq!(analysis_results("{}"), Err(NoResults::Schema));
        assert_eq!(analysis_results("[1]"), Err(NoResults::Schema));
        let nameless = document(json!({"statistic": "risk"}));
        assert_eq!(analysis_results(&nameless), Err(NoResults::Record(0)));
    }
}

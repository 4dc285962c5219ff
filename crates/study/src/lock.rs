//! Freezing a plan and its inputs before anybody sees an arm's outcome; afterwards, what differs.

use crate::provenance::{Input, inputs};
use crate::{Plan, Study, StudyError};
use regtrial_results::DiagnosticRecord;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The schema name that a lock carries.
pub const LOCK_SCHEMA: &str = "regtrial.lock/1";

/// A plan, key by key, and the hash of every input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    schema: String,
    version: String,
    plan: BTreeMap<String, String>,
    inputs: BTreeMap<String, String>,
}

impl Lock {
    /// Where the lock of a plan lies: `study.lock.json` beside `study.toml`.
    #[must_use]
    pub fn path(plan: &Plan) -> PathBuf {
        plan.path.with_extension("lock.json")
    }

    /// The lock of a study as it is.
    ///
    /// # Errors
    /// An input that can no longer be read.
    pub fn of(study: &Study) -> Result<Self, StudyError> {
        let hash = |input: Input| (input.file, input.sha256);
        Ok(Self {
            schema: LOCK_SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            plan: keys(&study.plan().text),
            inputs: inputs(study)?.into_iter().map(hash).collect(),
        })
    }

    /// Reads a lock.
    ///
    /// # Errors
    /// Text that is no lock of this version.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lock: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if lock.schema == LOCK_SCHEMA {
            Ok(lock)
        } else {
            Err(format!("the schema is not {LOCK_SCHEMA}"))
        }
    }

    /// The lock as a file: indented, with a final newline.
    ///
    /// # Errors
    /// Never; the signature is serde's.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// What a study does otherwise than it was locked: a warning for each key of the plan and each
    /// input that was changed, added or taken away.
    ///
    /// # Errors
    /// An input that can no longer be read.
    pub fn deviations(&self, study: &Study) -> Result<Vec<DiagnosticRecord>, StudyError> {
        let now = Self::of(study)?;
        let mut found = Vec::new();
        for (key, what) in differences(&self.plan, &now.plan) {
            let message = match what {
                Change::Changed(before, after) => {
                    format!("the plan was locked with `{before}` and says `{after}`")
                }
                Change::Added(after) => format!("not in the locked plan: `{after}`"),
                Change::Removed(before) => {
                    format!("the plan was locked with `{before}`, which it no longer says")
                }
            };
            found.push(deviation("deviation_plan", &key, message));
        }
        for (file, what) in differences(&self.inputs, &now.inputs) {
            let message = match what {
                Change::Changed(..) => "the file is not the one that was locked",
                Change::Added(_) => "the file was not among the inputs when the study was locked",
                Change::Removed(_) => "the file was an input when the study was locked",
            };
            found.push(deviation("deviation_input", &file, message.to_owned()));
        }
        Ok(found)
    }
}

enum Change {
    Changed(String, String),
    Added(String),
    Removed(String),
}

fn differences(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<(String, Change)> {
    let mut found = Vec::new();
    for (key, old) in before {
        match after.get(key) {
            Some(new) if new == old => {}
            Some(new) => found.push((key.clone(), Change::Changed(old.clone(), new.clone()))),
            None => found.push((key.clone(), Change::Removed(old.clone()))),
        }
    }
    let added = after.iter().filter(|(key, _)| !before.contains_key(*key));
    found.extend(added.map(|(key, new)| (key.clone(), Change::Added(new.clone()))));
    found
}

fn deviation(code: &str, term: &str, message: String) -> DiagnosticRecord {
    DiagnosticRecord {
        code: code.to_owned(),
        severity: "warning".to_owned(),
        term: Some(term.to_owned()),
        message,
    }
}

/// A plan's keys with their values, `analyses.primary.adjust` and so on: comments and the order of
/// keys are no part of a plan. How it is presented is none either.
fn keys(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Ok(table) = text.parse::<toml::Table>() {
        flatten("", &toml::Value::Table(table), &mut found);
    }
    found.retain(|key, _| !key.starts_with("report."));
    found
}

fn flatten(place: &str, value: &toml::Value, found: &mut BTreeMap<String, String>) {
    let toml::Value::Table(table) = value else {
        found.insert(place.to_owned(), value.to_string());
        return;
    };
    for (key, inner) in table {
        let place = if place.is_empty() {
            key.clone()
        } else {
            format!("{place}.{key}")
        };
        flatten(&place, inner, found);
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, differences, keys};

    #[test]
    fn a_plan_is_its_keys_and_values() {
        let locked = keys("# a\n[study]\nname = 'x'\nseed = 1\n[report]\nlanguage = 'nb'\n");
        assert!(differences(&locked, &keys("study = { seed = 1, name = \"x\" } # b\n")).is_empty());
        let found = differences(&locked, &keys("[study]\nseed = 2\ntitle = 'y'\n"));
        let words: Vec<String> = found
            .iter()
            .map(|(key, what)| match what {
                Change::Changed(a, b) => format!("{key} {a} {b}"),
                Change::Added(a) => format!("{key} + {a}"),
                Change::Removed(a) => format!("{key} - {a}"),
            })
            .collect();
        assert_eq!(
            words,
            [
                "study.name - \"x\"",
                "study.seed 1 2",
                "study.title + \"y\""
            ]
        );
    }
}

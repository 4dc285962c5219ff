//! What happened to each file while it was read.

use crate::error::{Problem, RegisterError};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A row that was not used because it is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Line in the file, from 1 (the row's number, in a Parquet file).
    pub line: u64,
    /// Field concerned, if one.
    pub field: Option<&'static str>,
    /// Which rule it broke.
    pub rule: &'static str,
}

/// One file's reading.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileLog {
    /// The file.
    pub file: PathBuf,
    /// `utf-8`, `windows-1252` or `parquet`.
    pub encoding: &'static str,
    /// The delimiter found, in a text file.
    pub delimiter: Option<char>,
    /// Data rows in the file.
    pub rows: u64,
    /// Rows of people in the study.
    pub rows_of_people: u64,
    /// Which header became which field.
    pub mapping: Vec<(&'static str, String)>,
    /// Rows refused.
    pub refused: Vec<Refusal>,
    /// Rows left out or changed by a rule that is not an error, by rule.
    pub repairs: BTreeMap<&'static str, u64>,
    /// What a person should look at.
    pub warnings: Vec<Problem>,
}

impl FileLog {
    /// Refused rows by rule.
    #[must_use]
    pub fn refused_by_rule(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for refusal in &self.refused {
            *counts.entry(refusal.rule).or_default() += 1;
        }
        counts
    }

    /// An error if more rows are refused than a share of the participants' rows.
    pub(crate) fn check_refused(&self, share: f64) -> Result<(), RegisterError> {
        let refused = self.refused.len() as f64;
        if refused <= share * self.rows_of_people as f64 {
            return Ok(());
        }
        let rules: Vec<String> = self
            .refused
            .iter()
            .take(10)
            .map(|refusal| format!("line {}: {}", refusal.line, refusal.rule))
            .collect();
        let rule = format!(
            "{} of {} rows of the study's people are refused, more than the plan allows: {}{}",
            self.refused.len(),
            self.rows_of_people,
            rules.join("; "),
            if self.refused.len() > 10 { "; ..." } else { "" }
        );
        Err(Problem::new("too_many_refused", &self.file, rule)
            .help("have the extract corrected, or allow a share: max_refused_share = 0.02")
            .into())
    }

    pub(crate) fn repaired(&mut self, rule: &'static str) {
        self.repaired_times(rule, 1);
    }

    pub(crate) fn repaired_times(&mut self, rule: &'static str, times: u64) {
        if times > 0 {
            *self.repairs.entry(rule).or_default() += times;
        }
    }
}

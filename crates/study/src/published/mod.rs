//! Published studies: what was printed, what can be recomputed from it, and what stays unknown.
//!
//! A [`Manifest`] (TOML) holds printed numbers with their source, the counts behind them with how they
//! are known ([`Basis`]), and for each number how it is recomputed. It never holds a recomputed number:
//! [`reproduce`] computes them with `regtrial-stats` and sets each beside the printed one.
//!
//! ```
//! use regtrial_study::published::{Shelf, Verdict, reproduce};
//! let lones = Shelf::embedded("lones")?.ok_or("no such study")?;
//! let made = reproduce(&lones)?;
//! let five = made.numbers.iter().find(|number| number.printed == "5").ok_or("not there")?;
//! assert_eq!(five.verdict, Verdict::DoesNotFit); // 1/23 is 4.3 %
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod checks;
mod interval;
mod manifest;
mod pooled;
mod recompute;
mod shelf;
mod trials;

pub use manifest::{Basis, Group, Head, Manifest, Source};
pub use shelf::Shelf;
pub use trials::Trial;

use crate::StudyError;
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::consistency::Printed;
use serde::Serialize;

/// Level of the intervals that are recomputed.
const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;

/// How a printed number stands beside the recomputed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// Ours may be printed so.
    Agrees,
    /// It may not.
    Differs,
    /// What is needed was not published.
    CannotBeRecomputed,
    /// No data can give it, or it and other printed numbers cannot all be right.
    DoesNotFit,
}

impl Verdict {
    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::CannotBeRecomputed => "cannot be recomputed",
            Self::DoesNotFit => "does not fit together",
        }
    }
}

/// A printed number and ours.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Recomputed {
    /// What it is.
    pub label: String,
    /// As it was printed, without its unit.
    pub printed: String,
    /// `%` or another unit; empty for a pure number.
    pub unit: String,
    /// Citation of the source.
    pub source: String,
    /// Where in the source, as far as it is known.
    pub place: String,
    /// Ours; undefined where it cannot be recomputed.
    #[serde(serialize_with = "number")]
    pub recomputed: f64,
    /// Ours less theirs, in units of the last printed digit.
    #[serde(serialize_with = "number")]
    pub difference: f64,
    /// What follows.
    pub verdict: Verdict,
    /// From which counts and by which statistic; or why it cannot be.
    pub how: String,
    /// How the counts are known; empty where none are used.
    pub basis: String,
    /// What else should be known about it.
    pub note: String,
}

/// What the printed numbers of a study say about each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What is looked at.
    pub label: String,
    /// What follows.
    pub verdict: Verdict,
    /// In a sentence, with the numbers computed.
    pub finding: String,
}

/// A published study with all its numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Reproduction {
    /// Key: the manifest's folder, or its file's name.
    pub study: String,
    /// Title.
    pub title: String,
    /// What the reader should know first.
    pub notes: Vec<String>,
    /// Where the numbers were printed.
    pub sources: Vec<Source>,
    /// The counts that are used.
    pub groups: Vec<Group>,
    /// Every printed number.
    pub numbers: Vec<Recomputed>,
    /// Every check.
    pub findings: Vec<Finding>,
    /// What is not known and not filled in.
    pub unknown: Vec<String>,
}

impl Reproduction {
    /// How many numbers and findings have a verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        let numbers = self.numbers.iter().filter(|found| found.verdict == verdict);
        let findings = self
            .findings
            .iter()
            .filter(|found| found.verdict == verdict);
        numbers.count() + findings.count()
    }
}

/// Recomputes every number of a manifest.
///
/// # Errors
/// [`StudyError::Plan`] if a number refers to a group, source or trial that the manifest does not have,
/// or asks for a statistic that its counts do not have.
pub fn reproduce(manifest: &Manifest) -> Result<Reproduction, StudyError> {
    let numbers = manifest
        .numbers
        .iter()
        .map(|number| recompute::number(manifest, number));
    let findings = manifest
        .checks
        .iter()
        .map(|check| checks::check(manifest, check));
    Ok(Reproduction {
        study: manifest.key.clone(),
        title: manifest.study.title.clone(),
        notes: manifest.study.notes.clone(),
        sources: manifest.sources.values().cloned().collect(),
        groups: manifest.groups.values().cloned().collect(),
        numbers: numbers.collect::<Result<_, _>>()?,
        findings: findings.collect::<Result<_, _>>()?,
        unknown: manifest.unknown.clone(),
    })
}

fn number<S: serde::Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.is_finite() {
        serializer.serialize_f64(*value)
    } else {
        serializer.serialize_none()
    }
}

/// The digits of a printed text, without `<` and the like.
fn digits(manifest: &Manifest, text: &str) -> Result<Printed, StudyError> {
    Printed::parse(text).map_err(|error| manifest.problem(format!("`{text}`: {error}")))
}

//! A manifest as it is written.

use super::checks::Check;
use super::recompute::Recipe;
use super::trials::{self, Trial};
use crate::StudyError;
use regtrial_registers::Problem;
use regtrial_stats::proportion::Proportion;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How counts are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Basis {
    /// The counts were printed.
    Printed,
    /// The only whole numbers that give a printed effect with its limits.
    Reconstructed,
    /// The only whole numbers that give a printed percentage on that n.
    PrintedPercentage,
    /// A choice that printed numbers leave open: recomputed numbers are tentative.
    Uncertain,
}

impl Basis {
    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Printed => "printed counts",
            Self::Reconstructed => "reconstructed",
            Self::PrintedPercentage => "printed %",
            Self::Uncertain => "uncertain",
        }
    }
}

/// What a manifest says of the study.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Head {
    /// Title.
    pub title: String,
    /// What the reader should know first.
    #[serde(default)]
    pub notes: Vec<String>,
    /// A file of trials beside the manifest.
    pub trials: Option<String>,
}

/// Where numbers were printed.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Source {
    /// Authors, year, journal.
    pub citation: String,
    /// Digital object identifier, if it is known.
    pub doi: Option<String>,
}

/// People with and without the event.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Group {
    /// Who they are.
    pub label: String,
    /// People with the event.
    pub events: u64,
    /// All people, never those without the event.
    pub total: u64,
    /// How the counts are known.
    pub basis: Basis,
}

/// A printed number.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Number {
    pub(super) label: String,
    pub(super) printed: String,
    #[serde(default)]
    pub(super) unit: String,
    pub(super) source: String,
    #[serde(default)]
    pub(super) place: String,
    pub(super) recompute: Option<Recipe>,
    pub(super) unknown: Option<String>,
    #[serde(default)]
    pub(super) note: String,
}

/// A manifest that has been read.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Manifest {
    /// The study's key on the command line.
    pub key: String,
    /// The study.
    pub study: Head,
    /// Sources by key.
    pub sources: BTreeMap<String, Source>,
    /// Counts by key; a trial's arms are `TRIAL.treated` and `TRIAL.control`.
    pub groups: BTreeMap<String, Group>,
    /// Trials of the file that the manifest names.
    pub trials: Vec<Trial>,
    /// What is not known.
    pub unknown: Vec<String>,
    pub(super) numbers: Vec<Number>,
    pub(super) checks: Vec<Check>,
    file: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    study: Head,
    #[serde(default)]
    source: BTreeMap<String, Source>,
    #[serde(default)]
    group: BTreeMap<String, Group>,
    #[serde(default)]
    number: Vec<Number>,
    #[serde(default)]
    check: Vec<Check>,
    #[serde(default)]
    unknown: Vec<String>,
}

impl Manifest {
    /// Reads a manifest from a file; a file of trials lies beside it.
    ///
    /// # Errors
    /// [`StudyError::Plan`] if a file cannot be read or is no manifest.
    pub fn read(path: &Path) -> Result<Self, StudyError> {
        let text = |path: &Path| {
            std::fs::read_to_string(path).map_err(|error| {
                let rule = format!("cannot be read: {}", error.kind());
                StudyError::Plan(vec![Problem::new("unreadable", path, rule)])
            })
        };
        // A manifest is known by its folder, another file by its own name.
        let folder = path.parent().and_then(Path::file_name);
        let name = match path.file_stem() {
            Some(stem) if stem == "manifest" => folder.or(Some(stem)),
            stem => stem,
        };
        let key = name.unwrap_or_default().to_string_lossy().into_owned();
        let beside = |name: &str| text(&path.parent().unwrap_or(Path::new("")).join(name));
        Self::parse(&key, path, &text(path)?, beside)
    }

    /// Parses a manifest; `beside` gives the text of a file beside it.
    pub(super) fn parse(
        key: &str,
        file: &Path,
        text: &str,
        beside: impl Fn(&str) -> Result<String, StudyError>,
    ) -> Result<Self, StudyError> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let mut problem = Problem::new("manifest", file, error.message().trim().to_owned());
            if let Some(span) = error.span() {
                let before = text.get(..span.start).unwrap_or_default();
                let line = before.matches('\n').count() as u64 + 1;
                let column = before
                    .rsplit('\n')
                    .next()
                    .unwrap_or_default()
                    .chars()
                    .count()
                    + 1;
                problem = problem.at_line(line).in_column(column.to_string());
            }
            StudyError::Plan(vec![problem])
        })?;
        let mut manifest = Self {
            key: key.to_owned(),
            study: written.study,
            sources: written.source,
            groups: written.group,
            trials: Vec::new(),
            unknown: written.unknown,
            numbers: written.number,
            checks: written.check,
            file: file.to_owned(),
        };
        if let Some(name) = &manifest.study.trials {
            let at = file.parent().unwrap_or(Path::new("")).join(name);
            manifest.trials = trials::read(&at, &beside(name)?)?;
            for trial in &manifest.trials {
                for (arm, group) in trial.groups() {
                    manifest
                        .groups
                        .insert(format!("{}.{arm}", trial.name), group);
                }
            }
        }
        manifest.check()?;
        Ok(manifest)
    }

    /// Everything that numbers refer to must be there, whether or not it is computed.
    fn check(&self) -> Result<(), StudyError> {
        for number in &self.numbers {
            if !self.sources.contains_key(&number.source) {
                let rule = format!(
                    "number `{}`: there is no [source.{}]",
                    number.label, number.source
                );
                return Err(self.problem(rule));
            }
            if number.recompute.is_some() == number.unknown.is_some() {
                let rule = format!(
                    "number `{}` must have either `recompute` or `unknown`, which says why it cannot be",
                    number.label
                );
                return Err(self.problem(rule));
            }
        }
        for key in self.groups.keys() {
            self.proportion(key)?;
        }
        Ok(())
    }

    pub(super) fn group(&self, key: &str) -> Result<&Group, StudyError> {
        self.groups
            .get(key)
            .ok_or_else(|| self.problem(format!("there is no [group.{key}]")))
    }

    pub(super) fn proportion(&self, key: &str) -> Result<Proportion, StudyError> {
        let group = self.group(key)?;
        Proportion::new(group.events, group.total)
            .map_err(|error| self.problem(format!("group `{key}`: {error}")))
    }

    pub(super) fn problem(&self, rule: impl Into<String>) -> StudyError {
        StudyError::Plan(vec![Problem::new("manifest", &self.file, rule)])
    }
}

//! A failed command, as text for a person or as JSON for a script.

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};
use regtrial_outcomes::OutcomeError;
use regtrial_registers::{Problem, RegisterError};
use regtrial_stats::StatsError;
use regtrial_study::StudyError;
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// Why a command gave no estimate.
#[derive(Debug)]
pub(crate) struct Failure {
    entries: Vec<Entry>,
    broken_pipe: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Entry {
    code: String,
    file: Option<String>,
    line: Option<u64>,
    column: Option<String>,
    rule: String,
    help: Option<String>,
    /// A line of the user's own text with the place underlined: a plan or a formula, never data.
    #[serde(skip)]
    snippet: Option<Snippet>,
}

#[derive(Debug, Clone)]
struct Snippet {
    name: String,
    text: String,
    offset: usize,
    length: usize,
}

impl Failure {
    pub(crate) fn message(code: &str, rule: impl Into<String>) -> Self {
        Self::one(Entry {
            code: code.to_owned(),
            file: None,
            line: None,
            column: None,
            rule: rule.into(),
            help: None,
            snippet: None,
        })
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        let help = help.into();
        for entry in &mut self.entries {
            entry.help = Some(help.clone());
        }
        self
    }

    /// The same failure, with advice where it has none.
    pub(crate) fn or_help(mut self, help: &str) -> Self {
        for entry in &mut self.entries {
            entry.help.get_or_insert_with(|| help.to_owned());
        }
        self
    }

    /// The same failure, in a data file where it names none and an argument is not to blame.
    pub(crate) fn in_file(mut self, file: &Path) -> Self {
        for entry in &mut self.entries {
            if entry.file.is_none()
                && !["argument", "formula", "output"].contains(&entry.code.as_str())
            {
                entry.file = Some(file.display().to_string());
            }
        }
        self
    }

    fn one(entry: Entry) -> Self {
        Self {
            entries: vec![entry],
            broken_pipe: false,
        }
    }

    /// A write that failed; the reader of a pipe that has gone is no failure.
    pub(crate) fn write(target: &str, error: &std::io::Error) -> Self {
        let mut failure = Self::message(
            "output",
            format!("{target} cannot be written: {}", error.kind()),
        );
        failure.broken_pipe = error.kind() == std::io::ErrorKind::BrokenPipe;
        failure
    }

    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }

    /// An estimator's refusal, the formula underlined where it is to blame.
    pub(crate) fn stats(error: &StatsError, formula: Option<&str>) -> Self {
        let mut failure = Self::message(error.code(), error.to_string());
        if let Some(help) = error.help() {
            failure = failure.with_help(help);
        }
        if let (StatsError::Formula { span, .. }, Some(formula)) = (error, formula) {
            for entry in &mut failure.entries {
                entry.column = Some(
                    (formula[..span.start.min(formula.len())].chars().count() + 1).to_string(),
                );
                entry.snippet = Some(Snippet {
                    name: "formula".to_owned(),
                    text: formula.to_owned(),
                    offset: span.start,
                    length: span.len(),
                });
            }
        }
        failure
    }

    pub(crate) fn json(&self) -> String {
        #[derive(Serialize)]
        struct Document<'a> {
            errors: &'a [Entry],
        }
        serde_json::to_string_pretty(&Document {
            errors: &self.entries,
        })
        .unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        let theme = GraphicalTheme::unicode_nocolor();
        let handler = GraphicalReportHandler::new_themed(theme).with_links(false);
        self.entries
            .iter()
            .map(|entry| entry.text(&handler))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl Entry {
    fn text(&self, handler: &GraphicalReportHandler) -> String {
        if self.snippet.is_some() {
            let mut text = String::new();
            let shown = Shown {
                entry: self,
                source: self.source(),
            };
            if handler.render_report(&mut text, &shown).is_ok() {
                return text.trim_end().to_owned();
            }
        }
        let mut text = format!("error[{}]: {}", self.code, self.rule);
        let mut place = String::new();
        if let Some(file) = &self.file {
            place.push_str(file);
        }
        if let Some(line) = self.line {
            place.push_str(&format!(", line {line}"));
        }
        if let Some(column) = &self.column {
            place.push_str(&format!(", column {column}"));
        }
        if !place.is_empty() {
            text.push_str(&format!("\n  --> {}", place.trim_start_matches(", ")));
        }
        if let Some(help) = &self.help {
            text.push_str(&format!("\n  help: {help}"));
        }
        text
    }

    fn source(&self) -> Option<NamedSource<String>> {
        self.snippet
            .as_ref()
            .map(|snippet| NamedSource::new(&snippet.name, snippet.text.clone()))
    }
}

/// An entry as miette draws it.
#[derive(Debug)]
struct Shown<'a> {
    entry: &'a Entry,
    source: Option<NamedSource<String>>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.entry.rule)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.entry.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.entry
            .help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = self.entry.snippet.as_ref()?;
        let span = (snippet.offset, snippet.length.max(1));
        Some(Box::new(std::iter::once(LabeledSpan::underline(span))))
    }
}

impl From<&Problem> for Entry {
    fn from(problem: &Problem) -> Self {
        Self {
            code: problem.code.to_owned(),
            file: Some(problem.file.display().to_string()),
            line: problem.line,
            column: problem.column.clone(),
            rule: problem.rule.clone(),
            help: problem.help.clone(),
            snippet: snippet(problem),
        }
    }
}

/// The place in a plan; data files are never quoted.
fn snippet(problem: &Problem) -> Option<Snippet> {
    if problem
        .file
        .extension()
        .is_none_or(|extension| extension != "toml")
    {
        return None;
    }
    let text = std::fs::read_to_string(&problem.file).ok()?;
    let line = problem.line?.checked_sub(1)? as usize;
    let column: usize = problem.column.as_ref()?.parse().ok()?;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(start..)?;
    let within: usize = rest
        .chars()
        .take(column.saturating_sub(1))
        .map(char::len_utf8)
        .sum();
    let word = rest.get(within..)?;
    let length = word
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
        .unwrap_or(1);
    let name = problem.file.display().to_string();
    Some(Snippet {
        name,
        offset: start + within,
        length: length.max(1),
        text,
    })
}

impl From<RegisterError> for Failure {
    fn from(error: RegisterError) -> Self {
        match error.problems() {
            [] => Self::message("internal", error.to_string()),
            problems => Self {
                entries: problems.iter().map(Entry::from).collect(),
                broken_pipe: false,
            },
        }
    }
}

impl From<StudyError> for Failure {
    fn from(error: StudyError) -> Self {
        match error {
            StudyError::Plan(problems) => Self {
                entries: problems.iter().map(Entry::from).collect(),
                broken_pipe: false,
            },
            StudyError::Register(error) => error.into(),
            StudyError::Analysis { source, .. } => Self::stats(&source, None),
            StudyError::Outcome(error @ OutcomeError::Rule { .. }) => {
                Self::message("rule", error.to_string())
            }
            other => Self::message("internal", other.to_string()),
        }
    }
}

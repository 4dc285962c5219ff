//! What is wrong with an input, and where. Never the value itself.

use std::fmt;
use std::path::{Path, PathBuf};

/// One problem in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Short stable code, such as `duplicate_person`.
    pub code: &'static str,
    /// The file.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Column: a name in data, a number in a plan.
    pub column: Option<String>,
    /// What is wrong.
    pub rule: String,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// A problem of a file as a whole.
    #[must_use]
    pub fn new(code: &'static str, file: &Path, rule: impl Into<String>) -> Self {
        Self {
            code,
            file: file.to_owned(),
            line: None,
            column: None,
            rule: rule.into(),
            help: None,
        }
    }

    /// The same problem, at a line.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same problem, in a column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// The same problem, with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.rule)
    }
}

impl From<Problem> for RegisterError {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

/// A file that could not be turned into a table.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// The content is wrong: every problem found, in one go.
    #[error("{}", list(.0))]
    Problems(Vec<Problem>),
    /// The table engine refused a frame; a bug of ours rather than of the data.
    #[error("building a table failed")]
    Frame(#[from] polars::error::PolarsError),
}

fn list(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

impl RegisterError {
    /// The problems, if the content is what is wrong.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Problems(problems) => problems,
            Self::Frame(_) => &[],
        }
    }
}

/// Whether a header's name looks like a cell of data.
pub(crate) fn is_data(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    name.chars().any(char::is_control)
        || digits >= 9
        || crate::value::number::parse_comma(name).is_some()
        || crate::value::date::is_date(name)
}

/// The names in a header, for advice; not where the first line looks like data.
#[must_use]
pub fn describe_header<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    if names.clone().any(is_data) {
        return "the first line looks like data: is the header missing?".to_owned();
    }
    format!("the file has {}", names.collect::<Vec<_>>().join(", "))
}

/// A file that cannot be opened or read.
pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> RegisterError {
    let (code, rule, help) = match error.kind() {
        std::io::ErrorKind::NotFound => (
            "missing_file",
            "there is no such file",
            "check the path; it is relative to study.toml, or to where the command was started",
        ),
        _ => (
            "unreadable_file",
            "the file cannot be read",
            "check its permissions and its content",
        ),
    };
    Problem::new(code, path, rule).help(help).into()
}

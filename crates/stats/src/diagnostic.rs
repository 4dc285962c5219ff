//! Remarks on a number that is right but fragile.

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Needs a person to look.
    Warning,
}

impl Severity {
    /// The name used in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
        }
    }
}

/// A remark that travels with a fit or a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// A short stable code, such as `few_events`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The term it speaks of, if one.
    pub term: Option<String>,
    /// One sentence for a person.
    pub message: String,
}

impl Diagnostic {
    /// A warning about no term in particular.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Warning,
            term: None,
            message: message.into(),
        }
    }

    /// A note about no term in particular.
    #[must_use]
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Note,
            term: None,
            message: message.into(),
        }
    }

    /// The same diagnostic, about one term.
    #[must_use]
    pub fn on_term(mut self, term: impl Into<String>) -> Self {
        self.term = Some(term.into());
        self
    }
}

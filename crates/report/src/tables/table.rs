//! The shape of a table: headings, rows of finished text, notes below.

use crate::format::WITHHELD;
use regtrial_results::{Analysis, AnalysisKind, Record, Released};

/// A finished table. Its cells are text; an undefined number is an en dash alone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Table {
    /// Key of the analysis; also the file's name.
    pub key: String,
    /// What the analysis is.
    pub kind: AnalysisKind,
    /// Title for readers.
    pub title: String,
    /// Headings, the one above the row labels first.
    pub columns: Vec<String>,
    /// Rows, from the top.
    pub rows: Vec<Row>,
    /// Plain sentences below the table.
    pub notes: Vec<String>,
    /// For every heading, keys of the methods that made the numbers below it; nothing of a table whose
    /// analysis does not say.
    pub methods: Vec<Vec<String>>,
    /// Keys of the methods behind numbers in the notes.
    pub methods_of_notes: Vec<String>,
}

/// A row: its label, and one cell for every heading after the first.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// How the row is set.
    pub kind: RowKind,
    /// Text below the first heading.
    pub label: String,
    /// The other cells; empty where nothing applies.
    pub cells: Vec<String>,
}

/// How a row is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowKind {
    /// A row on its own.
    Plain,
    /// The first row of a group.
    Heading,
    /// A row below a heading, indented.
    Detail,
    /// Written to the comma-separated file only.
    Unlisted,
}

impl Row {
    pub(crate) fn new(kind: RowKind, label: impl Into<String>, cells: Vec<String>) -> Self {
        Self {
            kind,
            label: label.into(),
            cells,
        }
    }
}

impl Table {
    /// A table of an analysis, with the notes of its plan and a word on what was withheld.
    pub(crate) fn new(
        released: &Released,
        analysis: &Analysis,
        columns: Vec<String>,
        rows: Vec<Row>,
    ) -> Self {
        let mut table = Self {
            key: analysis.key.clone(),
            kind: analysis.kind,
            title: analysis.title.clone(),
            columns,
            rows,
            notes: analysis.notes.clone(),
            methods: Vec::new(),
            methods_of_notes: Vec::new(),
        };
        table.explain_withheld(released.policy().minimum_count);
        table.explain_rounding(released);
        table
    }

    /// Puts notes before the ones that are there.
    pub(crate) fn with_notes(mut self, mut notes: Vec<String>) -> Self {
        notes.append(&mut self.notes);
        self.notes = notes;
        self
    }

    /// Says for every heading after the first which records stand below it, and which in the notes.
    pub(crate) fn made_by(
        mut self,
        analysis: &Analysis,
        shown: &[Vec<&Record>],
        in_notes: &[&Record],
    ) -> Self {
        let keys = |records: &[&Record]| {
            let mut keys: Vec<String> = Vec::new();
            for key in records
                .iter()
                .flat_map(|record| analysis.methods_of(record))
            {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
            keys
        };
        self.methods = vec![Vec::new()];
        self.methods
            .extend(shown.iter().map(|records| keys(records)));
        self.methods_of_notes = keys(in_notes);
        self
    }

    /// The rows that readers see; the comma-separated file has every row.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &Row> + '_ {
        self.rows.iter().filter(|row| row.kind != RowKind::Unlisted)
    }

    /// Letters of the room that a heading needs: it may break between words, into two lines if it can.
    pub(crate) fn heading_letters(&self, column: usize) -> usize {
        let letters = |text: &str| text.chars().count();
        let heading = &self.columns[column];
        let longest = heading.split_whitespace().map(letters).max();
        longest.unwrap_or(0).max(letters(heading).div_ceil(2))
    }

    fn explain_withheld(&mut self, minimum: u64) {
        if self.shows(WITHHELD) {
            self.notes.push(format!(
                "Withheld: a count below {minimum} is the number, stands behind it, or could be \
                 derived from it."
            ));
        }
    }

    fn explain_rounding(&mut self, released: &Released) {
        let policy = released.policy();
        if policy.rounds() {
            let unit = policy.rounding;
            self.notes.push(match self.kind {
                AnalysisKind::Model | AnalysisKind::Standardisation | AnalysisKind::Times => {
                    format!("Numbers of people are rounded to multiples of {unit}.")
                }
                _ => format!(
                    "Numbers of people are rounded to multiples of {unit}; percentages, and the \
                     contrasts of outcomes that are yes or no, are computed from the rounded \
                     numbers."
                ),
            });
        }
    }

    fn shows(&self, text: &str) -> bool {
        let in_cell = |cell: &String| cell == text;
        self.rows.iter().any(|row| row.cells.iter().any(in_cell))
            || self
                .columns
                .iter()
                .any(|heading| heading.ends_with(&format!("n {text})")))
    }
}

//! The participant list.

mod columns;

use crate::data::{ReadOptions, read_with_lines};
use crate::error::{Problem, RegisterError};
use crate::identifiers::search_frame;
use crate::ids::IdTable;
use crate::value::date::Day;
use columns::columns;
use polars::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Which columns of the participant list mean what.
#[derive(Debug, Clone, Default)]
pub struct PeopleOptions {
    /// Column of identifiers; without one, people are numbered by row.
    pub id: Option<String>,
    /// Column of index dates; required where a register is used.
    pub index_date: Option<String>,
    /// Column of arms, and the arms in order, the reference first (all levels, sorted, if empty).
    pub arm: Option<(String, Vec<String>)>,
    /// Columns of dates on which a person left: by kind.
    pub exits: BTreeMap<Exit, String>,
    /// Cells that mean "missing", and columns that stay text.
    pub read: ReadOptions,
    /// Columns with ten-digit numbers that are known to be no Danish personal numbers.
    pub not_identifiers: Vec<String>,
}

/// Why a person is no longer seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Died; seen on that day.
    Death,
    /// Emigrated; seen to the day before.
    Emigration,
    /// Withdrew consent; seen to the day before.
    Withdrawal,
}

/// The people of a study.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct People {
    /// The file.
    pub file: PathBuf,
    /// Every column of the list, a row a person.
    pub frame: DataFrame,
    /// Identifiers, unique, in file order.
    pub ids: IdTable,
    /// Index dates; empty if the study has none.
    pub index: Vec<Day>,
    /// Arms in order, the reference first; empty if the study has none.
    pub arms: Vec<String>,
    /// Position in `arms` of each person.
    pub arm: Vec<u32>,
    /// Dates of exit by kind, a row a person.
    pub exits: BTreeMap<Exit, Vec<Option<Day>>>,
    /// What a person should look at: numbers that may be personal identifiers.
    pub warnings: Vec<Problem>,
    lines: Vec<u64>,
}

impl People {
    /// Reads and checks the list; all problems in one go.
    ///
    /// # Errors
    /// A missing column, a person listed twice or without identifier, index date or arm, an arm
    /// not in the order given, a date that does not exist, an exit before the index date, a column
    /// of personal identification numbers.
    pub fn read(path: &Path, options: &PeopleOptions) -> Result<Self, RegisterError> {
        let mut read = options.read.clone();
        let arm_column = options.arm.as_ref().map(|(column, _)| column);
        let dates = options.index_date.iter().chain(options.exits.values());
        for column in options.id.iter().chain(arm_column).chain(dates) {
            read = read.with_text(column);
        }
        let (frame, lines) = read_with_lines(path, &read)?;
        let search = || search_frame(path, &frame, &options.not_identifiers);
        let (read, warnings) = columns(path, options, (&frame, &lines), search);
        let (warnings, (ids, read)) = (warnings?, read?);
        Ok(Self {
            file: path.to_owned(),
            frame,
            ids,
            index: read.index,
            arms: read.arms,
            arm: read.arm,
            exits: read.exits,
            warnings,
            lines,
        })
    }

    /// Number of people.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The line of the list on which a person stands.
    #[must_use]
    pub fn line(&self, person: usize) -> Option<u64> {
        self.lines.get(person).copied()
    }

    /// A list of one of them alone.
    #[must_use]
    pub fn of_one(&self, person: usize) -> Self {
        let exits = self.exits.iter();
        let own = |days: &Vec<Option<Day>>| days.get(person).copied().into_iter().collect();
        Self {
            file: self.file.clone(),
            frame: self.frame.slice(person as i64, 1),
            ids: self.ids.id(person).into_iter().collect(),
            index: self.index.get(person).copied().into_iter().collect(),
            arms: self.arms.clone(),
            arm: self.arm.get(person).copied().into_iter().collect(),
            exits: exits.map(|(exit, days)| (*exit, own(days))).collect(),
            warnings: Vec::new(),
            lines: self.lines.get(person).copied().into_iter().collect(),
        }
    }

    /// Position of each identifier.
    #[must_use]
    pub fn positions(&self) -> HashMap<&str, usize> {
        self.ids.iter().enumerate().map(|(i, id)| (id, i)).collect()
    }
}

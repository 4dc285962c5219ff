//! The columns of the participant list that mean something to a study, each problem with its line.

use super::{Exit, PeopleOptions};
use crate::data::lost;
use crate::error::{Problem, RegisterError, describe_header};
use crate::ids::IdTable;
use crate::value::{date::Day, is_missing, trimmed};
use crate::{parse_day, value};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The columns that mean something to a study, apart from the identifiers.
pub(super) struct Columns {
    pub(super) index: Vec<Day>,
    pub(super) arms: Vec<String>,
    pub(super) arm: Vec<u32>,
    pub(super) exits: BTreeMap<Exit, Vec<Option<Day>>>,
}

/// The identifiers and the columns, and what is done beside: of millions, the identifiers take as long as all else.
pub(super) fn columns<T>(
    path: &Path,
    options: &PeopleOptions,
    (frame, lines): (&DataFrame, &[u64]),
    beside: impl FnOnce() -> T,
) -> (Result<(IdTable, Columns), RegisterError>, T) {
    let reader = || Reader {
        path,
        frame,
        lines,
        problems: Vec::new(),
    };
    let of_ids = || {
        let mut reader = reader();
        let ids = match &options.id {
            Some(column) => reader.ids(column),
            None => (1..=frame.height()).map(|row| row.to_string()).collect(),
        };
        (ids, reader.problems)
    };
    let mut reader = reader();
    let (ids, columns, beside) = std::thread::scope(|scope| {
        let ids = scope.spawn(of_ids);
        let columns = reader.columns(options);
        let beside = beside();
        (ids.join(), columns, beside)
    });
    let Ok((ids, mut problems)) = ids else {
        return (Err(lost(path)), beside);
    };
    problems.append(&mut reader.problems);
    if !problems.is_empty() {
        return (Err(RegisterError::Problems(problems)), beside);
    }
    (Ok((ids, columns)), beside)
}

struct Reader<'a> {
    path: &'a Path,
    frame: &'a DataFrame,
    lines: &'a [u64],
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// All but the identifiers.
    fn columns(&mut self, options: &PeopleOptions) -> Columns {
        let index = match &options.index_date {
            Some(column) => self.index_dates(column),
            None => Vec::new(),
        };
        let (arms, arm) = match &options.arm {
            Some((column, order)) => self.arms(column, order),
            None => (Vec::new(), Vec::new()),
        };
        let exits = options.exits.iter();
        let exits = exits.map(|(exit, column)| (*exit, self.exits(column, &index)));
        let exits = exits.collect();
        Columns {
            index,
            arms,
            arm,
            exits,
        }
    }

    /// The cells of a column of text, without white space around them.
    fn text(&mut self, column: &str) -> impl Iterator<Item = Option<&'a str>> + use<'a> {
        let cells = self
            .frame
            .column(column)
            .ok()
            .and_then(|column| column.str().ok());
        if cells.is_none() {
            let rule = format!("there is no column `{column}`");
            let help = describe_header(self.frame.columns().iter().map(|c| c.name().as_str()));
            self.problems.push(
                Problem::new("missing_column", self.path, rule)
                    .at_line(1)
                    .help(help),
            );
        }
        let chunks = cells.into_iter().flat_map(StringChunked::downcast_iter);
        let cells = chunks.flat_map(|chunk| chunk.iter());
        cells.map(|cell| cell.map(trimmed).filter(|cell| !is_missing(cell)))
    }

    fn problem(&mut self, code: &'static str, row: usize, column: &str, rule: &str, help: &str) {
        let problem = Problem::new(code, self.path, rule)
            .at_line(self.lines[row])
            .in_column(column);
        self.problems.push(problem.help(help));
    }

    fn ids(&mut self, column: &str) -> IdTable {
        let cells = self.text(column);
        let ids: IdTable = cells.map(Option::unwrap_or_default).collect();
        // Digits alone are neither missing nor damaged.
        let texts = (!ids.are_digits()).then(|| ids.iter());
        for (row, id) in texts.into_iter().flatten().enumerate() {
            if id.is_empty() {
                let help = "give the identifier, or remove the row";
                self.problem(
                    "missing_id",
                    row,
                    column,
                    "the person has no identifier",
                    help,
                );
            } else if value::number::is_scientific(id) {
                let help = "a spreadsheet has turned identifiers into numbers: export them as text";
                self.problem(
                    "damaged_id",
                    row,
                    column,
                    "the identifier is a number in scientific notation",
                    help,
                );
            }
        }
        for (row, first) in ids.repeats() {
            if ids.id(row) == Some("") {
                continue;
            }
            let line = self.lines[first];
            let rule = format!("the person is listed twice, first on line {line}");
            self.problem(
                "duplicate_person",
                row,
                column,
                &rule,
                "keep one row a person",
            );
        }
        self.problems.sort_by_key(|problem| problem.line);
        ids
    }

    fn index_dates(&mut self, column: &str) -> Vec<Day> {
        let cells = self.text(column);
        let mut days = Vec::with_capacity(self.frame.height());
        cells.enumerate().for_each(|(row, cell)| {
            let day = cell.map(parse_day);
            match day {
                Some(Some(_)) => {}
                Some(None) => self.bad_date(row, column),
                None => {
                    let help = "give the date from which follow-up counts, or remove the person";
                    self.problem(
                        "missing_index_date",
                        row,
                        column,
                        "the person has no index date",
                        help,
                    );
                }
            }
            days.push(day.flatten().unwrap_or_default());
        });
        days
    }

    fn exits(&mut self, column: &str, index: &[Day]) -> Vec<Option<Day>> {
        let cells = self.text(column);
        let mut days = Vec::with_capacity(self.frame.height());
        cells.enumerate().for_each(|(row, cell)| {
            let day = cell.map(parse_day);
            if day == Some(None) {
                self.bad_date(row, column);
            }
            let day = day.flatten();
            if let (Some(day), Some(start)) = (day, index.get(row))
                && day < *start
            {
                let help =
                    "check both dates: a person who left before the index date was never followed";
                self.problem(
                    "exit_before_index",
                    row,
                    column,
                    "the date lies before the index date",
                    help,
                );
            }
            days.push(day);
        });
        days
    }

    fn bad_date(&mut self, row: usize, column: &str) {
        let help = "write it as 2020-03-31, 31.03.2020 or 20200331";
        self.problem(
            "bad_date",
            row,
            column,
            "this is not a date that exists",
            help,
        );
    }

    fn arms(&mut self, column: &str, order: &[String]) -> (Vec<String>, Vec<u32>) {
        let cells: Vec<Option<&str>> = self.text(column).collect();
        let mut arms = order.to_vec();
        if arms.is_empty() {
            let levels: BTreeSet<&str> = cells.iter().copied().flatten().collect();
            arms = levels.into_iter().map(str::to_owned).collect();
        }
        let mut codes = Vec::with_capacity(self.frame.height());
        for (row, cell) in cells.into_iter().enumerate() {
            let code = cell.and_then(|cell| arms.iter().position(|arm| arm == cell));
            if code.is_none() {
                let rule = if cell.is_none() {
                    "the person has no arm".to_owned()
                } else {
                    format!("the arm is not one of {}", arms.join(", "))
                };
                let help = "correct the cell, or list the arm in `order` of the plan";
                self.problem("unknown_arm", row, column, &rule, help);
            }
            codes.push(code.unwrap_or(0) as u32);
        }
        (arms, codes)
    }
}

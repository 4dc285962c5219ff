//! The columns of the participant list that mean something to a study, each problem with its line.

use super::{Exit, PeopleOptions};
use crate::error::{Problem, RegisterError, describe_header};
use crate::population::{BuildQuick, quick_hash};
use crate::value::{date::Day, is_missing};
use crate::{parse_day, value};
use polars::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The columns that mean something to a study.
pub(super) struct Columns {
    pub(super) ids: Vec<String>,
    pub(super) index: Vec<Day>,
    pub(super) arms: Vec<String>,
    pub(super) arm: Vec<u32>,
    pub(super) exits: BTreeMap<Exit, Vec<Option<Day>>>,
}

pub(super) fn columns(
    path: &Path,
    options: &PeopleOptions,
    frame: &DataFrame,
    lines: &[u64],
) -> Result<Columns, RegisterError> {
    let mut reader = Reader {
        path,
        frame,
        lines,
        problems: Vec::new(),
    };
    let ids = match &options.id {
        Some(column) => reader.ids(column),
        None => (1..=frame.height()).map(|row| row.to_string()).collect(),
    };
    let index = match &options.index_date {
        Some(column) => reader.index_dates(column),
        None => Vec::new(),
    };
    let (arms, arm) = match &options.arm {
        Some((column, order)) => reader.arms(column, order),
        None => (Vec::new(), Vec::new()),
    };
    let exits = options
        .exits
        .iter()
        .map(|(exit, column)| (*exit, reader.exits(column, &index)))
        .collect();
    if !reader.problems.is_empty() {
        return Err(RegisterError::Problems(reader.problems));
    }
    Ok(Columns {
        ids,
        index,
        arms,
        arm,
        exits,
    })
}

/// Whether some texts may be equal: whether some hashes are. Sorting them takes a fraction of the time
/// and memory of a map of millions.
fn has_copies(cells: &[Option<&str>]) -> bool {
    let texts = cells.iter().flatten();
    let mut hashes: Vec<u64> = texts.map(|text| quick_hash(text.as_bytes())).collect();
    hashes.sort_unstable();
    hashes.windows(2).any(|pair| pair[0] == pair[1])
}

struct Reader<'a> {
    path: &'a Path,
    frame: &'a DataFrame,
    lines: &'a [u64],
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn text(&mut self, column: &str) -> Vec<Option<&'a str>> {
        let cells = self
            .frame
            .column(column)
            .ok()
            .and_then(|column| column.str().ok());
        let Some(cells) = cells else {
            let rule = format!("there is no column `{column}`");
            let help = describe_header(self.frame.columns().iter().map(|c| c.name().as_str()));
            self.problems.push(
                Problem::new("missing_column", self.path, rule)
                    .at_line(1)
                    .help(help),
            );
            return Vec::new();
        };
        cells
            .iter()
            .map(|cell| cell.map(str::trim).filter(|c| !is_missing(c)))
            .collect()
    }

    fn problem(&mut self, code: &'static str, row: usize, column: &str, rule: &str, help: &str) {
        let problem = Problem::new(code, self.path, rule)
            .at_line(self.lines[row])
            .in_column(column);
        self.problems.push(problem.help(help));
    }

    fn ids(&mut self, column: &str) -> Vec<String> {
        let cells = self.text(column);
        let mut first: HashMap<&str, u32, BuildQuick> = HashMap::default();
        let some_are_listed_twice = has_copies(&cells);
        for (row, cell) in cells.iter().enumerate() {
            let Some(id) = cell else {
                let help = "give the identifier, or remove the row";
                self.problem(
                    "missing_id",
                    row,
                    column,
                    "the person has no identifier",
                    help,
                );
                continue;
            };
            if value::number::is_scientific(id) {
                let help = "a spreadsheet has turned identifiers into numbers: export them as text";
                self.problem(
                    "damaged_id",
                    row,
                    column,
                    "the identifier is a number in scientific notation",
                    help,
                );
            }
            if some_are_listed_twice && let Some(earlier) = first.insert(id, row as u32) {
                let line = self.lines[earlier as usize];
                let rule = format!("the person is listed twice, first on line {line}");
                self.problem(
                    "duplicate_person",
                    row,
                    column,
                    &rule,
                    "keep one row a person",
                );
            }
        }
        cells
            .into_iter()
            .map(|cell| cell.unwrap_or_default().to_owned())
            .collect()
    }

    fn index_dates(&mut self, column: &str) -> Vec<Day> {
        let cells = self.text(column);
        let mut days = Vec::with_capacity(cells.len());
        for (row, cell) in cells.iter().enumerate() {
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
        }
        days
    }

    fn exits(&mut self, column: &str, index: &[Day]) -> Vec<Option<Day>> {
        let cells = self.text(column);
        let mut days = Vec::with_capacity(cells.len());
        for (row, cell) in cells.iter().enumerate() {
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
        }
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
        let cells = self.text(column);
        let mut arms = order.to_vec();
        if arms.is_empty() {
            arms = cells
                .iter()
                .flatten()
                .map(|cell| (*cell).to_owned())
                .collect();
            arms.sort_unstable();
            arms.dedup();
        }
        let mut codes = Vec::with_capacity(cells.len());
        for (row, cell) in cells.iter().enumerate() {
            let code = cell
                .as_ref()
                .and_then(|cell| arms.iter().position(|arm| arm == cell));
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

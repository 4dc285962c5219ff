//! The columns of the participant list that mean something to a study, each problem with its line.

use super::{Exit, PeopleOptions};
use crate::data::lost;
use crate::error::{Problem, RegisterError, describe_header};
use crate::population::{BuildQuick, Positions, quick_hash};
use crate::value::{date::Day, is_missing};
use crate::{parse_day, value};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    // Of millions, the identifiers take as long as all else.
    let (ids, index, (arms, arm), exits) = std::thread::scope(|scope| {
        let ids = scope.spawn(of_ids);
        let index = match &options.index_date {
            Some(column) => reader.index_dates(column),
            None => Vec::new(),
        };
        let arms = match &options.arm {
            Some((column, order)) => reader.arms(column, order),
            None => (Vec::new(), Vec::new()),
        };
        let exits = options.exits.iter();
        let exits = exits.map(|(exit, column)| (*exit, reader.exits(column, &index)));
        let exits = exits.collect();
        (ids.join(), index, arms, exits)
    });
    let (ids, mut problems) = ids.map_err(|_| lost(path))?;
    problems.append(&mut reader.problems);
    if !problems.is_empty() {
        return Err(RegisterError::Problems(problems));
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
/// and memory of a map of millions; for running numbers a bit each is enough.
fn has_copies<'a>(cells: impl Iterator<Item = Option<&'a str>> + Clone) -> bool {
    let texts = cells.flatten();
    if let Some(found) = has_copies_of_numbers(texts.clone()) {
        return found;
    }
    let mut hashes: Vec<u64> = texts.map(|text| quick_hash(text.as_bytes())).collect();
    hashes.sort_unstable();
    hashes.windows(2).any(|pair| pair[0] == pair[1])
}

/// The same of numbers of one length, close together; nothing if they are not.
fn has_copies_of_numbers<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Option<bool> {
    let length = texts.clone().next()?.len();
    let number = |text: &str| {
        let is_number =
            text.len() == length && length < 19 && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| {
            text.bytes()
                .fold(0, |all, digit| 10 * all + u64::from(digit - b'0'))
        })
    };
    let (mut least, mut most, mut count) = (u64::MAX, 0, 0);
    for text in texts.clone() {
        let number = number(text)?;
        (least, most) = (least.min(number), most.max(number));
        count += 1;
    }
    let range = usize::try_from(most - least).ok()?;
    if range > 64 * count {
        return None;
    }
    let mut seen = Positions::new(range + 1);
    for number in texts.filter_map(number) {
        let at = (number - least) as usize;
        if seen.contains(at) {
            return Some(true);
        }
        seen.insert(at);
    }
    Some(false)
}

struct Reader<'a> {
    path: &'a Path,
    frame: &'a DataFrame,
    lines: &'a [u64],
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// The cells of a column of text, without white space around them.
    fn text(&mut self, column: &str) -> impl Iterator<Item = Option<&'a str>> + Clone + use<'a> {
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
        let rows = 0..cells.map_or(0, |cells| cells.len());
        let cell = move |row| cells.and_then(|cells| cells.get(row));
        rows.map(move |row| cell(row).map(str::trim).filter(|c| !is_missing(c)))
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
        let some_are_listed_twice = has_copies(cells.clone());
        for (row, cell) in cells.clone().enumerate() {
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
        let mut ids = Vec::with_capacity(self.frame.height());
        ids.extend(cells.map(|cell| cell.unwrap_or_default().to_owned()));
        ids
    }

    fn index_dates(&mut self, column: &str) -> Vec<Day> {
        let cells = self.text(column);
        let mut days = Vec::with_capacity(self.frame.height());
        for (row, cell) in cells.enumerate() {
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
        let mut days = Vec::with_capacity(self.frame.height());
        for (row, cell) in cells.enumerate() {
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
            let levels: BTreeSet<&str> = cells.clone().flatten().collect();
            arms = levels.into_iter().map(str::to_owned).collect();
        }
        let mut codes = Vec::with_capacity(self.frame.height());
        for (row, cell) in cells.enumerate() {
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

#[cfg(test)]
mod tests {
    use super::{has_copies, has_copies_of_numbers};

    #[test]
    fn copies_are_found_among_numbers_and_among_texts() {
        let cells = |texts: &[&'static str]| -> Vec<Option<&'static str>> {
            texts.iter().map(|text| Some(*text)).chain([None]).collect()
        };
        // Running numbers, and whether they are taken as such.
        for (texts, are_numbers, found) in [
            (&["0101", "0102", "0100"][..], true, false),
            (&["0101", "0102", "0101"], true, true),
            // Of two lengths: two identifiers.
            (&["101", "0101"], false, false),
            (&["101", "0101", "101"], false, true),
            // Far apart, and more than a number holds.
            (&["1000000000", "9000000000", "1000000000"], false, true),
            (
                &["99999999999999999999", "99999999999999999998"],
                false,
                false,
            ),
            (&["A1", "A2", "A1"], false, true),
            (&["A1", "A2", "a1"], false, false),
            (&[], false, false),
        ] {
            let cells = cells(texts);
            assert_eq!(
                has_copies_of_numbers(cells.iter().copied().flatten()).is_some(),
                are_numbers,
                "{texts:?}"
            );
            assert_eq!(has_copies(cells.iter().copied()), found, "{texts:?}");
        }
    }
}

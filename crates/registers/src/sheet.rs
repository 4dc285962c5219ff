//! The rows of one file that belong to the study, by field.
//!
//! A layout asks for whole columns: how dates and decimals are written is found from all cells of
//! a column, never from one.

use crate::canonical::Place;
use crate::error::{Problem, RegisterError};
use crate::header::{Field, HeaderMap};
use crate::log::{FileLog, Refusal};
use crate::options::RegisterOptions;
use crate::value::date::{self, Ambiguity, DateCell, DateOrder, Day, Precision};
use crate::value::is_missing;
use crate::value::number::{self, DecimalMark};
use crate::value::quantity::Quantity;
use csv::StringRecord;
use std::ops::RangeInclusive;
use std::path::Path;

/// A part of a register: the files of one shape.
pub(crate) struct Part {
    /// The fields its headers are mapped to.
    pub(crate) fields: &'static [Field],
    /// The field by which rows are found: the person, or the episode or bill of a row already kept.
    pub(crate) id: &'static str,
    /// Fields that together name a record of which a later version may replace an earlier.
    pub(crate) key: &'static [&'static str],
    /// Fields in which rows of one version may differ: a row a leave of the same job.
    pub(crate) details: &'static [&'static str],
    /// Whether what a row says depends on its file (the month, the benefit): then rows of two files
    /// are never copies of each other.
    pub(crate) by_file: bool,
}

/// One row.
pub(crate) struct SheetRow {
    pub(crate) line: u64,
    /// What its identifier stands for: a person's position, or a row of another sheet.
    pub(crate) key: usize,
    pub(crate) record: StringRecord,
}

impl SheetRow {
    /// A cell that is not missing.
    fn cell(&self, column: usize) -> Option<&str> {
        let cell = self.record.get(column)?.trim();
        (!is_missing(cell)).then_some(cell)
    }
}

/// One file's rows.
pub(crate) struct Sheet {
    /// Position of its log among the register's.
    pub(crate) number: usize,
    pub(crate) header: Vec<String>,
    /// Which columns are numbers by the file's own type, and so need no decimal mark.
    pub(crate) numeric: Vec<bool>,
    pub(crate) map: HeaderMap,
    pub(crate) rows: Vec<SheetRow>,
    /// Rows that other versions replace: they still tell how their columns are written.
    pub(crate) outdated: Vec<SheetRow>,
    /// The file's first row, whoever's it is: what all rows of a file share stands there.
    pub(crate) first: StringRecord,
    pub(crate) log: FileLog,
    pub(crate) dates: Option<DateOrder>,
    pub(crate) decimal: Option<DecimalMark>,
}

impl Sheet {
    pub(crate) fn declare(&mut self, options: &RegisterOptions) {
        self.dates = options.dates;
        self.decimal = options.decimal;
    }

    /// Whether the file has a column for a field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.map.contains_key(field)
    }

    /// A cell that is not missing, by field.
    pub(crate) fn text(&self, row: usize, field: &str) -> Option<&str> {
        self.cell(row, *self.map.get(field)?).map(whole)
    }

    /// A cell that is not missing, as an owned text.
    pub(crate) fn owned(&self, row: usize, field: &str) -> Option<String> {
        self.text(row, field).map(str::to_owned)
    }

    /// A cell that is not missing, by column.
    pub(crate) fn cell(&self, row: usize, column: usize) -> Option<&str> {
        self.rows[row].cell(column)
    }

    /// The cells of a column that are not missing, of outdated rows too.
    fn written(&self, column: usize) -> impl Iterator<Item = &str> {
        let rows = self.rows.iter().chain(&self.outdated);
        rows.filter_map(move |row| row.cell(column))
    }

    /// A column of dates; all missing if the file has no such column.
    pub(crate) fn dates(&self, field: &'static str) -> Result<Vec<DateCell>, RegisterError> {
        let Some(&column) = self.map.get(field) else {
            return Ok(vec![DateCell::Missing; self.rows.len()]);
        };
        self.dates_of(column)
    }

    /// A column of dates by its position.
    pub(crate) fn dates_of(&self, column: usize) -> Result<Vec<DateCell>, RegisterError> {
        let cells = || (0..self.rows.len()).map(|row| self.cell(row, column));
        let order = match self.dates {
            Some(declared) => Some(declared),
            None => {
                let header = &self.header[column];
                date::infer(self.written(column))
                    .map_err(|why| ambiguous_dates(&self.log.file, header, why))?
            }
        };
        let day = |cell: Option<&str>| cell.map_or(DateCell::Missing, |c| date::parse(c, order));
        Ok(cells().map(day).collect())
    }

    /// A column of quantities. What is no number is missing, and counted; what lies outside `range`
    /// is counted and set aside. All missing if the file has no such column.
    pub(crate) fn numbers(
        &mut self,
        field: &'static str,
        range: RangeInclusive<f64>,
    ) -> Result<Vec<Quantity>, RegisterError> {
        let Some(&column) = self.map.get(field) else {
            return Ok(vec![Quantity::missing(); self.rows.len()]);
        };
        let cells = || (0..self.rows.len()).map(|row| self.cell(row, column));
        let is_typed = self.numeric.get(column) == Some(&true);
        let found = match self.decimal {
            _ if is_typed => Some(DecimalMark::Point),
            Some(declared) => Some(declared),
            None => number::decimal_mark(self.written(column)),
        };
        let Some(mark) = found else {
            return Err(ambiguous_decimal(&self.log.file, &self.header[column]).into());
        };
        let (mut outside, mut unusable) = (0, 0);
        let mut values = Vec::with_capacity(self.rows.len());
        for cell in cells() {
            let value = cell.map(|cell| number::parse_with(cell, mark));
            values.push(match value {
                Some(Some(value)) if range.contains(&value) => Quantity::known(Some(value)),
                Some(Some(value)) => {
                    outside += 1;
                    Quantity::aside(value)
                }
                Some(None) => {
                    unusable += 1;
                    Quantity::missing()
                }
                None => Quantity::missing(),
            });
        }
        let (out_of_range, no_number) = (out_of_range(field), no_number(field));
        self.log.repaired_times(out_of_range, outside);
        self.log.repaired_times(no_number, unusable);
        Ok(values)
    }

    /// Whose row it is, when, and where it stands.
    pub(crate) fn place(
        &self,
        row: usize,
        (start, end): (Day, Day),
        precision: Precision,
    ) -> Place {
        let SheetRow { line, key, .. } = self.rows[row];
        Place {
            person: key,
            start,
            end,
            precision,
            file: self.number,
            line,
        }
    }

    /// Leaves out rows, given in order.
    pub(crate) fn leave_out(&mut self, rows: &[usize]) {
        let mut left_out = rows.iter().peekable();
        let mut row = 0;
        self.rows.retain(|_| {
            row += 1;
            left_out.next_if_eq(&&(row - 1)).is_none()
        });
    }

    /// Leaves out rows that other versions replace, given in order.
    pub(crate) fn replace(&mut self, rows: &[usize]) {
        let mut replaced = rows.iter().peekable();
        let mut row = 0;
        let outdated = self.rows.extract_if(.., |_| {
            row += 1;
            replaced.next_if_eq(&&(row - 1)).is_some()
        });
        self.outdated.extend(outdated);
    }

    /// Refuses a row: it is not used, and reported by line.
    pub(crate) fn refuse(&mut self, row: usize, field: Option<&'static str>, rule: &'static str) {
        let line = self.rows[row].line;
        self.log.refused.push(Refusal { line, field, rule });
    }
}

/// A column whose dates can be read in two ways.
pub(crate) fn ambiguous_dates(file: &Path, column: &str, why: Ambiguity) -> Problem {
    let (rule, help) = match why {
        Ambiguity::Order => (
            "no date of the column tells whether the day or the month comes first",
            "declare it: dates = \"dd/mm/yyyy\" or dates = \"mm/dd/yyyy\"",
        ),
        Ambiguity::Epoch => (
            "the dates are whole numbers: days since when?",
            "declare it: dates = \"days since 1960-01-01\" (SAS, Stata) or \
             dates = \"days since 1970-01-01\"",
        ),
    };
    Problem::new("ambiguous_date", file, rule)
        .in_column(column)
        .help(help)
}

/// A column whose numbers can be read in two ways.
pub(crate) fn ambiguous_decimal(file: &Path, column: &str) -> Problem {
    let rule = "a comma or point of this column may separate decimals or thousands: \
                `1,234` and `1.234` can be read both ways";
    Problem::new("ambiguous_decimal", file, rule)
        .in_column(column)
        .help("declare it: decimal = \",\" or decimal = \".\"")
}

/// A code that another program has made a number of: `1.0` is 1. Three zeros, as in an industry
/// code, stay.
pub(crate) fn whole(cell: &str) -> &str {
    match cell.strip_suffix(".0") {
        Some(code) if !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()) => code,
        _ => cell,
    }
}

fn out_of_range(field: &str) -> &'static str {
    match field {
        "percent" => "percent outside 0 to 200, taken as missing",
        "hours" => "hours out of range, taken as missing",
        "pay" => "negative or impossible pay, taken as missing",
        "degree" => "degree outside 0 to 100, taken as missing",
        _ => "number out of range, taken as missing",
    }
}

fn no_number(field: &str) -> &'static str {
    match field {
        "percent" => "percent is not a number, taken as missing",
        "hours" => "hours are not a number, taken as missing",
        "pay" => "pay is not a number, taken as missing",
        "degree" => "degree is not a number, taken as missing",
        _ => "not a number, taken as missing",
    }
}

//! Analysis data: any CSV or Parquet file as a typed frame, and frames back to files.

use crate::error::{Problem, RegisterError, unreadable};
use crate::scan::caught;
use crate::text::TextTable;
use crate::threads;
use crate::value::{date, number};
use polars::prelude::*;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

/// How cells are read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Cells that mean "missing"; the empty cell always does.
    pub missing: Vec<String>,
    /// Columns kept as text although they look like numbers: identifiers and arms.
    pub text: BTreeSet<String>,
    /// Whether `1,234` is one and a bit; without it such a column is refused as ambiguous.
    pub decimal_comma: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        let missing = ["NA", "."].map(str::to_owned).to_vec();
        Self {
            missing,
            text: BTreeSet::new(),
            decimal_comma: false,
        }
    }
}

impl ReadOptions {
    /// The same options, with a column kept as text.
    #[must_use]
    pub fn with_text(mut self, column: &str) -> Self {
        self.text.insert(column.to_owned());
        self
    }

    fn is_missing(&self, cell: &str) -> bool {
        cell.is_empty() || self.missing.iter().any(|missing| missing == cell)
    }
}

/// Reads a CSV (any delimiter and encoding) or a Parquet file. Columns in which every cell is a
/// number are numbers, in which every cell is an ISO or dotted date are dates, others text.
///
/// # Errors
/// A file that cannot be read, a ragged row, or a column with ambiguous decimal commas.
pub fn read_data(path: &Path, options: &ReadOptions) -> Result<DataFrame, RegisterError> {
    read_with_lines(path, options).map(|(frame, _)| frame)
}

/// As [`read_data`], with the line each row starts on (its number, in a Parquet file).
pub(crate) fn read_with_lines(
    path: &Path,
    options: &ReadOptions,
) -> Result<(DataFrame, Vec<u64>), RegisterError> {
    if is_parquet(path) {
        let frame = read_parquet(path, options)?;
        let lines = (1..=frame.height() as u64).collect();
        return Ok((frame, lines));
    }
    let table = TextTable::read(path)?;
    let columns = threads::each(table.header.len(), |j| column(&table, j, options));
    let columns = columns.ok_or_else(|| lost(path))?;
    let columns = columns.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok((DataFrame::new(table.len(), columns)?, table.lines()))
}

/// A file of which a part was lost; a bug of ours.
pub(crate) fn lost(path: &Path) -> RegisterError {
    Problem::new(
        "unreadable_file",
        path,
        "a thread stopped while the file was read",
    )
    .into()
}

/// Whether a file is Parquet, by its name.
pub(crate) fn is_parquet(path: &Path) -> bool {
    let known = ["parquet", "pq"];
    path.extension().is_some_and(|extension| {
        known
            .iter()
            .any(|name| extension.eq_ignore_ascii_case(name))
    })
}

fn column(table: &TextTable, j: usize, options: &ReadOptions) -> Result<Column, RegisterError> {
    let name = &table.header[j];
    let cells = || {
        let cells = table.cells(j);
        cells.map(|cell| (!options.is_missing(cell)).then_some(cell))
    };
    let text = || {
        let mut texts = StringChunkedBuilder::new(name.into(), table.len());
        cells().for_each(|cell| texts.append_option(cell));
        Ok(texts.finish().into_column())
    };
    if options.text.contains(name) {
        return text();
    }
    let comma = table.delimiter != b',' || options.decimal_comma;
    let parse = if comma {
        number::parse_comma
    } else {
        number::parse
    };
    if let Some(numbers) = all(table.len(), cells(), parse) {
        let present = cells().flatten();
        if comma && !options.decimal_comma && number::comma_is_ambiguous(present) {
            let rule =
                "the comma may separate decimals or thousands: `1,234` can be read both ways";
            return Err(Problem::new("ambiguous_decimal", &table.path, rule)
                .in_column(name)
                .help("write at least one number with another count of decimals, or with a point")
                .into());
        }
        return Ok(Column::new(name.into(), numbers));
    }
    for format in [date::DateFormat::Iso, date::DateFormat::Dots] {
        if let Some(days) = all(table.len(), cells(), |cell| format.parse(cell)) {
            return Ok(Column::new(name.into(), days).cast(&DataType::Date)?);
        }
    }
    text()
}

/// What every cell means; nothing if one means nothing.
fn all<'c, T>(
    rows: usize,
    mut cells: impl Iterator<Item = Option<&'c str>>,
    meaning: impl Fn(&str) -> Option<T>,
) -> Option<Vec<Option<T>>> {
    let mut found = Vec::with_capacity(rows);
    cells.try_for_each(|cell| {
        found.push(match cell {
            Some(cell) => Some(meaning(cell)?),
            None => None,
        });
        Some(())
    })?;
    Some(found)
}

fn read_parquet(path: &Path, options: &ReadOptions) -> Result<DataFrame, RegisterError> {
    let file = File::open(path).map_err(|e| unreadable(path, &e))?;
    let frame = caught(path, || {
        ParquetReader::new(file).finish().map_err(|_| {
            RegisterError::from(Problem::new(
                "unreadable_file",
                path,
                "this is not a Parquet file",
            ))
        })
    })?;
    let mut columns = Vec::new();
    for column in frame.columns() {
        let name = column.name().to_string();
        let wanted = match column.dtype() {
            _ if options.text.contains(&name) => {
                columns.push(as_text(column)?);
                continue;
            }
            DataType::Boolean => DataType::Float64,
            dtype if dtype.is_primitive_numeric() => DataType::Float64,
            DataType::Date => DataType::Date,
            DataType::Datetime(_, Some(zone)) if zone.as_str() != "UTC" => {
                let rule =
                    "the column holds times of another zone than UTC: their day is not certain";
                return Err(Problem::new("column_kind", path, rule)
                    .in_column(name)
                    .help("write it as dates")
                    .into());
            }
            DataType::Datetime(..) => DataType::Date,
            DataType::Decimal(..) => DataType::Float64,
            DataType::Categorical(..) | DataType::Enum(..) => DataType::String,
            dtype => dtype.clone(),
        };
        let column = column.cast(&wanted)?;
        columns.push(match column.dtype() {
            DataType::String => present_texts(&column, options)?,
            DataType::Float64 => present_numbers(&column)?,
            _ => column,
        });
    }
    Ok(DataFrame::new(frame.height(), columns)?)
}

/// A text column in which the cells that mean "missing" are.
fn present_texts(column: &Column, options: &ReadOptions) -> Result<Column, RegisterError> {
    let texts: Vec<Option<&str>> = column
        .str()?
        .iter()
        .map(|cell| cell.filter(|cell| !options.is_missing(cell)))
        .collect();
    Ok(Column::new(column.name().clone(), texts))
}

/// A numeric column in which NaN is missing.
fn present_numbers(column: &Column) -> Result<Column, RegisterError> {
    let numbers: Vec<Option<f64>> = column
        .f64()?
        .iter()
        .map(|value| value.filter(|value| !value.is_nan()))
        .collect();
    Ok(Column::new(column.name().clone(), numbers))
}

/// The first row, from 1, whose cell is no number in a text column most of whose cells are: such a
/// column is numbers with a slip in it, not a factor.
#[must_use]
pub fn slip_in_numbers(column: &Column) -> Option<usize> {
    let cells = column.str().ok()?;
    let is_number = |cell: &str| number::parse_comma(cell.trim()).is_some();
    let present = cells.iter().flatten().count();
    let numbers = cells
        .iter()
        .flatten()
        .filter(|cell| is_number(cell))
        .count();
    let mut rows = cells.iter();
    let slip = rows.position(|cell| cell.is_some_and(|cell| !is_number(cell)))?;
    (2 * numbers > present).then_some(slip + 1)
}

/// A column as text, whole numbers without a decimal point.
pub(crate) fn as_text(column: &Column) -> Result<Column, RegisterError> {
    if !column.dtype().is_float() {
        return Ok(column.cast(&DataType::String)?);
    }
    let numbers = column.cast(&DataType::Float64)?;
    let texts: Vec<Option<String>> = numbers
        .f64()?
        .iter()
        .map(|value| value.map(|value| value.to_string()))
        .collect();
    Ok(Column::new(column.name().clone(), texts))
}

/// Writes a frame as Parquet.
///
/// # Errors
/// [`RegisterError`] if the file cannot be written.
pub fn write_parquet(frame: &DataFrame, path: &Path) -> Result<(), RegisterError> {
    let file = File::create(path).map_err(|_| {
        RegisterError::from(Problem::new(
            "unwritable_file",
            path,
            "the file cannot be written",
        ))
    })?;
    ParquetWriter::new(file).finish(&mut frame.clone())?;
    Ok(())
}

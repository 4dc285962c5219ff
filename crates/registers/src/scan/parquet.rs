//! Parquet: row groups whose statistics exclude every identifier are not read; of the others the
//! identifier's column first, and the rest only where it holds one.

use super::{Keys, Progress, Scanned};
use crate::error::{Problem, RegisterError, unreadable};
use csv::StringRecord;
use polars::prelude::*;
use polars_parquet::parquet::metadata::{FileMetadata, RowGroupMetadata};
use polars_parquet::parquet::statistics::Statistics;
use std::collections::HashSet;
use std::fs::File;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// Rows read at a time.
const PIECE: usize = 100_000;

/// Rows read at a time of a row group that is read whole: within one, a later piece decodes the
/// earlier ones again.
const LARGE_PIECE: usize = 1 << 18;

/// A Parquet file of which only the footer has been read.
pub(crate) struct ParquetFile<'a> {
    path: &'a Path,
    metadata: Arc<FileMetadata>,
    pub(crate) header: Vec<String>,
    /// Which columns are numbers.
    pub(crate) numeric: Vec<bool>,
}

impl<'a> ParquetFile<'a> {
    pub(crate) fn open(path: &'a Path) -> Result<Self, RegisterError> {
        caught(path, || Self::read_footer(path))
    }

    fn read_footer(path: &'a Path) -> Result<Self, RegisterError> {
        let file = File::open(path).map_err(|e| unreadable(path, &e))?;
        let mut reader = ParquetReader::new(file);
        let schema = reader.schema().map_err(|_| damaged(path))?;
        let header = schema.iter_names().map(ToString::to_string).collect();
        let is_number = |dtype: DataType| dtype.is_primitive_numeric() || dtype.is_decimal();
        let numeric = schema
            .iter_values()
            .map(|field| is_number(DataType::from_arrow_field(field)));
        let numeric = numeric.collect();
        let metadata = reader.get_metadata().map_err(|_| damaged(path))?.clone();
        Ok(Self {
            path,
            metadata,
            header,
            numeric,
        })
    }

    /// Rows of the file.
    pub(crate) fn rows(&self) -> usize {
        self.metadata.num_rows
    }

    /// Some columns of some rows as text.
    fn read(&self, columns: &[String], start: usize, rows: usize) -> Result<Texts, RegisterError> {
        let file = File::open(self.path).map_err(|e| unreadable(self.path, &e))?;
        let mut reader = ParquetReader::new(file);
        reader.set_metadata(self.metadata.clone());
        let wanted = reader
            .with_columns(Some(columns.to_vec()))
            .with_slice(Some((start, rows)));
        let frame = caught(self.path, || {
            wanted.finish().map_err(|_| damaged(self.path))
        })?;
        let mut texts = Vec::new();
        for name in columns {
            let column = frame.column(name).map_err(|_| damaged(self.path))?;
            let text = as_text(column).map_err(|_| {
                let rule = "the column holds lists, records, or times of another zone than UTC";
                RegisterError::from(Problem::new("column_kind", self.path, rule).in_column(name))
            })?;
            texts.push(text);
        }
        Ok(Texts(texts))
    }

    /// The rows in pieces of at most a row group.
    pub(crate) fn pieces(&self) -> Vec<Range<usize>> {
        let mut pieces = Vec::new();
        let mut start = 0;
        for group in &self.metadata.row_groups {
            let end = start + group.num_rows();
            let starts = (start..end).step_by(LARGE_PIECE);
            pieces.extend(starts.map(|from| from..(from + LARGE_PIECE).min(end)));
            start = end;
        }
        pieces
    }

    /// All columns of some rows as text.
    pub(crate) fn texts(&self, rows: Range<usize>) -> Result<Vec<Column>, RegisterError> {
        Ok(self.read(&self.header, rows.start, rows.len())?.0)
    }

    /// About how many bytes of the file some rows take.
    pub(crate) fn bytes(&self, rows: usize) -> usize {
        let groups = self.metadata.row_groups.iter();
        let all: usize = groups.map(RowGroupMetadata::compressed_size).sum();
        (all as u128 * rows as u128 / self.rows().max(1) as u128) as usize
    }

    /// Cells of the first rows, row by row.
    pub(crate) fn first(
        &self,
        rows: usize,
        mut look: impl FnMut(usize, &str),
    ) -> Result<(), RegisterError> {
        let rows = rows.min(self.rows());
        for start in (0..rows).step_by(PIECE) {
            let texts = self.read(&self.header, start, PIECE.min(rows - start))?;
            for (column, cells) in texts.0.iter().enumerate() {
                for cell in cells.str()?.iter().flatten() {
                    look(column, cell);
                }
            }
        }
        Ok(())
    }

    /// The values that occur in a column.
    pub(crate) fn distinct(&self, column: usize) -> Result<HashSet<String>, RegisterError> {
        let mut found = HashSet::new();
        let name = std::slice::from_ref(&self.header[column]);
        for start in (0..self.rows()).step_by(PIECE) {
            let texts = self.read(name, start, PIECE.min(self.rows() - start))?;
            for cell in texts.0[0].str()?.iter().flatten() {
                if !found.contains(cell) {
                    found.insert(cell.to_owned());
                }
            }
        }
        Ok(found)
    }
}

struct Texts(Vec<Column>);

/// A column as the text a CSV would hold: whole numbers without a point, dates as yyyy-mm-dd.
fn as_text(column: &Column) -> PolarsResult<Column> {
    let column = match column.dtype() {
        DataType::Datetime(_, Some(zone)) if zone.as_str() != "UTC" => {
            // The day depends on the zone, and midnight there is the day before in UTC.
            polars_bail!(InvalidOperation: "time zone");
        }
        DataType::Datetime(..) => column.cast(&DataType::Date)?,
        DataType::Float32 => {
            let numbers = column.f32()?.iter();
            let texts = numbers.map(|value| value.filter(|v| !v.is_nan()).map(|v| v.to_string()));
            let texts: Vec<Option<String>> = texts.collect();
            return Ok(Column::new(column.name().clone(), texts));
        }
        DataType::Binary => column.cast(&DataType::String)?,
        _ => column.clone(),
    };
    if column.dtype().is_float() {
        let numbers = column.cast(&DataType::Float64)?;
        let texts: Vec<Option<String>> = numbers
            .f64()?
            .iter()
            .map(|value| value.filter(|v| !v.is_nan()).map(|v| v.to_string()))
            .collect();
        return Ok(Column::new(column.name().clone(), texts));
    }
    if column.dtype().is_nested() {
        polars_bail!(InvalidOperation: "nested");
    }
    column.cast(&DataType::String)
}

/// Reads the rows of a Parquet file whose identifier is among `keys`.
pub(crate) fn scan(
    file: &ParquetFile<'_>,
    column: usize,
    keys: &Keys,
    progress: &Progress,
) -> Result<Scanned, RegisterError> {
    let mut scanned = Scanned {
        encoding: "parquet",
        rows: file.rows() as u64,
        kept: Vec::new(),
        ragged: Vec::new(),
    };
    let name = &file.header[column];
    let mut start = 0;
    for group in &file.metadata.row_groups {
        let rows = group.num_rows();
        let can_hold = caught(file.path, || {
            Ok(can_hold(&file.metadata, group, name, keys))
        })?;
        if can_hold {
            let ids = file.read(std::slice::from_ref(name), start, rows)?;
            let ids = ids.0[0].str()?;
            let matching: Vec<(usize, usize)> = ids
                .iter()
                .enumerate()
                .filter_map(|(row, id)| Some((row, keys.get(id?.as_bytes())?)))
                .collect();
            if let (Some(first), Some(last)) = (matching.first(), matching.last()) {
                let from = first.0;
                let texts = file.read(&file.header, start + from, last.0 + 1 - from)?;
                let columns = texts.0.iter().map(|text| text.str());
                let columns = columns.collect::<PolarsResult<Vec<_>>>()?;
                for (row, key) in matching {
                    let cells = columns.iter().map(|c| c.get(row - from).unwrap_or(""));
                    let number = (start + row) as u64 + 1;
                    scanned
                        .kept
                        .push((number, key, cells.collect::<StringRecord>()));
                }
            }
        }
        progress.add(group.compressed_size());
        start += rows;
    }
    Ok(scanned)
}

/// Whether a row group's smallest and largest identifier leave room for one of the keys.
fn can_hold(metadata: &FileMetadata, group: &RowGroupMetadata, name: &str, keys: &Keys) -> bool {
    let chunk = group.parquet_columns().iter().find(|chunk| {
        chunk
            .descriptor()
            .path_in_schema
            .first()
            .is_some_and(|p| p == name)
    });
    match chunk.and_then(|chunk| chunk.statistics(&metadata.footer_buf)) {
        Some(Ok(Statistics::Binary(found))) => match (found.min_value, found.max_value) {
            (Some(least), Some(most)) => {
                // Identifiers may be padded: blanks in front put them out of order, blanks behind
                // make them larger; some blanks are no ASCII.
                let printed = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
                let is_plain = |bound: &[u8]| printed(bound.first()) && printed(bound.last());
                let (least, most) = (&*least, &*most);
                !is_plain(least)
                    || !is_plain(most)
                    || keys.any(|key| *least <= *key && *key <= *most)
            }
            _ => true,
        },
        Some(Ok(Statistics::Int64(found))) => match (found.min_value, found.max_value) {
            (Some(least), Some(most)) => keys.any_number(|key| (least..=most).contains(&key)),
            _ => true,
        },
        Some(Ok(Statistics::Int32(found))) => match (found.min_value, found.max_value) {
            (Some(least), Some(most)) => {
                let (least, most) = (i64::from(least), i64::from(most));
                keys.any_number(|key| (least..=most).contains(&key))
            }
            _ => true,
        },
        _ => true,
    }
}

/// The engine's reader answers some damage to a file with a panic: here it is an error like others.
pub(crate) fn caught<T>(
    path: &Path,
    read: impl FnOnce() -> Result<T, RegisterError>,
) -> Result<T, RegisterError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(damaged(path)))
}

fn damaged(path: &Path) -> RegisterError {
    let rule = "the file cannot be read as Parquet";
    Problem::new("unreadable_file", path, rule)
        .help("it may be cut off, or another kind of file under this name")
        .into()
}

//! Files with types of their own, behind one face: Parquet, Stata, SAS.

use super::parquet::ParquetFile;
use super::sas::SasFile;
use super::stata::StataFile;
use super::{Keys, Progress, Scanned};
use crate::error::RegisterError;
use csv::StringRecord;
use std::collections::HashSet;
use std::path::Path;

/// A file of which only what describes it has been read.
pub(crate) enum TypedFile<'a> {
    Parquet(ParquetFile<'a>),
    Stata(StataFile<'a>),
    Sas(SasFile<'a>),
}

impl<'a> TypedFile<'a> {
    /// Opens a file if its name says that it has types; nothing if it is text.
    pub(crate) fn open(path: &'a Path) -> Result<Option<Self>, RegisterError> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        Ok(match extension.as_deref() {
            Some("parquet" | "pq") => Some(Self::Parquet(ParquetFile::open(path)?)),
            Some("dta") => Some(Self::Stata(StataFile::open(path)?)),
            Some("sas7bdat") => Some(Self::Sas(SasFile::open(path)?)),
            _ => None,
        })
    }

    /// The names of the columns.
    pub(crate) fn header(&self) -> &[String] {
        match self {
            Self::Parquet(file) => &file.header,
            Self::Stata(file) => &file.header,
            Self::Sas(file) => &file.header,
        }
    }

    /// Which columns are numbers.
    pub(crate) fn numeric(&self) -> &[bool] {
        match self {
            Self::Parquet(file) => &file.numeric,
            Self::Stata(file) => &file.numeric,
            Self::Sas(file) => &file.numeric,
        }
    }

    /// Looks at each cell of the first rows.
    pub(crate) fn first(
        &self,
        rows: usize,
        mut look: impl FnMut(usize, &str),
    ) -> Result<(), RegisterError> {
        let visit = |_: u64, cells: &[String]| {
            let cells = cells.iter().enumerate();
            cells.for_each(|(column, cell)| look(column, cell));
        };
        match self {
            Self::Parquet(file) => file.first(rows, look),
            Self::Stata(file) => file.visit(rows as u64, visit),
            Self::Sas(file) => file.visit(rows as u64, visit),
        }
    }

    /// What a log calls it.
    pub(crate) fn format(&self) -> &'static str {
        match self {
            Self::Parquet(_) => "parquet",
            Self::Stata(_) => "stata",
            Self::Sas(_) => "sas",
        }
    }

    /// The cells of all rows, one row after the other; of Parquet nothing, for its columns are read
    /// in pieces.
    pub(crate) fn rows(&self, mut visit: impl FnMut(&[String])) -> Result<(), RegisterError> {
        match self {
            Self::Stata(file) => file.visit(u64::MAX, |_, cells| visit(cells)),
            Self::Sas(file) => file.visit(u64::MAX, |_, cells| visit(cells)),
            Self::Parquet(_) => Ok(()),
        }
    }

    /// Reads the rows whose identifier is among `keys`.
    pub(crate) fn scan(
        &self,
        column: usize,
        keys: &Keys,
        progress: &Progress,
    ) -> Result<Scanned, RegisterError> {
        let rows = match self {
            Self::Parquet(file) => return super::parquet::scan(file, column, keys, progress),
            Self::Stata(file) => file.rows,
            Self::Sas(file) => file.rows,
        };
        let mut scanned = Scanned {
            encoding: self.format(),
            rows,
            kept: Vec::new(),
            ragged: Vec::new(),
        };
        let visit = |row: u64, cells: &[String]| {
            progress.add(cells.iter().map(String::len).sum());
            if let Some(key) = keys.get(cells[column].as_bytes()) {
                let record: StringRecord = cells.iter().map(String::as_str).collect();
                scanned.kept.push((row, key, record));
            }
        };
        match self {
            Self::Stata(file) => file.visit(u64::MAX, visit)?,
            Self::Sas(file) => file.visit(u64::MAX, visit)?,
            Self::Parquet(_) => {}
        }
        Ok(scanned)
    }

    /// The values that occur in a column.
    pub(crate) fn distinct(&self, wanted: usize) -> Result<HashSet<String>, RegisterError> {
        if let Self::Parquet(file) = self {
            return file.distinct(wanted);
        }
        let mut found = HashSet::new();
        self.first(usize::MAX, |column, cell| {
            if column == wanted && !found.contains(cell) {
                found.insert(cell.to_owned());
            }
        })?;
        Ok(found)
    }
}

//! Delimited text of unknown encoding and delimiter, as records with line numbers.

mod delimiter;
pub(crate) mod source;
mod table;

pub(crate) use table::TextTable;

use crate::error::{Problem, RegisterError, unreadable};
use crate::scan::builder;
use csv::StringRecord;
use encoding_rs::Encoding;
use std::io::Read;
use std::path::{Path, PathBuf};

/// How far a peek reads at most.
const PEEK: u64 = 256 << 20;

/// A text file opened as records.
pub(crate) struct TextFile {
    pub(crate) path: PathBuf,
    pub(crate) encoding: &'static str,
    pub(crate) delimiter: u8,
    pub(crate) header: Vec<String>,
    reader: csv::Reader<Box<dyn Read>>,
}

impl TextFile {
    /// Opens a file for its first lines and reads its header, without reading it through: the encoding
    /// is that of its first bytes, and a quotation mark that is never closed goes unseen.
    pub(crate) fn peek(path: &Path) -> Result<Self, RegisterError> {
        source::check_kind(path)?;
        let failed = |e: std::io::Error| unreadable(path, &e);
        let mut start = Vec::new();
        let raw = source::raw(path).map_err(failed)?;
        raw.take(1 << 20).read_to_end(&mut start).map_err(failed)?;
        Self::open(path, source::encoding_of_start(&start))
    }

    /// As [`Self::peek`], where the encoding of the whole file is known by name.
    pub(crate) fn peek_as(path: &Path, encoding: &str) -> Result<Self, RegisterError> {
        Self::open(path, source::named(encoding))
    }

    fn open(path: &Path, encoding: &'static Encoding) -> Result<Self, RegisterError> {
        let open = || -> Result<Box<dyn Read>, RegisterError> {
            let file = source::open(path, encoding).map_err(|e| unreadable(path, &e))?;
            Ok(Box::new(file.take(PEEK)))
        };
        let delimiter = delimiter::detect(open()?).map_err(|e| unreadable(path, &e))?;
        let mut reader = builder(delimiter).from_reader(open()?);
        let mut first = StringRecord::new();
        loop {
            match reader.read_record(&mut first) {
                Ok(true) if is_blank(&first) => {}
                Ok(_) => break,
                Err(error) => return Err(broken(path, &error)),
            }
        }
        let header: Vec<String> = first.iter().map(|name| name.trim().to_owned()).collect();
        if header.iter().all(String::is_empty) {
            return Err(Problem::new("empty_file", path, "the file has no header line").into());
        }
        Ok(Self {
            path: path.to_owned(),
            encoding: source::name(encoding),
            delimiter,
            header,
            reader,
        })
    }

    /// Reads the next record that is not blank; says whether there was one.
    pub(crate) fn next(&mut self, record: &mut StringRecord) -> Result<bool, RegisterError> {
        loop {
            match self.reader.read_record(record) {
                Ok(true) if is_blank(record) => {}
                Ok(found) => return Ok(found),
                Err(error) => return Err(broken(&self.path, &error)),
            }
        }
    }
}

fn is_blank(record: &StringRecord) -> bool {
    record.len() == 1 && record[0].trim().is_empty()
}

fn broken(path: &Path, error: &csv::Error) -> RegisterError {
    let problem = Problem::new(
        "unreadable_file",
        path,
        "the file cannot be read as delimited text",
    );
    match error.position() {
        Some(position) => problem.at_line(position.line()).into(),
        None => problem.into(),
    }
}

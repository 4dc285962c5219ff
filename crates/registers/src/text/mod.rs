//! Delimited text of unknown encoding and delimiter, as records with line numbers.

mod delimiter;
pub(crate) mod source;

use crate::error::{Problem, RegisterError, is_data, unreadable};
use crate::scan::{builder, unclosed};
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
    /// Line of the last record read, and whether its last cell holds a line break.
    start: u64,
    breaks: bool,
    ends_in_quote: bool,
}

impl TextFile {
    /// Opens a file and reads its header.
    pub(crate) fn open(path: &Path) -> Result<Self, RegisterError> {
        source::check_kind(path)?;
        let survey = source::survey(path).map_err(|e| unreadable(path, &e))?;
        Self::open_as(path, survey.encoding, survey.ends_in_quote, u64::MAX)
    }

    /// As `open`, without reading the file through: the encoding is that of its first bytes, and a
    /// quotation mark that is never closed goes unseen. For the first lines of large files.
    pub(crate) fn peek(path: &Path) -> Result<Self, RegisterError> {
        source::check_kind(path)?;
        let failed = |e: std::io::Error| unreadable(path, &e);
        let mut start = Vec::new();
        let raw = source::raw(path).map_err(failed)?;
        raw.take(1 << 20).read_to_end(&mut start).map_err(failed)?;
        Self::open_as(path, source::encoding_of_start(&start), true, PEEK)
    }

    fn open_as(
        path: &Path,
        encoding: &'static Encoding,
        ends_in_quote: bool,
        limit: u64,
    ) -> Result<Self, RegisterError> {
        let open = || -> Result<Box<dyn Read>, RegisterError> {
            let file = source::open(path, encoding).map_err(|e| unreadable(path, &e))?;
            Ok(Box::new(file.take(limit)))
        };
        let delimiter = delimiter::detect(open()?).map_err(|e| unreadable(path, &e))?;
        // Lines end at LF; a CR before it is trimmed with the cell. Left to itself the reader counts
        // a CRLF line only when the next record is read, and every line number is one too small.
        let mut reader = builder(delimiter).from_reader(open()?);
        let mut first = StringRecord::new();
        loop {
            match reader.read_record(&mut first) {
                Ok(true) if first.len() == 1 && first[0].trim().is_empty() => {}
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
            start: 0,
            breaks: false,
            ends_in_quote,
        })
    }

    /// The next record that is not blank, with the line it starts on; none at the end.
    pub(crate) fn next(&mut self, record: &mut StringRecord) -> Result<Option<u64>, RegisterError> {
        loop {
            match self.reader.read_record(record) {
                Ok(true) if record.len() == 1 && record[0].trim().is_empty() => {}
                Ok(true) => {
                    let last = record.iter().next_back();
                    self.breaks = last.is_some_and(|cell| cell.contains('\n'));
                    self.start = self.line_of(record);
                    return Ok(Some(self.start));
                }
                // A quotation mark that is never closed swallows the rest of the file into one
                // cell: the last cell of all then holds a line break, and no mark ends the file.
                Ok(false) if self.breaks && !self.ends_in_quote => {
                    return Err(unclosed(&self.path, self.start));
                }
                Ok(false) => return Ok(None),
                Err(error) => return Err(broken(&self.path, &error)),
            }
        }
    }
}

impl TextFile {
    /// The line on which a record that has just been read starts. The reader's position is that of
    /// the blank lines before; what is left of the lines read is the record's own.
    fn line_of(&self, record: &StringRecord) -> u64 {
        let before = record.position().map_or(1, csv::Position::line);
        let read = self.reader.position().line().saturating_sub(before);
        let breaks = record.iter().map(|cell| cell.matches('\n').count() as u64);
        let terminated = u64::from(!self.reader.is_done());
        before + read.saturating_sub(breaks.sum::<u64>() + terminated)
    }
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

/// A whole text file in memory: for participant lists and analysis data.
pub(crate) struct TextTable {
    pub(crate) path: PathBuf,
    pub(crate) delimiter: u8,
    pub(crate) header: Vec<String>,
    pub(crate) rows: Rows,
    pub(crate) lines: Vec<u64>,
}

/// The cells of many rows, one after the other: a list of millions of people takes the room of its
/// file and little more.
pub(crate) struct Rows {
    text: String,
    /// Where each cell ends.
    ends: Vec<usize>,
    width: usize,
}

impl Rows {
    fn new(width: usize) -> Self {
        Self {
            text: String::new(),
            ends: Vec::new(),
            width,
        }
    }

    fn push(&mut self, record: &StringRecord) {
        let before = self.text.len();
        self.text.push_str(record.as_slice());
        let mut end = before;
        for cell in record {
            end += cell.len();
            self.ends.push(end);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len() / self.width.max(1)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cells of a row.
    pub(crate) fn get(&self, row: usize) -> impl Iterator<Item = &str> {
        (0..self.width).map(move |column| self.cell(row, column))
    }

    fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.width + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        self.text.get(start..self.ends[at]).unwrap_or_default()
    }
}

impl TextTable {
    /// Reads a file in which every row has as many cells as the header.
    pub(crate) fn read(path: &Path) -> Result<Self, RegisterError> {
        let mut file = TextFile::open(path)?;
        check_header(path, &file.header)?;
        let mut rows = Rows::new(file.header.len());
        let (mut lines, mut problems) = (Vec::new(), Vec::new());
        let mut record = StringRecord::new();
        while let Some(line) = file.next(&mut record)? {
            if record.len() == file.header.len() {
                rows.push(&record);
                lines.push(line);
            } else {
                let rule = format!(
                    "the row has {} cells, the header has {}",
                    record.len(),
                    file.header.len()
                );
                let problem = Problem::new("ragged_row", path, rule).at_line(line);
                problems
                    .push(problem.help("look for an unquoted delimiter or a line break in a cell"));
            }
        }
        if problems.is_empty() && rows.is_empty() {
            let problem = Problem::new("no_rows", path, "the file has a header and no rows");
            return Err(problem.at_line(1).into());
        }
        if problems.is_empty() {
            Ok(Self {
                path: file.path,
                delimiter: file.delimiter,
                header: file.header,
                rows,
                lines,
            })
        } else {
            problems.truncate(20);
            Err(RegisterError::Problems(problems))
        }
    }

    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|other| other == name)
    }

    pub(crate) fn cell(&self, row: usize, column: usize) -> &str {
        self.rows.cell(row, column).trim()
    }
}

fn check_header(path: &Path, header: &[String]) -> Result<(), RegisterError> {
    for (i, name) in header.iter().enumerate() {
        let rule = if name.is_empty() {
            format!("column {} of the header has no name", i + 1)
        } else if header[..i].contains(name) {
            match is_data(name) {
                true => "the header names a column twice, and looks like data".to_owned(),
                false => format!("the header names `{name}` twice"),
            }
        } else {
            continue;
        };
        return Err(Problem::new("header", path, rule)
            .at_line(1)
            .help("rename one")
            .into());
    }
    Ok(())
}

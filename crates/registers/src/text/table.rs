//! Whole text files in memory: participant lists, analysis data, code lists.

use super::{TextFile, source};
use crate::error::{Problem, RegisterError, is_data};
use crate::scan::{Progress, Records, in_blocks};
use crate::value::trimmed;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Ragged rows that are named.
const NAMED: usize = 20;

/// A table in which every row has as many cells as the header.
pub(crate) struct TextTable {
    pub(crate) path: PathBuf,
    pub(crate) delimiter: u8,
    pub(crate) header: Vec<String>,
    parts: Vec<Part>,
    /// Rows before each part.
    before: Vec<usize>,
}

/// The rows of one block, cut into cells: a list of millions of people takes the room of its file and
/// little more.
struct Part {
    number: usize,
    text: String,
    records: Records,
    /// The line of the file before its first.
    before: u64,
}

impl TextTable {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self, RegisterError> {
        let first = TextFile::peek(path)?;
        let (delimiter, width) = (first.delimiter, first.header.len());
        // In Windows-1252 only if some byte, perhaps of the last line, is not UTF-8.
        let mut encoding = UTF_8;
        let mut parts = parts(path, delimiter, width, encoding)?;
        if parts.iter().any(Option::is_none) {
            encoding = WINDOWS_1252;
            parts = self::parts(path, delimiter, width, encoding)?;
        }
        let mut parts: Vec<Part> = parts.into_iter().flatten().collect();
        parts.sort_unstable_by_key(|part| part.number);
        let header = TextFile::peek_as(path, source::name(encoding))?.header;
        check_header(path, &header)?;
        let (mut line, mut rows) = (0, 0);
        let (mut before, mut problems) = (Vec::new(), Vec::new());
        for part in &mut parts {
            part.before = line;
            let ragged = part.records.ragged.iter();
            let ragged = ragged.map(|(own, cells)| ragged_row(path, line + own + 1, *cells, width));
            problems.extend(ragged.take(NAMED - problems.len()));
            before.push(rows);
            line += part.records.lines;
            rows += part.records.len();
        }
        if !problems.is_empty() {
            return Err(RegisterError::Problems(problems));
        }
        if rows == 0 {
            let problem = Problem::new("no_rows", path, "the file has a header and no rows");
            return Err(problem.at_line(1).into());
        }
        Ok(Self {
            path: path.to_owned(),
            delimiter,
            header,
            parts,
            before,
        })
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.records.len()).sum()
    }

    /// The place of a column, by its name.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|other| other == name)
    }

    /// The cells of a column, without white space around them, from the first row to the last.
    pub(crate) fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        let of_part = move |part| Part::cells(part, column);
        self.parts.iter().flat_map(of_part)
    }

    /// One cell, as of [`Self::cells`].
    pub(crate) fn cell(&self, row: usize, column: usize) -> &str {
        let at = self.before.partition_point(|before| *before <= row) - 1;
        self.parts[at].cell(row - self.before[at], column)
    }

    /// The line on which each row starts.
    pub(crate) fn lines(&self) -> Vec<u64> {
        let mut lines = Vec::with_capacity(self.len());
        self.parts
            .iter()
            .for_each(|part| lines.extend(part.lines()));
        lines
    }
}

/// The rows of every block; nothing of one that is not in the encoding.
fn parts(
    path: &Path,
    delimiter: u8,
    width: usize,
    encoding: &'static Encoding,
) -> Result<Vec<Option<Part>>, RegisterError> {
    in_blocks(path, delimiter, &Progress::default(), |number, block| {
        let text = if encoding == UTF_8 {
            Cow::Borrowed(std::str::from_utf8(block).ok()?)
        } else {
            encoding.decode_without_bom_handling(block).0
        };
        Some(Part::new(number, text, delimiter, width))
    })
}

impl Part {
    fn new(number: usize, text: Cow<'_, str>, delimiter: u8, width: usize) -> Self {
        let mut records = Records::default();
        records.split(text.as_bytes(), delimiter, width, number == 0);
        let text = match records.take_text() {
            // Cells of a text are texts: marks and delimiters are whole characters.
            Some(cells) => String::from_utf8(cells).unwrap_or_default(),
            None => text.into_owned(),
        };
        Self {
            number,
            text,
            records,
            before: 0,
        }
    }

    /// The line of the file on which each row starts, from 1.
    fn lines(&self) -> impl Iterator<Item = u64> {
        (0..self.records.len()).map(|row| self.before + self.records.line(row) + 1)
    }

    fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        (0..self.records.len()).map(move |row| self.cell(row, column))
    }

    /// A cell without white space around it.
    fn cell(&self, row: usize, column: usize) -> &str {
        let bytes = self.records.range(row, column);
        trimmed(self.text.get(bytes).unwrap_or_default())
    }
}

fn ragged_row(path: &Path, line: u64, cells: usize, width: usize) -> Problem {
    let rule = format!("the row has {cells} cells, the header has {width}");
    Problem::new("ragged_row", path, rule)
        .at_line(line)
        .help("look for an unquoted delimiter or a line break in a cell")
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

//! Whole text files in memory: participant lists, analysis data, code lists.

use super::TextFile;
use crate::error::{Problem, RegisterError, is_data};
use crate::scan::{Lines, Progress, in_blocks, quoted};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use memchr::memchr;
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

/// The rows of one block, their cells one after the other: a list of millions of people takes the
/// room of its file and little more.
#[derive(Default)]
struct Part {
    number: usize,
    /// Names of the columns, in the first part.
    header: Vec<String>,
    width: usize,
    text: String,
    /// Where each cell ends; a block is far below 4 GB.
    ends: Vec<u32>,
    /// The line each row starts on: within the block from 0, then within the file from 1.
    lines: Vec<u64>,
    /// Lines of records with another number of cells than the header, and that number.
    ragged: Vec<(u64, usize)>,
    /// Line feeds in the block.
    feeds: u64,
}

impl TextTable {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self, RegisterError> {
        let first = TextFile::peek(path)?;
        let (delimiter, width) = (first.delimiter, first.header.len());
        // In Windows-1252 only if some byte, perhaps of the last line, is not UTF-8.
        let mut parts = parts(path, delimiter, width, UTF_8)?;
        if parts.iter().any(Option::is_none) {
            parts = self::parts(path, delimiter, width, WINDOWS_1252)?;
        }
        let mut parts: Vec<Part> = parts.into_iter().flatten().collect();
        parts.sort_unstable_by_key(|part| part.number);
        let header = parts
            .first_mut()
            .map(|part| std::mem::take(&mut part.header));
        let header = header.unwrap_or_default();
        check_header(path, &header)?;
        let (mut line, mut rows) = (1, 0);
        let (mut before, mut problems) = (Vec::new(), Vec::new());
        for part in &mut parts {
            part.lines.iter_mut().for_each(|own| *own += line);
            let ragged = part.ragged.iter();
            let ragged = ragged.map(|(own, cells)| ragged_row(path, own + line, *cells, width));
            problems.extend(ragged.take(NAMED - problems.len()));
            before.push(rows);
            line += part.feeds;
            rows += part.lines.len();
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
        self.parts.iter().map(|part| part.lines.len()).sum()
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
        self.parts.iter().for_each(|part| lines.extend(&part.lines));
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
        let block = match block {
            [0xef, 0xbb, 0xbf, rest @ ..] if number == 0 => rest,
            block => block,
        };
        let text = if encoding == UTF_8 {
            Cow::Borrowed(std::str::from_utf8(block).ok()?)
        } else {
            encoding.decode_without_bom_handling(block).0
        };
        let mut part = Part {
            number,
            width,
            ..Part::default()
        };
        part.read(&text, delimiter);
        Some(part)
    })
}

impl Part {
    fn read(&mut self, text: &str, delimiter: u8) {
        self.text.reserve(text.len());
        if memchr(b'"', text.as_bytes()).is_none() {
            for (number, line) in (0..).zip(Lines::new(text.as_bytes(), delimiter)) {
                self.feeds = number;
                let record = &text[line.start..line.end];
                self.push(
                    number,
                    record.split(char::from(delimiter)),
                    line.delimiters + 1,
                );
            }
        } else {
            self.feeds = quoted(text.as_bytes(), delimiter, |line, _, record| {
                // Cells of a text are texts: marks and delimiters are whole characters.
                let cells = record
                    .iter()
                    .map(|cell| str::from_utf8(cell).unwrap_or_default());
                self.push(line, cells, record.len());
            });
        }
    }

    fn push<'c>(&mut self, line: u64, cells: impl Iterator<Item = &'c str>, count: usize) {
        let mut cells = cells.peekable();
        if count == 1 && cells.peek().is_none_or(|cell| cell.trim().is_empty()) {
            return;
        }
        if self.number == 0 && self.header.is_empty() {
            self.header = cells.map(|cell| cell.trim().to_owned()).collect();
        } else if count == self.width {
            for cell in cells {
                self.text.push_str(cell);
                self.ends.push(self.text.len() as u32);
            }
            self.lines.push(line);
        } else {
            self.ragged.push((line, count));
        }
    }

    fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        (0..self.lines.len()).map(move |row| self.cell(row, column))
    }

    /// A cell without white space around it.
    fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.width + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        let bytes = start as usize..self.ends[at] as usize;
        self.text.get(bytes).unwrap_or_default().trim()
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

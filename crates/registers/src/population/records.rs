//! The records of a block, cut into cells.

use super::ids::{Ahead, IdTable, NONE};
use crate::scan::{self, STRIDE, bits};
use memchr::memchr;

/// The records of a block with as many cells as the header.
#[derive(Default)]
pub(crate) struct Records {
    /// Records that are not blank, ragged ones included.
    pub(crate) rows: u64,
    /// Line feeds in the block.
    pub(crate) lines: u64,
    /// Lines of records with another number of cells than the header, from 0.
    pub(crate) ragged: Vec<u64>,
    /// Cells without their quotation marks, if the block holds any.
    pub(crate) text: Vec<u8>,
    /// Whether the cells lie in `text`.
    pub(crate) is_unescaped: bool,
    width: usize,
    /// Per record: where each cell starts, and the byte after the mark that ends the last.
    starts: Vec<u32>,
    line: Vec<u32>,
    ahead: Ahead,
    people: Vec<u32>,
}

/// A line that is being read.
struct Line {
    /// Its first byte.
    first: usize,
    /// Cells so far.
    cells: usize,
    /// How many starts there were before it.
    base: usize,
}

impl Records {
    /// Cuts a block; `header` says that its first record is the header.
    pub(crate) fn split(&mut self, block: &[u8], delimiter: u8, width: usize, header: bool) {
        self.begin(width);
        self.is_unescaped = memchr(b'"', block).is_some();
        let mark = match block {
            [0xef, 0xbb, 0xbf, ..] if header => 3,
            _ => 0,
        };
        if self.is_unescaped {
            self.quoted(&block[mark..], delimiter, header);
        } else {
            self.plain(block, mark, delimiter, header);
        }
    }

    /// A block without quotation marks: a line is a record.
    fn plain(&mut self, block: &[u8], mark: usize, delimiter: u8, mut header: bool) {
        let mut line = Line {
            first: mark,
            cells: 1,
            base: 0,
        };
        self.starts.push(mark as u32);
        for from in (mark..block.len()).step_by(STRIDE) {
            let (ends, cells) = bits(block, from, delimiter);
            let mut found = ends | cells;
            while found != 0 {
                let place = found.trailing_zeros();
                let at = from + place as usize;
                if ends & (1 << place) == 0 {
                    self.cell(&mut line, at);
                } else {
                    self.end(&mut line, (block, at), &mut header);
                }
                found &= found - 1;
            }
        }
        self.end(&mut line, (block, block.len()), &mut header);
    }

    /// A delimiter.
    fn cell(&mut self, line: &mut Line, at: usize) {
        if line.cells < self.width {
            self.starts.push(at as u32 + 1);
        }
        line.cells += 1;
    }

    /// The end of a line, or of the block.
    fn end(&mut self, line: &mut Line, (block, at): (&[u8], usize), header: &mut bool) {
        let number = self.lines;
        self.lines += u64::from(at < block.len());
        let is_blank = line.cells == 1 && block[line.first..at].trim_ascii().is_empty();
        // A blank line does not use the header up.
        let is_row = !is_blank && !std::mem::take(header);
        self.rows += u64::from(is_row);
        if is_row && line.cells == self.width {
            self.starts.push(at as u32 + 1);
            self.line.push(number as u32);
            line.base = self.starts.len();
        } else {
            if is_row {
                self.ragged.push(number);
            }
            self.starts.truncate(line.base);
        }
        (line.first, line.cells) = (at + 1, 1);
        self.starts.push(at as u32 + 1);
    }

    fn quoted(&mut self, block: &[u8], delimiter: u8, mut header: bool) {
        self.lines = scan::quoted(block, delimiter, |line, _, record| {
            if scan::is_blank(record) || std::mem::take(&mut header) {
                return;
            }
            self.rows += 1;
            if record.len() != self.width {
                self.ragged.push(line);
                return;
            }
            for cell in record {
                self.starts.push(self.text.len() as u32);
                self.text.extend_from_slice(cell);
                self.text.push(delimiter);
            }
            self.starts.push(self.text.len() as u32);
            self.line.push(line as u32);
        });
    }

    /// Begins a block of cells that are cut already; [`Records::push`] adds its records.
    pub(crate) fn begin(&mut self, width: usize) {
        (self.rows, self.lines, self.width) = (0, 0, width);
        self.ragged.clear();
        self.starts.clear();
        self.line.clear();
        self.text.clear();
        self.is_unescaped = true;
    }

    /// Adds a record of as many cells as the header.
    pub(crate) fn push<'c>(&mut self, cells: impl Iterator<Item = &'c str>) {
        for cell in cells {
            self.starts.push(self.text.len() as u32);
            self.text.extend_from_slice(cell.as_bytes());
            self.text.push(b'\n');
        }
        self.starts.push(self.text.len() as u32);
        self.line.push(self.rows as u32);
        self.rows += 1;
        self.lines += 1;
    }

    /// Finds whose each record is.
    pub(crate) fn find(&mut self, block: &[u8], table: &IdTable<'_>, column: usize) {
        let Self {
            text,
            starts,
            ahead,
            people,
            ..
        } = self;
        let bytes = if self.is_unescaped { text } else { block };
        let ids = starts.chunks_exact(self.width + 1).map(|starts| {
            let (start, next) = (starts[column] as usize, starts[column + 1] as usize);
            &bytes[start..next - 1]
        });
        table.find_all(ids, ahead, people);
    }

    pub(crate) fn len(&self) -> usize {
        self.line.len()
    }

    pub(crate) fn starts(&self, record: usize) -> &[u32] {
        let size = self.width + 1;
        &self.starts[record * size..(record + 1) * size]
    }

    pub(crate) fn line(&self, record: usize) -> u64 {
        u64::from(self.line[record])
    }

    pub(crate) fn person(&self, record: usize) -> Option<u32> {
        let person = self.people[record];
        (person != NONE).then_some(person)
    }
}

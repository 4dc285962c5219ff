//! The records of a block, cut into cells.

use super::records::{is_blank, quoted};
use super::strides::{STRIDE, bits};
use memchr::memchr;
use std::ops::Range;

/// The records of a block with as many cells as the header.
#[derive(Default)]
pub(crate) struct Records {
    /// Records that are not blank, ragged ones included.
    pub(crate) rows: u64,
    /// Line feeds in the block.
    pub(crate) lines: u64,
    /// Lines of records with another number of cells than the header, from 0, and that number.
    pub(crate) ragged: Vec<(u64, usize)>,
    /// Cells without their quotation marks, if the block holds any.
    text: Vec<u8>,
    /// Whether the cells lie in `text`.
    is_unescaped: bool,
    width: usize,
    /// Per record: where each cell starts, and the byte after the mark that ends the last.
    starts: Vec<u32>,
    line: Vec<u32>,
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
                self.ragged.push((number, line.cells));
            }
            self.starts.truncate(line.base);
        }
        (line.first, line.cells) = (at + 1, 1);
        self.starts.push(at as u32 + 1);
    }

    fn quoted(&mut self, block: &[u8], delimiter: u8, mut header: bool) {
        self.lines = quoted(block, delimiter, |line, _, record| {
            if is_blank(record) || std::mem::take(&mut header) {
                return;
            }
            self.rows += 1;
            if record.len() != self.width {
                self.ragged.push((line, record.len()));
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

    /// Number of records.
    pub(crate) fn len(&self) -> usize {
        self.line.len()
    }

    /// The line of a record within the block, from 0.
    pub(crate) fn line(&self, record: usize) -> u64 {
        u64::from(self.line[record])
    }

    /// Where a cell lies, in the block or its unescaped text.
    pub(crate) fn range(&self, record: usize, column: usize) -> Range<usize> {
        let at = record * (self.width + 1) + column;
        self.starts[at] as usize..self.starts[at + 1] as usize - 1
    }

    /// Hands over the unescaped text, where the cells lie in it, and keeps no more room than it needs.
    pub(crate) fn take_text(&mut self) -> Option<Vec<u8>> {
        self.starts.shrink_to_fit();
        self.line.shrink_to_fit();
        self.is_unescaped.then(|| std::mem::take(&mut self.text))
    }

    /// The cells of a record of the block.
    pub(crate) fn cells<'r>(&'r self, block: &'r [u8], record: usize) -> Cells<'r> {
        let size = self.width + 1;
        Cells {
            bytes: self.bytes(block),
            starts: &self.starts[record * size..(record + 1) * size],
        }
    }

    /// One cell of every record.
    pub(crate) fn column<'r>(
        &'r self,
        block: &'r [u8],
        column: usize,
    ) -> impl Iterator<Item = &'r [u8]> + Clone {
        let bytes = self.bytes(block);
        let records = self.starts.chunks_exact(self.width + 1);
        records.map(move |starts| {
            let (start, next) = (starts[column] as usize, starts[column + 1] as usize);
            &bytes[start..next - 1]
        })
    }

    fn bytes<'r>(&'r self, block: &'r [u8]) -> &'r [u8] {
        if self.is_unescaped { &self.text } else { block }
    }
}

/// The cells of a record.
pub(crate) struct Cells<'r> {
    bytes: &'r [u8],
    /// Where each starts, and the byte after the delimiter that ends the last.
    starts: &'r [u32],
}

impl<'r> Cells<'r> {
    pub(crate) fn get(&self, column: usize) -> &'r [u8] {
        match self.starts.get(column..column + 2) {
            Some(&[start, next]) => self
                .bytes
                .get(start as usize..(next as usize).saturating_sub(1))
                .unwrap_or_default(),
            _ => &[],
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }
}

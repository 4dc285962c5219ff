//! The records of a block, cut into cells.

use super::hash::hash;
use super::ids::IdTable;
use memchr::{memchr, memchr_iter, memchr2_iter};

/// Nobody.
const NONE: u32 = u32::MAX;

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
    hashes: Vec<u64>,
    slots: Vec<u64>,
    /// Of no meaning: keeps the reading ahead from being left out.
    ahead: u128,
    people: Vec<u32>,
}

impl Records {
    /// Cuts a block; `header` says that its first record is the header.
    pub(crate) fn split(&mut self, block: &[u8], delimiter: u8, width: usize, header: bool) {
        (self.rows, self.lines, self.width) = (0, 0, width);
        self.ragged.clear();
        self.starts.clear();
        self.line.clear();
        self.text.clear();
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
        let (mut first, mut cells, mut base) = (mark, 1, 0);
        self.starts.push(mark as u32);
        let skipped = &block[mark..];
        let ends = memchr2_iter(delimiter, b'\n', skipped).map(|at| at + mark);
        for at in ends.chain([block.len()]) {
            if at < block.len() && block[at] == delimiter {
                if cells < self.width {
                    self.starts.push(at as u32 + 1);
                }
                cells += 1;
                continue;
            }
            let line = self.lines;
            self.lines += u64::from(at < block.len());
            let is_blank = cells == 1 && block[first..at].trim_ascii().is_empty();
            let is_row = !is_blank && !std::mem::take(&mut header);
            self.rows += u64::from(is_row);
            if is_row && cells == self.width {
                self.starts.push(at as u32 + 1);
                self.line.push(line as u32);
                base = self.starts.len();
            } else {
                if is_row {
                    self.ragged.push(line);
                }
                // A blank line does not use the header up.
                self.starts.truncate(base);
            }
            (first, cells) = (at + 1, 1);
            self.starts.push(at as u32 + 1);
        }
    }

    fn quoted(&mut self, block: &[u8], delimiter: u8, mut header: bool) {
        self.lines = memchr_iter(b'\n', block).count() as u64;
        let mut reader = crate::scan::builder(delimiter).from_reader(block);
        let mut record = csv::ByteRecord::new();
        // Memory is all that is read: the only failure is the end.
        while let Ok(true) = reader.read_byte_record(&mut record) {
            if record.len() == 1 && record[0].trim_ascii().is_empty() {
                continue;
            }
            if std::mem::take(&mut header) {
                continue;
            }
            self.rows += 1;
            let (mut line, mut start) = record
                .position()
                .map_or((0, 0), |at| (at.line() - 1, at.byte() as usize));
            // The reader's position is that of the blank lines before.
            while block.get(start) == Some(&b'\n') {
                (line, start) = (line + 1, start + 1);
            }
            if record.len() != self.width {
                self.ragged.push(line);
                continue;
            }
            for cell in &record {
                self.starts.push(self.text.len() as u32);
                self.text.extend_from_slice(cell);
                self.text.push(delimiter);
            }
            self.starts.push(self.text.len() as u32);
            self.line.push(line as u32);
        }
    }

    /// Finds whose each record is.
    pub(crate) fn find(&mut self, block: &[u8], table: &IdTable<'_>, column: usize) {
        let Self {
            text,
            starts,
            hashes,
            slots,
            ahead,
            people,
            ..
        } = self;
        let bytes = if self.is_unescaped { text } else { block };
        let ids = starts.chunks_exact(self.width + 1).map(|starts| {
            let (start, next) = (starts[column] as usize, starts[column + 1] as usize);
            IdTable::clean(&bytes[start..next - 1])
        });
        // All hashes first: then no look-up waits for another.
        hashes.clear();
        hashes.extend(ids.clone().map(hash));
        // What the look-ups will read, read ahead without a decision in between.
        slots.clear();
        slots.extend(hashes.iter().map(|hash| table.slot(*hash)));
        *ahead ^= slots.iter().fold(0, |all, slot| all ^ table.entry(*slot));
        people.clear();
        let found = hashes.iter().zip(ids);
        people.extend(found.map(|(hash, id)| table.find(*hash, id).unwrap_or(NONE)));
    }

    /// Everyone's, in the order of the records.
    pub(crate) fn people(&self) -> &[u32] {
        &self.people
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

//! The records of one block: which are kept, which are ragged.

use super::keys::Keys;
use memchr::{memchr, memchr_iter};

/// What is looked for in a block.
pub(super) struct Wanted<'a> {
    pub(super) delimiter: u8,
    /// Number of cells of the header.
    pub(super) width: usize,
    /// The column that holds the identifier.
    pub(super) column: usize,
    pub(super) keys: &'a Keys,
}

/// What a block holds. Line numbers are relative to the block, from 0.
#[derive(Default)]
pub(super) struct Found {
    pub(super) number: usize,
    /// Line feeds in the block.
    pub(super) lines: u64,
    /// Records that are not blank.
    pub(super) rows: u64,
    /// Kept records: line and the key's number.
    pub(super) kept: Vec<(u64, usize)>,
    /// The kept records' bytes, one after the other.
    pub(super) bytes: Vec<u8>,
    /// Lines of records with another number of cells than the header.
    pub(super) ragged: Vec<u64>,
    pub(super) is_utf8: bool,
}

impl Wanted<'_> {
    /// Searches a block; `header` says that its first record is the header.
    pub(super) fn search(&self, number: usize, block: &[u8], header: bool) -> Found {
        let mut found = Found {
            number,
            is_utf8: std::str::from_utf8(block).is_ok(),
            ..Found::default()
        };
        let block = match block {
            [0xef, 0xbb, 0xbf, rest @ ..] if header => rest,
            block => block,
        };
        if memchr(b'"', block).is_none() {
            self.plain(block, header, &mut found);
        } else {
            self.quoted(block, header, &mut found);
        }
        found
    }

    /// A block without quotation marks: a line is a record.
    fn plain(&self, block: &[u8], mut header: bool, found: &mut Found) {
        let mut start = 0;
        let ends = memchr_iter(b'\n', block).chain([block.len()]);
        for end in ends {
            let line = found.lines;
            found.lines += u64::from(end < block.len());
            let record = &block[start..end];
            start = end + 1;
            let delimiters = count(record, self.delimiter);
            if delimiters == 0 && record.trim_ascii().is_empty() {
                continue;
            }
            if std::mem::take(&mut header) {
                continue;
            }
            found.rows += 1;
            if delimiters + 1 != self.width {
                found.ragged.push(line);
            } else if let Some(key) = self.keys.get(self.cell(record)) {
                found.keep(line, key, record);
            }
        }
    }

    /// The cell of the identifier.
    fn cell<'r>(&self, record: &'r [u8]) -> &'r [u8] {
        let mut rest = record;
        for _ in 0..self.column {
            rest = memchr(self.delimiter, rest).map_or(&[][..], |at| &rest[at + 1..]);
        }
        &rest[..memchr(self.delimiter, rest).unwrap_or(rest.len())]
    }

    fn quoted(&self, block: &[u8], mut header: bool, found: &mut Found) {
        found.lines = memchr_iter(b'\n', block).count() as u64;
        let mut reader = super::builder(self.delimiter).from_reader(block);
        let mut record = csv::ByteRecord::new();
        // Memory is all that is read: the only failure is the end.
        while let Ok(true) = reader.read_byte_record(&mut record) {
            if record.len() == 1 && record[0].trim_ascii().is_empty() {
                continue;
            }
            if std::mem::take(&mut header) {
                continue;
            }
            found.rows += 1;
            let (mut line, mut start) = record
                .position()
                .map_or((0, 0), |at| (at.line() - 1, at.byte() as usize));
            // The reader's position is that of the blank lines before.
            while block.get(start) == Some(&b'\n') {
                (line, start) = (line + 1, start + 1);
            }
            if record.len() != self.width {
                found.ragged.push(line);
            } else if let Some(key) = self.keys.get(&record[self.column]) {
                let end = reader.position().byte() as usize;
                found.keep(line, key, block.get(start..end).unwrap_or_default());
            }
        }
    }
}

/// How often a byte occurs: faster than a search for records of some dozen bytes.
fn count(record: &[u8], byte: u8) -> usize {
    let of_chunk = |chunk: &[u8]| chunk.iter().map(|b| u8::from(*b == byte)).sum::<u8>();
    record
        .chunks(255)
        .map(|chunk| usize::from(of_chunk(chunk)))
        .sum()
}

impl Found {
    fn keep(&mut self, line: u64, key: usize, record: &[u8]) {
        self.bytes.extend_from_slice(record);
        if self.bytes.last() != Some(&b'\n') {
            self.bytes.push(b'\n');
        }
        self.kept.push((line, key));
    }
}

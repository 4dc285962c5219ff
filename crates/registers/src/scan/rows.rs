//! The records of one block: which are kept, which are ragged.

use super::keys::Keys;
use super::lines::Lines;
use super::records;
use memchr::memchr;

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
            is_utf8: block.is_ascii() || std::str::from_utf8(block).is_ok(),
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
        for (number, line) in (0..).zip(Lines::new(block, self.delimiter)) {
            found.lines = number;
            let record = &block[line.start..line.end];
            if line.delimiters == 0 && record.trim_ascii().is_empty() {
                continue;
            }
            if std::mem::take(&mut header) {
                continue;
            }
            found.rows += 1;
            if line.delimiters + 1 != self.width {
                found.ragged.push(number);
            } else if let Some(key) = self.keys.get(self.cell(record)) {
                found.keep(number, key, record);
            }
        }
    }

    /// The cell of the identifier.
    fn cell<'r>(&self, record: &'r [u8]) -> &'r [u8] {
        let mut rest = record;
        for _ in 0..self.column {
            rest = memchr(self.delimiter, rest).map_or(&[][..], |at| &rest[at + 1..]);
        }
        // Some bytes long: a plain loop is faster than a search.
        let end = rest.iter().position(|byte| *byte == self.delimiter);
        &rest[..end.unwrap_or(rest.len())]
    }

    fn quoted(&self, block: &[u8], mut header: bool, found: &mut Found) {
        found.lines = records::quoted(block, self.delimiter, |line, bytes, record| {
            if records::is_blank(record) || std::mem::take(&mut header) {
                return;
            }
            found.rows += 1;
            if record.len() != self.width {
                found.ragged.push(line);
            } else if let Some(key) = self.keys.get(&record[self.column]) {
                found.keep(line, key, block.get(bytes).unwrap_or_default());
            }
        });
    }
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

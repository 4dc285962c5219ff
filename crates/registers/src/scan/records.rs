//! Where records end, by the rules of the `csv` crate: a quotation mark counts at the start of a
//! cell only, a doubled one inside quotation marks is text, a record ends at a line feed outside
//! of them.

use csv::ByteRecord;
use memchr::{memchr, memchr_iter, memchr3, memrchr};
use std::ops::Range;

/// How a stretch of bytes that starts at a record's start ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ends {
    /// Byte after the last complete record; 0 if there is none.
    pub(super) last: usize,
    /// Whether the bytes after it end within quotation marks.
    pub(super) in_quotes: bool,
}

/// Finds the end of the last complete record.
pub(super) fn ends(bytes: &[u8], delimiter: u8) -> Ends {
    if memchr(b'"', bytes).is_none() {
        return Ends {
            last: memrchr(b'\n', bytes).map_or(0, |at| at + 1),
            in_quotes: false,
        };
    }
    let (mut at, mut last, mut cell) = (0, 0, 0);
    loop {
        let Some(found) = memchr3(delimiter, b'\n', b'"', &bytes[at..]) else {
            return Ends {
                last,
                in_quotes: false,
            };
        };
        let here = at + found;
        at = here + 1;
        match bytes[here] {
            b'"' if here != cell => {}
            b'"' => match closing(bytes, at) {
                Some(after) => {
                    at = after;
                    // What follows a closing mark up to the delimiter is plain text.
                    cell = usize::MAX;
                }
                None => {
                    return Ends {
                        last,
                        in_quotes: true,
                    };
                }
            },
            b'\n' => {
                last = at;
                cell = at;
            }
            _ => cell = at,
        }
    }
}

/// The byte after the mark that closes a cell whose text starts at `at`.
fn closing(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr(b'"', &bytes[at..])? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// Visits the records of a block that may hold quotation marks, blank ones too: the line and the bytes at
/// which each starts and ends, and its cells. Returns the number of line feeds.
pub(crate) fn quoted(
    block: &[u8],
    delimiter: u8,
    mut found: impl FnMut(u64, Range<usize>, &ByteRecord),
) -> u64 {
    let mut reader = super::builder(delimiter).from_reader(block);
    let mut record = ByteRecord::new();
    // Memory is all that is read: the only failure is the end.
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let place = record.position();
        let (mut line, mut start) = place.map_or((0, 0), |at| (at.line() - 1, at.byte() as usize));
        // The reader's position is that of the blank lines before.
        while block.get(start) == Some(&b'\n') {
            (line, start) = (line + 1, start + 1);
        }
        found(line, start..reader.position().byte() as usize, &record);
    }
    memchr_iter(b'\n', block).count() as u64
}

/// Whether a record of cells is a blank line.
pub(crate) fn is_blank(record: &ByteRecord) -> bool {
    record.len() == 1 && record[0].trim_ascii().is_empty()
}

#[cfg(test)]
mod tests {
    use super::ends;

    #[test]
    fn line_feeds_in_quotation_marks_do_not_end_a_record() {
        let at = |text: &str| {
            (
                ends(text.as_bytes(), b';').last,
                ends(text.as_bytes(), b';').in_quotes,
            )
        };
        assert_eq!(at("a;b\nc;d"), (4, false));
        assert_eq!(at("a;\"b\nc\"\nd"), (8, false));
        assert_eq!(at("a;\"b\nc"), (0, true));
        assert_eq!(at("a;b\"x\nc"), (6, false), "a mark inside a cell is text");
        assert_eq!(at("\"a\"\"\n\"\nb"), (7, false), "a doubled mark is text");
        assert_eq!(
            at("\"a\"x\"\nb"),
            (6, false),
            "after the closing mark, text"
        );
        assert_eq!(at(""), (0, false));
    }
}

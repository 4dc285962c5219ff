//! Which character separates the cells.

use std::io::{self, BufRead, BufReader, Read};

const CANDIDATES: [u8; 4] = [b';', b',', b'\t', b'|'];
const LINES: usize = 101;
/// Characters looked at: a file of one endless line is not read into memory.
const LONGEST: u64 = 16 << 20;

/// The candidate that splits the header and the next 100 lines most evenly; a comma where nothing
/// is split.
pub(super) fn detect(source: impl Read) -> io::Result<u8> {
    let mut lines = Vec::new();
    let mut reader = BufReader::new(source.take(LONGEST));
    let mut line = String::new();
    while lines.len() < LINES && reader.read_line(&mut line)? > 0 {
        if !line.trim().is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        line.clear();
    }
    let score = |delimiter: &u8| {
        let counts: Vec<usize> = lines.iter().map(|line| count(line, *delimiter)).collect();
        let header = counts.first().copied().unwrap_or(0);
        let agree = counts.iter().filter(|count| **count == header).count();
        if header == 0 {
            (0, 0)
        } else {
            (agree * 1000 / counts.len(), header)
        }
    };
    // The first of equals, in the order of the candidates.
    Ok(CANDIDATES
        .into_iter()
        .rev()
        .max_by_key(score)
        .filter(|d| score(d).1 > 0)
        .unwrap_or(b','))
}

/// Occurrences outside quotation marks.
fn count(line: &str, delimiter: u8) -> usize {
    let mut quoted = false;
    let mut found = 0;
    for byte in line.bytes() {
        if byte == b'"' {
            quoted = !quoted;
        } else if byte == delimiter && !quoted {
            found += 1;
        }
    }
    found
}

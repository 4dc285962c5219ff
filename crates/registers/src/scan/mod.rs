//! The fast scan: of an extract of tens of millions of rows, read only those of the study.
//!
//! A file is cut into blocks of whole records; each thread takes the next block, finds the cell of
//! the identifier in each record's raw bytes, and keeps the records whose identifier is wanted. Only
//! these are decoded and parsed. What is found does not depend on the number of threads. Memory is a
//! block a thread, and the records kept.

mod blocks;
mod cell;
mod cut;
mod keys;
mod lines;
mod parquet;
mod records;
mod rows;
mod sas;
mod stata;
mod strides;
mod typed;

pub(crate) use cut::{Cells, Records};
pub(crate) use keys::{Keys, trimmed};
pub(crate) use parquet::caught;
pub(crate) use typed::TypedFile;

use crate::error::{Problem, RegisterError, unreadable};
use crate::text::source;
use crate::threads::cores;
use blocks::{Blocks, Broken};
use csv::{ByteRecord, StringRecord};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use memchr::memchr_iter;
use rows::{Found, Wanted};
use std::collections::HashSet;
use std::io::Read;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes and files read so far, for whoever shows progress.
#[derive(Debug, Default)]
pub struct Progress {
    bytes: AtomicU64,
}

impl Progress {
    /// Bytes of extracts searched so far, after decompression.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// The wanted records of a file.
pub(crate) struct Scanned {
    pub(crate) encoding: &'static str,
    /// Records in the file, the header aside.
    pub(crate) rows: u64,
    /// Line, number of the key, and cells of each record kept, in the order of the file.
    pub(crate) kept: Vec<(u64, usize, StringRecord)>,
    /// Lines of records with another number of cells than the header.
    pub(crate) ragged: Vec<u64>,
}

/// How to read a text file, found in its first lines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) delimiter: u8,
    pub(crate) width: usize,
    /// The column that holds the identifier.
    pub(crate) column: usize,
}

/// Reads the records of a text file whose identifier is among `keys`.
pub(crate) fn scan(
    path: &Path,
    shape: &Shape,
    keys: &Keys,
    progress: &Progress,
) -> Result<Scanned, RegisterError> {
    let wanted = Wanted {
        delimiter: shape.delimiter,
        width: shape.width,
        column: shape.column,
        keys,
    };
    let mut found = in_blocks(path, shape.delimiter, progress, |number, block| {
        wanted.search(number, block, number == 0)
    })?;
    found.sort_unstable_by_key(|part: &Found| part.number);
    Ok(together(found, shape.delimiter))
}

/// Cuts a file into blocks of whole records and visits each, on all cores; the results come in any
/// order. The header is the first record of block 0.
pub(crate) fn in_blocks<T: Send>(
    path: &Path,
    delimiter: u8,
    progress: &Progress,
    visit: impl Fn(usize, &[u8]) -> T + Sync,
) -> Result<Vec<T>, RegisterError> {
    let push = |found: &mut Vec<T>, number, block: &[u8]| found.push(visit(number, block));
    let parts = by_threads(path, delimiter, (progress, cores()), Vec::new, push)?;
    Ok(parts.into_iter().flatten().collect())
}

/// As [`in_blocks`], each of some threads with a state of its own; the states come in any order.
pub(crate) fn by_threads<S: Send>(
    path: &Path,
    delimiter: u8,
    (progress, threads): (&Progress, usize),
    start: impl Fn() -> S + Sync,
    visit: impl Fn(&mut S, usize, &[u8]) + Sync,
) -> Result<Vec<S>, RegisterError> {
    let file = source::raw(path).map_err(|e| unreadable(path, &e))?;
    let blocks = Mutex::new(Blocks::new(file, delimiter));
    let work = || work(&blocks, progress, start(), &visit);
    let parts = std::thread::scope(|scope| {
        let handles: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut parts = vec![work()];
        // A thread that panicked has lost a part of the file: that part is an error below.
        parts.extend(handles.into_iter().map(|handle| {
            handle
                .join()
                .unwrap_or_else(|_| (start(), Some(Broken::Read(lost()))))
        }));
        parts
    });
    let (mut found, mut broken) = (Vec::new(), None);
    for (part, failure) in parts {
        found.push(part);
        broken = broken.or(failure);
    }
    match broken {
        Some(Broken::Read(error)) => Err(unreadable(path, &error)),
        Some(Broken::Unclosed { byte }) => {
            let line = line_of(path, byte).map_err(|e| unreadable(path, &e))?;
            Err(unclosed(path, line))
        }
        None => Ok(found),
    }
}

/// The values that occur in a column of a text file, the header aside.
pub(crate) fn distinct(
    path: &Path,
    delimiter: u8,
    column: usize,
) -> Result<HashSet<String>, RegisterError> {
    let parts = in_blocks(path, delimiter, &Progress::default(), |number, block| {
        let mut found: HashSet<Vec<u8>> = HashSet::new();
        let mut reader = builder(delimiter).from_reader(block);
        let mut record = ByteRecord::new();
        let mut header = number == 0;
        // Memory is all that is read: the only failure is the end.
        while let Ok(true) = reader.read_byte_record(&mut record) {
            let cell = record.get(column).unwrap_or_default();
            if !std::mem::take(&mut header) && !found.contains(cell) {
                found.insert(cell.to_vec());
            }
        }
        found
    })?;
    let cells = parts.into_iter().flatten();
    Ok(cells
        .map(|cell| String::from_utf8_lossy(&cell).into_owned())
        .collect())
}

/// The line of a byte.
fn line_of(path: &Path, byte: u64) -> std::io::Result<u64> {
    let mut before = source::raw(path)?.take(byte);
    let (mut buffer, mut line) = (vec![0; 1 << 16], 1);
    loop {
        let count = before.read(&mut buffer)?;
        if count == 0 {
            return Ok(line);
        }
        line += memchr_iter(b'\n', &buffer[..count]).count() as u64;
    }
}

fn lost() -> std::io::Error {
    std::io::Error::other("a thread stopped")
}

/// What one thread does: the next block, until there is none.
fn work<S>(
    blocks: &Mutex<Blocks>,
    progress: &Progress,
    mut state: S,
    visit: impl Fn(&mut S, usize, &[u8]),
) -> (S, Option<Broken>) {
    let mut buffer = Vec::new();
    loop {
        let next = match blocks.lock() {
            Ok(mut blocks) => blocks.next(&mut buffer),
            Err(_) => Err(Broken::Read(lost())),
        };
        match next {
            Ok(Some(block)) => {
                visit(&mut state, block.number, &buffer[..block.length]);
                progress.add(block.length);
            }
            Ok(None) => return (state, None),
            Err(broken) => return (state, Some(broken)),
        }
    }
}

/// The parts of a file in order, decoded.
fn together(found: Vec<Found>, delimiter: u8) -> Scanned {
    let encoding: &'static Encoding = if found.iter().all(|part| part.is_utf8) {
        UTF_8
    } else {
        WINDOWS_1252
    };
    let mut scanned = Scanned {
        encoding: source::name(encoding),
        rows: 0,
        kept: Vec::new(),
        ragged: Vec::new(),
    };
    let mut before = 0;
    for part in found {
        // One reader for all: to make one takes longer than to read a record.
        let mut reader = builder(delimiter).from_reader(part.bytes.as_slice());
        let mut cells = ByteRecord::new();
        for (line, key) in part.kept {
            if let Ok(true) = reader.read_byte_record(&mut cells)
                && let Some(record) = decoded(encoding, &cells)
            {
                scanned.kept.push((before + line + 1, key, record));
            }
        }
        let lines = part.ragged.into_iter().map(|line| before + line + 1);
        scanned.ragged.extend(lines);
        scanned.rows += part.rows;
        before += part.lines;
    }
    scanned
}

/// A record's cells as text; in UTF-8 they are checked together.
fn decoded(encoding: &'static Encoding, cells: &ByteRecord) -> Option<StringRecord> {
    if encoding == UTF_8 {
        return StringRecord::from_byte_record(cells.clone()).ok();
    }
    let text = |cell| encoding.decode_without_bom_handling(cell).0;
    Some(cells.iter().map(text).collect())
}

/// How every delimited text is read: lines end at LF, a CR before it is trimmed with the cell.
pub(crate) fn builder(delimiter: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .terminator(csv::Terminator::Any(b'\n'));
    builder
}

fn unclosed(path: &Path, line: u64) -> RegisterError {
    let rule = "a quotation mark is opened and never closed: it swallows the rest of the file";
    Problem::new("unclosed_quote", path, rule)
        .at_line(line)
        .help("close it, or double it where it is part of the text")
        .into()
}

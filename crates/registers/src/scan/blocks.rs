//! A file as blocks of whole records, handed to whoever asks next.

use super::records::ends;
use std::io::{self, Read};

/// Bytes read at a time: a block stays in the cache while it is searched.
const BLOCK: usize = 1 << 18;
/// The longest record: beyond it, a quotation mark was never closed.
const LONGEST: usize = 64 << 20;

/// A block of whole records.
pub(super) struct Block {
    /// Number of the block in the file.
    pub(super) number: usize,
    /// Its bytes are the first `length` of the buffer.
    pub(super) length: usize,
}

/// Why a file cannot be cut into records.
pub(super) enum Broken {
    /// Reading failed.
    Read(io::Error),
    /// A quotation mark is opened and never closed, in the record that starts at a byte.
    Unclosed { byte: u64 },
}

/// Cuts a file into blocks.
pub(super) struct Blocks {
    source: Box<dyn Read + Send>,
    delimiter: u8,
    /// The start of the next block, read already.
    carry: Vec<u8>,
    next: usize,
    /// Bytes in the blocks handed out so far.
    bytes: u64,
    done: bool,
}

impl Blocks {
    pub(super) fn new(source: Box<dyn Read + Send>, delimiter: u8) -> Self {
        Self {
            source,
            delimiter,
            carry: Vec::new(),
            next: 0,
            bytes: 0,
            done: false,
        }
    }

    /// Fills `buffer` with the next block; nothing at the end of the file.
    pub(super) fn next(&mut self, buffer: &mut Vec<u8>) -> Result<Option<Block>, Broken> {
        if self.done {
            return Ok(None);
        }
        let mut filled = self.carry.len();
        if buffer.len() < filled + BLOCK {
            buffer.resize(filled + BLOCK, 0);
        }
        buffer[..filled].copy_from_slice(&self.carry);
        self.carry.clear();
        loop {
            let before = filled;
            while filled < buffer.len() {
                match self.source.read(&mut buffer[filled..]) {
                    Ok(0) => break,
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(Broken::Read(error)),
                }
            }
            let at_end = filled < buffer.len();
            let found = ends(&buffer[..filled], self.delimiter);
            let too_long = found.last == 0 && filled >= LONGEST;
            if too_long || (found.in_quotes && at_end) {
                self.done = true;
                let byte = self.bytes + found.last as u64;
                return Err(Broken::Unclosed { byte });
            }
            if at_end || found.last > 0 {
                let length = if at_end { filled } else { found.last };
                self.carry.extend_from_slice(&buffer[length..filled]);
                self.bytes += length as u64;
                self.done = at_end;
                let number = self.next;
                self.next += 1;
                return Ok((length > 0).then_some(Block { number, length }));
            }
            // No record ends here: read on, twice as far.
            debug_assert!(filled > before);
            let longer = (buffer.len() * 2).min(LONGEST);
            buffer.resize(longer, 0);
        }
    }
}

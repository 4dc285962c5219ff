//! One file of a register: rows to lines, with the mess that any table can have.

use std::io::{self, Write};

use super::cell::Cell;
use super::look::{Encoding, Look};
use super::output::Output;
use super::sink::Sink;
use crate::SynthError;
use crate::draws::Draws;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// Whose row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// A participant's.
    Ours,
    /// A participant's, to be refused.
    Refused,
    /// Somebody else's.
    Theirs,
}

impl Row {
    /// A right row.
    pub(super) fn of(participant: bool) -> Self {
        if participant {
            Self::Ours
        } else {
            Self::Theirs
        }
    }
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileCounts {
    /// Path relative to the data set.
    pub path: String,
    /// Rows below the header.
    pub rows: u64,
    /// Rows of participants, exact copies and refused rows left out.
    pub rows_of_participants: u64,
    /// Rows that a reader must refuse: wrong number of cells, end before start.
    pub refused: u64,
    /// Exact copies of rows.
    pub duplicates: u64,
    /// Bytes before compression.
    pub bytes: u64,
}

/// A file that is being written.
pub(super) struct Table {
    pub(super) look: Look,
    pub(super) counts: FileCounts,
    /// How many cells a row has.
    width: usize,
    /// The draws of the file's mess.
    draws: Draws,
    buffer: Vec<u8>,
    line: Vec<u8>,
    cell: Vec<u8>,
    output: Output,
}

impl Table {
    /// Opens a file and writes its header. `.gz` is added to the path of a compressed one.
    pub(super) fn create(
        path: &str,
        header: &[&str],
        look: Look,
        draws: Draws,
        sink: &mut dyn Sink,
    ) -> Result<Self, SynthError> {
        let path = if look.gzip {
            format!("{path}.gz")
        } else {
            path.to_owned()
        };
        let file = sink.create(&path).map_err(|error| failed(&path, &error))?;
        let output = Output::new(file, look.gzip);
        let mut table = Self {
            look,
            counts: FileCounts {
                path,
                ..FileCounts::default()
            },
            width: header.len(),
            draws,
            buffer: Vec::with_capacity(BUFFER + (1 << 16)),
            line: Vec::new(),
            cell: Vec::new(),
            output,
        };
        if look.encoding == Encoding::Marked {
            table.buffer.extend_from_slice("\u{feff}".as_bytes());
        }
        for (place, name) in header.iter().enumerate() {
            if place > 0 {
                table.buffer.push(look.delimiter);
            }
            let name = look.header(name);
            look.push(&mut table.buffer, &name);
        }
        table.buffer.extend_from_slice(look.end_of_line());
        Ok(table)
    }

    /// Writes a row, and what mess there is around it.
    pub(super) fn row(&mut self, cells: &[Cell<'_>], row: Row) -> Result<(), SynthError> {
        debug_assert_eq!(cells.len(), self.width);
        self.line.clear();
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.line.push(self.look.delimiter);
            }
            cell.push(self.look, &mut self.draws, &mut self.cell, &mut self.line);
        }
        let end = self.look.end_of_line();
        self.line.extend_from_slice(end);
        self.buffer.extend_from_slice(&self.line);
        self.counts.rows += 1;
        match row {
            Row::Ours => self.counts.rows_of_participants += 1,
            Row::Refused => self.counts.refused += 1,
            Row::Theirs => {}
        }
        if self.look.duplicates && row != Row::Refused && self.draws.chance(25) {
            self.buffer.extend_from_slice(&self.line);
            self.counts.rows += 1;
            self.counts.duplicates += 1;
        }
        if self.look.ragged && row != Row::Refused && self.draws.chance(15) && self.has_room() {
            self.ragged();
        }
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes lines that somebody else has made in this file's look.
    pub(super) fn lines(&mut self, lines: &[u8], rows: u64) -> Result<(), SynthError> {
        self.flush()?;
        self.counts.rows += rows;
        self.counts.bytes += lines.len() as u64;
        self.output
            .write_all(lines)
            .map_err(|error| failed(&self.counts.path, &error))
    }

    /// Whether one more refused row leaves the refused a small share of the study's rows.
    pub(super) fn has_room(&self) -> bool {
        self.counts.refused < self.counts.rows_of_participants / 10
    }

    /// Draws of the file's mess.
    pub(super) fn draws(&mut self) -> &mut Draws {
        &mut self.draws
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> Result<FileCounts, SynthError> {
        self.flush()?;
        self.output
            .finish()
            .map_err(|error| failed(&self.counts.path, &error))?;
        Ok(self.counts)
    }

    fn flush(&mut self) -> Result<(), SynthError> {
        self.counts.bytes += self.buffer.len() as u64;
        self.output
            .write_all(&self.buffer)
            .map_err(|error| failed(&self.counts.path, &error))?;
        self.buffer.clear();
        Ok(())
    }

    /// The last row again with a cell too many or too few.
    fn ragged(&mut self) {
        let text = self.line.len() - self.look.end_of_line().len();
        self.line.truncate(text);
        let cut = self
            .line
            .iter()
            .rposition(|byte| *byte == self.look.delimiter);
        // A delimiter within quotation marks separates nothing.
        let quoted = self.line.contains(&b'"');
        match cut {
            Some(cut) if !quoted && self.draws.chance(500) => self.line.truncate(cut),
            _ => {
                self.line.push(self.look.delimiter);
                self.line.push(b'1');
            }
        }
        self.line.extend_from_slice(self.look.end_of_line());
        self.buffer.extend_from_slice(&self.line);
        self.counts.rows += 1;
        self.counts.refused += 1;
    }
}

pub(super) fn failed(path: &str, error: &io::Error) -> SynthError {
    SynthError::Write {
        file: path.to_owned(),
        reason: error.kind(),
    }
}

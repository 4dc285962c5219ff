//! One file of a register: cells to bytes, with the mess that any table can have.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};

use super::calendar::{Day, FOREVER};
use super::look::{Encoding, Look};
use super::sink::Sink;
use crate::SynthError;
use crate::draws::Draws;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// One cell.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell<'a> {
    /// Text, perhaps with blanks behind it.
    Text(&'a str),
    /// Text that stays as it is, and means something when it is empty.
    Exact(&'a str),
    /// Free text, perhaps with a line break in it.
    Note(&'a str),
    /// A day.
    Day(Day),
    /// The end of something that has not ended.
    Open,
    /// Tenths of a unit.
    Tenths(i64),
    /// A whole number.
    Whole(i64),
    /// Nothing.
    Missing,
    /// Nothing, for which the register has a code.
    MissingCode(&'static str),
}

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

enum Output {
    Plain(Box<dyn Write>),
    Gzip(GzEncoder<Box<dyn Write>>),
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(output) => output.write(bytes),
            Self::Gzip(output) => output.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(output) => output.flush(),
            Self::Gzip(output) => output.flush(),
        }
    }
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
        let output = if look.gzip {
            Output::Gzip(GzEncoder::new(file, Compression::fast()))
        } else {
            Output::Plain(file)
        };
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
            self.push_cell(*cell);
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
        let ended = match self.output {
            Output::Plain(mut output) => output.flush(),
            Output::Gzip(output) => output.finish().and_then(|mut file| file.flush()),
        };
        ended.map_err(|error| failed(&self.counts.path, &error))?;
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

    fn push_cell(&mut self, cell: Cell<'_>) {
        let look = self.look;
        self.cell.clear();
        match cell {
            Cell::Exact(text) => look.push(&mut self.cell, text),
            Cell::Text(text) => {
                look.push(&mut self.cell, text);
                if look.blanks && self.draws.chance(200) {
                    let blanks = 1 + self.draws.position(4);
                    self.cell.extend(std::iter::repeat_n(b' ', blanks));
                }
            }
            Cell::Note(text) => {
                look.push(&mut self.cell, text);
                if look.line_breaks && self.draws.chance(150) {
                    self.cell.extend_from_slice(b"\nse \"merknad\"; avd. 2");
                }
            }
            Cell::Day(day) => look.dates.push(&mut self.cell, day),
            Cell::Open if look.forever && self.draws.chance(500) => {
                look.dates.push(&mut self.cell, FOREVER);
            }
            Cell::Open | Cell::Missing => self.push_missing(""),
            Cell::MissingCode(code) => self.push_missing(code),
            Cell::Whole(number) => self.cell.extend_from_slice(number.to_string().as_bytes()),
            Cell::Tenths(tenths) => self.push_tenths(tenths),
        }
        self.quote();
    }

    fn push_missing(&mut self, code: &str) {
        if !self.look.missing {
            return;
        }
        let text = match self.draws.below(4) {
            0 => ".",
            1 => "NA",
            2 => "  ",
            _ => code,
        };
        self.cell.extend_from_slice(text.as_bytes());
    }

    fn push_tenths(&mut self, tenths: i64) {
        if tenths < 0 {
            self.cell.push(b'-');
        }
        let size = tenths.unsigned_abs();
        self.cell
            .extend_from_slice((size / 10).to_string().as_bytes());
        if size % 10 != 0 {
            self.cell.push(self.look.decimal);
            self.cell.push(b'0' + (size % 10) as u8);
        }
    }

    /// Appends the cell to the line, in quotation marks where it needs them.
    fn quote(&mut self) {
        let special = |byte: &u8| *byte == self.look.delimiter || matches!(byte, b'"' | b'\n');
        if !self.cell.iter().any(special) {
            self.line.extend_from_slice(&self.cell);
            return;
        }
        self.line.push(b'"');
        for byte in &self.cell {
            if *byte == b'"' {
                self.line.push(b'"');
            }
            self.line.push(*byte);
        }
        self.line.push(b'"');
    }
}

pub(super) fn failed(path: &str, error: &io::Error) -> SynthError {
    SynthError::Write {
        file: path.to_owned(),
        reason: error.kind(),
    }
}

//! Rows of the other millions of people in an extract of AA-registeret.
//!
//! Chunks of rows are made on all cores, each from a stream of draws of its own, and handed over in
//! order, so that the file does not depend on the number of threads. A row costs two words of
//! ChaCha and no allocation; the memory is that of a few chunks a thread.

use rayon::prelude::*;
use std::collections::VecDeque;

use super::calendar::Day;
use super::look::Look;
use super::person::People;
use super::table::Table;
use crate::SynthError;
use crate::draws::{Draws, Purpose};

/// Rows of a chunk; about 1.4 MB.
const CHUNK: u64 = 16_384;
/// Chunks made at a time by each thread.
const BATCH: u64 = 4;
/// Days before the cover on which a job can begin.
const BEFORE: Day = 400;

const TYPES: [&[u8]; 16] = {
    const ORDINARY: &[u8] = b"ordinaertArbeidsforhold";
    let mut types = [ORDINARY; 16];
    types[12] = b"maritimtArbeidsforhold";
    types[13] = b"frilanserOppdragstakerHonorarPersonerMm";
    types[14] = b"forenkletOppgjoersordning";
    types[15] = b"pensjonOgAndreTyperYtelserUtenAnsettelsesforhold";
    types
};
/// Per cent of full time.
const PERCENTS: [&[u8]; 8] = [b"100", b"100", b"100", b"80", b"60", b"40", b"20", b"10"];

/// The rows that are still to come.
pub(super) struct Background<'a> {
    people: &'a People<'a>,
    maker: Maker,
    chunks: u64,
    /// The next chunk to be made.
    made: u64,
    /// The next chunk to be written.
    written: u64,
    ready: VecDeque<Vec<u8>>,
}

/// What every chunk needs.
struct Maker {
    look: Look,
    /// Every day from `BEFORE` the cover to its end, as this file writes it.
    dates: Vec<Vec<u8>>,
}

impl<'a> Background<'a> {
    pub(super) fn new(people: &'a People<'a>, look: Look) -> Self {
        let settings = people.settings;
        let chunks = settings.background.div_ceil(CHUNK);
        let days = match chunks {
            0 => 0..0,
            _ => settings.first() - BEFORE..settings.last() + 1,
        };
        let date = |day| {
            let mut out = Vec::with_capacity(10);
            look.dates.push(&mut out, day);
            out
        };
        Self {
            people,
            maker: Maker {
                look,
                dates: days.map(date).collect(),
            },
            chunks,
            made: 0,
            written: 0,
            ready: VecDeque::new(),
        }
    }

    /// Writes the share of the chunks that comes before a place in the order of the other rows.
    pub(super) fn until(
        &mut self,
        place: u64,
        places: u64,
        table: &mut Table,
    ) -> Result<(), SynthError> {
        let target = u128::from(self.chunks) * u128::from(place) / u128::from(places);
        while u128::from(self.written) < target {
            if self.ready.is_empty() {
                self.make();
            }
            let Some(lines) = self.ready.pop_front() else {
                return Ok(());
            };
            table.lines(&lines, self.rows_of(self.written))?;
            self.written += 1;
        }
        Ok(())
    }

    fn rows_of(&self, chunk: u64) -> u64 {
        CHUNK.min(self.people.settings.background - chunk * CHUNK)
    }

    fn make(&mut self) {
        let batch = BATCH * rayon::current_num_threads() as u64;
        let to = self.chunks.min(self.made + batch);
        let chunks: Vec<Vec<u8>> = (self.made..to)
            .into_par_iter()
            .map(|chunk| self.maker.chunk(self.people, chunk, self.rows_of(chunk)))
            .collect();
        self.ready.extend(chunks);
        self.made = to;
    }
}

impl Maker {
    fn chunk(&self, people: &People<'_>, chunk: u64, rows: u64) -> Vec<u8> {
        let mut draws = Draws::stream(people.settings.seed, Purpose::Background, chunk);
        let mut out = Vec::with_capacity(rows as usize * 100);
        for row in 0..rows {
            self.row(
                people,
                chunk * CHUNK + row,
                draws.bits(),
                draws.bits(),
                &mut out,
            );
        }
        out
    }

    /// One row; the bits of two words decide everything in it.
    fn row(&self, people: &People<'_>, number: u64, one: u64, two: u64, out: &mut Vec<u8>) {
        let delimiter = self.look.delimiter;
        people.background_id(one >> 16, out);
        out.push(delimiter);
        digits(100_000_000 + number, out);
        out.push(delimiter);
        digits(800_000_000 + (two >> 30) % 199_999_999, out);
        out.push(delimiter);
        out.extend_from_slice(TYPES[(one & 15) as usize]);
        out.push(delimiter);
        let days = self.dates.len() as u64;
        let start = ((two & 0xFFFF) * days) >> 16;
        let end = start + (two >> 16 & 0x3FF);
        out.extend_from_slice(&self.dates[start as usize]);
        out.push(delimiter);
        if let Some(date) = self.dates.get(end as usize) {
            out.extend_from_slice(date);
        }
        // No reason, no warning.
        out.extend_from_slice(&[delimiter, delimiter, delimiter]);
        out.extend_from_slice(PERCENTS[(one >> 4 & 7) as usize]);
        // No hours, no occupation, no name.
        out.extend_from_slice(&[delimiter, delimiter, delimiter]);
        out.extend_from_slice(self.look.end_of_line());
    }
}

/// Appends a number of nine digits.
fn digits(mut number: u64, out: &mut Vec<u8>) {
    let mut text = [b'0'; 9];
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    out.extend_from_slice(&text);
}

//! Guard against identifiers left in by mistake: national identification numbers where only
//! pseudonyms belong.
//!
//! Every cell of every column is looked at, free text included. Looked for are Norwegian numbers
//! ([`norwegian`]) and Danish ones ([`danish`]), bare or with one blank or hyphen after the date,
//! as a whole cell or within text or quotation marks.
//!
//! | In a column | Norwegian | Danish |
//! |---|---|---|
//! | of employers: any valid number | refusal | - |
//! | at least 20 distinct values, a share of them valid | refusal from 10 % | refusal from 80 % |
//! | any other valid number | warning | warning if it has the modulus or a hyphen |
//!
//! Danish shares are of dates, because the modulus is no longer required; production-unit numbers
//! have ten digits, too, and often look like a date. Columns that hold them can be declared exempt
//! and are then not tested for Danish numbers. There is no exemption from the Norwegian test. How
//! distinct values are counted and lost leading zeros restored is told in [`tally`].
//!
//! No identifier: digits in a longer run; numbers with decimals or an exponent; digits within a
//! code of letters and digits, such as a UUID or a hexadecimal hash.
//!
//! Neither a value nor a count leaves this module.

pub(crate) mod danish;
pub(crate) mod norwegian;
mod sample;
mod tally;

use crate::value::date;
use std::iter::repeat;
use tally::{Candidate, Finding, Tally};

/// Digits of the shortest candidate.
const SHORTEST: usize = 9;

const HEADER: &str = "the header itself holds a valid identification number: is the header line \
    missing?";

/// Whose identification numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdentifierKind {
    /// Fødselsnummer or D-number.
    Norwegian,
    /// CPR number.
    Danish,
}

/// What follows from a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    /// The file must not be used as it is.
    Refusal,
    /// A person should look.
    Warning,
}

/// A column that holds, or seems to hold, identification numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Name of the column; `column 3` where the header is empty or could itself be an identifier.
    pub(crate) column: String,
    /// Which numbers.
    pub(crate) kind: IdentifierKind,
    /// What follows.
    pub(crate) severity: Severity,
    /// Why.
    pub(crate) rule: &'static str,
}

/// Looks at the cells of one file, or of a part of it. Not printable, for it has seen values.
pub(crate) struct Guard {
    columns: Vec<Column>,
    /// Cells that no header stands over.
    beyond: Column,
}

struct Column {
    name: String,
    header: Option<IdentifierKind>,
    employer: bool,
    exempt: bool,
    tally: Tally,
}

impl Guard {
    /// A guard over columns with these headers, which are looked at at once. `employer` tells which
    /// columns name employers, `exempt` which are declared to hold production-unit numbers; columns
    /// beyond the end of either are not.
    pub(crate) fn new(header: &[String], employer: Vec<bool>, exempt: Vec<bool>) -> Self {
        let employer = employer.into_iter().chain(repeat(false));
        let exempt = exempt.into_iter().chain(repeat(false));
        let columns = (1..)
            .zip(header)
            .zip(employer.zip(exempt))
            .map(|((number, name), (employer, exempt))| Column::new(number, name, employer, exempt))
            .collect();
        let beyond = Column::new(0, "beyond the header", false, false);
        Self { columns, beyond }
    }

    /// Looks at a cell of a column, from 0; cells beyond the header make a column of their own.
    pub(crate) fn look(&mut self, column: usize, cell: &str) {
        // A date holds no run of digits as long as an identifier.
        if cell.len() < SHORTEST || date::plain(cell.as_bytes()).is_some() {
            return;
        }
        let column = match self.columns.get_mut(column) {
            Some(column) => column,
            None => &mut self.beyond,
        };
        scan(cell, |candidate| column.tally.add(&candidate));
    }

    /// Adds what the guard of another part saw; it must have been made with the same arguments.
    pub(crate) fn merge(&mut self, other: Self) {
        for (column, other) in self.columns.iter_mut().zip(other.columns) {
            column.tally.merge(&other.tally);
        }
        self.beyond.tally.merge(&other.beyond.tally);
    }

    /// What was found, in the order of the columns. Neither the order of the cells nor how they
    /// were divided among guards matters.
    pub(crate) fn verdicts(&self) -> Vec<Verdict> {
        let columns = self.columns.iter().chain([&self.beyond]);
        columns.flat_map(Column::verdicts).collect()
    }
}

impl Column {
    fn new(number: usize, header: &str, employer: bool, exempt: bool) -> Self {
        let mut tally = Tally::default();
        scan(header, |candidate| tally.add(&candidate));
        let name = if tally.is_empty() && !header.trim().is_empty() {
            header.to_owned()
        } else {
            format!("column {number}")
        };
        Self {
            name,
            header: tally.single(exempt),
            employer,
            exempt,
            tally: Tally::default(),
        }
    }

    fn verdicts(&self) -> Vec<Verdict> {
        let header = self.header.map(|kind| Finding {
            kind,
            severity: Severity::Refusal,
            rule: HEADER,
        });
        let norwegian = self.tally.norwegian(self.employer);
        let danish = if self.exempt {
            None
        } else {
            self.tally.danish()
        };
        [header, norwegian, danish]
            .into_iter()
            .flatten()
            .map(|finding| Verdict {
                column: self.name.clone(),
                kind: finding.kind,
                severity: finding.severity,
                rule: finding.rule,
            })
            .collect()
    }
}

/// Calls `found` with every run of digits in a text that could be an identifier.
fn scan(text: &str, mut found: impl FnMut(Candidate)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(skipped) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + skipped;
        at = run_end(bytes, start);
        if let Some((candidate, end)) = candidate(bytes, start, at)
            && !has_decimals(&bytes[..start], &bytes[end..])
            && !is_part_of_code(&bytes[..start], &bytes[end..])
        {
            found(candidate);
        }
    }
}

/// The end of the run of digits that begins at `start`.
fn run_end(bytes: &[u8], start: usize) -> usize {
    start + digits_at_start(&bytes[start..])
}

fn digits_at_start(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

/// What the run of digits from `start` to `end` could be, and where that ends.
fn candidate(bytes: &[u8], start: usize, end: usize) -> Option<(Candidate, usize)> {
    let run = &bytes[start..end];
    match run.len() {
        6 => {
            let (width, hyphen) = separator(&bytes[end..])?;
            let second = end + width;
            let last = run_end(bytes, second);
            let tail = &bytes[second..last];
            let candidate = match tail.len() {
                5 => Candidate::Eleven(values(run, tail)),
                4 => Candidate::Parted {
                    digits: values(run, tail),
                    hyphen,
                },
                _ => return None,
            };
            Some((candidate, last))
        }
        SHORTEST => Some((Candidate::Nine(values(run, &[])), end)),
        10 => Some((Candidate::Ten(values(run, &[])), end)),
        11 => Some((Candidate::Eleven(values(run, &[])), end)),
        _ => None,
    }
}

/// The width of the blank or hyphen at the start, those of typesetters included, and whether it is
/// a hyphen.
fn separator(bytes: &[u8]) -> Option<(usize, bool)> {
    match bytes {
        [b' ', ..] => Some((1, false)),
        [b'-', ..] => Some((1, true)),
        // No-break space U+00A0, narrow no-break space U+202F.
        [0xC2, 0xA0, ..] => Some((2, false)),
        [0xE2, 0x80, 0xAF, ..] => Some((3, false)),
        // Hyphens and dashes U+2010 to U+2015, minus sign U+2212.
        [0xE2, 0x80, 0x90..=0x95, ..] | [0xE2, 0x88, 0x92, ..] => Some((3, true)),
        _ => None,
    }
}

/// The values of the digits of two runs together.
fn values<const N: usize>(first: &[u8], second: &[u8]) -> [u8; N] {
    let mut values = [0; N];
    for (value, byte) in values.iter_mut().zip(first.iter().chain(second)) {
        *value = byte.wrapping_sub(b'0');
    }
    values
}

/// Whether digits between these texts are part of a number with decimals. Beyond a point or comma
/// there are then fewer digits than in an identifier; otherwise it divides a list.
fn has_decimals(before: &[u8], after: &[u8]) -> bool {
    let is_short = |digits: usize| (1..SHORTEST).contains(&digits);
    let fraction = match after {
        [b'.' | b',', rest @ ..] => {
            let digits = digits_at_start(rest);
            // A column of numbers with a gap comes with `.0` behind each: no decimals.
            is_short(digits) && rest[..digits].iter().any(|digit| *digit != b'0')
        }
        _ => false,
    };
    let whole = match before {
        [b'.' | b','] => true,
        [rest @ .., b'.' | b','] => {
            let digits = rest.iter().rev().take_while(|byte| byte.is_ascii_digit());
            is_short(digits.count())
        }
        _ => false,
    };
    fraction || whole
}

/// Whether digits between these texts touch letters that join them to more digits: an exponent, a
/// UUID, a hexadecimal hash. A word alone, as in `fnr` and the number, does not.
fn is_part_of_code(before: &[u8], after: &[u8]) -> bool {
    let is_letter = |byte: &&u8| byte.is_ascii_alphabetic();
    let lead = before.iter().rev().take_while(is_letter).count();
    let trail = after.iter().take_while(is_letter).count();
    let joins = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-');
    lead + trail > 0
        && (before.iter().rev().nth(lead).is_some_and(joins) || after.get(trail).is_some_and(joins))
}

/// The remainder modulo 11 of the weighted sum of the digits.
fn remainder(digits: &[u8], weights: &[u32]) -> u32 {
    let weighted = digits.iter().zip(weights);
    let sum: u32 = weighted
        .map(|(&digit, weight)| u32::from(digit) * weight)
        .sum();
    sum % 11
}

/// The number of two digits.
fn two(tens: u8, ones: u8) -> u32 {
    u32::from(tens) * 10 + u32::from(ones)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests;

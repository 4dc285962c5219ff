//! What a column was seen to hold, and what that is worth.
//!
//! # Distinct values
//!
//! Thresholds are over distinct values: a number repeated down a column is one. A value is kept as
//! a 64-bit hash, never as itself, and of each column and length at most the 65,536 smallest hashes
//! are kept. Below that bound every count is exact. Above it the hashes kept are an even sample of
//! the distinct values, and a share of 10 % is known to 0.12 percentage points (one standard
//! error), one of 80 % to 0.16. Which values are in the sample depends neither on their order nor
//! on how a file was divided, so neither do the verdicts. Whether there is any valid number at all
//! is remembered apart from the sample and exact.
//!
//! # Lost leading zeros
//!
//! Numbers that passed through a spreadsheet lack their leading zero. A bare ten-digit number may
//! then be eleven Norwegian digits, and a nine-digit one ten Danish digits, or an organisation
//! number. The column tells: where there are more distinct values of eleven digits than of ten, the
//! tens are restored to eleven; where there are more of ten than of nine, the nines are restored to
//! ten. More than one zero is never lost, for no day is 00. Numbers with a blank or hyphen have
//! lost none.

use super::sample::Sample;
use super::{IdentifierKind, Severity, danish, norwegian};

/// Per cent of valid numbers among distinct values of eleven digits.
const NORWEGIAN_SHARE: usize = 10;
/// Per cent of plausible dates among distinct values of ten digits.
const DANISH_SHARE: usize = 80;

/// Marks of a value.
const NORWEGIAN: u8 = 1;
const DANISH: u8 = 2;

const EMPLOYER: &str = "an employer column holds a valid Norwegian identification number, as the \
    number of a private employer is";
const NORWEGIAN_COLUMN: &str = "of the distinct 11-digit values, at least 20, at least 10 % are \
    valid Norwegian identification numbers";
const NORWEGIAN_HIT: &str = "a value is a valid Norwegian identification number, perhaps by chance";
const EMPLOYER_TEN: &str = "a 10-digit value among 9-digit employers is a valid Norwegian \
    identification number once its leading zero is restored, perhaps by chance";
const DANISH_COLUMN: &str = "of the distinct 10-digit values, at least 20, at least 80 % begin \
    with a date as Danish identification numbers do; if they are production-unit numbers, declare \
    it";
const DANISH_HIT: &str = "a value looks like a Danish identification number, perhaps by chance";

/// Digits that could be an identifier.
pub(super) enum Candidate {
    /// `ddmmyyxxxxx`, with or without a blank or hyphen.
    Eleven([u8; 11]),
    /// Ten bare digits.
    Ten([u8; 10]),
    /// `ddmmyy-xxxx` or, without a hyphen, `ddmmyy xxxx`.
    Parted { digits: [u8; 10], hyphen: bool },
    /// Nine bare digits.
    Nine([u8; 9]),
}

/// What is wrong with a column.
pub(super) struct Finding {
    pub(super) kind: IdentifierKind,
    pub(super) severity: Severity,
    pub(super) rule: &'static str,
}

/// The candidates of one column.
#[derive(Default)]
pub(super) struct Tally {
    eleven: Sample,
    ten: Sample,
    parted: Sample,
    nine: Sample,
    /// A valid number of eleven digits as written.
    eleven_hit: bool,
    /// A number of ten bare digits that is valid with a zero before it.
    restored_norwegian_hit: bool,
    /// A number of ten bare digits with a date that passes the modulus.
    ten_hit: bool,
    /// A number written in two parts, with a date and either a hyphen or the modulus.
    parted_hit: bool,
    /// A number of nine digits that would be a `ten_hit` with a zero before it.
    restored_danish_hit: bool,
}

impl Tally {
    /// Counts one candidate.
    pub(super) fn add(&mut self, candidate: &Candidate) {
        match candidate {
            Candidate::Eleven(digits) => {
                let valid = norwegian::is_valid(digits);
                self.eleven_hit |= valid;
                self.eleven.insert(key(digits), marks(valid, false));
            }
            Candidate::Ten(digits) => {
                let valid = norwegian::is_valid(&padded(digits));
                let plausible = danish::is_plausible(digits);
                self.restored_norwegian_hit |= valid;
                self.ten_hit |= plausible && danish::passes_modulus(digits);
                self.ten.insert(key(digits), marks(valid, plausible));
            }
            Candidate::Parted { digits, hyphen } => {
                let plausible = danish::is_plausible(digits);
                self.parted_hit |= plausible && (*hyphen || danish::passes_modulus(digits));
                self.parted.insert(key(digits), marks(false, plausible));
            }
            Candidate::Nine(digits) => {
                let restored: [u8; 10] = padded(digits);
                let plausible = danish::is_plausible(&restored);
                self.restored_danish_hit |= plausible && danish::passes_modulus(&restored);
                self.nine.insert(key(&restored), marks(false, plausible));
            }
        }
    }

    /// Adds the counts of another part of the same column.
    pub(super) fn merge(&mut self, other: &Self) {
        self.eleven.merge(&other.eleven);
        self.ten.merge(&other.ten);
        self.parted.merge(&other.parted);
        self.nine.merge(&other.nine);
        self.eleven_hit |= other.eleven_hit;
        self.restored_norwegian_hit |= other.restored_norwegian_hit;
        self.ten_hit |= other.ten_hit;
        self.parted_hit |= other.parted_hit;
        self.restored_danish_hit |= other.restored_danish_hit;
    }

    /// Whether no candidate was seen.
    pub(super) fn is_empty(&self) -> bool {
        [&self.eleven, &self.ten, &self.parted, &self.nine]
            .iter()
            .all(|sample| sample.is_empty())
    }

    /// The kind of identifier in a cell that stands for itself, such as a header: with no column
    /// around it, a leading zero counts as lost wherever that makes a number valid.
    pub(super) fn single(&self, exempt: bool) -> Option<IdentifierKind> {
        if self.eleven_hit || self.restored_norwegian_hit {
            Some(IdentifierKind::Norwegian)
        } else if !exempt && (self.ten_hit || self.parted_hit) {
            Some(IdentifierKind::Danish)
        } else {
            None
        }
    }

    /// What Norwegian numbers the column holds.
    pub(super) fn norwegian(&self, employer: bool) -> Option<Finding> {
        let restore = self.tens_lost_a_zero();
        let (severity, rule) = if self.eleven_hit || (restore && self.restored_norwegian_hit) {
            if employer {
                (Severity::Refusal, EMPLOYER)
            } else if self.is_norwegian_column(restore) {
                (Severity::Refusal, NORWEGIAN_COLUMN)
            } else {
                (Severity::Warning, NORWEGIAN_HIT)
            }
        } else if employer
            && self.restored_norwegian_hit
            && self.nine.distinct() > self.ten.distinct()
        {
            (Severity::Warning, EMPLOYER_TEN)
        } else {
            return None;
        };
        Some(Finding {
            kind: IdentifierKind::Norwegian,
            severity,
            rule,
        })
    }

    /// What Danish numbers the column holds. A refusal over the numbers as written is independent
    /// of which length is the more common; a bare ten-digit hit is Danish only where it is not
    /// Norwegian.
    pub(super) fn danish(&self) -> Option<Finding> {
        let ten = self.ten.union(&self.parted);
        let bare_is_danish = !self.tens_lost_a_zero();
        let restore = bare_is_danish && ten.distinct() > self.nine.distinct();
        let (severity, rule) = if ten.reaches(DANISH, DANISH_SHARE)
            || (restore && ten.union(&self.nine).reaches(DANISH, DANISH_SHARE))
        {
            (Severity::Refusal, DANISH_COLUMN)
        } else if self.parted_hit
            || (bare_is_danish && self.ten_hit)
            || (restore && self.restored_danish_hit)
        {
            (Severity::Warning, DANISH_HIT)
        } else {
            return None;
        };
        Some(Finding {
            kind: IdentifierKind::Danish,
            severity,
            rule,
        })
    }

    /// Either as written, as others must not thin out what is there, or with the tens restored.
    fn is_norwegian_column(&self, restore: bool) -> bool {
        let is_refused = |sample: &Sample| sample.reaches(NORWEGIAN, NORWEGIAN_SHARE);
        is_refused(&self.eleven) || (restore && is_refused(&self.eleven.union(&self.ten)))
    }

    fn tens_lost_a_zero(&self) -> bool {
        self.eleven.distinct() > self.ten.distinct()
    }
}

fn marks(norwegian: bool, danish: bool) -> u8 {
    (u8::from(norwegian) * NORWEGIAN) | (u8::from(danish) * DANISH)
}

/// The digits with zeros before them.
fn padded<const SHORT: usize, const LONG: usize>(digits: &[u8; SHORT]) -> [u8; LONG] {
    let mut padded = [0; LONG];
    for (to, from) in padded.iter_mut().rev().zip(digits.iter().rev()) {
        *to = *from;
    }
    padded
}

/// The key of the number that the digits write; leading zeros do not count, so a number and its
/// restored form are one value.
fn key(digits: &[u8]) -> u64 {
    let number = |number: u64, &digit: &u8| number * 10 + u64::from(digit);
    hash(digits.iter().fold(0, number))
}

/// Equal in every process, and distinct for distinct numbers: the finaliser of SplitMix64 (Steele,
/// Lea and Flood 2014), a bijection.
fn hash(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests;

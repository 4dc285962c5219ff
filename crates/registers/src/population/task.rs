//! What a thread needs to know of the file whose blocks it reads.

use super::claims::Names;
use super::guess::Guess;
use super::hash::seeded;
use super::layout::{Layout, range};
use crate::canonical::EndStatus;
use crate::ids::IdTable;
use crate::layouts::{is_machine, is_switch, is_void, truth};
use crate::options::RegisterOptions;
use crate::period::Period;
use crate::scan::Cells;
use crate::sheet::whole;
use crate::value::date::{Day, Precision};
use crate::value::{is_missing, number};
use std::borrow::Cow;
use std::collections::HashSet;

/// A value that a rule asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldValue<'a> {
    /// A text.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// Yes or no.
    Truth(bool),
    /// Missing, or no number, or out of range.
    Missing,
}

/// What the rules say of a row whose fields the argument looks up: two bits an endpoint, the lower
/// one for *true*, the upper one for *unknown*.
pub type Classify<'a> = dyn for<'v> Fn(&dyn Fn(&str) -> FieldValue<'v>) -> u16 + Sync + 'a;

/// A job that never was: person, identifier, first day.
pub(crate) type Void = (u32, String, Day);

/// A file, how it is read, and what is wanted of it.
pub(crate) struct Task<'a> {
    pub(crate) options: &'a RegisterOptions,
    /// Two hashes of the header.
    pub(crate) header_hashes: (u64, u64),
    pub(crate) delimiter: u8,
    pub(crate) layout: &'a Layout,
    pub(crate) guess: &'a Guess,
    pub(crate) ids: &'a IdTable,
    pub(crate) classify: &'a Classify<'a>,
    pub(crate) reach: Reach,
    /// Jobs of which some row says that they never were.
    pub(crate) void: &'a HashSet<Void>,
    pub(crate) void_people: &'a HashSet<u32>,
    /// By what rows are held against each other.
    pub(crate) names: Names,
    /// The file's number.
    pub(crate) file: u32,
}

/// The days that some outcome of somebody can look at; spells on other days need not be kept.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    /// The first day.
    pub from: Day,
    /// The first day no longer looked at.
    pub to: Day,
}

impl Reach {
    pub(crate) fn holds(&self, first: Day, last: Day) -> bool {
        last >= self.from && first < self.to
    }
}

/// What becomes of the rows with some key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) truths: u16,
    pub(crate) is_void: bool,
    /// Whether the job ended by a change of payroll.
    pub(crate) switches: bool,
}

impl Task<'_> {
    /// A cell as text.
    pub(crate) fn decode<'c>(&self, cell: &'c [u8]) -> Cow<'c, str> {
        match std::str::from_utf8(cell) {
            Ok(text) if cell.is_ascii() => Cow::Borrowed(text),
            _ => self.guess.encoding.decode_without_bom_handling(cell).0,
        }
    }

    /// A hash of the cells of some columns without blanks around them, in their order.
    pub(crate) fn content(
        &self,
        row: &Cells<'_>,
        wanted: impl Fn(usize) -> bool,
        seed: u64,
    ) -> u64 {
        let columns = (0..row.len()).filter(|column| wanted(*column));
        columns.fold(seed, |state, column| match row.get(column) {
            cell @ [first, .., last]
                if first.is_ascii_graphic() && last.is_ascii_graphic() && cell.is_ascii() =>
            {
                seeded(cell, state)
            }
            cell => seeded(self.decode(cell).trim().as_bytes(), state),
        })
    }

    /// Two hashes of all cells of a row, and of the header.
    pub(crate) fn hashes(&self, row: &Cells<'_>) -> (u64, u64) {
        let (one, other) = self.header_hashes;
        (
            self.content(row, |_| true, one),
            self.content(row, |_| true, other),
        )
    }

    /// The class of the cells of [`Layout::key`], with the days of the row.
    pub(crate) fn class(&self, cells: &[Cow<'_, str>], days: Option<&Period>) -> Class {
        let text = |field: &str| {
            let mut columns = self.layout.key.iter();
            let at = columns.position(|(other, _)| *other == field)?;
            let cell = cells.get(at)?.trim();
            (!is_missing(cell)).then_some(cell)
        };
        let value = |field: &str| self.value(field, text(field), days, text("warning"));
        Class {
            truths: (self.classify)(&value),
            is_void: text("end_reason").map(whole).is_some_and(is_void),
            switches: text("end_reason").map(whole).is_some_and(is_switch),
        }
    }

    fn value<'c>(
        &self,
        field: &str,
        cell: Option<&'c str>,
        days: Option<&Period>,
        warning: Option<&str>,
    ) -> FieldValue<'c> {
        let known = |value: Option<FieldValue<'c>>| value.unwrap_or(FieldValue::Missing);
        if let Some(range) = range(self.options.kind, field) {
            let slot = self.layout.numbers.iter().position(|(f, _)| *f == field);
            let mark = slot.map(|slot| self.guess.marks[slot]);
            let number = cell
                .zip(mark)
                .and_then(|(cell, mark)| number::parse_with(cell, mark));
            let number = number.filter(|number| range.contains(number));
            return known(number.map(FieldValue::Number));
        }
        match field {
            "subsidised" => known(cell.map(whole).and_then(truth).map(FieldValue::Truth)),
            "end_status" => {
                let machine = warning.map(whole).is_some_and(is_machine);
                known(days.map(|days| match days.end_status {
                    EndStatus::Observed if machine => FieldValue::Text(EndStatus::Machine.name()),
                    status => FieldValue::Text(status.name()),
                }))
            }
            "precision" => known(days.map(|days| FieldValue::Text(days.precision.name()))),
            _ => known(cell.map(whole).map(FieldValue::Text)),
        }
    }
}

/// Two hashes of a header.
pub(super) fn header_hashes(header: &[String]) -> (u64, u64) {
    let of = |seed| {
        let names = header.iter();
        names.fold(seed, |state, name| seeded(name.as_bytes(), state))
    };
    (of(1), of(2))
}

/// What of a row's days is part of its key.
pub(crate) fn days_mark(days: Option<&Period>) -> u8 {
    let Some(days) = days else {
        return 0;
    };
    let end = match days.end_status {
        EndStatus::Observed => 1,
        EndStatus::Open => 2,
        EndStatus::Machine => 3,
    };
    let precision = match days.precision {
        Precision::Day => 0,
        Precision::Week => 4,
        Precision::Month => 8,
    };
    end + precision
}

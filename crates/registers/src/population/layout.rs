//! Which columns of a file are read for what.

use crate::header::HeaderMap;
use crate::kind::RegisterKind;
use std::ops::RangeInclusive;

/// What is checked of a column as a whole, in the order in which the ordinary reading does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    Dates(&'static str),
    Numbers(&'static str),
}

use Check::{Dates, Numbers};

const SPELLS: &[Check] = &[
    Dates("start"),
    Dates("end"),
    Numbers("percent"),
    Numbers("hours"),
    Numbers("pay"),
    // Looked at before all others, where it is there at all.
    Dates("registered"),
];

const AA_NAV: &[Check] = &[
    Dates("start"),
    Dates("end"),
    Numbers("percent"),
    Numbers("hours"),
    Numbers("pay"),
    Dates("detail_from"),
    Dates("detail_to"),
    Dates("leave_start"),
    Dates("leave_end"),
    Numbers("leave_percent"),
    Dates("furlough_start"),
    Dates("furlough_end"),
    Numbers("furlough_percent"),
    Dates("registered"),
];

/// The checks of a register.
pub(crate) fn checks(kind: RegisterKind) -> &'static [Check] {
    match kind {
        RegisterKind::AaNav => AA_NAV,
        _ => SPELLS,
    }
}

/// The range of a quantity that a rule can ask for.
pub(crate) fn range(kind: RegisterKind, field: &str) -> Option<RangeInclusive<f64>> {
    match (field, kind) {
        ("percent", _) => Some(0.0..=200.0),
        ("hours", _) => Some(0.0..=168.0),
        ("pay", RegisterKind::AaNav) => Some(0.0..=1e8),
        ("pay", _) => Some(0.0..=f64::MAX),
        _ => None,
    }
}

/// A column and its field.
pub(crate) type Mapped = (&'static str, usize);

/// What is known of the columns of a file.
pub(crate) struct Columns<'a> {
    pub(crate) map: &'a HeaderMap,
    /// How many there are.
    pub(crate) width: usize,
    /// That of the identifiers.
    pub(crate) id: usize,
    /// Which are numbers by the file's own type; none beyond the end.
    pub(crate) numeric: &'a [bool],
}

/// The columns of one file.
pub(crate) struct Layout {
    /// Columns of the header.
    pub(crate) width: usize,
    pub(crate) id: usize,
    /// Columns of dates.
    pub(crate) dates: Vec<Mapped>,
    /// Which of them bound the months that a row's details speak of.
    pub(crate) details: (Option<usize>, Option<usize>),
    /// Columns of quantities.
    pub(crate) numbers: Vec<Mapped>,
    /// Which of them are numbers by the file's own type, and so need no decimal mark.
    pub(crate) typed: Vec<bool>,
    /// Those of them that are in no key: looked at row by row, for their decimal mark.
    pub(crate) loose_numbers: Vec<(usize, usize)>,
    /// Columns on which it depends what becomes of a row, besides its dates.
    pub(crate) key: Vec<Mapped>,
    /// Columns that only the guard against identifiers looks at in every row.
    pub(crate) others: Vec<usize>,
    /// Whether the rules ask for the state of the end, or the precision of the dates.
    pub(crate) asks_for_end: bool,
}

impl Layout {
    pub(crate) fn new(kind: RegisterKind, columns: &Columns<'_>, fields: &[String]) -> Self {
        let Columns {
            map,
            width,
            id,
            numeric,
        } = *columns;
        let mapped = |check: &Check| match check {
            Dates(field) => map.get(field).map(|column| (true, (*field, *column))),
            Numbers(field) => map.get(field).map(|column| (false, (*field, *column))),
        };
        let columns: Vec<(bool, Mapped)> = checks(kind).iter().filter_map(mapped).collect();
        let of = |dates: bool| columns.iter().filter(move |(is, _)| *is == dates);
        let dates: Vec<Mapped> = of(true).map(|(_, column)| *column).collect();
        let numbers: Vec<Mapped> = of(false).map(|(_, column)| *column).collect();
        let date = |field: &str| dates.iter().position(|(other, _)| *other == field);
        let details = (date("detail_from"), date("detail_to"));
        let is_typed = |column: usize| numeric.get(column) == Some(&true);
        let typed = numbers.iter().map(|(_, column)| is_typed(*column));
        let typed = typed.collect();
        let has = |field: &str| fields.iter().any(|other| other == field);
        let mut key: Vec<Mapped> = Vec::new();
        for (field, column) in map {
            let is_asked = has(field) && !dates.iter().any(|(date, _)| date == field);
            let decides = kind == RegisterKind::AaNav
                && (*field == "end_reason" || (*field == "warning" && has("end_status")));
            if is_asked || decides {
                key.push((field, *column));
            }
        }
        let in_key = |column: usize| key.iter().any(|(_, other)| *other == column);
        let loose_numbers = numbers
            .iter()
            .enumerate()
            .filter(|(_, (_, column))| !in_key(*column))
            .map(|(slot, (_, column))| (slot, *column));
        let loose_numbers = loose_numbers.collect();
        let is_date = |column: usize| dates.iter().any(|(_, other)| *other == column);
        let others = (0..width).filter(|&j| j != id && !in_key(j) && !is_date(j));
        let others = others.collect();
        Self {
            width,
            id,
            dates,
            details,
            numbers,
            typed,
            loose_numbers,
            key,
            others,
            asks_for_end: has("end_status") || has("precision"),
        }
    }

    /// Position among the columns of dates.
    pub(crate) fn date(&self, field: &str) -> Option<usize> {
        self.dates.iter().position(|(other, _)| *other == field)
    }
}

//! What to read of a register, and how.

use crate::kind::RegisterKind;
use crate::value::date::{DateOrder, Day};
use crate::value::number::DecimalMark;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Everything a register's extract is read by.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RegisterOptions {
    /// What the register is and how it is laid out.
    pub kind: RegisterKind,
    /// The files, in order; of several parts, those that hold the people.
    pub files: Vec<PathBuf>,
    /// The files of each further part, by the part's name ([`RegisterKind::parts`]).
    pub parts: BTreeMap<&'static str, Vec<PathBuf>>,
    /// First day the register covers.
    pub first_day: Day,
    /// Last day the register covers: open spells end there.
    pub last_day: Day,
    /// Field to header, where the built-in header map does not know.
    pub columns: BTreeMap<String, String>,
    /// What ambiguous dates mean.
    pub dates: Option<DateOrder>,
    /// What ambiguous numbers mean.
    pub decimal: Option<DecimalMark>,
    /// What an end means.
    pub ends: Ends,
    /// Years of two digits below this are 20YY, others 19YY.
    pub pivot_year: u32,
    /// A job whose next spell at the same employer starts after at most this many days without one
    /// is one job, if the payroll system changed; `None` merges nothing.
    pub merge_gaps: Option<u32>,
    /// Columns with ten-digit numbers that are known to be no Danish personal numbers.
    pub not_identifiers: Vec<String>,
    /// The largest share of rows that may be refused.
    pub max_refused_share: f64,
}

/// Whether the end of a spell is its last day or the day after, where the register leaves it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// The last day on.
    LastDay,
    /// The first day off.
    FirstDayOff,
    /// Not declared: as the register's layout says; an error where it says nothing.
    Undeclared,
}

impl Ends {
    /// The declarations by their names in a plan.
    pub const NAMED: [(&'static str, Self); 2] = [
        ("last day on", Self::LastDay),
        ("first day off", Self::FirstDayOff),
    ];

    /// A declaration by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::NAMED.iter().find(|(other, _)| *other == name);
        found.map(|(_, ends)| *ends)
    }
}

impl RegisterOptions {
    /// The files of a register that covers some days, nothing else declared.
    #[must_use]
    pub fn new(kind: RegisterKind, files: Vec<PathBuf>, first_day: Day, last_day: Day) -> Self {
        Self {
            kind,
            files,
            parts: BTreeMap::new(),
            first_day,
            last_day,
            columns: BTreeMap::new(),
            dates: None,
            decimal: None,
            ends: Ends::Undeclared,
            pivot_year: 90,
            merge_gaps: None,
            not_identifiers: Vec::new(),
            max_refused_share: 0.0,
        }
    }
}

//! The layouts in which registers arrive, each to its canonical tables.

mod aa_nav;
mod aa_ssb;
mod dream;
mod fd_trygd;
mod health;
mod income;
mod job;
mod kpr;
mod kuhr;
mod leave;
mod nav_measures;
mod npr;
mod person_status;
mod spells;

use crate::canonical::Table;
use crate::error::RegisterError;
use crate::header::Field;
use crate::kind::RegisterKind;
use crate::reading::Reading;
use crate::sheet::Part;

/// Reads the register of the options to the tables of its kind.
pub(crate) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    match reading.options.kind {
        RegisterKind::AaNav => aa_nav::read(reading),
        RegisterKind::AaSsb => aa_ssb::read(reading),
        RegisterKind::Npr => npr::read(reading),
        RegisterKind::Kpr => kpr::read(reading),
        RegisterKind::Kuhr => kuhr::read(reading),
        RegisterKind::FdTrygd => fd_trygd::read(reading),
        RegisterKind::Dream => dream::read(reading),
        RegisterKind::Bfl => income::read(reading),
        RegisterKind::NavMeasures => nav_measures::read(reading),
        RegisterKind::PersonStatus => person_status::read(reading),
        RegisterKind::Spells => spells::read(reading),
    }
}

fn parts(kind: RegisterKind) -> &'static [&'static Part] {
    match kind {
        RegisterKind::AaNav => aa_nav::PARTS,
        RegisterKind::AaSsb => aa_ssb::PARTS,
        RegisterKind::Npr => npr::PARTS,
        RegisterKind::Kpr => kpr::PARTS,
        RegisterKind::Kuhr => kuhr::PARTS,
        RegisterKind::FdTrygd => fd_trygd::PARTS,
        RegisterKind::Dream => dream::PARTS,
        RegisterKind::Bfl => income::PARTS,
        RegisterKind::NavMeasures => nav_measures::PARTS,
        RegisterKind::PersonStatus => person_status::PARTS,
        RegisterKind::Spells => spells::PARTS,
    }
}

/// The part of a register that holds its people.
pub(crate) fn main_part(kind: RegisterKind) -> Option<&'static Part> {
    parts(kind).first().copied()
}

pub(crate) use aa_nav::{is_machine, is_switch, is_void};
pub(crate) use job::truth;

/// The fields to which a plan may map columns.
pub(crate) fn fields(kind: RegisterKind) -> Vec<&'static str> {
    let mut names = Vec::new();
    for field in parts(kind).iter().flat_map(|part| part.fields) {
        if !names.contains(&field.name) {
            names.push(field.name);
        }
    }
    names
}

/// Every field of a register, of all its parts.
pub(crate) fn all_fields(kind: RegisterKind) -> Vec<Field> {
    parts(kind)
        .iter()
        .flat_map(|part| part.fields)
        .copied()
        .collect()
}

/// A field known by some headers. Headers are compared after folding: lower case, no punctuation,
/// æøå as ae, oe, aa.
const fn field(name: &'static str, aliases: &'static [&'static str]) -> Field {
    Field {
        name,
        aliases,
        required: false,
    }
}

/// A field without which a file cannot be read.
const fn required(name: &'static str, aliases: &'static [&'static str]) -> Field {
    Field {
        name,
        aliases,
        required: true,
    }
}

/// The headers by which persons are known in Norwegian extracts.
const PERSON: &[&str] = &[
    "lopenr",
    "loepenr",
    "lopenrperson",
    "loepenrperson",
    "lnr",
    "pid",
    "personid",
    "person",
    "arbeidstakerident",
    "kprlnr",
    "pasientlopenummer",
    "pasientloepenummer",
    "pnr",
];

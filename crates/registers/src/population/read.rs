//! The files of a register to the spells of everyone.

use super::bits::Positions;
use super::claims::Place;
use super::file::{self, OneFile, Stores};
use super::guess::Guess;
use super::head;
use super::row::{PEOPLE, Row};
use super::settle::{self, Settled};
use super::spells::Spells;
use super::store::{Spill, Store, unusable};
use super::task::{Classify, Reach, Void};
use crate::error::RegisterError;
use crate::header::HeaderMap;
use crate::ids::IdTable;
use crate::kind::RegisterKind;
use crate::layouts;
use crate::log::{FileLog, Refusal};
use crate::options::RegisterOptions;
use crate::register::check_fields;
use crate::scan::Progress;
use crate::sheet::Part;
use crate::version;
use std::collections::HashSet;
use std::io;
use std::path::PathBuf;

/// What to read of a register of everyone.
pub struct PopulationOptions<'a> {
    /// The register.
    pub register: &'a RegisterOptions,
    /// Its people.
    pub ids: &'a IdTable,
    /// The fields that the endpoints' rules ask for.
    pub fields: &'a [String],
    /// The endpoints' rules.
    pub classify: &'a Classify<'a>,
    /// The days that the outcomes look at.
    pub reach: Reach,
    /// Where rows go that are beyond the budget of memory; without it there is no budget.
    pub spill: Option<Spill>,
    /// Threads; the result does not depend on it.
    pub threads: usize,
}

impl PopulationOptions<'_> {
    /// A temporary file that cannot be written; there are none without a budget.
    pub(super) fn unusable(&self, error: &io::Error) -> RegisterError {
        let prefix = self.spill.as_ref().map(|spill| spill.prefix.clone());
        unusable(&prefix.unwrap_or_default(), error)
    }
}

/// The spells of everyone.
pub struct Population {
    /// Participants of whom the files hold a row, whatever became of it.
    pub present: Positions,
    /// What happened to each file; repairs are not counted.
    pub logs: Vec<FileLog>,
    people: usize,
    prefix: PathBuf,
    store: Store<Row>,
}

/// What became of a reading.
pub enum Reading {
    /// The register was read.
    Read(Population),
    /// It needs the ordinary reading: why.
    Declined(&'static str),
}

impl Population {
    /// People of a partition; of the last there may be fewer.
    pub const PARTITION: usize = PEOPLE;

    /// Number of partitions of the people.
    #[must_use]
    pub fn partitions(&self) -> usize {
        self.store.partitions()
    }

    /// Whether rows lie in temporary files.
    #[must_use]
    pub fn has_spilled(&self) -> bool {
        self.store.has_spilled()
    }

    /// Hands over the spells of a partition: asked for again there are none. The room they took is given
    /// back.
    ///
    /// # Errors
    /// A temporary file that cannot be read again.
    pub fn take(&self, partition: usize) -> Result<Spells, RegisterError> {
        let rows = self.store.take(partition);
        let rows = rows.map_err(|error| unusable(&self.prefix, &error))?;
        let first = partition * PEOPLE;
        let people = first..(first + PEOPLE).min(self.people);
        Ok(Spells::group(&rows, people))
    }
}

/// Reads everyone's spells.
///
/// # Errors
/// As [`crate::read_register`]; and a temporary file that cannot be written.
pub fn read_population(
    options: &PopulationOptions<'_>,
    progress: &Progress,
) -> Result<Reading, RegisterError> {
    let register = options.register;
    check_fields(register)?;
    if let Some(why) = declined(register) {
        return Ok(Reading::Declined(why));
    }
    let Some(part) = layouts::main_part(register.kind) else {
        return Ok(Reading::Declined(
            "the register has no part that holds people",
        ));
    };
    let mut known = Known {
        guesses: vec![None; register.files.len()],
        ..Known::default()
    };
    let waits = rows_wait(options, part);
    // How the files are written is certain after the first time, so the second agrees with it; void
    // jobs may ask for a third.
    for _ in 0..3 {
        match once(options, part, (&known, waits), progress)? {
            Once::Read(population) => return Ok(Reading::Read(population)),
            Once::Declined(why) => return Ok(Reading::Declined(why)),
            Once::Again(better) => known = better,
        }
    }
    Ok(Reading::Declined(
        "how its files are written could not be told",
    ))
}

fn declined(register: &RegisterOptions) -> Option<&'static str> {
    let known = matches!(register.kind, RegisterKind::AaNav | RegisterKind::Spells);
    if !known {
        return Some("a register is of another kind than `spells` or `aa-nav`");
    }
    (register.files.len() > u32::MAX as usize).then_some("it has too many files")
}

/// Whether what becomes of a row may depend on another: by the headers.
fn rows_wait(options: &PopulationOptions<'_>, part: &Part) -> bool {
    let register = options.register;
    let maps: Vec<HeaderMap> = register
        .files
        .iter()
        // A file that cannot be opened is an error soon enough.
        .filter_map(|path| head::map_of(options, part, path).ok())
        .collect();
    let names_records = |map: &&HeaderMap| part.key.iter().all(|field| map.contains_key(field));
    register.merge_gaps.is_some()
        || maps.iter().any(|map| map.contains_key("registered"))
        || maps.iter().filter(names_records).count() > 1
}

/// What an earlier reading has told.
#[derive(Default)]
pub(super) struct Known {
    /// How each file is written.
    pub(super) guesses: Vec<Option<Guess>>,
    /// Jobs that never were, and whose.
    pub(super) void: HashSet<Void>,
    pub(super) void_people: HashSet<u32>,
}

/// What one reading of all files came to.
enum Once {
    Read(Population),
    Declined(&'static str),
    Again(Known),
}

fn once(
    options: &PopulationOptions<'_>,
    part: &Part,
    (known, waits): (&Known, bool),
    progress: &Progress,
) -> Result<Once, RegisterError> {
    let register = options.register;
    let stores = stores(options, waits);
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for (number, path) in register.files.iter().enumerate() {
        match file::read(options, part, (number, path), known, &stores, progress) {
            Ok(Ok(file)) => files.push(file),
            Ok(Err(why)) => return Ok(Once::Declined(why)),
            // What is wrong with one file is no reason to keep silent on the next.
            Err(RegisterError::Problems(found)) => problems.extend(found),
            Err(other) => return Err(other),
        }
    }
    if !problems.is_empty() {
        return Err(RegisterError::Problems(problems));
    }
    if files
        .iter()
        .any(|file| register.dates.is_none() && file.tallies.is_mixed())
    {
        return Ok(Once::Declined("a column holds dates of both orders"));
    }
    check(register, part, &files)?;
    let void: HashSet<Void> = files.iter_mut().flat_map(|f| f.void.drain(..)).collect();
    if void != known.void || files.iter().any(|file| file.better.is_some()) {
        let guesses = files.into_iter().map(|f| Some(f.better.unwrap_or(f.used)));
        return Ok(Once::Again(Known {
            guesses: guesses.collect(),
            void_people: void.iter().map(|(person, ..)| *person).collect(),
            void,
        }));
    }
    let Stores { spells, claims } = stores;
    let settled = claims.map(|claims| settle::settle(options, &claims, &spells));
    let settled = settled.transpose()?.unwrap_or_default();
    finish(options, files, &settled, spells).map(Once::Read)
}

fn stores(options: &PopulationOptions<'_>, waits: bool) -> Stores {
    let people = options.ids.len();
    let spill = options.spill.as_ref();
    if !waits {
        return Stores {
            spells: Store::new(people, spill.cloned()),
            claims: None,
        };
    }
    let (claims, spells) = spill.map(settle::shares).unzip();
    Stores {
        spells: Store::new(people, spells),
        claims: Some(Store::new(people, claims)),
    }
}

/// An error where a column's dates or decimals can be read in two ways: the one that the ordinary
/// reading comes to first.
fn check(register: &RegisterOptions, part: &Part, files: &[OneFile]) -> Result<(), RegisterError> {
    let check = |file: &OneFile, only: Option<&str>| {
        let place = (&*file.log.file, &*file.header);
        file.tallies.check(&file.layout, register, place, only)
    };
    let maps = |file: &OneFile, field: &str| {
        let mut mapping = file.log.mapping.iter();
        mapping.any(|(mapped, _)| *mapped == field)
    };
    if files.iter().any(|file| maps(file, "registered")) {
        for file in files {
            check(file, Some("registered"))?;
            check(file, Some("start"))?;
        }
    }
    let names_records = |file: &&OneFile| part.key.iter().all(|field| maps(file, field));
    if files.len() > 1 {
        for file in files.iter().filter(names_records) {
            check(file, Some("start"))?;
            check(file, Some("end"))?;
        }
    }
    let all: &[Option<&str>] = match register.kind {
        RegisterKind::AaNav => &[Some("start"), None],
        _ => &[None],
    };
    for only in all {
        files.iter().try_for_each(|file| check(file, *only))?;
    }
    Ok(())
}

/// Holds what was refused against the plan.
fn finish(
    options: &PopulationOptions<'_>,
    files: Vec<OneFile>,
    settled: &Settled,
    store: Store<Row>,
) -> Result<Population, RegisterError> {
    let mut present = Positions::new(options.ids.len());
    let mut seen = HashSet::new();
    let mut logs = Vec::new();
    for (number, mut file) in files.into_iter().enumerate() {
        let lines = |places: &mut dyn Iterator<Item = &Place>| -> HashSet<u64> {
            let own = places.filter(|(file, ..)| *file as usize == number);
            own.map(|&(_, block, line)| file.lines.of(block as usize, u64::from(line)))
                .collect()
        };
        let replaced = lines(&mut settled.replaced.iter());
        let ties = lines(&mut settled.ties.iter());
        let tied = ties.into_iter().map(|line| Refusal {
            line,
            field: Some("registered"),
            rule: version::TIE,
        });
        file.log.refused.extend(tied);
        file.copies.retain(|(line, ..)| !replaced.contains(line));
        present.extend(&file.present);
        // Exact copies count once, the first in the order of files and lines.
        file.copies.sort_by_key(|(line, ..)| *line);
        for (line, field, rule, content) in file.copies {
            if seen.insert(content) {
                let field = Some(field);
                file.log.refused.push(Refusal { line, field, rule });
            }
        }
        file.log.refused.sort_by_key(|refusal| refusal.line);
        file.log.check_refused(options.register.max_refused_share)?;
        logs.push(file.log);
    }
    let spill = options.spill.as_ref();
    Ok(Population {
        present,
        logs,
        people: options.ids.len(),
        prefix: spill.map(|spill| spill.prefix.clone()).unwrap_or_default(),
        store,
    })
}

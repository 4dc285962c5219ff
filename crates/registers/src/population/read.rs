//! The files of a register to the spells of everyone.

use super::bits::Positions;
use super::file::{self, OneFile};
use super::guess::Guess;
use super::ids::IdTable;
use super::joined::{self, Switched};
use super::row::PEOPLE;
use super::spells::Spells;
use super::store::{Spill, Store, unusable};
use super::task::{Classify, Reach, Void};
use crate::error::RegisterError;
use crate::kind::RegisterKind;
use crate::layouts;
use crate::log::{FileLog, Refusal};
use crate::options::RegisterOptions;
use crate::register::check_fields;
use crate::scan::Progress;
use crate::sheet::Part;
use std::collections::HashSet;
use std::path::PathBuf;

/// What to read of a register of everyone.
pub struct PopulationOptions<'a> {
    /// The register.
    pub register: &'a RegisterOptions,
    /// Its people.
    pub ids: &'a IdTable<'a>,
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

/// The spells of everyone.
pub struct Population {
    /// Participants of whom the files hold a row, whatever became of it.
    pub present: Positions,
    /// What happened to each file; repairs are not counted.
    pub logs: Vec<FileLog>,
    people: usize,
    prefix: PathBuf,
    store: Store,
}

/// What became of a reading.
pub enum Reading {
    /// The register was read.
    Read(Population),
    /// It needs the ordinary reading: why.
    Declined(&'static str),
}

impl Population {
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
    // How the files are written is certain after the first time, so the second agrees with it; void
    // jobs may ask for a third, and jobs to be joined, which must not be void, for a fourth.
    for _ in 0..4 {
        match once(options, part, &known, progress)? {
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
    None
}

/// What an earlier reading has told.
#[derive(Default)]
pub(super) struct Known {
    /// How each file is written.
    pub(super) guesses: Vec<Option<Guess>>,
    /// Jobs that never were, and whose.
    pub(super) void: HashSet<Void>,
    pub(super) void_people: HashSet<u32>,
    /// Whose jobs go on under another identifier.
    pub(super) switched: HashSet<Switched>,
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
    known: &Known,
    progress: &Progress,
) -> Result<Once, RegisterError> {
    let register = options.register;
    let store = Store::new(options.ids.len(), options.spill.clone());
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for (number, path) in register.files.iter().enumerate() {
        match file::read(options, part, (number, path), known, &store, progress) {
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
    if files.iter().filter(|file| file.names_records).count() > 1 {
        return Ok(Once::Declined(
            "several files name their jobs: one may close a job that another leaves open",
        ));
    }
    if files
        .iter()
        .any(|file| register.dates.is_none() && file.tallies.is_mixed())
    {
        return Ok(Once::Declined("a column holds dates of both orders"));
    }
    let only = (register.kind == RegisterKind::AaNav).then_some("start");
    for file in files.iter().filter(|_| only.is_some()) {
        let place = (&*file.log.file, &*file.header);
        file.tallies.check(&file.layout, register, place, only)?;
    }
    for file in &files {
        let place = (&*file.log.file, &*file.header);
        file.tallies.check(&file.layout, register, place, None)?;
    }
    let void: HashSet<Void> = files.iter_mut().flat_map(|f| f.void.drain(..)).collect();
    let switched = files.iter_mut().flat_map(|f| f.switched.drain(..));
    let switched: HashSet<Switched> = switched.collect();
    let is_new = void != known.void || switched != known.switched;
    if is_new || files.iter().any(|file| file.better.is_some()) {
        let guesses = files.into_iter().map(|f| Some(f.better.unwrap_or(f.used)));
        return Ok(Once::Again(Known {
            guesses: guesses.collect(),
            void_people: void.iter().map(|(person, ..)| *person).collect(),
            void,
            switched,
        }));
    }
    if let Some(days) = register.merge_gaps {
        let jobs = files.iter_mut().flat_map(|file| file.jobs.drain(..));
        keep(options, joined::joined(jobs.collect(), days), &store)?;
    }
    finish(options, files, store).map(Once::Read)
}

/// Adds jobs that were held back to the spells.
fn keep(
    options: &PopulationOptions<'_>,
    jobs: Vec<joined::Job>,
    store: &Store,
) -> Result<(), RegisterError> {
    let mut feeder = store.feeder();
    for job in jobs {
        if job.truths != 0 && options.reach.holds(job.start, job.end) {
            feeder.push(job.person, job.start, job.end, job.truths);
        }
    }
    let spilled = feeder.finish();
    spilled.map_err(|error| {
        let spill = options.spill.as_ref();
        let prefix = spill.map(|spill| spill.prefix.clone());
        unusable(&prefix.unwrap_or_default(), &error)
    })
}

/// Holds what was refused against the plan.
fn finish(
    options: &PopulationOptions<'_>,
    files: Vec<OneFile>,
    store: Store,
) -> Result<Population, RegisterError> {
    let mut present = Positions::new(options.ids.len());
    let mut seen = HashSet::new();
    let mut logs = Vec::new();
    for mut file in files {
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

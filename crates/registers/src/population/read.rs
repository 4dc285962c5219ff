//! The files of a register to the spells of everyone.

use super::bits::Positions;
use super::guess::{Guess, Tallies};
use super::ids::IdTable;
use super::layout::Layout;
use super::row::PEOPLE;
use super::spells::Spells;
use super::store::{Spill, Store, unusable};
use super::task::{Classify, Reach, Task, Void};
use super::worker::{Found, Worker};
use crate::error::RegisterError;
use crate::first_lines::{self, FirstLines};
use crate::guard::Guard;
use crate::header::HeaderMap;
use crate::identifiers::{guard, refuse_identifiers};
use crate::kind::RegisterKind;
use crate::layouts;
use crate::log::{FileLog, Refusal};
use crate::options::RegisterOptions;
use crate::reading::RAGGED;
use crate::register::check_fields;
use crate::scan::{self, Progress};
use crate::sheet::Part;
use crate::text::TextFile;
use crate::text::source;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

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

    /// The spells of a partition.
    ///
    /// # Errors
    /// A temporary file that cannot be read again.
    pub fn spells(&self, partition: usize) -> Result<Spells, RegisterError> {
        let rows = self.store.rows(partition);
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
    let (mut guesses, mut void): (Vec<Option<Guess>>, HashSet<Void>) =
        (vec![None; register.files.len()], HashSet::new());
    // How the files are written is certain after the first time, so the second agrees with it; void
    // jobs may ask for a third.
    for _ in 0..4 {
        let once = once(options, part, (&guesses, &void), progress)?;
        match once {
            Once::Read(population) => return Ok(Reading::Read(population)),
            Once::Declined(why) => return Ok(Reading::Declined(why)),
            Once::Again(better, found) => (guesses, void) = (better, found),
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
    if register.merge_gaps.is_some() {
        return Some("jobs are joined over changes of payroll (merge_gaps)");
    }
    let is_typed = |file: &PathBuf| {
        let extension = file.extension().map(|e| e.to_string_lossy().to_lowercase());
        matches!(
            extension.as_deref(),
            Some("parquet" | "pq" | "dta" | "sas7bdat")
        )
    };
    let typed = register.files.iter().any(is_typed);
    typed.then_some("an extract is no delimited text")
}

/// What one reading of all files came to.
enum Once {
    Read(Population),
    Declined(&'static str),
    Again(Vec<Option<Guess>>, HashSet<Void>),
}

/// A refused row: line, field, rule, and what stands in it.
type Copied = (u64, &'static str, &'static str, (u64, u64));

/// A file that has been read.
struct OneFile {
    header: Vec<String>,
    layout: Layout,
    used: Guess,
    tallies: Tallies,
    /// What the whole file says, where that differs from what was used.
    better: Option<Guess>,
    log: FileLog,
    copies: Vec<Copied>,
    present: Positions,
    void: Vec<Void>,
}

fn once(
    options: &PopulationOptions<'_>,
    part: &Part,
    (guesses, void): (&[Option<Guess>], &HashSet<Void>),
    progress: &Progress,
) -> Result<Once, RegisterError> {
    let register = options.register;
    let store = Store::new(options.ids.len(), options.spill.clone());
    let void_people: HashSet<u32> = void.iter().map(|(person, ..)| *person).collect();
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for (number, path) in register.files.iter().enumerate() {
        let known = (guesses[number].as_ref(), void, &void_people);
        match one(options, part, path, known, &store, progress) {
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
    let only = (register.kind == RegisterKind::AaNav).then_some("start");
    for file in files.iter().filter(|_| only.is_some()) {
        let place = (&*file.log.file, &*file.header);
        file.tallies.check(&file.layout, register, place, only)?;
    }
    for file in &files {
        let place = (&*file.log.file, &*file.header);
        file.tallies.check(&file.layout, register, place, None)?;
    }
    let found: HashSet<Void> = files.iter_mut().flat_map(|f| f.void.drain(..)).collect();
    if found != *void || files.iter().any(|file| file.better.is_some()) {
        let better = files.into_iter().map(|f| Some(f.better.unwrap_or(f.used)));
        return Ok(Once::Again(better.collect(), found));
    }
    finish(options, files, store).map(Once::Read)
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

/// Reads one file, or says why that is left to the ordinary reading.
fn one(
    options: &PopulationOptions<'_>,
    part: &Part,
    path: &Path,
    (guess, void, void_people): (Option<&Guess>, &HashSet<Void>, &HashSet<u32>),
    store: &Store,
    progress: &Progress,
) -> Result<Result<OneFile, &'static str>, RegisterError> {
    let register = options.register;
    let map = |header: &[String]| {
        let is_person = |name: &str| options.ids.position(name).is_some();
        first_lines::map(path, header, part, (register, false), is_person)
    };
    let mut guessing: Option<(Layout, Tallies)> = None;
    let mut first = first_lines::open(path, part, register, map)?;
    first.search(|map, record| {
        let (layout, tallies) = guessing.get_or_insert_with(|| {
            let column = map.get(part.id).copied().unwrap_or(0);
            let layout = Layout::new(register.kind, (map, record.len(), column), options.fields);
            let tallies = Tallies::new(&layout);
            (layout, tallies)
        });
        tallies.look(layout, record);
    })?;
    let FirstLines {
        file,
        map: mapped,
        shape,
        guard: mut all,
        ids,
        ..
    } = first;
    if mapped.contains_key("registered") {
        let why = "a file tells when its rows were registered: they may be versions";
        return Ok(Err(why));
    }
    let columns = (&mapped, shape.width, shape.column);
    let layout = Layout::new(register.kind, columns, options.fields);
    let guess = match (guess, guessing) {
        (Some(known), _) => known.clone(),
        (None, Some((_, tallies))) => tallies.guess(encoding(file.encoding), register),
        (None, None) => Tallies::new(&layout).guess(encoding(file.encoding), register),
    };
    let task = Task {
        options: register,
        header: &file.header,
        delimiter: shape.delimiter,
        layout: &layout,
        guess: &guess,
        ids: options.ids,
        classify: options.classify,
        reach: options.reach,
        void,
        void_people,
        job: mapped.get("job").copied(),
    };
    let start = || {
        let guard = guard(&file.header, part.fields, register);
        Worker::new(&task, store.feeder(), guard)
    };
    let visit = |worker: &mut Worker<'_>, block: usize, bytes: &[u8]| {
        worker.block(&task, block, bytes);
    };
    let threads = (progress, options.threads.max(1));
    let workers = scan::by_threads(path, shape.delimiter, threads, start, visit)?;
    let mut found = Vec::new();
    for worker in workers {
        let spilled = worker.feeder.finish();
        spilled.map_err(|error| {
            let prefix = options.spill.as_ref().map(|spill| spill.prefix.as_path());
            unusable(prefix.unwrap_or(path), &error)
        })?;
        found.push(worker.found);
    }
    let mut parts = together(found, &layout, options.ids.len());
    // Once a person instead of once a row: only distinct values count.
    for person in parts.present.iter() {
        all.look(layout.id, options.ids.id(person).unwrap_or_default());
    }
    parts.guards.drain(..).for_each(|guard| all.merge(guard));
    let name = source::name(parts.encoding);
    let header = if name == file.encoding {
        file.header
    } else {
        let header = TextFile::open(path)?.header;
        if map(&header)? != mapped {
            return Ok(Err("a header can be read in two encodings"));
        }
        header
    };
    let mut warnings = refuse_identifiers(path, all.verdicts())?;
    warnings.extend(ids.warning(path)?);
    let actual = parts.tallies.guess(parts.encoding, register);
    let log = FileLog {
        file: path.to_owned(),
        encoding: name,
        delimiter: Some(char::from(shape.delimiter)),
        rows: parts.rows,
        rows_of_people: parts.rows_of_people + parts.ragged.len() as u64,
        mapping: mapping(&mapped, &header),
        refused: parts.ragged,
        repairs: BTreeMap::new(),
        warnings,
    };
    Ok(Ok(OneFile {
        better: (actual != guess).then_some(actual),
        used: guess,
        header,
        layout,
        tallies: parts.tallies,
        log,
        copies: parts.refused,
        present: parts.present,
        void: parts.void,
    }))
}

/// What all threads found in a file.
struct Together {
    encoding: &'static Encoding,
    rows: u64,
    rows_of_people: u64,
    ragged: Vec<Refusal>,
    refused: Vec<Copied>,
    present: Positions,
    tallies: Tallies,
    guards: Vec<Guard>,
    void: Vec<Void>,
}

fn together(found: Vec<Found>, layout: &Layout, people: usize) -> Together {
    let is_utf8 = found.iter().all(|part| part.is_utf8);
    let mut all = Together {
        encoding: if is_utf8 { UTF_8 } else { WINDOWS_1252 },
        rows: 0,
        rows_of_people: 0,
        ragged: Vec::new(),
        refused: Vec::new(),
        present: Positions::new(people),
        tallies: Tallies::new(layout),
        guards: Vec::new(),
        void: Vec::new(),
    };
    // The line on which each block starts.
    let mut blocks: Vec<(usize, u64)> = found
        .iter()
        .flat_map(|part| part.lines.iter().copied())
        .collect();
    blocks.sort_unstable();
    let mut line = 1;
    for (_, lines) in &mut blocks {
        line += std::mem::replace(lines, line);
    }
    let line_of = |block: usize, line: u64| {
        let at = blocks.binary_search_by_key(&block, |(number, _)| *number);
        at.map_or(line, |at| blocks[at].1 + line)
    };
    for part in found {
        all.rows += part.rows;
        all.rows_of_people += part.rows_of_people;
        let ragged = part.ragged.iter().map(|&(block, line)| Refusal {
            line: line_of(block, line),
            field: None,
            rule: RAGGED,
        });
        all.ragged.extend(ragged);
        let refused = part.refused.iter().map(|refused| {
            let line = line_of(refused.block, refused.line);
            (line, refused.field, refused.rule, refused.content)
        });
        all.refused.extend(refused);
        all.present.extend(&part.present);
        all.tallies.merge(&part.tallies);
        all.guards.push(part.guard);
        all.void.extend(part.void);
    }
    all
}

fn mapping(map: &HeaderMap, header: &[String]) -> Vec<(&'static str, String)> {
    let named = map
        .iter()
        .map(|(field, column)| (*field, header[*column].clone()));
    named.collect()
}

fn encoding(name: &str) -> &'static Encoding {
    if name == source::name(UTF_8) {
        UTF_8
    } else {
        WINDOWS_1252
    }
}

//! One file of a register to spells: how it is written, its rows on all threads, what they tell.

use super::bits::Positions;
use super::claims::Claim;
use super::guess::{Guess, Tallies};
use super::head::{self, Head, Source};
use super::layout::Layout;
use super::read::{Known, PopulationOptions};
use super::row::Row;
use super::store::{Feeder, Store};
use super::task::{self, Task, Void};
use super::typed;
use super::worker::{Feeders, Found, Worker};
use crate::error::RegisterError;
use crate::guard::Guard;
use crate::header::HeaderMap;
use crate::identifiers::{guard, refuse_identifiers};
use crate::log::{FileLog, Refusal};
use crate::reading::RAGGED;
use crate::scan::{self, Progress};
use crate::sheet::Part;
use crate::text::TextFile;
use crate::text::source;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::collections::BTreeMap;
use std::path::Path;

/// A refused row: line, field, rule, and what stands in it.
type Copied = (u64, &'static str, &'static str, (u64, u64));

/// A file that has been read.
pub(super) struct OneFile {
    pub(super) header: Vec<String>,
    pub(super) layout: Layout,
    pub(super) used: Guess,
    pub(super) tallies: Tallies,
    /// What the whole file says, where that differs from what was used.
    pub(super) better: Option<Guess>,
    pub(super) log: FileLog,
    pub(super) copies: Vec<Copied>,
    pub(super) present: Positions,
    pub(super) void: Vec<Void>,
    pub(super) lines: Lines,
}

/// Where rows go.
pub(super) struct Stores {
    pub(super) spells: Store<Row>,
    /// Where rows must wait for others of their person.
    pub(super) claims: Option<Store<Claim>>,
}

/// The line on which each block of a file starts.
pub(super) struct Lines {
    blocks: Vec<(usize, u64)>,
    end: u64,
}

impl Lines {
    /// Of the numbers of line feeds in each block.
    fn new(mut blocks: Vec<(usize, u64)>) -> Self {
        blocks.sort_unstable();
        let mut line = 1;
        for (_, lines) in &mut blocks {
            line += std::mem::replace(lines, line);
        }
        Self { blocks, end: line }
    }

    /// The line of the file, by block and line within it.
    pub(super) fn of(&self, block: usize, line: u64) -> u64 {
        let at = self
            .blocks
            .binary_search_by_key(&block, |(number, _)| *number);
        at.map_or(self.end, |at| self.blocks[at].1 + line)
    }
}

/// Reads one file, or says why that is left to the ordinary reading.
pub(super) fn read(
    options: &PopulationOptions<'_>,
    part: &Part,
    (number, path): (usize, &Path),
    known: &Known,
    stores: &Stores,
    progress: &Progress,
) -> Result<Result<OneFile, &'static str>, RegisterError> {
    let register = options.register;
    let head = Head::read(options, part, path)?;
    let layout = head.layout(options);
    if let (true, Some(why)) = (register.merge_gaps.is_some(), head.unjoinable(&layout)) {
        return Ok(Err(why));
    }
    let first = match head.source {
        Source::Text(name, _) => source::named(name),
        Source::Typed(_) => UTF_8,
    };
    let guess = match (&known.guesses[number], &head.tallies) {
        (Some(known), _) => known.clone(),
        (None, Some(tallies)) => tallies.guess(first, register),
        (None, None) => Tallies::new(&layout).guess(first, register),
    };
    let task = Task {
        options: register,
        header_hashes: task::header_hashes(&head.header),
        // Cells with types are set apart by any byte: they are not looked for again.
        delimiter: head.source.delimiter().unwrap_or(b'\n'),
        layout: &layout,
        guess: &guess,
        ids: options.ids,
        classify: options.classify,
        reach: options.reach,
        void: &known.void,
        void_people: &known.void_people,
        names: head.names(&layout, part),
        file: number as u32,
    };
    let start = || {
        let guard = guard(&head.header, part.fields, register);
        let feeders = Feeders {
            spells: stores.spells.feeder(),
            claims: stores.claims.as_ref().map(Store::feeder),
        };
        Worker::new(&task, feeders, guard)
    };
    let threads = (progress, options.threads.max(1));
    let workers = match &head.source {
        Source::Text(_, delimiter) => {
            let visit = |worker: &mut Worker<'_>, block: usize, bytes: &[u8]| {
                worker.block(&task, block, bytes);
            };
            scan::by_threads(path, *delimiter, threads, start, visit)?
        }
        Source::Typed(file) => typed::by_threads(path, file, &task, threads, start)?,
    };
    let mut found = Vec::new();
    for worker in workers {
        let Feeders { spells, claims } = worker.feeders;
        let spilled = spells.finish();
        let spilled = spilled.and_then(|()| claims.map_or(Ok(()), Feeder::finish));
        spilled.map_err(|error| options.unusable(&error))?;
        found.push(worker.found);
    }
    let mut parts = together(found, &layout, options.ids.len());
    let mut all = head.guard;
    // Once a person instead of once a row: only distinct values count.
    for person in parts.present.iter() {
        all.look(layout.id, options.ids.id(person).unwrap_or_default());
    }
    parts.guards.drain(..).for_each(|guard| all.merge(guard));
    let (name, header) = match &head.source {
        Source::Typed(file) => (file.format(), head.header),
        Source::Text(first, _) if source::name(parts.encoding) == *first => (*first, head.header),
        Source::Text(..) => {
            let name = source::name(parts.encoding);
            let header = TextFile::peek_as(path, name)?.header;
            if head::map(options, part, (path, &header))? != head.map {
                return Ok(Err("a header can be read in two encodings"));
            }
            (name, header)
        }
    };
    let mut warnings = refuse_identifiers(path, all.verdicts())?;
    warnings.extend(head.ids.warning(path)?);
    let actual = parts.tallies.guess(parts.encoding, register);
    let log = FileLog {
        file: path.to_owned(),
        encoding: name,
        delimiter: head.source.delimiter().map(char::from),
        rows: parts.rows,
        rows_of_people: parts.rows_of_people + parts.ragged.len() as u64,
        mapping: mapping(&head.map, &header),
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
        lines: parts.lines,
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
    lines: Lines,
}

fn together(found: Vec<Found>, layout: &Layout, people: usize) -> Together {
    let is_utf8 = found.iter().all(|part| part.is_utf8);
    let blocks = found.iter().flat_map(|part| part.lines.iter().copied());
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
        lines: Lines::new(blocks.collect()),
    };
    for part in found {
        all.rows += part.rows;
        all.rows_of_people += part.rows_of_people;
        let ragged = part.ragged.iter().map(|&(block, line)| Refusal {
            line: all.lines.of(block, line),
            field: None,
            rule: RAGGED,
        });
        all.ragged.extend(ragged);
        let refused = part.refused.iter().map(|refused| {
            let line = all.lines.of(refused.block, refused.line);
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

//! One thread's reading of blocks: rows of people become spells.

use super::bits::Positions;
use super::claims::{self, Claim, Seen};
use super::guess::Tallies;
use super::hash::BuildQuick;
use super::owners::Owners;
use super::row::{Row, within};
use super::short::Short;
use super::store::Feeder;
use super::task::{Class, Task, Void, days_mark};
use crate::canonical::EndStatus;
use crate::guard::Guard;
use crate::period::{Decision, Period, decide};
use crate::scan::{Cells, Records};
use crate::sheet::whole;
use crate::value::date::{self, DateCell};
use crate::value::is_missing;
use std::borrow::Cow;
use std::collections::HashMap;

/// Keys whose class is remembered; beyond it all are forgotten and found again.
const REMEMBERED: usize = 1 << 16;
/// Short cells remembered a column: so many bits of them tell where.
const RECENT: u32 = 8;

/// A row that is refused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused {
    pub(crate) block: usize,
    /// Line within the block, from 0.
    pub(crate) line: u64,
    pub(crate) field: &'static str,
    pub(crate) rule: &'static str,
    /// Two hashes of all its cells and the header's: exact copies count once.
    pub(crate) content: (u64, u64),
}

/// What one thread found in a file.
pub(crate) struct Found {
    pub(crate) rows: u64,
    pub(crate) rows_of_people: u64,
    pub(crate) is_utf8: bool,
    /// Blocks and the number of their line feeds.
    pub(crate) lines: Vec<(usize, u64)>,
    /// Blocks and lines of records with another number of cells than the header.
    pub(crate) ragged: Vec<(usize, u64)>,
    pub(crate) refused: Vec<Refused>,
    pub(crate) present: Positions,
    pub(crate) tallies: Tallies,
    pub(crate) guard: Guard,
    pub(crate) void: Vec<Void>,
}

/// What a thread adds to: the spells, and where rows must wait for others, their claims.
pub(crate) struct Feeders<'a> {
    pub(crate) spells: Feeder<'a, Row>,
    pub(crate) claims: Option<Feeder<'a, Claim>>,
}

/// A thread at work on a file.
pub(crate) struct Worker<'a> {
    pub(crate) found: Found,
    pub(crate) feeders: Feeders<'a>,
    records: Records,
    owners: Owners,
    classes: HashMap<Vec<u8>, Class, BuildQuick>,
    key: Vec<u8>,
    dates: Vec<DateCell>,
    /// The last keys of one short cell each, and their classes, by a few bits of the cell.
    recent: Vec<(Option<Short>, Class)>,
    /// Cells of quantities that have been looked at, by column and a few bits of the cell.
    looked: Vec<Option<Short>>,
}

impl<'a> Worker<'a> {
    pub(crate) fn new(task: &Task<'_>, feeders: Feeders<'a>, guard: Guard) -> Self {
        let found = Found {
            rows: 0,
            rows_of_people: 0,
            is_utf8: true,
            lines: Vec::new(),
            ragged: Vec::new(),
            refused: Vec::new(),
            present: Positions::new(task.ids.len()),
            tallies: Tallies::new(task.layout),
            guard,
            void: Vec::new(),
        };
        Self {
            found,
            feeders,
            records: Records::default(),
            owners: Owners::default(),
            classes: HashMap::default(),
            key: Vec::new(),
            dates: vec![DateCell::Missing; task.layout.dates.len()],
            recent: vec![(None, Class::default()); 1 << RECENT],
            looked: vec![None; task.layout.numbers.len() << RECENT],
        }
    }

    /// Reads a block.
    pub(crate) fn block(&mut self, task: &Task<'_>, number: usize, block: &[u8]) {
        self.found.is_utf8 &= block.is_ascii() || std::str::from_utf8(block).is_ok();
        let mut records = std::mem::take(&mut self.records);
        records.split(block, task.delimiter, task.layout.width, number == 0);
        self.records(task, number, (records, block));
    }

    /// Reads records of a file with types, which `fill` adds.
    pub(crate) fn typed(
        &mut self,
        task: &Task<'_>,
        number: usize,
        fill: impl FnOnce(&mut Records),
    ) {
        let mut records = std::mem::take(&mut self.records);
        records.begin(task.layout.width);
        fill(&mut records);
        self.records(task, number, (records, &[]));
    }

    fn records(&mut self, task: &Task<'_>, number: usize, (records, block): (Records, &[u8])) {
        self.found.rows += records.rows;
        self.found.lines.push((number, records.lines));
        let ragged = records.ragged.iter().map(|(line, _)| (number, *line));
        self.found.ragged.extend(ragged);
        // First every look-up, then every row.
        let mut owners = std::mem::take(&mut self.owners);
        owners.find(task.ids, records.column(block, task.layout.id));
        for person in owners.people() {
            self.found.rows_of_people += 1;
            self.found.present.insert(person);
        }
        for record in 0..records.len() {
            if let Some(person) = owners.of(record) {
                let place = (number, records.line(record));
                self.row(task, person, place, &records.cells(block, record));
            }
        }
        (self.records, self.owners) = (records, owners);
    }

    fn row(&mut self, task: &Task<'_>, person: u32, place: (usize, u64), row: &Cells<'_>) {
        for (slot, (_, column)) in task.layout.dates.iter().enumerate() {
            let cell = row.get(*column);
            // Nearly all: written where it stays, piece by piece, it can be read again at once.
            if let Some(day) = date::plain(cell) {
                self.dates[slot] = DateCell::Is(day, day);
                continue;
            }
            self.dates[slot] = self.date(task, slot, *column, cell);
        }
        for (slot, column) in &task.layout.loose_numbers {
            self.number(task, *slot, row.get(*column));
        }
        for &column in &task.layout.others {
            let cell = row.get(column);
            // Shorter ones cannot hold an identifier.
            if cell.len() >= 9 {
                self.found.guard.look(column, &task.decode(cell));
            }
        }
        let start = self.dates.first().copied().unwrap_or(DateCell::Missing);
        let end = self.dates.get(1).copied().unwrap_or(DateCell::Missing);
        let decision = decide(start, end, task.options.ends, task.options.last_day);
        let days = match decision {
            Decision::Days(days) => self.detailed(task, days),
            _ => None,
        };
        let class = self.class_of(task, row, days.as_ref());
        let is_alone = self.feeders.claims.is_none();
        if is_alone && self.is_void(task, person, (start, class), row) {
            return;
        }
        let content = match decision {
            Decision::Refused(field, rule) => {
                let content = task.hashes(row);
                self.found.refused.push(Refused {
                    block: place.0,
                    line: place.1,
                    field,
                    rule,
                    content,
                });
                Some(content)
            }
            _ => None,
        };
        if let Some(feeder) = &mut self.feeders.claims {
            let seen = Seen {
                person,
                place: (task.file, place.0 as u32, place.1 as u32),
                dates: &self.dates,
                days: days.as_ref(),
                class,
                is_refused: content.is_some(),
            };
            let claim = claims::claim(task, &seen, row);
            feeder.push(person, claim);
        } else if let Some(days) = days
            && class.truths != 0
            && task.reach.holds(days.start, days.end)
        {
            let row = Row {
                person: within(person),
                first: days.start,
                last: days.end,
                truths: class.truths,
            };
            self.feeders.spells.push(person, row);
        }
    }

    /// Whether this row, or another of the same job, says that the job never was.
    fn is_void(
        &mut self,
        task: &Task<'_>,
        person: u32,
        (start, class): (DateCell, Class),
        row: &Cells<'_>,
    ) -> bool {
        if class.is_void {
            self.found.void.extend(named(task, person, start, row));
            return true;
        }
        !task.void.is_empty()
            && task.void_people.contains(&person)
            && named(task, person, start, row).is_some_and(|job| task.void.contains(&job))
    }

    /// A cell of a column of dates that is not written plainly.
    #[inline(never)]
    fn date(&mut self, task: &Task<'_>, slot: usize, column: usize, cell: &[u8]) -> DateCell {
        let trimmed = cell.trim_ascii();
        if trimmed.is_empty() {
            return DateCell::Missing;
        }
        if let Some(day) = date::plain(trimmed) {
            return DateCell::Is(day, day);
        }
        let text = task.decode(cell);
        self.found.guard.look(column, &text);
        let text = text.trim();
        if is_missing(text) {
            return DateCell::Missing;
        }
        self.found.tallies.dates[slot].look(text);
        date::parse(text, task.guess.orders[slot])
    }

    /// A cell of a column of quantities that no rule asks for.
    fn number(&mut self, task: &Task<'_>, slot: usize, cell: &[u8]) {
        if self.found.tallies.marks[slot].look_plainly(cell) {
            return;
        }
        let short = Short::new(cell);
        let place = short.map_or(0, |short| short.place(RECENT));
        let looked = &mut self.looked[(slot << RECENT) + place];
        if short.is_some() && *looked == short {
            return;
        }
        *looked = short;
        if !cell.iter().any(|byte| matches!(byte, b'.' | b',')) {
            return;
        }
        let text = task.decode(cell);
        let text = text.trim();
        if !is_missing(text) {
            self.found.tallies.marks[slot].look(text);
        }
    }

    /// Details that hold for some months are a spell of those months.
    fn detailed(&self, task: &Task<'_>, mut days: Period) -> Option<Period> {
        let date = |slot: Option<usize>| slot.map(|slot| self.dates[slot]);
        let (from, to) = task.layout.details;
        if let Some(DateCell::Is(from, _)) = date(from) {
            days.start = days.start.max(from);
        }
        if let Some(DateCell::Is(_, to)) = date(to) {
            (days.end, days.end_status) = (days.end.min(to), EndStatus::Observed);
        }
        (days.end >= days.start).then_some(days)
    }

    /// What becomes of the row by the cells that decide.
    fn class_of(&mut self, task: &Task<'_>, row: &Cells<'_>, days: Option<&Period>) -> Class {
        let [(_, column)] = task.layout.key[..] else {
            return self.class_of_key(task, row, days);
        };
        if task.layout.asks_for_end {
            return self.class_of_key(task, row, days);
        }
        let Some(short) = Short::new(row.get(column)) else {
            return self.class_of_key(task, row, days);
        };
        let place = short.place(RECENT);
        if let (Some(known), class) = self.recent[place]
            && known == short
        {
            return class;
        }
        let class = self.class_of_key(task, row, days);
        self.recent[place] = (Some(short), class);
        class
    }

    fn class_of_key(&mut self, task: &Task<'_>, row: &Cells<'_>, days: Option<&Period>) -> Class {
        self.key.clear();
        for (_, column) in &task.layout.key {
            let cell = row.get(*column);
            self.key
                .extend_from_slice(&(cell.len() as u32).to_le_bytes());
            self.key.extend_from_slice(cell);
        }
        if task.layout.asks_for_end {
            self.key.push(days_mark(days));
        }
        if let Some(class) = self.classes.get(&self.key) {
            return *class;
        }
        let mut cells: Vec<Cow<'_, str>> = Vec::with_capacity(task.layout.key.len());
        for (field, column) in &task.layout.key {
            let cell = task.decode(row.get(*column));
            self.found.guard.look(*column, &cell);
            let slot = task.layout.numbers.iter().position(|(f, _)| f == field);
            if let Some(slot) = slot {
                self.number(task, slot, row.get(*column));
            }
            cells.push(cell);
        }
        let class = task.class(&cells, days);
        if self.classes.len() >= REMEMBERED {
            self.classes.clear();
        }
        self.classes.insert(self.key.clone(), class);
        class
    }
}

/// The job's name, where it has one.
fn named(task: &Task<'_>, person: u32, start: DateCell, row: &Cells<'_>) -> Option<Void> {
    let (DateCell::Is(day, _), Some(column)) = (start, task.names.job) else {
        return None;
    };
    let text = task.decode(row.get(column));
    let text = text.trim();
    (!is_missing(text)).then(|| (person, whole(text).to_owned(), day))
}

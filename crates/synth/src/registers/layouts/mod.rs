//! One file a layout: latent runs to the files that a register delivers.

mod aa_nav;
mod aa_ssb;
mod bfl;
mod dream;
mod fd_trygd;
mod kpr;
mod kuhr;
mod npr;
mod person_status;
mod spells;
mod tiltak;

use super::Kind;
use super::calendar::Day;
use super::cell::Cell;
use super::latent::Run;
use super::look::Look;
use super::mess::Mess;
use super::person::{People, Person};
use super::settings::Settings;
use super::sink::Sink;
use super::table::{FileCounts, Row, Table};
use crate::SynthError;
use crate::draws::{Draws, Purpose};

/// The files of one register, as they are written.
pub(super) struct Writing<'a> {
    pub(super) people: &'a People<'a>,
    kind: Kind,
    sink: &'a mut dyn Sink,
    opened: usize,
    counts: Vec<FileCounts>,
}

impl<'a> Writing<'a> {
    fn settings(&self) -> &'a Settings {
        self.people.settings
    }

    fn has(&self, mess: Mess) -> bool {
        self.settings().has(mess)
    }

    /// Those who have rows, in the order of rows. Nobody could look up people who are not linked.
    fn everybody(&self) -> impl Iterator<Item = Person> + use<'a> {
        let people: &'a People<'a> = self.people;
        people
            .in_order_of_rows(self.kind)
            .filter(|person| person.linked)
    }

    /// The draws of a person's mess in this register.
    fn mess(&self, person: &Person) -> Draws {
        let stream = (self.kind as u64) << 32 | person.number;
        Draws::stream(self.settings().seed, Purpose::Mess, stream)
    }

    /// Opens the next file of the register.
    fn open(&mut self, file: &str, header: &[&str]) -> Result<Table, SynthError> {
        self.open_as(file, header, |look| look)
    }

    /// Opens the next file of the register, one without rows of people.
    fn open_side(&mut self, file: &str, header: &[&str]) -> Result<Table, SynthError> {
        self.open_as(file, header, Look::without_people)
    }

    fn open_as(
        &mut self,
        file: &str,
        header: &[&str],
        change: fn(Look) -> Look,
    ) -> Result<Table, SynthError> {
        let look = change(Look::new(self.settings(), self.kind, self.opened));
        let stream = (self.kind as u64) << 32 | self.opened as u64;
        let draws = Draws::stream(self.settings().seed, Purpose::Cells, stream);
        self.opened += 1;
        let path = format!("{}/{file}", self.kind.name());
        Table::create(&path, header, look, draws, self.sink)
    }

    fn close(&mut self, table: Table) -> Result<(), SynthError> {
        self.counts.push(table.finish()?);
        Ok(())
    }

    /// The calendar years of the cover.
    fn years(&self) -> impl Iterator<Item = i32> + use<> {
        use chrono::Datelike;
        self.settings().from.year()..=self.settings().to.year()
    }

    /// The end of a run as this register knows it.
    fn end(&self, last: Day) -> Cell<'static> {
        if last >= self.settings().last() {
            Cell::Open
        } else {
            Cell::Day(last)
        }
    }

    /// Whether a run ended by death is written as if it went on.
    fn forgets_death(&self, run: Run, person: &Person) -> bool {
        self.has(Mess::AfterDeath) && person.died == Some(run.last)
    }
}

/// Writes the files of one register.
pub(super) fn write(
    kind: Kind,
    people: &People<'_>,
    sink: &mut dyn Sink,
) -> Result<Vec<FileCounts>, SynthError> {
    let mut writing = Writing {
        people,
        kind,
        sink,
        opened: 0,
        counts: Vec::new(),
    };
    match kind {
        Kind::AaNav => aa_nav::write(&mut writing),
        Kind::AaSsb => aa_ssb::write(&mut writing),
        Kind::Npr => npr::write(&mut writing),
        Kind::Kpr => kpr::write(&mut writing),
        Kind::Kuhr => kuhr::write(&mut writing),
        Kind::FdTrygd => fd_trygd::write(&mut writing),
        Kind::Dream => dream::write(&mut writing),
        Kind::Bfl => bfl::write(&mut writing),
        Kind::NavMeasures => tiltak::write(&mut writing),
        Kind::PersonStatus => person_status::write(&mut writing),
        Kind::Spells => spells::write(&mut writing),
    }?;
    Ok(writing.counts)
}

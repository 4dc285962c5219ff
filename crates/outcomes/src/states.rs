//! From tables to timelines: everyone's days in the state of an endpoint.

use crate::endpoint::{Endpoint, Spells, State};
use crate::measure::Measure;
use crate::observation::Observation;
use crate::prepared::Prepared;
use crate::rule::Truth;
use crate::span::clip;
use crate::table::SpellTable;
use crate::threads::by_blocks;
use crate::timeline::Timeline;
use crate::{Cohort, Outcome, OutcomeError};
use regtrial_registers::Day;
use std::borrow::Cow;

impl Cohort<'_> {
    /// Everyone's days in the state of an endpoint, and when they are seen, in the order of the
    /// participant list.
    ///
    /// # Errors
    /// [`OutcomeError::NoTable`] for an endpoint on a table that the cohort does not have,
    /// [`OutcomeError::Rule`] for a rule that does not fit it.
    pub fn timelines(&self, endpoint: &Endpoint) -> Result<Vec<Timeline>, OutcomeError> {
        let mut prepared = Prepared::new(self);
        let place = prepared.add(endpoint)?;
        let of = |person| prepared.timelines(person).swap_remove(place);
        let blocks = by_blocks(self.people.len(), |people| {
            people.map(of).collect::<Vec<Timeline>>()
        });
        Ok(blocks.ok_or(OutcomeError::Table)?.concat())
    }

    /// Whether each row of an endpoint's table counts: the rule's truth, and for new jobs whether
    /// the job was not held already.
    pub(crate) fn verdicts(&self, spells: &Spells) -> Result<Vec<Truth>, OutcomeError> {
        let table = self.table(spells)?;
        let mut truths = table.truths(spells.rule.as_ref())?;
        if !spells.new {
            return Ok(truths);
        }
        let jobs = table.jobs()?;
        for (rows, &index) in table.rows.iter().zip(&self.people.index) {
            let on = |day: Day| {
                rows.clone()
                    .filter(move |&row| table.span(row).contains(day))
            };
            let jobs_on = |day: Day| on(day).map(|row| jobs[row]).collect();
            let held = Held {
                before: jobs_on(index - 1),
                on_index: jobs_on(index),
            };
            for row in rows.clone() {
                let span = table.span(row);
                let itself = span.contains(index - 1) && span.contains(index);
                truths[row] = match truths[row] {
                    _ if itself || held.certainly(jobs[row]) => Truth::False,
                    Truth::True if held.perhaps(jobs[row]) => Truth::Unknown,
                    truth => truth,
                };
            }
        }
        Ok(truths)
    }

    /// When a person is seen for an outcome. What is counted from spells can be counted only where
    /// every register that holds such spells sees the person, also where one of them is enough to
    /// know the state.
    pub(crate) fn observed<'t>(
        &self,
        outcome: &Outcome,
        person: usize,
        timeline: &'t Timeline,
    ) -> Result<Cow<'t, Observation>, OutcomeError> {
        let observation = &timeline.observation;
        if !outcome.measure.needs_spells() || matches!(outcome.endpoint.state, State::Spells(_)) {
            return Ok(Cow::Borrowed(observation));
        }
        let mut unseen = observation.unseen.clone();
        for spells in counted_by(&outcome.endpoint, outcome.measure) {
            let table = self.table(spells)?;
            for (span, cause) in &table.observations[person].unseen {
                let states = &timeline.states;
                let hidden = [&states.certain, &states.possible].map(|days| clip(days, *span));
                unseen.extend(hidden.concat().into_iter().map(|days| (days, *cause)));
            }
        }
        Ok(Cow::Owned(Observation::without(unseen)))
    }

    pub(crate) fn table(&self, spells: &Spells) -> Result<&SpellTable, OutcomeError> {
        let key = (spells.register.clone(), spells.table);
        self.tables.get(&key).ok_or_else(|| OutcomeError::NoTable {
            register: spells.register.clone(),
            table: spells.table.name(),
        })
    }
}

/// The spells behind an endpoint that a measure counts.
pub(crate) fn counted_by(endpoint: &Endpoint, measure: Measure) -> impl Iterator<Item = &Spells> {
    let carriers = endpoint.carriers().into_iter();
    carriers.filter(move |spells| spells.carries(measure))
}

/// Which jobs a person has on the day before the index date and on the day itself: a job of both
/// days is held already. `None` is a job of which nothing says which it is.
struct Held {
    before: Vec<Option<u64>>,
    on_index: Vec<Option<u64>>,
}

impl Held {
    fn certainly(&self, job: Option<u64>) -> bool {
        job.is_some() && self.before.contains(&job) && self.on_index.contains(&job)
    }

    /// Whether a job may be one that is held.
    fn perhaps(&self, job: Option<u64>) -> bool {
        let same = |a: Option<u64>, b: Option<u64>| a.is_none() || b.is_none() || a == b;
        let before = self.before.iter().filter(|held| same(**held, job));
        before
            .flat_map(|held| self.on_index.iter().map(move |on| (*held, *on)))
            .any(|(held, on)| same(held, on) && same(on, job))
    }
}

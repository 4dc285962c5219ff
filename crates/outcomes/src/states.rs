//! From tables to timelines: everyone's days in the state of an endpoint.

use crate::endpoint::{Combination, Endpoint, Spells, State};
use crate::measure::{Carrier, Measure};
use crate::observation::Observation;
use crate::rule::{Truth, Value};
use crate::span::clip;
use crate::table::SpellTable;
use crate::timeline::{States, Timeline, Weighted, reaching};
use crate::{Cohort, Outcome, OutcomeError};
use regtrial_registers::{Day, TableKind, Unit};
use std::borrow::Cow;
use std::collections::BTreeMap;

impl Cohort<'_> {
    /// Everyone's days in the state of an endpoint, and when they are seen, in the order of the
    /// participant list.
    ///
    /// # Errors
    /// [`OutcomeError::NoTable`] for an endpoint on a table that the cohort does not have,
    /// [`OutcomeError::Rule`] for a rule that does not fit it.
    pub fn timelines(&self, endpoint: &Endpoint) -> Result<Vec<Timeline>, OutcomeError> {
        let timelines = match &endpoint.state {
            State::Spells(spells) => self.of_spells(spells)?,
            State::Combined(combination) => self.of_combination(combination)?,
        };
        let counted = timelines.into_iter();
        Ok(counted
            .map(|timeline| timeline.counted(endpoint.counted))
            .collect())
    }

    fn of_spells(&self, spells: &Spells) -> Result<Vec<Timeline>, OutcomeError> {
        let table = self.table(spells)?;
        let truths = self.verdicts(spells)?;
        let values = match &spells.at_least {
            Some(at_least) => Some((table.numbers(&at_least.field)?, at_least.least)),
            None => None,
        };
        let people = table.rows.iter().zip(&table.observations);
        let timelines = people.map(|(rows, observation)| {
            let states = match &values {
                None => {
                    let spans = |wanted: Truth| {
                        let matching = rows.clone().filter(|&row| truths[row] == wanted);
                        matching.map(|row| table.span(row)).collect()
                    };
                    States::new(spans(Truth::True), spans(Truth::Unknown))
                }
                Some((values, least)) => {
                    let counting = rows.clone().filter(|&row| truths[row] != Truth::False);
                    let weighted = counting.map(|row| Weighted {
                        span: table.span(row),
                        certain: truths[row] == Truth::True,
                        value: values[row],
                    });
                    reaching(&weighted.collect::<Vec<_>>(), *least)
                }
            };
            Timeline {
                states,
                observation: observation.clone(),
            }
        });
        Ok(timelines.collect())
    }

    fn of_combination(&self, combination: &Combination) -> Result<Vec<Timeline>, OutcomeError> {
        let keys: Vec<&str> = combination.parts.iter().map(|p| p.key.as_str()).collect();
        let mut parts = Vec::new();
        for part in &combination.parts {
            parts.push(self.timelines(part)?);
        }
        let truth = |truths: &[Truth]| {
            combination.expression.evaluate(&|name: &str| {
                let part = keys.iter().position(|key| *key == name);
                match part.map(|part| truths[part]) {
                    Some(Truth::True) => Value::Truth(true),
                    Some(Truth::False) => Value::Truth(false),
                    Some(Truth::Unknown) | None => Value::Unknown,
                }
            })
        };
        let combined = (0..self.people.len()).map(|person| {
            let parts: Vec<&Timeline> = parts.iter().map(|part| &part[person]).collect();
            Timeline::combine(&parts, truth)
        });
        Ok(combined.collect())
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

    /// Each person's spells that bring them into the state, as far as a measure counts them, with
    /// the numbers of its field.
    pub(crate) fn carriers(
        &self,
        endpoint: &Endpoint,
        measure: Measure,
    ) -> Result<Vec<Vec<Carrier>>, OutcomeError> {
        let field = match measure {
            Measure::Sum(sum) => Some(sum.field()),
            _ => None,
        };
        // A row that several parts of a combination pick is still one spell.
        let mut tables: BTreeMap<(&str, TableKind), Vec<&Spells>> = BTreeMap::new();
        for spells in counted_by(endpoint, measure) {
            let key = (spells.register.as_str(), spells.table);
            tables.entry(key).or_default().push(spells);
        }
        let mut carriers = vec![Vec::new(); self.people.len()];
        for (position, picked) in tables.into_values().enumerate() {
            let unit = field.and_then(|field| picked[0].unit(field));
            let table = self.table(picked[0])?;
            let mut truths = vec![Truth::False; table.frame.height()];
            for spells in picked {
                for (truth, other) in truths.iter_mut().zip(self.verdicts(spells)?) {
                    *truth = truth.or(other);
                }
            }
            let jobs = table.jobs()?;
            let values = match field {
                Some(field) => table.numbers(field)?,
                None => Vec::new(),
            };
            for (person, rows) in table.rows.iter().enumerate() {
                let counting = rows.clone().filter(|&row| truths[row] != Truth::False);
                carriers[person].extend(counting.map(|row| Carrier {
                    span: table.span(row),
                    certain: truths[row] == Truth::True,
                    // Jobs of different registers are different, and so are rows without a job.
                    job: ((position as u64) << 48) | jobs[row].unwrap_or((1 << 47) | row as u64),
                    value: values.get(row).copied().flatten(),
                    unit: unit.unwrap_or(Unit::Whole),
                }));
            }
        }
        Ok(carriers)
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

    pub(crate) fn table(&self, spells: &Spells) -> Result<&SpellTable<'_>, OutcomeError> {
        let key = (spells.register.clone(), spells.table);
        self.tables.get(&key).ok_or_else(|| OutcomeError::NoTable {
            register: spells.register.clone(),
            table: spells.table.name(),
        })
    }
}

/// The spells behind an endpoint that a measure counts.
fn counted_by(endpoint: &Endpoint, measure: Measure) -> impl Iterator<Item = &Spells> {
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

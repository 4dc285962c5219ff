//! From tables to timelines: everyone's days in the state of an endpoint.

use crate::endpoint::{Combination, Endpoint, Spells, State};
use crate::measure::Carrier;
use crate::rule::{Truth, Value};
use crate::table::SpellTable;
use crate::timeline::{States, Timeline, Weighted, reaching};
use crate::{Cohort, OutcomeError};
use regtrial_registers::{Day, Unit};

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
        let counted = timelines.into_iter().map(|timeline| Timeline {
            states: timeline.states.counted(endpoint.counted),
            ..timeline
        });
        Ok(counted.collect())
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
            let held = |row: &usize| is_held(table, *row, index);
            let held_jobs: Vec<Option<u64>> =
                rows.clone().filter(held).map(|row| jobs[row]).collect();
            for row in rows.clone() {
                let is_old = held(&row) || (jobs[row].is_some() && held_jobs.contains(&jobs[row]));
                // Nothing says whether this is one of the jobs held.
                let is_unclear = jobs[row].is_none() && !held_jobs.is_empty();
                truths[row] = match truths[row] {
                    _ if is_old => Truth::False,
                    Truth::True if is_unclear => Truth::Unknown,
                    truth => truth,
                };
            }
        }
        Ok(truths)
    }

    /// Each person's spells that bring them into the state, with a field's numbers.
    pub(crate) fn carriers(
        &self,
        endpoint: &Endpoint,
        field: Option<&str>,
    ) -> Result<Vec<Vec<Carrier>>, OutcomeError> {
        let mut carriers = vec![Vec::new(); self.people.len()];
        for (position, spells) in endpoint.carriers().into_iter().enumerate() {
            let unit = match field {
                Some(field) => match spells.unit(field) {
                    Some(unit) => unit,
                    None => continue,
                },
                None => Unit::Percent,
            };
            let table = self.table(spells)?;
            let truths = self.verdicts(spells)?;
            let jobs = table.jobs()?;
            let values = match field {
                Some(field) => table.numbers(field)?,
                None => Vec::new(),
            };
            for (person, rows) in table.rows.iter().enumerate() {
                let counting = rows.clone().filter(|&row| truths[row] == Truth::True);
                carriers[person].extend(counting.map(|row| Carrier {
                    span: table.span(row),
                    // Jobs of different registers are different, and so are rows without a job.
                    job: ((position as u64) << 48) | jobs[row].unwrap_or((1 << 47) | row as u64),
                    value: values.get(row).copied().flatten(),
                    unit,
                }));
            }
        }
        Ok(carriers)
    }

    pub(crate) fn table(&self, spells: &Spells) -> Result<&SpellTable<'_>, OutcomeError> {
        let key = (spells.register.clone(), spells.table);
        self.tables.get(&key).ok_or_else(|| OutcomeError::NoTable {
            register: spells.register.clone(),
            table: spells.table.name(),
        })
    }
}

/// Whether a spell was held when follow-up began: it began before and holds the day.
fn is_held(table: &SpellTable<'_>, row: usize, index: Day) -> bool {
    let span = table.span(row);
    span.start < index && span.end > index
}

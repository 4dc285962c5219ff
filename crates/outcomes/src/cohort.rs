//! All people of a study with their spells: where outcomes are derived.

use crate::OutcomeError;
use crate::calendar::Offset;
use crate::measure::{self, Measure, States, Value};
use crate::observation::{Cause, Observation, Policies};
use crate::rule::{Rule, Truth};
use crate::span::Span;
use polars::prelude::*;
use regtrial_registers::{Day, People};
use std::collections::HashSet;

/// A rule on the spells of a register; no rule is "any spell".
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Key in the plan.
    pub key: String,
    /// The rule.
    pub rule: Option<Rule>,
}

/// An endpoint, a measure and a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Key in the plan; the column of the person table.
    pub key: String,
    /// The endpoint.
    pub endpoint: Endpoint,
    /// What is taken of it.
    pub measure: Measure,
    /// Start of the window; of no account for a status.
    pub from: Offset,
    /// End of the window, or the landmark.
    pub to: Offset,
    /// What the outcome means for people seen for part of the window.
    pub policies: Policies,
}

impl Outcome {
    /// The days the outcome speaks of for an index date; a landmark is the one day.
    #[must_use]
    pub fn window(&self, index: Day) -> Span {
        let to = self.to.from(index);
        if self.measure == Measure::Status {
            Span::new(to, to + 1)
        } else {
            Span::new(self.from.from(index), to)
        }
    }
}

/// People, their spells, and when they are seen.
#[derive(Debug)]
pub struct Cohort<'a> {
    pub(crate) people: &'a People,
    pub(crate) spells: &'a DataFrame,
    /// Per person: the rows of `spells`.
    pub(crate) rows: Vec<std::ops::Range<usize>>,
    pub(crate) observations: Vec<Observation>,
}

/// Days on which a person is not seen, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// Position in the participant list.
    pub person: usize,
    /// The days.
    pub days: Span,
    /// Why.
    pub cause: Cause,
}

/// One outcome of everyone.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    /// Key in the plan.
    pub key: String,
    /// A value a person.
    pub values: Vec<Value>,
}

impl<'a> Cohort<'a> {
    /// Joins people, canonical spells (sorted by person), the register's cover, and who was looked
    /// up (everyone, if there is no linkage list).
    ///
    /// # Errors
    /// [`OutcomeError::Table`] if the spells are not the canonical table.
    pub fn new(
        people: &'a People,
        spells: &'a DataFrame,
        cover: Span,
        linked: Option<&HashSet<String>>,
    ) -> Result<Self, OutcomeError> {
        let person = spells.column("person")?.u64()?;
        let mut rows = vec![0..0; people.len()];
        let mut previous = None;
        for (row, position) in person.iter().enumerate() {
            let position = position.ok_or(OutcomeError::Table)? as usize;
            let range: &mut std::ops::Range<usize> =
                rows.get_mut(position).ok_or(OutcomeError::Table)?;
            if previous == Some(position) {
                range.end = row + 1;
            } else if range.start == range.end {
                *range = row..row + 1;
            } else {
                // A person's rows in two places: the table is not sorted.
                return Err(OutcomeError::Table);
            }
            previous = Some(position);
        }
        let observation = |i: usize| {
            let exits = people
                .exits
                .iter()
                .filter_map(|(exit, days)| days[i].map(|day| (*exit, day)));
            let linked = linked.is_none_or(|ids| ids.contains(&people.ids[i]));
            Observation::new(cover, exits, linked)
        };
        let observations = (0..people.len()).map(observation).collect();
        Ok(Self {
            people,
            spells,
            rows,
            observations,
        })
    }

    /// The same people without the days of some absences: a register of deaths and moves tells more
    /// than the participant list.
    #[must_use]
    pub fn with_absences(mut self, absences: &[Absence]) -> Self {
        for absence in absences {
            if let Some(observation) = self.observations.get_mut(absence.person) {
                *observation = observation.clone().absent(absence.days, absence.cause);
            }
        }
        self
    }

    /// When each person is seen.
    #[must_use]
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// Derives one outcome of everyone.
    ///
    /// # Errors
    /// [`OutcomeError::PartlyObserved`] if people are seen for part of the window and the plan does
    /// not say what that means.
    pub fn derive(&self, outcome: &Outcome) -> Result<Derived, OutcomeError> {
        let states = self.states(&outcome.endpoint)?;
        let values = states
            .iter()
            .zip(&self.observations)
            .zip(&self.people.index)
            .map(|((states, observation), &index)| {
                let window = outcome.window(index);
                measure::value(
                    states,
                    observation,
                    window,
                    outcome.measure,
                    outcome.policies,
                )
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|cause| OutcomeError::PartlyObserved {
                outcome: outcome.key.clone(),
                cause,
            })?;
        Ok(Derived {
            key: outcome.key.clone(),
            values,
        })
    }

    /// Each person's days in the endpoint's state.
    pub(crate) fn states(&self, endpoint: &Endpoint) -> Result<Vec<States>, OutcomeError> {
        let truths = self.truths(endpoint)?;
        let (start, end) = (self.days("start")?, self.days("end")?);
        Ok(self
            .rows
            .iter()
            .map(|rows| {
                let spans = |wanted: Truth| {
                    let matching = rows.clone().filter(|&row| truths[row] == wanted);
                    matching
                        .map(|row| Span::closed(start[row], end[row]))
                        .collect()
                };
                States::new(spans(Truth::True), spans(Truth::Unknown))
            })
            .collect())
    }

    /// The rule's truth for every spell.
    pub(crate) fn truths(&self, endpoint: &Endpoint) -> Result<Vec<Truth>, OutcomeError> {
        match &endpoint.rule {
            Some(rule) => rule.truths(self.spells),
            None => Ok(vec![Truth::True; self.spells.height()]),
        }
    }

    pub(crate) fn days(&self, column: &str) -> Result<Vec<Day>, OutcomeError> {
        let days = self.spells.column(column)?.cast(&DataType::Int32)?;
        days.i32()?
            .iter()
            .collect::<Option<Vec<_>>>()
            .ok_or(OutcomeError::Table)
    }
}

//! All people of a study with their spells: where outcomes are derived.

use crate::OutcomeError;
use crate::calendar::Offset;
use crate::endpoint::Endpoint;
use crate::measure::{
    self, Carrier, Measure, MonthsFrom, Prices, Question, Recurrence, Refused, Value, recurrence,
};
use crate::observation::{Cause, Observation, Policies};
use crate::prepared::Prepared;
use crate::span::Span;
use crate::table::SpellTable;
use crate::threads::by_blocks;
use crate::timeline::Timeline;
use polars::prelude::DataFrame;
use regtrial_registers::{Day, People, TableKind};
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// An endpoint, a measure and a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Key in the plan; the column of the person table.
    pub key: String,
    /// The endpoint.
    pub endpoint: Arc<Endpoint>,
    /// What is taken of it.
    pub measure: Measure,
    /// Start of the window; of no account for a status.
    pub from: Offset,
    /// End of the window, or the landmark.
    pub to: Offset,
    /// What the outcome means for people seen for part of the window.
    pub policies: Policies,
    /// Asks whether the number is at least so large, instead of the number.
    pub at_least: Option<f64>,
    /// Most that the spells of a day may add up to: percent, or hours a week.
    pub cap: Option<f64>,
    /// Puts money in the prices of one year.
    pub prices: Option<Arc<Prices>>,
    /// How far before the window nobody may have been in the state to be new to it; a distance
    /// back from the window's start.
    pub washout: Option<Offset>,
}

impl Outcome {
    /// An endpoint's measure in a window.
    #[must_use]
    pub fn new(
        key: &str,
        endpoint: impl Into<Arc<Endpoint>>,
        measure: Measure,
        from: Offset,
        to: Offset,
    ) -> Self {
        Self {
            key: key.to_owned(),
            endpoint: endpoint.into(),
            measure,
            from,
            to,
            policies: Policies::default(),
            at_least: None,
            cap: None,
            prices: None,
            washout: None,
        }
    }

    /// The same with what it means for people seen for part of the window.
    #[must_use]
    pub fn with_policies(self, policies: Policies) -> Self {
        Self { policies, ..self }
    }

    /// Whether its values are 1 and 0.
    #[must_use]
    pub fn is_binary(&self) -> bool {
        self.measure.is_binary() || self.at_least.is_some()
    }

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

    /// The days before the window on which nobody in the state is new to it.
    #[must_use]
    pub fn washout(&self, index: Day) -> Option<Span> {
        let start = self.window(index).start;
        self.washout
            .map(|back| Span::new(back.back_from(start), start))
    }

    /// What is asked of a person.
    pub(crate) fn question(&self, index: Day) -> Question<'_> {
        Question {
            measure: self.measure,
            window: self.window(index),
            policies: self.policies,
            at_least: self.at_least,
            cap: self.cap,
            prices: self.prices.as_deref(),
            washout: self.washout(index),
            months: match self.from {
                Offset::Months(first) => MonthsFrom {
                    origin: index,
                    first,
                },
                _ => MonthsFrom::first_day(self.window(index)),
            },
        }
    }
}

/// People, their spells, and when they are seen.
#[derive(Debug)]
pub struct Cohort<'a> {
    pub(crate) people: &'a People,
    pub(crate) tables: BTreeMap<(String, TableKind), SpellTable>,
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

/// An outcome, with the places of its endpoint and of the spells it counts.
struct Asked<'o> {
    outcome: &'o Outcome,
    endpoint: usize,
    carriers: Option<usize>,
}

impl<'a> Cohort<'a> {
    /// People without registers; [`Cohort::with_table`] adds them.
    #[must_use]
    pub fn new(people: &'a People) -> Self {
        Self {
            people,
            tables: BTreeMap::new(),
        }
    }

    /// Adds a register's canonical table (sorted by person), the days the register covers, and who
    /// was looked up in it (everyone, if there is no linkage list).
    ///
    /// # Errors
    /// [`OutcomeError::Table`] if the spells are not the canonical table.
    pub fn with_table(
        mut self,
        register: &str,
        kind: TableKind,
        spells: &DataFrame,
        cover: Span,
        linked: Option<&HashSet<String>>,
    ) -> Result<Self, OutcomeError> {
        let people = self.people;
        let observation = |i: usize| {
            let exits = people
                .exits
                .iter()
                .filter_map(|(exit, days)| days[i].map(|day| (*exit, day)));
            let id = people.ids.id(i).unwrap_or_default();
            let linked = linked.is_none_or(|ids| ids.contains(id));
            Observation::new(cover, exits, linked)
        };
        let observations = (0..people.len()).map(observation).collect();
        let table = SpellTable::new(kind, spells, observations)?;
        self.tables.insert((register.to_owned(), kind), table);
        Ok(self)
    }

    /// The same people without the days of some absences: a register of deaths and moves tells more
    /// than the participant list.
    #[must_use]
    pub fn with_absences(mut self, absences: &[Absence]) -> Self {
        for table in self.tables.values_mut() {
            for absence in absences {
                if let Some(observation) = table.observations.get_mut(absence.person) {
                    *observation = observation.clone().absent(absence.days, absence.cause);
                }
            }
        }
        self
    }

    /// Derives one outcome of everyone.
    ///
    /// # Errors
    /// As [`Cohort::derive_all`].
    pub fn derive(&self, outcome: &Outcome) -> Result<Derived, OutcomeError> {
        let mut derived = self.derive_all(std::slice::from_ref(outcome));
        derived.pop().unwrap_or(Err(OutcomeError::Table))
    }

    /// Derives outcomes of everyone; the days in each endpoint's state are worked out once.
    ///
    /// # Errors
    /// Of each outcome: [`OutcomeError::PartlyObserved`] if people are seen for part of the window
    /// and the plan does not say what that means, [`OutcomeError::NoPrice`] for a month without a
    /// price index, [`OutcomeError::NoTable`] for a register that the cohort does not have.
    pub fn derive_all(&self, outcomes: &[Outcome]) -> Vec<Result<Derived, OutcomeError>> {
        let mut prepared = Prepared::new(self);
        let prepare = |outcome| Asked::new(outcome, &mut prepared);
        let asked: Vec<Result<Asked<'_>, OutcomeError>> = outcomes.iter().map(prepare).collect();
        let ready: Vec<&Asked<'_>> = asked.iter().flatten().collect();
        let blocks = by_blocks(self.people.len(), |people| {
            self.answers(&prepared, &ready, people)
        });
        // A thread that was lost has lost people.
        let lost = blocks.is_none();
        let mut derived: Vec<Result<Vec<Value>, OutcomeError>> = ready
            .iter()
            .map(|_| Ok(Vec::with_capacity(self.people.len())))
            .collect();
        for block in blocks.into_iter().flatten() {
            for (all, answers) in derived.iter_mut().zip(block) {
                match (&mut *all, answers) {
                    (Ok(all), Ok(answers)) => all.extend(answers),
                    // The first person's refusal is told.
                    (Ok(_), Err(refusal)) => *all = Err(refusal),
                    (Err(_), _) => {}
                }
            }
        }
        let mut derived = derived.into_iter();
        let one = |asked: Result<Asked<'_>, OutcomeError>| {
            let asked = asked?;
            let values = derived.next().filter(|_| !lost);
            Ok(Derived {
                key: asked.outcome.key.clone(),
                values: values.unwrap_or(Err(OutcomeError::Table))?,
            })
        };
        asked.into_iter().map(one).collect()
    }

    /// The days on which everyone had the events that an outcome counts; nothing where the count is
    /// missing.
    ///
    /// # Errors
    /// As [`Cohort::derive_all`].
    pub fn recurrences(&self, outcome: &Outcome) -> Result<Vec<Option<Recurrence>>, OutcomeError> {
        let mut prepared = Prepared::new(self);
        let asked = Asked::new(outcome, &mut prepared)?;
        let of = |person: usize| {
            let timeline = prepared.timelines(person).swap_remove(asked.endpoint);
            let carriers = asked.carriers.map(|place| prepared.carriers(place, person));
            let question = outcome.question(self.people.index[person]);
            let observation = self.observed(outcome, person, &timeline)?;
            let carriers = carriers.unwrap_or_default();
            let found = recurrence(&question, &timeline.states, &carriers, &observation);
            found.map_err(|refused| refused_for(outcome, refused))
        };
        let blocks = by_blocks(self.people.len(), |people| {
            people.map(of).collect::<Result<Vec<_>, OutcomeError>>()
        });
        let blocks = blocks.ok_or(OutcomeError::Table)?.into_iter();
        Ok(blocks
            .collect::<Result<Vec<_>, OutcomeError>>()?
            .into_iter()
            .flatten()
            .collect())
    }

    /// The answers of some people to each outcome, or the first refusal.
    fn answers(
        &self,
        prepared: &Prepared<'_>,
        asked: &[&Asked<'_>],
        people: Range<usize>,
    ) -> Vec<Result<Vec<Value>, OutcomeError>> {
        let mut answers: Vec<Result<Vec<Value>, OutcomeError>> = asked
            .iter()
            .map(|_| Ok(Vec::with_capacity(people.len())))
            .collect();
        for person in people {
            let timelines = prepared.timelines(person);
            let mut carriers: BTreeMap<usize, Vec<Carrier>> = BTreeMap::new();
            for (asked, answers) in asked.iter().zip(&mut answers) {
                let Ok(values) = answers else { continue };
                let own: &[Carrier] = match asked.carriers {
                    Some(place) => carriers
                        .entry(place)
                        .or_insert_with(|| prepared.carriers(place, person)),
                    None => &[],
                };
                match self.answer(asked.outcome, person, &timelines[asked.endpoint], own) {
                    Ok(value) => values.push(value),
                    Err(refusal) => *answers = Err(refusal),
                }
            }
        }
        answers
    }

    fn answer(
        &self,
        outcome: &Outcome,
        person: usize,
        timeline: &Timeline,
        carriers: &[Carrier],
    ) -> Result<Value, OutcomeError> {
        let question = outcome.question(self.people.index[person]);
        let observation = self.observed(outcome, person, timeline)?;
        let answer = measure::answer(&question, &timeline.states, carriers, &observation);
        answer.map_err(|refused| refused_for(outcome, refused))
    }
}

impl<'o> Asked<'o> {
    fn new(outcome: &'o Outcome, prepared: &mut Prepared<'o>) -> Result<Self, OutcomeError> {
        let endpoint = prepared.add(&outcome.endpoint)?;
        let carriers = match outcome.measure.needs_spells() {
            true => Some(prepared.add_carriers(endpoint, outcome.measure)?),
            false => None,
        };
        Ok(Self {
            outcome,
            endpoint,
            carriers,
        })
    }
}

fn refused_for(outcome: &Outcome, refused: Refused) -> OutcomeError {
    let outcome = outcome.key.clone();
    match refused {
        Refused::Undeclared(cause) => OutcomeError::PartlyObserved { outcome, cause },
        Refused::Price { year, month } => OutcomeError::NoPrice {
            outcome,
            year,
            month,
        },
        Refused::Unordered => OutcomeError::Table,
    }
}

//! Who is counted: everyone's events and days, and those of each arm.

use super::super::Context;
use crate::StudyError;
use crate::plan::{OutcomePlan, OutcomeSource, PERSON_TIME, RatePlan};
use regtrial_outcomes::Outcome;
use regtrial_outcomes::measure::Measure;
use regtrial_results::{Cell, Cells, Results};
use regtrial_stats::StatsError;
use regtrial_stats::design::Data;
use regtrial_stats::rates::Rate;

/// Each person's events and days; missing where either is not known, or nothing was seen.
pub(super) struct People {
    pub(super) events: Vec<f64>,
    days: Vec<f64>,
    pub(super) data: Data,
}

/// The known people of one arm.
pub(super) struct Arm {
    pub(super) name: String,
    /// Its place in the plan.
    pub(super) arm: usize,
    pub(super) events: Vec<f64>,
    pub(super) days: Vec<f64>,
    /// With an event and without.
    pub(super) cells: [Cell; 2],
}

impl Arm {
    pub(super) fn rate(&self, per: f64) -> Result<Rate, StatsError> {
        let events = self.events.iter().sum::<f64>() as u64;
        Rate::new(events, self.days.iter().sum::<f64>() / per)
    }

    pub(super) fn cells(&self) -> Cells {
        // With its events a rate gives the days.
        Cells::showing(self.cells)
            .contributions(&self.events)
            .contributions(&self.days)
    }
}

impl People {
    pub(super) fn new(
        context: &Context<'_>,
        outcome: &OutcomePlan,
        rate: &RatePlan,
    ) -> Result<Result<Self, StatsError>, StudyError> {
        let mut events = context.numbers(&outcome.key)?;
        let mut days = match (&rate.person_time, &outcome.source) {
            (Some(column), _) => context.numbers(column)?,
            (None, OutcomeSource::Derived(derived)) => seen(context, derived)?,
            (None, _) => vec![f64::NAN; events.len()],
        };
        let is_count = |value: &f64| value.is_nan() || (*value >= 0.0 && value.fract() == 0.0);
        if !events.iter().all(is_count) {
            return Ok(Err(StatsError::OutcomeRange {
                outcome: outcome.key.clone(),
                expected: "whole numbers from 0: a count of events",
            }));
        }
        let wrong = |rule: &str| {
            Err(StatsError::Argument {
                argument: "person-time",
                rule: rule.to_owned(),
            })
        };
        if days.iter().any(|day| *day < 0.0 || day.is_infinite()) {
            return Ok(wrong("must be numbers of days from 0 on"));
        }
        for (events, days) in events.iter_mut().zip(&mut days) {
            if *days == 0.0 && *events > 0.0 {
                return Ok(wrong("is 0 for someone with events"));
            }
            // Who was seen on no day says nothing of a rate.
            if *days == 0.0 || days.is_nan() || events.is_nan() {
                (*days, *events) = (f64::NAN, f64::NAN);
            }
        }
        let data = context.data.clone();
        let data = data.with_numbers(&outcome.key, events.clone());
        let data = data.with_numbers(PERSON_TIME, days.clone());
        Ok(Ok(Self { events, days, data }))
    }

    /// Registers who of each arm has an event and who has none.
    pub(super) fn arms(
        &self,
        context: &Context<'_>,
        outcome: &OutcomePlan,
        results: &mut Results,
    ) -> Vec<Arm> {
        let mut found = Vec::new();
        for (arm, (name, rows)) in context.groups().into_iter().enumerate() {
            let has = |i: usize| (!self.events[i].is_nan()).then_some(self.events[i] > 0.0);
            let label = format!("{name} {} any", outcome.key);
            let split = context.split(&label, &rows, has, &mut results.counts);
            let known: Vec<usize> = rows
                .into_iter()
                .filter(|&i| !self.events[i].is_nan())
                .collect();
            if !known.is_empty() {
                found.push(Arm {
                    name,
                    arm,
                    events: known.iter().map(|&i| self.events[i]).collect(),
                    days: known.iter().map(|&i| self.days[i]).collect(),
                    cells: [split.yes, split.no],
                });
            }
        }
        found
    }
}

/// The days that everyone was seen in the outcome's window.
fn seen(context: &Context<'_>, outcome: &Outcome) -> Result<Vec<f64>, StudyError> {
    let days = Outcome {
        measure: Measure::PersonDays,
        washout: None,
        ..outcome.clone()
    };
    let derived = context.study.cohort()?.derive(&days)?;
    let values = derived.values.iter().map(|value| value.number);
    Ok(values.map(|number| number.unwrap_or(f64::NAN)).collect())
}

//! Person-months: who is in a state on each monthly landmark, and in which of several states.

use crate::calendar::Offset;
use crate::endpoint::Endpoint;
use crate::measure::{self, Measure};
use crate::observation::Policies;
use crate::span::Span;
use crate::timeline::Timeline;
use crate::{Cohort, OutcomeError};
use std::sync::Arc;

/// The status of everyone on the days index + 0, 1, ..., months.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// `status[k][i]` of person i on the landmark of month k: 1, 0 or not known.
    pub status: Vec<Vec<Option<bool>>>,
}

/// States of which a person is in one at a time: the first that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// Key in the plan.
    pub key: String,
    /// The states by rank, each with its name.
    pub states: Vec<(String, Arc<Endpoint>)>,
    /// Last month.
    pub months: u32,
    /// What a month means for people no longer seen.
    pub policies: Policies,
}

/// The state of a person on a landmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occupied {
    /// The state at this place of the list.
    State(usize),
    /// In none of the states.
    None,
    /// Not seen, or a field that a rule needs is missing.
    Unobserved,
}

impl Cohort<'_> {
    /// The panel of an endpoint to a month, by the same rule as a status outcome.
    ///
    /// # Errors
    /// As [`Cohort::timelines`].
    pub fn panel(
        &self,
        endpoint: &Endpoint,
        months: u32,
        policies: Policies,
    ) -> Result<Panel, OutcomeError> {
        let timelines = self.timelines(endpoint)?;
        let status = (0..=months)
            .map(|month| self.landmark(&timelines, month, policies))
            .collect();
        Ok(Panel { status })
    }

    /// The state of everyone on each monthly landmark: `states[k][i]` of person i on the landmark of
    /// month k. A state counts only if all before it are known not to hold.
    ///
    /// # Errors
    /// As [`Cohort::timelines`].
    pub fn sequence(&self, sequence: &Sequence) -> Result<Vec<Vec<Occupied>>, OutcomeError> {
        let mut panels = Vec::new();
        for (_, endpoint) in &sequence.states {
            panels.push(self.panel(endpoint, sequence.months, sequence.policies)?);
        }
        let occupied = |month: usize, person: usize| {
            for (rank, panel) in panels.iter().enumerate() {
                match panel.status[month][person] {
                    Some(true) => return Occupied::State(rank),
                    Some(false) => {}
                    None => return Occupied::Unobserved,
                }
            }
            Occupied::None
        };
        let months = 0..=sequence.months as usize;
        let of_month = |month| {
            let people = 0..self.people.len();
            people.map(|person| occupied(month, person)).collect()
        };
        Ok(months.map(of_month).collect())
    }

    fn landmark(
        &self,
        timelines: &[Timeline],
        month: u32,
        policies: Policies,
    ) -> Vec<Option<bool>> {
        let people = timelines.iter().zip(&self.people.index);
        let status = people.map(|(timeline, &index)| {
            let day = Offset::Months(month as i32).from(index);
            let window = Span::new(day, day + 1);
            let (states, observation) = (&timeline.states, &timeline.observation);
            let value = measure::value(states, observation, window, Measure::Status, policies);
            value.ok()?.number.map(|number| number > 0.0)
        });
        status.collect()
    }
}

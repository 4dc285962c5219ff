//! Person-months: who is in a state on each monthly landmark.

use crate::calendar::Offset;
use crate::measure::{self, Measure};
use crate::observation::Policies;
use crate::span::Span;
use crate::{Cohort, Endpoint, OutcomeError};

/// The status of everyone on the days index + 0, 1, ..., months.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// `status[k][i]` of person i on the landmark of month k: 1, 0 or not known.
    pub status: Vec<Vec<Option<bool>>>,
}

impl Cohort<'_> {
    /// The panel of an endpoint to a month, by the same rule as a status outcome.
    ///
    /// # Errors
    /// [`OutcomeError::Table`] if the spells are not the canonical table.
    pub fn panel(
        &self,
        endpoint: &Endpoint,
        months: u32,
        policies: Policies,
    ) -> Result<Panel, OutcomeError> {
        let states = self.states(endpoint)?;
        let status = (0..=months as i32)
            .map(|month| {
                states
                    .iter()
                    .zip(&self.observations)
                    .zip(&self.people.index)
                    .map(|((states, observation), &index)| {
                        let day = Offset::Months(month).from(index);
                        let window = Span::new(day, day + 1);
                        let status = Measure::Status;
                        let value = measure::value(states, observation, window, status, policies);
                        value
                            .ok()
                            .and_then(|value| value.number)
                            .map(|number| number > 0.0)
                    })
                    .collect()
            })
            .collect();
        Ok(Panel { status })
    }
}

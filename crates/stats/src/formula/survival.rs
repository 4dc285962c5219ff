//! What a formula says about time to event: `Surv(...)`, `strata(...)`, `cluster(...)`.

use super::Expression;

/// The left side `Surv(time, event)` or `Surv(start, stop, event)`.
#[derive(Debug, Clone, PartialEq)]
pub struct SurvivalResponse {
    /// Where a row comes under observation, if it is given.
    pub start: Option<Expression>,
    /// Where the event or the end of observation falls.
    pub stop: Expression,
    /// 1 for the event, 0 for the end of observation.
    pub event: Expression,
}

/// The parts of a formula that only models of time to event know.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SurvivalParts {
    /// The left side, if it is `Surv(...)`.
    pub response: Option<SurvivalResponse>,
    /// Columns of `strata(...)`.
    pub strata: Vec<String>,
    /// The column of `cluster(...)`.
    pub cluster: Option<String>,
}

impl SurvivalParts {
    /// Whether the formula has none of them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn columns(&self, found: &mut Vec<String>) {
        if let Some(response) = &self.response {
            if let Some(start) = &response.start {
                start.columns(found);
            }
            response.event.columns(found);
        }
        found.extend(self.strata.iter().cloned());
        found.extend(self.cluster.iter().cloned());
    }
}

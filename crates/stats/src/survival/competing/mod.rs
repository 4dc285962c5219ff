//! Several kinds of event, of which the first ends the others: death before a job.

mod aalen_johansen;

pub use aalen_johansen::{AalenJohansen, CompetingFollowUp, CompetingStep};

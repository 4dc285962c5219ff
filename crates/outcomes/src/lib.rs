//! Canonical tables and people to one row a person, and person-months.
//!
//! Time is integer days. Spells are closed intervals `[start, end]` of calendar days, windows
//! half-open `[index + a, index + b)` from each person's index date; a landmark is the status on
//! the day `index + k months` itself. So a person can be employed at a landmark whose window holds
//! no day of that job: the landmark day is the first day after the window.
//!
//! | Step | Where |
//! |---|---|
//! | arithmetic of days and months | [`calendar`], [`span`] |
//! | a rule on spells or columns, three-valued | [`rule`] |
//! | a state made of rules on spells | [`Endpoint`] |
//! | when a person is seen | [`observation`] |
//! | one person's days in a state | [`timeline`] |
//! | an outcome of one person | [`measure`] |
//! | the same from slices of days, for engines of their own | [`kernel`] |
//! | all outcomes of all people | [`Cohort::derive_all`] |
//! | the proportion in a state, or the state, by month | [`Cohort::panel`], [`Cohort::sequence`] |
//! | why a person's outcome is what it is | [`Cohort::trace`] |
//!
//! [`span`], [`timeline`], [`observation`] and [`measure`] work on plain slices of days and know of
//! no table: another engine can drive them.

pub mod calendar;
pub mod endpoint;
pub mod kernel;
pub mod measure;
pub mod observation;
pub mod rule;
pub mod span;
pub mod timeline;

mod cohort;
mod error;
mod panel;
mod prepared;
mod states;
mod table;
mod threads;
mod trace;

pub use cohort::{Absence, Cohort, Derived, Outcome};
pub use endpoint::Endpoint;
pub use error::OutcomeError;
pub use panel::{Occupied, Panel, Sequence};

//! Time to event: survival curves, tests, restricted means, Cox regression, competing events.
//!
//! Time is days since the index date. Ties are the rule: times that differ by less than rounding are
//! one time ([`FollowUp`]). An event and an end of observation on the same day are taken in that
//! order, so who is censored on a day is at risk on it.
//!
//! | Question | Start at |
//! |---|---|
//! | How many are still without the event? | [`KaplanMeier`] |
//! | The same from grouped times? | [`life_table::life_table`] |
//! | Do the groups differ? | [`log_rank::log_rank`] |
//! | How many days without the event, on average? | [`restricted_mean`], its bootstrap in [`resampled`] |
//! | A regression | [`SurvivalDesign`], [`Cox`] |
//! | More than one kind of event | [`competing`] |
//! | The same event again | [`recurrent`] |

pub mod competing;
pub mod life_table;
pub mod log_rank;
pub mod recurrent;
pub mod resampled;
pub mod restricted_mean;

mod cox;
mod design;
mod follow_up;
mod kaplan_meier;

pub use cox::{
    BaselineStep, Concordance, Cox, CoxFit, CoxVariance, ExactCoxFit, FirthCoxFit, GLOBAL,
    ProportionalHazards, Ties, TimeScale,
};
pub use design::SurvivalDesign;
pub use follow_up::FollowUp;
pub use kaplan_meier::{KaplanMeier, Step, SurvivalInterval};

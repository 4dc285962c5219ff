//! Scores of rating scales, how well their items hang together, and correlations.
//!
//! | Question | Start at |
//! |---|---|
//! | total, sub-scores and band of the IPS fidelity scale | [`fidelity`] |
//! | areas of the Worker Role Interview | [`worker_role`] |
//! | Cronbach's alpha | [`alpha`] |
//! | do sites with higher scores have more people in work? | [`correlation`] |
//!
//! A rating that is `None` is missing or not applicable; both count as not rated.

pub mod alpha;
pub mod correlation;
pub mod fidelity;
pub mod worker_role;

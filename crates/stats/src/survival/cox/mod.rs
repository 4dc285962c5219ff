//! Cox's proportional hazards model.
//!
//! `model` is the specification and its fitting, `risk_sets` the sorted rows, `passes` the
//! partial likelihood with its score and information, `fit` the fitted model, `residuals` the robust variance, `hazards` the test of
//! proportional hazards, `baseline` the baseline hazard, `concordance` the concordance, `firth` the
//! penalised likelihood, `profile` its intervals without a penalty, `exact` ties without approximation.
//!
//! Notation: eta = x'beta + offset, w = exp(eta); R(t) are the rows at risk at t, D(t) those with
//! the event on it, d of them. Breslow's approximation of ties gives every event the denominator
//! S0 = sum of w over R(t); Efron's gives the k-th of d the denominator S0 - k/d sum of w over D(t),
//! k = 0, ..., d - 1.
//!
//! References: D. R. Cox (1972), JRSS B 34:187-220; N. Breslow (1974), Biometrics 30:89-99;
//! B. Efron (1977), JASA 72:557-565; T. M. Therneau, P. M. Grambsch (2000), Modeling Survival Data.

mod baseline;
mod concordance;
mod exact;
mod firth;
mod fit;
mod hazards;
mod model;
mod passes;
mod prediction;
mod profile;
mod residuals;
mod risk_sets;
mod sums;

pub use baseline::BaselineStep;
pub use concordance::Concordance;
pub use exact::ExactCoxFit;
pub use firth::FirthCoxFit;
pub use fit::CoxFit;
pub use hazards::{GLOBAL, ProportionalHazards, TimeScale};
pub use model::{Cox, CoxVariance};
pub(in crate::survival) use model::{maximise, monotone};
pub use risk_sets::Ties;
pub(in crate::survival) use risk_sets::{Increment, Point, TieSums};

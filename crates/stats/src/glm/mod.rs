//! Generalised linear models.
//!
//! Reference: P. McCullagh, J. A. Nelder (1989), *Generalized Linear Models*, chapter 2.
//! Notation: eta = X beta + offset, mu = g^-1(eta), V the variance function, w = (dmu/deta)²/V.
//!
//! [`Glm`] fits by maximum likelihood (Fisher scoring with step-halving), [`Firth`] a logistic
//! model by penalised likelihood, which exists also under separation.

mod covariance;
mod family;
mod firth;
mod fit;
mod irls;
mod model;
mod profile;
mod separation;

pub use covariance::Covariance;
pub use family::{Family, Link};
pub use firth::{Firth, FirthFit};
pub use fit::{GlmFit, PseudoRSquared, TermEstimate};
pub use model::Glm;

pub(crate) use profile::crossing as profile_crossing;

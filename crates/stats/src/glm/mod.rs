//! Generalised linear models.
//!
//! Reference: P. McCullagh, J. A. Nelder (1989), *Generalized Linear Models*, chapter 2.
//! Notation: eta = X beta + offset, mu = g^-1(eta), V the variance function, w = (dmu/deta)²/V.
//!
//! [`Glm`] fits by maximum likelihood (Fisher scoring with step-halving), [`Firth`] a logistic
//! model by penalised likelihood, which exists also under separation; [`NegativeBinomial`] estimates
//! the shape of overdispersed counts beside the coefficients; [`Gee`] allows for correlation within clusters.

mod correlation;
mod covariance;
mod edge;
mod family;
mod firth;
mod fit;
mod gee;
mod goodness;
mod irls;
mod model;
mod negative_binomial;
mod profile;
mod selection;
mod separation;
mod small_sample;
mod wald;

pub use correlation::Correlation;
pub use covariance::{ClusterCorrection, Covariance};
pub use family::{Family, Link};
pub use firth::{Firth, FirthFit};
pub use fit::{GlmFit, PseudoRSquared, TermEstimate};
pub use gee::{Gee, GeeFit, GeeVariance};
pub use model::{Dispersion, Glm};
pub use negative_binomial::{NegativeBinomial, NegativeBinomialFit};
pub use selection::{Elimination, EliminationStep, TermTest, Testable};
pub use wald::wald_test;

pub(crate) use profile::crossing as profile_crossing;

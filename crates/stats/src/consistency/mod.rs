//! Whether printed numbers can stand together.
//!
//! A printed number is a range: 46.5 is everything from 46.45 to 46.55, both ends included, because
//! papers round halves up, to even or not at all. These checks ask which data could lie behind it.
//! That none does is proof that something was printed wrongly or that the number of people is
//! another one; that some do proves nothing.
//!
//! | Printed | Question | Start at |
//! |---|---|---|
//! | a percentage and n | which counts? | [`percentage`] |
//! | an effect with its limits | which two-by-two tables? | [`PrintedEffect`] |
//! | a mean and SD of whole numbers | which sums? (GRIM, GRIMMER) | [`PrintedMean`] |
//! | a model's chi-squared and its R-squared | which n? | [`PrintedModel`] |
//!
//! References: N. J. L. Brown, J. A. J. Heathers (2017), Social Psychological and Personality Science
//! 8:363-369 (GRIM); J. Anaya (2016), PeerJ Preprints 4:e2400v1 (GRIMMER); D. R. Cox, E. J. Snell
//! (1989), *Analysis of Binary Data*; N. J. D. Nagelkerke (1991), Biometrika 78:691-692.

pub mod percentage;

mod effect;
mod mean;
mod printed;
mod r_squared;

pub use effect::{Arm, EffectMeasure, PrintedEffect};
pub use mean::{IntegerSums, PrintedMean};
pub use printed::Printed;
pub use r_squared::{PrintedModel, shares};

//! Synthetic registers with planted truth.
//!
//! A generator draws, for each person, which days they are employed, ill, on benefits: a latent day
//! process. The truth is read off those days and the person's observation; the register rows are
//! written from the same days and then soiled the way real extracts are. No code that analyses
//! registers takes part, so that an analysis which recovers the truth has not merely agreed with
//! itself.
//!
//! - [`hekta`]: one trial of fixed shape with one dirty job extract, the sample that ships.
//! - [`ips_moho`]: a cohort of fixed shape with ratings, for the worked example of that name.
//! - [`registers`]: registers of every layout, any size, streamed, each kind of mess with its switch.
//!
//! The same settings give the same bytes on every run and platform.

mod draws;
mod error;
pub mod hekta;
pub mod ips_moho;
pub mod registers;

pub use error::SynthError;

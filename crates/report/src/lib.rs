//! Released results to tables, figures and one page.
//!
//! What enters is [`Released`], so everything that is drawn here has passed disclosure control.
//! Nothing is estimated in this crate: numbers are chosen, ordered, rounded and labelled.
//!
//! [`documents()`] makes every file at once. The same results and provenance give the same bytes:
//! no clock, no random number, no font of the machine it runs on.

mod documents;
mod error;
pub mod figures;
mod fonts;
mod format;
mod language;
mod page;
mod select;
mod style;
pub mod tables;

pub use documents::{Document, InputFile, Provenance, documents};
pub use error::ReportError;

#[doc(no_inline)]
pub use regtrial_results::Released;

#[cfg(test)]
mod example;

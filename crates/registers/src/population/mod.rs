//! Everyone's spells out of a register of everyone: for participant lists as long as the register.
//!
//! The ordinary reading keeps the rows of a trial's people as they are, texts included. Here people
//! and rows are counted in millions, so a row is read once, on all cores, for what the outcomes
//! need: whose it is, its days, and what the endpoints' rules say of it. That is 12 bytes a spell,
//! by partition of people, beyond a budget of memory in temporary files. The rows are held against
//! the same rules as in the ordinary reading, by the same functions, and an error is the same error.
//!
//! How a file is written (encoding, order of dates, decimal mark) follows from all of its rows. It
//! is guessed from the first lines, and where the rest disagrees the file is read again.
//!
//! | Step | Where |
//! |---|---|
//! | blocks to records and cells | [`crate::scan`] |
//! | an identifier to a person | [`owners`] |
//! | a record to a spell, or a refusal | [`worker`], [`task`] |
//! | spells by partition, in memory or not | [`store`] |
//! | the cells of Parquet, Stata and SAS | [`typed`] |
//! | rows held against others of their person | [`claims`], [`settle`], [`joined`] |
//! | the first rows of a file | [`head`], [`guess`] |
//! | one file | [`file`] |
//! | the files of a register | [`read`] |
//!
//! Where what becomes of a row depends on others (versions, a job that another file closes, a change of
//! payroll), a row is first a [claim](claims), 72 bytes; all that it can depend on are rows of its own
//! person, so the claims of a partition are [settled](settle) together. What is left to the ordinary
//! reading, [`Reading::Declined`] says why.

mod bits;
mod claims;
mod file;
mod guess;
mod hash;
mod head;
mod joined;
mod layout;
mod owners;
mod read;
mod row;
mod settle;
mod short;
mod spells;
mod store;
mod task;
mod typed;
mod worker;

pub use bits::Positions;
pub(crate) use hash::hash as quick_hash;
pub use read::{Population, PopulationOptions, Reading, read_population};
pub use spells::Spells;
pub use store::Spill;
pub use task::{Classify, FieldValue, Reach};

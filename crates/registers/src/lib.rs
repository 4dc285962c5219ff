//! Register extracts to canonical tables.
//!
//! Files arrive in any delimiter and encoding; what leaves is typed, and every row that was refused
//! is known by file, line and rule. No message holds a cell's value or a person's identifier.
//!
//! | Input | Function | Result |
//! |---|---|---|
//! | any CSV or Parquet | [`read_data`] | a polars frame with inferred types |
//! | the participant list | [`People::read`] | [`People`] |
//! | job extracts | [`read_jobs`] | [`Jobs`]: one row a job spell |
//! | a linkage list | [`read_ids`] | who was looked up |

mod data;
mod error;
mod header;
mod ids;
mod jobs;
mod log;
mod people;
mod text;
mod value;

pub use data::{ReadOptions, read_data, slip_in_numbers, write_csv, write_parquet};
pub use error::{Problem, RegisterError, describe_header};
pub use ids::read_ids;
pub use jobs::{EndStatus, JobLayout, JobOptions, Jobs, read_jobs};
pub use log::{FileLog, Refusal};
pub use people::{Exit, People, PeopleOptions};
pub use value::date::{Day, parse_day};

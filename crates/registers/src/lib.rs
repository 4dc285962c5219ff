//! Register extracts to canonical tables.
//!
//! Files arrive in any delimiter and encoding; what leaves is typed, and every row that was refused
//! is known by file, line and rule. No message holds a cell's value or a person's identifier.
//!
//! | Input | Function | Result |
//! |---|---|---|
//! | any CSV or Parquet | [`read_data`] | a polars frame with inferred types |
//! | the participant list | [`People::read`] | [`People`] |
//! | a register's extract | [`read_register`] | [`Register`]: canonical tables of the participants |
//! | a linkage list | [`read_ids`] | who was looked up |
//! | a register of everyone | [`read_population`] | [`Population`]: the days of everyone's spells |

mod canonical;
mod codebook;
mod copies;
mod csv_out;
mod data;
mod error;
mod extended;
mod first_lines;
mod guard;
mod header;
mod identifiers;
mod ids;
mod kind;
mod layouts;
mod linkage;
mod log;
mod monthly;
mod options;
mod people;
mod period;
mod population;
mod reading;
mod register;
mod scan;
mod series;
mod sheet;
mod text;
mod threads;
mod unit;
mod value;
mod version;

pub use canonical::{EndStatus, FieldKind, Table, TableKind};
pub use csv_out::write_csv;
pub use data::{ReadOptions, read_data, slip_in_numbers, write_parquet};
pub use error::{Problem, RegisterError, describe_header};
pub use identifiers::search_identifiers;
pub use ids::IdTable;
pub use kind::RegisterKind;
pub use linkage::{read_ids, read_linked};
pub use log::{FileLog, Refusal};
pub use options::{Ends, RegisterOptions};
pub use people::{Exit, People, PeopleOptions};
pub use population::{
    Classify, FieldValue, Population, PopulationOptions, Positions, Reach, Reading, Spells, Spill,
    read_population,
};
pub use register::{Register, read_register};
pub use scan::Progress;
pub use threads::each as on_all_cores;
pub use unit::Unit;
pub use value::date::{DateOrder, Day, Precision, parse_day};
pub use value::number::DecimalMark;

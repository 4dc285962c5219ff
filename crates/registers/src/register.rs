//! A register's extract to canonical tables.

use crate::canonical::{Table, TableKind};
use crate::error::{Problem, RegisterError};
use crate::kind::RegisterKind;
use crate::layouts;
use crate::log::FileLog;
use crate::options::RegisterOptions;
use crate::reading::Reading;
use crate::scan::Progress;
use crate::value::date::Day;
use polars::prelude::DataType;
use std::collections::{BTreeSet, HashMap};

/// Canonical tables of the study's people.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Register {
    /// What was read.
    pub kind: RegisterKind,
    /// Last day the register covers.
    pub last_day: Day,
    /// The tables of [`RegisterKind::tables`], in that order.
    pub tables: Vec<Table>,
    /// What happened to each file.
    pub logs: Vec<FileLog>,
    /// Participants (positions) of whom the main files hold a row, whatever became of it.
    pub present: BTreeSet<usize>,
    /// Tables for which the files have no column: they are empty because nothing was delivered.
    pub unfilled: Vec<TableKind>,
}

impl Register {
    /// A table by what it holds.
    #[must_use]
    pub fn table(&self, kind: TableKind) -> Option<&Table> {
        self.tables.iter().find(|table| table.kind == kind)
    }

    /// Counts in the logs what begins after a person's death (position in the participant list and
    /// day). Such rows stay in the tables; nobody is seen after death, so they count nowhere.
    ///
    /// # Errors
    /// A bug of ours: a table that is not canonical.
    pub fn flag_after_death(&mut self, deaths: &HashMap<u64, Day>) -> Result<(), RegisterError> {
        for table in &self.tables {
            if table.kind == TableKind::PersonStatus {
                continue;
            }
            let start = table.frame.column("start")?.cast(&DataType::Int32)?;
            let (person, file) = (table.frame.column("person")?, table.frame.column("file")?);
            let places = person.u64()?.iter().zip(file.u64()?.iter());
            for ((person, file), start) in places.zip(start.i32()?.iter()) {
                let (Some(person), Some(file), Some(start)) = (person, file, start) else {
                    continue;
                };
                let late = deaths.get(&person).is_some_and(|death| start > *death);
                if let (true, Some(log)) = (late, self.logs.get_mut(file as usize)) {
                    log.repaired(AFTER_DEATH);
                }
            }
        }
        Ok(())
    }
}

const AFTER_DEATH: &str = "begins after the person's death, kept and never counted";

/// Reads a register's extract, keeping the rows of `people` (identifier to position).
///
/// # Errors
/// A file that cannot be read, a column that cannot be found or could mean two things, a personal
/// identifier left in, more refused rows than allowed.
pub fn read_register(
    options: &RegisterOptions,
    people: &HashMap<&str, usize>,
    progress: &Progress,
) -> Result<Register, RegisterError> {
    check_fields(options)?;
    let mut reading = Reading::new(options, people, progress);
    let tables = layouts::read(&mut reading)?;
    Ok(Register {
        kind: options.kind,
        last_day: options.last_day,
        tables,
        logs: reading.take_logs(),
        present: reading.present,
        unfilled: reading.unfilled,
    })
}

/// Every column the plan maps must be a field of the register.
pub(crate) fn check_fields(options: &RegisterOptions) -> Result<(), RegisterError> {
    let known: Vec<&str> = layouts::fields(options.kind);
    let Some(file) = options.files.first() else {
        return Ok(());
    };
    for name in options.columns.keys() {
        if !known.contains(&name.as_str()) {
            let rule =
                format!("the plan maps a column to `{name}`, which is no field of this register");
            let help = format!("its fields are {}", known.join(", "));
            return Err(Problem::new("unknown_field", file, rule).help(help).into());
        }
    }
    Ok(())
}

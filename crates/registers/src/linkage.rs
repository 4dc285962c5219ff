//! Linkage lists: who was looked up in a register.

use crate::error::{Problem, RegisterError};
use crate::guard::Guard;
use crate::identifiers::refuse_identifiers;
use crate::ids::IdTable;
use crate::population::Positions;
use crate::text::TextTable;
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// The people of a linkage list. The column is `id`, or the only one of the file; `people` are the
/// participants.
///
/// # Errors
/// A file that cannot be read, that has several columns and none named `id`, or that holds personal
/// identification numbers.
pub fn read_ids(
    path: &Path,
    id: &str,
    people: &HashMap<&str, usize>,
) -> Result<HashSet<String>, RegisterError> {
    let (table, column) = list(path, id, |name| people.contains_key(name))?;
    Ok(table.cells(column).map(str::to_owned).collect())
}

/// As [`read_ids`]: which of the participants are on the list.
///
/// # Errors
/// As [`read_ids`].
pub fn read_linked(path: &Path, id: &str, people: &IdTable) -> Result<Positions, RegisterError> {
    let (table, column) = list(path, id, |name| people.position(name).is_some())?;
    let mut found = Positions::new(people.len());
    for id in table.cells(column) {
        if let Some(person) = people.position(id) {
            found.insert(person);
        }
    }
    Ok(found)
}

/// The list and the column of its identifiers.
fn list(
    path: &Path,
    id: &str,
    is_person: impl Fn(&str) -> bool,
) -> Result<(TextTable, usize), RegisterError> {
    let table = TextTable::read(path)?;
    if table.header.iter().any(|name| is_person(name)) {
        let rule = "the first line holds a participant instead of the column's name";
        return Err(Problem::new("no_header", path, rule)
            .at_line(1)
            .help("add a header line")
            .into());
    }
    let mut guard = Guard::new(&table.header, Vec::new(), Vec::new());
    for column in 0..table.header.len() {
        let cells = table.cells(column);
        cells.for_each(|cell| guard.look(column, cell));
    }
    refuse_identifiers(path, guard.verdicts())?;
    let column = match table.column(id) {
        Some(column) => column,
        None if table.header.len() == 1 => 0,
        None => {
            return Err(Problem::new("missing_column", path, format!("there is no column `{id}`"))
                .at_line(1)
                .help("name the column of people as in the participant list, or leave it alone in the file")
                .into());
        }
    };
    Ok((table, column))
}

//! Codebooks: a file that the plan names, with columns `code` and `group`. What a code means is
//! never a constant of ours where it may change from year to year.

use crate::error::{Problem, RegisterError};
use crate::reading::Reading;
use crate::text::TextTable;
use std::collections::HashMap;

/// Codes and their groups.
#[derive(Debug, Default)]
pub(crate) struct Codebook {
    groups: HashMap<String, String>,
    ranges: Vec<(u64, u64, String)>,
    /// Whether the plan names a codebook at all.
    pub(crate) is_given: bool,
}

impl Codebook {
    /// The group of a code, in capitals or small letters.
    pub(crate) fn group(&self, code: &str) -> Option<String> {
        let in_range = || {
            let number: u64 = code.parse().ok()?;
            let found = self
                .ranges
                .iter()
                .find(|(low, high, _)| (*low..=*high).contains(&number));
            found.map(|(_, _, group)| group.clone())
        };
        self.groups
            .get(&code.to_uppercase())
            .cloned()
            .or_else(in_range)
    }
}

/// The codebook of a register; empty if the plan names none. A code may be a range, `130-139`.
pub(crate) fn read(reading: &Reading<'_>) -> Result<Codebook, RegisterError> {
    let mut codebook = Codebook::default();
    for path in reading.options.parts.get("codebook").into_iter().flatten() {
        codebook.is_given = true;
        let table = TextTable::read(path)?;
        let column = |name: &str| {
            table.column(name).ok_or_else(|| {
                let rule = format!("a codebook needs a column `{name}`");
                let problem = Problem::new("missing_column", path, rule).at_line(1);
                let help = "its columns are `code` and `group`; others are for readers";
                RegisterError::from(problem.help(help))
            })
        };
        let (code, group) = (column("code")?, column("group")?);
        for (row, line) in table.lines().into_iter().enumerate() {
            let (code, group) = (table.cell(row, code), table.cell(row, group));
            if code.is_empty() || group.is_empty() {
                let rule = "a line of the codebook without code or group";
                return Err(Problem::new("codebook", path, rule).at_line(line).into());
            }
            let range = code.split_once('-').and_then(|(low, high)| {
                Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
            });
            let again = match range {
                Some((low, high)) if low <= high => {
                    let overlaps = codebook
                        .ranges
                        .iter()
                        .any(|(from, to, other)| *from <= high && low <= *to && other != group);
                    codebook.ranges.push((low, high, group.to_owned()));
                    overlaps
                }
                Some(_) => true,
                None => codebook
                    .groups
                    .insert(code.to_uppercase(), group.to_owned())
                    .is_some_and(|other| other != group),
            };
            if again {
                let rule = "the code stands in two groups, or its range runs backwards";
                return Err(Problem::new("codebook", path, rule).at_line(line).into());
            }
        }
    }
    Ok(codebook)
}

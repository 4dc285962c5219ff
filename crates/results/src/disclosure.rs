//! Primary and secondary suppression by a minimum count.
//!
//! A count from 1 to `minimum_count - 1` is withheld, and with it every statistic that shows it or
//! would give it back (`Cells`). Where several counts add up to a known whole and exactly one is
//! withheld, the next smallest is withheld too.

use crate::Record;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Counts from 1 to one below this number are withheld; 0 or 1 withholds nothing.
    pub minimum_count: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self { minimum_count: 5 }
    }
}

/// How much was withheld, by rule. Holds no count of people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// Records behind which a count below the minimum stands.
    pub primary: usize,
    /// Records withheld because they would give a withheld one back.
    pub secondary: usize,
}

impl Policy {
    /// Whether a count of people may be shown.
    #[must_use]
    pub fn allows(self, count: u64) -> bool {
        count == 0 || count >= self.minimum_count
    }

    pub(crate) fn apply(self, records: &mut [Record]) -> Withheld {
        let mut withheld = Withheld::default();
        for record in records.iter_mut() {
            if record.cells.counts.iter().any(|&count| !self.allows(count)) {
                record.suppress();
                withheld.primary += 1;
            }
        }
        for part in self.secondary(records) {
            records[part].suppress();
            withheld.secondary += 1;
        }
        for part in followers(records) {
            records[part].suppress();
            withheld.secondary += 1;
        }
        withheld
    }

    /// For every whole of which exactly one part is withheld: its smallest other part.
    fn secondary(self, records: &[Record]) -> Vec<usize> {
        let mut wholes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, record) in records.iter().enumerate() {
            if let Some(whole) = &record.cells.whole {
                wholes.entry(whole).or_default().push(i);
            }
        }
        wholes
            .into_values()
            .filter(|parts| parts.iter().filter(|&&i| records[i].suppressed).count() == 1)
            .filter_map(|parts| {
                let shown = parts.into_iter().filter(|&i| !records[i].suppressed);
                shown
                    .filter(|&i| {
                        records[i]
                            .cells
                            .counts
                            .first()
                            .is_some_and(|&count| count > 0)
                    })
                    .min_by_key(|&i| records[i].cells.counts.first().copied())
            })
            .collect()
    }
}

/// Contrasts of a level whose count is withheld in some group: with the other group's share they
/// would give it back.
fn followers(records: &[Record]) -> Vec<usize> {
    let place = |record: &Record| {
        (
            record.analysis.clone(),
            record.term.clone(),
            record.level.clone(),
        )
    };
    let withheld: BTreeSet<_> = records
        .iter()
        .filter(|record| record.suppressed && !record.level.is_empty())
        .map(place)
        .collect();
    let follows = |record: &Record| {
        !record.suppressed && !record.contrast.is_empty() && withheld.contains(&place(record))
    };
    (0..records.len())
        .filter(|&i| follows(&records[i]))
        .collect()
}

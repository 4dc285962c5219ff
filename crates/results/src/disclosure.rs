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
        withhold_totals(records);
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

/// Where the number of people in a model is withheld, its terms do not carry it either.
fn withhold_totals(records: &mut [Record]) {
    let withheld: BTreeSet<String> = records
        .iter()
        .filter(|record| record.suppressed && record.statistic == "observations")
        .map(|record| record.analysis.clone())
        .collect();
    for record in records
        .iter_mut()
        .filter(|record| withheld.contains(&record.analysis))
    {
        record.n = None;
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

#[cfg(test)]
mod tests {
    use super::Policy;
    use crate::{Cells, Record, Results};

    fn level(group: &str, level: &str, count: u64) -> Record {
        let mut record = Record::new("baseline", "all", "count");
        record.term = "site".to_owned();
        record.level = level.to_owned();
        record.group = group.to_owned();
        record.estimate = count as f64;
        record.events = Some(count);
        record.cells = Cells::counts([count]).part_of(group);
        record
    }

    fn contrast(level: &str) -> Record {
        let mut record = Record::new("baseline", "all", "standardised_difference");
        record.term = "site".to_owned();
        record.level = level.to_owned();
        record.contrast = "IPS - TAU".to_owned();
        record.estimate = 0.1;
        record
    }

    fn withheld(records: Vec<Record>) -> Vec<bool> {
        let results = Results {
            records,
            ..Results::default()
        };
        let released = results.release(Policy { minimum_count: 5 });
        for record in released.records().iter().filter(|record| record.suppressed) {
            assert!(record.estimate.is_nan() && record.events.is_none() && record.n.is_none());
        }
        released
            .records()
            .iter()
            .map(|record| record.suppressed)
            .collect()
    }

    /// 3 of 101 is withheld; with 78 and 20 shown it would be 101 - 98, so the 20 goes too.
    #[test]
    fn a_withheld_part_of_a_whole_takes_the_smallest_other_with_it() {
        let tau = [
            level("TAU", "A", 78),
            level("TAU", "B", 20),
            level("TAU", "C", 3),
        ];
        assert_eq!(withheld(tau.to_vec()), [false, true, true]);
        let two_small = [
            level("TAU", "A", 97),
            level("TAU", "B", 2),
            level("TAU", "C", 2),
        ];
        assert_eq!(withheld(two_small.to_vec()), [false, true, true]);
        let with_zero = [
            level("TAU", "A", 97),
            level("TAU", "B", 0),
            level("TAU", "C", 4),
        ];
        assert_eq!(
            withheld(with_zero.to_vec()),
            [true, false, true],
            "a zero hides nothing"
        );
    }

    /// A contrast of a withheld level would give it back, with the other arm's share.
    #[test]
    fn contrasts_follow_their_level() {
        let records = vec![
            level("TAU", "A", 78),
            level("TAU", "B", 20),
            level("TAU", "C", 3),
            level("IPS", "A", 60),
            level("IPS", "B", 20),
            level("IPS", "C", 21),
            contrast("A"),
            contrast("B"),
            contrast("C"),
        ];
        let expected = [false, true, true, false, false, false, false, true, true];
        assert_eq!(withheld(records), expected);
    }

    #[test]
    fn counts_from_one_to_one_below_the_minimum_are_withheld() {
        for (count, hidden) in [(0, false), (1, true), (4, true), (5, false)] {
            let mut record = Record::new("outcomes", "all", "risk");
            record.cells = Cells::proportion(count, 100);
            assert_eq!(withheld(vec![record]), [hidden], "{count}");
            let mut complement = Record::new("outcomes", "all", "risk");
            complement.cells = Cells::proportion(100 - count, 100);
            assert_eq!(withheld(vec![complement]), [hidden], "all but {count}");
        }
    }
}

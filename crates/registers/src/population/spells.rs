//! The spells of a partition, grouped by person.

use super::row::{PEOPLE, Row};
use crate::value::date::Day;
use std::ops::Range;

/// The spells of some neighbouring people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spells {
    /// Positions of the people in the participant list.
    pub people: Range<usize>,
    /// Where each person's spells start, and where the last one's end.
    pub starts: Vec<u32>,
    /// First days; of each person in order.
    pub first: Vec<Day>,
    /// Last days.
    pub last: Vec<Day>,
    /// What the endpoints' rules say: two bits an endpoint.
    pub truths: Vec<u16>,
}

impl Spells {
    /// Groups rows by person and sorts each person's, so that their order in the files tells nothing.
    pub(crate) fn group(rows: &[Row], people: Range<usize>) -> Self {
        let mut starts = vec![0_u32; PEOPLE + 1];
        for row in rows {
            starts[usize::from(row.person) % PEOPLE + 1] += 1;
        }
        for person in 0..PEOPLE {
            starts[person + 1] += starts[person];
        }
        let mut next = starts.clone();
        let nothing = Row {
            person: 0,
            first: 0,
            last: 0,
            truths: 0,
        };
        let mut sorted = vec![nothing; rows.len()];
        for row in rows {
            let at = &mut next[usize::from(row.person) % PEOPLE];
            sorted[*at as usize] = *row;
            *at += 1;
        }
        starts.truncate(people.len() + 1);
        for bounds in starts.windows(2) {
            let own = &mut sorted[bounds[0] as usize..bounds[1] as usize];
            own.sort_unstable_by_key(Row::order);
        }
        Self {
            people,
            starts,
            first: sorted.iter().map(|row| row.first).collect(),
            last: sorted.iter().map(|row| row.last).collect(),
            truths: sorted.iter().map(|row| row.truths).collect(),
        }
    }

    /// The spells of a person, by position within `people`.
    #[must_use]
    pub fn of(&self, person: usize) -> Range<usize> {
        self.starts[person] as usize..self.starts[person + 1] as usize
    }
}

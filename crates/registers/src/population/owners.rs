//! Whose the records of a block are.

use crate::ids::{Ahead, IdTable, NONE};

/// The person of each record.
#[derive(Default)]
pub(super) struct Owners {
    people: Vec<u32>,
    ahead: Ahead,
}

impl Owners {
    /// Finds everyone at once: the look-ups do not wait for each other.
    pub(super) fn find<'c>(
        &mut self,
        table: &IdTable,
        ids: impl Iterator<Item = &'c [u8]> + Clone,
    ) {
        table.find_all(ids, &mut self.ahead, &mut self.people);
    }

    /// The people who have a record, once for each.
    pub(super) fn people(&self) -> impl Iterator<Item = usize> {
        let people = self.people.iter().filter(|person| **person != NONE);
        people.map(|person| *person as usize)
    }

    /// The person of a record, by its number; nothing if it is nobody's.
    pub(super) fn of(&self, record: usize) -> Option<u32> {
        let person = self.people[record];
        (person != NONE).then_some(person)
    }
}

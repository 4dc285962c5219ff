//! Identifiers that are numbers of one length, close together: everyone's place among them.

use super::NONE;
use super::digits::number_key;

/// The table.
#[derive(Debug)]
pub(super) struct Dense {
    /// The least of them.
    first: u64,
    /// Their digits.
    length: usize,
    /// Everyone by number.
    people: Vec<u32>,
}

impl Dense {
    /// Nothing, if they are not.
    pub(super) fn new(ids: &[String]) -> Option<Self> {
        let length = ids.first()?.len();
        let number = |id: &String| match number_key(id.as_bytes()) {
            Some(key) if id.len() == length => Some(key >> 4),
            _ => None,
        };
        let (mut first, mut last) = (u64::MAX, 0);
        for id in ids {
            let number = number(id)?;
            (first, last) = (first.min(number), last.max(number));
        }
        let range = (last - first) as usize + 1;
        if range > 4 * ids.len() {
            return None;
        }
        let mut people = vec![NONE; range];
        // From the last to the first: of an identifier that comes twice the first stays.
        for (person, id) in ids.iter().enumerate().rev() {
            people[(number(id)? - first) as usize] = person as u32;
        }
        Some(Self {
            first,
            length,
            people,
        })
    }

    /// An identifier's place in the table; beyond its end for one that cannot be in it.
    pub(super) fn place(&self, id: &[u8]) -> u64 {
        match number_key(id) {
            Some(key) if id.len() == self.length => (key >> 4).wrapping_sub(self.first),
            _ => u64::MAX,
        }
    }

    pub(super) fn person(&self, place: u64) -> u32 {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        self.people.get(place).copied().unwrap_or(NONE)
    }
}

//! Identifiers that are numbers of one length, close together: everyone's place among them.

use super::NONE;
use super::digits::number_key;
use super::list::List;

/// The table.
#[derive(Debug, Clone)]
pub(super) struct Dense {
    /// The least of them.
    first: u64,
    /// Their digits.
    length: usize,
    /// Everyone by number.
    people: Vec<u32>,
    /// Whether some come twice.
    pub(super) has_repeats: bool,
}

impl Dense {
    /// Nothing, if they are not.
    pub(super) fn new(ids: &List) -> Option<Self> {
        let length = ids.get(0)?.len();
        let number = |id: &str| match number_key(id.as_bytes()) {
            Some(key) if id.len() == length => Some(key >> 4),
            _ => None,
        };
        let (mut first, mut last) = (u64::MAX, 0);
        for id in ids.iter() {
            let number = number(id)?;
            (first, last) = (first.min(number), last.max(number));
        }
        let range = (last - first) as usize + 1;
        if range > 4 * ids.len() {
            return None;
        }
        let mut people = vec![NONE; range];
        let mut has_repeats = false;
        for (person, id) in (0..).zip(ids.iter()) {
            let place = &mut people[(number(id)? - first) as usize];
            has_repeats |= *place != NONE;
            // Of an identifier that comes twice the first stays.
            *place = person.min(*place);
        }
        Some(Self {
            first,
            length,
            people,
            has_repeats,
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

//! Identifiers that are numbers of a few digits: open addressing, the number and the person's number
//! plus one in one word.

use super::digits::number_key;
use super::list::List;
use super::{EMPTY, NONE};

/// The bits of a word that hold a person's number plus one.
const PERSON_BITS: u32 = 24;
const PERSON: u64 = (1 << PERSON_BITS) - 1;

/// The table.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    words: Vec<u64>,
}

impl Numbers {
    /// Nothing, if they are not.
    pub(super) fn new(ids: &List) -> Option<Self> {
        let keys = || ids.iter().map(|id| number_key(id.as_bytes()));
        if ids.len() >= PERSON as usize || keys().any(|key| key.is_none()) {
            return None;
        }
        let size = (2 * ids.len()).next_power_of_two().max(16);
        let mut words = vec![EMPTY; size];
        for (person, key) in keys().flatten().enumerate() {
            let mut at = home(key) & (size - 1);
            while words[at] != EMPTY {
                at = (at + 1) & (size - 1);
            }
            words[at] = (key << PERSON_BITS) | (person as u64 + 1);
        }
        Some(Self { words })
    }

    /// The word where the look-up of a number begins.
    pub(super) fn word(&self, key: u64) -> u64 {
        self.words[home(key) & (self.words.len() - 1)]
    }

    /// The person of a number, of which the first word is known.
    pub(super) fn person(&self, key: u64, word: u64) -> u32 {
        match word >> PERSON_BITS == key {
            true if key != 0 => (word & PERSON) as u32 - 1,
            _ => self.probe(key).unwrap_or(NONE),
        }
    }

    fn probe(&self, key: u64) -> Option<u32> {
        if key == 0 {
            return None;
        }
        let mask = self.words.len() - 1;
        let mut at = home(key) & mask;
        while self.words[at] != EMPTY {
            if self.words[at] >> PERSON_BITS == key {
                return Some((self.words[at] & PERSON) as u32 - 1);
            }
            at = (at + 1) & mask;
        }
        None
    }
}

/// Where the look-up of a number begins.
fn home(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize
}

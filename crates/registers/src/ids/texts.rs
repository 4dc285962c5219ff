//! Identifiers of any kind: open addressing, the upper half of the hash and the entry's number plus one
//! in one word.

use super::EMPTY;
use super::list::List;
use crate::population::quick_hash as hash;
use encoding_rs::WINDOWS_1252;

/// Identifiers up to this many bytes are compared as one number.
const PACKED: usize = 15;
const UPPER: u64 = 0xFFFF_FFFF_0000_0000;

/// The table.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    slots: Vec<u64>,
    /// Each identifier and its length as one number, where it is short enough; else 0.
    packed: Vec<u128>,
    /// The Windows-1252 bytes of identifiers that are not ASCII, and the person: the file's encoding
    /// is known only when all of it has been read.
    others: Vec<(Vec<u8>, u32)>,
}

impl Texts {
    pub(super) fn new(ids: &List) -> Self {
        let mut others = Vec::new();
        for (person, id) in ids.iter().enumerate().filter(|(_, id)| !id.is_ascii()) {
            let (bytes, _, lossy) = WINDOWS_1252.encode(id);
            if !lossy {
                others.push((bytes.into_owned(), person as u32));
            }
        }
        let size = (2 * (ids.len() + others.len())).next_power_of_two().max(16);
        let mut table = Self {
            slots: vec![EMPTY; size],
            packed: ids.iter().map(|id| pack(id.as_bytes())).collect(),
            others,
        };
        for (person, id) in ids.iter().enumerate() {
            table.insert(hash(id.as_bytes()), person);
        }
        for other in 0..table.others.len() {
            table.insert(hash(&table.others[other].0), ids.len() + other);
        }
        table
    }

    fn insert(&mut self, hash: u64, entry: usize) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at] != EMPTY {
            at = (at + 1) & mask;
        }
        self.slots[at] = (hash & UPPER) | (entry as u64 + 1);
    }

    /// The word where the look-up of an identifier with this hash begins.
    pub(super) fn slot(&self, hash: u64) -> u64 {
        self.slots[hash as usize & (self.slots.len() - 1)]
    }

    /// What a look-up that begins at this word compares with.
    pub(super) fn packed(&self, slot: u64) -> u128 {
        let entry = ((slot & !UPPER) as usize).saturating_sub(1);
        self.packed.get(entry).copied().unwrap_or_default()
    }

    /// The person of an identifier, clean and with its hash.
    pub(super) fn find(&self, ids: &List, hash: u64, id: &[u8]) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == EMPTY {
                return None;
            }
            if slot & UPPER == hash & UPPER {
                let entry = (slot & !UPPER) as usize - 1;
                if let Some(person) = self.matching(ids, entry, id) {
                    return Some(person);
                }
            }
            at = (at + 1) & mask;
        }
    }

    fn matching(&self, ids: &List, entry: usize, id: &[u8]) -> Option<u32> {
        let Some(&packed) = self.packed.get(entry) else {
            let (bytes, person) = self.others.get(entry - self.packed.len())?;
            return (bytes == id).then_some(*person);
        };
        let same = if packed != 0 && id.len() <= PACKED {
            packed == pack(id)
        } else {
            ids.get(entry).is_some_and(|own| own.as_bytes() == id)
        };
        same.then_some(entry as u32)
    }
}

/// Bytes and length as one number that is never 0; 0 where they are too many.
fn pack(id: &[u8]) -> u128 {
    if id.len() > PACKED {
        return 0;
    }
    let mut bytes = [0; 16];
    bytes[..id.len()].copy_from_slice(id);
    bytes[15] = id.len() as u8 + 1;
    u128::from_le_bytes(bytes)
}

//! From the bytes of an identifier to the person's position: millions of people in a few tens of
//! megabytes.

use super::hash::hash;
use crate::scan::trimmed;
use encoding_rs::WINDOWS_1252;

/// Identifiers up to this many bytes are compared as one number.
const PACKED: usize = 15;
const EMPTY: u64 = 0;

/// The positions of identifiers.
#[derive(Debug)]
pub struct IdTable<'a> {
    ids: &'a [String],
    /// Open addressing: the upper half of the hash, and the entry's number plus one.
    slots: Vec<u64>,
    mask: usize,
    /// Each identifier and its length as one number, where it is short enough; else 0.
    packed: Vec<u128>,
    /// The Windows-1252 bytes of identifiers that are not ASCII, and the person: the file's encoding
    /// is known only when all of it has been read.
    others: Vec<(Vec<u8>, u32)>,
}

impl<'a> IdTable<'a> {
    /// The positions of some identifiers; of one that comes twice, the first.
    #[must_use]
    pub fn new(ids: &'a [String]) -> Self {
        let mut others = Vec::new();
        for (person, id) in ids.iter().enumerate().filter(|(_, id)| !id.is_ascii()) {
            let (bytes, _, lossy) = WINDOWS_1252.encode(id);
            if !lossy {
                others.push((bytes.into_owned(), person as u32));
            }
        }
        let size = (2 * (ids.len() + others.len())).next_power_of_two().max(16);
        let packed = ids.iter().map(|id| pack(id.as_bytes())).collect();
        let mut table = Self {
            ids,
            slots: vec![EMPTY; size],
            mask: size - 1,
            packed,
            others,
        };
        for person in 0..ids.len() {
            table.insert(hash(ids[person].as_bytes()), person);
        }
        for other in 0..table.others.len() {
            table.insert(hash(&table.others[other].0), ids.len() + other);
        }
        table
    }

    fn insert(&mut self, hash: u64, entry: usize) {
        let mut at = hash as usize & self.mask;
        while self.slots[at] != EMPTY {
            at = (at + 1) & self.mask;
        }
        self.slots[at] = (hash & UPPER) | (entry as u64 + 1);
    }

    /// A cell without white space around it.
    pub(crate) fn clean(cell: &[u8]) -> &[u8] {
        match cell {
            // Printed characters at both ends: nothing to trim.
            [first, .., last] if (0x21..0x7f).contains(first) && (0x21..0x7f).contains(last) => {
                cell
            }
            _ => trimmed(cell),
        }
    }

    /// The slot at which a look-up begins: reading many ahead of the look-ups brings them into the
    /// cache together, instead of one after the other.
    pub(crate) fn slot(&self, hash: u64) -> u64 {
        self.slots[hash as usize & self.mask]
    }

    /// The entry that a slot names, for the same purpose.
    pub(crate) fn entry(&self, slot: u64) -> u128 {
        let entry = ((slot & !UPPER) as usize).saturating_sub(1);
        self.packed.get(entry).copied().unwrap_or_default()
    }

    /// The person of an identifier, clean and with its hash.
    pub(crate) fn find(&self, hash: u64, id: &[u8]) -> Option<u32> {
        let mut at = hash as usize & self.mask;
        loop {
            let slot = self.slots[at];
            if slot == EMPTY {
                return None;
            }
            if slot & UPPER == hash & UPPER {
                let entry = (slot & !UPPER) as usize - 1;
                if let Some(person) = self.matching(entry, id) {
                    return Some(person);
                }
            }
            at = (at + 1) & self.mask;
        }
    }

    fn matching(&self, entry: usize, id: &[u8]) -> Option<u32> {
        let Some(&packed) = self.packed.get(entry) else {
            let (bytes, person) = self.others.get(entry - self.packed.len())?;
            return (bytes == id).then_some(*person);
        };
        let same = if packed != 0 && id.len() <= PACKED {
            packed == pack(id)
        } else {
            self.ids[entry].as_bytes() == id
        };
        same.then_some(entry as u32)
    }

    /// The position of a text.
    #[must_use]
    pub fn position(&self, text: &str) -> Option<usize> {
        self.find(hash(text.as_bytes()), text.as_bytes())
            .map(|person| person as usize)
    }

    /// Number of identifiers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// A person's identifier.
    #[must_use]
    pub fn id(&self, person: usize) -> Option<&str> {
        self.ids.get(person).map(String::as_str)
    }
}

const UPPER: u64 = 0xFFFF_FFFF_0000_0000;

/// Bytes and length as one number that is never 0; 0 where they are too many.
pub(crate) fn pack(id: &[u8]) -> u128 {
    if id.len() > PACKED {
        return 0;
    }
    let mut bytes = [0; 16];
    bytes[..id.len()].copy_from_slice(id);
    bytes[15] = id.len() as u8 + 1;
    u128::from_le_bytes(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::{IdTable, hash};

    #[test]
    fn every_identifier_is_found_and_no_other() {
        let ids: Vec<String> = (0..5000)
            .map(|i| match i % 3 {
                0 => format!("{i}"),
                1 => format!("P-{i:040}"),
                _ => format!("å{i}"),
            })
            .collect();
        let table = IdTable::new(&ids);
        for (person, id) in ids.iter().enumerate() {
            assert_eq!(table.position(id), Some(person));
            let padded = format!(" {id}\r");
            let cell = IdTable::clean(padded.as_bytes());
            assert_eq!(table.find(hash(cell), cell), Some(person as u32), "padded");
        }
        assert_eq!(table.position("1"), None);
        assert_eq!(table.position(""), None);
        let cell = IdTable::clean(b"\xe52");
        assert_eq!(table.find(hash(cell), cell), Some(2), "Windows-1252");
    }
}

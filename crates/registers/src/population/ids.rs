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
    /// Where every identifier is a number of a few digits: open addressing, the number and the
    /// person's number plus one in one word.
    numbers: Option<Vec<u64>>,
    /// Where these numbers lie close together: everyone's place among them.
    dense: Option<Dense>,
    /// Else: open addressing: the upper half of the hash, and the entry's number plus one.
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
        if let Some(dense) = Dense::new(ids) {
            return Self {
                ids,
                numbers: None,
                dense: Some(dense),
                slots: Vec::new(),
                mask: 0,
                packed: Vec::new(),
                others,
            };
        }
        let keys = || ids.iter().map(|id| number_key(id.as_bytes()));
        if ids.len() < PERSON as usize && keys().all(|key| key.is_some()) {
            let mut numbers = vec![EMPTY; size];
            for (person, key) in keys().flatten().enumerate() {
                let mut at = home(key) & (size - 1);
                while numbers[at] != EMPTY {
                    at = (at + 1) & (size - 1);
                }
                numbers[at] = (key << PERSON_BITS) | (person as u64 + 1);
            }
            return Self {
                ids,
                numbers: Some(numbers),
                dense: None,
                slots: Vec::new(),
                mask: size - 1,
                packed: Vec::new(),
                others,
            };
        }
        let packed = ids.iter().map(|id| pack(id.as_bytes())).collect();
        let mut table = Self {
            ids,
            numbers: None,
            dense: None,
            slots: vec![EMPTY; size],
            mask: size - 1,
            packed,
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

    /// Whose some identifiers are, in their order; [`NONE`] for nobody's.
    ///
    /// A look-up waits for the memory, not for the processor. So what all look-ups will read is read
    /// ahead of them, without a decision in between: then they wait together instead of in turn.
    pub(crate) fn find_all<'c>(
        &self,
        cells: impl Iterator<Item = &'c [u8]> + Clone,
        ahead: &mut Ahead,
        people: &mut Vec<u32>,
    ) {
        let Ahead { keys, slots, mark } = ahead;
        keys.clear();
        slots.clear();
        people.clear();
        if let Some(dense) = &self.dense {
            // Nothing but the reading: as many of them wait at once as the processor can hold.
            keys.extend(cells.map(|cell| dense.place(Self::clean(cell))));
            people.extend(keys.iter().map(|place| dense.person(*place)));
            return;
        }
        if let Some(numbers) = &self.numbers {
            keys.extend(cells.map(|cell| number_key(Self::clean(cell)).unwrap_or(0)));
            slots.extend(keys.iter().map(|key| numbers[home(*key) & self.mask]));
            let found = keys.iter().zip(slots.iter());
            people.extend(found.map(|(&key, &slot)| match slot >> PERSON_BITS == key {
                true if key != 0 => (slot & PERSON) as u32 - 1,
                _ => self.probe(numbers, key).unwrap_or(NONE),
            }));
            return;
        }
        keys.extend(cells.clone().map(|cell| hash(Self::clean(cell))));
        slots.extend(
            keys.iter()
                .map(|hash| self.slots[*hash as usize & self.mask]),
        );
        let entry = |slot: &u64| ((slot & !UPPER) as usize).saturating_sub(1);
        let packed = |slot: &u64| self.packed.get(entry(slot)).copied().unwrap_or_default();
        *mark ^= slots.iter().fold(0, |all, slot| all ^ packed(slot));
        let found = keys.iter().zip(cells);
        people.extend(found.map(|(hash, cell)| {
            let found = self.find(*hash, Self::clean(cell));
            found.unwrap_or(NONE)
        }));
    }

    /// The person of a number.
    fn probe(&self, numbers: &[u64], key: u64) -> Option<u32> {
        if key == 0 {
            return None;
        }
        let mut at = home(key) & self.mask;
        while numbers[at] != EMPTY {
            if numbers[at] >> PERSON_BITS == key {
                return Some((numbers[at] & PERSON) as u32 - 1);
            }
            at = (at + 1) & self.mask;
        }
        None
    }

    /// The person of an identifier, clean and with its hash.
    fn find(&self, hash: u64, id: &[u8]) -> Option<u32> {
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
        let text = text.as_bytes();
        if let Some(dense) = &self.dense {
            let person = dense.person(dense.place(text));
            return (person != NONE).then_some(person as usize);
        }
        let found = match &self.numbers {
            Some(numbers) => self.probe(numbers, number_key(text)?),
            None => self.find(hash(text), text),
        };
        found.map(|person| person as usize)
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

/// Nobody.
pub(crate) const NONE: u32 = u32::MAX;
/// The bits of a word that hold a person's number plus one.
const PERSON_BITS: u32 = 24;
const PERSON: u64 = (1 << PERSON_BITS) - 1;

/// Identifiers that are numbers of one length, close together.
#[derive(Debug)]
struct Dense {
    /// The least of them.
    first: u64,
    /// Their digits.
    length: usize,
    /// Everyone by number.
    people: Vec<u32>,
}

impl Dense {
    /// Nothing, if they are not.
    fn new(ids: &[String]) -> Option<Self> {
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
        for (person, number) in ids.iter().filter_map(number).enumerate() {
            people[(number - first) as usize] = person as u32;
        }
        Some(Self {
            first,
            length,
            people,
        })
    }

    /// An identifier's place in the table; beyond its end for one that cannot be in it.
    fn place(&self, id: &[u8]) -> u64 {
        match number_key(id) {
            Some(key) if id.len() == self.length => (key >> 4).wrapping_sub(self.first),
            _ => u64::MAX,
        }
    }

    fn person(&self, place: u64) -> u32 {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        self.people.get(place).copied().unwrap_or(NONE)
    }
}

/// What look-ups read ahead.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    keys: Vec<u64>,
    slots: Vec<u64>,
    /// Of no meaning: keeps the reading ahead from being left out.
    mark: u128,
}

/// Where the look-up of a number begins.
fn home(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize
}

/// A number of a few digits and their count as one number of 40 bits that is never 0.
fn number_key(id: &[u8]) -> Option<u64> {
    if !(1..=11).contains(&id.len()) {
        return None;
    }
    let (mut number, rest) = match id.split_first_chunk::<8>() {
        Some((eight, rest)) => (eight_digits(*eight)?, rest),
        None => (0, id),
    };
    let mut other = 0;
    for byte in rest {
        let digit = byte.wrapping_sub(b'0');
        other |= u8::from(digit > 9);
        number = number * 10 + u64::from(digit);
    }
    (other == 0 && number < 1 << 36).then_some((number << 4) | id.len() as u64)
}

/// The number that eight digits write, all at once: neighbours are joined to pairs, fours, eight.
fn eight_digits(bytes: [u8; 8]) -> Option<u64> {
    let word = u64::from_le_bytes(bytes);
    let digits = word.wrapping_sub(0x3030_3030_3030_3030);
    // A digit has nothing in its upper half, not even after 6 is added.
    let upper = (digits | digits.wrapping_add(0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_FFFF_0000_FFFF;
    let eight = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xFFFF_FFFF;
    (upper == 0).then_some(eight)
}

const UPPER: u64 = 0xFFFF_FFFF_0000_0000;

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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::{Ahead, IdTable, NONE, eight_digits};

    fn find(table: &IdTable<'_>, cells: &[&[u8]]) -> Vec<u32> {
        let (mut ahead, mut people) = (Ahead::default(), Vec::new());
        table.find_all(cells.iter().copied(), &mut ahead, &mut people);
        people
    }

    #[test]
    fn eight_digits_are_what_they_write() {
        for number in (0..100_000_000_u64).step_by(99_991) {
            let text = format!("{number:08}");
            let bytes: [u8; 8] = text.as_bytes().try_into().unwrap();
            assert_eq!(eight_digits(bytes), Some(number));
            for at in 0..8 {
                for other in [b'/', b':', b' ', b'a', 0, 255, b'@', b'?', 0x80, b'p'] {
                    let mut bytes = bytes;
                    bytes[at] = other;
                    assert_eq!(eight_digits(bytes), None, "{other} at {at} of {text}");
                }
            }
        }
    }

    #[test]
    fn every_identifier_is_found_and_no_other() {
        let mixed: Vec<String> = (0..5000)
            .map(|i| match i % 3 {
                0 => format!("{i}"),
                1 => format!("P-{i:040}"),
                _ => format!("å{i}"),
            })
            .collect();
        let numbers: Vec<String> = (0..5000)
            .map(|i| match i % 2 {
                0 => format!("{i:09}"),
                _ => format!("{}", i * 13_000_000_u64),
            })
            .collect();
        let dense: Vec<String> = (0..5000).map(|i| format!("{:06}", 900 + 2 * i)).collect();
        for ids in [&mixed, &numbers, &dense] {
            let table = IdTable::new(ids);
            let padded: Vec<String> = ids.iter().map(|id| format!(" {id}\r")).collect();
            let cells: Vec<&[u8]> = ids.iter().chain(&padded).map(|id| id.as_bytes()).collect();
            let people: Vec<u32> = (0..5000).chain(0..5000).collect();
            assert_eq!(find(&table, &cells), people);
            for (person, id) in ids.iter().enumerate() {
                assert_eq!(table.position(id), Some(person));
            }
            for other in [
                "1",
                "",
                "x",
                "00000000000",
                "0000000000000000000",
                "999999999999",
            ] {
                assert_eq!(table.position(other), None, "{other}");
                assert_eq!(find(&table, &[other.as_bytes()]), [NONE], "{other}");
            }
        }
        let table = IdTable::new(&mixed);
        assert_eq!(find(&table, &[b"\xe52"]), [2], "Windows-1252");
    }
}

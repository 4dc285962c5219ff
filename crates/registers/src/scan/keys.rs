//! The identifiers a scan looks for, as raw bytes.

use encoding_rs::WINDOWS_1252;
use std::collections::HashMap;

/// Identifiers and the number each stands for.
pub(crate) struct Keys {
    numbers: HashMap<Vec<u8>, usize>,
    /// One bit a hash: most identifiers of an extract are dismissed by a single load.
    bits: Vec<u64>,
}

const BITS: usize = 1 << 16;

impl Keys {
    pub(crate) fn new<'a>(keys: impl Iterator<Item = (&'a str, usize)>) -> Self {
        let mut numbers = HashMap::new();
        for (key, number) in keys {
            // The file's encoding is known only when all of it has been read.
            let (other, _, lossy) = WINDOWS_1252.encode(key);
            if !lossy {
                numbers.insert(other.into_owned(), number);
            }
            numbers.insert(key.as_bytes().to_vec(), number);
        }
        let mut bits = vec![0; BITS / 64];
        for key in numbers.keys() {
            let at = hash(key);
            bits[at / 64] |= 1 << (at % 64);
        }
        Self { numbers, bits }
    }

    /// The number of an identifier, white space around it aside.
    pub(crate) fn get(&self, cell: &[u8]) -> Option<usize> {
        let cell = trimmed(cell);
        let at = hash(cell);
        if self.bits[at / 64] & (1 << (at % 64)) == 0 {
            return None;
        }
        self.numbers.get(cell).copied()
    }

    /// Whether a key satisfies a condition.
    pub(crate) fn any(&self, condition: impl Fn(&[u8]) -> bool) -> bool {
        self.numbers.keys().any(|key| condition(key))
    }

    /// Whether a key that is a whole number satisfies a condition.
    pub(crate) fn any_number(&self, condition: impl Fn(i64) -> bool) -> bool {
        let number = |key: &[u8]| std::str::from_utf8(key).ok()?.parse::<i64>().ok();
        self.numbers
            .keys()
            .any(|key| number(key).is_some_and(&condition))
    }
}

/// A cell without white space around it, no-break spaces of either encoding included.
pub(crate) fn trimmed(cell: &[u8]) -> &[u8] {
    let mut cell = cell.trim_ascii();
    while let Some(rest) = cell
        .strip_suffix(&[0xc2, 0xa0])
        .or_else(|| cell.strip_suffix(&[0xa0]))
        .or_else(|| cell.strip_prefix(&[0xc2, 0xa0]))
        .or_else(|| cell.strip_prefix(&[0xa0]))
    {
        cell = rest.trim_ascii();
    }
    cell
}

/// A bit by length and the first and last eight bytes.
fn hash(cell: &[u8]) -> usize {
    let (low, high) = match (cell.last_chunk::<8>(), cell.first_chunk::<8>()) {
        (Some(last), Some(first)) => (u64::from_le_bytes(*last), u64::from_le_bytes(*first)),
        _ => (
            cell.iter()
                .fold(0, |word, byte| (word << 8) | u64::from(*byte)),
            0,
        ),
    };
    let mixed = (low ^ high.rotate_left(29) ^ ((cell.len() as u64) << 56))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (64 - BITS.trailing_zeros())) as usize
}

//! A quick hash of short texts, the same in every process and on every machine.

use std::hash::Hasher;

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Hashes eight bytes at a time. Not for input that someone may choose to make it slow.
#[derive(Default, Clone)]
pub(crate) struct Quick(u64);

/// Builds [`Quick`] hashers.
pub(crate) type BuildQuick = std::hash::BuildHasherDefault<Quick>;

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = mix(self.0 ^ hash(bytes));
    }

    fn write_usize(&mut self, number: usize) {
        self.0 = mix(self.0 ^ number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

fn mix(word: u64) -> u64 {
    let product = u128::from(word ^ MULTIPLIER) * u128::from(0xD6E8_FEB8_6659_FD93_u64);
    // Both halves: every bit of the result depends on every bit of the word.
    (product as u64) ^ ((product >> 64) as u64)
}

/// The hash of a text.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    seeded(bytes, 0)
}

/// One of many independent hashes of a text.
pub(crate) fn seeded(bytes: &[u8], seed: u64) -> u64 {
    let mut state = seed ^ (bytes.len() as u64).wrapping_mul(MULTIPLIER);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        state = mix(state ^ word(chunk));
    }
    mix(state ^ word(chunks.remainder()))
}

/// Up to eight bytes as a number.
fn word(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(whole) => u64::from_le_bytes(*whole),
        None => bytes
            .iter()
            .rev()
            .fold(0, |word, byte| (word << 8) | u64::from(*byte)),
    }
}

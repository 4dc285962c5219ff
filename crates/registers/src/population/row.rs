//! What is kept of a row.

use crate::value::date::Day;

/// People of a partition: their positions within it fit 16 bits, their rows the processor's cache.
pub(crate) const PEOPLE: usize = 1 << 13;

/// One spell, as small as it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    /// Position of the person within the partition.
    pub(crate) person: u16,
    /// First day.
    pub(crate) first: Day,
    /// Last day.
    pub(crate) last: Day,
    /// What the endpoints' rules say of it: two bits each.
    pub(crate) truths: u16,
}

impl Row {
    /// Bytes of a row in a temporary file.
    pub(crate) const BYTES: usize = 12;

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..2].copy_from_slice(&self.person.to_le_bytes());
        bytes[2..4].copy_from_slice(&self.truths.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.first.to_le_bytes());
        bytes[8..].copy_from_slice(&self.last.to_le_bytes());
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = *bytes;
        Self {
            person: u16::from_le_bytes([a, b]),
            truths: u16::from_le_bytes([c, d]),
            first: Day::from_le_bytes([e, f, g, h]),
            last: Day::from_le_bytes([i, j, k, l]),
        }
    }
}

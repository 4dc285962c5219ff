//! What is kept of a row.

use crate::value::date::Day;

/// People of a partition: their positions within it fit 16 bits, their rows the processor's cache.
pub(crate) const PEOPLE: usize = 1 << 13;

/// A row of one size that a store holds, in memory or in a file.
pub(crate) trait Kept: Copy + Send {
    /// Its bytes in a temporary file.
    const BYTES: usize;

    fn write(&self, bytes: &mut Vec<u8>);

    /// From as many bytes as `write` writes.
    fn read(bytes: &[u8]) -> Self;
}

/// Where a person stands within the partition.
pub(crate) fn within(person: u32) -> u16 {
    (person as usize % PEOPLE) as u16
}

/// One spell, as small as it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// What a person's rows are put in order by: both days as one number, the earlier first.
    pub(crate) fn order(&self) -> (u64, u16) {
        let place = |day: Day| u64::from((day as u32) ^ (1 << 31));
        (place(self.first) << 32 | place(self.last), self.truths)
    }
}

impl Kept for Row {
    const BYTES: usize = 12;

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.person.to_le_bytes());
        bytes.extend_from_slice(&self.truths.to_le_bytes());
        bytes.extend_from_slice(&self.first.to_le_bytes());
        bytes.extend_from_slice(&self.last.to_le_bytes());
    }

    fn read(mut bytes: &[u8]) -> Self {
        let bytes = &mut bytes;
        Self {
            person: u16::from_le_bytes(next(bytes)),
            truths: u16::from_le_bytes(next(bytes)),
            first: Day::from_le_bytes(next(bytes)),
            last: Day::from_le_bytes(next(bytes)),
        }
    }
}

/// The next bytes; zeros beyond the end, which no row's bytes have.
pub(crate) fn next<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let Some((first, rest)) = bytes.split_first_chunk() else {
        return [0; N];
    };
    *bytes = rest;
    *first
}

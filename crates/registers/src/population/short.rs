//! A short cell as one number, to be compared and remembered by.

/// A cell of 1 to 16 bytes; nothing that is longer or empty equals it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Short {
    low: u64,
    high: u64,
    length: u8,
}

impl Short {
    /// Nothing, if the cell is empty or longer.
    pub(crate) fn new(cell: &[u8]) -> Option<Self> {
        // Two pieces that overlap in the middle hold every byte, once the length is known.
        let (low, high) = match cell.len() {
            8..=16 => (
                u64::from_le_bytes(*cell.first_chunk()?),
                u64::from_le_bytes(*cell.last_chunk()?),
            ),
            4..8 => (
                u64::from(u32::from_le_bytes(*cell.first_chunk()?)),
                u64::from(u32::from_le_bytes(*cell.last_chunk()?)),
            ),
            1..4 => {
                let middle = u64::from(cell[cell.len() / 2]) << 8;
                (u64::from(cell[0]) | middle, u64::from(*cell.last()?))
            }
            _ => return None,
        };
        Some(Self {
            low,
            high,
            length: cell.len() as u8,
        })
    }

    /// A place among `1 << bits` where it may be remembered.
    pub(crate) fn place(self, bits: u32) -> usize {
        let mixed = (self.low ^ self.high.rotate_left(23)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> (64 - bits)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::Short;

    #[test]
    fn different_cells_are_different() {
        let mut cells: Vec<Vec<u8>> = vec![vec![]];
        for length in 1..=17_usize {
            for changed in 0..length {
                let mut cell = vec![b'a'; length];
                cell[changed] = b'b';
                cells.push(cell);
            }
            cells.push(vec![b'a'; length]);
        }
        for (i, one) in cells.iter().enumerate() {
            for other in &cells[..i] {
                let (one, other) = (Short::new(one), Short::new(other));
                assert!(one.is_none() || one != other, "{one:?} {other:?}");
            }
        }
    }
}

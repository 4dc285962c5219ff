//! Where line feeds and delimiters stand among 64 bytes, a bit each.

use wide::u8x16;

/// Bytes looked at together.
pub(crate) const STRIDE: usize = 64;

/// Which of the bytes from `at` on are line feeds and which delimiters, the first in the lowest bit.
#[inline]
pub(crate) fn bits(block: &[u8], at: usize, delimiter: u8) -> (u64, u64) {
    let rest = &block[at..];
    let mut padded = [u8::from(delimiter == 0); STRIDE];
    let bytes = rest.first_chunk().unwrap_or_else(|| {
        padded[..rest.len()].copy_from_slice(rest);
        &padded
    });
    let (sixteens, _) = bytes.as_chunks::<16>();
    let equal = |byte: u8| {
        let lanes = u8x16::splat(byte);
        let of = |sixteen: &[u8; 16]| u64::from(u8x16::new(*sixteen).simd_eq(lanes).to_bitmask());
        let shifted = sixteens.iter().zip([0, 16, 32, 48]);
        shifted.fold(0, |bits, (sixteen, shift)| bits | (of(sixteen) << shift))
    };
    (equal(b'\n'), equal(delimiter))
}

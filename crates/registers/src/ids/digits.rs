//! Identifiers that are written as digits.

/// A number of a few digits and their count as one number of 40 bits that is never 0.
pub(super) fn number_key(id: &[u8]) -> Option<u64> {
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::eight_digits;

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
}

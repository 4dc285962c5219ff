//! One cell to bytes, with the mess that any cell can have.

use super::calendar::{Day, FOREVER};
use super::look::Look;
use crate::draws::Draws;

/// One cell.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell<'a> {
    /// Text, perhaps with blanks behind it.
    Text(&'a str),
    /// Text that stays as it is, and means something when it is empty.
    Exact(&'a str),
    /// Free text, perhaps with a line break in it.
    Note(&'a str),
    /// A day.
    Day(Day),
    /// The end of something that has not ended.
    Open,
    /// Tenths of a unit.
    Tenths(i64),
    /// A whole number.
    Whole(i64),
    /// Nothing.
    Missing,
    /// Nothing, for which the register has a code.
    MissingCode(&'static str),
}

impl Cell<'_> {
    /// Appends the cell to a line, in quotation marks where it needs them. `bare` is room to work.
    pub(super) fn push(
        self,
        look: Look,
        draws: &mut Draws,
        bare: &mut Vec<u8>,
        line: &mut Vec<u8>,
    ) {
        bare.clear();
        match self {
            Self::Exact(text) => look.push(bare, text),
            Self::Text(text) => {
                look.push(bare, text);
                if look.blanks && draws.chance(200) {
                    let blanks = 1 + draws.position(4);
                    bare.extend(std::iter::repeat_n(b' ', blanks));
                }
            }
            Self::Note(text) => {
                look.push(bare, text);
                if look.line_breaks && draws.chance(150) {
                    bare.extend_from_slice(b"\nse \"merknad\"; avd. 2");
                }
            }
            Self::Day(day) => look.dates.push(bare, day),
            Self::Open if look.forever && draws.chance(500) => look.dates.push(bare, FOREVER),
            Self::Open | Self::Missing => missing("", look, draws, bare),
            Self::MissingCode(code) => missing(code, look, draws, bare),
            Self::Whole(number) => bare.extend_from_slice(number.to_string().as_bytes()),
            Self::Tenths(number) => tenths(number, look, bare),
        }
        quoted(bare, look, line);
    }
}

fn missing(code: &str, look: Look, draws: &mut Draws, out: &mut Vec<u8>) {
    if look.missing {
        let text = match draws.below(4) {
            0 => ".",
            1 => "NA",
            2 => "  ",
            _ => code,
        };
        out.extend_from_slice(text.as_bytes());
    }
}

fn tenths(number: i64, look: Look, out: &mut Vec<u8>) {
    if number < 0 {
        out.push(b'-');
    }
    let size = number.unsigned_abs();
    out.extend_from_slice((size / 10).to_string().as_bytes());
    if !size.is_multiple_of(10) {
        out.push(look.decimal);
        out.push(b'0' + (size % 10) as u8);
    }
}

fn quoted(bare: &[u8], look: Look, line: &mut Vec<u8>) {
    let special = |byte: &u8| *byte == look.delimiter || matches!(byte, b'"' | b'\n');
    if !bare.iter().any(special) {
        line.extend_from_slice(bare);
        return;
    }
    line.push(b'"');
    for byte in bare {
        if *byte == b'"' {
            line.push(b'"');
        }
        line.push(*byte);
    }
    line.push(b'"');
}

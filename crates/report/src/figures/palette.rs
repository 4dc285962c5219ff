//! How arms are told apart: by colour (Okabe and Ito 2008, safe for colour-blind readers), by the
//! shape of the marker and by the dash of the line, so that a grey copy can be read too.

use super::scene::{Colour, Dash};

/// The shape of a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outline {
    Circle,
    Square,
    Triangle,
    Diamond,
}

/// The look of an arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Look {
    /// Lines, bands and markers.
    pub(crate) colour: Colour,
    /// The same hue, dark enough for text on white.
    pub(crate) ink: Colour,
    pub(crate) outline: Outline,
    /// Whether the marker is filled; else white inside.
    pub(crate) filled: bool,
    pub(crate) dash: Option<Dash>,
}

const LONG: Dash = Dash {
    dash: 8.0,
    gap: 3.5,
};
const SHORT: Dash = Dash {
    dash: 4.0,
    gap: 3.0,
};

/// The reference arm first; from the seventh arm on, the looks begin again.
const LOOKS: [Look; 6] = [
    look(
        Colour(0xd5, 0x5e, 0x00),
        Colour(0xac, 0x4b, 0x00),
        Outline::Square,
        false,
        Some(LONG),
    ),
    look(
        Colour(0x00, 0x72, 0xb2),
        Colour(0x00, 0x60, 0x96),
        Outline::Circle,
        true,
        None,
    ),
    look(
        Colour(0x00, 0x9e, 0x73),
        Colour(0x00, 0x70, 0x52),
        Outline::Triangle,
        true,
        Some(SHORT),
    ),
    look(
        Colour(0xcc, 0x79, 0xa7),
        Colour(0x99, 0x49, 0x76),
        Outline::Diamond,
        false,
        None,
    ),
    look(
        Colour(0xe6, 0x9f, 0x00),
        Colour(0x86, 0x5d, 0x00),
        Outline::Square,
        true,
        Some(SHORT),
    ),
    look(
        Colour(0x56, 0xb4, 0xe9),
        Colour(0x1c, 0x6c, 0x9a),
        Outline::Circle,
        false,
        Some(LONG),
    ),
];

const fn look(
    colour: Colour,
    ink: Colour,
    outline: Outline,
    filled: bool,
    dash: Option<Dash>,
) -> Look {
    Look {
        colour,
        ink,
        outline,
        filled,
        dash,
    }
}

/// The look of the arm at this place in the catalogue.
pub(crate) fn look_of(arm: usize) -> Look {
    LOOKS[arm % LOOKS.len()]
}

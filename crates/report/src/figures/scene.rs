//! Shapes on a page, in units of the page, from the top left corner.

/// A place.
pub(crate) type Point = (f64, f64);

/// Red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

pub(crate) const INK: Colour = Colour(0x26, 0x26, 0x26);
pub(crate) const GREY: Colour = Colour(0x59, 0x59, 0x59);
pub(crate) const RULE: Colour = Colour(0xe3, 0xe3, 0xe3);
pub(crate) const WHITE: Colour = Colour(0xff, 0xff, 0xff);

/// Which end of a text its place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text on its baseline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    pub(crate) at: Point,
    pub(crate) text: String,
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) colour: Colour,
    pub(crate) anchor: Anchor,
}

/// Lengths of a dash and of the gap after it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Dash {
    pub(crate) dash: f64,
    pub(crate) gap: f64,
}

/// Anything that can be drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    Line {
        points: Vec<Point>,
        colour: Colour,
        width: f64,
        dash: Option<Dash>,
    },
    Area {
        points: Vec<Point>,
        colour: Colour,
        opacity: f64,
    },
    Disc {
        centre: Point,
        radius: f64,
        colour: Colour,
    },
    Text(Text),
}

/// A page and what is on it, the lowest first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scene {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) shapes: Vec<Shape>,
    /// What is said of places to whoever points at them.
    pub(crate) hints: Vec<Hint>,
}

/// A text that a page shows while the pointer is on a place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hint {
    pub(crate) at: Point,
    pub(crate) text: String,
}

impl Scene {
    pub(crate) fn line(&mut self, points: Vec<Point>, colour: Colour, width: f64) {
        self.shapes.push(Shape::Line {
            points,
            colour,
            width,
            dash: None,
        });
    }

    pub(crate) fn dashed(&mut self, points: Vec<Point>, colour: Colour, width: f64, dash: Dash) {
        self.shapes.push(Shape::Line {
            points,
            colour,
            width,
            dash: Some(dash),
        });
    }

    pub(crate) fn area(&mut self, points: Vec<Point>, colour: Colour, opacity: f64) {
        self.shapes.push(Shape::Area {
            points,
            colour,
            opacity,
        });
    }

    pub(crate) fn disc(&mut self, centre: Point, radius: f64, colour: Colour) {
        self.shapes.push(Shape::Disc {
            centre,
            radius,
            colour,
        });
    }

    pub(crate) fn hint(&mut self, at: Point, text: String) {
        self.hints.push(Hint { at, text });
    }

    pub(crate) fn text(&mut self, text: Text) {
        self.shapes.push(Shape::Text(text));
    }
}

impl Text {
    pub(crate) fn new(text: impl Into<String>, size: f64, at: Point) -> Self {
        Self {
            at,
            text: text.into(),
            size,
            bold: false,
            colour: INK,
            anchor: Anchor::Start,
        }
    }

    pub(crate) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(crate) fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    pub(crate) fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

//! Markers: one shape for an arm, filled or white inside.

use super::palette::{Look, Outline};
use super::scene::{Point, Scene, WHITE};

/// Half the width of the stroke of an open marker.
const HALF_STROKE: f64 = 0.8;

/// A marker of an arm; `radius` is that of the circle.
pub(crate) fn draw(scene: &mut Scene, at: Point, look: Look, radius: f64) {
    if look.outline == Outline::Circle {
        scene.disc(at, radius + HALF_STROKE, look.colour);
        if !look.filled {
            scene.disc(at, radius - HALF_STROKE, WHITE);
        }
        return;
    }
    let corners = corners(at, look.outline, radius);
    let inside = if look.filled { look.colour } else { WHITE };
    scene.area(corners.clone(), inside, 1.0);
    let mut outline = corners;
    // The first side again, so that the last corner is joined like the others.
    outline.extend_from_within(..2);
    scene.line(outline, look.colour, 2.0 * HALF_STROKE);
}

fn corners((x, y): Point, outline: Outline, radius: f64) -> Vec<Point> {
    // Equal areas look equally large.
    let (square, diamond, wide) = (radius * 0.89, radius * 1.25, radius * 1.2);
    match outline {
        Outline::Square => vec![
            (x - square, y - square),
            (x + square, y - square),
            (x + square, y + square),
            (x - square, y + square),
        ],
        Outline::Triangle => {
            vec![
                (x, y - wide * 1.1),
                (x + wide, y + wide * 0.8),
                (x - wide, y + wide * 0.8),
            ]
        }
        Outline::Diamond | Outline::Circle => {
            vec![
                (x, y - diamond),
                (x + diamond, y),
                (x, y + diamond),
                (x - diamond, y),
            ]
        }
    }
}

//! A scene to SVG with text. The drawing library knows whole units only, so it draws ten times as
//! large; the root element then says how large the page is meant to be.

use super::dash::pieces;
use super::scene::{Anchor, Colour, Point, Scene, Shape, Text};
use crate::fonts::face;
use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor, ShapeStyle};

/// Drawn units for one unit of the page.
const FINE: f64 = 10.0;
/// The library takes a font's height for its size, and 1.24 for the height of an em.
const HEIGHT_PER_EM: f64 = 1.24;
/// The library's distance from a text's top to its baseline, in ems.
const TOP_TO_BASELINE: f64 = 0.76;

/// The scene, or the library's words on why not.
pub(crate) fn svg(scene: &Scene) -> Result<String, String> {
    let (width, height) = (
        unit(scene.width).unsigned_abs(),
        unit(scene.height).unsigned_abs(),
    );
    let mut text = String::new();
    paint(scene, SVGBackend::with_string(&mut text, (width, height)))?;
    let fine = format!("width=\"{width}\" height=\"{height}\"");
    let page = format!("width=\"{}\" height=\"{}\"", scene.width, scene.height);
    Ok(text.replacen(&fine, &page, 1))
}

fn paint(scene: &Scene, mut backend: SVGBackend<'_>) -> Result<(), String> {
    for shape in &scene.shapes {
        match shape {
            Shape::Line {
                points,
                colour,
                width,
                dash: None,
            } => {
                line(&mut backend, points, *colour, *width)?;
            }
            Shape::Line {
                points,
                colour,
                width,
                dash: Some(pattern),
            } => {
                for piece in pieces(points, *pattern) {
                    line(&mut backend, &piece, *colour, *width)?;
                }
            }
            Shape::Area {
                points,
                colour,
                opacity,
            } => {
                let style = rgb(*colour).mix(*opacity);
                let path = points.iter().map(|point| place(*point));
                backend
                    .fill_polygon(path, &style)
                    .map_err(|error| error.to_string())?;
            }
            Shape::Disc {
                centre,
                radius,
                colour,
            } => {
                let style: ShapeStyle = rgb(*colour).filled();
                let radius = unit(*radius).unsigned_abs();
                let drawn = backend.draw_circle(place(*centre), radius, &style, true);
                drawn.map_err(|error| error.to_string())?;
            }
            Shape::Text(text) => write(&mut backend, text)?,
        }
    }
    backend.present().map_err(|error| error.to_string())
}

fn line(
    backend: &mut SVGBackend<'_>,
    points: &[Point],
    colour: Colour,
    width: f64,
) -> Result<(), String> {
    let style = rgb(colour).stroke_width(unit(width).unsigned_abs());
    let path = points.iter().map(|point| place(*point));
    backend
        .draw_path(path, &style)
        .map_err(|error| error.to_string())
}

fn write(backend: &mut SVGBackend<'_>, text: &Text) -> Result<(), String> {
    let side = match text.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let colour = rgb(text.colour);
    let style = face(text.size * FINE * HEIGHT_PER_EM, text.bold)
        .color(&colour)
        .pos(Pos::new(side, VPos::Top));
    let top = (text.at.0, text.at.1 - TOP_TO_BASELINE * text.size);
    // XML has no place for control characters.
    let words: String = text
        .text
        .chars()
        .filter(|letter| !letter.is_control())
        .collect();
    backend
        .draw_text(&words, &style, place(top))
        .map_err(|error| error.to_string())
}

fn rgb(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

fn place(point: Point) -> (i32, i32) {
    (unit(point.0), unit(point.1))
}

fn unit(length: f64) -> i32 {
    (length * FINE).round() as i32
}

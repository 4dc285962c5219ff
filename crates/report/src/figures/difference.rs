//! Below an employment curve: how much higher or lower each arm is than the reference, with a band
//! that holds for all months at once.

use super::axes::HALF_DIGIT;
use super::curve::{Curve, Mark};
use super::layout::{Layout, TEXT};
use super::palette::Look;
use super::scale::{month_ticks, steps_within};
use super::scene::{Anchor, GREY, Point, RULE, Scene, Text};
use super::{marker, series};
use crate::format::fixed;
use crate::language::{numbers, said};

/// Space for the panel, its ticks and its title.
pub(crate) const ROOM: f64 = 208.0;
/// From the axis of the curve to the top of the panel.
const ABOVE: f64 = 76.0;

/// One arm against the reference.
pub(crate) struct Gap {
    /// `IPS - TAU`.
    pub(crate) contrast: String,
    pub(crate) look: Look,
    /// In the order of time.
    pub(crate) marks: Vec<Mark>,
}

/// The panel's place, and the differences at its ends.
struct Panel {
    top: f64,
    bottom: f64,
    low: f64,
    high: f64,
}

impl Panel {
    fn of(curve: &Curve, layout: &Layout) -> Self {
        let shown = curve.gaps.iter().flat_map(|gap| &gap.marks);
        let ends = shown.flat_map(|mark| [mark.estimate, mark.low, mark.high]);
        let ends: Vec<f64> = ends.filter(|end| end.is_finite()).collect();
        let tenths = |value: f64| (value * 10.0 - 1e-9).ceil() / 10.0;
        let reach = |sign: f64| ends.iter().map(|end| end * sign).fold(0.0, f64::max);
        Self {
            top: layout.bottom + ABOVE,
            bottom: layout.bottom + ROOM,
            low: -tenths(reach(-1.0)),
            high: tenths(reach(1.0)).max(0.1),
        }
    }

    fn y(&self, difference: f64) -> f64 {
        let share = (difference - self.low) / (self.high - self.low);
        self.bottom - (self.bottom - self.top) * share.clamp(0.0, 1.0)
    }
}

pub(crate) fn draw(scene: &mut Scene, layout: &Layout, curve: &Curve) {
    let panel = Panel::of(curve, layout);
    axes(scene, layout, curve, &panel);
    for gap in &curve.gaps {
        for run in gap.marks.split(|mark| !mark.is_shown()) {
            band(scene, layout, &panel, gap, run);
        }
        let radius = series::radius(layout, curve) * 0.8;
        for mark in gap.marks.iter().filter(|mark| mark.is_shown()) {
            let at = (layout.x(mark.time), panel.y(mark.estimate));
            marker::draw(scene, at, gap.look, radius);
            let contrast = gap.contrast.replace(" - ", " \u{2212} ");
            scene.hint(at, curve.said_of(&contrast, mark));
        }
    }
}

fn axes(scene: &mut Scene, layout: &Layout, curve: &Curve, panel: &Panel) {
    let tenths = ((panel.high - panel.low) * 10.0).round();
    let step = if tenths <= 4.0 { 10.0 } else { 20.0 };
    for tick in steps_within(panel.low * 100.0, panel.high * 100.0, step) {
        let y = panel.y(tick / 100.0);
        let (colour, width) = if tick == 0.0 {
            (GREY, 1.2)
        } else {
            (RULE, 1.0)
        };
        scene.line(vec![(layout.left, y), (layout.right, y)], colour, width);
        scene.line(vec![(layout.left - 4.0, y), (layout.left, y)], GREY, 1.0);
        let at = (layout.left - 8.0, y + HALF_DIGIT * TEXT);
        let label = numbers(curve.language, &fixed(tick, 0));
        scene.text(Text::new(label, TEXT, at).anchor(Anchor::End));
    }
    let side = vec![(layout.left, panel.top), (layout.left, panel.bottom)];
    scene.line(side, GREY, 1.0);
    let end = vec![(layout.left, panel.bottom), (layout.right, panel.bottom)];
    scene.line(end, GREY, 1.0);
    for tick in month_ticks(curve.last(), layout.month_room()) {
        let x = layout.x(tick);
        scene.line(vec![(x, panel.bottom), (x, panel.bottom + 4.0)], GREY, 1.0);
        let at = (x, panel.bottom + 19.0);
        scene.text(Text::new(fixed(tick, 0), TEXT, at).anchor(Anchor::Middle));
    }
    let title = said(curve.language, "Difference, percentage points");
    let title = match curve.gaps.as_slice() {
        [gap] => format!("{title} ({})", gap.contrast.replace(" - ", " \u{2212} ")),
        _ => title,
    };
    scene.text(Text::new(
        title,
        TEXT,
        (layout.left - 32.0, panel.top - 12.0),
    ));
}

/// The band and the line of an unbroken stretch of months; a bar for a month on its own.
fn band(scene: &mut Scene, layout: &Layout, panel: &Panel, gap: &Gap, run: &[Mark]) {
    let place = |mark: &Mark, value: f64| (layout.x(mark.time), panel.y(value));
    match run {
        [] => {}
        [mark] => {
            let ends = vec![place(mark, mark.low), place(mark, mark.high)];
            scene.line(ends, gap.look.colour, 1.8);
        }
        _ => {
            let upper = run.iter().map(|mark| place(mark, mark.high));
            let lower = run.iter().rev().map(|mark| place(mark, mark.low));
            scene.area(upper.chain(lower).collect(), gap.look.colour, 0.16);
            let line: Vec<Point> = run.iter().map(|mark| place(mark, mark.estimate)).collect();
            match gap.look.dash {
                Some(dash) => scene.dashed(line, gap.look.colour, 1.8, dash),
                None => scene.line(line, gap.look.colour, 1.8),
            }
        }
    }
}

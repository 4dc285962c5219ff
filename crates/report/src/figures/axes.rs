//! Grid, axes, their ticks and titles, and the lines of the landmarks.

use super::curve::Curve;
use super::layout::{Layout, TEXT};
use super::scale::{count_decimals, count_ticks, month_ticks, percent_ticks};
use super::scene::{Anchor, Dash, GREY, RULE, Scene, Text};
use crate::format::fixed;
use crate::language::{numbers, said};

/// From a text's middle to its baseline, in ems: half the height of a digit.
pub(crate) const HALF_DIGIT: f64 = 0.365;

/// Lines to read a value by.
pub(crate) const DOTS: Dash = Dash {
    dash: 1.5,
    gap: 3.0,
};

/// Where the horizontal axis is marked, and where the numbers below it stand.
pub(crate) fn ticks(layout: &Layout, curve: &Curve) -> Vec<f64> {
    match &curve.ticks {
        Some(ticks) => ticks.clone(),
        None => month_ticks(curve.last(), layout.month_room()),
    }
}

pub(crate) fn draw(scene: &mut Scene, layout: &Layout, curve: &Curve) {
    values(scene, layout, curve);
    for month in curve
        .landmarks
        .iter()
        .filter(|month| **month <= curve.last())
    {
        let x = layout.x(*month);
        scene.dashed(
            vec![(x, layout.top - 4.0), (x, layout.bottom)],
            GREY,
            1.0,
            DOTS,
        );
    }
    months(scene, layout, curve);
}

/// Percentages, or counts.
fn values(scene: &mut Scene, layout: &Layout, curve: &Curve) {
    let ticks: Vec<(f64, String)> = match curve.counts {
        true => {
            let ticks = count_ticks(layout.upper / 100.0);
            let digits = count_decimals(layout.upper / 100.0);
            let written = |tick: f64| numbers(curve.language, &fixed(tick, digits));
            ticks
                .into_iter()
                .map(|tick| (tick, written(tick)))
                .collect()
        }
        false => {
            let ticks = percent_ticks(layout.upper).into_iter();
            ticks.map(|tick| (tick / 100.0, fixed(tick, 0))).collect()
        }
    };
    for (tick, label) in ticks {
        let y = layout.y(tick);
        if tick > 0.0 {
            scene.line(vec![(layout.left, y), (layout.right, y)], RULE, 1.0);
        }
        scene.line(vec![(layout.left - 4.0, y), (layout.left, y)], GREY, 1.0);
        let at = (layout.left - 8.0, y + HALF_DIGIT * TEXT);
        scene.text(Text::new(label, TEXT, at).anchor(Anchor::End));
    }
    scene.line(
        vec![(layout.left, layout.top), (layout.left, layout.bottom)],
        GREY,
        1.0,
    );
    let at = (layout.left - 32.0, layout.top - 14.0);
    scene.text(Text::new(said(curve.language, curve.ordinate), TEXT, at));
}

fn months(scene: &mut Scene, layout: &Layout, curve: &Curve) {
    let bottom = layout.bottom;
    scene.line(
        vec![(layout.left, bottom), (layout.right, bottom)],
        GREY,
        1.0,
    );
    for tick in ticks(layout, curve) {
        let x = layout.x(tick);
        scene.line(vec![(x, bottom), (x, bottom + 4.0)], GREY, 1.0);
        let at = (x, bottom + 19.0);
        scene.text(Text::new(fixed(tick, 0), TEXT, at).anchor(Anchor::Middle));
    }
    let title = said(curve.language, &curve.abscissa);
    let at = ((layout.left + layout.right) / 2.0, bottom + 42.0);
    scene.text(Text::new(title, TEXT, at).anchor(Anchor::Middle));
}

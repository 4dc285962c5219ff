//! Names of the arms, and percentages at the landmarks.

use super::axes::HALF_DIGIT;
use super::caption::fitted;
use super::curve::{Arm, Curve, Mark};
use super::layout::{Layout, MARGIN, SAMPLE, TEXT};
use super::marker;
use super::scene::{Anchor, Point, Scene, Text, WHITE};
use crate::fonts::width;
use crate::format::percent;
use crate::language::numbers;

/// Least distance between the baselines of two labels of one landmark.
const APART: f64 = 15.0;

pub(crate) fn draw(scene: &mut Scene, layout: &Layout, curve: &Curve) {
    if layout.legend.is_empty() {
        names_at_ends(scene, layout, curve);
    } else {
        legend(scene, layout, curve);
    }
    for month in &curve.landmarks {
        landmark(scene, layout, curve, *month);
    }
}

fn names_at_ends(scene: &mut Scene, layout: &Layout, curve: &Curve) {
    for arm in &curve.arms {
        if let Some(mark) = arm.last_shown() {
            let middle = layout.y(mark.estimate) + HALF_DIGIT * TEXT;
            let name = Text::new(
                arm.name.as_str(),
                TEXT,
                (layout.x(mark.time) + 11.0, middle),
            );
            scene.text(name.bold().colour(arm.look.ink));
        }
    }
}

fn legend(scene: &mut Scene, layout: &Layout, curve: &Curve) {
    for entry in &layout.legend {
        let Some(arm) = curve.arms.get(entry.arm) else {
            continue;
        };
        let y = entry.baseline - HALF_DIGIT * TEXT;
        let sample = vec![(entry.x, y), (entry.x + SAMPLE, y)];
        match arm.look.dash {
            Some(dash) => scene.dashed(sample, arm.look.colour, 1.8, dash),
            None => scene.line(sample, arm.look.colour, 1.8),
        }
        marker::draw(scene, (entry.x + SAMPLE / 2.0, y), arm.look, 3.4);
        let at = (entry.x + SAMPLE + 8.0, entry.baseline);
        let name = fitted(&arm.name, TEXT, true, layout.width - MARGIN - at.0);
        scene.text(Text::new(name, TEXT, at).bold().colour(arm.look.ink));
    }
}

/// The percentages of one landmark, the highest arm first.
fn landmark(scene: &mut Scene, layout: &Layout, curve: &Curve, month: f64) {
    let mut found: Vec<(&Arm, &Mark)> = curve
        .arms
        .iter()
        .filter_map(|arm| {
            arm.at(month)
                .filter(|mark| mark.is_shown())
                .map(|mark| (arm, mark))
        })
        .collect();
    found.sort_by(|(_, a), (_, b)| b.estimate.total_cmp(&a.estimate));
    match found.as_slice() {
        [] => {}
        [(arm, mark)] => outside(scene, layout, curve, (arm, mark), Side::Above),
        [(upper, high), (lower, low)] => {
            outside(scene, layout, curve, (upper, high), Side::Above);
            outside(scene, layout, curve, (lower, low), Side::Below);
        }
        several => beside(scene, layout, curve, several),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Above,
    Below,
}

/// Above or below the point, on the side that the curve does not take.
fn outside(
    scene: &mut Scene,
    layout: &Layout,
    curve: &Curve,
    (arm, mark): (&Arm, &Mark),
    side: Side,
) {
    let (x, y) = (layout.x(mark.time), layout.y(mark.estimate));
    let left_is_free = is_rising(arm, mark) == (side == Side::Above);
    let text = numbers(curve.language, &percent(mark.estimate));
    let needed = width(&text, TEXT, true);
    let fits_left = x - needed - 8.0 > layout.left;
    let fits_right = x + needed + 4.0 < layout.right + 8.0;
    let to_the_left = fits_left && (left_is_free || !fits_right);
    let anchor = if to_the_left {
        Anchor::End
    } else {
        Anchor::Start
    };
    let x = if anchor == Anchor::End {
        x - 4.0
    } else {
        x + 4.0
    };
    let y = match side {
        Side::Above => y - 9.0,
        Side::Below => (y + 18.0).min(layout.bottom - 4.0),
    };
    label(scene, arm, text, (x, y), anchor);
}

/// In a stack to the right of the points, pushed apart.
fn beside(scene: &mut Scene, layout: &Layout, curve: &Curve, found: &[(&Arm, &Mark)]) {
    let middles = found
        .iter()
        .map(|(_, mark)| layout.y(mark.estimate) + HALF_DIGIT * TEXT);
    let baselines = pushed_apart(middles.collect(), layout.bottom - 4.0);
    for ((arm, mark), baseline) in found.iter().zip(baselines) {
        let text = numbers(curve.language, &percent(mark.estimate));
        let x = layout.x(mark.time);
        let fits = x + 9.0 + width(&text, TEXT, true) < layout.right;
        let (x, anchor) = if fits {
            (x + 8.0, Anchor::Start)
        } else {
            (x - 8.0, Anchor::End)
        };
        label(scene, arm, text, (x, baseline), anchor);
    }
}

/// Baselines from the top, each `APART` below the last, none below `lowest`.
fn pushed_apart(mut baselines: Vec<f64>, lowest: f64) -> Vec<f64> {
    for i in 1..baselines.len() {
        baselines[i] = baselines[i].max(baselines[i - 1] + APART);
    }
    let mut limit = lowest;
    for baseline in baselines.iter_mut().rev() {
        *baseline = baseline.min(limit);
        limit = *baseline - APART;
    }
    baselines
}

fn label(scene: &mut Scene, arm: &Arm, text: String, at: Point, anchor: Anchor) {
    let needed = width(&text, TEXT, true);
    let left = if anchor == Anchor::End {
        at.0 - needed
    } else {
        at.0
    };
    let (top, bottom, right) = (at.1 - 11.0, at.1 + 2.0, left + needed);
    scene.area(
        vec![(left, top), (right, top), (right, bottom), (left, bottom)],
        WHITE,
        0.7,
    );
    scene.text(
        Text::new(text, TEXT, at)
            .bold()
            .colour(arm.look.ink)
            .anchor(anchor),
    );
}

/// From the month before to the month after, as far as they are drawn.
fn is_rising(arm: &Arm, mark: &Mark) -> bool {
    let shown = |found: Option<&Mark>| found.filter(|other| other.is_shown()).copied();
    let place = arm
        .marks
        .iter()
        .position(|other| other.time == mark.time)
        .unwrap_or(0);
    let before = shown(place.checked_sub(1).and_then(|i| arm.marks.get(i))).unwrap_or(*mark);
    let after = shown(arm.marks.get(place + 1)).unwrap_or(*mark);
    after.estimate >= before.estimate
}

#[cfg(test)]
mod tests {
    use super::pushed_apart;

    #[test]
    fn labels_do_not_overlap_and_stay_on_the_plot() {
        assert_eq!(
            pushed_apart(vec![10.0, 12.0, 60.0], 100.0),
            [10.0, 25.0, 60.0]
        );
        assert_eq!(pushed_apart(vec![90.0, 95.0], 100.0), [85.0, 100.0]);
    }
}

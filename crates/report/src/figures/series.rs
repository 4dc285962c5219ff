//! Bands, lines and markers. A withheld month breaks all three.

use super::curve::{Arm, Curve, Mark};
use super::layout::Layout;
use super::marker;
use super::scene::{Point, Scene};

const LINE: f64 = 1.8;
const BAND: f64 = 0.16;

pub(crate) fn draw(scene: &mut Scene, layout: &Layout, curve: &Curve) {
    for arm in &curve.arms {
        for run in arm.runs() {
            interval(scene, layout, arm, &shape(run, curve));
        }
    }
    for arm in &curve.arms {
        arm.runs()
            .filter(|run| run.len() > 1)
            .for_each(|run| line(scene, layout, arm, &shape(run, curve)));
    }
    let radius = radius(layout, curve);
    for arm in &curve.arms {
        let shown = arm.runs().flat_map(|run| match (curve.stepped, run) {
            // Of steps the ends alone, where no more is known.
            (true, [.., last]) => std::slice::from_ref(last),
            (_, run) => run,
        });
        for mark in shown {
            let at = (layout.x(mark.time), layout.y(mark.estimate));
            marker::draw(scene, at, arm.look, radius);
        }
        for mark in arm.runs().flatten() {
            let at = (layout.x(mark.time), layout.y(mark.estimate));
            scene.hint(at, curve.said_of(&arm.name, mark));
        }
    }
}

/// A run as it is drawn: with a corner before each mark, if the curve goes in steps.
fn shape(run: &[Mark], curve: &Curve) -> Vec<Mark> {
    if !curve.stepped {
        return run.to_vec();
    }
    let mut corners: Vec<Mark> = run.first().copied().into_iter().collect();
    for pair in run.windows(2) {
        let mut corner = pair[0];
        corner.time = pair[1].time;
        corners.extend([corner, pair[1]]);
    }
    corners
}

/// Smaller where months are close together.
pub(crate) fn radius(layout: &Layout, curve: &Curve) -> f64 {
    if curve.stepped {
        return 3.4;
    }
    let month = (layout.right - layout.left) / curve.last().max(1.0);
    (month * 0.28).clamp(1.8, 3.4)
}

/// A band along a stretch of months; a bar for a month on its own.
fn interval(scene: &mut Scene, layout: &Layout, arm: &Arm, run: &[Mark]) {
    let limits: Vec<(f64, f64, f64)> = run
        .iter()
        .filter_map(|mark| {
            mark.limits()
                .map(|(low, high)| (layout.x(mark.time), low, high))
        })
        .map(|(x, low, high)| (x, layout.y(low), layout.y(high)))
        .collect();
    match limits.as_slice() {
        [] => {}
        [(x, low, high)] => scene.line(vec![(*x, *low), (*x, *high)], arm.look.colour, LINE),
        limits => {
            let upper = limits.iter().map(|(x, _, high)| (*x, *high));
            let lower = limits.iter().rev().map(|(x, low, _)| (*x, *low));
            scene.area(upper.chain(lower).collect(), arm.look.colour, BAND);
        }
    }
}

fn line(scene: &mut Scene, layout: &Layout, arm: &Arm, run: &[Mark]) {
    let points: Vec<Point> = run
        .iter()
        .map(|mark| (layout.x(mark.time), layout.y(mark.estimate)))
        .collect();
    match arm.look.dash {
        Some(dash) => scene.dashed(points, arm.look.colour, LINE, dash),
        None => scene.line(points, arm.look.colour, LINE),
    }
}

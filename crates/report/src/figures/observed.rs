//! Below the axis: how many people are observed at each tick, and the caption.

use super::axes;
use super::caption::fitted;
use super::curve::Curve;
use super::layout::{LEADING, Layout, MARGIN, TEXT};
use super::scene::{Anchor, GREY, Scene, Text};
use crate::format::UNDEFINED;
use crate::language::said;

pub(crate) fn draw(scene: &mut Scene, layout: &Layout, curve: &Curve) {
    let words = said(curve.language, curve.counted);
    let heading = Text::new(words, TEXT, (MARGIN, layout.line_below(0)));
    scene.text(heading.bold());
    let ticks = axes::ticks(layout, curve);
    for (i, arm) in curve.arms.iter().enumerate() {
        let baseline = layout.line_below(i + 1);
        let name = fitted(&arm.name, TEXT, false, layout.name_room);
        scene.text(Text::new(name, TEXT, (MARGIN, baseline)).colour(arm.look.ink));
        for tick in &ticks {
            let mark = arm.at(*tick);
            if mark.is_none() && !curve.stepped {
                continue;
            }
            let number = mark.and_then(|mark| mark.n);
            let number = number.map_or(UNDEFINED.to_owned(), |n| n.to_string());
            let at = (layout.x(*tick), baseline);
            scene.text(Text::new(number, TEXT, at).anchor(Anchor::Middle));
        }
    }
    let mut baseline = layout.line_below(curve.arms.len()) + LEADING + 8.0;
    for line in &layout.caption {
        scene.text(Text::new(line.as_str(), TEXT, (MARGIN, baseline)).colour(GREY));
        baseline += LEADING;
    }
}

//! Where everything goes. 720 units are meant for 16 cm, so that 13 units print at 8 points.

use super::caption::wrapped;
use super::curve::{Arm, Curve};
use super::difference;
use super::scale::{upper_count, upper_percent};
use crate::fonts::width;

/// Size of all text but the title.
pub(crate) const TEXT: f64 = 13.0;
/// Size of the title.
pub(crate) const TITLE: f64 = 17.0;
/// Free space at the edges of the page.
pub(crate) const MARGIN: f64 = 16.0;
/// Baseline to baseline, in running text and in the table of numbers.
pub(crate) const LEADING: f64 = 19.0;
/// Length of a line's sample in the legend.
pub(crate) const SAMPLE: f64 = 28.0;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 540.0;
const LEAST_PLOT: f64 = 270.0;
/// Space between an axis and the points next to it.
const INSET: f64 = 10.0;
/// Widest name beside the table of numbers.
const NAME: f64 = 190.0;
/// Widest name at the end of a curve.
const END_NAME: f64 = 140.0;
/// From the horizontal axis to the heading of the table of numbers.
const HEADING: f64 = 74.0;

/// The page's measures, and the way from months and per cents to places.
pub(crate) struct Layout {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
    pub(crate) title: Vec<String>,
    pub(crate) caption: Vec<String>,
    /// Empty if the arms are named at the ends of their curves.
    pub(crate) legend: Vec<Entry>,
    /// Widest a name may be beside the table of numbers.
    pub(crate) name_room: f64,
    /// Upper end of the vertical axis, times a hundred: per cent, or hundredths of a count.
    pub(crate) upper: f64,
    /// What lies above the table of numbers.
    foot: f64,
    last: f64,
}

/// An arm's place in the legend.
pub(crate) struct Entry {
    pub(crate) arm: usize,
    pub(crate) x: f64,
    pub(crate) baseline: f64,
}

impl Layout {
    pub(crate) fn of(curve: &Curve) -> Self {
        let upper = match curve.counts {
            true => 100.0 * upper_count(curve.largest()),
            false => upper_percent(curve.largest()),
        };
        let widest = curve.arms.iter().map(name_width).fold(0.0, f64::max);
        let name_room = widest.min(NAME);
        let direct = named_at_ends(curve, upper, widest);
        let room = WIDTH - 2.0 * MARGIN;
        let title = wrapped(&curve.title, TITLE, true, room);
        let caption = wrapped(&curve.caption, TEXT, false, room);
        let title_end = MARGIN + TITLE + 23.0 * lines(title.len().saturating_sub(1));
        let legend = if direct {
            Vec::new()
        } else {
            legend(curve, title_end + 27.0, room)
        };
        let head = legend.last().map_or(title_end, |entry| entry.baseline);
        let top = head + 42.0;
        let rows = lines(curve.arms.len() + caption.len());
        // The panel stands between the title of the axis and the table.
        let panel = if curve.gaps.is_empty() {
            0.0
        } else {
            difference::ROOM - 22.0
        };
        let below = panel + HEADING + LEADING * rows + 12.0 + MARGIN * 0.5;
        let height = (HEIGHT + panel).max(top + LEAST_PLOT + below).ceil();
        Self {
            width: WIDTH,
            height,
            left: (MARGIN + name_room + 24.0).max(58.0),
            right: WIDTH - if direct { widest + 28.0 } else { 32.0 },
            top,
            bottom: height - below,
            title,
            caption,
            legend,
            name_room,
            upper,
            foot: height - below + panel,
            last: curve.last().max(1.0),
        }
    }

    /// The place of a month.
    pub(crate) fn x(&self, month: f64) -> f64 {
        let (from, to) = (self.left + INSET, self.right - INSET * 0.5);
        from + (to - from) * month / self.last
    }

    /// The place of a proportion.
    pub(crate) fn y(&self, proportion: f64) -> f64 {
        let share = (proportion * 100.0 / self.upper).clamp(0.0, 1.0);
        self.bottom - (self.bottom - self.top) * share
    }

    /// How many labels of months have space.
    pub(crate) fn month_room(&self) -> f64 {
        (self.right - self.left) / 44.0
    }

    /// Baseline of a line below the horizontal axis: the table's heading is line 0.
    pub(crate) fn line_below(&self, line: usize) -> f64 {
        self.foot + HEADING + LEADING * lines(line)
    }
}

/// A small count as a number.
fn lines(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn name_width(arm: &Arm) -> f64 {
    width(&arm.name, TEXT, true)
}

/// Whether every curve ends at the last month, far enough from the others for its name.
fn named_at_ends(curve: &Curve, upper: f64, widest: f64) -> bool {
    let last = curve.last();
    let ends: Vec<f64> = curve
        .arms
        .iter()
        .filter_map(|arm| arm.last_shown().filter(|mark| mark.time >= last))
        .map(|mark| mark.estimate * 100.0 / upper * LEAST_PLOT)
        .collect();
    let apart = |(i, end): (usize, &f64)| ends[..i].iter().all(|other| (end - other).abs() > 18.0);
    widest <= END_NAME
        && !ends.is_empty()
        && ends.len() == curve.arms.len()
        && ends.iter().enumerate().all(apart)
}

/// Samples and names in a row, in further rows if need be.
fn legend(curve: &Curve, first: f64, room: f64) -> Vec<Entry> {
    let (mut x, mut baseline) = (MARGIN, first);
    let mut entries = Vec::new();
    for (arm, found) in curve.arms.iter().enumerate() {
        let needed = SAMPLE + 8.0 + name_width(found).min(room * 0.8);
        if x > MARGIN && x + needed > MARGIN + room {
            x = MARGIN;
            baseline += LEADING;
        }
        entries.push(Entry { arm, x, baseline });
        x += needed + 24.0;
    }
    entries
}

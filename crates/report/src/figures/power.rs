//! The power of a planned trial over its size or over the effect: public numbers, passed through release
//! like all others.
//!
//! A record is a point: `n` people, the effect in `statistic_value`, `group` the line; the records with
//! the terms `planned` and `target` are the trial as it is planned and the power wanted.

use super::Figure;
use super::axes::{DOTS, HALF_DIGIT};
use super::caption::wrapped;
use super::layout::{LEADING, MARGIN, SAMPLE, TEXT, TITLE};
use super::palette::look_of;
use super::scene::{Anchor, GREY, INK, RULE, Scene, Text, WHITE};
use super::value_axis::round_steps;
use crate::ReportError;
use crate::fonts::width;
use crate::format::fixed;
use regtrial_results::{Record, Released};

const WIDTH: f64 = 720.0;
const PLOT: f64 = 330.0;

/// What the horizontal axis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveOver {
    /// People recruited; lines differ by the effect.
    Total,
    /// The effect; lines differ by the people.
    Effect,
}

/// Lines with their points, in the order of the records.
struct Curves<'a> {
    lines: Vec<(&'a str, Vec<&'a Record>)>,
    planned: &'a Record,
    target: Option<&'a Record>,
    over: CurveOver,
}

impl<'a> Curves<'a> {
    fn of(released: &'a Released, over: CurveOver) -> Result<Self, ReportError> {
        let mut lines: Vec<(&str, Vec<&Record>)> = Vec::new();
        let of_term = |term: &str| released.records().iter().find(|r| r.term == term);
        for record in released.records().iter().filter(|r| r.term.is_empty()) {
            match lines.iter_mut().find(|(name, _)| *name == record.group) {
                Some((_, points)) => points.push(record),
                None => lines.push((&record.group, vec![record])),
            }
        }
        let planned = of_term("planned").filter(|_| !lines.is_empty());
        let planned = planned
            .ok_or_else(|| ReportError::drawing("power", "there are no points".to_owned()))?;
        Ok(Self {
            lines,
            planned,
            target: of_term("target"),
            over,
        })
    }

    fn x(&self, record: &Record) -> f64 {
        match self.over {
            CurveOver::Total => record.n.map_or(f64::NAN, |n| n as f64),
            CurveOver::Effect => record.statistic_value,
        }
    }

    fn ends(&self) -> (f64, f64) {
        let all = self.lines.iter().flat_map(|(_, points)| points);
        let all = all.chain([&self.planned]).map(|point| self.x(point));
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
        // A number of people begins at none.
        let low = match self.over {
            CurveOver::Total => 0.0,
            CurveOver::Effect => low,
        };
        // A tick just beyond the points (no difference, where there is no power) ends the axis.
        let reach = (high - low) / 50.0;
        let ticks = round_steps(low - reach, high + reach);
        let first = ticks.first().map_or(low, |tick| tick.min(low));
        (first, ticks.last().map_or(high, |tick| tick.max(high)))
    }

    fn axis_title(&self) -> String {
        match self.over {
            CurveOver::Total => "People recruited, both arms".to_owned(),
            CurveOver::Effect => self.planned.outcome.clone(),
        }
    }

    fn caption(&self) -> String {
        let told_apart = match self.over {
            CurveOver::Total if self.lines.len() > 1 => {
                format!(" Lines: {}.", lower(&self.planned.outcome))
            }
            CurveOver::Total => format!(
                " {}: {}.",
                self.planned.outcome,
                short(self.planned.statistic_value)
            ),
            CurveOver::Effect => String::new(),
        };
        let over = match self.over {
            CurveOver::Total => "the number of people recruited",
            CurveOver::Effect => "the effect",
        };
        format!("Power by {over}; the dot is the trial as planned.{told_apart}")
    }
}

/// Power in per cent over the size or the effect, a line for each `group`.
///
/// # Errors
/// [`ReportError::Drawing`] without a point, or if a format could not be made.
pub fn power_curve(
    released: &Released,
    over: CurveOver,
    title: &str,
) -> Result<Figure, ReportError> {
    let curves = Curves::of(released, over)?;
    let caption = curves.caption();
    let scene = draw(&curves, title, &caption);
    Ok(Figure {
        caption,
        ..Figure::painted("power", title, &scene, points(&curves))?
    })
}

fn draw(curves: &Curves<'_>, title: &str, caption: &str) -> Scene {
    let left = MARGIN + 42.0;
    let right = WIDTH - MARGIN - curves.target.map_or(10.0, |_| 46.0);
    let names = legend(curves, right);
    let head = MARGIN + TITLE + 27.0;
    let top = head + LEADING * names.last().map_or(0.0, |(row, _)| row + 1.0) + 24.0;
    let bottom = top + PLOT;
    let text = wrapped(caption, TEXT, false, WIDTH - 2.0 * MARGIN);
    let height = bottom + 74.0 + LEADING * text.len() as f64;
    let mut scene = Scene {
        width: WIDTH,
        height,
        shapes: Vec::new(),
        hints: Vec::new(),
    };
    let corners = vec![(0.0, 0.0), (WIDTH, 0.0), (WIDTH, height), (0.0, height)];
    scene.area(corners, WHITE, 1.0);
    scene.text(Text::new(title, TITLE, (MARGIN, MARGIN + TITLE)).bold());
    let (low, high) = curves.ends();
    let x = |value: f64| left + (right - left) * (value - low) / (high - low);
    let y = |power: f64| bottom - (bottom - top) * power;
    for tick in 0..=5 {
        let share = f64::from(tick) / 5.0;
        let at = (left - 8.0, y(share) + HALF_DIGIT * TEXT);
        scene.line(vec![(left, y(share)), (right, y(share))], RULE, 1.0);
        let text = fixed(100.0 * share, 0);
        scene.text(Text::new(text, TEXT, at).anchor(Anchor::End));
    }
    scene.text(Text::new("Power, %", TEXT, (MARGIN, top - 14.0)));
    scene.line(vec![(left, top), (left, bottom)], GREY, 1.0);
    scene.line(vec![(left, bottom), (right, bottom)], GREY, 1.0);
    for tick in round_steps(low, high) {
        scene.line(vec![(x(tick), bottom), (x(tick), bottom + 4.0)], GREY, 1.0);
        let at = (x(tick), bottom + 19.0);
        scene.text(Text::new(short(tick), TEXT, at).anchor(Anchor::Middle));
    }
    let at = ((left + right) / 2.0, bottom + 42.0);
    scene.text(Text::new(curves.axis_title(), TEXT, at).anchor(Anchor::Middle));
    if let Some(target) = curves.target {
        let height = y(target.estimate);
        scene.dashed(vec![(left, height), (right, height)], GREY, 1.0, DOTS);
        let text = format!("{} %", short(100.0 * target.estimate));
        let at = (right + 6.0, height + HALF_DIGIT * TEXT);
        scene.text(Text::new(text, TEXT, at).colour(GREY));
    }
    for (i, (_, points)) in curves.lines.iter().enumerate() {
        let look = look_of(i + 1);
        let places = points.iter().map(|p| (x(curves.x(p)), y(p.estimate)));
        match look.dash {
            Some(dash) => scene.dashed(places.collect(), look.colour, 1.8, dash),
            None => scene.line(places.collect(), look.colour, 1.8),
        }
    }
    for (i, (row, from)) in names.iter().enumerate() {
        let (look, baseline) = (look_of(i + 1), head + LEADING * row);
        let sample = baseline - HALF_DIGIT * TEXT;
        let ends = vec![(*from, sample), (from + SAMPLE, sample)];
        match look.dash {
            Some(dash) => scene.dashed(ends, look.colour, 1.8, dash),
            None => scene.line(ends, look.colour, 1.8),
        }
        let at = (from + SAMPLE + 8.0, baseline);
        scene.text(
            Text::new(curves.lines[i].0, TEXT, at)
                .bold()
                .colour(look.ink),
        );
    }
    let planned = curves.planned;
    let centre = (x(curves.x(planned)), y(planned.estimate));
    scene.disc(centre, 5.0, INK);
    for (i, line) in text.iter().enumerate() {
        let at = (MARGIN, bottom + 74.0 + LEADING * i as f64);
        scene.text(Text::new(line.as_str(), TEXT, at).colour(GREY));
    }
    scene
}

/// Row and left end of each line's sample; nothing for a single line.
fn legend(curves: &Curves<'_>, right: f64) -> Vec<(f64, f64)> {
    if curves.lines.len() < 2 {
        return Vec::new();
    }
    let (mut row, mut from) = (0.0, MARGIN);
    let mut places = Vec::new();
    for (name, _) in &curves.lines {
        let room = SAMPLE + 8.0 + width(name, TEXT, true) + 24.0;
        if from > MARGIN && from + room > right {
            (row, from) = (row + 1.0, MARGIN);
        }
        places.push((row, from));
        from += room;
    }
    places
}

fn points(curves: &Curves<'_>) -> String {
    let mut text = "line,n_total,effect,power\n".to_owned();
    let all = curves.lines.iter().flat_map(|(_, points)| points);
    for record in all.chain([&curves.planned]) {
        let name = if record.term.is_empty() {
            &record.group
        } else {
            &record.term
        };
        let n = record.n.unwrap_or_default();
        text.push_str(&format!(
            "{name},{n},{},{}\n",
            record.statistic_value, record.estimate
        ));
    }
    text
}

/// As few digits as tell the value.
fn short(value: f64) -> String {
    let digits = (0..6_usize).find(|&d| {
        let scale = 10_f64.powi(d as i32);
        ((value * scale).round() / scale - value).abs() < 1e-9 * value.abs().max(1.0)
    });
    fixed(value, digits.unwrap_or(6))
}

fn lower(text: &str) -> String {
    let mut lowered = text.to_owned();
    if let Some(first) = lowered.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    lowered
}

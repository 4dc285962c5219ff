//! The distribution of an outcome in groups: bars by group, the arms side by side.
//!
//! Drawn from the proportions of an analysis of kind `Distribution`: the arm in `group`, the group of
//! values in `level`, the share in `estimate`. Arms differ by hue and by how dark they are, for a grey
//! copy.

use super::axes::HALF_DIGIT;
use super::caption::{fitted, wrapped};
use super::layout::{MARGIN, TEXT, TITLE};
use super::palette::{Look, look_of};
use super::scale::{percent_ticks, upper_percent};
use super::scene::{Anchor, GREY, RULE, Scene, Text, WHITE};
use super::{Figure, points};
use crate::ReportError;
use crate::fonts::width;
use crate::format::{fixed, percent, with_interval};
use crate::language::{numbers, said};
use crate::select::Records;
use regtrial_results::{Analysis, Language, Record, Released};

const WIDTH: f64 = 720.0;
const PLOT: f64 = 300.0;
/// Between two groups, as a share of a group's room.
const BETWEEN: f64 = 0.22;
/// Percentages are written on bars that are wider than this.
const LABELLED: f64 = 30.0;

struct Distribution<'a> {
    title: &'a str,
    unit: String,
    arms: Vec<&'a str>,
    groups: Vec<&'a str>,
    records: Vec<&'a Record>,
    language: Language,
}

impl<'a> Distribution<'a> {
    fn of(released: &'a Released, analysis: &'a Analysis) -> Self {
        let records = Records::of(released, &analysis.key);
        let language = released.catalogue().language;
        let mut made = Self {
            title: &analysis.title,
            unit: said(language, &analysis.effect),
            arms: Vec::new(),
            groups: Vec::new(),
            records: records.iter().collect(),
            language,
        };
        for record in records.iter() {
            if !made.arms.contains(&record.group.as_str()) {
                made.arms.push(&record.group);
            }
            if !made.groups.contains(&record.level.as_str()) {
                made.groups.push(&record.level);
            }
        }
        made
    }

    /// A bar in words.
    fn said_of(&self, record: &Record) -> String {
        let interval = with_interval(record.estimate, record.conf_low, record.conf_high, percent);
        let people = record.n.map_or(String::new(), |n| format!(", n = {n}"));
        let text = format!(
            "{}, {} {}: {interval} %{people}",
            record.group,
            record.level,
            self.unit.to_lowercase()
        );
        numbers(self.language, &text)
    }

    fn at(&self, arm: usize, group: usize) -> Option<&'a Record> {
        let mut found = self.records.iter().copied();
        found.find(|r| r.group == self.arms[arm] && r.level == self.groups[group])
    }
}

/// The figure, if the analysis has shares.
///
/// # Errors
/// [`ReportError`] if it cannot be drawn.
pub(crate) fn of(released: &Released, analysis: &Analysis) -> Result<Option<Figure>, ReportError> {
    let distribution = Distribution::of(released, analysis);
    if distribution.records.is_empty() {
        return Ok(None);
    }
    let header = [
        "group",
        "label",
        "share",
        "conf_low",
        "conf_high",
        "n",
        "suppressed",
    ];
    let rows = distribution.records.iter().map(|record| {
        vec![
            record.group.clone(),
            record.level.clone(),
            points::number(record.estimate),
            points::number(record.conf_low),
            points::number(record.conf_high),
            record.n.map(|n| n.to_string()).unwrap_or_default(),
            record.suppressed.to_string(),
        ]
    });
    let points = points::write(&analysis.key, &header, rows)?;
    let scene = scene(&distribution);
    Ok(Some(Figure {
        notes: analysis.notes.clone(),
        ..Figure::painted(&analysis.key, &analysis.title, &scene, points)?
    }))
}

/// How dark the bars of an arm are: hollow looks are pale.
fn opacity(look: Look) -> f64 {
    match look.filled {
        true => 0.9,
        false => 0.3,
    }
}

fn scene(distribution: &Distribution<'_>) -> Scene {
    let title = wrapped(distribution.title, TITLE, true, WIDTH - 2.0 * MARGIN);
    let head = MARGIN + TITLE + 23.0 * (title.len().saturating_sub(1) as f64);
    let legend = head + 28.0;
    let rows = legend_places(distribution)
        .last()
        .map_or(0.0, |place| place.1);
    let top = legend + 20.0 * rows + 44.0;
    let bottom = top + PLOT;
    let height = bottom + 62.0;
    let mut scene = Scene {
        width: WIDTH,
        height,
        shapes: Vec::new(),
        hints: Vec::new(),
    };
    rectangle(&mut scene, (0.0, 0.0), (WIDTH, height), WHITE, 1.0);
    for (i, line) in title.iter().enumerate() {
        let at = (MARGIN, MARGIN + TITLE + 23.0 * i as f64);
        scene.text(Text::new(line.as_str(), TITLE, at).bold());
    }
    for (arm, (x, row)) in legend_places(distribution).into_iter().enumerate() {
        let y = legend + 20.0 * row;
        bar(&mut scene, arm, (x, y - 11.0), (x + 14.0, y + 2.0));
        let name = fitted(
            distribution.arms[arm],
            TEXT,
            true,
            WIDTH - MARGIN - x - 20.0,
        );
        let name = Text::new(name, TEXT, (x + 20.0, y));
        scene.text(name.bold().colour(look_of(arm).ink));
    }
    let place = Place::of(distribution, top, bottom);
    place.axes(&mut scene, distribution);
    place.bars(&mut scene, distribution);
    scene
}

/// Left edge and row of each arm's entry.
fn legend_places(distribution: &Distribution<'_>) -> Vec<(f64, f64)> {
    let (mut x, mut row) = (MARGIN, 0.0);
    let mut places = Vec::new();
    for arm in &distribution.arms {
        let needed = 20.0 + width(arm, TEXT, true);
        if x > MARGIN && x + needed > WIDTH - MARGIN {
            (x, row) = (MARGIN, row + 1.0);
        }
        places.push((x, row));
        x += needed + 24.0;
    }
    places
}

fn rectangle(
    scene: &mut Scene,
    (left, top): (f64, f64),
    (right, bottom): (f64, f64),
    colour: super::scene::Colour,
    opacity: f64,
) {
    let corners = vec![(left, top), (right, top), (right, bottom), (left, bottom)];
    scene.area(corners, colour, opacity);
}

/// A bar of an arm with its outline.
fn bar(scene: &mut Scene, arm: usize, (left, top): (f64, f64), (right, bottom): (f64, f64)) {
    let look = look_of(arm);
    rectangle(scene, (left, top), (right, bottom), WHITE, 1.0);
    rectangle(
        scene,
        (left, top),
        (right, bottom),
        look.colour,
        opacity(look),
    );
    let outline = vec![
        (left, bottom),
        (left, top),
        (right, top),
        (right, bottom),
        (left, bottom),
    ];
    scene.line(outline, look.ink, 1.2);
}

/// Where the plot is.
struct Place {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    upper: f64,
}

impl Place {
    fn of(distribution: &Distribution<'_>, top: f64, bottom: f64) -> Self {
        let shares = distribution.records.iter().map(|record| record.estimate);
        let largest = shares
            .filter(|share| share.is_finite())
            .fold(f64::NAN, f64::max);
        Self {
            left: MARGIN + 40.0,
            right: WIDTH - MARGIN,
            top,
            bottom,
            upper: upper_percent(largest),
        }
    }

    fn y(&self, share: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * share * 100.0 / self.upper
    }

    fn axes(&self, scene: &mut Scene, distribution: &Distribution<'_>) {
        for tick in percent_ticks(self.upper) {
            let y = self.y(tick / 100.0);
            if tick > 0.0 {
                scene.line(vec![(self.left, y), (self.right, y)], RULE, 1.0);
            }
            let at = (self.left - 8.0, y + HALF_DIGIT * TEXT);
            scene.text(Text::new(fixed(tick, 0), TEXT, at).anchor(Anchor::End));
        }
        let at = (MARGIN, self.top - 16.0);
        scene.text(Text::new(
            said(distribution.language, "People, %"),
            TEXT,
            at,
        ));
        let room = (self.right - self.left) / distribution.groups.len() as f64;
        for (group, label) in distribution.groups.iter().enumerate() {
            let at = (self.left + room * (group as f64 + 0.5), self.bottom + 19.0);
            let label = fitted(label, TEXT, false, room);
            scene.text(Text::new(label, TEXT, at).anchor(Anchor::Middle));
        }
        let at = ((self.left + self.right) / 2.0, self.bottom + 42.0);
        scene.text(Text::new(distribution.unit.as_str(), TEXT, at).anchor(Anchor::Middle));
    }

    fn bars(&self, scene: &mut Scene, distribution: &Distribution<'_>) {
        let room = (self.right - self.left) / distribution.groups.len() as f64;
        let own = room * (1.0 - BETWEEN) / distribution.arms.len() as f64;
        for group in 0..distribution.groups.len() {
            for arm in 0..distribution.arms.len() {
                let start = self.left + room * (group as f64 + BETWEEN / 2.0);
                let (from, to) = (
                    start + own * arm as f64,
                    start + own * (arm as f64 + 1.0) - 2.0,
                );
                let middle = (from + to) / 2.0;
                let shown = distribution
                    .at(arm, group)
                    .filter(|record| record.estimate.is_finite());
                let ink = look_of(arm).ink;
                let (text, y, colour) = match shown {
                    Some(record) => {
                        let y = self.y(record.estimate);
                        bar(scene, arm, (from, y), (to, self.bottom));
                        scene.hint((middle, y), distribution.said_of(record));
                        (
                            numbers(distribution.language, &percent(record.estimate)),
                            y,
                            ink,
                        )
                    }
                    None => ("–".to_owned(), self.bottom, GREY),
                };
                if own >= LABELLED {
                    let text = Text::new(text, TEXT - 1.0, (middle, y - 5.0));
                    scene.text(text.colour(colour).anchor(Anchor::Middle));
                }
            }
        }
        let line = vec![(self.left, self.bottom), (self.right, self.bottom)];
        scene.line(line, GREY, 1.0);
    }
}

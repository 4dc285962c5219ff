//! The flow of participants (CONSORT 2025): randomised, allocated, left, analysed. Zeros are shown.

use super::caption::wrapped;
use super::layout::{LEADING, MARGIN, TEXT, TITLE};
use super::scene::{Anchor, GREY, INK, Point, Scene, Text, WHITE};
use super::{Figure, points};
use crate::ReportError;
use crate::format::{WITHHELD, capitalised, fixed};
use crate::language::said;
use crate::select::Records;
use regtrial_results::{Analysis, Record, Released};

const WIDTH: f64 = 720.0;
/// Space inside a box, between columns, and between rows of boxes.
const PAD: f64 = 10.0;
const GAP: f64 = 20.0;
const STEP: f64 = 34.0;
/// More arms than this have no room side by side.
const MOST_ARMS: usize = 4;

/// Words in a box; the first lines are bold.
struct Words {
    head: Vec<String>,
    body: Vec<String>,
}

/// The figure, if the study has a flow that fits on a page.
///
/// # Errors
/// [`ReportError`] if it cannot be drawn.
pub(crate) fn of(released: &Released, analysis: &Analysis) -> Result<Option<Figure>, ReportError> {
    let records = Records::of(released, &analysis.key);
    let arms = &released.catalogue().arms;
    if arms.len() > MOST_ARMS || !records.any(|record| record.statistic == "flow") {
        return Ok(None);
    }
    let rows = records.iter().map(|record| {
        vec![
            record.group.clone(),
            record.level.clone(),
            record.outcome.clone(),
            points::number(record.estimate),
            record.suppressed.to_string(),
        ]
    });
    let header = ["group", "step", "outcome", "n", "suppressed"];
    let points = points::write(&analysis.key, &header, rows)?;
    let scene = scene(released, analysis, &records);
    Ok(Some(Figure {
        notes: analysis.notes.clone(),
        ..Figure::painted(&analysis.key, &analysis.title, &scene, points)?
    }))
}

fn scene(released: &Released, analysis: &Analysis, records: &Records<'_>) -> Scene {
    let catalogue = released.catalogue();
    let language = catalogue.language;
    let number = |record: &Record| {
        if record.suppressed {
            said(language, WITHHELD)
        } else {
            fixed(record.estimate, 0)
        }
    };
    let people = |arm: &str, level: &str| {
        let found = records.find(|r| r.group == arm && r.level == level);
        found.map_or(String::new(), |record| format!(" (n = {})", number(record)))
    };
    let column = (WIDTH - 2.0 * MARGIN - GAP * (catalogue.arms.len() as f64 - 1.0))
        / catalogue.arms.len().max(1) as f64;
    let room = column - 2.0 * PAD;
    let lines = |texts: Vec<String>| -> Vec<String> {
        let wrap = |text: &String| wrapped(text, TEXT, false, room);
        texts.iter().flat_map(wrap).collect()
    };
    let heads = |text: String| wrapped(&text, TEXT, true, room);
    let rows: [Vec<Words>; 3] = [
        catalogue
            .arms
            .iter()
            .map(|arm| Words {
                head: heads(format!("{arm}{}", people(arm, "allocated"))),
                body: Vec::new(),
            })
            .collect(),
        catalogue
            .arms
            .iter()
            .map(|arm| {
                let left = records.iter().filter(|r| {
                    r.group == *arm && !matches!(r.level.as_str(), "allocated" | "analysed")
                });
                let line = |r: &Record| {
                    format!("{}: {}", capitalised(&said(language, &r.level)), number(r))
                };
                Words {
                    head: heads(said(language, "Left")),
                    body: lines(left.map(line).collect()),
                }
            })
            .collect(),
        catalogue
            .arms
            .iter()
            .map(|arm| {
                let seen = records
                    .iter()
                    .filter(|r| r.group == *arm && r.level == "analysed");
                let line = |r: &Record| {
                    let mut outcomes = catalogue.outcomes.iter();
                    let found = outcomes.find(|outcome| outcome.key == r.outcome);
                    let label = found.map_or(r.outcome.as_str(), |outcome| &outcome.label);
                    format!("{label}: {}", number(r))
                };
                Words {
                    head: heads(said(language, "Analysed")),
                    body: lines(seen.map(line).collect()),
                }
            })
            .collect(),
    ];
    let mut scene = Scene {
        width: WIDTH,
        height: 0.0,
        shapes: Vec::new(),
        hints: Vec::new(),
    };
    let top = MARGIN + TITLE + 24.0;
    let first = Words {
        head: vec![format!(
            "{}{}",
            said(language, "Randomised"),
            people("", "randomised")
        )],
        body: Vec::new(),
    };
    let mut shapes = Scene {
        width: WIDTH,
        height: 0.0,
        shapes: Vec::new(),
        hints: Vec::new(),
    };
    let middle = WIDTH / 2.0;
    let mut bottom = top + height(&first);
    frame(
        &mut shapes,
        &first,
        (middle - 130.0, top),
        260.0,
        height(&first),
    );
    let centre = |i: usize| MARGIN + column / 2.0 + (column + GAP) * i as f64;
    let fork = bottom + STEP / 2.0;
    let arms = catalogue.arms.len();
    shapes.line(vec![(middle, bottom), (middle, fork)], GREY, 1.2);
    if arms > 1 {
        shapes.line(vec![(centre(0), fork), (centre(arms - 1), fork)], GREY, 1.2);
    }
    for (at, row) in rows.iter().enumerate() {
        if row.iter().all(|words| words.body.is_empty()) && at > 0 {
            continue;
        }
        let tallest = row.iter().map(height).fold(0.0, f64::max);
        let from = if at == 0 { fork } else { bottom };
        let next = bottom + STEP;
        for (i, words) in row.iter().enumerate() {
            arrow(&mut shapes, (centre(i), from), next);
            frame(
                &mut shapes,
                words,
                (centre(i) - column / 2.0, next),
                column,
                tallest,
            );
        }
        bottom = next + tallest;
    }
    scene.height = (bottom + MARGIN).ceil();
    let (w, h) = (scene.width, scene.height);
    scene.area(vec![(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)], WHITE, 1.0);
    let title = Text::new(analysis.title.as_str(), TITLE, (MARGIN, MARGIN + TITLE));
    scene.text(title.bold());
    scene.shapes.append(&mut shapes.shapes);
    scene
}

fn height(words: &Words) -> f64 {
    LEADING * (words.head.len() + words.body.len()) as f64 + 2.0 * PAD - 3.0
}

fn frame(scene: &mut Scene, words: &Words, (x, y): Point, width: f64, height: f64) {
    let corners = vec![
        (x, y),
        (x + width, y),
        (x + width, y + height),
        (x, y + height),
        (x, y),
        (x + width, y),
    ];
    scene.line(corners, INK, 1.2);
    let mut baseline = y + PAD + 11.0;
    for line in &words.head {
        let text = Text::new(line.as_str(), TEXT, (x + width / 2.0, baseline)).bold();
        scene.text(text.anchor(Anchor::Middle));
        baseline += LEADING;
    }
    for line in &words.body {
        scene.text(Text::new(line.as_str(), TEXT, (x + PAD, baseline)));
        baseline += LEADING;
    }
}

fn arrow(scene: &mut Scene, (x, from): Point, to: f64) {
    scene.line(vec![(x, from), (x, to)], GREY, 1.2);
    let head = vec![(x, to), (x - 4.0, to - 7.0), (x + 4.0, to - 7.0)];
    scene.area(head, GREY, 1.0);
}

//! State occupancy: for each arm, the share of people in each state, month by month, stacked.
//!
//! Drawn from the proportions of an analysis of states: the arm in `group`, the state in `level`, the month
//! in `time`, the share in `estimate`.

use super::axes::HALF_DIGIT;
use super::caption::{fitted, wrapped};
use super::layout::{MARGIN, TEXT, TITLE};
use super::palette::look_of;
use super::scale::month_ticks;
use super::scene::{Anchor, Colour, GREY, Point, Scene, Text, WHITE};
use super::{Figure, points};
use crate::ReportError;
use crate::fonts::width;
use crate::format::fixed;
use crate::language::{said, states};
use crate::select::Records;
use regtrial_results::{Analysis, AnalysisKind, Language, Record, Released};

const WIDTH: f64 = 720.0;
const PANEL: f64 = 210.0;

struct States<'a> {
    arms: Vec<&'a str>,
    states: Vec<&'a str>,
    found: Vec<&'a Record>,
    last: f64,
    language: Language,
}

impl States<'_> {
    /// A state as readers see it, or several that are shown as one.
    fn name(&self, state: usize) -> String {
        states(self.language, self.states[state])
    }
}

/// The figure, if the analysis has shares of states.
///
/// # Errors
/// [`ReportError`] if it cannot be drawn.
pub(crate) fn of(released: &Released, analysis: &Analysis) -> Result<Option<Figure>, ReportError> {
    let records = Records::of(released, &analysis.key);
    if analysis.kind != AnalysisKind::Occupancy {
        return Ok(None);
    }
    let found = records
        .iter()
        .filter(|r| r.statistic == "proportion" && r.time.is_finite());
    let found: Vec<&Record> = found.collect();
    if found.is_empty() {
        return Ok(None);
    }
    let mut states = States {
        arms: Vec::new(),
        states: Vec::new(),
        last: found.iter().map(|r| r.time).fold(1.0, f64::max),
        found,
        language: released.catalogue().language,
    };
    for record in &states.found {
        if !states.arms.contains(&record.group.as_str()) {
            states.arms.push(&record.group);
        }
        if !states.states.contains(&record.level.as_str()) {
            states.states.push(&record.level);
        }
    }
    let header = ["group", "state", "time", "share", "suppressed"];
    let rows = states.found.iter().map(|record| {
        vec![
            record.group.clone(),
            record.level.clone(),
            points::number(record.time),
            points::number(record.estimate),
            record.suppressed.to_string(),
        ]
    });
    let points = points::write(&analysis.key, &header, rows)?;
    let key = format!("{}-states", analysis.key);
    let scene = scene(released, analysis, &states);
    Ok(Some(Figure {
        notes: analysis.notes.clone(),
        ..Figure::painted(&key, &analysis.title, &scene, points)?
    }))
}

/// A fill for each state: hues in order, lighter from the second round on, so that neighbours
/// differ in grey as well.
fn fill(state: usize) -> (Colour, f64) {
    let opacity = [0.85, 0.55, 0.35, 0.7, 0.45, 0.25][state % 6];
    (look_of(state + 1).colour, opacity)
}

fn scene(released: &Released, analysis: &Analysis, states: &States<'_>) -> Scene {
    let language = released.catalogue().language;
    let title = wrapped(&analysis.title, TITLE, true, WIDTH - 2.0 * MARGIN);
    let mut baseline = MARGIN + TITLE;
    let head = baseline + 23.0 * (title.len().saturating_sub(1) as f64) + 26.0;
    let legend_rows = legend(states).last().map_or(0.0, |place| place.2) + 1.0;
    let top = head + 20.0 * legend_rows + 14.0;
    let height = top + (PANEL + 48.0) * states.arms.len() as f64 + 40.0;
    let mut scene = Scene {
        width: WIDTH,
        height,
        shapes: Vec::new(),
        hints: Vec::new(),
    };
    scene.area(
        vec![(0.0, 0.0), (WIDTH, 0.0), (WIDTH, height), (0.0, height)],
        WHITE,
        1.0,
    );
    for line in &title {
        scene.text(Text::new(line.as_str(), TITLE, (MARGIN, baseline)).bold());
        baseline += 23.0;
    }
    for (state, x, row) in legend(states) {
        let y = head + 20.0 * row;
        let (colour, opacity) = fill(state);
        let square = vec![
            (x, y - 11.0),
            (x + 14.0, y - 11.0),
            (x + 14.0, y + 3.0),
            (x, y + 3.0),
        ];
        scene.area(square, colour, opacity);
        scene.text(Text::new(states.name(state), TEXT, (x + 20.0, y)));
    }
    for (arm, name) in states.arms.iter().enumerate() {
        panel(
            &mut scene,
            states,
            name,
            top + (PANEL + 48.0) * arm as f64 + 18.0,
        );
    }
    let origin = match released.catalogue().design.as_str() {
        "randomised" => "Months since randomisation",
        _ => "Months since the index date",
    };
    let at = (WIDTH / 2.0, height - MARGIN);
    scene.text(Text::new(said(language, origin), TEXT, at).anchor(Anchor::Middle));
    scene
}

/// State, left edge, row of each entry.
fn legend(states: &States<'_>) -> Vec<(usize, f64, f64)> {
    let (mut x, mut row) = (MARGIN, 0.0);
    let mut places = Vec::new();
    for i in 0..states.states.len() {
        let needed = 20.0 + width(&states.name(i), TEXT, false);
        if x > MARGIN && x + needed > WIDTH - MARGIN {
            (x, row) = (MARGIN, row + 1.0);
        }
        places.push((i, x, row));
        x += needed + 22.0;
    }
    places
}

fn panel(scene: &mut Scene, states: &States<'_>, arm: &str, top: f64) {
    let (left, right, bottom) = (MARGIN + 44.0, WIDTH - MARGIN, top + PANEL);
    let x = |month: f64| left + (right - left) * month / states.last;
    let y = |share: f64| bottom - (bottom - top) * share.clamp(0.0, 1.0);
    let name = fitted(arm, TEXT, true, right - left);
    scene.text(Text::new(name, TEXT, (left, top - 8.0)).bold());
    let share = |state: &str, month: f64| {
        let is = |r: &&&Record| r.group == arm && r.level == state && (r.time - month).abs() < 1e-9;
        states
            .found
            .iter()
            .find(is)
            .map_or(f64::NAN, |record| record.estimate)
    };
    let mut months: Vec<f64> = states.found.iter().map(|r| r.time).collect();
    months.sort_by(f64::total_cmp);
    months.dedup();
    // A month with a withheld state is not drawn: the others would give it back.
    let whole = |month: &f64| states.states.iter().all(|s| share(s, *month).is_finite());
    for run in months
        .split(|month| !whole(month))
        .filter(|run| run.len() > 1)
    {
        let mut floor = vec![0.0; run.len()];
        for (i, state) in states.states.iter().enumerate() {
            let lower: Vec<Point> = run
                .iter()
                .zip(&floor)
                .map(|(m, f)| (x(*m), y(*f)))
                .collect();
            for (place, month) in floor.iter_mut().zip(run) {
                *place += share(state, *month);
            }
            let upper = run.iter().zip(&floor).map(|(m, f)| (x(*m), y(*f)));
            let edge: Vec<Point> = upper.clone().collect();
            let outline: Vec<Point> = upper.chain(lower.into_iter().rev()).collect();
            let (colour, opacity) = fill(i);
            scene.area(outline, colour, opacity);
            scene.line(edge, WHITE, 1.2);
        }
    }
    for percent in [0.0, 50.0, 100.0] {
        let at = y(percent / 100.0);
        scene.line(vec![(left - 4.0, at), (left, at)], GREY, 1.0);
        let label = format!("{} %", fixed(percent, 0));
        let text = Text::new(label, TEXT, (left - 8.0, at + HALF_DIGIT * TEXT));
        scene.text(text.anchor(Anchor::End));
    }
    scene.line(
        vec![(left, top), (left, bottom), (right, bottom)],
        GREY,
        1.0,
    );
    for tick in month_ticks(states.last, 14.0) {
        scene.line(vec![(x(tick), bottom), (x(tick), bottom + 4.0)], GREY, 1.0);
        let text = Text::new(fixed(tick, 0), TEXT, (x(tick), bottom + 18.0));
        scene.text(text.anchor(Anchor::Middle));
    }
}

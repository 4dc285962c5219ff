//! Forest and funnel of a meta-analysis: public numbers, passed through release like all others.
//!
//! A record with a term is a study; the first one without is the pooled effect. Ratios (scale `log`) are
//! drawn on a logarithmic axis.

use super::axes::HALF_DIGIT;
use super::layout::{LEADING, MARGIN, TEXT, TITLE};
use super::scene::{Anchor, Dash, GREY, INK, Point, RULE, Scene, Text, WHITE};
use super::{Figure, paint, render};
use crate::ReportError;
use crate::fonts::width;
use crate::format::fixed;
use regtrial_results::{Record, Released};

const WIDTH: f64 = 720.0;
/// Standard errors to either side that hold 95 %.
const REACH: f64 = 1.959_963_984_540_054;
const DOTS: Dash = Dash {
    dash: 3.0,
    gap: 3.0,
};

/// What is drawn, on the natural scale.
struct Meta<'a> {
    studies: Vec<&'a Record>,
    pooled: &'a Record,
    ratio: bool,
}

impl<'a> Meta<'a> {
    fn of(released: &'a Released) -> Result<Self, ReportError> {
        let shown = |record: &&Record| record.estimate.is_finite() && record.std_error > 0.0;
        let all = || {
            released
                .records()
                .iter()
                .filter(|record| !record.suppressed)
        };
        let pooled = all().find(|record| record.term.is_empty() && record.estimate.is_finite());
        let pooled = pooled
            .ok_or_else(|| ReportError::drawing("meta", "there is no pooled effect".to_owned()))?;
        Ok(Self {
            studies: all()
                .filter(|record| !record.term.is_empty())
                .filter(shown)
                .collect(),
            pooled,
            ratio: pooled.scale == "log",
        })
    }

    /// A value on the axis.
    fn axis(&self, value: f64) -> f64 {
        if self.ratio { value.ln() } else { value }
    }

    fn no_effect(&self) -> f64 {
        if self.ratio { 1.0 } else { 0.0 }
    }

    fn measure(&self) -> String {
        self.pooled.statistic.replace('_', " ")
    }
}

/// The effect of every study with its interval, the pooled one below, and where a new one is expected.
///
/// # Errors
/// [`ReportError::Drawing`] without a pooled effect, or if a format could not be made.
pub fn forest(released: &Released, title: &str) -> Result<Figure, ReportError> {
    let meta = Meta::of(released)?;
    let names = meta
        .studies
        .iter()
        .map(|study| width(&study.term, TEXT, false));
    let left = MARGIN + names.fold(90.0, f64::max).min(200.0) + 16.0;
    let right = WIDTH - 190.0;
    let top = MARGIN + TITLE + 34.0;
    let rows = f64::from(u32::try_from(meta.studies.len()).unwrap_or(u32::MAX));
    let bottom = top + LEADING * (rows + 2.5);
    // Beyond a factor of 50 lines are cut: one small study must not shrink all others.
    let most = if meta.ratio {
        50_f64.ln()
    } else {
        f64::INFINITY
    };
    let all = meta.studies.iter().copied().chain([meta.pooled]);
    let ends = all.flat_map(|record| [record.conf_low, record.conf_high]);
    let ends = ends.map(|end| meta.axis(end).clamp(-most, most));
    let axis = Axis::of(&meta, left, right, ends);
    let mut scene = page(WIDTH, bottom + 62.0, title);
    axis.draw(&mut scene, &meta, top - 8.0, bottom);
    let largest = meta
        .studies
        .iter()
        .map(|s| s.std_error.recip())
        .fold(0.0, f64::max);
    let mut y = top + 6.0;
    for study in &meta.studies {
        label(&mut scene, &study.term, study, y, false);
        interval(&mut scene, &axis, study, y);
        let radius = 2.0 + 4.0 * study.std_error.recip() / largest;
        scene.disc((axis.x(study.estimate), y), radius, INK);
        y += LEADING;
    }
    y += LEADING * 0.5;
    let pooled = meta.pooled;
    label(&mut scene, "Pooled", pooled, y, true);
    let (low, middle, high) = (
        axis.x(pooled.conf_low),
        axis.x(pooled.estimate),
        axis.x(pooled.conf_high),
    );
    scene.area(
        vec![(low, y), (middle, y - 6.0), (high, y), (middle, y + 6.0)],
        INK,
        1.0,
    );
    scene.dashed(
        vec![(middle, top - 8.0), (middle, y - 6.0)],
        GREY,
        1.0,
        DOTS,
    );
    if pooled.prediction_low.is_finite() {
        y += LEADING;
        scene.text(Text::new("A new study", TEXT, (MARGIN, y + HALF_DIGIT * TEXT)).colour(GREY));
        let ends = vec![
            (axis.x(pooled.prediction_low), y),
            (axis.x(pooled.prediction_high), y),
        ];
        scene.dashed(ends, INK, 1.2, DOTS);
        let text = format!(
            "{} to {}",
            short(pooled.prediction_low),
            short(pooled.prediction_high)
        );
        let at = (WIDTH - MARGIN, y + HALF_DIGIT * TEXT);
        scene.text(Text::new(text, TEXT, at).colour(GREY).anchor(Anchor::End));
    }
    let caption = format!(
        "Each study's {} with its interval, the mark the larger the smaller its standard error; below, the pooled effect and where a new study's is expected.",
        meta.measure()
    );
    figure("forest", title, &caption, &scene, &meta)
}

/// The effect of every study against its standard error, with the lines within which 95 % would lie if
/// all had the pooled effect.
///
/// # Errors
/// As [`forest`].
pub fn funnel(released: &Released, title: &str) -> Result<Figure, ReportError> {
    let meta = Meta::of(released)?;
    let (left, right) = (MARGIN + 56.0, WIDTH - MARGIN - 16.0);
    let (top, bottom) = (MARGIN + TITLE + 48.0, 500.0);
    let errors = meta.studies.iter().map(|study| study.std_error);
    let largest = errors.fold(1e-9, f64::max) * 1.05;
    let centre = meta.axis(meta.pooled.estimate);
    // The lines' ends lie on the axis, so that they are straight and not cut.
    let lines = [centre - REACH * largest, centre + REACH * largest];
    let estimates = meta.studies.iter().map(|study| meta.axis(study.estimate));
    let axis = Axis::of(&meta, left, right, estimates.chain(lines));
    let mut scene = page(WIDTH, bottom + 62.0, title);
    axis.draw(&mut scene, &meta, top, bottom);
    // No error is at the top: the surest studies stand highest.
    let y = |error: f64| top + (bottom - top) * error / largest;
    for error in round_steps(0.0, largest) {
        let at = (left - 8.0, y(error) + HALF_DIGIT * TEXT);
        scene.text(Text::new(fixed(error, 2), TEXT, at).anchor(Anchor::End));
        scene.line(vec![(left - 4.0, y(error)), (left, y(error))], GREY, 1.0);
    }
    scene.line(vec![(left, top), (left, bottom)], GREY, 1.0);
    scene.text(Text::new("Standard error", TEXT, (MARGIN, top - 14.0)));
    let side = |sign: f64| -> Vec<Point> {
        let to = centre + sign * REACH * largest;
        vec![(axis.place(centre), y(0.0)), (axis.place(to), y(largest))]
    };
    scene.dashed(
        vec![(axis.place(centre), top), (axis.place(centre), bottom)],
        GREY,
        1.0,
        DOTS,
    );
    scene.dashed(side(-1.0), GREY, 1.0, DOTS);
    scene.dashed(side(1.0), GREY, 1.0, DOTS);
    for study in &meta.studies {
        scene.disc((axis.x(study.estimate), y(study.std_error)), 4.0, INK);
    }
    let caption = format!(
        "Each study's {} against its standard error. Between the slanting lines 95 % would lie if all had the pooled effect.",
        meta.measure()
    );
    figure("funnel", title, &caption, &scene, &meta)
}

/// The horizontal axis.
struct Axis {
    left: f64,
    right: f64,
    low: f64,
    high: f64,
    ratio: bool,
}

impl Axis {
    /// An axis over some ends on its own scale, and over no effect.
    fn of(meta: &Meta<'_>, left: f64, right: f64, ends: impl Iterator<Item = f64>) -> Self {
        let none = meta.axis(meta.no_effect());
        let (mut low, mut high) = (none, none);
        for end in ends.filter(|end| end.is_finite()) {
            low = low.min(end);
            high = high.max(end);
        }
        if high <= low {
            (low, high) = (none - 1.0, none + 1.0);
        }
        Self {
            left,
            right,
            low,
            high,
            ratio: meta.ratio,
        }
    }

    /// The place of a number on the axis' own scale.
    fn place(&self, value: f64) -> f64 {
        let share = (value.clamp(self.low, self.high) - self.low) / (self.high - self.low);
        self.left + (self.right - self.left) * share
    }

    /// The place of a number on the natural scale.
    fn x(&self, value: f64) -> f64 {
        self.place(if self.ratio { value.ln() } else { value })
    }

    fn ticks(&self) -> Vec<f64> {
        if self.ratio {
            let all = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0];
            let within = |tick: &f64| (self.low..=self.high).contains(&tick.ln());
            return all.into_iter().filter(within).collect();
        }
        round_steps(self.low, self.high)
    }

    fn draw(&self, scene: &mut Scene, meta: &Meta<'_>, top: f64, bottom: f64) {
        let none = self.x(meta.no_effect());
        scene.line(vec![(none, top), (none, bottom)], RULE, 2.0);
        scene.line(vec![(self.left, bottom), (self.right, bottom)], GREY, 1.0);
        for tick in self.ticks() {
            let x = self.x(tick);
            scene.line(vec![(x, bottom), (x, bottom + 4.0)], GREY, 1.0);
            let text = short(tick);
            let text = text.strip_suffix(".00").unwrap_or(&text).to_owned();
            scene.text(Text::new(text, TEXT, (x, bottom + 19.0)).anchor(Anchor::Middle));
        }
        let mut title = meta.measure();
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let at = ((self.left + self.right) / 2.0, bottom + 42.0);
        scene.text(Text::new(title, TEXT, at).anchor(Anchor::Middle));
    }
}

/// About five round numbers between two ends.
pub(super) fn round_steps(low: f64, high: f64) -> Vec<f64> {
    let rough = (high - low) / 5.0;
    let size = 10_f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * size);
    let step = steps
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    let first = (low / step).ceil();
    let ticks = (0..20).map(|i| (first + f64::from(i)) * step);
    ticks.take_while(|tick| *tick <= high).collect()
}

/// A study's interval; an arrow head where it goes on beyond the axis.
fn interval(scene: &mut Scene, axis: &Axis, study: &Record, y: f64) {
    let (low, high) = (axis.x(study.conf_low), axis.x(study.conf_high));
    scene.line(vec![(low, y), (high, y)], INK, 1.2);
    let beyond = |value: f64| if axis.ratio { value.ln() } else { value };
    if beyond(study.conf_high) > axis.high + 1e-9 {
        scene.area(
            vec![
                (high + 5.0, y),
                (high - 2.0, y - 4.0),
                (high - 2.0, y + 4.0),
            ],
            INK,
            1.0,
        );
    }
    if beyond(study.conf_low) < axis.low - 1e-9 {
        scene.area(
            vec![(low - 5.0, y), (low + 2.0, y - 4.0), (low + 2.0, y + 4.0)],
            INK,
            1.0,
        );
    }
}

fn page(width: f64, height: f64, title: &str) -> Scene {
    let mut scene = Scene {
        width,
        height,
        shapes: Vec::new(),
    };
    let corners = vec![(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
    scene.area(corners, WHITE, 1.0);
    scene.text(Text::new(title, TITLE, (MARGIN, MARGIN + TITLE)).bold());
    scene
}

/// A row's name on the left, its numbers on the right.
fn label(scene: &mut Scene, name: &str, record: &Record, y: f64, bold: bool) {
    let baseline = y + HALF_DIGIT * TEXT;
    let numbers = format!(
        "{} ({} to {})",
        short(record.estimate),
        short(record.conf_low),
        short(record.conf_high)
    );
    let name = Text::new(name, TEXT, (MARGIN, baseline));
    let numbers = Text::new(numbers, TEXT, (WIDTH - MARGIN, baseline)).anchor(Anchor::End);
    scene.text(if bold { name.bold() } else { name });
    scene.text(if bold { numbers.bold() } else { numbers });
}

fn short(value: f64) -> String {
    fixed(value, 2)
}

fn figure(
    key: &str,
    title: &str,
    caption: &str,
    scene: &Scene,
    meta: &Meta<'_>,
) -> Result<Figure, ReportError> {
    let failed = |reason: String| ReportError::drawing(key, reason);
    let painted = paint::svg(scene).map_err(failed)?;
    let rendered = render::render(&painted, title).map_err(failed)?;
    let mut points = "study,estimate,conf_low,conf_high,std_error\n".to_owned();
    for record in meta.studies.iter().copied().chain([meta.pooled]) {
        let name = if record.term.is_empty() {
            "pooled"
        } else {
            &record.term
        };
        points.push_str(&format!(
            "\"{}\",{},{},{},{}\n",
            name.replace('"', "\"\""),
            record.estimate,
            record.conf_low,
            record.conf_high,
            record.std_error
        ));
    }
    Ok(Figure {
        key: key.to_owned(),
        title: title.to_owned(),
        caption: caption.to_owned(),
        notes: Vec::new(),
        svg: rendered.svg,
        png: rendered.png,
        points_csv: points,
    })
}

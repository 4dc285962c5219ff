//! Forest and funnel of a meta-analysis: public numbers, passed through release like all others.
//!
//! A record with a term is a study; the first one without is the pooled effect. Ratios (scale `log`) are
//! drawn on a logarithmic axis.

use super::axes::HALF_DIGIT;
use super::estimates::{Forest, Line, Shape};
use super::layout::{MARGIN, TEXT, TITLE};
use super::palette::look_of;
use super::scene::{Anchor, GREY, Scene, Text, WHITE};
use super::value_axis::{Axis, DOTS, Scale, round_steps};
use super::{Figure, marker, points};
use crate::ReportError;
use crate::format::{capitalised, fixed};
use regtrial_results::{Record, Released};

const WIDTH: f64 = 720.0;
/// Standard errors to either side that hold 95 %.
const REACH: f64 = 1.959_963_984_540_054;

/// What is drawn, on the natural scale.
struct Meta<'a> {
    studies: Vec<&'a Record>,
    pooled: &'a Record,
    axis: Axis,
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
            axis: match pooled.scale.as_str() {
                "log" => Axis::Ratio,
                _ => Axis::Difference,
            },
        })
    }

    fn measure(&self) -> String {
        self.pooled.statistic.replace('_', " ")
    }

    fn points(&self, key: &str) -> Result<String, ReportError> {
        let header = ["study", "estimate", "conf_low", "conf_high", "std_error"];
        let all = self.studies.iter().copied().chain([self.pooled]);
        let rows = all.map(|record| {
            let name = match record.term.as_str() {
                "" => "pooled",
                study => study,
            };
            let values = [record.estimate, record.conf_low, record.conf_high];
            let values = values.into_iter().chain([record.std_error]);
            let cells = values.map(points::number);
            [name.to_owned()].into_iter().chain(cells).collect()
        });
        points::write(key, &header, rows)
    }
}

/// The effect of every study with its interval, the pooled one below, and where a new one is expected.
///
/// # Errors
/// [`ReportError::Drawing`] without a pooled effect, or if a format could not be made.
pub fn forest(released: &Released, title: &str) -> Result<Figure, ReportError> {
    let meta = Meta::of(released)?;
    let errors = meta.studies.iter().map(|study| study.std_error);
    let surest = errors.fold(f64::INFINITY, f64::min);
    let mut rows: Vec<Line> = meta
        .studies
        .iter()
        .map(|study| Line {
            shape: Shape::Mark(2.0 + 4.0 * surest / study.std_error),
            ..Line::of(study.term.as_str(), study)
        })
        .collect();
    rows.push(Line {
        shape: Shape::Diamond,
        ..Line::of("Pooled", meta.pooled)
    });
    if meta.pooled.prediction_low.is_finite() {
        rows.push(Line {
            shape: Shape::Range,
            estimate: f64::NAN,
            low: meta.pooled.prediction_low,
            high: meta.pooled.prediction_high,
            ..Line::of("A new study", meta.pooled)
        });
    }
    let forest = Forest {
        key: "forest".to_owned(),
        title: title.to_owned(),
        axis: meta.axis,
        measure: capitalised(&meta.measure()),
        marks: vec![meta.pooled.estimate],
        rows,
        notes: Vec::new(),
        language: released.catalogue().language,
    };
    Ok(Figure {
        caption: format!(
            "Each study's {} with its interval, the mark the larger the smaller its standard \
             error; below, the pooled effect and where a new study's is expected.",
            meta.measure()
        ),
        points_csv: meta.points("forest")?,
        ..forest.figure()?
    })
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
    let centre = meta.axis.place(meta.pooled.estimate);
    // The lines' ends lie on the axis, so that they are straight and not cut.
    let ends = [centre - REACH * largest, centre + REACH * largest];
    let estimates = meta.studies.iter();
    let estimates = estimates.map(|study| meta.axis.place(study.estimate));
    let scale = Scale::over(meta.axis, estimates.chain(ends), (left, right));
    let mut scene = page(WIDTH, bottom + 62.0, title);
    let language = released.catalogue().language;
    let measure = capitalised(&meta.measure());
    scale.draw(&mut scene, (top, bottom), &measure, &[], language);
    // No error is at the top: the surest studies stand highest.
    let y = |error: f64| top + (bottom - top) * error / largest;
    for error in round_steps(0.0, largest) {
        let at = (left - 8.0, y(error) + HALF_DIGIT * TEXT);
        scene.text(Text::new(fixed(error, 2), TEXT, at).anchor(Anchor::End));
        scene.line(vec![(left - 4.0, y(error)), (left, y(error))], GREY, 1.0);
    }
    scene.line(vec![(left, top), (left, bottom)], GREY, 1.0);
    scene.text(Text::new("Standard error", TEXT, (MARGIN, top - 14.0)));
    let middle = scale.at(centre);
    for end in [middle, scale.at(ends[0]), scale.at(ends[1])] {
        let line = vec![(middle, y(0.0)), (end, y(largest))];
        scene.dashed(line, GREY, 1.0, DOTS);
    }
    for study in &meta.studies {
        let at = (scale.x(study.estimate), y(study.std_error));
        marker::draw(&mut scene, at, look_of(1), 4.0);
        let text = format!(
            "{}: {}, standard error {}",
            study.term,
            meta.axis.write(study.estimate, 2),
            fixed(study.std_error, 2)
        );
        scene.hint(at, text);
    }
    let caption = format!(
        "Each study's {} against its standard error. Between the slanting lines 95 % would lie if all had the pooled effect.",
        meta.measure()
    );
    Ok(Figure {
        caption,
        ..Figure::painted("funnel", title, &scene, meta.points("funnel")?)?
    })
}

fn page(width: f64, height: f64, title: &str) -> Scene {
    let mut scene = Scene {
        width,
        height,
        shapes: Vec::new(),
        hints: Vec::new(),
    };
    let corners = vec![(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
    scene.area(corners, WHITE, 1.0);
    scene.text(Text::new(title, TITLE, (MARGIN, MARGIN + TITLE)).bold());
    scene
}

//! Estimates one below the other with their intervals: a forest plot, of studies too, a specification
//! curve, a plot of baseline balance (Love).

use super::axes::HALF_DIGIT;
use super::caption::{fitted, wrapped};
use super::layout::{MARGIN, TEXT, TITLE};
use super::marker;
use super::palette::look_of;
use super::scene::{Anchor, Scene, Text, WHITE};
use super::value_axis::{Axis, DOTS, Scale};
use super::{Figure, points};
use crate::ReportError;
use crate::fonts::width;
use crate::format::{WITHHELD, with_interval};
use crate::language::{numbers, said};
use crate::tables::left;
use regtrial_results::{Language, Record};

const WIDTH: f64 = 720.0;
/// Baseline to baseline of two rows.
const ROW: f64 = 24.0;
/// Baseline to baseline of two lines of a label.
const LINE: f64 = 17.0;
/// Widest label.
const LABEL: f64 = 250.0;
/// Of a mark that stands for itself alone.
pub(crate) const RADIUS: f64 = 4.4;

/// A forest plot with everything that is written on it.
pub(crate) struct Forest {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) axis: Axis,
    /// Below the axis.
    pub(crate) measure: String,
    /// Values of the axis that are marked besides no effect.
    pub(crate) marks: Vec<f64>,
    pub(crate) rows: Vec<Line>,
    pub(crate) notes: Vec<String>,
    pub(crate) language: Language,
}

/// A row: an estimate, perhaps with its interval. Numbers that are withheld are NaN.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) estimate: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) suppressed: bool,
    /// Most decimals that may be shown.
    pub(crate) decimals: usize,
    pub(crate) shape: Shape,
}

/// How a row is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    /// A mark of this radius on its interval.
    Mark(f64),
    /// A diamond from limit to limit: what other rows come to together.
    Diamond,
    /// A dashed line without an estimate: where a new one is expected.
    Range,
}

impl Line {
    pub(crate) fn of(label: impl Into<String>, record: &Record) -> Self {
        Self {
            label: label.into(),
            estimate: record.estimate,
            low: record.conf_low,
            high: record.conf_high,
            suppressed: record.suppressed,
            decimals: left(record, 2),
            shape: Shape::Mark(RADIUS),
        }
    }
}

/// The lines of a row's label: two, the last one cut if that is not enough.
fn label(row: &Line) -> Vec<String> {
    if width(&row.label, TEXT, false) <= LABEL {
        return vec![row.label.clone()];
    }
    let mut lines = wrapped(&row.label, TEXT, false, LABEL);
    if lines.len() > 2 {
        let rest = lines.split_off(1).join(" ");
        lines.push(rest);
    }
    let fits = |line: String| fitted(&line, TEXT, false, LABEL);
    lines.into_iter().map(fits).collect()
}

/// The height of a row with so many lines.
fn height(lines: &[String]) -> f64 {
    ROW + LINE * (lines.len().max(1) - 1) as f64
}

impl Forest {
    /// The finished figure.
    ///
    /// # Errors
    /// [`ReportError::Drawing`] or [`ReportError::Csv`] if a format could not be made.
    pub(crate) fn figure(&self) -> Result<Figure, ReportError> {
        Ok(Figure {
            caption: self.measure.clone(),
            notes: self.notes.clone(),
            ..Figure::painted(&self.key, &self.title, &self.scene(), self.csv()?)?
        })
    }

    fn scale(&self, left: f64, right: f64) -> Scale {
        // One endless interval must not squeeze all others: no more than a hundredfold.
        let limit = match self.axis {
            Axis::Ratio => 4.6,
            _ => f64::INFINITY,
        };
        let rows = self.rows.iter();
        let values = rows.flat_map(|row| [row.estimate, row.low, row.high]);
        let values = values.chain(self.marks.iter().copied());
        let places = values.map(|value| self.axis.place(value));
        let places = places.filter(|place| place.is_finite());
        let places = places.map(|place| place.clamp(-limit, limit));
        Scale::over(self.axis, places, (left, right))
    }

    fn value(&self, row: &Line) -> String {
        if row.suppressed {
            return said(self.language, WITHHELD);
        }
        if row.shape == Shape::Range {
            let limit = |value| self.axis.write(value, row.decimals);
            let text = format!("{} to {}", limit(row.low), limit(row.high));
            return numbers(self.language, &text);
        }
        let text = with_interval(row.estimate, row.low, row.high, |v| {
            self.axis.write(v, row.decimals)
        });
        numbers(self.language, &text)
    }

    fn scene(&self) -> Scene {
        let room = WIDTH - 2.0 * MARGIN;
        let title = wrapped(&self.title, TITLE, true, room);
        let widest = |texts: Vec<f64>| texts.into_iter().fold(0.0, f64::max);
        let labels = widest(
            self.rows
                .iter()
                .map(|r| width(&r.label, TEXT, false))
                .collect(),
        );
        let values = widest(
            self.rows
                .iter()
                .map(|r| width(&self.value(r), TEXT, false))
                .collect(),
        );
        let left = MARGIN + labels.min(LABEL) + 20.0;
        let scale = self.scale(left, WIDTH - MARGIN - values - 20.0);
        let mut baseline = MARGIN + TITLE;
        let lines = title.len().saturating_sub(1) as f64;
        let top = baseline + 23.0 * lines + 22.0;
        let heights: Vec<f64> = self.rows.iter().map(|row| height(&label(row))).collect();
        let bottom = top + heights.iter().sum::<f64>() + 4.0;
        let whole = (bottom + 64.0).ceil();
        let mut scene = Scene {
            width: WIDTH,
            height: whole,
            shapes: Vec::new(),
            hints: Vec::new(),
        };
        let page = vec![(0.0, 0.0), (WIDTH, 0.0), (WIDTH, whole), (0.0, whole)];
        scene.area(page, WHITE, 1.0);
        for line in &title {
            scene.text(Text::new(line.as_str(), TITLE, (MARGIN, baseline)).bold());
            baseline += 23.0;
        }
        let ends = (top, bottom);
        scale.draw(&mut scene, ends, &self.measure, &self.marks, self.language);
        let mut above = top;
        for (row, height) in self.rows.iter().zip(heights) {
            self.row(&mut scene, &scale, row, above + height / 2.0);
            above += height;
        }
        scene
    }

    fn row(&self, scene: &mut Scene, scale: &Scale, row: &Line, y: f64) {
        let baseline = y + HALF_DIGIT * TEXT;
        let value = Text::new(self.value(row), TEXT, (WIDTH - MARGIN, baseline));
        let value = value.anchor(Anchor::End);
        let bold = row.shape == Shape::Diamond;
        let lines = label(row);
        let first = baseline - LINE * (lines.len() as f64 - 1.0) / 2.0;
        for (i, line) in lines.into_iter().enumerate() {
            let line = Text::new(line, TEXT, (MARGIN, first + LINE * i as f64));
            scene.text(if bold { line.bold() } else { line });
        }
        scene.text(if bold { value.bold() } else { value });
        let look = look_of(1);
        let (low, high) = (scale.x(row.low), scale.x(row.high));
        match row.shape {
            Shape::Diamond if row.estimate.is_finite() => {
                let middle = scale.x(row.estimate);
                let corners = vec![(low, y), (middle, y - 7.0), (high, y), (middle, y + 7.0)];
                scene.area(corners, look.colour, 1.0);
            }
            Shape::Range if row.low.is_finite() => {
                scene.dashed(vec![(low, y), (high, y)], look.colour, 1.8, DOTS);
            }
            Shape::Mark(radius) => {
                interval(scene, scale, row, y);
                if row.estimate.is_finite() && scale.holds(row.estimate) {
                    marker::draw(scene, (scale.x(row.estimate), y), look, radius);
                }
            }
            _ => {}
        }
    }

    fn csv(&self) -> Result<String, ReportError> {
        let header = ["label", "estimate", "conf_low", "conf_high", "suppressed"];
        let rows = self.rows.iter().map(|row| {
            let [a, b, c] = [row.estimate, row.low, row.high].map(points::number);
            vec![row.label.clone(), a, b, c, row.suppressed.to_string()]
        });
        points::write(&self.key, &header, rows)
    }
}

/// A line from limit to limit, with an arrow where it goes on beyond the axis.
fn interval(scene: &mut Scene, scale: &Scale, row: &Line, y: f64) {
    if !row.low.is_finite() && !row.high.is_finite() {
        return;
    }
    let place = |limit: f64, end: f64| {
        if limit.is_finite() {
            scale.x(limit)
        } else {
            end
        }
    };
    let (low, high) = (place(row.low, scale.left), place(row.high, scale.right));
    let colour = look_of(1).colour;
    scene.line(vec![(low, y), (high, y)], colour, 1.8);
    for (end, limit, out) in [(low, row.low, 5.0), (high, row.high, -5.0)] {
        if limit.is_finite() && scale.holds(limit) {
            scene.line(vec![(end, y - 4.0), (end, y + 4.0)], colour, 1.8);
        } else {
            let arrow = vec![(end + out, y - 4.0), (end, y), (end + out, y + 4.0)];
            scene.line(arrow, colour, 1.8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, Forest, Line, RADIUS, Shape};
    use regtrial_results::Language;

    fn forest(axis: Axis, rows: &[(f64, f64, f64)]) -> Forest {
        let row = |(estimate, low, high): &(f64, f64, f64)| Line {
            label: "Row".to_owned(),
            estimate: *estimate,
            low: *low,
            high: *high,
            suppressed: estimate.is_nan(),
            decimals: 2,
            shape: Shape::Mark(RADIUS),
        };
        Forest {
            key: "main".to_owned(),
            title: "Title".to_owned(),
            axis,
            measure: "Odds ratio".to_owned(),
            marks: Vec::new(),
            rows: rows.iter().map(row).collect(),
            notes: Vec::new(),
            language: Language::Norwegian,
        }
    }

    #[test]
    fn values_are_written_in_the_language() {
        let made = forest(Axis::Ratio, &[(2.0, 1.0, 4.0)]);
        assert_eq!(made.value(&made.rows[0]), "2,00 (1,00 til 4,00)");
        let range = Line {
            shape: Shape::Range,
            ..made.rows[0].clone()
        };
        assert_eq!(made.value(&range), "1,00 til 4,00");
    }

    #[test]
    fn an_endless_interval_and_a_withheld_row_can_be_drawn() {
        let rows = [
            (3.0, 0.5, f64::INFINITY),
            (f64::NAN, f64::NAN, f64::NAN),
            (1e9, 1.0, 1e12),
        ];
        let figure = forest(Axis::Ratio, &rows).figure();
        let points = figure.map(|figure| figure.points_csv).unwrap_or_default();
        assert!(points.contains("Row,,,,true\n"), "{points}");
        assert!(forest(Axis::Points, &[]).figure().is_ok());
    }
}

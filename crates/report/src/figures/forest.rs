//! Estimates one below the other with their intervals: a forest plot, a specification curve, a plot
//! of baseline balance (Love).

use super::axes::HALF_DIGIT;
use super::caption::{fitted, wrapped};
use super::layout::{MARGIN, TEXT, TITLE};
use super::marker;
use super::palette::{Look, look_of};
use super::scene::{Anchor, Dash, GREY, RULE, Scene, Text, WHITE};
use super::{Figure, paint, points, render};
use crate::ReportError;
use crate::fonts::width;
use crate::format::{WITHHELD, fixed, percent, ratio, with_interval};
use crate::language::{numbers, said};
use regtrial_results::{Language, Record};

const WIDTH: f64 = 720.0;
/// Baseline to baseline of two rows.
const ROW: f64 = 24.0;
/// Widest label.
const LABEL: f64 = 250.0;
const DOTS: Dash = Dash {
    dash: 3.0,
    gap: 3.0,
};

/// What the axis measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axis {
    /// Ratios on a logarithmic axis; no effect at one.
    Ratio,
    /// Differences of proportions, in percentage points; no effect at zero.
    Points,
    /// Differences in their own unit; no effect at zero.
    Difference,
}

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
}

impl Line {
    pub(crate) fn of(label: impl Into<String>, record: &Record) -> Self {
        Self {
            label: label.into(),
            estimate: record.estimate,
            low: record.conf_low,
            high: record.conf_high,
            suppressed: record.suppressed,
        }
    }
}

/// From values to places.
struct Scale {
    axis: Axis,
    low: f64,
    high: f64,
    left: f64,
    right: f64,
}

impl Axis {
    fn place(self, value: f64) -> f64 {
        match self {
            Self::Ratio => value.ln(),
            _ => value,
        }
    }

    fn none(self) -> f64 {
        match self {
            Self::Ratio => 1.0,
            _ => 0.0,
        }
    }

    fn write(self, value: f64) -> String {
        match self {
            Self::Ratio => ratio(value),
            Self::Points => percent(value),
            Self::Difference => fixed(value, 2),
        }
    }
}

impl Scale {
    fn x(&self, value: f64) -> f64 {
        let share = (self.axis.place(value) - self.low) / (self.high - self.low);
        self.left + (self.right - self.left) * share.clamp(0.0, 1.0)
    }

    fn holds(&self, value: f64) -> bool {
        let place = self.axis.place(value);
        place >= self.low - 1e-9 && place <= self.high + 1e-9
    }

    /// Round values, as many as have space.
    fn ticks(&self) -> Vec<f64> {
        if self.axis == Axis::Ratio {
            let all = [
                0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0,
            ];
            let wide: Vec<f64> = all.into_iter().filter(|t| self.holds(*t)).collect();
            if wide.len() >= 3 {
                return wide;
            }
            let fine = [
                0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0,
            ];
            return fine.into_iter().filter(|t| self.holds(*t)).collect();
        }
        let raw = (self.high - self.low) / 6.0;
        let power = 10_f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|unit| unit * power)
            .find(|step| *step >= raw)
            .unwrap_or(raw);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last).map(|i| i as f64 * step).collect()
    }
}

impl Forest {
    /// The finished figure.
    ///
    /// # Errors
    /// [`ReportError::Drawing`] or [`ReportError::Csv`] if a format could not be made.
    pub(crate) fn figure(&self) -> Result<Figure, ReportError> {
        let failed = |reason: String| ReportError::drawing(&self.key, reason);
        let painted = paint::svg(&self.scene()).map_err(failed)?;
        let rendered = render::render(&painted, &self.title).map_err(failed)?;
        Ok(Figure {
            key: self.key.clone(),
            title: self.title.clone(),
            caption: self.measure.clone(),
            notes: self.notes.clone(),
            points_csv: self.csv()?,
            svg: rendered.svg,
            png: rendered.png,
        })
    }

    fn scale(&self, left: f64, right: f64) -> Scale {
        let lines = self
            .rows
            .iter()
            .flat_map(|row| [row.estimate, row.low, row.high]);
        let values = lines
            .chain(self.marks.iter().copied())
            .chain([self.axis.none()]);
        let places = values.map(|value| self.axis.place(value));
        let places: Vec<f64> = places.filter(|place| place.is_finite()).collect();
        // One endless interval must not squeeze all others: no more than a hundredfold.
        let limit = if self.axis == Axis::Ratio {
            4.6
        } else {
            f64::INFINITY
        };
        let low = places
            .iter()
            .copied()
            .fold(f64::INFINITY, f64::min)
            .max(-limit);
        let high = places
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max)
            .min(limit);
        let margin = ((high - low) * 0.06).max(0.01);
        Scale {
            axis: self.axis,
            low: low - margin,
            high: high + margin,
            left,
            right,
        }
    }

    fn value(&self, row: &Line) -> String {
        if row.suppressed {
            return said(self.language, WITHHELD);
        }
        let text = with_interval(row.estimate, row.low, row.high, |v| self.axis.write(v));
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
        let bottom = top + ROW * self.rows.len() as f64 + 4.0;
        let height = (bottom + 64.0).ceil();
        let mut scene = Scene {
            width: WIDTH,
            height,
            shapes: Vec::new(),
        };
        let page = vec![(0.0, 0.0), (WIDTH, 0.0), (WIDTH, height), (0.0, height)];
        scene.area(page, WHITE, 1.0);
        for line in &title {
            scene.text(Text::new(line.as_str(), TITLE, (MARGIN, baseline)).bold());
            baseline += 23.0;
        }
        self.axis(&mut scene, &scale, top, bottom);
        for (i, row) in self.rows.iter().enumerate() {
            let y = top + ROW * (i as f64 + 0.5);
            self.row(&mut scene, &scale, row, y);
        }
        scene
    }

    fn axis(&self, scene: &mut Scene, scale: &Scale, top: f64, bottom: f64) {
        for tick in scale.ticks() {
            let x = scale.x(tick);
            scene.line(vec![(x, top), (x, bottom)], RULE, 1.0);
            scene.line(vec![(x, bottom), (x, bottom + 4.0)], GREY, 1.0);
            let digits = match self.axis {
                Axis::Ratio => shortest(tick),
                Axis::Points => shortest(tick * 100.0),
                Axis::Difference => shortest(tick),
            };
            let text = Text::new(numbers(self.language, &digits), TEXT, (x, bottom + 19.0));
            scene.text(text.anchor(Anchor::Middle));
        }
        for mark in self.marks.iter().filter(|mark| scale.holds(**mark)) {
            let x = scale.x(*mark);
            scene.dashed(vec![(x, top), (x, bottom)], GREY, 1.0, DOTS);
        }
        let none = scale.x(self.axis.none());
        scene.line(vec![(none, top), (none, bottom)], GREY, 1.2);
        scene.line(vec![(scale.left, bottom), (scale.right, bottom)], GREY, 1.0);
        let middle = ((scale.left + scale.right) / 2.0, bottom + 42.0);
        let measure = fitted(&self.measure, TEXT, false, WIDTH - 2.0 * MARGIN);
        let half = width(&measure, TEXT, false) / 2.0;
        let at = (
            middle.0.clamp(MARGIN + half, WIDTH - MARGIN - half),
            middle.1,
        );
        scene.text(Text::new(measure, TEXT, at).anchor(Anchor::Middle));
    }

    fn row(&self, scene: &mut Scene, scale: &Scale, row: &Line, y: f64) {
        let baseline = y + HALF_DIGIT * TEXT;
        let label = fitted(&row.label, TEXT, false, LABEL);
        scene.text(Text::new(label, TEXT, (MARGIN, baseline)));
        let value = Text::new(self.value(row), TEXT, (WIDTH - MARGIN, baseline));
        scene.text(value.anchor(Anchor::End));
        let look: Look = look_of(1);
        if row.low.is_finite() || row.high.is_finite() {
            let low = if row.low.is_finite() {
                scale.x(row.low)
            } else {
                scale.left
            };
            let high = if row.high.is_finite() {
                scale.x(row.high)
            } else {
                scale.right
            };
            scene.line(vec![(low, y), (high, y)], look.colour, 1.8);
            for (end, limit, out) in [(low, row.low, 5.0), (high, row.high, -5.0)] {
                if limit.is_finite() && scale.holds(limit) {
                    scene.line(vec![(end, y - 4.0), (end, y + 4.0)], look.colour, 1.8);
                } else {
                    // The interval goes on beyond the axis.
                    let arrow = vec![(end + out, y - 4.0), (end, y), (end + out, y + 4.0)];
                    scene.line(arrow, look.colour, 1.8);
                }
            }
        }
        if row.estimate.is_finite() && scale.holds(row.estimate) {
            marker::draw(scene, (scale.x(row.estimate), y), look, 4.4);
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

/// A tick without idle digits.
fn shortest(value: f64) -> String {
    let text = fixed(value, 2);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, Forest, Line, shortest};
    use regtrial_results::Language;

    fn forest(axis: Axis, rows: &[(f64, f64, f64)]) -> Forest {
        let row = |(estimate, low, high): &(f64, f64, f64)| Line {
            label: "Row".to_owned(),
            estimate: *estimate,
            low: *low,
            high: *high,
            suppressed: estimate.is_nan(),
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
    fn ratios_lie_on_a_logarithmic_axis_around_one() {
        let made = forest(Axis::Ratio, &[(2.0, 1.0, 4.0), (0.5, 0.25, 1.0)]);
        let scale = made.scale(0.0, 100.0);
        assert!(
            (scale.x(1.0) - 50.0).abs() < 1e-9,
            "two and a half are as far from one"
        );
        assert_eq!(scale.ticks(), [0.5, 1.0, 2.0]);
        assert_eq!(made.value(&made.rows[0]), "2,00 (1,00 til 4,00)");
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

    #[test]
    fn ticks_have_no_idle_digits() {
        assert_eq!(shortest(0.5), "0.5");
        assert_eq!(shortest(10.0), "10");
        assert_eq!(shortest(-0.1), "\u{2212}0.1");
    }
}

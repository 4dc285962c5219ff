//! A horizontal axis of values: where they go, its ticks, the line of no effect.

use super::caption::fitted;
use super::layout::{MARGIN, TEXT};
use super::scene::{Anchor, Dash, GREY, RULE, Scene, Text};
use crate::fonts::width;
use crate::format::{fixed, percent, ratio};
use crate::language::numbers;
use regtrial_results::Language;

pub(crate) const DOTS: Dash = Dash {
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

/// From values to places.
pub(crate) struct Scale {
    pub(crate) axis: Axis,
    low: f64,
    high: f64,
    pub(crate) left: f64,
    pub(crate) right: f64,
}

impl Axis {
    /// A value on the axis' own scale.
    pub(crate) fn place(self, value: f64) -> f64 {
        match self {
            Self::Ratio => value.ln(),
            _ => value,
        }
    }

    /// The value of no effect.
    pub(crate) fn none(self) -> f64 {
        match self {
            Self::Ratio => 1.0,
            _ => 0.0,
        }
    }

    pub(crate) fn write(self, value: f64, decimals: usize) -> String {
        match self {
            Self::Ratio => ratio(value),
            Self::Points => percent(value),
            Self::Difference => fixed(value, decimals),
        }
    }
}

impl Scale {
    /// An axis over places on its own scale, and over no effect.
    pub(crate) fn over(
        axis: Axis,
        places: impl Iterator<Item = f64>,
        (left, right): (f64, f64),
    ) -> Self {
        let places = places.chain([axis.place(axis.none())]);
        let places: Vec<f64> = places.filter(|place| place.is_finite()).collect();
        let low = places.iter().copied().fold(f64::INFINITY, f64::min);
        let high = places.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let margin = ((high - low) * 0.06).max(0.01);
        Self {
            axis,
            low: low - margin,
            high: high + margin,
            left,
            right,
        }
    }

    /// Where a value is drawn; beyond the ends at the end.
    pub(crate) fn x(&self, value: f64) -> f64 {
        self.at(self.axis.place(value))
    }

    /// Where a place on the axis' own scale is drawn.
    pub(crate) fn at(&self, place: f64) -> f64 {
        let share = (place - self.low) / (self.high - self.low);
        self.left + (self.right - self.left) * share.clamp(0.0, 1.0)
    }

    pub(crate) fn holds(&self, value: f64) -> bool {
        let place = self.axis.place(value);
        place >= self.low - 1e-9 && place <= self.high + 1e-9
    }

    /// Round values, as many as have space.
    pub(crate) fn ticks(&self) -> Vec<f64> {
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
        round_steps(self.low, self.high)
    }

    /// Ticks, marked values, no effect, and what is measured.
    pub(crate) fn draw(
        &self,
        scene: &mut Scene,
        (top, bottom): (f64, f64),
        measure: &str,
        marks: &[f64],
        language: Language,
    ) {
        for tick in self.ticks() {
            let x = self.x(tick);
            scene.line(vec![(x, top), (x, bottom)], RULE, 1.0);
            scene.line(vec![(x, bottom), (x, bottom + 4.0)], GREY, 1.0);
            let digits = match self.axis {
                Axis::Ratio => shortest(tick),
                Axis::Points => shortest(tick * 100.0),
                Axis::Difference => shortest(tick),
            };
            let text = Text::new(numbers(language, &digits), TEXT, (x, bottom + 19.0));
            scene.text(text.anchor(Anchor::Middle));
        }
        for mark in marks.iter().filter(|mark| self.holds(**mark)) {
            let x = self.x(*mark);
            scene.dashed(vec![(x, top), (x, bottom)], GREY, 1.0, DOTS);
        }
        let none = self.x(self.axis.none());
        scene.line(vec![(none, top), (none, bottom)], GREY, 1.2);
        scene.line(vec![(self.left, bottom), (self.right, bottom)], GREY, 1.0);
        let middle = ((self.left + self.right) / 2.0, bottom + 42.0);
        let measure = fitted(measure, TEXT, false, scene.width - 2.0 * MARGIN);
        let half = width(&measure, TEXT, false) / 2.0;
        let at = (
            middle.0.clamp(MARGIN + half, scene.width - MARGIN - half),
            middle.1,
        );
        scene.text(Text::new(measure, TEXT, at).anchor(Anchor::Middle));
    }
}

/// Some round numbers between two ends.
pub(crate) fn round_steps(low: f64, high: f64) -> Vec<f64> {
    let raw = (high - low) / 6.0;
    let power = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|unit| unit * power)
        .find(|step| *step >= raw)
        .unwrap_or(raw);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|i| i as f64 * step).collect()
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
    use super::{Axis, Scale, round_steps, shortest};

    #[test]
    fn ratios_lie_on_a_logarithmic_axis_around_one() {
        let places = [0.25_f64, 4.0].map(f64::ln);
        let scale = Scale::over(Axis::Ratio, places.into_iter(), (0.0, 100.0));
        assert!(
            (scale.x(1.0) - 50.0).abs() < 1e-9,
            "a quarter and four are as far from one"
        );
        assert_eq!(scale.ticks(), [0.5, 1.0, 2.0]);
        assert!(scale.holds(4.0) && !scale.holds(6.0));
    }

    #[test]
    fn ticks_are_round_and_have_no_idle_digits() {
        assert_eq!(
            round_steps(0.0, 0.5),
            [0.0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5]
        );
        assert_eq!(shortest(0.5), "0.5");
        assert_eq!(shortest(10.0), "10");
        assert_eq!(shortest(-0.1), "\u{2212}0.1");
    }
}

//! What a curve shows: the records of its analysis, arm by arm and month by month (of a survival
//! curve week by week).

use super::difference::Gap;
use super::palette::{Look, look_of};
use crate::format::{capitalised, fixed, level, percent};
use crate::language::{numbers, said, sentences};
use crate::select::Records;
use regtrial_results::{Analysis, Language, Record, Released};

/// A curve with everything that is written on it.
pub(crate) struct Curve {
    pub(crate) title: String,
    /// What stands below the horizontal axis.
    pub(crate) abscissa: String,
    /// What stands above the vertical one.
    pub(crate) ordinate: &'static str,
    /// What the numbers below the axis are.
    pub(crate) counted: &'static str,
    /// Where they stand, if not at the months that have space.
    pub(crate) ticks: Option<Vec<f64>>,
    /// Whether the values are mean counts, not shares.
    pub(crate) counts: bool,
    /// Whether the share stays as it is from one mark to the next.
    pub(crate) stepped: bool,
    pub(crate) caption: String,
    pub(crate) language: Language,
    pub(crate) landmarks: Vec<f64>,
    /// The arms that have points, the reference first.
    pub(crate) arms: Vec<Arm>,
    /// The arms against the reference, if any month of one is shown.
    pub(crate) gaps: Vec<Gap>,
}

/// One arm of a curve.
pub(crate) struct Arm {
    pub(crate) name: String,
    pub(crate) look: Look,
    /// In the order of time.
    pub(crate) marks: Vec<Mark>,
}

/// One month of an arm. Undefined and withheld numbers are NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mark {
    pub(crate) time: f64,
    pub(crate) estimate: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) n: Option<u64>,
    pub(crate) suppressed: bool,
}

impl Curve {
    pub(crate) fn of(released: &Released, analysis: &Analysis) -> Self {
        let catalogue = released.catalogue();
        let records = Records::of(released, &analysis.key);
        let arms = catalogue.arms.iter().enumerate();
        let arms: Vec<Arm> = arms
            .map(|(i, name)| Arm::of(&records, name, look_of(i)))
            .filter(|arm| !arm.marks.is_empty())
            .collect();
        let origin = origin(&catalogue.design);
        let withheld = arms
            .iter()
            .flat_map(|arm| &arm.marks)
            .any(|mark| mark.suppressed);
        let minimum = withheld.then(|| released.policy().minimum_count);
        let gaps = gaps(&records, &arms, &catalogue.arms);
        let mut caption = caption(&records, catalogue.confidence, minimum);
        if !gaps.is_empty() {
            caption.push_str(&format!(
                " Below: difference with a {}% band that holds for all months at once.",
                level(catalogue.confidence)
            ));
        }
        if released.policy().rounds() {
            let unit = released.policy().rounding;
            caption.push_str(&format!(
                " Computed from numbers rounded to multiples of {unit}."
            ));
        }
        Self {
            title: analysis.title.clone(),
            abscissa: format!("Months since {origin}"),
            ordinate: "Employed, %",
            counted: "Number observed",
            ticks: None,
            counts: false,
            stepped: false,
            caption: sentences(catalogue.language, &caption),
            language: catalogue.language,
            landmarks: analysis
                .landmarks
                .iter()
                .map(|month| f64::from(*month))
                .collect(),
            arms,
            gaps,
        }
    }

    /// A point in words: `IPS, month 6: 18.6 (12.1 to 27.4), n = 97`.
    pub(crate) fn said_of(&self, name: &str, mark: &Mark) -> String {
        let unit = if self.stepped { "Week" } else { "Month" };
        let unit = said(self.language, unit).to_lowercase();
        let mut text = format!(
            "{name}, {unit} {}: {}",
            fixed(mark.time, 0),
            self.written(mark.estimate)
        );
        if let Some((low, high)) = mark.limits() {
            let (low, high) = (self.written(low), self.written(high));
            text.push_str(&format!(" ({low} to {high})"));
        }
        if let Some(n) = mark.n {
            text.push_str(&format!(", n = {n}"));
        }
        numbers(self.language, &text)
    }

    fn written(&self, value: f64) -> String {
        match self.counts {
            true => fixed(value, 2),
            false => percent(value),
        }
    }

    /// The last month of any arm, seen or withheld.
    pub(crate) fn last(&self) -> f64 {
        self.marks().map(|mark| mark.time).fold(0.0, f64::max)
    }

    /// The largest proportion that is drawn; NaN if nothing is.
    pub(crate) fn largest(&self) -> f64 {
        let shown = self.marks().filter(|mark| mark.is_shown());
        shown
            .map(|mark| mark.estimate.max(mark.high))
            .fold(f64::NAN, f64::max)
    }

    pub(crate) fn is_withheld(&self) -> bool {
        !self.marks().any(|mark| mark.is_shown())
    }

    fn marks(&self) -> impl Iterator<Item = &Mark> + '_ {
        self.arms.iter().flat_map(|arm| &arm.marks)
    }
}

/// The day that time is counted from.
pub(super) fn origin(design: &str) -> &'static str {
    match design {
        "randomised" => "randomisation",
        _ => "the index date",
    }
}

/// The differences from the reference arm that are not withheld altogether.
fn gaps(records: &Records<'_>, arms: &[Arm], names: &[String]) -> Vec<Gap> {
    let Some(reference) = names.first() else {
        return Vec::new();
    };
    let of_arm = |arm: &Arm| {
        let contrast = format!("{} - {reference}", arm.name);
        let is_point = |r: &&Record| r.contrast == contrast && r.time.is_finite();
        let mut marks: Vec<Mark> = records.iter().filter(is_point).map(Mark::of).collect();
        marks.sort_by(|a, b| a.time.total_cmp(&b.time));
        let gap = Gap {
            contrast,
            look: arm.look,
            marks,
        };
        gap.marks.iter().any(Mark::is_shown).then_some(gap)
    };
    arms.iter().filter_map(of_arm).collect()
}

impl Arm {
    fn of(records: &Records<'_>, name: &str, look: Look) -> Self {
        let is_point = |record: &&Record| {
            record.group == name && record.statistic == "proportion" && record.time.is_finite()
        };
        let mut marks: Vec<Mark> = records.iter().filter(is_point).map(Mark::of).collect();
        marks.sort_by(|a, b| a.time.total_cmp(&b.time));
        // Several methods for one month: the first is shown.
        marks.dedup_by(|later, first| later.time == first.time);
        Self {
            name: name.to_owned(),
            look,
            marks,
        }
    }

    /// The last month whose proportion is drawn.
    pub(crate) fn last_shown(&self) -> Option<&Mark> {
        self.marks.iter().rev().find(|mark| mark.is_shown())
    }

    /// The mark of a month.
    pub(crate) fn at(&self, month: f64) -> Option<&Mark> {
        self.marks
            .iter()
            .find(|mark| (mark.time - month).abs() < 1e-9)
    }

    /// Unbroken stretches of marks that are drawn.
    pub(crate) fn runs(&self) -> impl Iterator<Item = &[Mark]> + '_ {
        self.marks
            .split(|mark| !mark.is_shown())
            .filter(|run| !run.is_empty())
    }
}

impl Mark {
    fn of(record: &Record) -> Self {
        Self {
            time: record.time,
            estimate: record.estimate,
            low: record.conf_low,
            high: record.conf_high,
            n: record.n,
            suppressed: record.suppressed,
        }
    }

    pub(crate) fn is_shown(&self) -> bool {
        self.estimate.is_finite()
    }

    /// Both limits, if they are defined.
    pub(crate) fn limits(&self) -> Option<(f64, f64)> {
        (self.low.is_finite() && self.high.is_finite()).then_some((self.low, self.high))
    }
}

fn caption(records: &Records<'_>, confidence: f64, minimum: Option<u64>) -> String {
    let is_point = |record: &Record| record.statistic == "proportion" && !record.method.is_empty();
    let method = match records.find(is_point) {
        Some(record) => format!(" ({})", capitalised(&record.method.replace('_', " "))),
        None => String::new(),
    };
    let mut text = format!(
        "Points: proportion employed on the day; bands: pointwise {}% intervals{method}.",
        level(confidence),
    );
    if let Some(minimum) = minimum {
        text.push_str(&format!(
            " Gaps in a curve: withheld, because a count below {minimum} would be shown or could \
             be derived."
        ));
    }
    text
}

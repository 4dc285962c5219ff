//! The survival curve, or that of cumulative incidence, with the numbers at risk below.

use super::curve::{Arm, Curve, Mark, origin};
use super::palette::look_of;
use super::points::{number, write};
use super::{Figure, curve_analysis, employment};
use crate::ReportError;
use crate::format::level;
use crate::language::sentences;
use crate::select::Records;
use regtrial_results::{Analysis, AnalysisKind, Record, Released};

const WEEK: f64 = 7.0;
const HEADER: [&str; 8] = [
    "group",
    "time",
    "estimate",
    "conf_low",
    "conf_high",
    "n_risk",
    "events",
    "suppressed",
];

/// Draws one survival curve of the catalogue.
///
/// # Errors
/// [`ReportError::NotACurve`] if the catalogue has none of this key; [`ReportError::Drawing`] or
/// [`ReportError::Csv`] if a format could not be made.
pub fn survival_curve(released: &Released, analysis_key: &str) -> Result<Figure, ReportError> {
    let analysis = curve_analysis(released, analysis_key, AnalysisKind::SurvivalCurve)?;
    of(released, &analysis)
}

/// Draws a curve, its title and notes in the language of the study.
pub(super) fn of(released: &Released, analysis: &Analysis) -> Result<Figure, ReportError> {
    let records = Records::of(released, &analysis.key);
    let rows = records.iter().map(row);
    let points = write(&analysis.key, &HEADER, rows)?;
    employment::drawn(curve(released, analysis), analysis, points)
}

fn is_point(record: &Record) -> bool {
    let statistic = record.statistic.as_str();
    let points = ["survival", "cumulative_incidence", "mean_cumulative_count"];
    points.contains(&statistic) && record.time.is_finite()
}

fn row(record: &Record) -> Vec<String> {
    let count = |count: Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
    vec![
        record.group.clone(),
        number(record.time),
        number(record.estimate),
        number(record.conf_low),
        number(record.conf_high),
        count(record.n_risk),
        count(record.events),
        record.suppressed.to_string(),
    ]
}

fn curve(released: &Released, analysis: &Analysis) -> Curve {
    let catalogue = released.catalogue();
    let records = Records::of(released, &analysis.key);
    // A study without arms is one group.
    let everyone = ["all".to_owned()];
    let names = match catalogue.arms.is_empty() {
        true => &everyone[..],
        false => catalogue.arms.as_slice(),
    };
    let arms: Vec<Arm> = names
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let own = records.iter().filter(|r| is_point(r) && r.group == *name);
            let mut marks: Vec<Mark> = own.map(mark).collect();
            marks.sort_by(|a, b| a.time.total_cmp(&b.time));
            Arm {
                name: name.clone(),
                look: look_of(i),
                marks,
            }
        })
        .filter(|arm| !arm.marks.is_empty())
        .collect();
    let incidence = records.any(|record| record.statistic == "cumulative_incidence");
    let counts = records.any(|record| record.statistic == "mean_cumulative_count");
    let ticks = analysis.landmarks.iter();
    let since = match analysis.effect.as_str() {
        "" => origin(&catalogue.design),
        other => other,
    };
    Curve {
        title: analysis.title.clone(),
        abscissa: format!("Weeks since {since}"),
        ordinate: match (counts, incidence) {
            (true, _) => "Mean number of events",
            (false, true) => "With the event, %",
            (false, false) => "Without the event, %",
        },
        counted: match counts {
            true => "Number followed",
            false => "Number at risk",
        },
        counts,
        ticks: Some(ticks.map(|day| f64::from(*day) / WEEK).collect()),
        stepped: true,
        caption: sentences(catalogue.language, &caption(released, &records, incidence)),
        language: catalogue.language,
        landmarks: Vec::new(),
        arms,
        gaps: Vec::new(),
    }
}

fn mark(record: &Record) -> Mark {
    Mark {
        time: record.time / WEEK,
        estimate: record.estimate,
        low: record.conf_low,
        high: record.conf_high,
        n: record.n_risk,
        suppressed: record.suppressed,
    }
}

fn caption(released: &Released, records: &Records<'_>, incidence: bool) -> String {
    let method = records
        .find(is_point)
        .map_or("", |record| record.method.as_str());
    let (how, interval) = match method {
        "nelson_aalen" => ("Nelson-Aalen", " (logarithm)"),
        "aalen_johansen" => ("Aalen-Johansen", ""),
        "kaplan_meier_plain" => ("Kaplan-Meier", ""),
        "kaplan_meier_log" => ("Kaplan-Meier", " (logarithm)"),
        "life_table_plain" => ("life table", ""),
        "life_table_log" => ("life table", " (logarithm)"),
        "life_table_log_log" => ("life table", " (log-log)"),
        _ => ("Kaplan-Meier", " (log-log)"),
    };
    let what = match (method, incidence) {
        ("nelson_aalen", _) => "mean number of events a person",
        (_, true) => "share with the event",
        (_, false) => "share without the event",
    };
    let level = level(released.catalogue().confidence);
    let mut text =
        format!("Curves: {what} ({how}); bands: pointwise {level}% intervals{interval}.");
    let minimum = released.policy().minimum_count;
    if minimum > 1 {
        let of = match method {
            "nelson_aalen" => "people with an event",
            _ => "events",
        };
        text.push_str(&format!(
            " Weeks are joined so that each step, at their end, is of {minimum} or more {of}. –: \
             withheld, because a count below {minimum} would be shown or could be derived."
        ));
    }
    let policy = released.policy();
    if policy.rounds() {
        let unit = policy.rounding;
        text.push_str(&format!(
            " Computed from numbers rounded to multiples of {unit}."
        ));
    }
    text
}

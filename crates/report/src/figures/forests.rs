//! Which analyses have a forest plot: the ratios of a model, the contrasts of outcomes, the
//! specifications of an estimate, and the balance of the arms at baseline.

use super::Figure;
use super::estimates::{Axis, Forest, Line};
use crate::ReportError;
use crate::format::{capitalised, interval_name};
use crate::language::{numbers, said};
use crate::select::Records;
use crate::tables::term_label;
use regtrial_results::{Analysis, AnalysisKind, Record, Released};

/// Differences beyond these are usually called imbalance (Austin 2009).
const IMBALANCE: f64 = 0.1;

/// The forest plots of an analysis.
///
/// # Errors
/// [`ReportError`] if one cannot be drawn.
pub(crate) fn of(released: &Released, analysis: &Analysis) -> Result<Vec<Figure>, ReportError> {
    let found = match analysis.kind {
        AnalysisKind::Baseline => vec![balance(released, analysis)],
        AnalysisKind::Model => vec![model(released, analysis)],
        AnalysisKind::Comparison => vec![differences(released, analysis)],
        _ => Vec::new(),
    };
    let mut all: Vec<Option<Forest>> = found;
    all.push(specifications(released, analysis));
    // One estimate alone is no plot.
    let worth = |forest: &Forest| forest.rows.iter().filter(|row| !row.suppressed).count() > 1;
    all.into_iter()
        .flatten()
        .filter(worth)
        .map(|forest| forest.figure())
        .collect()
}

fn forest(
    released: &Released,
    analysis: &Analysis,
    suffix: &str,
    axis: Axis,
    measure: &str,
    rows: Vec<Line>,
) -> Forest {
    let catalogue = released.catalogue();
    let language = catalogue.language;
    let interval = match rows.iter().any(|row| row.low.is_finite()) {
        true => format!(
            ", {}",
            interval_name(catalogue.confidence).replace("CI", &said(language, "CI"))
        ),
        false => String::new(),
    };
    Forest {
        key: format!("{}-{suffix}", analysis.key),
        title: format!("{} – {}", analysis.title, said(language, measure)),
        axis,
        measure: format!(
            "{}{}",
            said(language, measure),
            numbers(language, &interval)
        ),
        marks: Vec::new(),
        rows,
        notes: Vec::new(),
        language,
    }
}

/// Standardised differences of the arms, a dot a variable or level.
fn balance(released: &Released, analysis: &Analysis) -> Option<Forest> {
    let records = Records::of(released, &analysis.key);
    let label = |record: &Record| {
        let mut variables = released.catalogue().variables.iter();
        let found = variables.find(|variable| variable.key == record.term);
        let name = found.map_or(record.term.as_str(), |variable| &variable.label);
        let flag = found.is_some_and(|variable| variable.levels == ["0", "1"]);
        match record.level.as_str() {
            "0" if flag => None,
            "" | "1" if flag || record.level.is_empty() => Some(name.to_owned()),
            level => Some(format!("{name}: {level}")),
        }
    };
    let found = records
        .iter()
        .filter(|r| r.statistic == "standardised_difference");
    let rows: Vec<Line> = found
        .filter_map(|record| Some(Line::of(label(record)?, record)))
        .collect();
    let measure = "Standardised difference";
    let mut made = forest(
        released,
        analysis,
        "balance",
        Axis::Difference,
        measure,
        rows,
    );
    made.title = said(released.catalogue().language, "Balance at baseline");
    made.marks = vec![-IMBALANCE, IMBALANCE];
    Some(made)
}

/// The ratios of a model's terms.
fn model(released: &Released, analysis: &Analysis) -> Option<Forest> {
    let records = Records::of(released, &analysis.key);
    let is_ratio = |r: &&Record| r.scale == "log" && !r.term.is_empty() && r.term != "(Intercept)";
    let found = records.iter().filter(is_ratio);
    let catalogue = released.catalogue();
    let rows: Vec<Line> = found
        .map(|record| Line::of(term_label(&record.term, catalogue), record))
        .collect();
    let measure = capitalised(&analysis.effect);
    (!rows.is_empty()).then(|| forest(released, analysis, "forest", Axis::Ratio, &measure, rows))
}

/// The risk differences of several outcomes.
fn differences(released: &Released, analysis: &Analysis) -> Option<Forest> {
    let catalogue = released.catalogue();
    let records = Records::of(released, &analysis.key);
    let pairs = records.pairs(&catalogue.arms);
    let mut rows = Vec::new();
    for outcome in catalogue.outcomes.iter().filter(|outcome| outcome.binary) {
        for pair in &pairs {
            if let Some(record) = records.of_pair(&outcome.key, pair, "risk_difference") {
                let label = match pairs.len() {
                    1 => outcome.label.clone(),
                    _ => format!("{}, {}", outcome.label, pair.label),
                };
                rows.push(Line::of(label, record));
            }
        }
    }
    let measure = "Risk difference";
    let mut made = forest(released, analysis, "forest", Axis::Points, measure, rows);
    let unit = said(catalogue.language, "Risk difference, percentage points");
    made.measure = made
        .measure
        .replace(&said(catalogue.language, measure), &unit);
    Some(made)
}

/// One estimate under every specification (records of statistic `specification`, the label in
/// `level`), in the order of their size.
fn specifications(released: &Released, analysis: &Analysis) -> Option<Forest> {
    let records = Records::of(released, &analysis.key);
    let found = records.iter().filter(|r| r.statistic == "specification");
    let mut found: Vec<&Record> = found.collect();
    found.sort_by(|a, b| a.estimate.total_cmp(&b.estimate));
    let axis = match found.first()?.scale.as_str() {
        "log" => Axis::Ratio,
        _ if analysis.effect == "risk difference" => Axis::Points,
        _ => Axis::Difference,
    };
    let label = |record: &Record| {
        let parts = [&record.term, &record.level].into_iter();
        let parts: Vec<&str> = parts
            .map(String::as_str)
            .filter(|p| !p.is_empty())
            .collect();
        parts.join(": ")
    };
    let rows = found.iter().map(|record| Line::of(label(record), record));
    let measure = capitalised(&analysis.effect);
    Some(forest(
        released,
        analysis,
        "specifications",
        axis,
        &measure,
        rows.collect(),
    ))
}

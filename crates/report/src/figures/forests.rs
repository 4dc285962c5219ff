//! Which analyses have a forest plot: the ratios of a model, the contrasts of outcomes, the
//! specifications of an estimate, and the balance of the arms at baseline.

use super::Figure;
use super::estimates::{Forest, Line};
use super::value_axis::Axis;
use crate::ReportError;
use crate::format::{capitalised, interval_name};
use crate::language::said;
use crate::select::Records;
use crate::tables::{is_permutation, term_label};
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
        true => format!(", {}", said(language, &interval_name(catalogue.confidence))),
        false => String::new(),
    };
    let rows = rows.into_iter().map(|row| Line {
        label: said(language, &row.label),
        ..row
    });
    Forest {
        key: format!("{}-{suffix}", analysis.key),
        title: format!("{} – {}", analysis.title, said(language, measure)),
        axis,
        measure: format!("{}{interval}", said(language, measure)),
        marks: Vec::new(),
        rows: rows.collect(),
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
    made.marks = vec![-IMBALANCE, IMBALANCE];
    Some(made)
}

/// The ratios of a model's terms.
fn model(released: &Released, analysis: &Analysis) -> Option<Forest> {
    let records = Records::of(released, &analysis.key);
    let is_ratio = |r: &&Record| r.scale == "log" && !r.term.is_empty() && r.term != "(Intercept)";
    let found = records.iter().filter(|record| !is_permutation(record));
    let found = found.filter(is_ratio);
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

/// One effect under several definitions or assumptions, in the order of its size; or in several
/// subgroups, in the order of the plan.
fn specifications(released: &Released, analysis: &Analysis) -> Option<Forest> {
    let by_size = match analysis.kind {
        AnalysisKind::Specification => true,
        AnalysisKind::Subgroups => false,
        _ => return None,
    };
    let records = Records::of(released, &analysis.key);
    let found = records.iter().filter(|r| r.statistic != "interaction");
    let mut found: Vec<&Record> = found.collect();
    if by_size {
        found.sort_by(|a, b| a.estimate.total_cmp(&b.estimate));
    }
    let first = found.first()?;
    let (axis, measure) = match first.statistic.as_str() {
        "risk_difference" => (
            Axis::Points,
            "Risk difference, percentage points".to_owned(),
        ),
        other if first.scale == "log" => (Axis::Ratio, capitalised(&other.replace('_', " "))),
        other => (Axis::Difference, capitalised(&other.replace('_', " "))),
    };
    let several = found.iter().any(|record| record.contrast != first.contrast);
    let label = |record: &Record| {
        let term = term_label(&record.term, released.catalogue());
        let contrast = if several {
            record.contrast.as_str()
        } else {
            ""
        };
        let level = said(released.catalogue().language, &record.level);
        let parts = [term.as_str(), level.as_str(), contrast];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(": ")
    };
    let rows = found.iter().map(|record| Line::of(label(record), record));
    let suffix = if by_size { "curve" } else { "forest" };
    Some(forest(
        released,
        analysis,
        suffix,
        axis,
        &measure,
        rows.collect(),
    ))
}

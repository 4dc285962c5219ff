//! The points of a curve as they are drawn, for checking and for drawing them again.

use super::curve::{Curve, Mark};
use crate::ReportError;

const HEADER: [&str; 7] = [
    "group",
    "time",
    "estimate",
    "conf_low",
    "conf_high",
    "n",
    "suppressed",
];

/// One line for every point, a withheld one without numbers.
///
/// # Errors
/// [`ReportError::Csv`] if the writer fails.
pub(crate) fn csv(curve: &Curve, key: &str) -> Result<String, ReportError> {
    let arms = curve.arms.iter().map(|arm| (&arm.name, &arm.marks));
    let gaps = curve.gaps.iter().map(|gap| (&gap.contrast, &gap.marks));
    let rows = arms.chain(gaps).flat_map(|(name, marks)| {
        let row = |mark| record(name, mark).to_vec();
        marks.iter().map(row).collect::<Vec<_>>()
    });
    write(key, &HEADER, rows)
}

/// A comma-separated file.
///
/// # Errors
/// [`ReportError::Csv`] if the writer fails.
pub(crate) fn write(
    key: &str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<String, ReportError> {
    let failed = |reason: String| ReportError::csv(key, reason);
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::Any(b'\n'))
        .from_writer(Vec::new());
    writer
        .write_record(header)
        .map_err(|error| failed(error.to_string()))?;
    for row in rows {
        writer
            .write_record(row)
            .map_err(|error| failed(error.to_string()))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| failed(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| failed(error.to_string()))
}

fn record(name: &str, mark: &Mark) -> [String; 7] {
    [
        name.to_owned(),
        number(mark.time),
        number(mark.estimate),
        number(mark.low),
        number(mark.high),
        mark.n.map(|n| n.to_string()).unwrap_or_default(),
        mark.suppressed.to_string(),
    ]
}

pub(crate) fn number(value: f64) -> String {
    if value.is_nan() {
        String::new()
    } else {
        value.to_string()
    }
}

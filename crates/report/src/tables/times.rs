//! Times to an event by arm: restricted means with their contrasts, or medians (where events
//! compete, incidences) with a test.

use super::adjusted::Adjusted;
use super::cells::{self, with_minus};
use super::table::{Row, RowKind, Table};
use crate::format::{UNDEFINED, WITHHELD, fixed, interval_name, percent, ratio};
use crate::select::Records;
use regtrial_results::{Analysis, Journal, Record, Released};

pub(crate) fn table(released: &Released, analysis: &Analysis) -> Option<Table> {
    let records = Records::of(released, &analysis.key);
    let catalogue = released.catalogue();
    let summary = ["restricted_mean", "median_survival", "cumulative_incidence"];
    let of_arm =
        |record: &Record| !record.group.is_empty() && summary.contains(&record.statistic.as_str());
    let first = records.find(of_arm)?;
    let arms = catalogue
        .arms
        .iter()
        .cloned()
        .chain(["all".to_owned()])
        .filter_map(|arm| records.of_arm(&analysis.outcome, &arm, &first.statistic));
    let arms: Vec<&Record> = arms.collect();
    let adjusted = Adjusted::of(&records, catalogue);
    let mut rows: Vec<Row> = arms
        .iter()
        .map(|record| {
            let mut row = arm(record, &records);
            row.cells.extend(adjusted.usual(None));
            row
        })
        .collect();
    let found = tests(&records, &catalogue.arms);
    let tests: Vec<&Record> = found.iter().map(|(_, record)| *record).collect();
    rows.extend(found.into_iter().map(|(label, record)| {
        let mut row = contrast(label, record, tested(record, &records), catalogue.journal);
        // The adjusted p-value stands beside the effect, whichever test it is made of.
        let effect = (!cells::is_permutation(record)).then_some(record);
        row.cells.extend(adjusted.usual(effect));
        row
    }));
    let interval = interval_name(catalogue.confidence);
    let until = fixed(first.time, 0);
    let summary = match first.statistic.as_str() {
        "restricted_mean" => format!("Restricted mean to day {until} ({interval})"),
        "median_survival" => format!("Median, days ({interval})"),
        _ => format!("Cumulative incidence at day {until}, % ({interval})"),
    };
    let is_test = first.statistic != "restricted_mean";
    let mut columns = vec![
        "Group".to_owned(),
        "Reached, n/N".to_owned(),
        summary,
        "χ² (df)".to_owned(),
        "p".to_owned(),
    ];
    let sources = tests.iter().map(|record| tested(record, &records));
    let sources: Vec<&Record> = sources.collect();
    let mut shown = vec![arms.clone(), arms, tests, sources];
    if !is_test {
        columns.remove(3);
        for row in &mut rows {
            row.cells.remove(2);
        }
        let contrasts = shown.remove(2);
        shown[1].extend(contrasts);
    }
    columns.extend(adjusted.headings());
    Some(Table::new(released, analysis, columns, rows).made_by(analysis, &shown, &[]))
}

/// Contrasts and tests in their order, with their labels.
fn tests<'a>(records: &Records<'a>, arms: &[String]) -> Vec<(String, &'a Record)> {
    let pairs = records.pairs(arms);
    let mut found = Vec::new();
    for record in records.iter().filter(|record| record.group.is_empty()) {
        let test = match (record.statistic.as_str(), record.method.as_str()) {
            (_, "permutation") => "Permutation test",
            ("restricted_mean_difference" | "restricted_mean_ratio", _) => {
                // Of several methods the first has the interval.
                if found
                    .iter()
                    .all(|(_, other): &(String, &Record)| !is_same(other, record))
                {
                    found.push((with_minus(&record.contrast), record));
                }
                continue;
            }
            (_, "log_rank") => "Log-rank test",
            (_, "fleming_harrington") => "Weighted log-rank test",
            (_, "gray") => "Gray's test",
            _ => continue,
        };
        let pair = pairs.iter().find(|pair| pair.is(&record.contrast));
        let groups = pair.map_or("all arms", |pair| pair.label.as_str());
        found.push((format!("{test}, {groups}"), record));
    }
    found
}

/// Whether two records are of one contrast, whatever their methods.
fn is_same(one: &Record, other: &Record) -> bool {
    (&one.statistic, &one.contrast) == (&other.statistic, &other.contrast)
        && !cells::is_permutation(one)
        && !cells::is_permutation(other)
}

/// The record that has the test of a contrast: of an interval by the bootstrap that of the usual method.
fn tested<'a>(record: &'a Record, records: &Records<'a>) -> &'a Record {
    let own = records.find(|other| is_same(record, other) && !other.p_value.is_nan());
    own.unwrap_or(record)
}

fn arm(record: &Record, records: &Records<'_>) -> Row {
    // A median may be withheld where the numbers behind it are not.
    let is_of_arm = |other: &&Record| {
        (&other.group, &other.outcome) == (&record.group, &record.outcome) && other.n.is_some()
    };
    let other = record.suppressed.then(|| records.iter().find(is_of_arm));
    let counted = other.flatten().unwrap_or(record);
    let reached = match (counted.events, counted.n) {
        _ if counted.suppressed => WITHHELD.to_owned(),
        (Some(events), Some(n)) => format!("{events}/{n}"),
        _ => UNDEFINED.to_owned(),
    };
    let summary = match record.statistic.as_str() {
        "cumulative_incidence" => cells::estimate(Some(record), percent),
        "median_survival" => cells::estimate(Some(record), |value| fixed(value, 0)),
        _ => cells::estimate(Some(record), |value| fixed(value, 1)),
    };
    let empty = String::new();
    let cells = vec![reached, summary, empty.clone(), empty];
    Row::new(RowKind::Plain, record.group.clone(), cells)
}

fn contrast(label: String, record: &Record, tested: &Record, journal: Journal) -> Row {
    let permuted = cells::is_permutation(record);
    let is_mean = record.statistic.starts_with("restricted_mean");
    let effect = match record.statistic.as_str() {
        _ if permuted => String::new(),
        "restricted_mean_ratio" => cells::estimate(Some(record), ratio),
        _ if is_mean => cells::estimate(Some(record), |value| fixed(value, 1)),
        _ => String::new(),
    };
    // A permutation has no reference distribution.
    let is_test = !is_mean && !permuted;
    let test = match (is_test, record.suppressed) {
        (false, _) => String::new(),
        (true, true) => WITHHELD.to_owned(),
        (true, false) => format!(
            "{} ({})",
            fixed(record.statistic_value, 2),
            fixed(record.df, 0)
        ),
    };
    let cells = vec![String::new(), effect, test, cells::p(Some(tested), journal)];
    Row::new(RowKind::Plain, label, cells)
}

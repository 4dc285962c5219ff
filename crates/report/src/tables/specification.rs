//! An effect under several definitions of its outcome: a row a definition.

use super::cells;
use super::table::{Row, RowKind, Table};
use super::term_label;
use crate::format::{WITHHELD, capitalised, interval_name};
use crate::select::Records;
use regtrial_results::{Analysis, Record, Released};

pub(crate) fn table(released: &Released, analysis: &Analysis) -> Option<Table> {
    let records = Records::of(released, &analysis.key);
    let journal = released.catalogue().journal;
    let first = records.iter().next()?;
    let what = match first.statistic.as_str() {
        "risk_difference" => "Risk difference, percentage points".to_owned(),
        other => capitalised(&other.replace('_', " ")),
    };
    let rows = records.iter().map(|record| {
        let of = match (record.contrast.as_str(), record.term.as_str()) {
            ("", "") => String::new(),
            ("", term) => term_label(term, released.catalogue()),
            (contrast, _) => cells::with_minus(contrast),
        };
        let n = record.n.map_or(WITHHELD.to_owned(), |n| n.to_string());
        let cells = vec![
            of,
            n,
            cells::effect(record),
            cells::p(Some(record), journal),
        ];
        Row::new(RowKind::Plain, record.level.clone(), cells)
    });
    let rows: Vec<Row> = rows.collect();
    let interval = interval_name(released.catalogue().confidence);
    let columns = vec![
        "Variant".to_owned(),
        "Effect of".to_owned(),
        "n".to_owned(),
        format!("{what} ({interval})"),
        "p".to_owned(),
    ];
    let all: Vec<&Record> = records.iter().collect();
    let shown = [Vec::new(), Vec::new(), all.clone(), all];
    Some(Table::new(released, analysis, columns, rows).made_by(analysis, &shown, &[]))
}

//! An effect by subgroup: a block a variable with its tests of interaction, a row a level.

use super::cells;
use super::table::{Row, RowKind, Table};
use crate::format::{WITHHELD, capitalised, interval_name};
use crate::select::Records;
use regtrial_results::{Analysis, Record, Released};

pub(crate) fn table(released: &Released, analysis: &Analysis) -> Option<Table> {
    let records = Records::of(released, &analysis.key);
    let journal = released.catalogue().journal;
    let effects: Vec<&Record> = records
        .iter()
        .filter(|r| r.statistic != "interaction")
        .collect();
    let first = effects.first()?;
    let mut variables: Vec<&str> = Vec::new();
    for record in records.iter() {
        if !variables.contains(&record.term.as_str()) {
            variables.push(&record.term);
        }
    }
    let mut rows = Vec::new();
    for variable in variables {
        let test = |scale: &str| {
            let found = records
                .find(|r| r.term == variable && r.statistic == "interaction" && r.scale == scale);
            cells::p(found, journal)
        };
        let known = released
            .catalogue()
            .variables
            .iter()
            .find(|v| v.key == variable);
        let label = known.map_or(variable, |variable| variable.label.as_str());
        let blank = || String::new();
        let heading = vec![blank(), blank(), blank(), test("identity"), test("log")];
        rows.push(Row::new(RowKind::Heading, label, heading));
        for record in effects.iter().filter(|record| record.term == variable) {
            let n = record.n.map_or(WITHHELD.to_owned(), |n| n.to_string());
            let cells = vec![
                cells::with_minus(&record.contrast),
                n,
                cells::effect(record),
                blank(),
                blank(),
            ];
            rows.push(Row::new(RowKind::Detail, record.level.clone(), cells));
        }
    }
    let what = match first.statistic.as_str() {
        "risk_difference" => "Risk difference, percentage points".to_owned(),
        other => capitalised(&other.replace('_', " ")),
    };
    let columns = vec![
        "Subgroup".to_owned(),
        "Contrast".to_owned(),
        "n".to_owned(),
        format!(
            "{what} ({})",
            interval_name(released.catalogue().confidence)
        ),
        "p, interaction (difference)".to_owned(),
        "p, interaction (ratio)".to_owned(),
    ];
    let interactions = |scale: &str| -> Vec<&Record> {
        let found = records.iter();
        let found = found.filter(|r| r.statistic == "interaction" && r.scale == scale);
        found.collect()
    };
    let (of_difference, of_ratio) = (interactions("identity"), interactions("log"));
    let shown = [Vec::new(), Vec::new(), effects, of_difference, of_ratio];
    Some(Table::new(released, analysis, columns, rows).made_by(analysis, &shown, &[]))
}

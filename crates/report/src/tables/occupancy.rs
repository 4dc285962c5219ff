//! The share of people in each state, by month and arm: a block an arm, a row a month.

use super::cells;
use super::table::{Row, RowKind, Table};
use crate::select::Records;
use regtrial_results::{Analysis, Record, Released};

pub(crate) fn table(released: &Released, analysis: &Analysis) -> Option<Table> {
    let records = Records::of(released, &analysis.key);
    let states = distinct(records.iter().map(|record| record.level.as_str()));
    let arms = distinct(records.iter().map(|record| record.group.as_str()));
    let mut rows = Vec::new();
    for arm in arms {
        let empty = states.iter().map(|_| String::new()).collect();
        rows.push(Row::new(RowKind::Heading, arm, empty));
        let of_arm: Vec<&Record> = records.iter().filter(|r| r.group == arm).collect();
        let mut months: Vec<f64> = of_arm.iter().map(|record| record.time).collect();
        months.dedup();
        for month in months {
            let of = |state: &&str| {
                let mut found = of_arm.iter().copied();
                found.find(|r| r.time == month && r.level == **state)
            };
            let cells = states.iter().map(|state| cells::events(of(state)));
            let label = month.to_string();
            rows.push(Row::new(RowKind::Detail, label, cells.collect()));
        }
    }
    let mut columns = vec!["Month".to_owned()];
    columns.extend(states.iter().map(|state| format!("{state}, n/N (%)")));
    let of =
        |state: &&str| -> Vec<&Record> { records.iter().filter(|r| r.level == **state).collect() };
    let shown: Vec<Vec<&Record>> = states.iter().map(of).collect();
    (!rows.is_empty())
        .then(|| Table::new(released, analysis, columns, rows).made_by(analysis, &shown, &[]))
}

/// Each text once, in order of appearance; records of a state in a month come in blocks.
fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for text in texts {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

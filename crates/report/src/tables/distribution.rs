//! The distribution of an outcome: a row a group, a column an arm.

use super::cells;
use super::table::{Row, RowKind, Table};
use crate::select::Records;
use regtrial_results::{Analysis, Record, Released};

pub(crate) fn table(released: &Released, analysis: &Analysis) -> Option<Table> {
    let records = Records::of(released, &analysis.key);
    let mut groups: Vec<&str> = Vec::new();
    let mut arms: Vec<&str> = Vec::new();
    for record in records.iter() {
        if !groups.contains(&record.level.as_str()) {
            groups.push(&record.level);
        }
        if !arms.contains(&record.group.as_str()) {
            arms.push(&record.group);
        }
    }
    let at = |group: &str, arm: &str| records.find(|r| r.level == group && r.group == arm);
    let rows = groups.iter().map(|group| {
        let cells = arms.iter().map(|arm| cells::events(at(group, arm)));
        Row::new(RowKind::Plain, *group, cells.collect())
    });
    let rows: Vec<Row> = rows.collect();
    let mut columns = vec![analysis.effect.clone()];
    columns.extend(arms.iter().map(|arm| format!("{arm}, n/N (%)")));
    let of_arm = |arm: &&str| -> Vec<&Record> {
        records
            .iter()
            .filter(|record| record.group == **arm)
            .collect()
    };
    let shown: Vec<Vec<&Record>> = arms.iter().map(of_arm).collect();
    (!rows.is_empty())
        .then(|| Table::new(released, analysis, columns, rows).made_by(analysis, &shown, &[]))
}

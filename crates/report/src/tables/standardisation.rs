//! Standardised risks (or means) of every arm, and their contrasts.

use super::adjusted::Adjusted;
use super::cells;
use super::table::{Row, RowKind, Table};
use crate::format::interval_name;
use crate::select::{Pair, Records};
use regtrial_results::{Analysis, Journal, Record, Released};

/// The contrasts that may be there, as records and readers name them.
const CONTRASTS: [(&str, &str); 4] = [
    ("risk_difference", "Risk difference, percentage points"),
    ("mean_difference", "Mean difference"),
    ("risk_ratio", "Risk ratio"),
    ("odds_ratio", "Odds ratio"),
];

pub(crate) fn table(released: &Released, analysis: &Analysis) -> Option<Table> {
    let catalogue = released.catalogue();
    let records = Records::of(released, &analysis.key);
    let pairs = records.pairs(&catalogue.arms);
    let adjusted = Adjusted::of(&records, catalogue);
    let mut rows = arms(&records, &catalogue.arms, adjusted);
    rows.extend(
        pairs.iter().flat_map(|pair| {
            contrasts(&records, pair, pairs.len() > 1, catalogue.journal, adjusted)
        }),
    );
    let permuted = records
        .iter()
        .filter(|record| cells::is_permutation(record));
    let permuted: Vec<&Record> = permuted.collect();
    rows.extend(permuted.iter().filter_map(|record| {
        let pair = pairs.iter().find(|pair| pair.is(&record.contrast))?;
        let p = cells::p(Some(record), catalogue.journal);
        let cells = [vec![String::new(), p], adjusted.usual(None)].concat();
        let label = cells::permutation_label(&pair.label);
        Some(Row::new(RowKind::Plain, label, cells))
    }));
    let mut columns = vec![
        "Arm".to_owned(),
        format!("Estimate ({})", interval_name(catalogue.confidence)),
        "p".to_owned(),
    ];
    columns.extend(adjusted.headings());
    let notes = match pairs.as_slice() {
        [pair] => vec![format!("Contrasts: {}.", pair.label)],
        _ => Vec::new(),
    };
    let is_shown = |record: &&Record| !record.group.is_empty() || !record.contrast.is_empty();
    let all: Vec<&Record> = records.iter().filter(is_shown).collect();
    // The first record of a statistic has the interval, the first with a p-value the test.
    let first = |wanted: &dyn Fn(&Record) -> bool| {
        let mut found: Vec<&Record> = Vec::new();
        for record in all.iter().filter(|record| wanted(record)) {
            if found
                .iter()
                .all(|other| other.statistic != record.statistic)
            {
                found.push(record);
            }
        }
        found
    };
    let tested = first(&|record| !record.p_value.is_nan());
    let shown = [first(&|_| true), [tested, permuted].concat()];
    (!rows.is_empty()).then(|| {
        Table::new(released, analysis, columns, rows)
            .with_notes(notes)
            .made_by(analysis, &shown, &[])
    })
}

fn arms(records: &Records<'_>, arms: &[String], adjusted: Adjusted) -> Vec<Row> {
    let blank = || [vec![String::new()], adjusted.usual(None)].concat();
    let of = |arm: &str, statistic: &str| {
        records.find(|record| record.group == arm && record.statistic == statistic)
    };
    let mut rows = Vec::new();
    for (statistic, heading) in [
        ("risk", "Standardised risk, %"),
        ("mean", "Standardised mean"),
    ] {
        let found: Vec<(&String, &Record)> = arms
            .iter()
            .filter_map(|arm| of(arm, statistic).map(|record| (arm, record)))
            .collect();
        if found.is_empty() {
            continue;
        }
        rows.push(Row::new(
            RowKind::Heading,
            heading,
            [vec![String::new()], blank()].concat(),
        ));
        rows.extend(found.into_iter().map(|(arm, record)| {
            let cells = [vec![cells::effect(record)], blank()].concat();
            Row::new(RowKind::Detail, arm.clone(), cells)
        }));
    }
    rows
}

fn contrasts(
    records: &Records<'_>,
    pair: &Pair,
    named: bool,
    journal: Journal,
    adjusted: Adjusted,
) -> Vec<Row> {
    let found = CONTRASTS.iter().filter_map(|(statistic, label)| {
        let record = records.find(|r| pair.is(&r.contrast) && r.statistic == *statistic)?;
        let label = if named {
            format!("{label}, {}", pair.label)
        } else {
            (*label).to_owned()
        };
        // Of an interval by the bootstrap the p-value is that of the usual method.
        let tested = records
            .find(|r| pair.is(&r.contrast) && r.statistic == *statistic && !r.p_value.is_nan());
        let mut cells = vec![
            cells::effect(record),
            cells::p(tested.or(Some(record)), journal),
        ];
        cells.extend(adjusted.usual(Some(record)));
        Some(Row::new(RowKind::Plain, label, cells))
    });
    found.collect()
}

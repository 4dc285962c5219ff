//! Events that happen again by arm: rates over person-time, or mean counts, and their ratios.

use super::adjusted::Adjusted;
use super::cells;
use super::table::{Row, RowKind, Table};
use crate::format::{UNDEFINED, WITHHELD, coefficient_decimals, fixed, interval_name, ratio};
use crate::select::Records;
use regtrial_results::{Analysis, Record, Released};

const DAYS_A_YEAR: f64 = 365.25;

pub(crate) fn table(released: &Released, analysis: &Analysis) -> Option<Table> {
    let records = Records::of(released, &analysis.key);
    let catalogue = released.catalogue();
    let is_summary = |record: &Record| {
        matches!(record.statistic.as_str(), "rate" | "mean_cumulative_count")
            && !record.group.is_empty()
    };
    let first = records.find(is_summary)?;
    let over_time = first.statistic == "rate";
    let names = catalogue.arms.iter().cloned().chain(["all".to_owned()]);
    let arms = names.filter_map(|arm| {
        let summary = records.of_arm(&analysis.outcome, &arm, &first.statistic)?;
        let time = records.of_arm(&analysis.outcome, &arm, "person_days");
        Some(of_arm(summary, time, over_time))
    });
    let adjusted = Adjusted::of(&records, catalogue);
    let mut rows: Vec<Row> = arms.collect();
    let width = rows.first().map_or(0, |row| row.cells.len());
    for row in &mut rows {
        row.cells.extend(adjusted.usual(None));
    }
    for pair in records.pairs(&catalogue.arms) {
        for (statistic, name) in [
            ("rate_ratio", "Rate ratio"),
            ("rate_difference", "Rate difference"),
        ] {
            if let Some(record) = records.of_pair(&analysis.outcome, &pair, statistic) {
                let mut cells = vec![String::new(); width];
                cells[width - 2] = match statistic {
                    "rate_ratio" => cells::estimate(Some(record), ratio),
                    _ => cells::effect(record),
                };
                cells[width - 1] = cells::p(Some(record), catalogue.journal);
                cells.extend(adjusted.usual(Some(record)));
                let label = format!("{name}, {}", pair.label);
                rows.push(Row::new(RowKind::Plain, label, cells));
            }
        }
    }
    let permuted = records
        .iter()
        .filter(|record| cells::is_permutation(record));
    for record in permuted {
        let pairs = records.pairs(&catalogue.arms);
        let pair = pairs.iter().find(|pair| pair.is(&record.contrast));
        let mut cells = vec![String::new(); width];
        cells[width - 1] = cells::p(Some(record), catalogue.journal);
        cells.extend(adjusted.usual(None));
        let label = cells::permutation_label(pair.map_or("", |pair| pair.label.as_str()));
        rows.push(Row::new(RowKind::Plain, label, cells));
    }
    let interval = interval_name(catalogue.confidence);
    let mut columns = vec!["Group".to_owned(), "People".to_owned(), "Events".to_owned()];
    if over_time {
        columns.push("Person-years".to_owned());
        columns.push(format!("Rate per {} ({interval})", analysis.effect));
    } else {
        let until = fixed(first.time, 0);
        columns.push(format!("Mean count to day {until} ({interval})"));
    }
    columns.push("p".to_owned());
    columns.extend(adjusted.headings());
    let of_effects = |record: &&Record| is_summary(record) || !record.contrast.is_empty();
    let effects: Vec<&Record> = records.iter().filter(of_effects).collect();
    let mut shown = vec![Vec::new(); columns.len() - 1];
    // Between the counts and the p-value stands what is estimated.
    shown[width - 2] = effects.clone();
    shown[width - 1] = effects;
    let table = Table::new(released, analysis, columns, rows).with_notes(notes(&records));
    Some(table.made_by(analysis, &shown, &[]))
}

fn of_arm(summary: &Record, time: Option<&Record>, over_time: bool) -> Row {
    let count = |count: Option<u64>| match count {
        _ if summary.suppressed => WITHHELD.to_owned(),
        Some(count) => count.to_string(),
        None => UNDEFINED.to_owned(),
    };
    let mut cells = vec![count(summary.n), count(summary.events)];
    if over_time {
        cells.push(match time {
            Some(record) if record.suppressed => WITHHELD.to_owned(),
            Some(record) => fixed(record.estimate / DAYS_A_YEAR, 1),
            None => UNDEFINED.to_owned(),
        });
    }
    // Of a rate the error is that of its logarithm.
    let error = match summary.scale.as_str() {
        "log" => summary.std_error * summary.estimate,
        _ => summary.std_error,
    };
    let digits = coefficient_decimals(error);
    cells.push(cells::estimate(Some(summary), |value| fixed(value, digits)));
    cells.push(String::new());
    Row::new(RowKind::Plain, summary.group.clone(), cells)
}

fn notes(records: &Records<'_>) -> Vec<String> {
    let of = |name: &str| records.find(|record| record.statistic == name);
    let people = [("People", "observations"), ("left out", "dropped")];
    let mut notes: Vec<String> = cells::numbers_of(&people, of).into_iter().collect();
    let spread = [("Theta", "theta"), ("Dispersion", "dispersion")];
    for (label, name) in spread {
        if let Some(record) = of(name).filter(|record| record.estimate.is_finite()) {
            notes.push(format!("{label}: {}.", fixed(record.estimate, 2)));
        }
    }
    notes
}

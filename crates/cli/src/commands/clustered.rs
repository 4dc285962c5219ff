//! Tests of clusters that were allotted whole, beside the others of `compare` and `survive`.

use crate::data;
use crate::failure::Failure;
use polars::prelude::DataFrame;
use regtrial_results::{Cells, Record};
use regtrial_stats::survival::FollowUp;
use regtrial_stats::survival::log_rank::FlemingHarrington;
use regtrial_stats::two_samples::clustered::{log_rank, rank_sum};
use regtrial_stats::{Estimate, StatsError};
use regtrial_study::analysis::records::{contrast, record};
use regtrial_study::analysis::survival::TimeToEvent;
use std::collections::BTreeMap;

/// The cluster of each row.
pub(super) struct Clusters {
    column: String,
    labels: Vec<Option<u64>>,
}

impl Clusters {
    pub(super) fn new(frame: &DataFrame, column: &str) -> Result<Self, Failure> {
        let texts = data::texts(frame, column)?;
        let mut numbers: BTreeMap<&String, u64> = texts.iter().flatten().map(|t| (t, 0)).collect();
        for (number, value) in numbers.values_mut().enumerate() {
            *value = number as u64;
        }
        let number = |text: &Option<String>| text.as_ref().map(|text| numbers[text]);
        Ok(Self {
            column: column.to_owned(),
            labels: texts.iter().map(number).collect(),
        })
    }

    /// Those of some rows.
    pub(super) fn of(&self, rows: &[usize]) -> Result<Vec<u64>, Failure> {
        let label = |&row: &usize| {
            self.labels[row].ok_or_else(|| {
                let rule = format!("data row {}: column `{}` is empty", row + 1, self.column);
                Failure::message("column_type", rule)
                    .with_help("a person without a cluster cannot be placed: fill it in")
            })
        };
        rows.iter().map(label).collect()
    }

    /// The rank-sum test of the clusters of two arms, the treated one first.
    pub(super) fn rank_sum(
        &self,
        texts: &[Option<String>],
        values: &[f64],
        [treated, control]: [&String; 2],
    ) -> Result<Estimate, Failure> {
        let own = |text: &Option<String>| {
            text.as_ref() == Some(treated) || text.as_ref() == Some(control)
        };
        let known = |row: &usize| own(&texts[*row]) && !values[*row].is_nan();
        let rows: Vec<usize> = (0..values.len()).filter(known).collect();
        let y: Vec<f64> = rows.iter().map(|&row| values[row]).collect();
        let arm = |&row: &usize| usize::from(texts[row].as_ref() == Some(treated));
        let arm: Vec<usize> = rows.iter().map(arm).collect();
        let test = rank_sum(&y, &arm, &self.of(&rows)?);
        test.map_err(|error| Failure::stats(&error, None))
    }
}

/// The log-rank test of the clusters of every pair of groups; `cluster` holds a label a person.
pub(super) fn log_ranks(
    people: &TimeToEvent,
    cluster: &[u64],
    weights: FlemingHarrington,
) -> Result<Vec<Record>, StatsError> {
    let mut found = Vec::new();
    for treated in 1..people.groups.len() {
        for control in 0..treated {
            let of_pair = |i: &usize| [treated, control].contains(&people.group[*i]);
            let rows: Vec<usize> = (0..people.time.len()).filter(of_pair).collect();
            let time: Vec<f64> = rows.iter().map(|&i| people.time[i]).collect();
            let event: Vec<bool> = rows.iter().map(|&i| people.cause[i] == 1).collect();
            let arm = |&i: &usize| usize::from(people.group[i] == treated);
            let arm: Vec<usize> = rows.iter().map(arm).collect();
            let own: Vec<u64> = rows.iter().map(|&i| cluster[i]).collect();
            let estimate = log_rank(&FollowUp::new(&time, &event)?, &arm, &own, weights)?;
            let mut made = record("survive", "all rows", &estimate);
            made.contrast = contrast(&estimate, &people.groups[treated], &people.groups[control]);
            let count = |of: usize, wanted: bool| {
                let both = arm.iter().zip(&event);
                both.filter(|(arm, event)| **arm == of && **event == wanted)
                    .count() as u64
            };
            let counts = [
                count(1, true),
                count(1, false),
                count(0, true),
                count(0, false),
            ];
            made.n = Some(rows.len() as u64);
            made.events = Some(counts[0] + counts[2]);
            made.cells = Cells::counts(counts);
            found.push(made);
        }
    }
    Ok(found)
}

//! What `compare` adds where there are several contrasts, or random allocations are asked for.

use super::minimised;
use crate::args::{CompareArgs, MultiplicityChoice};
use crate::data;
use crate::failure::Failure;
use polars::prelude::DataFrame;
use regtrial_results::{DiagnosticRecord, Record};
use regtrial_stats::StatsError;
use regtrial_stats::multiplicity::{Adjustment, adjust};
use regtrial_study::analysis::allocation::{
    Allocation, Replicates, Scheme, difference_of_means, into_record, numbered,
};
use std::collections::BTreeMap;

/// Adjusts the p-values of every statistic and method over the contrasts.
pub(crate) fn adjusted(records: &mut [Record], choice: MultiplicityChoice) -> Result<(), Failure> {
    let how = match choice {
        MultiplicityChoice::Bonferroni => Adjustment::Bonferroni,
        MultiplicityChoice::Holm => Adjustment::Holm,
        MultiplicityChoice::Hochberg => Adjustment::Hochberg,
        MultiplicityChoice::Hommel => Adjustment::Hommel,
        MultiplicityChoice::Bh => Adjustment::BenjaminiHochberg,
        MultiplicityChoice::By => Adjustment::BenjaminiYekutieli,
    };
    let mut families: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (i, record) in records.iter().enumerate() {
        if !record.contrast.is_empty() && !record.p_value.is_nan() {
            let family = (record.statistic.clone(), record.method.clone());
            families.entry(family).or_default().push(i);
        }
    }
    for members in families.into_values() {
        let p_values: Vec<f64> = members.iter().map(|&i| records[i].p_value).collect();
        let values = adjust(&p_values, how).map_err(|error| Failure::stats(&error, None))?;
        for (i, value) in members.into_iter().zip(values) {
            records[i].p_value_adjusted = value;
        }
    }
    Ok(())
}

/// The arms of a file as they were allotted, and the rows with a value.
pub(crate) struct Replay {
    allocation: Allocation,
    value: Vec<f64>,
    valued: Vec<usize>,
    replicates: Replicates,
}

impl Replay {
    /// Nothing if no permutation is asked for.
    pub(crate) fn new(
        args: &CompareArgs,
        frame: &DataFrame,
        arms: &[String],
        texts: &[Option<String>],
        values: &[f64],
    ) -> Result<Option<Self>, Failure> {
        let (Some(number), Some(seed)) = (args.permutations, args.seed) else {
            return Ok(None);
        };
        let arm = |text: &Option<String>| arms.iter().position(|arm| Some(arm) == text.as_ref());
        let arm: Vec<Option<usize>> = texts.iter().map(arm).collect();
        let valued = |row: &usize| arm[*row].is_some() && !values[*row].is_nan();
        let valued: Vec<usize> = (0..values.len()).filter(valued).collect();
        let scheme = match (&args.within, args.minimise.minimise.is_empty()) {
            (Some(column), _) => Scheme::Within(within(frame, column, &valued)?),
            (None, true) => Scheme::Simple,
            (None, false) => Scheme::Minimised(minimised::rule(args, frame, &arm, arms.len())?),
        };
        let clusters = match &args.cluster {
            Some(column) => Some(within(frame, column, &valued)?),
            None => None,
        };
        Ok(Some(Self {
            allocation: Allocation {
                arm,
                scheme,
                clusters,
            },
            value: values.to_vec(),
            valued,
            replicates: Replicates { number, seed },
        }))
    }

    /// What is fragile about the replay.
    pub(crate) fn remark(&self) -> Option<DiagnosticRecord> {
        let few = (self.replicates.number < 19).then(|| DiagnosticRecord {
            code: "few_permutations".to_owned(),
            severity: "warning".to_owned(),
            term: None,
            message: format!(
                "of so few random allocations no p-value is below 1/{}: ask for 999 or more",
                self.replicates.number + 1
            ),
        });
        few.or_else(|| self.allocation.remark())
    }

    /// Writes the test of the difference of two arms' means into a record.
    pub(crate) fn test(&self, pair: (usize, usize), record: &mut Record) -> Result<(), StatsError> {
        let statistic =
            |rows: &[usize], treated: &[usize]| difference_of_means(&self.value, rows, treated);
        let fit = self
            .allocation
            .test(pair, &self.valued, self.replicates, statistic)?;
        into_record(&fit, record);
        Ok(())
    }
}

/// The strata or blocks, which whoever is compared needs.
fn within(frame: &DataFrame, column: &str, valued: &[usize]) -> Result<Vec<usize>, Failure> {
    let labels = data::texts(frame, column)?;
    if valued.iter().any(|&row| labels[row].is_none()) {
        let rule = format!("column `{column}` is missing for someone with arm and outcome");
        return Err(Failure::message("missing_value", rule));
    }
    Ok(numbered(&labels))
}

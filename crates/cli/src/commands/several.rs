//! What `compare` adds where there are several contrasts, or random allocations are asked for.

use super::minimised;
use crate::args::{CompareArgs, MultiplicityChoice};
use crate::data;
use crate::failure::Failure;
use polars::prelude::DataFrame;
use regtrial_results::{DiagnosticRecord, Record};
use regtrial_stats::multiplicity::{Adjustment, adjust};
use regtrial_stats::resampling::{
    Alternative, Minimisation, Permutation, PermutationFit, Randomisation,
};
use regtrial_stats::{Estimate, Method, Statistic, StatsError};
use std::collections::{BTreeMap, BTreeSet};

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

/// The rows of a permutation test: arm, value, and the level within which arms are exchanged.
pub(crate) struct Allocation {
    arm: Vec<Option<usize>>,
    value: Vec<f64>,
    within: Option<Vec<String>>,
    rule: Option<Minimisation>,
}

impl Allocation {
    /// Rows with an arm and a value.
    pub(crate) fn new(
        args: &CompareArgs,
        frame: &DataFrame,
        arms: &[String],
        texts: &[Option<String>],
        values: &[f64],
    ) -> Result<Self, Failure> {
        let arm = |text: &Option<String>| arms.iter().position(|arm| Some(arm) == text.as_ref());
        let within = match &args.within {
            None => None,
            Some(column) => {
                let labels = data::texts(frame, column)?;
                let missing = (0..values.len()).any(|i| {
                    arm(&texts[i]).is_some() && !values[i].is_nan() && labels[i].is_none()
                });
                if missing {
                    let rule =
                        format!("column `{column}` is missing for someone with arm and outcome");
                    return Err(Failure::message("missing_value", rule));
                }
                Some(labels.into_iter().map(Option::unwrap_or_default).collect())
            }
        };
        let arm: Vec<Option<usize>> = texts.iter().map(arm).collect();
        let rule = match args.minimise.minimise.is_empty() {
            true => None,
            false => Some(minimised::rule(args, frame, &arm, arms.len())?),
        };
        Ok(Self {
            arm,
            value: values.to_vec(),
            within,
            rule,
        })
    }

    /// What is fragile about the replay.
    pub(crate) fn diagnostic(&self) -> Option<DiagnosticRecord> {
        minimised::diagnostic(self.rule.as_ref()?, &self.arm)
    }

    /// The test of the difference of two arms' means under re-allocation.
    pub(crate) fn test(
        &self,
        (treated, control): (usize, usize),
        statistic: Statistic,
        replicates: usize,
        seed: u64,
    ) -> Result<Estimate, StatsError> {
        if let Some(rule) = &self.rule {
            let arms: Vec<usize> = self.arm.iter().flatten().copied().collect();
            let difference = |arms: &[usize]| self.difference(arms, treated, control);
            let test = Permutation {
                replicates,
                seed,
                randomisation: Randomisation::Minimisation(rule.clone()),
                alternative: Alternative::TwoSided,
            };
            return Ok(estimate(statistic, test.run(&arms, difference)?));
        }
        let rows: Vec<usize> = (0..self.value.len())
            .filter(|&i| !self.value[i].is_nan())
            .filter(|&i| self.arm[i] == Some(treated) || self.arm[i] == Some(control))
            .collect();
        let arm: Vec<usize> = rows
            .iter()
            .map(|&i| usize::from(self.arm[i] == Some(treated)))
            .collect();
        let value: Vec<f64> = rows.iter().map(|&i| self.value[i]).collect();
        let randomisation = match &self.within {
            None => Randomisation::Complete,
            Some(labels) => {
                let levels: BTreeSet<&String> = rows.iter().map(|&i| &labels[i]).collect();
                let number: BTreeMap<&String, usize> = levels
                    .into_iter()
                    .enumerate()
                    .map(|(n, level)| (level, n))
                    .collect();
                Randomisation::Strata(rows.iter().map(|&i| number[&labels[i]]).collect())
            }
        };
        let difference = |arm: &[usize]| {
            let (mut sums, mut sizes) = ([0.0; 2], [0.0; 2]);
            for (&arm, value) in arm.iter().zip(&value) {
                sums[arm] += value;
                sizes[arm] += 1.0;
            }
            Some(sums[1] / sizes[1] - sums[0] / sizes[0])
        };
        let test = Permutation {
            replicates,
            seed,
            randomisation,
            alternative: Alternative::TwoSided,
        };
        Ok(estimate(statistic, test.run(&arm, difference)?))
    }

    /// The difference of the means of those with a value, if both arms have someone.
    fn difference(&self, arms: &[usize], treated: usize, control: usize) -> Option<f64> {
        let mean = |wanted: usize| {
            let own = arms.iter().zip(&self.value);
            let own = own.filter(|(arm, value)| **arm == wanted && !value.is_nan());
            let (sum, n) = own.fold((0.0, 0.0), |(sum, n), (_, value)| (sum + value, n + 1.0));
            (n > 0.0).then(|| sum / n)
        };
        Some(mean(treated)? - mean(control)?)
    }
}

fn estimate(statistic: Statistic, fit: PermutationFit) -> Estimate {
    let mut estimate = Estimate::point(statistic, Method::Permutation, fit.observed);
    estimate.p_value = fit.p_value;
    estimate
}

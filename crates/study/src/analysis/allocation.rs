//! How the arms were allotted, and the permutation test that allots them again: for plans and for
//! ad-hoc comparisons alike.

use super::records::diagnostic;
use polars::prelude::{Column, DataType, PolarsError};
use regtrial_results::{DiagnosticRecord, Record};
use regtrial_stats::StatsError;
use regtrial_stats::resampling::{
    Alternative, Minimisation, Permutation, PermutationFit, Randomisation,
};
use std::collections::BTreeMap;

/// The arms as they were allotted.
#[derive(Debug, Clone, PartialEq)]
pub struct Allocation {
    /// The arm of each row, if it has one.
    pub arm: Vec<Option<usize>>,
    /// How it came about.
    pub scheme: Scheme,
    /// The cluster of each row, if whole clusters were allotted: labels of the scheme are then those of
    /// clusters. Minimisation is of people.
    pub clusters: Option<Vec<usize>>,
}

/// How arms were allotted.
#[derive(Debug, Clone, PartialEq)]
pub enum Scheme {
    /// Everyone alike.
    Simple,
    /// Within strata or blocks, one label a row.
    Within(Vec<usize>),
    /// By minimisation, which needs an arm in every row.
    Minimised(Minimisation),
}

/// How many allocations, and from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replicates {
    /// Random allocations.
    pub number: usize,
    /// Seed.
    pub seed: u64,
}

impl Allocation {
    /// Tests two arms, the treated one first, over the rows that have a value. `statistic` is given
    /// rows of the two arms and of each whether it is treated (1) or not (0); it is 0 where the arms do
    /// not differ, and nothing where it has no value. Minimisation allots all arms anew, so that which
    /// rows belong to the two varies.
    ///
    /// # Errors
    /// Those of [`Permutation::run`].
    pub fn test(
        &self,
        (treated, control): (usize, usize),
        valued: &[usize],
        replicates: Replicates,
        statistic: impl Fn(&[usize], &[usize]) -> Option<f64> + Sync,
    ) -> Result<PermutationFit, StatsError> {
        self.test_arms((treated, control), valued, replicates, |arms| {
            let own = of_pair(arms, valued, (treated, control));
            let flag = |&row: &usize| usize::from(arms[row] == Some(treated));
            let flags: Vec<usize> = own.iter().map(flag).collect();
            statistic(&own, &flags)
        })
    }

    /// The same with a statistic that is given the arm of every row. Arms are exchanged among the rows of
    /// the two arms that have a value, all others keep theirs; minimisation allots everyone anew.
    ///
    /// # Errors
    /// Those of [`Permutation::run`].
    pub fn test_arms(
        &self,
        (treated, control): (usize, usize),
        valued: &[usize],
        replicates: Replicates,
        statistic: impl Fn(&[Option<usize>]) -> Option<f64> + Sync,
    ) -> Result<PermutationFit, StatsError> {
        let test = |randomisation| Permutation {
            replicates: replicates.number,
            seed: replicates.seed,
            randomisation,
            alternative: Alternative::TwoSided,
        };
        if let Scheme::Minimised(rule) = &self.scheme {
            let arms: Vec<usize> = self.arm.iter().flatten().copied().collect();
            let test = test(Randomisation::Minimisation(rule.clone()));
            return test.run(&arms, |arms| {
                statistic(&arms.iter().map(|arm| Some(*arm)).collect::<Vec<_>>())
            });
        }
        let own = of_pair(&self.arm, valued, (treated, control));
        let flag = |&row: &usize| usize::from(self.arm[row] == Some(treated));
        let flags: Vec<usize> = own.iter().map(flag).collect();
        let pick = |labels: &Vec<usize>| own.iter().map(|&row| labels[row]).collect::<Vec<_>>();
        let within = match &self.scheme {
            Scheme::Within(labels) => Some(pick(labels)),
            _ => None,
        };
        let randomisation = match (&self.clusters, within) {
            (Some(labels), within) => Randomisation::Clusters {
                clusters: pick(labels),
                within,
            },
            (None, Some(labels)) => Randomisation::Strata(labels),
            (None, None) => Randomisation::Complete,
        };
        test(randomisation).run(&flags, |flags| {
            let mut arms = self.arm.clone();
            for (&row, &flag) in own.iter().zip(flags) {
                arms[row] = Some(if flag == 1 { treated } else { control });
            }
            statistic(&arms)
        })
    }

    /// What is fragile: a warning where arms do not look as if they came from the rule of minimisation that is
    /// given, a note where few allocations of whole clusters are possible.
    #[must_use]
    pub fn remark(&self) -> Option<DiagnosticRecord> {
        if let Some(clusters) = &self.clusters {
            return few_allocations(self.possible(clusters));
        }
        let Scheme::Minimised(rule) = &self.scheme else {
            return None;
        };
        let arms: Vec<usize> = self.arm.iter().flatten().copied().collect();
        let found = rule.agreement(&arms).ok()?;
        let (n, p) = (found.decided as f64, rule.probability);
        let far = found.preferred as f64 - n * p;
        // 3.3 standard errors: one trial in a thousand.
        (far.abs() > 3.3 * (n * p * (1.0 - p)).sqrt()).then(|| {
            let often = if far > 0.0 { "more" } else { "less" };
            let message = format!(
                "the arm that balances best was taken {often} often than the probability {p} says: \
                 look at the order, the factors, the measure of imbalance and the probability"
            );
            diagnostic("minimisation_rule", "warning", None, &message)
        })
    }
}

impl Allocation {
    /// In how many ways the clusters can be allotted, the numbers of clusters in each arm of a stratum held.
    fn possible(&self, clusters: &[usize]) -> f64 {
        let mut first: BTreeMap<usize, usize> = BTreeMap::new();
        for (row, &cluster) in clusters.iter().enumerate() {
            first.entry(cluster).or_insert(row);
        }
        let mut counts: BTreeMap<usize, BTreeMap<usize, u32>> = BTreeMap::new();
        for &row in first.values() {
            let stratum = match &self.scheme {
                Scheme::Within(labels) => labels[row],
                _ => 0,
            };
            if let Some(arm) = self.arm[row] {
                *counts.entry(stratum).or_default().entry(arm).or_default() += 1;
            }
        }
        // Multinomial coefficients, a factor at a time.
        let ways = |arms: &BTreeMap<usize, u32>| {
            let mut placed = 0.0;
            let mut ways = 1.0;
            for &number in arms.values() {
                for k in 1..=number {
                    placed += 1.0;
                    ways = ways * placed / f64::from(k);
                }
            }
            ways
        };
        counts.values().map(ways).product()
    }
}

fn few_allocations(possible: f64) -> Option<DiagnosticRecord> {
    // Below this a p-value of 0.01 by a two-sided test is out of reach, or nearly.
    (possible < 400.0).then(|| {
        let message = format!(
            "the clusters can be allotted in {possible:.0} ways: a p-value is hardly ever below {:.4}",
            1.0 / possible
        );
        diagnostic("few_allocations", "note", None, &message)
    })
}

fn of_pair(
    arms: &[Option<usize>],
    valued: &[usize],
    (treated, control): (usize, usize),
) -> Vec<usize> {
    let is_in = |row: &usize| arms[*row] == Some(treated) || arms[*row] == Some(control);
    valued.iter().copied().filter(is_in).collect()
}

/// The difference of the means of the treated and the others among some rows.
#[must_use]
pub fn difference_of_means(values: &[f64], rows: &[usize], treated: &[usize]) -> Option<f64> {
    let (mut sums, mut sizes) = ([0.0; 2], [0.0; 2]);
    for (&row, &arm) in rows.iter().zip(treated) {
        sums[arm] += values[row];
        sizes[arm] += 1.0;
    }
    (sizes[0] > 0.0 && sizes[1] > 0.0).then(|| sums[1] / sizes[1] - sums[0] / sizes[0])
}

/// Writes a permutation test into a record: the statistic of the allocation that was made, the p-value,
/// its Monte Carlo error.
pub fn into_record(fit: &PermutationFit, record: &mut Record) {
    "permutation".clone_into(&mut record.method);
    record.estimate = fit.observed;
    record.p_value = fit.p_value;
    record.replicates = Some(fit.replicates as u64);
    record.monte_carlo_error = fit.monte_carlo_error;
}

/// Why a column cannot say who is in which group, or who came first: the row where it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// A cell is missing.
    Missing(usize),
    /// Two people have the same place.
    Tied(usize),
}

/// The levels of some columns taken together, numbered.
///
/// # Errors
/// A column that cannot be read as text; within it, a missing cell.
pub fn levels(columns: &[&Column]) -> Result<Result<Vec<usize>, Unusable>, PolarsError> {
    let mut keys: Vec<Vec<String>> = Vec::new();
    for column in columns {
        let cells = texts(column)?;
        keys.resize(cells.len(), Vec::new());
        for (row, (key, cell)) in keys.iter_mut().zip(cells).enumerate() {
            match cell {
                Some(cell) => key.push(cell),
                None => return Ok(Err(Unusable::Missing(row))),
            }
        }
    }
    Ok(Ok(numbered(&keys)))
}

/// Labels by their places in order, so that the draws do not depend on which comes first.
pub fn numbered<T: Ord>(labels: &[T]) -> Vec<usize> {
    let mut numbers: BTreeMap<&T, usize> = labels.iter().map(|label| (label, 0)).collect();
    for (number, value) in numbers.values_mut().enumerate() {
        *value = number;
    }
    labels.iter().map(|label| numbers[label]).collect()
}

/// Rows in the order of a column: numbers, dates or texts.
///
/// # Errors
/// A column that can be read as neither; within it, a missing cell or two that are the same.
pub fn order(column: &Column) -> Result<Result<Vec<usize>, Unusable>, PolarsError> {
    let mut rows: Vec<usize> = (0..column.len()).collect();
    let tied = if column.dtype().is_primitive_numeric() {
        let values = crate::design::numbers(column)?;
        if let Some(row) = values.iter().position(|value| value.is_nan()) {
            return Ok(Err(Unusable::Missing(row)));
        }
        rows.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        rows.windows(2)
            .find(|pair| values[pair[0]] == values[pair[1]])
            .map(|pair| pair[1])
    } else {
        let values = texts(column)?;
        if let Some(row) = values.iter().position(Option::is_none) {
            return Ok(Err(Unusable::Missing(row)));
        }
        rows.sort_by(|&a, &b| values[a].cmp(&values[b]));
        rows.windows(2)
            .find(|pair| values[pair[0]] == values[pair[1]])
            .map(|pair| pair[1])
    };
    Ok(tied.map_or(Ok(rows), |row| Err(Unusable::Tied(row))))
}

fn texts(column: &Column) -> Result<Vec<Option<String>>, PolarsError> {
    let text = column.cast(&DataType::String)?;
    let cell = |cell: Option<&str>| {
        let cell = cell.map(str::trim).filter(|cell| !cell.is_empty());
        cell.map(str::to_owned)
    };
    Ok(text.str()?.iter().map(cell).collect())
}

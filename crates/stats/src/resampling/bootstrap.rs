//! The bootstrap.
//!
//! References: B. Efron, R. J. Tibshirani (1993), An Introduction to the Bootstrap; A. C. Davison,
//! D. V. Hinkley (1997), Bootstrap Methods and their Application, chapters 2, 3 and 5 (whose
//! interpolation of quantiles on the normal scale is used, as in R's boot).

use super::Draws;
use crate::distributions::normal;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Resample {
    /// Rows, all alike.
    #[default]
    Rows,
    /// Rows within strata (one label a row), each stratum keeping its size.
    Strata(Vec<usize>),
    /// Whole clusters (one label a row).
    Clusters(Vec<usize>),
}

/// How many replicates, and from which seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bootstrap {
    /// Replicates.
    pub replicates: usize,
    /// Seed.
    pub seed: u64,
    /// What is drawn.
    pub resample: Resample,
}

/// Which interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootstrapInterval {
    /// Quantiles of the replicates.
    Percentile,
    /// Those quantiles mirrored in the estimate.
    Basic,
    /// Percentiles shifted for bias and skewness, with the jackknife's acceleration.
    Bca,
}

/// Replicates of an estimator.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BootstrapFit {
    /// The estimate on the data themselves, one number a statistic.
    pub observed: Vec<f64>,
    /// Its replicates, replicate by statistic; those that failed are left out.
    pub replicates: Vec<Vec<f64>>,
    /// Replicates on which the estimator failed or was undefined.
    pub failed: usize,
    /// Values with each row (or cluster) left out, if the interval needed them.
    pub jackknife: Option<Vec<Vec<f64>>>,
    /// The seed.
    pub seed: u64,
}

impl Bootstrap {
    /// A bootstrap of rows.
    #[must_use]
    pub fn new(replicates: usize, seed: u64) -> Self {
        Self {
            replicates,
            seed,
            resample: Resample::Rows,
        }
    }

    /// Runs `estimator` on `rows` rows: it is given positions of rows, with repetition, and returns one
    /// number a statistic, or `None` where it has no value. `jackknife` also leaves every row (or
    /// cluster) out once, for the BCa interval.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if there are no rows, fewer than two replicates, labels of another
    /// length, no estimate on the data themselves, or one replicate in ten or more fails.
    pub fn run(
        &self,
        rows: usize,
        jackknife: bool,
        estimator: impl Fn(&[usize]) -> Option<Vec<f64>> + Sync,
    ) -> Result<BootstrapFit, StatsError> {
        let units = self.units(rows)?;
        let everyone: Vec<usize> = (0..rows).collect();
        let defined = |values: &Vec<f64>| values.iter().all(|v| v.is_finite());
        let Some(observed) = estimator(&everyone).filter(defined) else {
            return Err(StatsError::argument(
                "estimator",
                "has no value on the data themselves",
            ));
        };
        let drawn: Vec<Option<Vec<f64>>> = (0..self.replicates)
            .into_par_iter()
            .map(|replicate| {
                let mut draws = Draws::new(self.seed, replicate as u64);
                estimator(&units.draw(&mut draws)).filter(defined)
            })
            .collect();
        let replicates: Vec<Vec<f64>> = drawn.into_iter().flatten().collect();
        let failed = self.replicates - replicates.len();
        if 10 * failed >= self.replicates {
            let rule = format!("has no value on {failed} of {} replicates", self.replicates);
            return Err(StatsError::argument("estimator", rule));
        }
        let jackknife = if jackknife {
            Some(units.leave_one_out(&estimator)?)
        } else {
            None
        };
        Ok(BootstrapFit {
            observed,
            replicates,
            failed,
            jackknife,
            seed: self.seed,
        })
    }

    fn units(&self, rows: usize) -> Result<Units, StatsError> {
        if rows == 0 {
            return Err(StatsError::argument("rows", "must be at least 1"));
        }
        if self.replicates < 2 {
            return Err(StatsError::argument("replicates", "must be at least 2"));
        }
        let groups = |labels: &[usize]| -> Result<Vec<Vec<usize>>, StatsError> {
            if labels.len() != rows {
                return Err(StatsError::argument("labels", "must be one a row"));
            }
            let mut found = BTreeMap::<usize, Vec<usize>>::new();
            for (i, &label) in labels.iter().enumerate() {
                found.entry(label).or_default().push(i);
            }
            Ok(found.into_values().collect())
        };
        let single = |i: usize| vec![i];
        Ok(match &self.resample {
            Resample::Rows => Units(vec![(0..rows).map(single).collect()]),
            Resample::Clusters(labels) => Units(vec![groups(labels)?]),
            Resample::Strata(labels) => Units(
                groups(labels)?
                    .into_iter()
                    .map(|stratum| stratum.into_iter().map(single).collect())
                    .collect(),
            ),
        })
    }
}

/// Strata of units of rows.
struct Units(Vec<Vec<Vec<usize>>>);

impl Units {
    fn draw(&self, draws: &mut Draws) -> Vec<usize> {
        let mut rows = Vec::new();
        for stratum in &self.0 {
            for _ in 0..stratum.len() {
                rows.extend(&stratum[draws.below(stratum.len())]);
            }
        }
        rows
    }

    fn leave_one_out(
        &self,
        estimator: &(impl Fn(&[usize]) -> Option<Vec<f64>> + Sync),
    ) -> Result<Vec<Vec<f64>>, StatsError> {
        let units: Vec<&Vec<usize>> = self.0.iter().flatten().collect();
        let values: Vec<Option<Vec<f64>>> = (0..units.len())
            .into_par_iter()
            .map(|left_out| {
                let kept = units.iter().enumerate().filter(|(i, _)| *i != left_out);
                let rows: Vec<usize> = kept.flat_map(|(_, unit)| unit.iter().copied()).collect();
                estimator(&rows)
            })
            .collect();
        values
            .into_iter()
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| {
                let rule = "has no value when one unit is left out: BCa has no acceleration";
                StatsError::argument("estimator", rule)
            })
    }
}

impl BootstrapFit {
    /// Replicates of one statistic, ascending.
    #[must_use]
    pub fn sorted(&self, statistic: usize) -> Vec<f64> {
        let mut values: Vec<f64> = self.replicates.iter().map(|r| r[statistic]).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    /// Standard deviation of the replicates.
    #[must_use]
    pub fn std_error(&self, statistic: usize) -> f64 {
        crate::describe::variance(&self.sorted(statistic)).sqrt()
    }

    /// Mean of the replicates minus the estimate.
    #[must_use]
    pub fn bias(&self, statistic: usize) -> f64 {
        crate::describe::mean(&self.sorted(statistic)) - self.observed[statistic]
    }

    /// Lower and upper limits of one statistic.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for a BCa interval without a jackknife, or one whose bias correction
    /// is infinite because the estimate lies outside all replicates.
    pub fn limits(
        &self,
        statistic: usize,
        interval: BootstrapInterval,
        level: ConfidenceLevel,
    ) -> Result<(f64, f64), StatsError> {
        let sorted = self.sorted(statistic);
        let observed = self.observed[statistic];
        let (low, high) = (level.alpha() / 2.0, 1.0 - level.alpha() / 2.0);
        Ok(match interval {
            BootstrapInterval::Percentile => (quantile(&sorted, low), quantile(&sorted, high)),
            BootstrapInterval::Basic => (
                2.0 * observed - quantile(&sorted, high),
                2.0 * observed - quantile(&sorted, low),
            ),
            BootstrapInterval::Bca => {
                let shifted = self.bca_probability(statistic, &sorted)?;
                (
                    quantile(&sorted, shifted(low)),
                    quantile(&sorted, shifted(high)),
                )
            }
        })
    }

    /// Where BCa reads the replicates instead of at a probability.
    fn bca_probability(
        &self,
        statistic: usize,
        sorted: &[f64],
    ) -> Result<impl Fn(f64) -> f64 + use<>, StatsError> {
        let Some(jackknife) = &self.jackknife else {
            return Err(StatsError::argument("interval", "BCa needs the jackknife"));
        };
        let observed = self.observed[statistic];
        let below = sorted.partition_point(|value| *value < observed) as f64;
        let bias = normal::quantile(below / sorted.len() as f64);
        if bias.is_infinite() {
            let rule = "BCa has no bias correction: the estimate lies outside all replicates";
            return Err(StatsError::argument("interval", rule));
        }
        let values: Vec<f64> = jackknife.iter().map(|v| v[statistic]).collect();
        let mean = crate::describe::mean(&values);
        let squares: f64 = values.iter().map(|v| (mean - v).powi(2)).sum();
        let cubes: f64 = values.iter().map(|v| (mean - v).powi(3)).sum();
        let acceleration = if squares > 0.0 {
            cubes / (6.0 * squares.powf(1.5))
        } else {
            0.0
        };
        Ok(move |probability: f64| {
            let z = bias + normal::quantile(probability);
            normal::cdf(bias + z / (1.0 - acceleration * z))
        })
    }

    /// One statistic with its interval; the standard error is that of the replicates.
    ///
    /// # Errors
    /// Those of [`BootstrapFit::limits`].
    pub fn estimate(
        &self,
        statistic: usize,
        name: Statistic,
        interval: BootstrapInterval,
        level: ConfidenceLevel,
    ) -> Result<Estimate, StatsError> {
        let method = match interval {
            BootstrapInterval::Percentile => Method::BootstrapPercentile,
            BootstrapInterval::Basic => Method::BootstrapBasic,
            BootstrapInterval::Bca => Method::BootstrapBca,
        };
        let (low, high) = self.limits(statistic, interval, level)?;
        let mut result =
            Estimate::point(name, method, self.observed[statistic]).with_interval(low, high, level);
        result.std_error = self.std_error(statistic);
        Ok(result)
    }

    /// The studentised interval of one statistic whose standard error is another statistic of the
    /// same estimator: quantiles of (replicate - estimate) / replicate's error, times the estimate's
    /// own error.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if a standard error is 0 or negative.
    pub fn studentised(
        &self,
        statistic: usize,
        error: usize,
        name: Statistic,
        level: ConfidenceLevel,
    ) -> Result<Estimate, StatsError> {
        let observed = self.observed[statistic];
        let mut ratios: Vec<f64> = self
            .replicates
            .iter()
            .map(|r| (r[statistic] - observed) / r[error])
            .collect();
        if ratios.iter().any(|r| !r.is_finite()) || self.observed[error] <= 0.0 {
            let rule = "must be positive on every replicate";
            return Err(StatsError::argument("standard error", rule));
        }
        ratios.sort_by(f64::total_cmp);
        let at = |p: f64| observed - self.observed[error] * quantile(&ratios, p);
        let half = level.alpha() / 2.0;
        let mut result = Estimate::point(name, Method::BootstrapStudentised, observed)
            .with_interval(at(1.0 - half), at(half), level);
        result.std_error = self.std_error(statistic);
        Ok(result)
    }
}

/// The value at rank (R + 1) p, interpolated on the normal scale between whole ranks.
fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let count = sorted.len();
    let size = count as f64 + 1.0;
    let rank = size * probability;
    let below = (rank + 1e-9).floor();
    if below < 1.0 {
        return sorted[0];
    }
    if below >= count as f64 {
        return sorted[count - 1];
    }
    let (low, high) = (sorted[below as usize - 1], sorted[below as usize]);
    if (rank - below).abs() < 1e-9 {
        return low;
    }
    let z = |p: f64| normal::quantile(p);
    let (from, to) = (z(below / size), z((below + 1.0) / size));
    low + (z(probability) - from) / (to - from) * (high - low)
}

//! The bootstrap: draws of rows, strata or clusters, and an estimator's values on them.
//!
//! References: B. Efron, R. J. Tibshirani (1993), An Introduction to the Bootstrap; A. C. Davison,
//! D. V. Hinkley (1997), Bootstrap Methods and their Application, chapters 2 and 3.

use super::groups::{clusters_within, grouped, lie_within};
use super::{BootstrapFit, Draws};
use crate::StatsError;
use rayon::prelude::*;

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
    /// Whole clusters within strata (one label of each a row), each stratum keeping its number of clusters.
    ClustersWithin {
        /// The stratum of each row.
        strata: Vec<usize>,
        /// The cluster of each row, which lies in one stratum.
        clusters: Vec<usize>,
    },
}

impl Resample {
    /// People within strata, or whole clusters of them: within the strata if each lies in one, else all alike.
    #[must_use]
    pub fn within(strata: Vec<usize>, clusters: Option<&[usize]>) -> Self {
        match clusters {
            None => Self::Strata(strata),
            Some(clusters) if lie_within(clusters, &strata) => Self::ClustersWithin {
                strata,
                clusters: clusters.to_vec(),
            },
            Some(clusters) => Self::Clusters(clusters.to_vec()),
        }
    }
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

/// What an estimator makes of some rows. A vector of numbers is one without standard errors.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Replicate {
    /// One number a statistic.
    pub values: Vec<f64>,
    /// The standard error of each, not a number where these rows have none; empty if the estimator gives none.
    pub std_errors: Vec<f64>,
}

impl From<Vec<f64>> for Replicate {
    fn from(values: Vec<f64>) -> Self {
        Self {
            values,
            std_errors: Vec::new(),
        }
    }
}

/// All of them are kept, so that their number is one of memory.
const MOST: usize = 1_000_000;

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
    /// number a statistic (or a [`Replicate`], which has standard errors too), or `None` where it has no
    /// value. A number that is NaN has no value either, but the others of its replicate count; an infinite one
    /// counts as infinitely far out. `jackknife` also leaves every row (or cluster) out once, for the BCa interval.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if there are no rows, fewer than two replicates, labels of another
    /// length, a cluster in two strata, nothing to draw (one row or cluster in every stratum), no estimate
    /// on the data themselves, or one replicate in ten or more fails; more than a million replicates.
    pub fn run<R: Into<Replicate>>(
        &self,
        rows: usize,
        jackknife: bool,
        estimator: impl Fn(&[usize]) -> Option<R> + Sync,
    ) -> Result<BootstrapFit, StatsError> {
        let units = self.units(rows)?;
        let everyone: Vec<usize> = (0..rows).collect();
        let made = |rows: &[usize]| -> Option<Replicate> {
            let made: Replicate = estimator(rows)?.into();
            made.values.iter().any(|v| !v.is_nan()).then_some(made)
        };
        let defined = |made: &Replicate| made.values.iter().all(|v| v.is_finite());
        let Some(observed) = made(&everyone).filter(defined) else {
            return Err(StatsError::argument(
                "estimator",
                "has no value on the data themselves",
            ));
        };
        let drawn: Vec<Option<Replicate>> = (0..self.replicates)
            .into_par_iter()
            .map(|replicate| {
                let mut draws = Draws::new(self.seed, replicate as u64);
                made(&units.draw(&mut draws))
            })
            .collect();
        let drawn: Vec<Replicate> = drawn.into_iter().flatten().collect();
        let failed = self.replicates - drawn.len();
        if 10 * failed >= self.replicates {
            let rule = format!("has no value on {failed} of {} replicates", self.replicates);
            return Err(StatsError::argument("estimator", rule));
        }
        let jackknife = if jackknife {
            Some(units.leave_one_out(&|rows| made(rows).map(|found| found.values))?)
        } else {
            None
        };
        let parts = drawn
            .into_iter()
            .map(|found| (found.values, found.std_errors));
        let (replicates, std_errors) = parts.unzip();
        Ok(BootstrapFit {
            observed,
            replicates,
            std_errors,
            failed,
            lone: units.lone(),
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
        if self.replicates > MOST {
            return Err(StatsError::argument(
                "replicates",
                "must be at most 1000000",
            ));
        }
        let groups = |labels: &[usize]| grouped(labels, rows);
        let single = |i: usize| vec![i];
        let units = Units(match &self.resample {
            Resample::Rows => vec![(0..rows).map(single).collect()],
            Resample::Clusters(labels) => vec![groups(labels)?],
            Resample::Strata(labels) => groups(labels)?
                .into_iter()
                .map(|stratum| stratum.into_iter().map(single).collect())
                .collect(),
            Resample::ClustersWithin { strata, clusters } => {
                groups(strata)?;
                let rule = "must each lie in one stratum (or arm) to be drawn within it";
                clusters_within(groups(clusters)?, strata, rule)?
            }
        });
        if units.lone() == units.0.len() {
            let rule = "draws the same rows in every replicate: there is one row or cluster in each stratum (or arm)";
            return Err(StatsError::argument("the bootstrap", rule));
        }
        Ok(units)
    }
}

/// Strata of units of rows.
struct Units(Vec<Vec<Vec<usize>>>);

impl Units {
    /// Strata whose draw is always the same.
    fn lone(&self) -> usize {
        self.0.iter().filter(|stratum| stratum.len() == 1).count()
    }

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

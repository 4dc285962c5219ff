//! The permutation test, replaying the trial's own randomisation.
//!
//! If nobody's outcome depends on the arm, every allocation that the randomisation could have made
//! gives an equally likely value of the statistic. With b of m random allocations at least as
//! extreme as the one that was made, p = (b + 1) / (m + 1).
//!
//! References: B. Phipson, G. K. Smyth (2010), Statistical Applications in Genetics and Molecular
//! Biology 9:39; W. F. Rosenberger, J. M. Lachin (2016), Randomization in Clinical Trials, chapter 6.

use super::groups::{clusters_within, grouped};
use super::{Draws, Minimisation};
use crate::StatsError;
use rayon::prelude::*;

/// How the arms were allotted.
#[derive(Debug, Clone, PartialEq)]
pub enum Randomisation {
    /// All allocations with these arm sizes are equally likely.
    Complete,
    /// As `Complete` within strata (one label a row).
    Strata(Vec<usize>),
    /// Permuted blocks (one label a row, unique over strata): arms are exchanged within a block.
    Blocks(Vec<usize>),
    /// Whole clusters (one label a row, all of one arm): their arms are exchanged among all clusters, or within
    /// the strata or blocks that clusters lie in. Numbers of people in the arms vary with the sizes of clusters.
    Clusters {
        /// The cluster of each row.
        clusters: Vec<usize>,
        /// The stratum or block of each row, the same throughout a cluster.
        within: Option<Vec<usize>>,
    },
    /// Minimisation: everyone is allotted anew by its rule, so that arm sizes vary.
    Minimisation(Minimisation),
}

/// Which allocations count as extreme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alternative {
    /// Far from 0 on either side.
    #[default]
    TwoSided,
    /// Large.
    Greater,
    /// Small.
    Less,
}

/// How many allocations, and from which seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Permutation {
    /// Random allocations.
    pub replicates: usize,
    /// Seed.
    pub seed: u64,
    /// How the arms were allotted.
    pub randomisation: Randomisation,
    /// Which allocations count as extreme.
    pub alternative: Alternative,
}

/// A permutation test.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PermutationFit {
    /// The statistic of the allocation that was made.
    pub observed: f64,
    /// Allocations at least as extreme.
    pub extreme: usize,
    /// Allocations on which the statistic is defined.
    pub replicates: usize,
    /// (extreme + 1) / (replicates + 1).
    pub p_value: f64,
    /// Its Monte Carlo standard error.
    pub monte_carlo_error: f64,
    /// The seed.
    pub seed: u64,
}

/// Their values are kept, so that their number is one of memory.
const MOST: usize = 10_000_000;

impl Permutation {
    /// Runs the test: `statistic` is given an arm a row and returns a number that is 0 where the arms
    /// do not differ, or `None` where it has no value.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if there is no replicate or more than ten million, labels have another length, a cluster has several
    /// arms or strata, the arms cannot be exchanged anywhere, minimisation cannot have made the allocation, or
    /// the statistic has no value on the data or on one replicate in ten.
    pub fn run(
        &self,
        arms: &[usize],
        statistic: impl Fn(&[usize]) -> Option<f64> + Sync,
    ) -> Result<PermutationFit, StatsError> {
        let replay = self.replay(arms)?;
        let defined = |value: &f64| value.is_finite();
        let Some(observed) = statistic(arms).filter(defined) else {
            return Err(StatsError::argument(
                "statistic",
                "has no value on the data themselves",
            ));
        };
        let values: Vec<Option<f64>> = (0..self.replicates)
            .into_par_iter()
            .map(|replicate| {
                let mut draws = Draws::new(self.seed, replicate as u64);
                let drawn = match &replay {
                    Replay::Groups(groups) => exchanged(arms, groups, &mut draws),
                    Replay::Rule(rule) => rule.allot(&mut draws),
                };
                statistic(&drawn).filter(defined)
            })
            .collect();
        let values: Vec<f64> = values.into_iter().flatten().collect();
        if 10 * (self.replicates - values.len()) >= self.replicates {
            let rule = "has no value on a tenth of the allocations or more";
            return Err(StatsError::argument("statistic", rule));
        }
        // Allocations that give the same value up to rounding are ties, and ties are extreme.
        let slack = 1e-12 * observed.abs().max(1e-300);
        let is_extreme = |value: &&f64| match self.alternative {
            Alternative::TwoSided => value.abs() >= observed.abs() - slack,
            Alternative::Greater => **value >= observed - slack,
            Alternative::Less => **value <= observed + slack,
        };
        let extreme = values.iter().filter(is_extreme).count();
        let m = values.len() as f64;
        let p_value = (extreme as f64 + 1.0) / (m + 1.0);
        Ok(PermutationFit {
            observed,
            extreme,
            replicates: values.len(),
            p_value,
            monte_carlo_error: (p_value * (1.0 - p_value) / m).sqrt(),
            seed: self.seed,
        })
    }

    fn replay(&self, arms: &[usize]) -> Result<Replay<'_>, StatsError> {
        if self.replicates == 0 {
            return Err(StatsError::argument("replicates", "must be at least 1"));
        }
        if self.replicates > MOST {
            return Err(StatsError::argument(
                "replicates",
                "must be at most 10000000",
            ));
        }
        let single = |rows: Vec<usize>| rows.into_iter().map(|row| vec![row]).collect();
        let groups: Vec<Vec<Vec<usize>>> = match &self.randomisation {
            Randomisation::Minimisation(rule) => {
                rule.agreement(arms)?;
                return Ok(Replay::Rule(rule));
            }
            Randomisation::Complete => vec![single((0..arms.len()).collect())],
            Randomisation::Strata(labels) | Randomisation::Blocks(labels) => {
                grouped(labels, arms.len())?
                    .into_iter()
                    .map(single)
                    .collect()
            }
            Randomisation::Clusters { clusters, within } => {
                of_clusters(clusters, within.as_deref(), arms)?
            }
        };
        let arm = |unit: &Vec<usize>| arms[unit[0]];
        let mixed = |group: &Vec<Vec<usize>>| group.iter().any(|unit| arm(unit) != arm(&group[0]));
        if !groups.iter().any(mixed) {
            let rule = "never holds two arms in a stratum or block: there is nothing to permute";
            return Err(StatsError::argument("randomisation", rule));
        }
        Ok(Replay::Groups(groups))
    }
}

/// How an allocation is drawn.
enum Replay<'a> {
    /// Arms are exchanged among the units of rows of each group.
    Groups(Vec<Vec<Vec<usize>>>),
    Rule(&'a Minimisation),
}

/// The clusters of each stratum.
fn of_clusters(
    clusters: &[usize],
    within: Option<&[usize]>,
    arms: &[usize],
) -> Result<Vec<Vec<Vec<usize>>>, StatsError> {
    let rows = arms.len();
    let same = vec![0; rows];
    let within = within.unwrap_or(&same);
    grouped(within, rows)?;
    let clusters = grouped(clusters, rows)?;
    let is_mixed = |cluster: &Vec<usize>| cluster.iter().any(|&row| arms[row] != arms[cluster[0]]);
    if clusters.iter().any(is_mixed) {
        let rule = "must have one arm each to have been allotted whole";
        return Err(StatsError::argument("the clusters", rule));
    }
    let rule = "must each lie in one stratum or block to have been allotted within it";
    clusters_within(clusters, within, rule)
}

fn exchanged(arms: &[usize], groups: &[Vec<Vec<usize>>], draws: &mut Draws) -> Vec<usize> {
    let mut drawn = arms.to_vec();
    for group in groups {
        let mut own: Vec<usize> = group.iter().map(|unit| arms[unit[0]]).collect();
        draws.shuffle(&mut own);
        for (unit, arm) in group.iter().zip(own) {
            for &row in unit {
                drawn[row] = arm;
            }
        }
    }
    drawn
}

//! The arguments of `regtrial compare`.

use super::DataArgs;
use clap::{Args, ValueEnum};
use serde::Serialize;

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Column of the outcome
    #[arg(long)]
    pub(crate) outcome: String,
    /// Column of the arms
    #[arg(long)]
    pub(crate) arm: String,
    /// The reference arm (default: the first in bytewise order)
    #[arg(long)]
    pub(crate) reference: Option<String>,
    /// Kind of outcome (default: binary if every value is 0 or 1, else continuous)
    #[arg(long = "type", value_enum)]
    pub(crate) kind: Option<TypeChoice>,
    /// Column of strata: adds the contrasts within strata (Mantel-Haenszel and others; for a quantity
    /// or a count weighted differences of means and van Elteren's test)
    #[arg(long)]
    pub(crate) strata: Option<String>,
    /// Column of clusters that were allotted whole: adds the rank-sum test of clusters, and --permutations allots
    /// whole clusters
    #[arg(long, value_name = "COLUMN")]
    pub(crate) cluster: Option<String>,
    /// Leave out the unconditional exact tests (Barnard, Boschloo), which take seconds
    #[arg(long)]
    pub(crate) fast: bool,
    /// Adjust the p-values of each test over the contrasts
    #[arg(long, value_enum)]
    pub(crate) multiplicity: Option<MultiplicityChoice>,
    /// Also test each difference by this many random allocations of the arms
    #[arg(long, value_name = "N", requires = "seed")]
    pub(crate) permutations: Option<usize>,
    /// Seed of the allocations
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Exchange arms only within levels of this column: the strata or blocks of the randomisation
    #[arg(long, value_name = "COLUMN", requires = "permutations")]
    pub(crate) within: Option<String>,
    #[command(flatten)]
    pub(crate) minimise: MinimiseArgs,
}

/// A trial that was minimised: everyone is allotted anew by its rule.
#[derive(Debug, Args)]
pub(crate) struct MinimiseArgs {
    /// The arms were allotted by minimisation over these columns, each with its weight if not 1: `site,sex=2`
    #[arg(
        long,
        value_name = "COLUMN[=WEIGHT]",
        value_delimiter = ',',
        requires_all = ["permutations", "order"],
        conflicts_with_all = ["within", "cluster"]
    )]
    pub(crate) minimise: Vec<String>,
    /// Column that tells the order of enrolment: numbers, dates or texts, nobody the same
    #[arg(long, value_name = "COLUMN", requires = "minimise")]
    pub(crate) order: Option<String>,
    /// How the imbalance of a factor is measured
    #[arg(long, value_enum, default_value = "range", requires = "minimise")]
    pub(crate) imbalance: ImbalanceChoice,
    /// Probability of the arm that balances best
    #[arg(
        long,
        default_value_t = 0.8,
        requires = "minimise",
        allow_negative_numbers = true
    )]
    pub(crate) best_probability: f64,
    /// People meant for each arm, the reference first, as in `1,2` (default: the same in all)
    #[arg(
        long,
        value_name = "SHARES",
        value_delimiter = ',',
        requires = "minimise",
        allow_negative_numbers = true
    )]
    pub(crate) allocation: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ImbalanceChoice {
    /// Largest minus smallest
    Range,
    /// Mean squared distance from the mean
    Variance,
    /// Its square root
    StandardDeviation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MultiplicityChoice {
    Bonferroni,
    Holm,
    Hochberg,
    Hommel,
    /// Benjamini and Hochberg
    Bh,
    /// Benjamini and Yekutieli
    By,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TypeChoice {
    Binary,
    Continuous,
    Count,
}

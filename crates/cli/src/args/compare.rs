//! The arguments of `regtrial compare`.

use super::DataArgs;
use clap::{Args, ValueEnum};

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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
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

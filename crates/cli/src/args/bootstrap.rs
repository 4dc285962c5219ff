//! The arguments of a bootstrap.

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct BootstrapArgs {
    /// Bootstrap intervals too, from this many replicates drawn within arms
    #[arg(long, value_name = "REPLICATES", requires = "seed")]
    pub(crate) bootstrap: Option<usize>,
    /// Which bootstrap intervals, with commas
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "KINDS",
        requires = "bootstrap",
        default_values = ["percentile", "bca"]
    )]
    pub(crate) bootstrap_kind: Vec<BootstrapKind>,
    /// Seed of the bootstrap: the same seed gives the same intervals
    #[arg(long)]
    pub(crate) seed: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BootstrapKind {
    /// Quantiles of the replicates
    Percentile,
    /// Those quantiles mirrored in the estimate
    Basic,
    /// Percentiles corrected for bias and skewness
    Bca,
    /// Quantiles of the replicates over standard errors of their own
    Studentised,
}

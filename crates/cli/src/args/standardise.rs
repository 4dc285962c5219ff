//! The arguments of `regtrial standardise`.

use super::{BootstrapArgs, DataArgs, FamilyChoice, LinkChoice, MethodChoice};
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct StandardiseArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// The working model; the arm is one of its terms
    #[arg(long)]
    pub(crate) formula: String,
    /// Column of the arms
    #[arg(long)]
    pub(crate) arm: String,
    /// The reference arm (default: the first in bytewise order)
    #[arg(long)]
    pub(crate) reference: Option<String>,
    /// Distribution of the outcome
    #[arg(long, value_enum, default_value = "binomial")]
    pub(crate) family: FamilyChoice,
    /// Link of its mean (default: the family's canonical link)
    #[arg(long, value_enum)]
    pub(crate) link: Option<LinkChoice>,
    /// How the variance is estimated
    #[arg(
        long,
        value_enum,
        default_value = "loo-one-step",
        default_value_if("method", "firth", "loo")
    )]
    pub(crate) vcov: VarianceChoice,
    /// How the working model is fitted
    #[arg(long, value_enum, default_value = "ml")]
    pub(crate) method: MethodChoice,
    /// Column within whose levels people were randomised in blocks (default: simple
    /// randomisation)
    #[arg(long)]
    pub(crate) strata: Option<String>,
    #[command(flatten)]
    pub(crate) resampling: BootstrapArgs,
    /// Column of clusters: the bootstrap draws them whole
    #[arg(long, requires = "bootstrap")]
    pub(crate) cluster: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VarianceChoice {
    /// Delta method, conditional on the covariates
    Delta,
    /// Ge et al. 2011, conditional on the covariates
    Ge,
    /// Ye et al. 2023, unconditional
    Ye,
    /// Leave-one-out influence function, unconditional
    Loo,
    /// The same with one step in place of each refit
    LooOneStep,
    /// Delta method with a covariance that allows for unequal variances, conditional on the
    /// covariates
    #[value(name = "HC0")]
    Hc0,
    #[value(name = "HC1")]
    Hc1,
    #[value(name = "HC2")]
    Hc2,
    #[value(name = "HC3")]
    Hc3,
}

//! The arguments of `regtrial power`.

use super::Format;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct PowerArgs {
    #[command(subcommand)]
    pub(crate) design: PowerDesign,
    /// Write results to a file instead of stdout
    #[arg(long, global = true)]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: PowerOutput,
}

#[derive(Debug, Args)]
pub(crate) struct PowerOutput {
    /// How results are printed
    #[arg(long, value_enum, default_value = "table", global = true)]
    pub(crate) format: Format,
    /// Say nothing but results and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PowerDesign {
    /// A yes/no outcome
    TwoProportions(TwoProportionsArgs),
    /// A quantity
    TwoMeans(TwoMeansArgs),
    /// A time to event
    LogRank(LogRankArgs),
    /// An outcome compared by ranks
    Ranks(RanksArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RanksArgs {
    /// Probability that a treated person's value is above a control's
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) probability: f64,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    #[command(flatten)]
    pub(crate) more: MoreArgs,
}

/// What every design shares.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// The power wanted: gives the sizes
    #[arg(long, conflicts_with_all = ["n_treated", "n_control"], allow_negative_numbers = true)]
    pub(crate) power: Option<f64>,
    /// People recruited to the treated arm: with --n-control gives the power
    #[arg(long, requires = "n_control", allow_negative_numbers = true)]
    pub(crate) n_treated: Option<u64>,
    /// People recruited to the control arm
    #[arg(long, requires = "n_treated", allow_negative_numbers = true)]
    pub(crate) n_control: Option<u64>,
    /// Two-sided level (one-sided for non-inferiority)
    #[arg(long, default_value_t = 0.05, allow_negative_numbers = true)]
    pub(crate) alpha: f64,
    /// Treated people for each control
    #[arg(long, default_value_t = 1.0, allow_negative_numbers = true)]
    pub(crate) ratio: f64,
    /// Share of people lost before the analysis
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    pub(crate) attrition: f64,
    /// Mean number of people a cluster, for a trial of clusters
    #[arg(
        long,
        default_value_t = 1.0,
        requires = "icc",
        allow_negative_numbers = true
    )]
    pub(crate) cluster_size: f64,
    /// Intracluster correlation
    #[arg(
        long,
        default_value_t = 0.0,
        requires = "cluster_size",
        allow_negative_numbers = true
    )]
    pub(crate) icc: f64,
    /// Coefficient of variation of the cluster sizes
    #[arg(
        long,
        default_value_t = 0.0,
        requires = "cluster_size",
        allow_negative_numbers = true
    )]
    pub(crate) cluster_variation: f64,
}

/// The planned analysis on simulated trials, and curves: every design has them.
#[derive(Debug, Args)]
pub(crate) struct MoreArgs {
    /// Also the power of the planned analysis, from this many simulated trials
    #[arg(long, value_name = "TRIALS", requires = "seed")]
    pub(crate) simulate: Option<usize>,
    /// Seed of the simulation
    #[arg(long, requires = "simulate")]
    pub(crate) seed: Option<u64>,
    /// The planned analysis [default: standardised, for non-inferiority miettinen-nurminen; student, with
    /// baselines ancova; mann-whitney; log-rank; in clusters cluster-robust, by ranks
    /// clustered-rank-sum, of times cox]
    #[arg(long, value_enum, requires = "simulate")]
    pub(crate) analysis: Option<AnalysisChoice>,
    /// Write the power curve, as SVG, PNG or its points as CSV by the file's name; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) curve: Vec<PathBuf>,
    /// What the curve is over: people recruited, or the effect
    #[arg(long, value_enum, default_value = "total", requires = "curve")]
    pub(crate) over: OverChoice,
    /// Further lines of the curve: effects, or numbers of people with --over effect
    #[arg(
        long,
        value_name = "VALUE",
        value_delimiter = ',',
        requires = "curve",
        allow_hyphen_values = true
    )]
    pub(crate) lines: Vec<f64>,
    /// Ends of the curve's horizontal axis
    #[arg(
        long,
        value_names = ["LOW", "HIGH"],
        num_args = 2,
        requires = "curve",
        allow_negative_numbers = true
    )]
    pub(crate) range: Option<Vec<f64>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OverChoice {
    /// People recruited, both arms
    Total,
    /// The risk of the treated, the difference, the hazard ratio or the probability
    Effect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExactChoice {
    Fisher,
    ChiSquared,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnalysisChoice {
    /// Pearson's test of the two-by-two table
    ChiSquared,
    /// Fisher's exact test
    Fisher,
    /// Newcombe's interval of the risk difference
    Newcombe,
    /// Miettinen and Nurminen's interval of the risk difference
    MiettinenNurminen,
    /// The arm's Wald test in a logistic model with the covariate
    Logistic,
    /// The standardised risk difference, leave-one-out variance
    Standardised,
    /// Student's t test
    Student,
    /// Welch's t test
    Welch,
    /// The arm's t test in a linear model with the baseline
    Ancova,
    /// The Mann-Whitney test
    MannWhitney,
    /// The log-rank test
    LogRank,
    /// The arm's Wald test in a Cox model
    Cox,
    /// Generalised estimating equations, exchangeable, Mancl and DeRouen's variance
    Gee,
    /// The difference of means or risks with CR2 variance
    ClusterRobust,
    /// The rank-sum test of whole clusters
    ClusteredRankSum,
    /// The log-rank test of whole clusters
    ClusteredLogRank,
}

#[derive(Debug, Args)]
pub(crate) struct TwoProportionsArgs {
    /// Expected proportion of the controls
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) control: f64,
    /// Expected proportion of the treated
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) treated: f64,
    /// Non-inferiority: the largest loss that is still acceptable, as a proportion
    #[arg(long, value_name = "MARGIN", allow_negative_numbers = true)]
    pub(crate) non_inferiority: Option<f64>,
    /// The exact power of a test, every table counted; with --power the sizes that it needs
    #[arg(long, value_enum, conflicts_with_all = ["cluster_size", "non_inferiority", "curve"])]
    pub(crate) exact: Option<ExactChoice>,
    /// Log odds ratio of the event per standard deviation of the covariate that the analysis adjusts for
    #[arg(
        long,
        default_value_t = 0.0,
        requires = "simulate",
        allow_hyphen_values = true
    )]
    pub(crate) prognostic: f64,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    #[command(flatten)]
    pub(crate) more: MoreArgs,
}

#[derive(Debug, Args)]
pub(crate) struct TwoMeansArgs {
    /// Expected difference of the means
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) difference: f64,
    /// Standard deviation within each arm
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) sd: f64,
    /// Measurements after the start, of which the mean is analysed
    #[arg(long, default_value_t = 1, requires = "correlation")]
    pub(crate) follow_ups: u32,
    /// Measurements before it, which the analysis adjusts for
    #[arg(long, default_value_t = 0, requires = "correlation")]
    pub(crate) baselines: u32,
    /// Correlation of any two measurements of a person
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) correlation: Option<f64>,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    #[command(flatten)]
    pub(crate) more: MoreArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LogRankArgs {
    /// Expected hazard ratio, treated over control
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) hazard_ratio: f64,
    /// Share of the controls with the event while followed
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) events_control: f64,
    /// Share of the treated with the event while followed
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) events_treated: f64,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    #[command(flatten)]
    pub(crate) more: MoreArgs,
}

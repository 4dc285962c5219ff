//! The arguments of `regtrial consistency`.

use super::Format;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ConsistencyArgs {
    #[command(subcommand)]
    pub(crate) check: ConsistencyCheck,
    /// Write results to a file instead of stdout
    #[arg(long, global = true)]
    pub(crate) out: Option<PathBuf>,
    /// How results are printed
    #[arg(long, value_enum, default_value = "table", global = true)]
    pub(crate) format: Format,
    /// Say nothing but results and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// Numbers are given as they were printed: 5.0 says more than 5. A range is `FROM..TO`, both included.
#[derive(Debug, Subcommand)]
pub(crate) enum ConsistencyCheck {
    /// Counts behind a printed percentage
    Percentage {
        /// The percentage as printed
        #[arg(long)]
        percent: String,
        /// People, or a range of them
        #[arg(long, value_name = "N|FROM..TO")]
        total: String,
    },
    /// Two-by-two tables behind a printed effect and its 95 % limits
    Effect(EffectArgs),
    /// Sums behind a printed mean (and SD) of whole numbers: GRIM and GRIMMER
    Mean {
        /// The mean as printed
        #[arg(long, allow_hyphen_values = true)]
        mean: String,
        /// The standard deviation as printed
        #[arg(long)]
        sd: Option<String>,
        /// People
        #[arg(long)]
        n: u64,
        /// Items that a person's score is the mean of
        #[arg(long, default_value_t = 1)]
        items: u64,
        /// Lowest and highest answer
        #[arg(long, value_name = "FROM..TO", allow_hyphen_values = true)]
        range: Option<String>,
    },
    /// Number of people for which a logistic model's chi-squared and R-squared measures hold
    RSquared(RSquaredArgs),
}

#[derive(Debug, Args)]
pub(crate) struct EffectArgs {
    /// What was printed
    #[arg(long, value_enum)]
    pub(crate) measure: PrintedMeasureChoice,
    /// The estimate as printed
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) estimate: String,
    /// The lower limit as printed
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) low: Option<String>,
    /// The upper limit as printed
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) high: Option<String>,
    /// People of the treated arm
    #[arg(long, value_name = "N|FROM..TO")]
    pub(crate) total_treated: String,
    /// People of the control arm
    #[arg(long, value_name = "N|FROM..TO")]
    pub(crate) total_control: String,
    /// Percentage of the treated arm as printed
    #[arg(long)]
    pub(crate) percent_treated: Option<String>,
    /// Percentage of the control arm as printed
    #[arg(long)]
    pub(crate) percent_control: Option<String>,
    /// Level of the limits
    #[arg(long, default_value_t = 0.95)]
    pub(crate) level: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrintedMeasureChoice {
    /// With Katz' limits
    RiskRatio,
    /// With Woolf's limits
    OddsRatio,
    /// As a proportion, with Wald's limits
    RiskDifference,
    /// The same times 100
    PercentagePoints,
}

#[derive(Debug, Args)]
pub(crate) struct RSquaredArgs {
    /// The model's chi-squared as printed
    #[arg(long)]
    pub(crate) chi_squared: String,
    /// McFadden's, which some programs print as Hosmer and Lemeshow's
    #[arg(long)]
    pub(crate) mcfadden: Option<String>,
    /// Cox and Snell's
    #[arg(long)]
    pub(crate) cox_snell: Option<String>,
    /// Nagelkerke's
    #[arg(long)]
    pub(crate) nagelkerke: Option<String>,
    /// Percentage with the event as printed
    #[arg(long)]
    pub(crate) percent: Option<String>,
    /// People that are tried
    #[arg(long, value_name = "N|FROM..TO")]
    pub(crate) total: String,
}

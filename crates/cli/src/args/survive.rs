//! The arguments of `regtrial survive`.

use super::{BootstrapArgs, DataArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct SurviveArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Column of the days to the event or to the end of observation
    #[arg(long)]
    pub(crate) time: String,
    /// Column of the event: 1 or 0 (or see --event-value)
    #[arg(long)]
    pub(crate) event: String,
    /// Column of the groups
    #[arg(long)]
    pub(crate) by: Option<String>,
    /// The reference group (default: the first in bytewise order)
    #[arg(long, requires = "by")]
    pub(crate) reference: Option<String>,
    /// The value that means event; every other value is the end of observation
    #[arg(long, value_name = "VALUE")]
    pub(crate) event_value: Option<String>,
    /// Values of other events that end it all: cumulative incidences instead of survival
    #[arg(long, value_delimiter = ',', requires = "event_value")]
    pub(crate) competing: Vec<String>,
    /// Column of the people, where a person has a row for each event and one for the end of
    /// observation: mean counts of recurrent events instead of survival
    #[arg(long, conflicts_with_all = ["competing", "tau", "rho", "gamma", "quantiles", "intervals", "bootstrap"])]
    pub(crate) id: Option<String>,
    /// Rates too, per this many units of time (365.25: a year)
    #[arg(long, value_name = "TIME", allow_negative_numbers = true)]
    pub(crate) rates: Option<f64>,
    /// Times at which the curves are read (default: every event time)
    #[arg(long, value_delimiter = ',', allow_negative_numbers = true)]
    pub(crate) times: Vec<f64>,
    /// Shares with the event whose times are wanted
    #[arg(long, value_delimiter = ',', default_values = ["0.5"], allow_negative_numbers = true)]
    pub(crate) quantiles: Vec<f64>,
    /// Scale on which the curves' intervals are symmetric
    #[arg(long, value_enum, default_value = "log")]
    pub(crate) intervals: CurveInterval,
    /// Horizon of the restricted means (default: the shortest of the groups' longest follow-ups)
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) tau: Option<f64>,
    /// Columns whose strata the tests compare within
    #[arg(long, value_delimiter = ',')]
    pub(crate) strata: Vec<String>,
    /// Column of clusters that were allotted whole: adds the log-rank test of clusters; --bootstrap draws them
    /// whole
    #[arg(
        long,
        value_name = "COLUMN",
        requires = "by",
        conflicts_with_all = ["id", "strata"]
    )]
    pub(crate) cluster: Option<String>,
    #[command(flatten)]
    pub(crate) resampling: BootstrapArgs,
    /// Fleming-Harrington weight of early differences
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    pub(crate) rho: f64,
    /// Fleming-Harrington weight of late differences
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    pub(crate) gamma: f64,
    /// Draw the curves with the numbers at risk, as SVG or PNG by the file's name (.csv: the points)
    #[arg(long, value_name = "FILE", conflicts_with = "id")]
    pub(crate) figure: Vec<PathBuf>,
    /// The figure shows the share with the event instead of the share without
    #[arg(long, requires = "figure")]
    pub(crate) incidence: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CurveInterval {
    /// Symmetric around the probability, cut at 0 and 1
    Plain,
    /// Symmetric around its logarithm
    Log,
    /// Symmetric around the logarithm of minus its logarithm
    LogLog,
}

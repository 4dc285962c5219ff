//! The arguments of `regtrial score`.

use super::DataArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// The scale
    #[arg(long, value_enum)]
    pub(crate) scale: ScaleChoice,
    /// Columns of the items in the scale's order: `a,b,c`, or `item1..item25`
    #[arg(long, value_delimiter = ',', required = true)]
    pub(crate) items: Vec<String>,
    /// Column that names the rows, for --rows
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// ips-25: prorate sums if at most this many items of a row are missing; without it such a row has no
    /// total
    #[arg(long, value_name = "ITEMS")]
    pub(crate) prorate: Option<usize>,
    /// wri: how many items each area has, if the form differs: `personal causation=3,values=2,...`
    #[arg(long, value_delimiter = ',')]
    pub(crate) areas: Vec<String>,
    /// Column that the scores are correlated with, such as the sites' employment rate
    #[arg(long, value_name = "COLUMN")]
    pub(crate) with: Option<String>,
    /// Write the scores of every row to a CSV file; it is not released
    #[arg(long, value_name = "FILE")]
    pub(crate) rows: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScaleChoice {
    /// IPS fidelity scale of 25 items
    #[value(name = "ips-25")]
    Ips25,
    /// Worker Role Interview, 16 items in six areas
    Wri,
}

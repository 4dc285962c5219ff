//! The arguments of the commands that take a plan, and of `init`.

use super::OutputArgs;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Folder to write to
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The plan
    pub(crate) plan: PathBuf,
    /// Folder for everything the study makes
    #[arg(long, default_value = "regtrial-out")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The plan
    pub(crate) plan: PathBuf,
    /// Look for personal identifiers in every cell of every file, not in the first 100,000 rows and
    /// the participants' rows only
    #[arg(long)]
    pub(crate) full: bool,
    /// Write what was found to a file instead of stdout
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DeriveArgs {
    /// The plan
    pub(crate) plan: PathBuf,
    /// File for the person table: .csv or .parquet
    #[arg(long, required_unless_present_any = ["why", "panel", "sequences"])]
    pub(crate) out: Option<PathBuf>,
    /// File for the person-months: a row a person and month, a column an endpoint; .csv or .parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) panel: Option<PathBuf>,
    /// File for the sequences: a row a person and month, a column a sequence; .csv or .parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) sequences: Option<PathBuf>,
    /// Last month of the person-months
    #[arg(long, default_value_t = 18, value_parser = clap::value_parser!(u32).range(1..=600))]
    pub(crate) months: u32,
    /// Memory to be content with, such as 2GB: beyond it spells go to temporary files beside the
    /// person table. For populations; lists of 100,000 people and more are read in that way anyway
    #[arg(long, value_name = "SIZE", value_parser = super::parse_size, conflicts_with = "why")]
    pub(crate) memory: Option<u64>,
    /// Explain one person's outcomes spell by spell (`-`: the id is read from stdin)
    #[arg(
        long,
        value_name = "ID",
        conflicts_with_all = ["out", "panel", "sequences"],
        allow_hyphen_values = true
    )]
    pub(crate) why: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

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
    /// Rehearse with the arm labels permuted: no number is a result
    #[arg(long)]
    pub(crate) blind: bool,
    /// Folder for everything the study makes
    #[arg(long, default_value = "regtrial-out")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LockArgs {
    /// The plan
    pub(crate) plan: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Folder that a run has written
    pub(crate) folder: PathBuf,
    /// The plan; without it the one that provenance.json names, beside the folder or in it
    #[arg(long)]
    pub(crate) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum SchemaChoice {
    /// Of a plan, for editors that complete it
    Study,
    /// Of results.json
    Results,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum ArdFormat {
    /// Comma-separated
    Csv,
    /// A list of objects
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct ArdArgs {
    /// The results.json of a run
    pub(crate) results: PathBuf,
    /// How the rows are written
    #[arg(long, value_enum, default_value = "csv")]
    pub(crate) format: ArdFormat,
    /// Write to a file instead of stdout
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The command, such as `run` or `power two-proportions`; without it the list of commands
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
    /// Write the pages of all commands to a folder: regtrial.1, regtrial-run.1 and so on
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    pub(crate) out: Option<PathBuf>,
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

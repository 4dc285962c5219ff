//! The arguments of `regtrial reproduce`.

use super::OutputArgs;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ReproduceArgs {
    /// A study's name, or the path of a manifest of your own; without it every study
    pub(crate) study: Option<String>,
    /// Only name the built-in studies
    #[arg(long, conflicts_with = "study")]
    pub(crate) list: bool,
    /// Exit with 1 if a number differs or does not fit
    #[arg(long)]
    pub(crate) strict: bool,
    /// Write results to a file instead of stdout
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

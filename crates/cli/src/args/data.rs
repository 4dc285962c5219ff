//! The arguments of every command that reads a table, and its output.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// How results are printed
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    /// Say nothing but results and errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// A table of data and how to read it.
#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    /// CSV (any delimiter and encoding) or Parquet
    pub(crate) data: PathBuf,
    /// Cells that mean "missing", besides the empty cell
    #[arg(long, value_delimiter = ',', default_values = ["NA", "."], allow_hyphen_values = true)]
    pub(crate) na: Vec<String>,
    /// Columns that are text although most of their cells are numbers
    #[arg(long, value_delimiter = ',')]
    pub(crate) text: Vec<String>,
    /// Read `1,234` as one and a bit
    #[arg(long)]
    pub(crate) decimal_comma: bool,
    /// Confidence level
    #[arg(
        long,
        default_value_t = 0.95,
        alias = "confidence",
        allow_negative_numbers = true
    )]
    pub(crate) level: f64,
    /// Withhold counts from 1 to MINIMUM - 1 (default 5) and what would give them back
    #[arg(
        long,
        value_name = "MINIMUM",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "5"
    )]
    pub(crate) release: Option<u64>,
    /// Write results to a file instead of stdout
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

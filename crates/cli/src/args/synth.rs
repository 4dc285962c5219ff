//! The arguments of `regtrial synth`.

use super::OutputArgs;
use clap::Args;
use regtrial_synth::registers::{Kind, NaiveDate};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct SynthArgs {
    /// Folder to write to: new or empty
    pub(crate) folder: PathBuf,
    /// People randomised
    #[arg(long)]
    pub(crate) people: u64,
    /// Seed of every draw
    #[arg(long)]
    pub(crate) seed: u64,
    /// Registers, separated by commas (default: all): aa-nav, aa-ssb, npr, kpr, kuhr, fd-trygd,
    /// dream, bfl, nav-measures, person-status, spells
    #[arg(long, value_delimiter = ',', value_parser = crate::commands::synth::kind)]
    pub(crate) kinds: Option<Vec<Kind>>,
    /// Rows of other people added to the extract of aa-nav
    #[arg(long, value_name = "ROWS", default_value_t = 0)]
    pub(crate) background: u64,
    /// Planted effect: log of the ratio of the rates of finding work, IPS to TAU, at 15 contacts
    #[arg(long, default_value_t = 0.5, allow_negative_numbers = true)]
    pub(crate) effect: f64,
    /// Planted dose: what ten more contacts add to that log
    #[arg(long, default_value_t = 0.2, allow_negative_numbers = true)]
    pub(crate) dose: f64,
    /// What is wrong with the extracts: all, none, or names separated by commas (see --help)
    #[arg(long, value_delimiter = ',', default_value = "none")]
    pub(crate) mess: Vec<String>,
    /// First day that the registers cover (default 2017-01-01)
    #[arg(long, value_name = "DATE", value_parser = crate::commands::synth::date)]
    pub(crate) from: Option<NaiveDate>,
    /// Last day that the registers cover (default 2022-12-31)
    #[arg(long, value_name = "DATE", value_parser = crate::commands::synth::date)]
    pub(crate) to: Option<NaiveDate>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

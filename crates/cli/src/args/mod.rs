//! The arguments of every command: one file a command or family of commands.

mod compare;
mod data;
mod fit;
mod meta;
mod power;
mod standardise;
mod study;
mod survive;
mod synth;

pub(crate) use compare::{CompareArgs, MultiplicityChoice, TypeChoice};
pub(crate) use data::{DataArgs, Format, OutputArgs};
pub(crate) use fit::{
    CorrelationChoice, FamilyChoice, FitArgs, IntervalChoice, LinkChoice, MethodChoice, TiesChoice,
};
pub(crate) use meta::{MeasureChoice, MetaArgs, PooledTestChoice, Tau2Choice};
pub(crate) use power::{ExactChoice, PlanArgs, PowerArgs, PowerDesign};
pub(crate) use standardise::{StandardiseArgs, VarianceChoice};
pub(crate) use study::{
    CheckArgs, DeriveArgs, InitArgs, LockArgs, RunArgs, SchemaChoice, VerifyArgs,
};
pub(crate) use survive::{CurveInterval, SurviveArgs};
pub(crate) use synth::SynthArgs;

use clap::{Parser, Subcommand};

/// Register-based trial analysis: study tables, models and figures from register extracts.
#[derive(Debug, Parser)]
#[command(name = "regtrial", version, propagate_version = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::Init(args) => args.output.format,
            Command::Run(args) => args.output.format,
            Command::Check(args) => args.output.format,
            Command::Lock(args) => args.output.format,
            Command::Verify(args) => args.output.format,
            Command::Derive(args) => args.output.format,
            Command::Compare(args) => args.data.output.format,
            Command::Fit(args) => args.data.output.format,
            Command::Standardise(args) => args.data.output.format,
            Command::Synth(args) => args.output.format,
            Command::Survive(args) => args.data.output.format,
            Command::Meta(args) => args.data.output.format,
            Command::Power(args) => args.output.format,
            Command::Schema { .. } | Command::Completions { .. } | Command::Man => Format::Table,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a commented study.toml and a small synthetic study that runs
    Init(InitArgs),
    /// Run a whole study: results, tables, figures, report, provenance
    Run(RunArgs),
    /// Freeze plan and inputs: every later run names what it does otherwise
    Lock(LockArgs),
    /// Recompute a run and say whether its folder holds the same files, byte for byte
    Verify(VerifyArgs),
    /// Read a plan and its data, compute nothing, report every problem with counts
    Check(CheckArgs),
    /// Derive the person table: one row a person, one column an outcome
    Derive(DeriveArgs),
    /// Compare two or more arms on one outcome: every contrast with its intervals
    Compare(CompareArgs),
    /// Fit a regression
    Fit(FitArgs),
    /// Covariate-adjusted marginal risks, their difference, ratio and odds ratio
    Standardise(StandardiseArgs),
    /// Write synthetic registers with planted truth: any layout, any size, seeded
    #[command(after_long_help = crate::commands::synth::mess_help())]
    Synth(SynthArgs),
    /// Time to event by group: Kaplan-Meier, log-rank, restricted mean
    Survive(SurviveArgs),
    /// Meta-analysis of two-by-two tables or of estimates
    Meta(MetaArgs),
    /// Sample size and power of a planned trial
    Power(PowerArgs),
    /// Print the JSON Schema of a plan or of results.json
    Schema {
        /// Of which file
        file: SchemaChoice,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

//! The arguments of every command: one file a command or family of commands.

mod bootstrap;
mod compare;
mod consistency;
mod data;
mod fit;
mod meta;
mod power;
mod reproduce;
mod score;
mod standardise;
mod study;
mod survive;
mod synth;

pub(crate) use bootstrap::{BootstrapArgs, BootstrapKind};
pub(crate) use compare::{CompareArgs, ImbalanceChoice, MultiplicityChoice, TypeChoice};
pub(crate) use consistency::{
    ConsistencyArgs, ConsistencyCheck, EffectArgs, PrintedMeasureChoice, RSquaredArgs,
};
pub(crate) use data::{DataArgs, Format, OutputArgs};
pub(crate) use fit::{
    CorrelationChoice, FamilyChoice, FitArgs, IntervalChoice, LinkChoice, MethodChoice, TiesChoice,
    TimeScaleChoice,
};
pub(crate) use meta::{
    MeasureChoice, MetaArgs, ModelChoice, PooledTestChoice, SeveralArmsChoice, Tau2Choice,
};
pub(crate) use power::{
    AnalysisChoice, ExactChoice, LogRankArgs, MoreArgs, OverChoice, PlanArgs, PowerArgs,
    PowerDesign, RanksArgs, TwoMeansArgs, TwoProportionsArgs,
};
pub(crate) use reproduce::ReproduceArgs;
pub(crate) use score::{ScaleChoice, ScoreArgs};
pub(crate) use standardise::{StandardiseArgs, VarianceChoice};
pub(crate) use study::{
    ArdArgs, ArdFormat, CheckArgs, DeriveArgs, InitArgs, LockArgs, ManArgs, RunArgs, SchemaChoice,
    VerifyArgs,
};
pub(crate) use survive::{CurveInterval, SurviveArgs};
pub(crate) use synth::SynthArgs;

use clap::{Parser, Subcommand};

/// Bytes of `2GB`, `500MB`, `1.5GiB` or `800000000`.
pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, f64); 9] = [
        ("kib", 1024.0),
        ("mib", 1_048_576.0),
        ("gib", 1_073_741_824.0),
        ("kb", 1e3),
        ("mb", 1e6),
        ("gb", 1e9),
        ("m", 1e6),
        ("g", 1e9),
        ("b", 1.0),
    ];
    let lower = text.trim().to_lowercase();
    let unit = UNITS.iter().find(|(unit, _)| lower.ends_with(unit));
    let (number, factor) = match unit {
        Some((unit, factor)) => (&lower[..lower.len() - unit.len()], *factor),
        None => (&lower[..], 1.0),
    };
    match number.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok((number * factor) as u64),
        _ => Err("not a size; sizes are written 2GB or 500MB".to_owned()),
    }
}

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
            Command::Reproduce(args) => args.output.format,
            Command::Consistency(args) => args.format,
            Command::Score(args) => args.data.output.format,
            Command::Ard(args) => match args.format {
                ArdFormat::Json => Format::Json,
                ArdFormat::Csv => Format::Csv,
            },
            Command::Schema { .. } | Command::Completions { .. } | Command::Man(_) => Format::Table,
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
    /// The published studies: recompute, compare with print, say where they disagree
    Reproduce(ReproduceArgs),
    /// Whether printed numbers fit together: counts, tables, sums and n that may lie behind them
    Consistency(ConsistencyArgs),
    /// Score a rating scale: IPS fidelity (IPS-25) or Worker Role Interview
    Score(ScoreArgs),
    /// Results as analysis results data (CDISC ARS): a row a number
    Ard(ArdArgs),
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
    /// Print the manual page of a command, or write those of all
    Man(ManArgs),
}

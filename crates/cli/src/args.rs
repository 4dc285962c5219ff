//! The arguments of every command.

use clap::{Args, Parser, Subcommand, ValueEnum};
use regtrial_synth::registers::{Kind, NaiveDate};
use std::path::PathBuf;

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
            Command::Derive(args) => args.output.format,
            Command::Compare(args) => args.data.output.format,
            Command::Fit(args) => args.data.output.format,
            Command::Standardise(args) => args.data.output.format,
            Command::Synth(args) => args.output.format,
            Command::Survive(args) => args.data.output.format,
            Command::Meta(args) => args.data.output.format,
            Command::Power(args) => args.output.format,
            Command::Completions { .. } | Command::Man => Format::Table,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a commented study.toml and a small synthetic study that runs
    Init(InitArgs),
    /// Run a whole study: results, tables, figures, report, provenance
    Run(RunArgs),
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
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

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
    #[arg(long, required_unless_present = "why")]
    pub(crate) out: Option<PathBuf>,
    /// Explain one person's outcomes spell by spell (`-`: the id is read from stdin)
    #[arg(
        long,
        value_name = "ID",
        conflicts_with = "out",
        allow_hyphen_values = true
    )]
    pub(crate) why: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
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

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Column of the outcome
    #[arg(long)]
    pub(crate) outcome: String,
    /// Column of the arms
    #[arg(long)]
    pub(crate) arm: String,
    /// The reference arm (default: the first in bytewise order)
    #[arg(long)]
    pub(crate) reference: Option<String>,
    /// Kind of outcome (default: binary if every value is 0 or 1, else continuous)
    #[arg(long = "type", value_enum)]
    pub(crate) kind: Option<TypeChoice>,
    /// Column of strata: adds the contrasts within strata (Mantel-Haenszel and others; binary
    /// outcomes)
    #[arg(long)]
    pub(crate) strata: Option<String>,
    /// Leave out the unconditional exact tests (Barnard, Boschloo), which take seconds
    #[arg(long)]
    pub(crate) fast: bool,
    /// Adjust the p-values of each test over the contrasts
    #[arg(long, value_enum)]
    pub(crate) multiplicity: Option<MultiplicityChoice>,
    /// Also test each difference by this many random allocations of the arms
    #[arg(long, value_name = "N", requires = "seed")]
    pub(crate) permutations: Option<usize>,
    /// Seed of the allocations
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Exchange arms only within levels of this column: the strata or blocks of the randomisation
    #[arg(long, value_name = "COLUMN", requires = "permutations")]
    pub(crate) within: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MultiplicityChoice {
    Bonferroni,
    Holm,
    Hochberg,
    Hommel,
    /// Benjamini and Hochberg
    Bh,
    /// Benjamini and Yekutieli
    By,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TypeChoice {
    Binary,
    Continuous,
    Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FamilyChoice {
    Gaussian,
    Binomial,
    Poisson,
    /// Overdispersed counts, the shape estimated
    NegativeBinomial,
    /// Poisson coefficients with an estimated dispersion
    QuasiPoisson,
    /// Binomial coefficients with an estimated dispersion
    QuasiBinomial,
    /// Proportional hazards: Surv(time, event) ~ ...
    Cox,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LinkChoice {
    Identity,
    Log,
    Logit,
    Probit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MethodChoice {
    /// Maximum likelihood
    Ml,
    /// Firth's penalised likelihood: finite also under separation
    Firth,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IntervalChoice {
    Wald,
    Profile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CorrelationChoice {
    /// Any two rows of a cluster equally
    Exchangeable,
    /// No correlation; the sandwich allows for it all the same
    Independence,
    /// Falling with the distance in rows
    Ar1,
}

#[derive(Debug, Args)]
pub(crate) struct FitArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// The model, such as `employed ~ arm + age + factor(site, ref = 'C')`
    #[arg(long)]
    pub(crate) formula: String,
    /// Distribution of the outcome
    #[arg(long, value_enum)]
    pub(crate) family: FamilyChoice,
    /// Link of its mean (default: the family's canonical link)
    #[arg(long, value_enum)]
    pub(crate) link: Option<LinkChoice>,
    /// Covariance: classical, HC0, HC1, HC2, HC3, cluster(COLUMN), CR0(COLUMN) to CR3(COLUMN); with
    /// --id: robust, model-based, mancl-derouen or kauermann-carroll
    #[arg(
        long,
        default_value = "classical",
        default_value_if("id", clap::builder::ArgPredicate::IsPresent, "robust")
    )]
    pub(crate) vcov: String,
    /// Column of the clusters: generalised estimating equations
    #[arg(long, value_name = "COLUMN")]
    pub(crate) id: Option<String>,
    /// Working correlation within clusters (default: exchangeable)
    #[arg(long, value_enum, requires = "id")]
    pub(crate) correlation: Option<CorrelationChoice>,
    /// Test every term that may leave by its likelihood ratio
    #[arg(long, conflicts_with = "backward")]
    pub(crate) term_tests: bool,
    /// Backward elimination: take out the term with the largest p-value until none is above P
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    pub(crate) backward: Option<f64>,
    /// A term that the elimination keeps, such as the arm (may be repeated)
    #[arg(long, value_name = "TERM", requires = "backward")]
    pub(crate) keep: Vec<String>,
    /// How the coefficients are estimated
    #[arg(long, value_enum, default_value = "ml")]
    pub(crate) method: MethodChoice,
    /// How the intervals are computed (default: wald; Firth: profile)
    #[arg(long, value_enum)]
    pub(crate) intervals: Option<IntervalChoice>,
    /// Report ratios instead of coefficients
    #[arg(long)]
    pub(crate) exponentiate: bool,
    /// How the cox family takes events on the same day
    #[arg(long, value_enum, default_value = "efron")]
    pub(crate) ties: TiesChoice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TiesChoice {
    Efron,
    Breslow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VarianceChoice {
    /// Delta method, conditional on the covariates
    Delta,
    /// Ge et al. 2011, conditional on the covariates
    Ge,
    /// Ye et al. 2023, unconditional
    Ye,
    /// Leave-one-out influence function, unconditional
    Loo,
    /// The same with one step in place of each refit
    LooOneStep,
    /// Delta method with a covariance that allows for unequal variances, conditional on the
    /// covariates
    #[value(name = "HC0")]
    Hc0,
    #[value(name = "HC1")]
    Hc1,
    #[value(name = "HC2")]
    Hc2,
    #[value(name = "HC3")]
    Hc3,
}

#[derive(Debug, Args)]
pub(crate) struct StandardiseArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// The working model; the arm is one of its terms
    #[arg(long)]
    pub(crate) formula: String,
    /// Column of the arms
    #[arg(long)]
    pub(crate) arm: String,
    /// The reference arm (default: the first in bytewise order)
    #[arg(long)]
    pub(crate) reference: Option<String>,
    /// Distribution of the outcome
    #[arg(long, value_enum, default_value = "binomial")]
    pub(crate) family: FamilyChoice,
    /// Link of its mean (default: the family's canonical link)
    #[arg(long, value_enum)]
    pub(crate) link: Option<LinkChoice>,
    /// How the variance is estimated
    #[arg(
        long,
        value_enum,
        default_value = "loo-one-step",
        default_value_if("method", "firth", "loo")
    )]
    pub(crate) vcov: VarianceChoice,
    /// How the working model is fitted
    #[arg(long, value_enum, default_value = "ml")]
    pub(crate) method: MethodChoice,
    /// Column within whose levels people were randomised in blocks (default: simple
    /// randomisation)
    #[arg(long)]
    pub(crate) strata: Option<String>,
}

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CurveInterval {
    /// Symmetric around the probability, cut at 0 and 1
    Plain,
    /// Symmetric around its logarithm
    Log,
    /// Symmetric around the logarithm of minus its logarithm
    LogLog,
}

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
    /// Fleming-Harrington weight of early differences
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    pub(crate) rho: f64,
    /// Fleming-Harrington weight of late differences
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    pub(crate) gamma: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MeasureChoice {
    RiskRatio,
    OddsRatio,
    RiskDifference,
    /// From --estimate and --std-error only
    HazardRatio,
    /// From --estimate and --std-error only
    MeanDifference,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tau2Choice {
    /// DerSimonian and Laird
    Dl,
    /// Restricted maximum likelihood
    Reml,
    /// Paule and Mandel
    Pm,
    /// One common effect, no variance between studies
    Common,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PooledTestChoice {
    Z,
    HartungKnapp,
    /// Never narrower than z
    HartungKnappTruncated,
}

#[derive(Debug, Args)]
pub(crate) struct MetaArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Column of the studies' names
    #[arg(long)]
    pub(crate) study: Option<String>,
    /// Column of the people with the event, treated arm
    #[arg(long)]
    pub(crate) events_treated: Option<String>,
    /// Column of all people of the treated arm
    #[arg(long)]
    pub(crate) total_treated: Option<String>,
    /// Column of the people with the event, control arm
    #[arg(long)]
    pub(crate) events_control: Option<String>,
    /// Column of all people of the control arm
    #[arg(long)]
    pub(crate) total_control: Option<String>,
    /// Column of estimates, in place of counts; ratios on their natural scale
    #[arg(long)]
    pub(crate) estimate: Option<String>,
    /// Column of their standard errors; of the logarithm for ratios
    #[arg(long)]
    pub(crate) std_error: Option<String>,
    /// The ratios in --estimate are logarithms
    #[arg(long)]
    pub(crate) log_scale: bool,
    /// What is pooled
    #[arg(long, value_enum, default_value = "risk-ratio")]
    pub(crate) measure: MeasureChoice,
    /// How the variance between studies is estimated
    #[arg(long, value_enum, default_value = "reml")]
    pub(crate) tau2: Tau2Choice,
    /// Test and interval of the pooled effect
    #[arg(long, value_enum, default_value = "z")]
    pub(crate) test: PooledTestChoice,
    /// Also pool without each study in turn
    #[arg(long)]
    pub(crate) leave_one_out: bool,
    /// Also pool the first one, two, three, ... studies in the order of the file
    #[arg(long)]
    pub(crate) cumulative: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PowerArgs {
    #[command(subcommand)]
    pub(crate) design: PowerDesign,
    /// Write results to a file instead of stdout
    #[arg(long, global = true)]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: PowerOutput,
}

#[derive(Debug, Args)]
pub(crate) struct PowerOutput {
    /// How results are printed
    #[arg(long, value_enum, default_value = "table", global = true)]
    pub(crate) format: Format,
    /// Say nothing but results and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PowerDesign {
    /// A yes/no outcome
    TwoProportions(TwoProportionsArgs),
    /// A quantity
    TwoMeans(TwoMeansArgs),
    /// A time to event
    LogRank(LogRankArgs),
}

/// What every design shares.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// The power wanted: gives the sizes
    #[arg(long, conflicts_with_all = ["n_treated", "n_control"], allow_negative_numbers = true)]
    pub(crate) power: Option<f64>,
    /// People recruited to the treated arm: with --n-control gives the power
    #[arg(long, requires = "n_control", allow_negative_numbers = true)]
    pub(crate) n_treated: Option<u64>,
    /// People recruited to the control arm
    #[arg(long, requires = "n_treated", allow_negative_numbers = true)]
    pub(crate) n_control: Option<u64>,
    /// Two-sided level (one-sided for non-inferiority)
    #[arg(long, default_value_t = 0.05, allow_negative_numbers = true)]
    pub(crate) alpha: f64,
    /// Treated people for each control
    #[arg(long, default_value_t = 1.0, allow_negative_numbers = true)]
    pub(crate) ratio: f64,
    /// Share of people lost before the analysis
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    pub(crate) attrition: f64,
    /// Mean number of people a cluster, for a trial of clusters
    #[arg(
        long,
        default_value_t = 1.0,
        requires = "icc",
        allow_negative_numbers = true
    )]
    pub(crate) cluster_size: f64,
    /// Intracluster correlation
    #[arg(
        long,
        default_value_t = 0.0,
        requires = "cluster_size",
        allow_negative_numbers = true
    )]
    pub(crate) icc: f64,
    /// Coefficient of variation of the cluster sizes
    #[arg(
        long,
        default_value_t = 0.0,
        requires = "cluster_size",
        allow_negative_numbers = true
    )]
    pub(crate) cluster_variation: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExactChoice {
    Fisher,
    ChiSquared,
}

#[derive(Debug, Args)]
pub(crate) struct TwoProportionsArgs {
    /// Expected proportion of the controls
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) control: f64,
    /// Expected proportion of the treated
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) treated: f64,
    /// Non-inferiority: the largest loss that is still acceptable, as a proportion
    #[arg(long, value_name = "MARGIN", allow_negative_numbers = true)]
    pub(crate) non_inferiority: Option<f64>,
    /// Also the exact power of a test at these sizes
    #[arg(long, value_enum)]
    pub(crate) exact: Option<ExactChoice>,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
}

#[derive(Debug, Args)]
pub(crate) struct TwoMeansArgs {
    /// Expected difference of the means
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) difference: f64,
    /// Standard deviation within each arm
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) sd: f64,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LogRankArgs {
    /// Expected hazard ratio, treated over control
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) hazard_ratio: f64,
    /// Share of the controls with the event while followed
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) events_control: f64,
    /// Share of the treated with the event while followed
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) events_treated: f64,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
}

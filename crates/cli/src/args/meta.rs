//! The arguments of `regtrial meta`.

use super::DataArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

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
    /// Add a trial that is not in the file: `NAME,EVENTS/TOTAL,EVENTS/TOTAL` (treated, control), or with
    /// estimates `NAME,ESTIMATE,STD_ERROR`; may be repeated
    #[arg(long, value_name = "TRIAL")]
    pub(crate) add: Vec<String>,
    /// Order the studies by a column of numbers, such as the year, before --cumulative
    #[arg(long, value_name = "COLUMN")]
    pub(crate) order_by: Option<String>,
    /// Write the forest plot, as SVG or PNG by the file's name
    #[arg(long, value_name = "FILE")]
    pub(crate) forest: Option<PathBuf>,
    /// Write the funnel plot, as SVG or PNG by the file's name
    #[arg(long, value_name = "FILE")]
    pub(crate) funnel: Option<PathBuf>,
    /// Also pool the studies of each value of a column apart
    #[arg(long, value_name = "COLUMN")]
    pub(crate) by: Option<String>,
    /// What is pooled [default: risk-ratio; odds-ratio where --model is not normal]
    #[arg(long, value_enum)]
    pub(crate) measure: Option<MeasureChoice>,
    /// What is taken as normal: the studies' effects, or nothing but how they vary between studies. The
    /// other models pool odds ratios by the likelihood of the counts, for rare events
    #[arg(long, value_enum, default_value = "normal")]
    pub(crate) model: ModelChoice,
    /// How the variance between studies is estimated [default: reml; ml where --model is not normal]
    #[arg(long, value_enum)]
    pub(crate) tau2: Option<Tau2Choice>,
    /// Test and interval of the pooled effect
    #[arg(long, value_enum, default_value = "z")]
    pub(crate) test: PooledTestChoice,
    /// Also pool without each study in turn
    #[arg(long)]
    pub(crate) leave_one_out: bool,
    /// Explain effects by columns of the file (a meta-regression): `year`, `factor(country)`, ...
    #[arg(long, value_name = "TERMS", value_delimiter = ',')]
    pub(crate) moderators: Vec<String>,
    /// A covariance of the meta-regression that allows for several rows of one --study
    #[arg(long, requires_all = ["moderators", "study"])]
    pub(crate) robust: bool,
    /// What becomes of several rows of one --study, treated arms that share a control arm
    #[arg(long, value_enum, requires_all = ["study", "events_treated"])]
    pub(crate) several_arms: Option<SeveralArmsChoice>,
    /// Also pool the first one, two, three, ... studies in the order of the file
    #[arg(long)]
    pub(crate) cumulative: bool,
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
pub(crate) enum ModelChoice {
    /// Effects of studies with known variances
    Normal,
    /// Treated events given both margins: noncentral hypergeometric (CM.EL)
    ConditionalHypergeometric,
    /// The same for rare events: binomial among all events (CM.AL)
    ConditionalBinomial,
    /// Both arms binomial, each study with a risk of its own (UM.FS)
    FixedStudies,
    /// Both arms binomial, the studies' risks from a normal distribution (UM.RS)
    RandomStudies,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SeveralArmsChoice {
    /// The treated arms are added up
    Combine,
    /// The control arm is split among the rows
    Split,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tau2Choice {
    /// DerSimonian and Laird
    Dl,
    /// Restricted maximum likelihood
    Reml,
    /// Paule and Mandel
    Pm,
    /// Maximum likelihood, where --model is not normal
    Ml,
    /// One common effect, no variance between studies
    Common,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PooledTestChoice {
    Z,
    /// t with the same standard errors, where --model is not normal
    T,
    HartungKnapp,
    /// Never narrower than z
    HartungKnappTruncated,
}

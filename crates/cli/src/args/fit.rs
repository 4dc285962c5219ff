//! The arguments of `regtrial fit`.

use super::DataArgs;
use clap::{Args, ValueEnum};

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
    /// How the cox and fine-gray families take events on the same day
    #[arg(long, value_enum, default_value = "efron")]
    pub(crate) ties: TiesChoice,
    /// Of the cox family: survival of a person with these covariates at --times; may be repeated
    #[arg(long, value_name = "NAME=VALUE,...", requires = "times")]
    pub(crate) predict: Vec<String>,
    /// Of the cox family: the cumulative hazard of each stratum for covariates 0, at --times or at every
    /// event time
    #[arg(long)]
    pub(crate) baseline: bool,
    /// Times of --predict and --baseline
    #[arg(long, value_delimiter = ',', allow_negative_numbers = true)]
    pub(crate) times: Vec<f64>,
    /// Of the cox family: the scale of time on which the test of proportional hazards looks for change
    /// [default: km]
    #[arg(long, value_enum)]
    pub(crate) ph_scale: Option<TimeScaleChoice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimeScaleChoice {
    /// One minus the Kaplan-Meier curve
    Km,
    /// Rank of the event
    Rank,
    /// Days
    Identity,
    /// Logarithm of the days
    Log,
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
    /// Proportional subdistribution hazards: Surv(time, cause) ~ ..., where cause is 1 for the event
    /// and 2 or more for events that compete with it
    FineGray,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TiesChoice {
    Efron,
    Breslow,
    /// The discrete conditional likelihood, for small data; cox only
    Exact,
}

//! `regtrial fit --family cox`: a regression of time to event.

use super::say;
use crate::args::{FitArgs, IntervalChoice, LinkChoice, MethodChoice, TiesChoice};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use regtrial_results::{Cells, DiagnosticRecord, Record, Results};
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::TermEstimate;
use regtrial_stats::survival::{Cox, CoxVariance, ExactCoxFit, SurvivalDesign, Ties, TimeScale};
use regtrial_stats::{Estimate, Statistic, StatsError};
use regtrial_study::analysis::records::{record, remark};
use regtrial_study::design;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize, Default)]
struct Model {
    family: &'static str,
    link: &'static str,
    formula: String,
    method: &'static str,
    ties: &'static str,
    vcov: String,
    n: Option<usize>,
    n_dropped: Option<usize>,
    events: Option<u64>,
    strata: usize,
    log_likelihood: Option<f64>,
    null_log_likelihood: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    penalised_log_likelihood: Option<f64>,
    aic: Option<f64>,
    likelihood_ratio: Option<Test>,
    score: Option<Test>,
    wald: Option<Test>,
    concordance: Option<f64>,
    converged: bool,
    iterations: usize,
}

impl Model {
    /// Takes away what would give withheld counts back.
    fn withhold(&mut self) {
        self.n = None;
        self.n_dropped = None;
        self.events = None;
        self.log_likelihood = None;
        self.null_log_likelihood = None;
        self.penalised_log_likelihood = None;
        self.aic = None;
        self.likelihood_ratio = None;
        self.score = None;
        self.wald = None;
        self.concordance = None;
    }
}

#[derive(Serialize)]
struct Test {
    #[serde(skip_serializing_if = "Option::is_none")]
    term: Option<String>,
    statistic_value: f64,
    df: f64,
    p_value: f64,
}

impl From<Estimate> for Test {
    fn from(test: Estimate) -> Self {
        Self {
            term: None,
            statistic_value: test.statistic_value,
            df: test.df,
            p_value: test.p_value,
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    model: Model,
    terms: &'a [Record],
    proportional_hazards: Vec<Test>,
    diagnostics: &'a [DiagnosticRecord],
}

/// What a fit of either method gives.
struct Fitted {
    terms: Vec<TermEstimate>,
    hazards: Vec<Test>,
    diagnostics: Vec<DiagnosticRecord>,
}

pub(crate) fn run(args: &FitArgs) -> Result<Outcome, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, Some(&args.formula));
    if args.id.is_some() {
        return Err(
            Failure::message("argument", "--id does not go with the cox family")
                .with_help("for clusters give --vcov 'cluster(COLUMN)'"),
        );
    }
    if !matches!(args.link, None | Some(LinkChoice::Log)) {
        return Err(Failure::message(
            "argument",
            "the cox family has the log link only",
        ));
    }
    let formula = Formula::parse(&args.formula).map_err(failed)?;
    let (variance, cluster) = variance(args, &formula)?;
    let mut used = formula.columns();
    used.extend(cluster.map(str::to_owned));
    // Strata and clusters are labels, whatever they look like.
    let labels: Vec<String> = formula
        .survival
        .strata
        .iter()
        .chain(&formula.survival.cluster)
        .cloned()
        .collect();
    used.retain(|name| !labels.contains(name) && Some(name.as_str()) != cluster);
    let frame = data::read(&args.data, &[], &used)?;
    let columns =
        design::data(&frame, &BTreeMap::new()).map_err(regtrial_study::StudyError::from)?;
    let columns = data::with_truths(columns, &data::outcome_columns(&formula));
    let design = SurvivalDesign::with_cluster(&formula, &columns, cluster).map_err(failed)?;
    let cox = Cox {
        ties: match args.ties {
            TiesChoice::Efron | TiesChoice::Exact => Ties::Efron,
            TiesChoice::Breslow => Ties::Breslow,
        },
        variance,
    };
    let mut model = Model {
        family: "cox",
        link: "log",
        formula: args.formula.clone(),
        ties: match args.ties {
            TiesChoice::Efron => "efron",
            TiesChoice::Breslow => "breslow",
            TiesChoice::Exact => "exact",
        },
        vcov: match variance {
            CoxVariance::Cluster => format!("cluster({})", cluster_name(&formula, cluster)),
            other => other.as_str().to_owned(),
        },
        n: Some(design.nobs()),
        n_dropped: Some(design.dropped),
        events: Some(design.events()),
        strata: design.stratum.iter().max().map_or(0, |most| most + 1),
        converged: true,
        ..Model::default()
    };
    let fitted = match args.method {
        _ if args.ties == TiesChoice::Exact => exact(args, variance, &design, &mut model)?,
        MethodChoice::Ml => maximum_likelihood(args, cox, &design, &mut model)?,
        MethodChoice::Firth => firth(args, cox, &design, &mut model)?,
    };
    let mut results = Results {
        diagnostics: fitted.diagnostics,
        ..Results::default()
    };
    for (j, term) in fitted.terms.iter().enumerate() {
        let estimate = if args.exponentiate {
            term.estimate.exponentiated(Statistic::HazardRatio)
        } else {
            term.estimate
        };
        let mut made = record("fit", "complete rows", &estimate);
        made.term.clone_from(&term.term);
        made.cells = cells(&design, j);
        results.records.push(made);
    }
    let released = results.release(data::policy(&args.data));
    let withheld = released.records().iter().any(|record| record.suppressed);
    if withheld || !released.policy().allows(design.dropped as u64) {
        model.withhold();
    }
    if let (false, Some(n), Some(events), Some(dropped)) = (
        args.data.output.quiet,
        model.n,
        model.events,
        model.n_dropped,
    ) {
        anstream::eprintln!(
            "{} cox ({} ties): {n} rows, {events} events, {dropped} left out for a missing or undefined value",
            model.method,
            model.ties
        );
    }
    let document = Document {
        schema: "regtrial.fit/1",
        model,
        terms: released.records(),
        proportional_hazards: if withheld { Vec::new() } else { fitted.hazards },
        diagnostics: released.diagnostics(),
    };
    output::print(&args.data, &document, released.records())?;
    Ok(say(released.diagnostics(), args.data.output.quiet))
}

/// The covariance that --vcov and cluster() ask for together, and the column of --vcov.
fn variance<'a>(
    args: &'a FitArgs,
    formula: &Formula,
) -> Result<(CoxVariance, Option<&'a str>), Failure> {
    let inner = args
        .vcov
        .strip_prefix("cluster(")
        .and_then(|rest| rest.strip_suffix(')'));
    match (inner, args.vcov.as_str(), &formula.survival.cluster) {
        (Some(column), _, None) => Ok((CoxVariance::Cluster, Some(column.trim()))),
        (Some(column), _, Some(own)) if column.trim() == own => Ok((CoxVariance::Cluster, None)),
        (Some(_), _, Some(_)) => Err(Failure::message(
            "argument",
            "--vcov and cluster() in the formula name different columns",
        )),
        (None, "classical", Some(_)) => Ok((CoxVariance::Cluster, None)),
        (None, "classical", None) => Ok((CoxVariance::Classical, None)),
        (None, "HC0", None) => Ok((CoxVariance::Robust, None)),
        _ => Err(Failure::message(
            "argument",
            "--vcov of the cox family is classical, HC0 or cluster(COLUMN)",
        )),
    }
}

fn cluster_name<'a>(formula: &'a Formula, cluster: Option<&'a str>) -> &'a str {
    cluster
        .or(formula.survival.cluster.as_deref())
        .unwrap_or_default()
}

fn maximum_likelihood(
    args: &FitArgs,
    cox: Cox,
    design: &SurvivalDesign,
    model: &mut Model,
) -> Result<Fitted, Failure> {
    let profile = args.intervals == Some(IntervalChoice::Profile);
    if profile && cox.variance != CoxVariance::Classical {
        let rule = "profile intervals rest on the likelihood alone: they have no robust form";
        return Err(Failure::message("argument", rule)
            .with_help("leave out --vcov and cluster(), or take --intervals wald"));
    }
    let failed = |error: StatsError| Failure::stats(&error, Some(&args.formula));
    let fit = cox.fit(design).map_err(failed)?;
    model.method = "ml";
    model.log_likelihood = Some(fit.log_likelihood);
    model.null_log_likelihood = Some(fit.null_log_likelihood);
    model.aic = Some(fit.aic());
    model.likelihood_ratio = Some(fit.likelihood_ratio_test().into());
    model.score = Some(fit.score_test().into());
    model.wald = Some(fit.wald_test().into());
    model.concordance = Some(fit.concordance().estimate);
    model.iterations = fit.iterations;
    let hazards = fit.proportional_hazards(TimeScale::KaplanMeier);
    let level = data::level(&args.data)?;
    Ok(Fitted {
        terms: match profile {
            true => fit.profile(level).map_err(failed)?,
            false => fit.confint(level),
        },
        diagnostics: fit.diagnostics.iter().map(remark).collect(),
        hazards: hazards
            .into_iter()
            .map(|test| Test {
                term: Some(test.term),
                statistic_value: test.statistic,
                df: test.df,
                p_value: test.p_value,
            })
            .collect(),
    })
}

fn exact(
    args: &FitArgs,
    variance: CoxVariance,
    design: &SurvivalDesign,
    model: &mut Model,
) -> Result<Fitted, Failure> {
    let firth = args.method == MethodChoice::Firth;
    let profile = args.intervals == Some(IntervalChoice::Profile);
    if firth || profile || variance != CoxVariance::Classical {
        let rule =
            "exact ties go with maximum likelihood, Wald intervals and the classical covariance";
        return Err(Failure::message("argument", rule).with_help("--ties efron has all the others"));
    }
    let failed = |error: StatsError| Failure::stats(&error, Some(&args.formula));
    let fit = ExactCoxFit::new(design).map_err(failed)?;
    let [ratio, score, wald] = fit.tests();
    model.method = "ml";
    model.log_likelihood = Some(fit.log_likelihood);
    model.null_log_likelihood = Some(fit.null_log_likelihood);
    model.aic = Some(2.0 * (fit.terms.len() as f64 - fit.log_likelihood));
    model.likelihood_ratio = Some(ratio.into());
    model.score = Some(score.into());
    model.wald = Some(wald.into());
    model.concordance = Some(fit.concordance);
    model.iterations = fit.iterations;
    Ok(Fitted {
        terms: fit.confint(data::level(&args.data)?),
        hazards: Vec::new(),
        diagnostics: Vec::new(),
    })
}

fn firth(
    args: &FitArgs,
    cox: Cox,
    design: &SurvivalDesign,
    model: &mut Model,
) -> Result<Fitted, Failure> {
    if args.intervals == Some(IntervalChoice::Wald) || cox.variance != CoxVariance::Classical {
        let rule = "Firth's method has profile intervals and the classical covariance only";
        return Err(Failure::message("argument", rule).with_help(
            "leave --intervals, --vcov and cluster() out: Wald intervals are what a monotone likelihood breaks",
        ));
    }
    let failed = |error: StatsError| Failure::stats(&error, Some(&args.formula));
    let fit = cox.fit_firth(design).map_err(failed)?;
    model.method = "firth";
    model.log_likelihood = Some(fit.log_likelihood);
    model.penalised_log_likelihood = Some(fit.penalised_log_likelihood);
    model.iterations = fit.iterations;
    Ok(Fitted {
        terms: fit.confint(data::level(&args.data)?).map_err(failed)?,
        hazards: Vec::new(),
        diagnostics: Vec::new(),
    })
}

/// The counts behind a term: for a 0/1 column rows and events on both sides of it.
pub(super) fn cells(design: &SurvivalDesign, term: usize) -> Cells {
    let column = design.x.column(term);
    let events = design.events();
    let n = design.nobs() as u64;
    if column.iter().any(|value| *value != 0.0 && *value != 1.0) {
        return Cells::counts([events, n - events]);
    }
    let ones = column.iter().filter(|value| **value == 1.0).count() as u64;
    let both = column
        .iter()
        .zip(&design.event)
        .filter(|(value, event)| **value == 1.0 && **event);
    let events_of_ones = both.count() as u64;
    Cells::counts([
        ones,
        n - ones,
        events_of_ones,
        events - events_of_ones,
        ones - events_of_ones,
        n - ones - (events - events_of_ones),
    ])
}

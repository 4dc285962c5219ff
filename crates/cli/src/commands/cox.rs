//! `regtrial fit --family cox`: a regression of time to event.

mod predicted;

use super::say;
use crate::args::{FitArgs, IntervalChoice, LinkChoice, MethodChoice, TiesChoice};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use regtrial_results::{DiagnosticRecord, Record, Results};
use regtrial_stats::formula::Formula;
use regtrial_stats::survival::{Cox, CoxVariance, SurvivalDesign, Ties};
use regtrial_stats::{Estimate, Method, Statistic, StatsError};
use regtrial_study::analysis::records::record;
use regtrial_study::analysis::survival::{Hazards, HazardsModel, term_cells};
use regtrial_study::{TiesPlan, design};
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

impl From<&Estimate> for Test {
    fn from(test: &Estimate) -> Self {
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
    #[serde(skip_serializing_if = "<[Record]>::is_empty")]
    predictions: &'a [Record],
    proportional_hazards: Vec<Test>,
    diagnostics: &'a [DiagnosticRecord],
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
    let asked = asked(args, variance)?;
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
    let fitted = asked
        .cox(&design, data::level(&args.data)?)
        .map_err(failed)?;
    model.take(&fitted, asked);
    let mut results = Results {
        diagnostics: fitted.diagnostics.clone(),
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
        made.cells = term_cells(&design, j);
        results.records.push(made);
    }
    let cox = Cox {
        ties: match args.ties {
            TiesChoice::Breslow => Ties::Breslow,
            TiesChoice::Efron | TiesChoice::Exact => Ties::Efron,
        },
        variance,
    };
    let predicted = predicted::records(args, cox, (&formula, &columns), &design)?;
    let terms = results.records.len();
    results.records.extend(predicted);
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
        terms: &released.records()[..terms],
        predictions: &released.records()[terms..],
        proportional_hazards: if withheld {
            Vec::new()
        } else {
            hazards(&fitted)
        },
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

/// What the arguments ask for together.
fn asked(args: &FitArgs, variance: CoxVariance) -> Result<HazardsModel, Failure> {
    let refused = |rule: &str, help: &str| Err(Failure::message("argument", rule).with_help(help));
    let firth = args.method == MethodChoice::Firth;
    let profile = args.intervals == Some(IntervalChoice::Profile);
    if !args.predict.is_empty() && (firth || args.ties == TiesChoice::Exact) {
        let rule = "--predict goes with maximum likelihood and ties by Efron or Breslow";
        return refused(rule, "leave out --method firth and --ties exact");
    }
    if args.times.iter().any(|time| time.is_nan() || *time < 0.0) {
        return refused("--times are numbers from 0 on", "such as --times 365,730");
    }
    let plain = variance == CoxVariance::Classical;
    let exact = args.ties == TiesChoice::Exact;
    if exact && (firth || profile || !plain) {
        let rule =
            "exact ties go with maximum likelihood, Wald intervals and the classical covariance";
        return refused(rule, "--ties efron has all the others");
    }
    if firth && (args.intervals == Some(IntervalChoice::Wald) || !plain) {
        let rule = "Firth's method has profile intervals and the classical covariance only";
        let help = "leave --intervals, --vcov and cluster() out: Wald intervals are what a monotone likelihood breaks";
        return refused(rule, help);
    }
    if profile && !plain {
        let rule = "profile intervals rest on the likelihood alone: they have no robust form";
        let help = "leave out --vcov and cluster(), or take --intervals wald";
        return refused(rule, help);
    }
    Ok(HazardsModel {
        ties: match args.ties {
            TiesChoice::Efron => TiesPlan::Efron,
            TiesChoice::Breslow => TiesPlan::Breslow,
            TiesChoice::Exact => TiesPlan::Exact,
        },
        variance,
        firth,
        profile,
    })
}

impl Model {
    fn take(&mut self, fit: &Hazards, asked: HazardsModel) {
        self.method = if asked.firth { "firth" } else { "ml" };
        self.log_likelihood = Some(fit.log_likelihood);
        self.null_log_likelihood = fit.null_log_likelihood;
        self.penalised_log_likelihood = fit.penalised_log_likelihood;
        self.aic = fit.aic;
        self.likelihood_ratio = fit.test(Method::LikelihoodRatio).map(Test::from);
        self.score = fit.test(Method::Score).map(Test::from);
        self.wald = fit.test(Method::Wald).map(Test::from);
        self.concordance = fit.concordance;
        self.iterations = fit.iterations;
    }
}

fn hazards(fit: &Hazards) -> Vec<Test> {
    let tests = fit.proportional.iter().map(|test| Test {
        term: Some(test.term.clone()),
        statistic_value: test.statistic,
        df: test.df,
        p_value: test.p_value,
    });
    tests.collect()
}

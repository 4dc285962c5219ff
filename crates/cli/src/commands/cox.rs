//! `regtrial fit --family cox`: a regression of time to event.

mod predicted;
mod summary;

use super::say;
use crate::args::{FitArgs, IntervalChoice, LinkChoice, MethodChoice, TiesChoice, TimeScaleChoice};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use regtrial_results::{DiagnosticRecord, Record, Results};
use regtrial_stats::formula::Formula;
use regtrial_stats::survival::{Cox, CoxVariance, SurvivalDesign, Ties, TimeScale};
use regtrial_stats::{Statistic, StatsError};
use regtrial_study::analysis::records::record;
use regtrial_study::analysis::survival::{HazardsModel, term_cells};
use regtrial_study::{TiesPlan, design};
use serde::Serialize;
use std::collections::BTreeMap;
use summary::{Model, Test};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    model: Model,
    terms: &'a [Record],
    #[serde(skip_serializing_if = "<[Record]>::is_empty")]
    predictions: &'a [Record],
    #[serde(skip_serializing_if = "<[Record]>::is_empty")]
    baseline: &'a [Record],
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
    let on_day_0 = |i: usize| design.event[i] && design.stop[i] <= 0.0;
    if let (TimeScale::Log, Some(i)) = (asked.scale, (0..design.nobs()).find(|&i| on_day_0(i))) {
        let rule = format!(
            "--ph-scale log: the event of data row {} is not after day 0 and has no logarithm",
            design.rows[i] + 1
        );
        return Err(Failure::message("argument", rule).with_help("take km, rank or identity"));
    }
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
    let coefficients = results.records.len();
    let beside = predicted::Beside::new(args, cox, (&formula, &columns), &design)?;
    results.records.extend(beside.persons()?);
    let predictions = results.records.len();
    results.records.extend(beside.baseline()?);
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
    let (terms, others) = released.records().split_at(coefficients);
    let (predictions, baseline) = others.split_at(predictions - coefficients);
    let mut printed = terms.to_vec();
    if !withheld {
        printed.extend(summary::lines(&fitted));
    }
    printed.extend_from_slice(others);
    let document = Document {
        schema: "regtrial.fit/1",
        model,
        terms,
        predictions,
        baseline,
        proportional_hazards: if withheld {
            Vec::new()
        } else {
            summary::hazards(&fitted)
        },
        diagnostics: released.diagnostics(),
    };
    output::print(&args.data, &document, &printed)?;
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
    let beside = !args.predict.is_empty() || args.baseline;
    if beside && (firth || args.ties == TiesChoice::Exact) {
        let rule =
            "--predict and --baseline go with maximum likelihood and ties by Efron or Breslow";
        return refused(rule, "leave out --method firth and --ties exact");
    }
    if !args.times.is_empty() && !beside {
        return refused("--times is of --predict and --baseline", "give one of them");
    }
    if args.baseline && args.data.release.is_some() && args.times.is_empty() {
        let rule = "--release needs --times with --baseline: the days of events are people's";
        return refused(rule, "days of the plan, such as --times 90,180,365");
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
        scale: match args.ph_scale {
            None | Some(TimeScaleChoice::Km) => TimeScale::KaplanMeier,
            Some(TimeScaleChoice::Rank) => TimeScale::Rank,
            Some(TimeScaleChoice::Identity) => TimeScale::Identity,
            Some(TimeScaleChoice::Log) => TimeScale::Log,
        },
    })
}

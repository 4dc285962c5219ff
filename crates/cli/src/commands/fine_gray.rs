//! `regtrial fit --family fine-gray`: a regression of the cumulative incidence of one kind of event.

use super::say;
use crate::args::{FitArgs, IntervalChoice, LinkChoice, MethodChoice, TiesChoice};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use regtrial_results::{DiagnosticRecord, Record, Results};
use regtrial_stats::formula::Formula;
use regtrial_stats::survival::Ties;
use regtrial_stats::survival::competing::{CompetingDesign, FineGray};
use regtrial_stats::{Statistic, StatsError};
use regtrial_study::analysis::records::{record, remark};
use regtrial_study::analysis::survival::term_cells;
use regtrial_study::design;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Model<'a> {
    family: &'static str,
    link: &'static str,
    formula: &'a str,
    method: &'static str,
    ties: &'static str,
    vcov: &'static str,
    n: Option<usize>,
    n_dropped: Option<usize>,
    events: Option<u64>,
    competing_events: Option<u64>,
    strata: usize,
    log_likelihood: Option<f64>,
    null_log_likelihood: Option<f64>,
    converged: bool,
    iterations: usize,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    model: Model<'a>,
    terms: &'a [Record],
    diagnostics: &'a [DiagnosticRecord],
}

pub(crate) fn run(args: &FitArgs) -> Result<Outcome, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, Some(&args.formula));
    refuse(args)?;
    let formula = Formula::parse(&args.formula).map_err(failed)?;
    let parts = &formula.survival;
    // Strata and clusters are labels, whatever they look like.
    let mut used = formula.columns();
    used.retain(|name| {
        !parts
            .strata
            .iter()
            .chain(&parts.cluster)
            .any(|own| own == name)
    });
    let frame = data::read(&args.data, &[], &used)?;
    let columns =
        design::data(&frame, &BTreeMap::new()).map_err(regtrial_study::StudyError::from)?;
    let columns = data::with_truths(columns, &data::outcome_columns(&formula));
    let design = CompetingDesign::new(&formula, &columns, None).map_err(failed)?;
    let (ties, ties_name) = match args.ties {
        TiesChoice::Efron => (Ties::Efron, "efron"),
        TiesChoice::Breslow => (Ties::Breslow, "breslow"),
        TiesChoice::Exact => {
            let rule = "the fine-gray family takes ties by efron or breslow";
            return Err(Failure::message("argument", rule));
        }
    };
    let fit = FineGray { ties }.fit(&design).map_err(failed)?;
    let mut results = Results {
        diagnostics: fit.diagnostics.iter().map(remark).collect(),
        ..Results::default()
    };
    for (j, term) in fit.confint(data::level(&args.data)?).iter().enumerate() {
        let estimate = match args.exponentiate {
            true => term
                .estimate
                .exponentiated(Statistic::SubdistributionHazardRatio),
            false => term.estimate,
        };
        let mut made = record("fit", "complete rows", &estimate);
        made.term.clone_from(&term.term);
        made.cells = term_cells(&design.survival, j);
        made.cells.counts.push(fit.competing);
        results.records.push(made);
    }
    let released = results.release(data::policy(&args.data));
    let withheld = released.records().iter().any(|record| record.suppressed)
        || !released.policy().allows(fit.dropped as u64);
    let model = Model {
        family: "fine-gray",
        link: "log",
        formula: &args.formula,
        method: "ml",
        ties: ties_name,
        vcov: match design.survival.cluster {
            Some(_) => "cluster",
            None => "robust",
        },
        n: (!withheld).then_some(fit.nobs),
        n_dropped: (!withheld).then_some(fit.dropped),
        events: (!withheld).then_some(fit.events),
        competing_events: (!withheld).then_some(fit.competing),
        strata: fit.strata,
        log_likelihood: (!withheld).then_some(fit.log_likelihood),
        null_log_likelihood: (!withheld).then_some(fit.null_log_likelihood),
        converged: true,
        iterations: fit.iterations,
    };
    if !args.data.output.quiet && !withheld {
        anstream::eprintln!(
            "fine-gray ({ties_name} ties): {} rows, {} events, {} competing events, {} left out for a missing or undefined value",
            fit.nobs,
            fit.events,
            fit.competing,
            fit.dropped
        );
    }
    let document = Document {
        schema: "regtrial.fit/1",
        model,
        terms: released.records(),
        diagnostics: released.diagnostics(),
    };
    output::print(&args.data, &document, released.records())?;
    Ok(say(released.diagnostics(), args.data.output.quiet))
}

/// What the family has not.
fn refuse(args: &FitArgs) -> Result<(), Failure> {
    let refused = |rule: &str| Err(Failure::message("argument", rule));
    if args.id.is_some() {
        let rule = "--id does not go with the fine-gray family";
        return Err(Failure::message("argument", rule)
            .with_help("for clusters put cluster(COLUMN) into the formula"));
    }
    if !matches!(args.link, None | Some(LinkChoice::Log)) {
        return refused("the fine-gray family has the log link only");
    }
    if args.vcov != "classical" {
        let rule = "the fine-gray family has its own robust covariance: leave --vcov out, and put clusters as \
                    cluster(COLUMN) into the formula";
        return refused(rule);
    }
    if args.method == MethodChoice::Firth || args.intervals == Some(IntervalChoice::Profile) {
        let rule = "the fine-gray family has Wald intervals of maximum likelihood only";
        return Err(Failure::message("argument", rule).with_help(
            "Firth's method and profile intervals are of the cox family: Surv(time, cause == 1), other causes \
             ending observation",
        ));
    }
    if args.term_tests || args.backward.is_some() {
        return refused("the fine-gray family has no tests of terms by likelihood ratio");
    }
    Ok(())
}

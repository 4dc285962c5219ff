//! `regtrial standardise`: covariate-adjusted risks of the arms and their contrasts.

use super::{family, link, say};
use crate::args::{StandardiseArgs, VarianceChoice};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use regtrial_results::{Cells, DiagnosticRecord, Record, Results};
use regtrial_stats::StatsError;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Family, Glm};
use regtrial_stats::marginal::{MarginalVariance, Standardisation, StandardisationFit};
use regtrial_study::analysis::records::{contrast, record, remark};
use regtrial_study::design;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Model {
    family: &'static str,
    link: &'static str,
    formula: String,
    n: usize,
    n_dropped: usize,
    log_likelihood: f64,
    aic: f64,
    converged: bool,
    vcov: &'static str,
    estimand: &'static str,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    model: Model,
    arm: &'a str,
    reference: &'a str,
    estimates: &'a [Record],
    diagnostics: &'a [DiagnosticRecord],
}

pub(crate) fn run(args: &StandardiseArgs) -> Result<Outcome, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, Some(&args.formula));
    let level = data::level(&args.data)?;
    let formula = Formula::parse(&args.formula).map_err(failed)?;
    let frame = data::read(&args.data, &[&args.arm])?;
    let texts = data::texts(&frame, &args.arm)?;
    let arms = data::arms(&args.arm, &texts, args.reference.as_deref())?;
    let levels = BTreeMap::from([(args.arm.clone(), arms.clone())]);
    let columns = design::data(&frame, &levels).map_err(regtrial_study::StudyError::from)?;
    let family = family(args.family);
    let variance = match args.vcov {
        VarianceChoice::Delta => MarginalVariance::Delta,
        VarianceChoice::Ge => MarginalVariance::Ge,
        VarianceChoice::Ye => MarginalVariance::Ye,
        VarianceChoice::Loo => MarginalVariance::LeaveOneOut,
    };
    let model = Glm::new(family).with_link(link(args.link, family));
    let fit = Standardisation {
        model,
        arm: args.arm.clone(),
        variance,
    }
    .fit(&formula, &columns)
    .map_err(failed)?;
    let mut results = Results {
        records: records(&fit, level),
        ..Results::default()
    };
    results
        .diagnostics
        .extend(fit.model.diagnostics.iter().map(remark));
    let released = results.release(data::policy(&args.data));
    let unconditional = variance.is_unconditional();
    let document = Document {
        schema: "regtrial.standardise/1",
        model: Model {
            family: fit.model.family.as_str(),
            link: fit.model.link.as_str(),
            formula: args.formula.clone(),
            n: fit.model.nobs(),
            n_dropped: fit.model.dropped,
            log_likelihood: fit.model.log_likelihood(),
            aic: fit.model.aic(),
            converged: true,
            vcov: variance.as_str(),
            estimand: if unconditional {
                "unconditional"
            } else {
                "conditional"
            },
        },
        arm: &args.arm,
        reference: &arms[0],
        estimates: released.records(),
        diagnostics: released.diagnostics(),
    };
    if !args.data.output.quiet {
        anstream::eprintln!(
            "{} rows, {} left out for a missing value; variance {} ({})",
            document.model.n,
            document.model.n_dropped,
            document.model.vcov,
            document.model.estimand
        );
    }
    output::print(&args.data, &document, released.records())?;
    Ok(say(released.diagnostics(), args.data.output.quiet))
}

fn records(fit: &StandardisationFit, level: regtrial_stats::ConfidenceLevel) -> Vec<Record> {
    let counts = |arm: usize| {
        if fit.model.family == Family::Binomial {
            let events = fit.events[arm] as u64;
            vec![events, fit.people[arm] - events]
        } else {
            vec![fit.people[arm]]
        }
    };
    let mut records = Vec::new();
    for (i, arm) in fit.arms.iter().enumerate() {
        let mut made = record("standardise", "complete rows", &fit.arm(i, level));
        made.group.clone_from(arm);
        made.n = Some(fit.people[i]);
        made.cells = Cells::counts(counts(i));
        records.push(made);
    }
    for treated in 1..fit.arms.len() {
        for control in 0..treated {
            for estimate in fit.contrasts(treated, control, level) {
                let mut made = record("standardise", "complete rows", &estimate);
                made.contrast = contrast(&estimate, &fit.arms[treated], &fit.arms[control]);
                made.n = Some(fit.people[treated] + fit.people[control]);
                made.cells = Cells::counts([counts(treated), counts(control)].concat());
                records.push(made);
            }
        }
    }
    records
}

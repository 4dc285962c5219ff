//! `regtrial standardise`: covariate-adjusted risks of the arms and their contrasts.

use super::{family, link, say};
use crate::args::{StandardiseArgs, VarianceChoice};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use regtrial_results::{DiagnosticRecord, Record, Results};
use regtrial_stats::StatsError;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::Glm;
use regtrial_stats::marginal::{MarginalVariance, Standardisation};
use regtrial_study::analysis::records::remark;
use regtrial_study::analysis::standardised::records;
use regtrial_study::design;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Model {
    family: &'static str,
    link: &'static str,
    formula: String,
    n: Option<usize>,
    n_dropped: Option<usize>,
    log_likelihood: Option<f64>,
    aic: Option<f64>,
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
    let frame = data::read(&args.data, &[&args.arm], &formula.columns())?;
    let texts = data::texts(&frame, &args.arm)?;
    let arms = data::arms(&args.arm, &texts, args.reference.as_deref())?;
    let levels = BTreeMap::from([(args.arm.clone(), arms.clone())]);
    let columns = design::data(&frame, &levels).map_err(regtrial_study::StudyError::from)?;
    let family = family(args.family)?;
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
        records: records(&fit, "standardise", "complete rows", level),
        ..Results::default()
    };
    results
        .diagnostics
        .extend(fit.model.diagnostics.iter().map(remark));
    let released = results.release(data::policy(&args.data));
    // Beside a withheld count, a total would give it back.
    let shown = released.policy().allows(fit.model.dropped as u64)
        && !released.records().iter().any(|record| record.suppressed);
    let unconditional = variance.is_unconditional();
    let document = Document {
        schema: "regtrial.standardise/1",
        model: Model {
            family: fit.model.family.as_str(),
            link: fit.model.link.as_str(),
            formula: args.formula.clone(),
            n: shown.then(|| fit.model.nobs()),
            n_dropped: shown.then_some(fit.model.dropped),
            log_likelihood: shown.then(|| fit.model.log_likelihood()),
            aic: shown.then(|| fit.model.aic()),
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
    if shown && !args.data.output.quiet {
        anstream::eprintln!(
            "{} rows, {} left out for a missing or undefined value; variance {} ({})",
            fit.model.nobs(),
            fit.model.dropped,
            document.model.vcov,
            document.model.estimand
        );
    }
    output::print(&args.data, &document, released.records())?;
    Ok(say(released.diagnostics(), args.data.output.quiet))
}

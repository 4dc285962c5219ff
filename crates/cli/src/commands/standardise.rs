//! `regtrial standardise`: covariate-adjusted risks of the arms and their contrasts.

use super::resampled::{Resampled, kinds};
use super::{family, link, say};
use crate::args::{MethodChoice, StandardiseArgs, VarianceChoice};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use regtrial_results::{DiagnosticRecord, Record, Results};
use regtrial_stats::StatsError;
use regtrial_stats::design::Design;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Covariance, Family, Glm};
use regtrial_stats::marginal::{Fitting, MarginalVariance, Standardisation};
use regtrial_study::analysis::records::remark;
use regtrial_study::analysis::standardised::{bootstrap_records, records};
use regtrial_study::analysis::{dominance, resampled};
use regtrial_study::design;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Model<'a> {
    family: &'static str,
    link: &'static str,
    formula: String,
    n: Option<usize>,
    n_dropped: Option<usize>,
    log_likelihood: Option<f64>,
    aic: Option<f64>,
    converged: bool,
    vcov: &'static str,
    method: &'static str,
    strata: Option<&'a str>,
    estimand: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bootstrap: Option<Resampled<'a>>,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    model: Model<'a>,
    arm: &'a str,
    reference: &'a str,
    estimates: &'a [Record],
    diagnostics: &'a [DiagnosticRecord],
}

pub(crate) fn run(args: &StandardiseArgs) -> Result<Outcome, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, Some(&args.formula));
    let level = data::level(&args.data)?;
    let formula = Formula::parse(&args.formula).map_err(failed)?;
    let mut text = vec![args.arm.as_str()];
    // What the formula uses stays as it is: read as text a number would be a factor there.
    let used = formula.columns();
    let labels = [args.strata.as_ref(), args.cluster.as_ref()];
    let labels = labels
        .into_iter()
        .flatten()
        .filter(|name| !used.contains(name));
    text.extend(labels.map(String::as_str));
    let frame = data::read(&args.data, &text, &used)?;
    let texts = data::texts(&frame, &args.arm)?;
    let arms = data::arms(&args.arm, &texts, args.reference.as_deref())?;
    let levels = BTreeMap::from([(args.arm.clone(), arms.clone())]);
    let columns = design::data(&frame, &levels).map_err(regtrial_study::StudyError::from)?;
    let columns = data::with_truths(columns, &data::outcome_columns(&formula));
    let family = family(args.family)?;
    let (variance, covariance) = match args.vcov {
        VarianceChoice::Delta => (MarginalVariance::Delta, Covariance::Classical),
        VarianceChoice::Ge => (MarginalVariance::Ge, Covariance::Classical),
        VarianceChoice::Ye => (MarginalVariance::Ye, Covariance::Classical),
        VarianceChoice::Loo => (MarginalVariance::LeaveOneOut, Covariance::Classical),
        VarianceChoice::LooOneStep => (MarginalVariance::LeaveOneOutOneStep, Covariance::Classical),
        VarianceChoice::Hc0 => (MarginalVariance::Delta, Covariance::Hc0),
        VarianceChoice::Hc1 => (MarginalVariance::Delta, Covariance::Hc1),
        VarianceChoice::Hc2 => (MarginalVariance::Delta, Covariance::Hc2),
        VarianceChoice::Hc3 => (MarginalVariance::Delta, Covariance::Hc3),
    };
    let vcov = match covariance {
        Covariance::Classical => variance.as_str(),
        _ => covariance.as_str(),
    };
    let fitting = match args.method {
        MethodChoice::Ml => Fitting::MaximumLikelihood,
        MethodChoice::Firth if vcov.starts_with("HC") => {
            let rule = "Firth's method has the classical covariance only";
            return Err(Failure::message("argument", rule).with_help("--vcov ye or loo"));
        }
        MethodChoice::Firth => Fitting::Firth,
    };
    let model = Glm::new(family)
        .with_link(link(args.link, family))
        .with_covariance(covariance.clone());
    let mut standardisation = Standardisation::new(model, &args.arm)
        .with_variance(variance)
        .with_fitting(fitting);
    if let Some(column) = &args.strata {
        standardisation = standardisation.with_strata(column);
    }
    let fit = standardisation.fit(&formula, &columns).map_err(failed)?;
    let mut results = Results {
        records: records(&fit, "standardise", "complete rows", level),
        ..Results::default()
    };
    results
        .diagnostics
        .extend(fit.model.diagnostics.iter().map(remark));
    let mut bootstrap = None;
    if let (Some(replicates), Some(seed)) = (args.resampling.bootstrap, args.resampling.seed) {
        let mut resampler = standardisation
            .resampler(&formula, &columns)
            .map_err(failed)?;
        if let Some(column) = &args.cluster {
            resampler = resampler.by_clusters(&columns, column).map_err(failed)?;
        }
        let kinds = kinds(&args.resampling);
        let found = resampler.bootstrap(replicates, seed, &kinds);
        let found = found.map_err(failed)?;
        let place = ("standardise", "complete rows");
        let made = bootstrap_records(&fit, &found, &kinds, place, level);
        results.records.extend(made.map_err(failed)?);
        let remarks = resampled::remarks(&found.replicates, None);
        results.diagnostics.extend(remarks);
        let cluster = args.cluster.as_deref();
        bootstrap = Some(Resampled::new(
            &found.replicates,
            &kinds,
            replicates,
            cluster,
        ));
    }
    if family != Family::Binomial {
        let design = Design::new(&formula, &columns).map_err(failed)?;
        for made in &mut results.records {
            let totals = dominance::totals(&design, "outcome", |row| row as u64);
            made.cells = std::mem::take(&mut made.cells).adding_up(totals);
        }
    }
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
            vcov,
            method: match fitting {
                Fitting::Firth => "firth",
                _ => "ml",
            },
            strata: args.strata.as_deref(),
            estimand: if unconditional {
                "unconditional"
            } else {
                "conditional"
            },
            bootstrap,
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

//! `regtrial fit`: a regression.

use super::{family, link, say};
use crate::args::{FamilyChoice, FitArgs, IntervalChoice, MethodChoice};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use regtrial_results::{DiagnosticRecord, Record, Results};
use regtrial_stats::design::{Column, Data, Design};
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Covariance, Family, Firth, Glm, Link, TermEstimate};
use regtrial_stats::{Statistic, StatsError};
use regtrial_study::analysis::records::{record, remark};
use regtrial_study::analysis::regression;
use regtrial_study::design;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize, Default)]
struct Model {
    family: &'static str,
    link: &'static str,
    formula: String,
    method: &'static str,
    vcov: String,
    n: Option<usize>,
    n_dropped: Option<usize>,
    events: Option<u64>,
    log_likelihood: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    penalised_log_likelihood: Option<f64>,
    aic: Option<f64>,
    deviance: Option<f64>,
    null_deviance: Option<f64>,
    df_residual: Option<f64>,
    dispersion: Option<f64>,
    likelihood_ratio: Option<Test>,
    pseudo_r_squared: Option<PseudoRSquared>,
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
        self.penalised_log_likelihood = None;
        self.aic = None;
        self.deviance = None;
        self.null_deviance = None;
        self.df_residual = None;
        self.dispersion = None;
        self.likelihood_ratio = None;
        self.pseudo_r_squared = None;
    }
}

#[derive(Serialize)]
struct Test {
    statistic_value: f64,
    df: f64,
    p_value: f64,
}

#[derive(Serialize)]
struct PseudoRSquared {
    mcfadden: f64,
    cox_snell: f64,
    nagelkerke: f64,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    model: Model,
    terms: &'a [Record],
    diagnostics: &'a [DiagnosticRecord],
}

pub(crate) fn run(args: &FitArgs) -> Result<Outcome, Failure> {
    if args.family == FamilyChoice::Cox {
        return super::cox::run(args);
    }
    let failed = |error: StatsError| Failure::stats(&error, Some(&args.formula));
    let formula = Formula::parse(&args.formula).map_err(failed)?;
    let cluster = cluster_column(&args.vcov)?;
    let frame = data::read(&args.data, &[], &formula.columns())?;
    let columns =
        design::data(&frame, &BTreeMap::new()).map_err(regtrial_study::StudyError::from)?;
    let extra: Vec<&str> = cluster.into_iter().collect();
    let design = Design::with_extra_columns(&formula, &columns, &extra).map_err(failed)?;
    let family = family(args.family)?;
    let link = link(args.link, family);
    let mut results = Results::default();
    let mut model = Model {
        family: family.as_str(),
        link: link.as_str(),
        formula: args.formula.clone(),
        n: Some(design.nobs()),
        n_dropped: Some(design.dropped),
        converged: true,
        ..Model::default()
    };
    let terms = match args.method {
        MethodChoice::Firth => firth(args, &design, family, link, &mut model)?,
        MethodChoice::Ml => {
            let covariance = covariance(&args.vcov, cluster, &columns)?;
            let glm = Glm::new(family).with_link(link).with_covariance(covariance);
            maximum_likelihood(args, &glm, &design, &mut model, &mut results)?
        }
    };
    let ratio = match (args.exponentiate, regression::ratio_of(family, link)) {
        (true, None) => {
            let rule = "the exponential of these coefficients is no ratio";
            return Err(Failure::message("argument", rule)
                .with_help("--exponentiate goes with the logit and log links"));
        }
        (_, ratio) => ratio.unwrap_or(Statistic::Coefficient),
    };
    for (j, term) in terms.iter().enumerate() {
        let estimate = if args.exponentiate {
            term.estimate.exponentiated(ratio)
        } else {
            term.estimate
        };
        let mut made = record("fit", "complete rows", &estimate);
        made.term.clone_from(&term.term);
        made.cells = regression::cells(&design, j, family);
        results.records.push(made);
    }
    let released = results.release(data::policy(&args.data));
    let diagnostics = released.diagnostics();
    if released.records().iter().any(|record| record.suppressed)
        || !released.policy().allows(design.dropped as u64)
    {
        model.withhold();
    }
    if let (false, Some(n), Some(dropped)) = (args.data.output.quiet, model.n, model.n_dropped) {
        anstream::eprintln!(
            "{} {} ({} link): {n} rows, {dropped} left out for a missing or undefined value",
            model.method,
            model.family,
            model.link
        );
    }
    let document = Document {
        schema: "regtrial.fit/1",
        model,
        terms: released.records(),
        diagnostics,
    };
    output::print(&args.data, &document, released.records())?;
    Ok(say(diagnostics, args.data.output.quiet))
}

fn maximum_likelihood(
    args: &FitArgs,
    glm: &Glm,
    design: &Design,
    model: &mut Model,
    results: &mut Results,
) -> Result<Vec<TermEstimate>, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, Some(&args.formula));
    let level = data::level(&args.data)?;
    let fit = glm.fit(design).map_err(failed)?;
    let test = fit.model_test();
    model.method = "ml";
    args.vcov.clone_into(&mut model.vcov);
    model.events = fit.events();
    model.log_likelihood = Some(fit.log_likelihood());
    model.aic = Some(fit.aic());
    model.deviance = Some(fit.deviance);
    model.null_deviance = Some(fit.null_deviance);
    model.df_residual = Some(fit.df_residual);
    model.dispersion = Some(fit.dispersion);
    model.iterations = fit.iterations;
    model.likelihood_ratio = Some(Test {
        statistic_value: test.statistic_value,
        df: test.df,
        p_value: test.p_value,
    });
    if fit.family != Family::Gaussian {
        let shares = fit.pseudo_r_squared();
        model.pseudo_r_squared = Some(PseudoRSquared {
            mcfadden: shares.mcfadden,
            cox_snell: shares.cox_snell,
            nagelkerke: shares.nagelkerke,
        });
    }
    results
        .diagnostics
        .extend(fit.diagnostics.iter().map(remark));
    if args.intervals == Some(IntervalChoice::Profile) && args.vcov != "classical" {
        let rule = "profile intervals rest on the likelihood alone: they have no robust form";
        return Err(Failure::message("argument", rule)
            .with_help("leave out --vcov, or take --intervals wald"));
    }
    match args.intervals {
        Some(IntervalChoice::Profile) => glm.profile(design, &fit, level).map_err(failed),
        _ => Ok(fit.confint(level)),
    }
}

fn firth(
    args: &FitArgs,
    design: &Design,
    family: Family,
    link: Link,
    model: &mut Model,
) -> Result<Vec<TermEstimate>, Failure> {
    if (family, link) != (Family::Binomial, Link::Logit) {
        return Err(
            Failure::message("argument", "Firth's method is for logistic regression")
                .with_help("--family binomial --link logit"),
        );
    }
    if args.intervals == Some(IntervalChoice::Wald) || args.vcov != "classical" {
        let rule = "Firth's method has profile intervals and the classical covariance only";
        return Err(Failure::message("argument", rule).with_help(
            "leave --intervals and --vcov out: Wald intervals are what separation breaks",
        ));
    }
    let failed = |error: StatsError| Failure::stats(&error, Some(&args.formula));
    let fit = Firth.fit(design).map_err(failed)?;
    model.method = "firth";
    "classical".clone_into(&mut model.vcov);
    model.events = Some(fit.events);
    model.log_likelihood = Some(fit.log_likelihood);
    model.penalised_log_likelihood = Some(fit.penalised_log_likelihood);
    model.iterations = fit.iterations;
    Firth
        .confint(design, &fit, data::level(&args.data)?)
        .map_err(failed)
}

/// The column of `cluster(COLUMN)`.
fn cluster_column(vcov: &str) -> Result<Option<&str>, Failure> {
    if let Some(inner) = vcov
        .strip_prefix("cluster(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        return Ok(Some(inner.trim()));
    }
    if ["classical", "HC0", "HC1", "HC2", "HC3"].contains(&vcov) {
        return Ok(None);
    }
    Err(Failure::message(
        "argument",
        "--vcov is classical, HC0, HC1, HC2, HC3 or cluster(COLUMN)",
    ))
}

fn covariance(vcov: &str, cluster: Option<&str>, columns: &Data) -> Result<Covariance, Failure> {
    let Some(column) = cluster else {
        return Ok(match vcov {
            "HC0" => Covariance::Hc0,
            "HC1" => Covariance::Hc1,
            "HC2" => Covariance::Hc2,
            "HC3" => Covariance::Hc3,
            _ => Covariance::Classical,
        });
    };
    let labels = match columns
        .column(column)
        .map_err(|error| Failure::stats(&error, None))?
    {
        Column::Numbers(values) => values.iter().map(|value| value.to_bits()).collect(),
        Column::Factor { codes, .. } => codes
            .iter()
            .map(|code| code.map_or(u64::MAX, u64::from))
            .collect(),
    };
    Ok(Covariance::Cluster(labels))
}

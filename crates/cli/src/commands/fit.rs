//! `regtrial fit`: a regression.

mod covariance;
mod gee;
mod selection;
mod summary;

use super::{family, link, say};
use crate::args::{FamilyChoice, FitArgs, IntervalChoice, MethodChoice};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use covariance::{Choice, labels};
use regtrial_results::{DiagnosticRecord, Record, Results};
use regtrial_stats::design::Design;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Dispersion, Family, Firth, Glm, Link, NegativeBinomial, TermEstimate};
use regtrial_stats::{Statistic, StatsError};
use regtrial_study::analysis::dominance;
use regtrial_study::analysis::records::{record, remark};
use regtrial_study::analysis::regression;
use regtrial_study::design;
use serde::Serialize;
use std::collections::BTreeMap;
use summary::{Model, PseudoRSquared, Test};

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
    let of_times = !args.predict.is_empty() || args.baseline || !args.times.is_empty();
    if of_times || args.ph_scale.is_some() {
        let rule = "--predict, --baseline, --times and --ph-scale are of the cox family";
        return Err(Failure::message("argument", rule).with_help("leave them out"));
    }
    if args.family == FamilyChoice::FineGray {
        return super::fine_gray::run(args);
    }
    let failed = |error: StatsError| Failure::stats(&error, Some(&args.formula));
    let formula = Formula::parse(&args.formula).map_err(failed)?;
    let choice = Choice::of(args)?;
    let frame = data::read(&args.data, &[], &formula.columns())?;
    let columns =
        design::data(&frame, &BTreeMap::new()).map_err(regtrial_study::StudyError::from)?;
    let columns = data::with_truths(columns, &data::outcome_columns(&formula));
    let extra: Vec<&str> = choice.columns().collect();
    let mut design = Design::with_extra_columns(&formula, &columns, &extra).map_err(failed)?;
    let (family, name, dispersion) = family_of(args.family)?;
    let link = link(args.link, family);
    let mut results = Results::default();
    let mut model = Model {
        family: name,
        link: link.as_str(),
        formula: args.formula.clone(),
        n: Some(design.nobs()),
        n_dropped: Some(design.dropped),
        converged: true,
        ..Model::default()
    };
    let glm = Glm::new(family).with_link(link).with_dispersion(dispersion);
    if args.term_tests || args.backward.is_some() {
        let tested = selection::run(args, &glm, &formula, &design, &mut model, &mut results)?;
        design = tested.unwrap_or(design);
    }
    let terms = match (args.method, &choice) {
        (MethodChoice::Firth, _) => firth(args, &design, family, link, &mut model)?,
        (MethodChoice::Ml, Choice::Gee { id, variance }) => {
            let clusters = gee::Clusters {
                column: id,
                labels: labels(&columns, id)?,
            };
            let (variance, model, results) = (*variance, &mut model, &mut results);
            gee::run(args, &glm, variance, &clusters, &design, model, results)?
        }
        (MethodChoice::Ml, _) => {
            let glm = glm.with_covariance(choice.covariance(&columns)?);
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
        if family != Family::Binomial {
            let totals = dominance::totals(&design, "outcome", |row| row as u64);
            made.cells = made.cells.adding_up(totals);
        }
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
    let profile = args.intervals == Some(IntervalChoice::Profile);
    let plain = args.vcov == "classical" && glm.dispersion == Dispersion::Model;
    let shaped = matches!(glm.family, Family::NegativeBinomial { .. });
    if profile && !plain {
        let rule =
            "profile intervals rest on the likelihood alone: they have no robust or quasi form";
        return Err(Failure::message("argument", rule)
            .with_help("leave out --vcov, or take --intervals wald"));
    }
    let mut shaped_profile = None;
    let (fit, test) = if shaped {
        if glm.link != Link::Log {
            let rule = "the negative-binomial family has the log link only";
            return Err(Failure::message("argument", rule));
        }
        let spec = NegativeBinomial {
            covariance: glm.covariance.clone(),
        };
        let found = spec.fit(design).map_err(failed)?;
        model.theta = Some(found.theta);
        model.theta_std_error = Some(found.theta_std_error);
        let test = found.model_test();
        if profile {
            shaped_profile = Some(spec.profile(design, &found, level).map_err(failed)?);
        }
        (found.model, test)
    } else {
        let fit = glm.fit(design).map_err(failed)?;
        let test = fit.model_test();
        (fit, test)
    };
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
    let has_likelihood = glm.dispersion == Dispersion::Model;
    model.likelihood_ratio = has_likelihood.then(|| Test::of(&test));
    if has_likelihood && !shaped && fit.family != Family::Gaussian {
        let shares = fit.pseudo_r_squared();
        model.pseudo_r_squared = Some(PseudoRSquared {
            mcfadden: shares.mcfadden,
            cox_snell: shares.cox_snell,
            nagelkerke: shares.nagelkerke,
        });
    }
    if has_likelihood && fit.family == Family::Binomial {
        // Too few different risks to group is no reason to fail.
        model.hosmer_lemeshow = fit.hosmer_lemeshow(10).ok().map(|found| Test::of(&found));
    }
    results
        .diagnostics
        .extend(fit.diagnostics.iter().map(remark));
    if let Some(terms) = shaped_profile {
        return Ok(terms);
    }
    if profile {
        return glm.profile(design, &fit, level).map_err(failed);
    }
    Ok(fit.confint(level))
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
    if args.id.is_some() || args.term_tests || args.backward.is_some() {
        let rule = "Firth's method goes with neither --id nor tests of terms";
        return Err(Failure::message("argument", rule).with_help(
            "its profile intervals come with a penalised-likelihood test of each coefficient",
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

/// A family's response, its name in results and where its dispersion comes from.
fn family_of(choice: FamilyChoice) -> Result<(Family, &'static str, Dispersion), Failure> {
    Ok(match choice {
        FamilyChoice::NegativeBinomial => {
            let family = Family::NegativeBinomial { theta: 1.0 };
            (family, family.as_str(), Dispersion::Model)
        }
        FamilyChoice::QuasiPoisson => (Family::Poisson, "quasi-poisson", Dispersion::Pearson),
        FamilyChoice::QuasiBinomial => (Family::Binomial, "quasi-binomial", Dispersion::Pearson),
        other => {
            let family = family(other)?;
            (family, family.as_str(), Dispersion::Model)
        }
    })
}

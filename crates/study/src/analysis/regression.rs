//! A regression model.

use super::counts::{InModel, of_model, within_outcome};
use super::dominance::OfModel;
use super::records::{diagnostic, record, remark};
use super::refitted::{Rearranged, Refit, studentised};
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{AnalysisPlan, ModelPlan};
use regtrial_results::{AnalysisKind, Cells, Record, Results};
use regtrial_stats::design::{Design, INTERCEPT};
use regtrial_stats::glm::{Covariance, Family, Firth, Glm, GlmFit, Link, TermEstimate};
use regtrial_stats::{Estimate, Statistic, StatsError};
use std::collections::BTreeMap;

/// What the exponential of a coefficient is, if it is anything.
#[must_use]
pub fn ratio_of(family: Family, link: Link) -> Option<Statistic> {
    match (family, link) {
        (Family::Binomial, Link::Logit) => Some(Statistic::OddsRatio),
        (Family::Binomial, Link::Log) => Some(Statistic::RiskRatio),
        (Family::Poisson | Family::NegativeBinomial { .. }, Link::Log) => {
            Some(Statistic::RateRatio)
        }
        _ => None,
    }
}

pub(crate) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    model: &ModelPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let failed = || StudyError::analysis(&analysis.key);
    let design = Design::new(&model.formula, &context.data).map_err(failed())?;
    let response: Vec<(usize, f64)> = design
        .rows
        .iter()
        .copied()
        .zip(design.response.iter().copied())
        .collect();
    let binary = model.family == Family::Binomial;
    let key = &analysis.key;
    let people = of_model(context, key, &response, binary, &mut results.counts);
    if binary {
        let outcome = context.numbers(&analysis.outcome)?;
        within_outcome(context, &outcome, &response, results);
    }
    let dominance = OfModel::new(context, &analysis.outcome, &design, model.family)?;
    let (terms, mut summary) = if model.firth {
        let fit = Firth.fit(&design).map_err(failed())?;
        let terms = Firth
            .confint(&design, &fit, context.level)
            .map_err(failed())?;
        (terms, vec![("log_likelihood", fit.log_likelihood)])
    } else {
        let mut glm = Glm::new(model.family).with_link(model.link);
        glm.covariance = model.covariance.clone();
        let fit = glm.fit(&design).map_err(failed())?;
        for found in &fit.diagnostics {
            let mut note = remark(found);
            note.term = note.term.or_else(|| Some(analysis.key.clone()));
            results.diagnostics.push(note);
        }
        add_tests(
            context,
            analysis,
            &fit,
            &dominance.behind(fit_cells(context, &design, &people, model)),
            results,
        );
        let summary = vec![("log_likelihood", fit.log_likelihood()), ("aic", fit.aic())];
        (fit.confint(context.level), summary)
    };
    let ratio = ratio_of(model.family, model.link);
    let mut listed = entry(
        &analysis.key,
        &analysis.title,
        AnalysisKind::Model,
        &analysis.outcome,
    );
    listed.effect = match ratio {
        Some(statistic) => statistic.as_str().replace('_', " "),
        None => "coefficient".to_owned(),
    };
    listed.notes = vec![note(model)];
    results.catalogue.analyses.push(listed);
    for (j, term) in terms.iter().enumerate() {
        let mut cells = cells(&design, j, model.family).beside([people.all]);
        if is_saturated(&design) {
            cells.counts.extend(patterns(&design, model.family));
        }
        let cells = dominance.behind(cells);
        results.records.push(term_record(
            context,
            analysis,
            term,
            &term.estimate,
            design.nobs(),
            &cells,
        ));
        if let (Some(statistic), false) = (ratio, term.term == INTERCEPT) {
            let estimate = term.estimate.exponentiated(statistic);
            results.records.push(term_record(
                context,
                analysis,
                term,
                &estimate,
                design.nobs(),
                &cells,
            ));
        }
    }
    summary.push(("observations", design.nobs() as f64));
    let dropped = design.dropped - context.outsiders();
    summary.push(("dropped", dropped as f64));
    if model.family != Family::Gaussian {
        summary.push(("events", design.response.iter().sum()));
    }
    for (statistic, value) in summary {
        let mut made = Record::new(&analysis.key, &context.population, statistic);
        made.outcome.clone_from(&analysis.outcome);
        made.estimate = value;
        let totals = totals(context, &design, model.family);
        made.cells = match (statistic, people.outcomes) {
            ("observations", _) => totals.and_showing([people.all]),
            ("dropped", _) => totals.and_showing([people.left_out]),
            ("events", Some([events, _])) => totals.and_showing([events]),
            ("events", None) => totals,
            ("log_likelihood" | "aic", _) => {
                dominance.behind(fit_cells(context, &design, &people, model))
            }
            _ => fit_cells(context, &design, &people, model),
        };
        results.records.push(made);
    }
    if dropped > 0 {
        let message = "people with a missing value in a variable of the model are left out of it";
        results.diagnostics.push(diagnostic(
            "complete_cases",
            "note",
            Some(&analysis.key),
            message,
        ));
    }
    Ok(())
}

/// An arm's coefficient over its standard error, with other arms.
pub(super) fn refit<'a>(
    context: &'a Context<'_>,
    model: &'a ModelPlan,
) -> Result<Refit<'a>, StatsError> {
    let columns = Rearranged::new(context, &context.data, &model.formula.columns());
    let design = Design::new(&model.formula, &columns.with(&context.arms_of_rows()))?;
    let mut glm = Glm::new(model.family).with_link(model.link);
    glm.covariance = model.covariance.clone();
    Ok(Refit {
        rows: design.rows,
        statistic: Box::new(move |arms, (treated, control)| {
            let data = columns.with_reference(arms, control);
            let design = Design::new(&model.formula, &data).ok()?;
            let term = columns.term(treated);
            if model.firth {
                let fit = Firth.fit(&design).ok()?;
                return studentised(&fit.terms, &term, &fit.coefficients, &fit.covariance);
            }
            let fit = glm.fit(&design).ok()?;
            studentised(&fit.terms, &term, fit.coef(), fit.vcov())
        }),
    })
}

fn note(model: &ModelPlan) -> String {
    let fit = match (&model.covariance, model.firth) {
        (_, true) => "Firth's penalised likelihood, profile intervals",
        (Covariance::Hc0, _) => "maximum likelihood, Wald intervals, HC0 errors",
        (Covariance::Hc1, _) => "maximum likelihood, Wald intervals, HC1 errors",
        (Covariance::Hc2, _) => "maximum likelihood, Wald intervals, HC2 errors",
        (Covariance::Hc3, _) => "maximum likelihood, Wald intervals, HC3 errors",
        _ => "maximum likelihood, Wald intervals",
    };
    format!(
        "{} regression ({} link), {fit}: {}. People with complete values.",
        match model.family {
            Family::Binomial if model.link == Link::Logit => "Logistic",
            Family::Binomial => "Binomial",
            Family::Poisson => "Poisson",
            _ => "Linear",
        },
        model.link.as_str(),
        model.text
    )
}

fn term_record(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    term: &TermEstimate,
    estimate: &Estimate,
    nobs: usize,
    cells: &Cells,
) -> Record {
    let mut made = record(&analysis.key, &context.population, estimate);
    made.outcome.clone_from(&analysis.outcome);
    made.term.clone_from(&term.term);
    made.n = Some(nobs as u64);
    made.cells = cells.clone();
    made
}

/// The people behind a coefficient: of a 0/1 column those with 1 and those with 0; of an intercept
/// beside nothing but 0/1 columns those in the reference cell, whose outcome it is. Where a model
/// of one such column gives the whole table back, the outcomes count as well.
#[must_use]
pub fn cells(design: &Design, column: usize, family: Family) -> Cells {
    let is_flag = |j: usize| design.x.column(j).iter().all(|v| *v == 0.0 || *v == 1.0);
    let others: Vec<usize> = (0..design.terms.len())
        .filter(|&j| design.terms[j] != INTERCEPT)
        .collect();
    let n = design.nobs() as u64;
    let reference = |row: usize| others.iter().all(|&j| design.x[(row, j)] == 0.0);
    let intercept = design.terms[column] == INTERCEPT;
    let inside: Vec<bool> = if intercept && others.iter().all(|&j| is_flag(j)) {
        (0..design.nobs()).map(reference).collect()
    } else if !intercept && is_flag(column) {
        design.x.column(column).iter().map(|v| *v == 1.0).collect()
    } else {
        return Cells::counts([n]);
    };
    let ones = inside.iter().filter(|one| **one).count() as u64;
    let mut counts = vec![ones, n - ones];
    if (intercept || others.len() <= 1) && family == Family::Binomial {
        let with = |wanted: bool| {
            let rows = inside.iter().zip(&design.response);
            rows.filter(|(one, y)| **one == wanted && **y == 1.0)
                .count() as u64
        };
        counts.extend([with(true), ones - with(true)]);
        if others.len() <= 1 {
            counts.extend([with(false), n - ones - with(false)]);
        }
    }
    Cells::counts(counts)
}

/// The counts that a model's totals would give back beside the table of outcomes: events and
/// others by arm, and how many were left out.
pub(super) fn totals(context: &Context<'_>, design: &Design, family: Family) -> Cells {
    let mut counts = vec![(design.dropped - context.outsiders()) as u64];
    for (_, people) in context.groups() {
        let rows: Vec<usize> = (0..design.nobs())
            .filter(|&i| people.binary_search(&design.rows[i]).is_ok())
            .collect();
        let events = rows.iter().filter(|&&i| design.response[i] == 1.0).count() as u64;
        match family {
            Family::Binomial => counts.extend([events, rows.len() as u64 - events]),
            _ => counts.push(rows.len() as u64),
        }
    }
    Cells::counts(counts)
}

/// The counts behind a model's likelihood: with the number of people it gives the events back, so
/// it goes where these do. A model that fits every cell gives the cells back.
fn fit_cells(context: &Context<'_>, design: &Design, people: &InModel, model: &ModelPlan) -> Cells {
    let mut cells = totals(context, design, model.family);
    if let Some(outcomes) = people.outcomes {
        cells = cells.and_showing(outcomes);
        // Rounded counts are no secret of a likelihood.
        cells.rounded = !is_saturated(design);
    }
    if is_saturated(design) {
        cells.counts.extend(patterns(design, model.family));
    }
    cells
}

/// The rows of a design that differ, with their outcomes; no more than there are coefficients and
/// one.
fn distinct(design: &Design) -> BTreeMap<Vec<u64>, [u64; 2]> {
    let mut found: BTreeMap<Vec<u64>, [u64; 2]> = BTreeMap::new();
    for row in 0..design.nobs() {
        let bits = (0..design.terms.len()).map(|j| design.x[(row, j)].to_bits());
        let of_row = found.entry(bits.collect()).or_default();
        of_row[usize::from(design.response[row] == 1.0)] += 1;
        if found.len() > design.terms.len() {
            break;
        }
    }
    found
}

/// Whether a model has a coefficient for every pattern of its covariates, so that sums of
/// coefficients give the outcomes of each pattern back.
pub(super) fn is_saturated(design: &Design) -> bool {
    distinct(design).len() <= design.terms.len()
}

/// The counts of a saturated model: the people of each pattern, or those with and without event.
fn patterns(design: &Design, family: Family) -> Vec<u64> {
    let patterns = distinct(design).into_values();
    match family {
        Family::Binomial => patterns.flatten().collect(),
        _ => patterns.map(|[no, yes]| no + yes).collect(),
    }
}

fn add_tests(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    fit: &GlmFit,
    cells: &Cells,
    results: &mut Results,
) {
    let mut test = record(&analysis.key, &context.population, &fit.model_test());
    test.statistic = "likelihood_ratio".to_owned();
    test.cells = cells.clone();
    test.outcome.clone_from(&analysis.outcome);
    results.records.push(test);
    if fit.family == Family::Gaussian {
        return;
    }
    let r_squared = fit.pseudo_r_squared();
    for (method, value) in [
        ("mcfadden", r_squared.mcfadden),
        ("cox_snell", r_squared.cox_snell),
        ("nagelkerke", r_squared.nagelkerke),
    ] {
        let mut made = Record::new(&analysis.key, &context.population, "pseudo_r_squared");
        made.outcome.clone_from(&analysis.outcome);
        method.clone_into(&mut made.method);
        made.estimate = value;
        made.cells = cells.clone();
        results.records.push(made);
    }
}

//! `regtrial meta --moderators`: effects explained by what trials have.

use super::of_study;
use super::pooling::Pooling;
use super::trials::Studies;
use crate::args::MetaArgs;
use crate::failure::Failure;
use polars::prelude::DataFrame;
use regtrial_results::{DiagnosticRecord, Record};
use regtrial_stats::design::Design;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::TermEstimate;
use regtrial_stats::meta::Effect;
use regtrial_stats::proportion::TwoByTwo;
use regtrial_stats::{ConfidenceLevel, Estimate, StatsError};
use regtrial_study::design;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(super) struct Regression {
    terms: Vec<Record>,
    n: usize,
    /// Rows with an effect but without a moderator.
    n_dropped: usize,
    tau2: f64,
    /// Of the likelihood of the counts: the profile interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    tau2_interval: Option<[f64; 2]>,
    /// None where effects have no known variances.
    #[serde(skip_serializing_if = "Option::is_none")]
    r2: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_likelihood: Option<f64>,
    residual: Test,
    moderators: Test,
    vcov: &'static str,
}

#[derive(Serialize)]
struct Test {
    statistic_value: f64,
    df: f64,
    /// Of an F test.
    #[serde(skip_serializing_if = "Option::is_none")]
    denominator_df: Option<f64>,
    p_value: f64,
}

impl Test {
    fn new(test: &Estimate, denominator_df: Option<f64>) -> Self {
        Self {
            statistic_value: test.statistic_value,
            df: test.df,
            denominator_df,
            p_value: test.p_value,
        }
    }
}

/// The columns that the moderators name.
pub(super) fn formula(args: &MetaArgs) -> Result<Option<Formula>, Failure> {
    if args.moderators.is_empty() {
        return Ok(None);
    }
    // The left side is the effects, which are no column.
    let text = format!("1 ~ {}", args.moderators.join(" + "));
    let parsed = Formula::parse(&text).map_err(|error| {
        let rule = error.to_string();
        Failure::message("formula", format!("--moderators: {rule}"))
    })?;
    if !parsed.intercept || !parsed.survival.is_empty() || !parsed.offsets.is_empty() {
        let rule =
            "--moderators are terms such as `year` or `factor(country)`; the intercept stays";
        return Err(Failure::message("argument", rule));
    }
    Ok(Some(parsed))
}

pub(super) fn regression(
    args: &MetaArgs,
    pooling: &Pooling,
    formula: &Formula,
    frame: &DataFrame,
    studies: &Studies,
    level: ConfidenceLevel,
    diagnostics: &mut Vec<DiagnosticRecord>,
) -> Result<Regression, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, None);
    let columns =
        design::data(frame, &BTreeMap::new()).map_err(regtrial_study::StudyError::from)?;
    let design = Design::new(formula, &columns).map_err(failed)?;
    let mut effects: Vec<Effect> = Vec::new();
    let mut counts: Vec<TwoByTwo> = Vec::new();
    let mut kept = Vec::new();
    let mut trials = Vec::new();
    let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
    let rows = studies.rows.iter().zip(&studies.effects);
    for (i, ((row, effect), name)) in rows.zip(&studies.names).enumerate() {
        if let Some(at) = design.rows.iter().position(|used| Some(*used) == *row) {
            kept.push(at);
            effects.push(*effect);
            counts.extend(studies.counts.get(i).copied());
            let next = labels.len();
            trials.push(*labels.entry(name).or_insert(next));
        }
    }
    let several = labels.len() < effects.len();
    if several && !args.robust {
        diagnostics.push(DiagnosticRecord {
            code: "several_rows".to_owned(),
            severity: "warning".to_owned(),
            term: args.study.clone(),
            message: "studies have several rows, which the standard errors take as independent: \
                      --robust allows for them"
                .to_owned(),
        });
    }
    let design = design.at(&kept);
    let trial = args.robust.then_some(trials.as_slice());
    let vcov = if args.robust { "cluster" } else { "classical" };
    let made = match pooling {
        Pooling::Normal(analysis) => analysis
            .regress(&effects, &design.x, &design.terms, trial, level)
            .map(|fit| Regression {
                terms: named(&fit.terms),
                n: fit.rows,
                n_dropped: studies.effects.len() - fit.rows,
                tau2: fit.tau2,
                tau2_interval: None,
                r2: Some(fit.r2),
                log_likelihood: None,
                residual: Test::new(&fit.residual, None),
                moderators: Test::new(&fit.moderators, finite(fit.denominator_df)),
                vcov,
            }),
        Pooling::Mixed(analysis) => analysis
            .regress(&counts, &design.x, &design.terms, level)
            .map(|fit| Regression {
                terms: named(&fit.terms),
                n: fit.studies,
                n_dropped: studies.effects.len() - fit.studies,
                tau2: fit.tau2,
                tau2_interval: Some([fit.tau2_low, fit.tau2_high]),
                r2: None,
                log_likelihood: Some(fit.log_likelihood),
                residual: Test::new(&fit.residual, None),
                moderators: Test::new(&fit.moderators, finite(fit.denominator_df)),
                vcov,
            }),
    };
    made.map_err(failed)
}

fn named(terms: &[TermEstimate]) -> Vec<Record> {
    let one = |term: &TermEstimate| of_study(&term.term, &term.estimate);
    terms.iter().map(one).collect()
}

fn finite(df: f64) -> Option<f64> {
    df.is_finite().then_some(df)
}

impl Regression {
    pub(super) fn records(&self) -> &[Record] {
        &self.terms
    }
}

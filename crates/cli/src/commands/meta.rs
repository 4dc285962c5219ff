//! `regtrial meta`: pooling trials. Published numbers are public: nothing is withheld.

mod figures;
mod moderators;
mod pooling;
mod trials;

use super::say;
use crate::args::MetaArgs;
use crate::failure::Failure;
use crate::{Outcome, data, output};
use pooling::{Between, Fit, Pooling};
use regtrial_results::{DiagnosticRecord, Record};
use regtrial_stats::formula::Formula;
use regtrial_stats::meta::funnel::egger;
use regtrial_stats::meta::tables::{mantel_haenszel, peto};
use regtrial_stats::meta::{Effect, Measure, MetaAnalysis, PooledTest};
use regtrial_stats::{ConfidenceLevel, Diagnostic, Estimate, StatsError};
use regtrial_study::analysis::records::{record, remark};
use serde::Serialize;
use trials::Studies;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    measure: &'static str,
    model: &'static str,
    tau2: &'static str,
    test: &'static str,
    n_studies: usize,
    n_dropped: usize,
    estimates: &'a [Record],
    heterogeneity: &'a Between,
    studies: &'a [Record],
    weights: &'a [f64],
    leave_one_out: &'a [Record],
    cumulative: &'a [Record],
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    groups: &'a [Record],
    meta_regression: Option<&'a moderators::Regression>,
    diagnostics: &'a [DiagnosticRecord],
}

pub(crate) fn run(args: &MetaArgs) -> Result<Outcome, Failure> {
    if args.data.release.is_some() {
        let rule = "published numbers are public: --release does not apply to meta";
        return Err(Failure::message("argument", rule));
    }
    let level = data::level(&args.data)?;
    let pooling = Pooling::of(args)?;
    let formula = moderators::formula(args)?;
    let extra = formula.as_ref().map(Formula::columns).unwrap_or_default();
    let frame = trials::frame(args, &extra)?;
    let studies = trials::read(args, &frame, pooling.measure())?;
    let all: Vec<usize> = (0..studies.effects.len()).collect();
    let fit = pooling.fit(&studies, &all, level)?;
    let mut diagnostics: Vec<DiagnosticRecord> =
        studies.silent.iter().map(|name| silent(name)).collect();
    diagnostics.extend(studies.repeated.iter().map(repeated));
    diagnostics.extend(pooling.remark(&studies, &fit, level));
    let estimates = pooled(&pooling, &fit, &studies, level, &mut diagnostics)?;
    let single = |(name, effect): (&String, &Effect)| {
        of_study(name, &effect.estimate(pooling.measure(), level))
    };
    let each: Vec<Record> = studies
        .names
        .iter()
        .zip(&studies.effects)
        .map(single)
        .collect();
    let (mut leave_one_out, mut cumulative) = (Vec::new(), Vec::new());
    let of_effect = pooling.of_effect();
    let subsets = Subsets {
        pooling: &of_effect,
        studies: &studies,
        level,
    };
    if args.leave_one_out {
        let others = |i: usize| {
            all.iter()
                .copied()
                .filter(|&j| j != i)
                .collect::<Vec<usize>>()
        };
        leave_one_out = subsets.fits("without", &others, &mut diagnostics)?;
    }
    if args.cumulative {
        cumulative = subsets.fits("to", &|i| all[..=i].to_vec(), &mut diagnostics)?;
    }
    let groups = groups(args, &pooling, &studies, level)?;
    let regression = match &formula {
        None => None,
        Some(formula) => {
            let (frame, studies, said) = (&frame, &studies, &mut diagnostics);
            Some(moderators::regression(
                args, &pooling, formula, frame, studies, level, said,
            )?)
        }
    };
    let document = Document {
        schema: "regtrial.meta/1",
        measure: pooling.measure().statistic().as_str(),
        model: pooling.model(),
        tau2: pooling.tau2(),
        test: pooling.test(),
        n_studies: studies.effects.len(),
        n_dropped: studies.dropped,
        estimates: &estimates,
        heterogeneity: &fit.heterogeneity,
        studies: &each,
        weights: &fit.weights,
        leave_one_out: &leave_one_out,
        cumulative: &cumulative,
        by: args.by.as_deref(),
        groups: &groups,
        meta_regression: regression.as_ref(),
        diagnostics: &diagnostics,
    };
    let terms = regression.as_ref().map_or(&[][..], |found| found.records());
    let all = [
        &estimates[..],
        &groups,
        terms,
        &each,
        &leave_one_out,
        &cumulative,
    ]
    .concat();
    figures::write(args, &estimates, &each)?;
    output::print_public(&args.data, &document, &all)?;
    if !args.data.output.quiet && document.n_studies == 1 {
        anstream::eprintln!(
            "1 study, {} left out for a missing value: nothing is known between studies",
            studies.dropped
        );
    } else if !args.data.output.quiet {
        let h = &fit.heterogeneity;
        anstream::eprintln!(
            "{} studies, {} left out for a missing value; tau2 {}, I2 {} %, {} {} on {} df (p {})",
            document.n_studies,
            studies.dropped,
            output::short(h.tau2),
            output::short(100.0 * h.i2),
            h.name(),
            output::short(h.q),
            h.df,
            output::short(h.p_value)
        );
    }
    let outcome = say(&diagnostics, args.data.output.quiet);
    // Rows of one study may be meant: they are told, and are no reason to stop a script.
    let told = |found: &DiagnosticRecord| REPEATED.contains(&found.code.as_str());
    let mut others = diagnostics.iter().filter(|found| !told(found));
    Ok(match others.any(DiagnosticRecord::needs_a_person) {
        true => outcome,
        false => Outcome::Fine,
    })
}

const REPEATED: [&str; 2] = ["shared_control", "repeated_study"];

/// The library's warning, with the flag that helps.
fn repeated(found: &Diagnostic) -> DiagnosticRecord {
    let mut made = remark(found);
    if found.code == "shared_control" {
        made.message.push_str(": --several-arms combine, or split");
    }
    made
}

/// Fits of some of the studies.
struct Subsets<'a> {
    pooling: &'a Pooling,
    studies: &'a Studies,
    level: ConfidenceLevel,
}

impl Subsets<'_> {
    /// One for each study, named after the study that it is without or goes up to. Where the counts of some
    /// studies have no odds ratio, that is said and the others follow.
    fn fits(
        &self,
        prefix: &str,
        own: &dyn Fn(usize) -> Vec<usize>,
        diagnostics: &mut Vec<DiagnosticRecord>,
    ) -> Result<Vec<Record>, Failure> {
        let mut made = Vec::new();
        for (i, name) in self.studies.names.iter().enumerate() {
            let term = format!("{prefix} {name}");
            match self.pooling.fit(self.studies, &own(i), self.level) {
                Ok(fit) => made.push(predicted(&fit, of_study(&term, &fit.pooled))),
                Err(_) if matches!(self.pooling, Pooling::Mixed(_)) => {
                    diagnostics.push(DiagnosticRecord {
                        code: "no_estimate".to_owned(),
                        severity: "note".to_owned(),
                        term: Some(term),
                        message: "the counts of these studies have no odds ratio: too few events"
                            .to_owned(),
                    });
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(made)
    }
}

/// The studies of each value of `--by` pooled apart; a value with one study is that study.
fn groups(
    args: &MetaArgs,
    pooling: &Pooling,
    studies: &Studies,
    level: ConfidenceLevel,
) -> Result<Vec<Record>, Failure> {
    if args.by.is_none() {
        return Ok(Vec::new());
    }
    let mut values: Vec<&String> = studies.groups.iter().collect();
    values.sort_unstable();
    values.dedup();
    let mut made = Vec::new();
    for value in values {
        let own = (0..studies.groups.len()).filter(|&i| studies.groups[i] == *value);
        let own: Vec<usize> = own.collect();
        let fit = pooling
            .fit(studies, &own, level)
            .map_err(|failure| failure.with_help(format!("the studies with `{value}` in --by")))?;
        let mut record = predicted(&fit, of_study("", &fit.pooled));
        record.group.clone_from(value);
        record.n = Some(own.len() as u64);
        made.push(record);
    }
    Ok(made)
}

/// The pooled effect asked for first, then the same by other means.
fn pooled(
    pooling: &Pooling,
    fit: &Fit,
    studies: &Studies,
    level: ConfidenceLevel,
    diagnostics: &mut Vec<DiagnosticRecord>,
) -> Result<Vec<Record>, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, None);
    let measure = pooling.measure();
    let mut estimates = vec![predicted(fit, record("meta", "all studies", &fit.pooled))];
    let mut also = |estimate: Result<Estimate, StatsError>| match estimate {
        Ok(estimate) => estimates.push(record("meta", "all studies", &estimate)),
        Err(error) => diagnostics.push(DiagnosticRecord {
            code: error.code().to_owned(),
            severity: "note".to_owned(),
            term: None,
            message: error.to_string(),
        }),
    };
    if pooling.has_variance() {
        let common = MetaAnalysis {
            measure,
            tau2: None,
            test: PooledTest::Z,
        };
        let pooled = common.fit(&studies.effects, level).map_err(failed)?.pooled;
        also(Ok(pooled));
    }
    if !studies.tables.is_empty() {
        also(mantel_haenszel(&studies.tables, measure, level));
        if measure == Measure::OddsRatio {
            also(peto(&studies.tables, level));
        }
    }
    if studies.effects.len() > 2 {
        also(egger(&studies.effects, level));
    }
    Ok(estimates)
}

fn predicted(fit: &Fit, mut made: Record) -> Record {
    made.prediction_low = fit.prediction_low;
    made.prediction_high = fit.prediction_high;
    made
}

fn of_study(name: &str, estimate: &Estimate) -> Record {
    let mut made = record("meta", "all studies", estimate);
    name.clone_into(&mut made.term);
    made
}

fn silent(name: &str) -> DiagnosticRecord {
    DiagnosticRecord {
        code: "no_information".to_owned(),
        severity: "note".to_owned(),
        term: Some(name.to_owned()),
        message: "nobody or everybody has the event in both arms: the study says nothing about the ratio and is left out"
            .to_owned(),
    }
}

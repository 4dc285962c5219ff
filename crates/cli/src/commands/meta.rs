//! `regtrial meta`: pooling trials. Published numbers are public: nothing is withheld.

mod figures;
mod moderators;
mod trials;

use super::say;
use crate::args::{MeasureChoice, MetaArgs, PooledTestChoice, Tau2Choice};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use regtrial_results::{DiagnosticRecord, Record};
use regtrial_stats::formula::Formula;
use regtrial_stats::meta::funnel::egger;
use regtrial_stats::meta::tables::{mantel_haenszel, peto};
use regtrial_stats::meta::{
    Effect, Heterogeneity, Measure, MetaAnalysis, MetaFit, PooledTest, Tau2Method,
};
use regtrial_stats::{ConfidenceLevel, Estimate, StatsError};
use regtrial_study::analysis::records::record;
use serde::Serialize;
use trials::Studies;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    measure: &'static str,
    tau2: &'static str,
    test: &'static str,
    n_studies: usize,
    n_dropped: usize,
    estimates: &'a [Record],
    heterogeneity: Between,
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

#[derive(Serialize)]
struct Between {
    tau2: f64,
    tau2_low: f64,
    tau2_high: f64,
    i2: f64,
    q: f64,
    df: f64,
    p_value: f64,
}

impl From<Heterogeneity> for Between {
    fn from(found: Heterogeneity) -> Self {
        Self {
            tau2: found.tau2.estimate,
            tau2_low: found.tau2.conf_low,
            tau2_high: found.tau2.conf_high,
            i2: found.i2,
            q: found.q,
            df: found.df,
            p_value: found.p_value,
        }
    }
}

pub(crate) fn run(args: &MetaArgs) -> Result<Outcome, Failure> {
    if args.data.release.is_some() {
        let rule = "published numbers are public: --release does not apply to meta";
        return Err(Failure::message("argument", rule));
    }
    let failed = |error: StatsError| Failure::stats(&error, None);
    let level = data::level(&args.data)?;
    let analysis = analysis(args);
    let formula = moderators::formula(args)?;
    let extra = formula.as_ref().map(Formula::columns).unwrap_or_default();
    let frame = trials::frame(args, &extra)?;
    let studies = trials::read(args, &frame, analysis.measure)?;
    let fit = analysis.fit(&studies.effects, level).map_err(failed)?;
    let mut diagnostics: Vec<DiagnosticRecord> =
        studies.silent.iter().map(|name| silent(name)).collect();
    let estimates = pooled(&analysis, &fit, &studies, level, &mut diagnostics)?;
    let single = |(name, effect): (&String, &Effect)| {
        of_study(name, &effect.estimate(analysis.measure, level))
    };
    let each: Vec<Record> = studies
        .names
        .iter()
        .zip(&studies.effects)
        .map(single)
        .collect();
    let named = |fits: Vec<MetaFit>, prefix: &str| -> Vec<Record> {
        let fits = fits.iter().zip(&studies.names);
        fits.map(|(fit, name)| predicted(fit, of_study(&format!("{prefix} {name}"), &fit.pooled)))
            .collect()
    };
    let mut leave_one_out = Vec::new();
    if args.leave_one_out {
        let fits = analysis
            .leave_one_out(&studies.effects, level)
            .map_err(failed)?;
        leave_one_out = named(fits, "without");
    }
    let mut cumulative = Vec::new();
    if args.cumulative {
        let fits = analysis
            .cumulative(&studies.effects, level)
            .map_err(failed)?;
        cumulative = named(fits, "to");
    }
    let groups = groups(args, &analysis, &studies, level)?;
    let regression = match &formula {
        None => None,
        Some(formula) => {
            let (frame, studies, said) = (&frame, &studies, &mut diagnostics);
            Some(moderators::regression(
                args, &analysis, formula, frame, studies, level, said,
            )?)
        }
    };
    let document = Document {
        schema: "regtrial.meta/1",
        measure: analysis.measure.statistic().as_str(),
        tau2: analysis
            .tau2
            .map_or("common", |method| method.method().as_str()),
        test: match analysis.test {
            PooledTest::Z => "z",
            PooledTest::HartungKnapp => "hartung_knapp",
            PooledTest::HartungKnappTruncated => "hartung_knapp_truncated",
        },
        n_studies: studies.effects.len(),
        n_dropped: studies.dropped,
        estimates: &estimates,
        heterogeneity: fit.heterogeneity.into(),
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
    if !args.data.output.quiet {
        let h = fit.heterogeneity;
        anstream::eprintln!(
            "{} studies, {} left out for a missing value; tau2 {}, I2 {} %, Q {} on {} df (p {})",
            document.n_studies,
            studies.dropped,
            output::short(h.tau2.estimate),
            output::short(100.0 * h.i2),
            output::short(h.q),
            h.df,
            output::short(h.p_value)
        );
    }
    Ok(say(&diagnostics, args.data.output.quiet))
}

/// The studies of each value of `--by` pooled apart; a value with one study is that study.
fn groups(
    args: &MetaArgs,
    analysis: &MetaAnalysis,
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
        let own = studies.effects.iter().zip(&studies.groups);
        let own: Vec<Effect> = own
            .filter(|(_, group)| *group == value)
            .map(|(effect, _)| *effect)
            .collect();
        let mut analysis = *analysis;
        if own.len() == 1 {
            analysis.test = PooledTest::Z;
        }
        let fit = analysis
            .fit(&own, level)
            .map_err(|error| Failure::stats(&error, None))?;
        let mut record = predicted(&fit, of_study("", &fit.pooled));
        record.group.clone_from(value);
        record.n = Some(own.len() as u64);
        made.push(record);
    }
    Ok(made)
}

fn analysis(args: &MetaArgs) -> MetaAnalysis {
    MetaAnalysis {
        measure: match args.measure {
            MeasureChoice::RiskRatio => Measure::RiskRatio,
            MeasureChoice::OddsRatio => Measure::OddsRatio,
            MeasureChoice::RiskDifference => Measure::RiskDifference,
            MeasureChoice::HazardRatio => Measure::HazardRatio,
            MeasureChoice::MeanDifference => Measure::MeanDifference,
        },
        tau2: match args.tau2 {
            Tau2Choice::Dl => Some(Tau2Method::DerSimonianLaird),
            Tau2Choice::Reml => Some(Tau2Method::Reml),
            Tau2Choice::Pm => Some(Tau2Method::PauleMandel),
            Tau2Choice::Common => None,
        },
        test: match args.test {
            PooledTestChoice::Z => PooledTest::Z,
            PooledTestChoice::HartungKnapp => PooledTest::HartungKnapp,
            PooledTestChoice::HartungKnappTruncated => PooledTest::HartungKnappTruncated,
        },
    }
}

/// The pooled effect asked for first, then the same by other means.
fn pooled(
    analysis: &MetaAnalysis,
    fit: &MetaFit,
    studies: &Studies,
    level: ConfidenceLevel,
    diagnostics: &mut Vec<DiagnosticRecord>,
) -> Result<Vec<Record>, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, None);
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
    if analysis.tau2.is_some() {
        let common = MetaAnalysis {
            tau2: None,
            test: PooledTest::Z,
            ..*analysis
        };
        let pooled = common.fit(&studies.effects, level).map_err(failed)?.pooled;
        also(Ok(pooled));
    }
    if !studies.tables.is_empty() {
        also(mantel_haenszel(&studies.tables, analysis.measure, level));
        if analysis.measure == Measure::OddsRatio {
            also(peto(&studies.tables, level));
        }
    }
    if studies.effects.len() > 2 {
        also(egger(&studies.effects, level));
    }
    Ok(estimates)
}

fn predicted(fit: &MetaFit, mut made: Record) -> Record {
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

//! `regtrial meta`: pooling trials. Published numbers are public: nothing is withheld.

mod moderators;

use super::say;
use crate::args::{MeasureChoice, MetaArgs, PooledTestChoice, SeveralArmsChoice, Tau2Choice};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use polars::prelude::DataFrame;
use regtrial_results::{DiagnosticRecord, Record};
use regtrial_stats::formula::Formula;
use regtrial_stats::meta::effects::of_table;
use regtrial_stats::meta::funnel::egger;
use regtrial_stats::meta::tables::{mantel_haenszel, peto};
use regtrial_stats::meta::{
    Effect, Heterogeneity, Measure, MetaAnalysis, MetaFit, PooledTest, SeveralArms, Tau2Method,
    TrialRow, one_row_a_trial,
};
use regtrial_stats::proportion::TwoByTwo;
use regtrial_stats::{ConfidenceLevel, Estimate, StatsError};
use regtrial_study::analysis::records::record;
use regtrial_study::design;
use serde::Serialize;

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

/// The studies with an effect, and the tables of all with counts.
struct Studies {
    names: Vec<String>,
    /// The data row of each effect.
    rows: Vec<usize>,
    effects: Vec<Effect>,
    tables: Vec<TwoByTwo>,
    dropped: usize,
    silent: Vec<String>,
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
    let frame = frame(args, formula.as_ref())?;
    let studies = read(args, &frame, analysis.measure)?;
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
        meta_regression: regression.as_ref(),
        diagnostics: &diagnostics,
    };
    let terms = regression.as_ref().map_or(&[][..], |found| found.records());
    let all = [&estimates[..], terms, &each, &leave_one_out, &cumulative].concat();
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

/// The file, with the columns of counts or estimates and of moderators checked for slips.
fn frame(args: &MetaArgs, formula: Option<&Formula>) -> Result<DataFrame, Failure> {
    let mut used: Vec<String> = counts(args).into_iter().cloned().collect();
    used.extend(args.estimate.iter().chain(&args.std_error).cloned());
    used.extend(formula.map(Formula::columns).unwrap_or_default());
    let text: Vec<&str> = args.study.iter().map(String::as_str).collect();
    data::read(&args.data, &text, &used)
}

fn counts(args: &MetaArgs) -> Vec<&String> {
    let columns = [
        &args.events_treated,
        &args.total_treated,
        &args.events_control,
        &args.total_control,
    ];
    columns.into_iter().flatten().collect()
}

fn read(args: &MetaArgs, frame: &DataFrame, measure: Measure) -> Result<Studies, Failure> {
    let names = match &args.study {
        None => (1..=frame.height()).map(|i| format!("study {i}")).collect(),
        Some(column) => data::texts(frame, column)?
            .into_iter()
            .enumerate()
            .map(|(i, name)| name.unwrap_or_else(|| format!("study {}", i + 1)))
            .collect::<Vec<String>>(),
    };
    match (counts(args).as_slice(), &args.estimate, &args.std_error) {
        ([a, b, c, d], None, None) => {
            let rows = tables(frame, names, [a, b, c, d])?;
            of_tables(args, rows, measure)
        }
        ([], Some(estimate), Some(error)) => estimates(args, frame, names, [estimate, error], measure),
        _ => Err(Failure::message("argument", "trials are given by counts or by estimates").with_help(
            "--events-treated, --total-treated, --events-control and --total-control; or --estimate and --std-error",
        )),
    }
}

fn numbers(frame: &DataFrame, name: &str) -> Result<Vec<f64>, Failure> {
    let column = frame
        .column(name)
        .map_err(|_| data::missing_column(frame, name))?;
    if column.dtype().is_string() {
        return Err(Failure::message(
            "column_type",
            format!("column `{name}` must hold numbers"),
        ));
    }
    Ok(design::numbers(column).map_err(regtrial_study::StudyError::from)?)
}

/// Rows of the file with counts, and how many are left out.
struct Tables {
    rows: Vec<(usize, TrialRow)>,
    dropped: usize,
}

fn tables(frame: &DataFrame, names: Vec<String>, columns: [&str; 4]) -> Result<Tables, Failure> {
    let values = columns.map(|name| numbers(frame, name));
    let [a, b, c, d] = values;
    let values = [a?, b?, c?, d?];
    let mut found = Tables {
        rows: Vec::new(),
        dropped: 0,
    };
    for (i, trial) in names.into_iter().enumerate() {
        let row = [values[0][i], values[1][i], values[2][i], values[3][i]];
        if row.iter().any(|value| value.is_nan()) {
            found.dropped += 1;
            continue;
        }
        let at = |rule: String| Failure::message("study", format!("data row {}: {rule}", i + 1));
        if let Some(wrong) = row
            .iter()
            .position(|value| *value < 0.0 || value.fract() != 0.0 || !value.is_finite())
        {
            return Err(at(format!(
                "column `{}` must hold whole numbers from 0",
                columns[wrong]
            )));
        }
        let count = row.map(|value| value as u64);
        let table =
            TwoByTwo::from_counts(count[0], count[1], count[2], count[3]).map_err(|error| {
                let arm = if count[0] > count[1] || count[1] == 0 {
                    "treated"
                } else {
                    "control"
                };
                let mut failure = Failure::message(
                    error.code(),
                    format!("data row {}, {arm} arm: {error}", i + 1),
                );
                if let Some(help) = error.help() {
                    failure = failure.with_help(help);
                }
                failure
            })?;
        found.rows.push((i, TrialRow { trial, table }));
    }
    Ok(found)
}

/// The effects of the tables, with several arms of a trial made what is asked for.
fn of_tables(args: &MetaArgs, read: Tables, measure: Measure) -> Result<Studies, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, None);
    let mut found = Studies::empty();
    found.dropped = read.dropped;
    let (places, trials): (Vec<usize>, Vec<TrialRow>) = read.rows.into_iter().unzip();
    let how = args.several_arms.map(|choice| match choice {
        SeveralArmsChoice::Combine => SeveralArms::Combine,
        SeveralArmsChoice::Split => SeveralArms::Split,
    });
    let made = match how {
        Some(how) => one_row_a_trial(&trials, how).map_err(failed)?,
        None => trials.clone(),
    };
    let mut used = vec![false; trials.len()];
    for row in made {
        // The row of the file that it came from: the first of its trial that is still free.
        let own = (0..trials.len()).find(|&i| !used[i] && trials[i].trial == row.trial);
        let own = own.unwrap_or_default();
        used[own] = true;
        found.tables.push(row.table);
        match of_table(row.table, measure).map_err(failed)? {
            Some(effect) => {
                found.names.push(row.trial);
                found.rows.push(places[own]);
                found.effects.push(effect);
            }
            None => found.silent.push(row.trial),
        }
    }
    Ok(found)
}

fn estimates(
    args: &MetaArgs,
    frame: &DataFrame,
    names: Vec<String>,
    columns: [&str; 2],
    measure: Measure,
) -> Result<Studies, Failure> {
    let (values, errors) = (numbers(frame, columns[0])?, numbers(frame, columns[1])?);
    let mut found = Studies::empty();
    for (i, name) in names.into_iter().enumerate() {
        if values[i].is_nan() || errors[i].is_nan() {
            found.dropped += 1;
            continue;
        }
        let natural = measure.is_ratio() && !args.log_scale;
        if natural && values[i] <= 0.0 {
            let rule = format!(
                "data row {}: column `{}` must hold ratios above 0",
                i + 1,
                columns[0]
            );
            return Err(Failure::message("study", rule)
                .with_help("--log-scale says that the estimates are logarithms already"));
        }
        let value = if natural { values[i].ln() } else { values[i] };
        let effect = Effect::new(value, errors[i])
            .map_err(|error| Failure::message("study", format!("data row {}: {error}", i + 1)))?;
        found.names.push(name);
        found.rows.push(i);
        found.effects.push(effect);
    }
    Ok(found)
}

impl Studies {
    fn empty() -> Self {
        Self {
            names: Vec::new(),
            rows: Vec::new(),
            effects: Vec::new(),
            tables: Vec::new(),
            dropped: 0,
            silent: Vec::new(),
        }
    }
}

//! `regtrial compare`: two or more arms, one outcome, every contrast.

use super::clustered::Clusters;
use super::several::{Replay, adjusted};
use super::{minimised, say};
use crate::args::{CompareArgs, ImbalanceChoice, MultiplicityChoice, TypeChoice};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use regtrial_results::{Cells, Count, DiagnosticRecord, Record, Results};
use regtrial_stats::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use regtrial_study::analysis::contrasts::{
    OutcomeType, both_cells, contrast_estimates, events, group_estimates, unconditional_tests,
};
use regtrial_study::analysis::records::{contrast, record};
use regtrial_study::analysis::strata::within_strata;
use regtrial_study::design;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    outcome: &'a str,
    r#type: &'static str,
    arm: &'a str,
    reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    strata: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<&'a str>,
    n: Option<Count>,
    n_dropped: Option<Count>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permutations: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimisation: Option<Minimised<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multiplicity: Option<MultiplicityChoice>,
    estimates: &'a [Record],
    diagnostics: &'a [DiagnosticRecord],
}

/// The rule that the permutation replays.
#[derive(Serialize)]
struct Minimised<'a> {
    factors: &'a [String],
    order: Option<&'a str>,
    imbalance: ImbalanceChoice,
    best_probability: f64,
    #[serde(skip_serializing_if = "<[f64]>::is_empty")]
    allocation: &'a [f64],
}

impl<'a> Minimised<'a> {
    fn of(args: &'a CompareArgs) -> Option<Self> {
        let own = &args.minimise;
        (!own.minimise.is_empty()).then(|| Self {
            factors: &own.minimise,
            order: own.order.as_deref(),
            imbalance: own.imbalance,
            best_probability: own.best_probability,
            allocation: &own.allocation,
        })
    }
}

pub(crate) fn run(args: &CompareArgs) -> Result<Outcome, Failure> {
    let level = data::level(&args.data)?;
    let mut text = vec![args.arm.as_str()];
    text.extend(args.strata.as_deref());
    text.extend(args.cluster.as_deref());
    text.extend(args.within.as_deref());
    text.extend(minimised::columns(args));
    let frame = data::read(&args.data, &text, std::slice::from_ref(&args.outcome))?;
    let strata = match &args.strata {
        Some(column) => Some(data::texts(&frame, column)?),
        None => None,
    };
    let cluster = args.cluster.as_ref();
    let clusters = cluster.map(|column| Clusters::new(&frame, column));
    let clusters = clusters.transpose()?;
    let texts = data::texts(&frame, &args.arm)?;
    let column = frame
        .column(&args.outcome)
        .map_err(|_| data::missing_column(&frame, &args.outcome))?;
    let truths = data::truths(&frame, &args.outcome);
    if column.dtype().is_string() && truths.is_none() {
        let rule = format!(
            "column `{}` holds text: an outcome must be a number",
            args.outcome
        );
        return Err(Failure::message("column_type", rule)
            .with_help("code yes and no as 1 and 0; name other missing codes with --na"));
    }
    let values = match truths {
        Some(values) => values,
        None => design::numbers(column).map_err(regtrial_study::StudyError::from)?,
    };
    let arms = data::arms(&args.arm, &texts, args.reference.as_deref())?;
    let groups: Vec<Vec<f64>> = arms
        .iter()
        .map(|arm| {
            let own = texts
                .iter()
                .zip(&values)
                .filter(|(text, _)| text.as_ref() == Some(arm));
            own.map(|(_, value)| *value)
                .filter(|value| !value.is_nan())
                .collect()
        })
        .collect();
    if let Some(empty) = groups.iter().position(Vec::is_empty) {
        let rule = format!("arm `{}` has no value of the outcome", arms[empty]);
        return Err(Failure::message("empty_arm", rule));
    }
    let all: Vec<f64> = groups.concat();
    let kind = match args.kind {
        None => OutcomeType::of(&all),
        Some(TypeChoice::Binary) => OutcomeType::Binary,
        Some(TypeChoice::Continuous) => OutcomeType::Continuous,
        Some(TypeChoice::Count) => OutcomeType::Count,
    };
    check(kind, &all, &args.outcome)?;
    let failed = |error: StatsError| Failure::stats(&error, None);
    let mut results = Results::default();
    results
        .diagnostics
        .extend(remarks(kind, &args.outcome, &groups, &all));
    for (arm, values) in arms.iter().zip(&groups) {
        for estimate in group_estimates(kind, values, level).map_err(failed)? {
            let mut made = record("compare", "all rows", &estimate);
            made.group.clone_from(arm);
            made.outcome.clone_from(&args.outcome);
            made.n = Some(values.len() as u64);
            made.events = events(kind, values);
            made.cells = match made.events {
                Some(events) => Cells::proportion(events, values.len() as u64),
                None => Cells::counts([values.len() as u64]).contributions(values),
            };
            results.records.push(made);
        }
    }
    let replay = Replay::new(args, &frame, &arms, &texts, &values)?;
    let remark = replay.as_ref().and_then(Replay::remark);
    results.diagnostics.extend(remark);
    for treated in 1..arms.len() {
        for control in 0..treated {
            let (x, y) = (&groups[treated], &groups[control]);
            let mut estimates = contrast_estimates(kind, x, y, level).map_err(failed)?;
            if kind == OutcomeType::Binary && !args.fast {
                estimates.extend(unconditional_tests(x, y).map_err(failed)?);
            }
            if let Some(clusters) = &clusters {
                let pair = [&arms[treated], &arms[control]];
                estimates.push(clusters.rank_sum(&texts, &values, pair)?);
            }
            let permuted = replay.as_ref().map(|_| match kind {
                OutcomeType::Binary => Statistic::RiskDifference,
                OutcomeType::Continuous | OutcomeType::Count => Statistic::MeanDifference,
            });
            let permuted =
                permuted.map(|name| Estimate::point(name, Method::Permutation, f64::NAN));
            for estimate in estimates.into_iter().chain(permuted) {
                let mut made = record("compare", "all rows", &estimate);
                made.contrast = contrast(&estimate, &arms[treated], &arms[control]);
                made.outcome.clone_from(&args.outcome);
                made.n = Some((x.len() + y.len()) as u64);
                made.cells = both_cells(kind, x, y);
                if let (Some(replay), Method::Permutation) = (&replay, estimate.method) {
                    replay.test((treated, control), &mut made).map_err(failed)?;
                }
                results.records.push(made);
            }
        }
    }
    if let Some(strata) = &strata {
        let rows = Rows {
            kind,
            arms: &texts,
            strata,
            values: &values,
        };
        add_within_strata(args, &arms, &rows, level, &mut results)?;
    }
    if let Some(choice) = args.multiplicity {
        adjusted(&mut results.records, choice)?;
    }
    let n_dropped = values.len() - all.len();
    let released = results.release(data::policy(&args.data));
    // Beside a withheld count, a total would give it back.
    let withheld = released.records().iter().any(|record| record.suppressed);
    let counts_allowed = released.policy().allows(n_dropped as u64) && !withheld;
    let shown = |count: usize| counts_allowed.then(|| released.count(count as u64));
    let document = Document {
        schema: "regtrial.compare/1",
        outcome: &args.outcome,
        r#type: match kind {
            OutcomeType::Binary => "binary",
            OutcomeType::Continuous => "continuous",
            OutcomeType::Count => "count",
        },
        arm: &args.arm,
        reference: &arms[0],
        strata: args.strata.as_deref(),
        cluster: args.cluster.as_deref(),
        n: shown(all.len()),
        n_dropped: shown(n_dropped),
        permutations: args.permutations,
        seed: args.seed,
        within: args.within.as_deref(),
        minimisation: Minimised::of(args),
        multiplicity: args.multiplicity,
        estimates: released.records(),
        diagnostics: released.diagnostics(),
    };
    output::print(&args.data, &document, released.records())?;
    if n_dropped > 0 && counts_allowed && !args.data.output.quiet {
        anstream::eprintln!("note: {n_dropped} rows without arm or outcome are left out");
    }
    Ok(say(released.diagnostics(), args.data.output.quiet))
}

/// The columns of a comparison within strata.
struct Rows<'a> {
    kind: OutcomeType,
    arms: &'a [Option<String>],
    strata: &'a [Option<String>],
    values: &'a [f64],
}

impl Rows<'_> {
    /// Stratum and outcome of those of an arm for whom both are known.
    fn of(&self, arm: &String) -> Vec<(&str, f64)> {
        let rows = self.arms.iter().zip(self.strata).zip(self.values);
        rows.filter(|((own, _), value)| own.as_ref() == Some(arm) && !value.is_nan())
            .filter_map(|((_, stratum), value)| stratum.as_deref().map(|name| (name, *value)))
            .collect()
    }
}

fn add_within_strata(
    args: &CompareArgs,
    arms: &[String],
    rows: &Rows<'_>,
    level: ConfidenceLevel,
    results: &mut Results,
) -> Result<(), Failure> {
    let note = |code: &str, severity: &str, message: &str| DiagnosticRecord {
        code: code.to_owned(),
        severity: severity.to_owned(),
        term: args.strata.clone(),
        message: message.to_owned(),
    };
    let unknown = rows.arms.iter().zip(rows.strata).zip(rows.values);
    if unknown
        .filter(|((arm, _), value)| arm.is_some() && !value.is_nan())
        .any(|((_, stratum), _)| stratum.is_none())
    {
        let message = "people without a stratum are left out of the contrasts within strata";
        results
            .diagnostics
            .push(note("unknown_stratum", "warning", message));
    }
    for treated in 1..arms.len() {
        for control in 0..treated {
            let (x, y) = (rows.of(&arms[treated]), rows.of(&arms[control]));
            let found = within_strata(rows.kind, &x, &y, level)
                .map_err(|error| Failure::stats(&error, None))?;
            if !found.left_out.is_empty() {
                let message = "strata in which an arm has nobody are left out of the contrasts \
                               within strata: they have nothing to compare";
                results
                    .diagnostics
                    .push(note("stratum_without_arm", "note", message));
            }
            for estimate in &found.estimates {
                let mut made = record("compare", "all rows", estimate);
                made.contrast = contrast(estimate, &arms[treated], &arms[control]);
                made.outcome.clone_from(&args.outcome);
                made.n = Some(found.people);
                made.cells = found.cells.clone();
                results.records.push(made);
            }
        }
    }
    Ok(())
}

fn check(kind: OutcomeType, values: &[f64], outcome: &str) -> Result<(), Failure> {
    let wrong = match kind {
        OutcomeType::Binary => values.iter().any(|value| *value != 0.0 && *value != 1.0),
        OutcomeType::Count => values
            .iter()
            .any(|value| *value < 0.0 || value.fract() != 0.0),
        OutcomeType::Continuous => values.iter().any(|value| !value.is_finite()),
    };
    if !wrong {
        return Ok(());
    }
    let expected = match kind {
        OutcomeType::Binary => "0 or 1",
        OutcomeType::Count => "whole numbers from 0",
        OutcomeType::Continuous => "finite",
    };
    let error = StatsError::OutcomeRange {
        outcome: outcome.to_owned(),
        expected,
    };
    Err(Failure::stats(&error, None))
}

/// What keeps a comparison from meaning much.
fn remarks(
    kind: OutcomeType,
    outcome: &str,
    groups: &[Vec<f64>],
    all: &[f64],
) -> Vec<DiagnosticRecord> {
    let warning = |code: &str, message: &str| DiagnosticRecord {
        code: code.to_owned(),
        severity: "warning".to_owned(),
        term: Some(outcome.to_owned()),
        message: message.to_owned(),
    };
    let mut found = Vec::new();
    if all.iter().all(|value| Some(value) == all.first()) {
        let message = "the outcome is the same for everyone: there is nothing to compare";
        found.push(warning("constant_outcome", message));
    } else if kind == OutcomeType::Count
        && groups
            .iter()
            .any(|values| values.iter().all(|value| *value == 0.0))
    {
        let message = "an arm has no events: the logarithm of its rate ratios is infinite, and they \
                       have no interval and no test";
        found.push(warning("no_events", message));
    }
    if overflows(all) {
        let message =
            "the values are too large to be summed or squared: some results are undefined";
        found.push(warning("overflow", message));
    }
    if groups.iter().any(|values| values.len() == 1) {
        let message = "an arm is one person: it has no spread, and its intervals are undefined";
        found.push(warning("single_person_arm", message));
    }
    found
}

/// Whether sums of the values, or of the squares of their differences, leave the range of numbers.
fn overflows(values: &[f64]) -> bool {
    let sum: f64 = values.iter().map(|value| value.abs()).sum();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    !sum.is_finite() || !((high - low).powi(2) * values.len() as f64).is_finite()
}

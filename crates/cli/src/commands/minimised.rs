//! `regtrial compare --minimise`: the rule by which the arms were allotted.

use crate::args::{CompareArgs, ImbalanceChoice};
use crate::data;
use crate::failure::Failure;
use polars::prelude::DataFrame;
use regtrial_results::DiagnosticRecord;
use regtrial_stats::resampling::{Factor, Imbalance, Minimisation};
use regtrial_study::design;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The columns of the factors, read as text.
pub(crate) fn columns(args: &CompareArgs) -> impl Iterator<Item = &str> {
    let names = args.minimise.minimise.iter();
    names.map(|text| text.split_once('=').map_or(text.as_str(), |(name, _)| name))
}

/// The rule over everyone in the file, all of whom were allotted an arm.
pub(crate) fn rule(
    args: &CompareArgs,
    frame: &DataFrame,
    arm: &[Option<usize>],
    arms: usize,
) -> Result<Minimisation, Failure> {
    if arm.iter().any(Option::is_none) {
        return Err(missing(&args.arm));
    }
    let own = &args.minimise;
    let ratio = match own.allocation.len() {
        0 => vec![1.0; arms],
        given if given == arms => own.allocation.clone(),
        given => {
            let rule = format!("--allocation has {given} shares for {arms} arms");
            return Err(Failure::message("argument", rule).with_help("the reference arm first"));
        }
    };
    let factors = own.minimise.iter().map(|text| factor(frame, text));
    let rule = Minimisation {
        factors: factors.collect::<Result<_, _>>()?,
        order: order(frame, own.order.as_deref().unwrap_or_default())?,
        ratio,
        imbalance: match own.imbalance {
            ImbalanceChoice::Range => Imbalance::Range,
            ImbalanceChoice::Variance => Imbalance::Variance,
            ImbalanceChoice::StandardDeviation => Imbalance::StandardDeviation,
        },
        probability: own.best_probability,
    };
    let arm: Vec<usize> = arm.iter().flatten().copied().collect();
    rule.agreement(&arm)
        .map_err(|error| Failure::stats(&error, None))?;
    Ok(rule)
}

/// A warning where the arms in the file do not look as if they came from the rule.
pub(crate) fn diagnostic(rule: &Minimisation, arm: &[Option<usize>]) -> Option<DiagnosticRecord> {
    let arm: Vec<usize> = arm.iter().flatten().copied().collect();
    let found = rule.agreement(&arm).ok()?;
    let (n, p) = (found.decided as f64, rule.probability);
    let far = found.preferred as f64 - n * p;
    // 3.3 standard errors: one trial in a thousand.
    (far.abs() > 3.3 * (n * p * (1.0 - p)).sqrt()).then(|| DiagnosticRecord {
        code: "minimisation_rule".to_owned(),
        severity: "warning".to_owned(),
        term: None,
        message: format!(
            "the arm that balances best was taken {} often than the probability {p} says: look at --order, --minimise, --imbalance and --best-probability",
            if far > 0.0 { "more" } else { "less" }
        ),
    })
}

fn factor(frame: &DataFrame, text: &str) -> Result<Factor, Failure> {
    let (name, weight) = match text.split_once('=') {
        None => (text, 1.0),
        Some((name, weight)) => {
            let number = weight.trim().parse::<f64>().ok();
            let number = number.filter(|weight| *weight > 0.0 && weight.is_finite());
            let wrong = || {
                let rule = format!("--minimise {text}: the weight must be a number above 0");
                Failure::message("argument", rule)
            };
            (name, number.ok_or_else(wrong)?)
        }
    };
    let labels = data::texts(frame, name)?;
    let mut numbers = BTreeMap::new();
    let mut levels = Vec::with_capacity(labels.len());
    for label in labels {
        let label = label.ok_or_else(|| missing(name))?;
        let next = numbers.len();
        levels.push(*numbers.entry(label).or_insert(next));
    }
    Ok(Factor { levels, weight })
}

/// Rows by the values of a column.
fn order(frame: &DataFrame, name: &str) -> Result<Vec<usize>, Failure> {
    let column = frame
        .column(name)
        .map_err(|_| data::missing_column(frame, name))?;
    let mut rows: Vec<usize> = (0..frame.height()).collect();
    let mut tie = false;
    if column.dtype().is_primitive_numeric() {
        let values = design::numbers(column).map_err(regtrial_study::StudyError::from)?;
        if values.iter().any(|value| value.is_nan()) {
            return Err(missing(name));
        }
        rows.sort_by(|&a, &b| same(values[a].total_cmp(&values[b]), &mut tie));
    } else {
        let texts = data::texts(frame, name)?;
        if texts.iter().any(Option::is_none) {
            return Err(missing(name));
        }
        rows.sort_by(|&a, &b| same(texts[a].cmp(&texts[b]), &mut tie));
    }
    if tie {
        let rule =
            format!("column `{name}` is the same for two people: it must tell who came first");
        return Err(Failure::message("order", rule).with_help(
            "dates need a time or a number beside them: make a column that counts people",
        ));
    }
    Ok(rows)
}

fn same(order: Ordering, tie: &mut bool) -> Ordering {
    *tie |= order == Ordering::Equal;
    order
}

fn missing(column: &str) -> Failure {
    let rule = format!(
        "column `{column}` is missing for someone: minimisation is replayed over everyone who was allotted"
    );
    Failure::message("missing_value", rule)
}

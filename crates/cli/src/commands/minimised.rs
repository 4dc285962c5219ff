//! `regtrial compare --minimise`: the rule by which the arms were allotted.

use crate::args::{CompareArgs, ImbalanceChoice};
use crate::data;
use crate::failure::Failure;
use polars::prelude::{Column, DataFrame, PolarsError};
use regtrial_stats::resampling::{Factor, Imbalance, Minimisation};
use regtrial_study::analysis::allocation::{self, Unusable};

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
    let found = allocation::levels(&[column(frame, name)?]).map_err(unreadable)?;
    let levels = found.map_err(|wrong| unusable(name, wrong))?;
    Ok(Factor { levels, weight })
}

/// Rows by the values of a column.
fn order(frame: &DataFrame, name: &str) -> Result<Vec<usize>, Failure> {
    let found = allocation::order(column(frame, name)?).map_err(unreadable)?;
    found.map_err(|wrong| unusable(name, wrong))
}

fn column<'a>(frame: &'a DataFrame, name: &str) -> Result<&'a Column, Failure> {
    frame
        .column(name)
        .map_err(|_| data::missing_column(frame, name))
}

fn unreadable(error: PolarsError) -> Failure {
    regtrial_study::StudyError::from(error).into()
}

fn unusable(name: &str, wrong: Unusable) -> Failure {
    let Unusable::Tied(_) = wrong else {
        return missing(name);
    };
    let rule = format!("column `{name}` is the same for two people: it must tell who came first");
    Failure::message("order", rule)
        .with_help("dates need a time or a number beside them: make a column that counts people")
}

fn missing(column: &str) -> Failure {
    let rule = format!(
        "column `{column}` is missing for someone: minimisation is replayed over everyone who was allotted"
    );
    Failure::message("missing_value", rule)
}

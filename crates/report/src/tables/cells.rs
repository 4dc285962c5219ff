//! Cells: records to text, with what was withheld and what is undefined.

use crate::format::{
    MINUS, UNDEFINED, WITHHELD, coefficient_decimals, fixed, percent, ratio, with_interval,
};
use crate::style::p_value;
use regtrial_results::{Journal, Record};

/// A count of people.
pub(crate) fn count(record: Option<&Record>) -> String {
    match record {
        Some(record) if record.suppressed => WITHHELD.to_owned(),
        Some(record) => fixed(record.estimate, 0),
        None => UNDEFINED.to_owned(),
    }
}

/// `People: 200; left out: 2.`, a label for each statistic that `of` finds; nothing if it finds none.
pub(crate) fn numbers_of<'a>(
    labels: &[(&str, &str)],
    of: impl Fn(&str) -> Option<&'a Record>,
) -> Option<String> {
    let found = labels
        .iter()
        .filter_map(|(label, name)| Some((label, of(name)?)));
    let found = found.map(|(label, record)| format!("{label}: {}", count(Some(record))));
    let found: Vec<String> = found.collect();
    (!found.is_empty()).then(|| format!("{}.", found.join("; ")))
}

/// `n (%)` of a level.
pub(crate) fn count_and_percent(number: Option<&Record>, proportion: Option<&Record>) -> String {
    let shown = count(number);
    match (number, proportion) {
        (Some(number), Some(part)) if !number.suppressed && part.estimate.is_finite() => {
            format!("{shown} ({})", percent(part.estimate))
        }
        _ => shown,
    }
}

/// `n/N (%)` of an outcome.
pub(crate) fn events(risk: Option<&Record>) -> String {
    let Some(risk) = risk else {
        return UNDEFINED.to_owned();
    };
    match (risk.events, risk.n) {
        _ if risk.suppressed => WITHHELD.to_owned(),
        (Some(events), Some(n)) => format!("{events}/{n} ({})", percent(risk.estimate)),
        _ if risk.estimate.is_nan() => UNDEFINED.to_owned(),
        _ => format!("({})", percent(risk.estimate)),
    }
}

/// The decimals of a number that disclosure control has left to it.
pub(crate) fn left(record: &Record, decimals: usize) -> usize {
    let left = record.cells.decimals.map_or(decimals, usize::from);
    decimals.min(left)
}

/// `mean (SD)`.
pub(crate) fn mean_and_sd(mean: Option<&Record>, sd: Option<&Record>, decimals: usize) -> String {
    let decimals = mean.map_or(decimals, |mean| left(mean, decimals));
    match (mean, sd) {
        (Some(mean), _) if mean.suppressed => WITHHELD.to_owned(),
        (Some(mean), Some(sd)) if sd.estimate.is_finite() => {
            format!(
                "{} ({})",
                fixed(mean.estimate, decimals),
                fixed(sd.estimate, decimals)
            )
        }
        (Some(mean), _) => fixed(mean.estimate, decimals),
        (None, _) => UNDEFINED.to_owned(),
    }
}

/// `median (q1 to q3)`.
pub(crate) fn median_and_quartiles(found: [Option<&Record>; 3], decimals: usize) -> String {
    let [Some(median), low, high] = found else {
        return UNDEFINED.to_owned();
    };
    if median.suppressed {
        return WITHHELD.to_owned();
    }
    let limit = |record: Option<&Record>| record.map_or(f64::NAN, |record| record.estimate);
    with_interval(median.estimate, limit(low), limit(high), |value| {
        fixed(value, decimals)
    })
}

/// An estimate with its interval.
pub(crate) fn estimate(record: Option<&Record>, write: impl Fn(f64) -> String) -> String {
    match record {
        Some(record) if record.suppressed => WITHHELD.to_owned(),
        Some(record) if record.estimate.is_nan() => UNDEFINED.to_owned(),
        Some(record) => with_interval(record.estimate, record.conf_low, record.conf_high, write),
        None => UNDEFINED.to_owned(),
    }
}

/// An effect with its interval, written as its statistic asks for: risks and their differences in per
/// cent, ratios as such, others with the decimals that their error allows.
pub(crate) fn effect(record: &Record) -> String {
    match record.statistic.as_str() {
        "risk" | "risk_difference" => estimate(Some(record), percent),
        statistic if statistic.ends_with("ratio") => estimate(Some(record), ratio),
        _ => {
            let digits = coefficient_decimals(record.std_error);
            estimate(Some(record), |value| fixed(value, digits))
        }
    }
}

/// A p-value.
pub(crate) fn p(record: Option<&Record>, journal: Journal) -> String {
    match record {
        Some(record) if record.suppressed => WITHHELD.to_owned(),
        Some(record) => p_value(record.p_value, journal),
        None => UNDEFINED.to_owned(),
    }
}

/// Whether a record is a permutation test, which has a row or a column of its own.
pub(crate) fn is_permutation(record: &Record) -> bool {
    record.method == "permutation"
}

/// The label of a permutation test's own row.
pub(crate) fn permutation_label(of: &str) -> String {
    format!("Permutation test, {of}")
}

/// `IPS - TAU` as readers see it, with a minus sign.
pub(crate) fn with_minus(contrast: &str) -> String {
    contrast.replace(" - ", &format!(" {MINUS} "))
}

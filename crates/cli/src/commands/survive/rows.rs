//! The rows of a table of times: time, what ended it, group, stratum.

use crate::args::SurviveArgs;
use crate::data;
use crate::failure::Failure;
use polars::prelude::DataFrame;
use regtrial_study::design;
use std::collections::BTreeMap;

/// What each row says; a row is known if nothing of it is missing.
pub(super) struct Rows {
    pub(super) time: Vec<f64>,
    pub(super) cause: Vec<Option<u32>>,
    pub(super) group: Vec<Option<usize>>,
    pub(super) stratum: Option<Vec<Option<usize>>>,
    pub(super) groups: Vec<String>,
}

impl Rows {
    /// The rows of a frame, whose text columns [`text_columns`] names.
    pub(super) fn new(args: &SurviveArgs, frame: &DataFrame) -> Result<Self, Failure> {
        let time = numbers(frame, &args.time)?;
        let cause = causes(args, frame)?;
        let (groups, group) = match &args.by {
            None => (vec!["all".to_owned()], vec![Some(0); time.len()]),
            Some(by) => {
                let texts = data::texts(frame, by)?;
                let groups = data::arms(by, &texts, args.reference.as_deref())
                    .map_err(|failure| failure.or_help("leave out --by for a curve of everyone"))?;
                let index = |text: &Option<String>| {
                    groups.iter().position(|group| Some(group) == text.as_ref())
                };
                let group = texts.iter().map(index).collect();
                (groups, group)
            }
        };
        Ok(Self {
            stratum: strata(args, frame)?,
            time,
            cause,
            group,
            groups,
        })
    }

    /// The known rows; at least one, with times that make sense.
    pub(super) fn known(&self, args: &SurviveArgs) -> Result<Vec<usize>, Failure> {
        let stratum = self.stratum.as_ref();
        let known = |&i: &usize| {
            !self.time[i].is_nan()
                && self.cause[i].is_some()
                && self.group[i].is_some()
                && stratum.is_none_or(|labels| labels[i].is_some())
        };
        let kept: Vec<usize> = (0..self.time.len()).filter(known).collect();
        if kept.is_empty() {
            return Err(Failure::message(
                "no_data",
                "no row has time, event and group",
            ));
        }
        let wrong = |&i: &usize| !self.time[i].is_finite() || self.time[i] < 0.0;
        if let Some(row) = kept.iter().find(|&row| wrong(row)) {
            let rule = format!(
                "column `{}` holds a negative or infinite time in data row {}",
                args.time,
                row + 1
            );
            return Err(Failure::message("column_type", rule)
                .with_help("times are days since the index date"));
        }
        for (index, name) in self.groups.iter().enumerate() {
            if !kept.iter().any(|&i| self.group[i] == Some(index)) {
                let rule = format!("group `{name}` has no row with time and event");
                return Err(Failure::message("empty_arm", rule));
            }
        }
        Ok(kept)
    }
}

pub(super) fn text_columns(args: &SurviveArgs) -> Vec<&str> {
    let columns = args.by.iter().chain(&args.strata).chain(&args.cluster);
    let mut text: Vec<&str> = columns.map(String::as_str).collect();
    if args.event_value.is_some() {
        text.push(&args.event);
    }
    text
}

fn numbers(frame: &DataFrame, name: &str) -> Result<Vec<f64>, Failure> {
    let column = frame
        .column(name)
        .map_err(|_| data::missing_column(frame, name))?;
    if column.dtype().is_string() || column.dtype().is_temporal() {
        let rule = format!("column `{name}` must hold numbers");
        return Err(Failure::message("column_type", rule)
            .with_help("a time is a number of days, an event 1 or 0 (or see --event-value)"));
    }
    Ok(design::numbers(column).map_err(regtrial_study::StudyError::from)?)
}

/// 1 for the event, 2 for a competing one, 0 for the end of observation.
fn causes(args: &SurviveArgs, frame: &DataFrame) -> Result<Vec<Option<u32>>, Failure> {
    if let Some(value) = &args.event_value {
        if args.competing.contains(value) {
            let rule =
                format!("--competing names `{value}`, which --event-value says is the event");
            return Err(Failure::message("argument", rule)
                .with_help("--competing takes the values of the other events"));
        }
        let texts = data::texts(frame, &args.event)?;
        for wanted in std::iter::once(value).chain(&args.competing) {
            if !texts.iter().flatten().any(|text| text == wanted) {
                let rule = format!("`{wanted}` does not occur in column `{}`", args.event);
                return Err(Failure::message("unknown_level", rule).with_help(
                    "--event-value and --competing are compared as text, to the letter",
                ));
            }
        }
        let cause = |text: String| {
            if text == *value {
                1
            } else {
                2 * u32::from(args.competing.contains(&text))
            }
        };
        return Ok(texts.into_iter().map(|text| text.map(cause)).collect());
    }
    let values = match data::truths(frame, &args.event) {
        Some(values) => values,
        None => numbers(frame, &args.event)?,
    };
    let wrong = |v: &f64| !v.is_nan() && *v != 0.0 && *v != 1.0;
    if let Some(row) = values.iter().position(wrong) {
        let rule = format!(
            "column `{}` must be 1 for the event and 0 otherwise, which it is not in data row {}",
            args.event,
            row + 1
        );
        return Err(Failure::message("outcome_range", rule).with_help(
            "--event-value VALUE says which value is the event, all others end observation",
        ));
    }
    let known = |value: f64| (!value.is_nan()).then_some(value as u32);
    Ok(values.into_iter().map(known).collect())
}

fn strata(args: &SurviveArgs, frame: &DataFrame) -> Result<Option<Vec<Option<usize>>>, Failure> {
    if args.strata.is_empty() {
        return Ok(None);
    }
    let columns = args
        .strata
        .iter()
        .map(|name| data::texts(frame, name))
        .collect::<Result<Vec<_>, _>>()?;
    let rows = columns.first().map_or(0, Vec::len);
    let key = |i: usize| {
        columns
            .iter()
            .map(|column| column[i].clone())
            .collect::<Option<Vec<String>>>()
    };
    let keys: Vec<Option<Vec<String>>> = (0..rows).map(key).collect();
    let mut numbers: BTreeMap<Vec<String>, usize> =
        keys.iter().flatten().map(|k| (k.clone(), 0)).collect();
    for (number, value) in numbers.values_mut().enumerate() {
        *value = number;
    }
    Ok(Some(
        keys.into_iter()
            .map(|key| key.and_then(|key| numbers.get(&key).copied()))
            .collect(),
    ))
}

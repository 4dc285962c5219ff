//! `regtrial survive`: survival curves, restricted means and tests by group.

mod figure;
mod recurrent;

use super::clustered::{self, Clusters};
use super::resampled::{Resampled, kinds};
use super::say;
use crate::args::{CurveInterval, SurviveArgs};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use polars::prelude::DataFrame;
use regtrial_results::{Count, DiagnosticRecord, Record, Results};
use regtrial_stats::survival::SurvivalInterval;
use regtrial_stats::survival::log_rank::FlemingHarrington;
use regtrial_stats::{ConfidenceLevel, StatsError};
use regtrial_study::analysis::resampled;
use regtrial_study::analysis::survival::{
    RestrictedBootstrap, SurvivalRecords, SurvivalRequest, TimeToEvent, survival,
};
use regtrial_study::design;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    time: &'a str,
    event: &'a str,
    by: Option<&'a str>,
    reference: Option<&'a str>,
    intervals: &'static str,
    tau: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bootstrap: Option<Resampled<'a>>,
    n: Option<Count>,
    events: Option<Count>,
    n_dropped: Option<Count>,
    estimates: &'a [Record],
    diagnostics: &'a [DiagnosticRecord],
}

pub(crate) fn run(args: &SurviveArgs) -> Result<Outcome, Failure> {
    let request = request(args)?;
    if let Some(id) = &args.id {
        return recurrent::run(args, id, &request);
    }
    let Known {
        people,
        cluster,
        n_dropped,
    } = read(args)?;
    let failed = |error: StatsError| Failure::stats(&error, None);
    let mut found = survival(&people, &request).map_err(failed)?;
    if let Some(cluster) = &cluster {
        let tests = clustered::log_ranks(&people, cluster, request.weights);
        found.records.extend(tests.map_err(failed)?);
    }
    let bootstrap = resample(args, &people, cluster.as_deref(), &mut found, request.level)?;
    for remark in &mut found.diagnostics {
        if remark.code == "monotone_likelihood" {
            remark.message += "; `fit --family cox --method firth` has a finite one";
        }
    }
    let results = Results {
        records: found.records,
        diagnostics: found.diagnostics,
        ..Results::default()
    };
    let released = results.release(data::policy(&args.data));
    // Beside a withheld count, a total would give it back.
    let withheld = released.records().iter().any(|record| record.suppressed);
    let counts_allowed = released.policy().allows(n_dropped as u64) && !withheld;
    let shown = |count: usize| counts_allowed.then(|| released.count(count as u64));
    let document = Document {
        schema: "regtrial.survive/1",
        time: &args.time,
        event: &args.event,
        by: args.by.as_deref(),
        reference: args.by.as_ref().map(|_| people.groups[0].as_str()),
        intervals: match args.intervals {
            CurveInterval::Plain => "plain",
            CurveInterval::Log => "log",
            CurveInterval::LogLog => "log-log",
        },
        tau: found.tau,
        bootstrap,
        n: shown(people.time.len()),
        events: shown(people.cause.iter().filter(|cause| **cause == 1).count()),
        n_dropped: shown(n_dropped),
        estimates: released.records(),
        diagnostics: released.diagnostics(),
    };
    figure::write(args, &people, &request)?;
    output::print(&args.data, &document, released.records())?;
    if n_dropped > 0 && counts_allowed && !args.data.output.quiet {
        anstream::eprintln!(
            "note: {n_dropped} rows without time, event, group or stratum are left out"
        );
    }
    Ok(say(released.diagnostics(), args.data.output.quiet))
}

/// Intervals of the restricted means by the bootstrap, before the usual ones.
fn resample<'a>(
    args: &'a SurviveArgs,
    people: &TimeToEvent,
    cluster: Option<&[u64]>,
    found: &mut SurvivalRecords,
    level: ConfidenceLevel,
) -> Result<Option<Resampled<'a>>, Failure> {
    let (Some(replicates), Some(seed)) = (args.resampling.bootstrap, args.resampling.seed) else {
        return Ok(None);
    };
    if people.cause.contains(&2) {
        let rule =
            "--bootstrap is of restricted means, which have no meaning beside a competing event";
        return Err(Failure::message("argument", rule));
    }
    let labels: Option<Vec<usize>> =
        cluster.map(|labels| labels.iter().map(|label| *label as usize).collect());
    let kinds = kinds(&args.resampling);
    let bootstrap = RestrictedBootstrap {
        kinds: &kinds,
        replicates,
        seed,
        clusters: labels.as_deref(),
        level,
    };
    let fit = bootstrap.add(people, found);
    let fit = fit.map_err(|error| Failure::stats(&error, None))?;
    let Some(fit) = fit else {
        let rule = "--bootstrap is of restricted means, and a group here is followed for no time";
        return Err(Failure::message("argument", rule));
    };
    found.diagnostics.extend(resampled::remarks(&fit, None));
    let cluster = args.cluster.as_deref();
    Ok(Some(Resampled::new(&fit, &kinds, replicates, cluster)))
}

fn request(args: &SurviveArgs) -> Result<SurvivalRequest, Failure> {
    let wrong = |rule: &str| Failure::message("argument", rule);
    if args
        .times
        .iter()
        .any(|time| !(time.is_finite() && *time >= 0.0))
    {
        return Err(wrong("--times must be finite and not negative"));
    }
    if args
        .quantiles
        .iter()
        .any(|share| !(*share > 0.0 && *share < 1.0))
    {
        return Err(wrong("--quantiles must lie strictly between 0 and 1"));
    }
    if args
        .rates
        .is_some_and(|per| !(per.is_finite() && per > 0.0))
    {
        return Err(wrong("--rates must be positive and finite"));
    }
    if [args.rho, args.gamma]
        .iter()
        .any(|power| !(power.is_finite() && *power >= 0.0))
    {
        return Err(wrong("--rho and --gamma must be finite and not negative"));
    }
    if args.data.release.is_some() && args.times.is_empty() {
        return Err(
            wrong("--release needs --times: the days of events are people's")
                .with_help("days of the plan, such as --times 90,180,365"),
        );
    }
    let mut times = args.times.clone();
    times.sort_by(f64::total_cmp);
    times.dedup();
    Ok(SurvivalRequest {
        times,
        interval: match args.intervals {
            CurveInterval::Plain => SurvivalInterval::Plain,
            CurveInterval::Log => SurvivalInterval::Log,
            CurveInterval::LogLog => SurvivalInterval::LogLog,
        },
        quantiles: args.quantiles.clone(),
        tau: args.tau,
        weights: FlemingHarrington {
            rho: args.rho,
            gamma: args.gamma,
        },
        rates_per: args.rates,
        level: data::level(&args.data)?,
    })
}

/// What each row says; a row is known if nothing of it is missing.
struct Rows {
    time: Vec<f64>,
    cause: Vec<Option<u32>>,
    group: Vec<Option<usize>>,
    stratum: Option<Vec<Option<usize>>>,
    groups: Vec<String>,
}

impl Rows {
    /// The rows of a frame, whose text columns [`text_columns`] names.
    fn new(args: &SurviveArgs, frame: &DataFrame) -> Result<Self, Failure> {
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
    fn known(&self, args: &SurviveArgs) -> Result<Vec<usize>, Failure> {
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

fn text_columns(args: &SurviveArgs) -> Vec<&str> {
    let columns = args.by.iter().chain(&args.strata).chain(&args.cluster);
    let mut text: Vec<&str> = columns.map(String::as_str).collect();
    if args.event_value.is_some() {
        text.push(&args.event);
    }
    text
}

/// The people with everything known, and how many rows are left out.
struct Known {
    people: TimeToEvent,
    /// The cluster of each, if clusters are asked for.
    cluster: Option<Vec<u64>>,
    n_dropped: usize,
}

fn read(args: &SurviveArgs) -> Result<Known, Failure> {
    let used = [args.time.clone(), args.event.clone()];
    let frame = data::read(&args.data, &text_columns(args), &used)?;
    let rows = Rows::new(args, &frame)?;
    let kept = rows.known(args)?;
    let n_dropped = rows.time.len() - kept.len();
    let cluster = args.cluster.as_ref();
    let cluster = cluster.map(|column| Clusters::new(&frame, column)?.of(&kept));
    let people = TimeToEvent {
        time: kept.iter().map(|&i| rows.time[i]).collect(),
        cause: kept.iter().filter_map(|&i| rows.cause[i]).collect(),
        group: kept.iter().filter_map(|&i| rows.group[i]).collect(),
        stratum: rows
            .stratum
            .map(|labels| kept.iter().filter_map(|&i| labels[i]).collect()),
        groups: rows.groups,
        by: args.by.clone().unwrap_or_default(),
        event: args.event.clone(),
    };
    Ok(Known {
        people,
        cluster: cluster.transpose()?,
        n_dropped,
    })
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

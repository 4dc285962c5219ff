//! `regtrial survive`: survival curves, restricted means and tests by group.

mod figure;
mod recurrent;
mod rows;

use super::clustered::{self, Clusters};
use super::resampled::{Resampled, kinds};
use super::say;
use crate::args::{CurveInterval, SurviveArgs};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use regtrial_results::{Count, DiagnosticRecord, Record, Results};
use regtrial_stats::survival::SurvivalInterval;
use regtrial_stats::survival::log_rank::FlemingHarrington;
use regtrial_stats::{ConfidenceLevel, StatsError};
use regtrial_study::analysis::resampled;
use regtrial_study::analysis::survival::{
    RestrictedBootstrap, SurvivalRecords, SurvivalRequest, TimeToEvent, survival,
};
use rows::{Rows, text_columns};
use serde::Serialize;

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

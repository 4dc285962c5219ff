//! `regtrial survive --id`: mean counts of events that a person can have again.

use super::{Rows, say, text_columns};
use crate::args::SurviveArgs;
use crate::failure::Failure;
use crate::{Outcome, data, output};
use regtrial_results::{Count, DiagnosticRecord, Record, Results};
use regtrial_stats::StatsError;
use regtrial_stats::survival::recurrent::RecurrentEvents;
use regtrial_study::analysis::survival::{RecurrentPeople, SurvivalRequest, recurrent};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    id: &'a str,
    time: &'a str,
    event: &'a str,
    by: Option<&'a str>,
    reference: Option<&'a str>,
    n: Option<Count>,
    events: Option<Count>,
    n_dropped: Option<Count>,
    estimates: &'a [Record],
    diagnostics: &'a [DiagnosticRecord],
}

pub(super) fn run(
    args: &SurviveArgs,
    id: &str,
    request: &SurvivalRequest,
) -> Result<Outcome, Failure> {
    let (people, n_dropped) = read(args, id)?;
    let failed = |error: StatsError| Failure::stats(&error, None);
    let found = recurrent(&people, request).map_err(failed)?;
    let results = Results {
        records: found.records,
        diagnostics: found.diagnostics,
        ..Results::default()
    };
    let released = results.release(data::policy(&args.data));
    // Beside a withheld count, a total would give it back.
    let withheld = released.records().iter().any(|record| record.suppressed);
    let counts_allowed = released.policy().allows(n_dropped as u64) && !withheld;
    let shown = |count: u64| counts_allowed.then(|| released.count(count));
    let document = Document {
        schema: "regtrial.survive/1",
        id,
        time: &args.time,
        event: &args.event,
        by: args.by.as_deref(),
        reference: args.by.as_ref().map(|_| people.groups[0].as_str()),
        n: shown(people.events.nobs() as u64),
        events: shown(people.events.total()),
        n_dropped: shown(n_dropped as u64),
        estimates: released.records(),
        diagnostics: released.diagnostics(),
    };
    output::print(&args.data, &document, released.records())?;
    if n_dropped > 0 && counts_allowed && !args.data.output.quiet {
        anstream::eprintln!(
            "note: {n_dropped} rows without person, time, event, group or stratum are left out"
        );
    }
    Ok(say(released.diagnostics(), args.data.output.quiet))
}

fn read(args: &SurviveArgs, id: &str) -> Result<(RecurrentPeople, usize), Failure> {
    let mut text = text_columns(args);
    text.push(id);
    let used = [args.time.clone(), args.event.clone()];
    let frame = data::read(&args.data, &text, &used)?;
    let ids = data::texts(&frame, id)?;
    let rows = Rows::new(args, &frame)?;
    let mut kept = rows.known(args)?;
    kept.retain(|&i| ids[i].is_some());
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let person: Vec<usize> = kept
        .iter()
        .filter_map(|&i| ids[i].as_deref())
        .map(|own| {
            let next = numbers.len();
            *numbers.entry(own).or_insert(next)
        })
        .collect();
    let time: Vec<f64> = kept.iter().map(|&i| rows.time[i]).collect();
    let event: Vec<bool> = kept.iter().map(|&i| rows.cause[i] == Some(1)).collect();
    if let Some(row) = RecurrentEvents::after_end(&person, &time, &event) {
        let rule = format!(
            "data row {} comes after its person's end of observation",
            kept[row] + 1
        );
        let help =
            "a person has a row for each event and one, the last, for the end of observation";
        return Err(Failure::message("column_type", rule).with_help(help));
    }
    let made = RecurrentEvents::new(&person, &time, &event);
    let (events, first) = made.map_err(|error| Failure::stats(&error, None))?;
    let of_people = |column: &str, labels: &[Option<usize>]| -> Result<Vec<usize>, Failure> {
        let own: Vec<usize> = kept.iter().filter_map(|&i| labels[i]).collect();
        let people: Vec<usize> = first.iter().map(|&row| own[row]).collect();
        if person
            .iter()
            .zip(&own)
            .any(|(&who, label)| people[who] != *label)
        {
            let rule = format!("column `{column}` differs between rows of one person");
            return Err(Failure::message("column_type", rule)
                .with_help("groups and strata belong to people: the same on all their rows"));
        }
        Ok(people)
    };
    let group = of_people(args.by.as_deref().unwrap_or_default(), &rows.group)?;
    let stratum = match &rows.stratum {
        Some(labels) => Some(of_people(&args.strata.join(", "), labels)?),
        None => None,
    };
    for (index, name) in rows.groups.iter().enumerate() {
        if !group.contains(&index) {
            let rule = format!("group `{name}` has no row with person, time and event");
            return Err(Failure::message("empty_arm", rule));
        }
    }
    let dropped = rows.time.len() - kept.len();
    let people = RecurrentPeople {
        events,
        group,
        stratum,
        groups: rows.groups,
        by: args.by.clone().unwrap_or_default(),
    };
    Ok((people, dropped))
}

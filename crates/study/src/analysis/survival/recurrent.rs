//! Recurrent events by group: mean counts over time, their ratios, rates.

use super::super::records::{contrast, diagnostic, record};
use super::rates::{GroupRate, rates};
use super::{SurvivalRecords, SurvivalRequest};
use regtrial_results::{Cells, Record};
use regtrial_stats::survival::recurrent::{MeanCount, RecurrentEvents, proportional_means};
use regtrial_stats::{StatsError, contrast_pairs};

/// People who can have the event again.
#[derive(Debug, Clone)]
pub struct RecurrentPeople {
    /// Their events and follow-up.
    pub events: RecurrentEvents,
    /// Index into `groups`, one a person.
    pub group: Vec<usize>,
    /// Stratum, if ratios are stratified.
    pub stratum: Option<Vec<usize>>,
    /// Names of the groups, the reference first.
    pub groups: Vec<String>,
    /// What the groups are called together.
    pub by: String,
}

struct Group {
    name: String,
    people: RecurrentEvents,
    curve: MeanCount,
}

impl Group {
    fn cells(&self) -> Cells {
        let n = self.people.nobs() as u64;
        let with = self.people.with_event();
        let counts = self.people.times().iter().map(|times| times.len() as f64);
        Cells::counts([with, n - with, self.people.total()])
            .contributions(&counts.collect::<Vec<f64>>())
    }

    fn rate(&self) -> GroupRate {
        GroupRate {
            name: self.name.clone(),
            people: self.people.nobs() as u64,
            events: self.people.total(),
            person_time: self.people.person_time(),
            cells: self.cells(),
        }
    }
}

/// Mean counts, ratios and rates.
///
/// # Errors
/// A group without people or without follow-up.
pub fn recurrent(
    people: &RecurrentPeople,
    request: &SurvivalRequest,
) -> Result<SurvivalRecords, StatsError> {
    let mut found = SurvivalRecords::default();
    let groups: Vec<Group> = people
        .groups
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let own = (0..people.group.len()).filter(|&i| people.group[i] == index);
            let own = people.events.at(&own.collect::<Vec<usize>>());
            Group {
                name: name.clone(),
                curve: MeanCount::new(&own),
                people: own,
            }
        })
        .collect();
    for group in &groups {
        mean_counts(group, request, &mut found);
        if group.people.total() == 0 {
            let message = "nobody in this group has the event";
            let remark = diagnostic("no_events", "warning", Some(&group.name), message);
            found.diagnostics.push(remark);
        }
    }
    if let Some(per) = request.rates_per {
        let all: Vec<GroupRate> = groups.iter().map(Group::rate).collect();
        found.records.extend(rates(&all, per, request.level)?);
    }
    if groups.len() > 1 {
        ratios(people, &groups, request, &mut found);
    }
    Ok(found)
}

fn mean_counts(group: &Group, request: &SurvivalRequest, found: &mut SurvivalRecords) {
    let times = match request.times.is_empty() {
        true => group.curve.steps.iter().map(|step| step.time).collect(),
        false => request.times.clone(),
    };
    for time in times {
        let estimate = group.curve.estimate(time, request.level);
        let (events, n_risk) = (group.curve.events_to(time), group.curve.n_risk(time));
        let mut made = record("survive", "all people", &estimate);
        made.group.clone_from(&group.name);
        made.time = time;
        made.n = Some(group.people.nobs() as u64);
        made.events = Some(events);
        made.n_risk = Some(n_risk);
        let left = group.people.nobs() as u64 - n_risk;
        let before = |times: &Vec<f64>| times.iter().filter(|other| **other <= time).count() as f64;
        let counts: Vec<f64> = group.people.times().iter().map(before).collect();
        made.cells = Cells::counts([events, n_risk, left]).contributions(&counts);
        found.records.push(made);
        if estimate.estimate.is_nan() {
            let message = "a time lies beyond the longest follow-up of this group: the mean count \
                           is undefined there";
            let remark = diagnostic("beyond_follow_up", "note", Some(&group.name), message);
            found.diagnostics.push(remark);
        }
    }
}

fn ratios(
    people: &RecurrentPeople,
    groups: &[Group],
    request: &SurvivalRequest,
    found: &mut SurvivalRecords,
) {
    let stratum = people.stratum.as_deref();
    let fit = proportional_means(&people.events, &people.group, groups.len(), stratum);
    let fit = match fit {
        Ok(fit) => fit,
        Err(error) => {
            let (code, message) = match error {
                StatsError::MonotoneLikelihood { .. } => (
                    "no_test",
                    "a group has no event: there is no ratio of mean counts".to_owned(),
                ),
                other => (other.code(), other.to_string()),
            };
            let remark = diagnostic(code, "warning", Some(&people.by), &message);
            found.diagnostics.push(remark);
            return;
        }
    };
    for (treated, control) in contrast_pairs(groups.len()) {
        let estimate = fit.ratio(treated, control, request.level);
        let (a, b) = (&groups[treated], &groups[control]);
        let mut made: Record = record("survive", "all people", &estimate);
        made.contrast = contrast(&estimate, &a.name, &b.name);
        made.n = Some((a.people.nobs() + b.people.nobs()) as u64);
        made.events = Some(a.people.total() + b.people.total());
        made.cells = Cells::counts([a.cells().counts, b.cells().counts].concat());
        let of_both = [a.cells().remainder, b.cells().remainder];
        made.cells.remainder = of_both.into_iter().flatten().min();
        found.records.push(made);
    }
}

//! Who is followed, and on which days they have events.

use super::super::Context;
use super::super::counts::Split;
use super::super::survival::RecurrentPeople;
use crate::StudyError;
use crate::plan::{OutcomePlan, OutcomeSource};
use regtrial_results::Results;
use regtrial_stats::survival::recurrent::RecurrentEvents;

/// The people whose events are known by their days.
pub(super) struct Followed {
    pub(super) people: RecurrentPeople,
    /// Their rows of the person table.
    pub(super) rows: Vec<usize>,
    /// Of each arm those with an event and those without.
    pub(super) splits: Vec<Split>,
}

impl Followed {
    /// Nothing if nobody's events are known.
    pub(super) fn new(
        context: &Context<'_>,
        outcome: &OutcomePlan,
        results: &mut Results,
    ) -> Result<Option<Self>, StudyError> {
        let OutcomeSource::Derived(derived) = &outcome.source else {
            return Ok(None);
        };
        let found = context.study.cohort()?.recurrences(derived)?;
        let (mut end, mut events) = (Vec::new(), Vec::new());
        let (mut group, mut groups) = (Vec::new(), Vec::new());
        let (mut rows, mut splits) = (Vec::new(), Vec::new());
        for (name, own) in context.groups() {
            let known = own.iter().copied().filter(|&i| found[i].is_some());
            let known: Vec<usize> = known.collect();
            if known.is_empty() {
                continue;
            }
            let has = |i: usize| found[i].as_ref().map(|one| !one.days.is_empty());
            let label = format!("{name} {} any", outcome.key);
            splits.push(context.split(&label, &own, has, &mut results.counts));
            for row in known {
                if let Some(one) = &found[row] {
                    end.push(f64::from(one.followed));
                    events.push(one.days.iter().map(|day| f64::from(*day)).collect());
                    group.push(groups.len());
                    rows.push(row);
                }
            }
            groups.push(name);
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let events = RecurrentEvents::of_people(end, events);
        Ok(Some(Self {
            people: RecurrentPeople {
                events: events.map_err(StudyError::analysis(&outcome.key))?,
                group,
                stratum: None,
                groups,
                by: "arm".to_owned(),
            },
            rows,
            splits,
        }))
    }

    pub(super) fn of_group(&self, group: usize) -> Vec<usize> {
        let own = (0..self.rows.len()).filter(|&i| self.people.group[i] == group);
        own.collect()
    }

    /// The latest day up to which every arm is followed.
    pub(super) fn common(&self) -> f64 {
        let last = |group| self.people.events.at(&self.of_group(group)).last();
        let groups = 0..self.people.groups.len();
        groups.map(last).fold(f64::INFINITY, f64::min)
    }
}

//! On which days a person had the events that a count is made of, and how long the person was followed.
//!
//! Days are counted from the window's first day, which is day 0. As with a time to the first day in a
//! state, a person is followed without a gap: to the first unseen day where the policy rests on what is
//! seen, else to the window's end.

use super::{Carrier, Measure, Question, Refused, States, answer};
use crate::observation::{Observation, Unobserved};
use crate::span::{Span, contains, union, within};
use regtrial_registers::Day;
use std::collections::{BTreeMap, BTreeSet};

/// A person's events.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recurrence {
    /// Days of the events, ascending; several on one day count each.
    pub days: Vec<i32>,
    /// The day on which following ends: days 0 to the one before it are seen.
    pub followed: i32,
}

impl Measure {
    /// Whether it counts events that have a day each: starts, visits, jobs (their first days),
    /// episodes (their first days), bed-days and days in the state.
    #[must_use]
    pub fn recurs(self) -> bool {
        let of_spells = matches!(
            self,
            Self::Starts | Self::Visits | Self::Jobs | Self::BedDays
        );
        of_spells || matches!(self, Self::Episodes | Self::Days)
    }
}

/// The events of one person; nothing where the count itself is missing, or where a person is not seen
/// from the window's first day on.
///
/// # Errors
/// Those of [`answer`]: a measure whose events have no days has none of its own.
pub fn recurrence(
    question: &Question<'_>,
    states: &States,
    carriers: &[Carrier],
    observation: &Observation,
) -> Result<Option<Recurrence>, Refused> {
    let value = answer(question, states, carriers, observation)?;
    if value.number.is_none() || !question.measure.recurs() {
        return Ok(None);
    }
    let window = question.window;
    let seen = observation.seen_in(window);
    let followed = match (
        value.policy.is_some_and(Unobserved::rests_on_seen),
        seen.first(),
    ) {
        (false, _) => window,
        (true, Some(first)) if first.start == window.start => *first,
        (true, _) => return Ok(None),
    };
    let in_state = within(&within(&states.certain, &seen), &[followed]);
    let mut days = days(question.measure, &in_state, carriers);
    days.sort_unstable();
    Ok(Some(Recurrence {
        days: days.into_iter().map(|day| day - window.start).collect(),
        followed: followed.end - window.start,
    }))
}

fn days(measure: Measure, in_state: &[Span], carriers: &[Carrier]) -> Vec<Day> {
    let certain = carriers.iter().filter(|carrier| carrier.certain);
    let each = |spans: Vec<Span>| -> Vec<Day> {
        let days = spans.into_iter().flat_map(|span| span.start..span.end);
        days.collect()
    };
    let starts = |spans: Vec<Span>| -> Vec<Day> {
        let starts = spans.into_iter().map(|span| span.start);
        starts.filter(|day| contains(in_state, *day)).collect()
    };
    match measure {
        Measure::Days => each(in_state.to_vec()),
        Measure::Episodes => starts(in_state.to_vec()),
        Measure::Starts => starts(certain.map(|carrier| carrier.span).collect()),
        Measure::Visits => {
            let spans = certain.map(|carrier| carrier.span).collect();
            let days: BTreeSet<Day> = starts(spans).into_iter().collect();
            days.into_iter().collect()
        }
        Measure::BedDays => {
            let night = |stay: &Carrier| Span::new(stay.span.start, stay.span.end - 1);
            each(within(&union(certain.map(night).collect()), in_state))
        }
        Measure::Jobs => {
            let mut first: BTreeMap<u64, Day> = BTreeMap::new();
            for carrier in certain {
                if let Some(span) = within(&[carrier.span], in_state).first() {
                    let day = first.entry(carrier.job).or_insert(span.start);
                    *day = span.start.min(*day);
                }
            }
            first.into_values().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{Cause, Policies};
    use regtrial_registers::Unit;

    fn carrier(from: Day, to: Day, job: u64) -> Carrier {
        Carrier {
            span: Span::new(from, to),
            certain: true,
            job,
            value: Some(1.0),
            unit: Unit::Whole,
        }
    }

    /// Days 10 to 13 and 20 to 21 of one job, 12 to 15 of another, and two contacts on day 20; the window
    /// is days 8 to 29.
    fn found(measure: Measure, seen_to: Day) -> Option<Recurrence> {
        let carriers = [
            carrier(10, 14, 1),
            carrier(20, 22, 1),
            carrier(12, 16, 2),
            carrier(20, 21, 3),
        ];
        let certain = vec![Span::new(10, 16), Span::new(20, 22)];
        let states = States {
            possible: certain.clone(),
            certain,
        };
        let mut policies = Policies::default();
        policies.set(Cause::Register, Unobserved::WhileObserved);
        let observation = Observation::new(Span::new(0, seen_to), std::iter::empty(), true);
        let question = Question::new(measure, Span::new(8, 30), policies);
        recurrence(&question, &states, &carriers, &observation).unwrap()
    }

    #[test]
    fn each_measure_has_the_days_of_what_it_counts() {
        let days = |measure| found(measure, 100).unwrap();
        assert_eq!(days(Measure::Days).days, [2, 3, 4, 5, 6, 7, 12, 13]);
        assert_eq!(days(Measure::Episodes).days, [2, 12]);
        assert_eq!(days(Measure::Starts).days, [2, 4, 12, 12]);
        assert_eq!(days(Measure::Visits).days, [2, 4, 12]);
        assert_eq!(days(Measure::Jobs).days, [2, 4, 12]);
        // Nights: days but the last of each stay.
        assert_eq!(days(Measure::BedDays).days, [2, 3, 4, 5, 6, 12]);
        assert_eq!(days(Measure::Days).followed, 22);
        assert!(found(Measure::Ever, 100).is_none());
    }

    #[test]
    fn days_are_as_many_as_the_count_and_end_with_what_is_seen() {
        for measure in [
            Measure::Days,
            Measure::Episodes,
            Measure::Starts,
            Measure::Visits,
            Measure::Jobs,
            Measure::BedDays,
        ] {
            // Seen to day 12: one day of the state's second job, nothing of the later ones.
            let cut = found(measure, 13).unwrap();
            assert_eq!(cut.followed, 5);
            assert!(cut.days.iter().all(|day| *day < cut.followed), "{cut:?}");
        }
        assert_eq!(found(Measure::Starts, 13).unwrap().days, [2, 4]);
        // Nobody is followed who is not seen on the first day.
        assert!(found(Measure::Starts, 5).is_none());
    }
}

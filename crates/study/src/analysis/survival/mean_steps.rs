//! The points of a curve of mean counts that may be drawn, with the numbers of people followed.
//!
//! Without disclosure control every day with an event is a step. With it, as with survival curves, a curve
//! is known at the ends of weeks only, joined until nobody, or enough people, had an event in each step,
//! no one or two people had nearly all of its events, and nobody, or enough people, are still followed.

use super::recurrent::RecurrentPeople;
use super::steps::{axis, before};
use super::weeks::Weeks;
use regtrial_results::{Cells, Policy, Protection};
use regtrial_stats::survival::recurrent::{MeanCount, RecurrentEvents};
use regtrial_stats::{ConfidenceLevel, Estimate};

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub struct MeanCurveRequest {
    /// Days between two numbers followed; by the length of the axis if none is given.
    pub every: Option<f64>,
    /// Last day drawn; the longest follow-up if none is given.
    pub horizon: Option<f64>,
    /// Confidence level.
    pub level: ConfidenceLevel,
}

/// A point of a curve.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MeanPoint {
    /// Index of the group.
    pub group: usize,
    /// The day.
    pub time: f64,
    /// The mean count.
    pub estimate: Estimate,
    /// Events so far.
    pub events: u64,
    /// People followed to the day.
    pub n_risk: u64,
    /// Whether it is the end of weeks that were joined: the events of the day itself come after it.
    pub coarse: bool,
}

/// The points of every group, and the days at which numbers followed stand.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct MeanPoints {
    /// Group by group, in the order of time.
    pub points: Vec<MeanPoint>,
    /// Days of the numbers followed.
    pub ticks: Vec<u32>,
}

/// The points that a policy lets be drawn.
#[must_use]
pub fn mean_points(
    people: &RecurrentPeople,
    request: &MeanCurveRequest,
    policy: Policy,
) -> MeanPoints {
    let (last, ticks) = axis(people.events.last(), request.horizon, request.every);
    let mut found = MeanPoints {
        points: Vec::new(),
        ticks: ticks.iter().map(|tick| *tick as u32).collect(),
    };
    for group in 0..people.groups.len() {
        let own = (0..people.group.len()).filter(|&i| people.group[i] == group);
        let own = people.events.at(&own.collect::<Vec<usize>>());
        let curve = MeanCount::new(&own);
        let coarse = policy.minimum_count > 1;
        let days = match coarse {
            true => Known::new(&own, policy).days(&ticks, last),
            false => exact(&curve, &own, &ticks, last),
        };
        for time in days {
            // Of a week's end, the curve just before it.
            let at = if coarse { time.next_down() } else { time };
            let at = at.clamp(0.0, own.last());
            found.points.push(MeanPoint {
                group,
                time,
                estimate: match time > 0.0 || !coarse {
                    true => curve.estimate(at, request.level),
                    false => start(&curve, request.level),
                },
                events: if time > 0.0 || !coarse {
                    curve.events_to(at)
                } else {
                    0
                },
                n_risk: curve.n_risk(time),
                coarse,
            });
        }
    }
    found
}

/// Nobody has had an event before day 0.
fn start(curve: &MeanCount, level: ConfidenceLevel) -> Estimate {
    let mut estimate = curve.estimate(0.0, level);
    estimate.estimate = 0.0;
    (estimate.conf_low, estimate.conf_high) = (f64::NAN, f64::NAN);
    estimate.std_error = f64::NAN;
    estimate
}

/// Every day with an event, every number followed, and the end.
fn exact(curve: &MeanCount, people: &RecurrentEvents, ticks: &[f64], last: f64) -> Vec<f64> {
    let end = last.min(people.last());
    let mut times = vec![0.0, end];
    times.extend(
        curve
            .steps
            .iter()
            .map(|step| step.time)
            .chain(ticks.iter().copied()),
    );
    times.retain(|time| *time <= end);
    times.sort_by(f64::total_cmp);
    times.dedup();
    times
}

/// One group's people, and what may be known of them.
struct Known<'a> {
    people: &'a RecurrentEvents,
    ends: Vec<f64>,
    policy: Policy,
}

impl<'a> Known<'a> {
    fn new(people: &'a RecurrentEvents, policy: Policy) -> Self {
        let mut ends = people.ends().to_vec();
        ends.sort_by(f64::total_cmp);
        Self {
            people,
            ends,
            policy,
        }
    }

    fn days(&self, ticks: &[f64], last: f64) -> Vec<f64> {
        let weeks = Weeks {
            last: self.people.last(),
            at: &|day| self.policy.allows(self.followed(day)),
            between: &|from, to| self.may_end(from, to),
            events: &|from, to| self.counts(from, to).iter().any(|count| *count > 0.0),
        };
        weeks.days(ticks, last)
    }

    fn followed(&self, day: f64) -> u64 {
        self.ends.len() as u64 - before(&self.ends, day)
    }

    /// Each person's events from one day to before another.
    fn counts(&self, from: f64, to: f64) -> Vec<f64> {
        let of = |times: &Vec<f64>| (before(times, to) - before(times, from)) as f64;
        self.people.times().iter().map(of).collect()
    }

    /// Whether it may be known how many events there were from one day to before another, and where
    /// that is protected how many left.
    fn may_end(&self, from: f64, to: f64) -> bool {
        let policy = self.policy;
        let left = before(&self.ends, to) - before(&self.ends, from);
        let counts = self.counts(from, to);
        let with = counts.iter().filter(|count| **count > 0.0).count() as u64;
        let cells = Cells::default().contributions(&counts);
        let spread = cells.remainder.is_none_or(|rest| rest >= policy.dominance);
        let shown = policy.missing == Protection::Shown || policy.allows(left);
        policy.allows(with) && spread && shown
    }
}

//! The points of a survival curve that may be drawn, with the numbers at risk.
//!
//! Without disclosure control every day with an event is a step. With it, a curve is known at the
//! ends of weeks only, and a week's end is a point only if no event, or enough of them, fell since
//! the point before, and nobody, or enough people, are still at risk. What is left after the last
//! point obeys the same rule: who knows the total learns no small count by subtraction. The weeks at
//! which numbers at risk stand come first, the others fill what lies between.
//!
//! Where counts are rounded the curve is the life table of the rounded numbers at the points, so that
//! it tells no more than they do. It needs to know who leaves by a competing event, of whom there
//! often are few: where events compete no such curve is made.

use super::weeks::Weeks;
use super::{TimeToEvent, groups};
use regtrial_results::{Policy, Protection};
use regtrial_stats::survival::competing::AalenJohansen;
use regtrial_stats::survival::life_table::{Stretch, life_table};
use regtrial_stats::survival::{KaplanMeier, SurvivalInterval};
use regtrial_stats::{ConfidenceLevel, Estimate, Statistic, StatsError};

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub struct CurveRequest {
    /// Upwards: the share with the event, instead of the share without.
    pub incidence: bool,
    /// Scale of the intervals, where no events compete.
    pub interval: SurvivalInterval,
    /// Days between two numbers at risk; by the length of the axis if none is given.
    pub every: Option<f64>,
    /// Last day drawn; the longest follow-up if none is given.
    pub horizon: Option<f64>,
    /// Confidence level.
    pub level: ConfidenceLevel,
}

/// A point of a curve.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CurvePoint {
    /// Index of the group.
    pub group: usize,
    /// The day.
    pub time: f64,
    /// The share with or without the event.
    pub estimate: Estimate,
    /// Events so far (not rounded).
    pub events: u64,
    /// People at risk on the day (not rounded).
    pub n_risk: u64,
    /// Whether the estimate is computed from rounded counts.
    pub rounded: bool,
    /// Whether it is the end of weeks that were joined: the events of the day itself come after it.
    pub coarse: bool,
}

/// The points of every group, and the days at which numbers at risk stand.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CurvePoints {
    /// Group by group, in the order of time.
    pub points: Vec<CurvePoint>,
    /// Days of the numbers at risk.
    pub ticks: Vec<u32>,
}

/// Weeks between two numbers at risk, one of which suits every length.
const WEEKS: [f64; 9] = [1.0, 2.0, 4.0, 13.0, 26.0, 52.0, 104.0, 260.0, 520.0];
/// So many numbers at risk stand beside each other.
const MOST_TICKS: f64 = 10.0;

/// The points that a policy lets be drawn. `known` says of a group and a day whether those with the
/// event before it may be known beside what else is.
///
/// # Errors
/// An empty group; a Kaplan-Meier curve where events compete.
pub fn curve_points(
    people: &TimeToEvent,
    request: &CurveRequest,
    policy: Policy,
    known: &dyn Fn(usize, f64) -> bool,
) -> Result<CurvePoints, StatsError> {
    let competing = people.cause.contains(&2);
    if competing && !request.incidence {
        return Err(StatsError::Argument {
            argument: "a Kaplan-Meier curve",
            rule: "shows nothing that happens where events compete: take the cumulative incidence"
                .to_owned(),
        });
    }
    let longest = people.time.iter().copied().fold(0.0, f64::max);
    let (last, ticks) = axis(longest, request.horizon, request.every);
    let mut found = CurvePoints {
        points: Vec::new(),
        ticks: ticks.iter().map(|tick| *tick as u32).collect(),
    };
    for (index, group) in groups(people)?.iter().enumerate() {
        let of_group = |day: f64| known(index, day);
        let own = Own::new(people, index, policy, &of_group);
        let coarse = policy.minimum_count > 1 || policy.rounds();
        let rounded = policy.rounds() && !competing;
        let times = match coarse {
            true => own.coarse(&ticks, last),
            false => own.exact(&ticks, last),
        };
        let incidence = match competing {
            true => Some(AalenJohansen::new(&group.competing, 1)?),
            false => None,
        };
        for time in times {
            // Of a week's end, the curve just before it.
            let at = if coarse { time.next_down() } else { time };
            let at = at.min(group.curve.last());
            let estimate = match &incidence {
                Some(curve) => curve.estimate(at, request.level),
                None => of_curve(&group.curve, at, request),
            };
            found.points.push(CurvePoint {
                group: index,
                time,
                estimate,
                events: own.events(at),
                n_risk: own.at_risk(time),
                rounded,
                coarse,
            });
        }
        if rounded {
            let first = found.points.partition_point(|point| point.group < index);
            from_rounded(&mut found.points[first..], policy, request);
        }
    }
    Ok(found)
}

/// The last day drawn, and the days at which numbers of people stand.
pub(super) fn axis(longest: f64, horizon: Option<f64>, every: Option<f64>) -> (f64, Vec<f64>) {
    let last = horizon.map_or(longest, |horizon| horizon.min(longest));
    let every = every.unwrap_or_else(|| spacing(last));
    let ticks = std::iter::successors(Some(0.0), |tick| Some(tick + every));
    (last, ticks.take_while(|tick| *tick <= last).collect())
}

fn spacing(last: f64) -> f64 {
    let fits = |weeks: &&f64| last / (7.0 * **weeks) <= MOST_TICKS;
    7.0 * WEEKS.iter().find(fits).copied().unwrap_or(1040.0)
}

/// The points of a group by the life table of their rounded numbers.
fn from_rounded(points: &mut [CurvePoint], policy: Policy, request: &CurveRequest) {
    let numbers = |point: &CurvePoint| (policy.rounded(point.n_risk), policy.rounded(point.events));
    let stretches = points.windows(2).map(|pair| {
        let ((at_risk, before), (then, after)) = (numbers(&pair[0]), numbers(&pair[1]));
        let events = after - before;
        Stretch {
            at_risk,
            events,
            // Rounded numbers need not fit each other.
            left: at_risk.saturating_sub(events).saturating_sub(then),
        }
    });
    let nothing = Stretch {
        at_risk: points.first().map_or(0, |point| numbers(point).0),
        events: 0,
        left: 0,
    };
    let stretches: Vec<Stretch> = std::iter::once(nothing).chain(stretches).collect();
    let table = life_table(&stretches, request.interval, request.level);
    for (point, estimate) in points.iter_mut().zip(table) {
        point.estimate = upwards(estimate, request);
    }
}

fn of_curve(curve: &KaplanMeier, at: f64, request: &CurveRequest) -> Estimate {
    upwards(curve.estimate(at, request.interval, request.level), request)
}

/// The share without the event, or that with it if it is asked for.
fn upwards(estimate: Estimate, request: &CurveRequest) -> Estimate {
    if !request.incidence {
        return estimate;
    }
    let mut other = estimate;
    other.statistic = Statistic::CumulativeIncidence;
    other.estimate = 1.0 - estimate.estimate;
    other.conf_low = 1.0 - estimate.conf_high;
    other.conf_high = 1.0 - estimate.conf_low;
    other
}

/// One group's times, and what may be known of them.
struct Own<'a> {
    policy: Policy,
    known: &'a dyn Fn(f64) -> bool,
    /// Of the event, ascending.
    events: Vec<f64>,
    /// Of those who leave without it, ascending.
    left: Vec<f64>,
}

/// How many lie before a time.
pub(super) fn before(times: &[f64], time: f64) -> u64 {
    times.partition_point(|other| *other < time) as u64
}

impl<'a> Own<'a> {
    fn new(
        people: &TimeToEvent,
        group: usize,
        policy: Policy,
        known: &'a dyn Fn(f64) -> bool,
    ) -> Self {
        let of = |event: bool| {
            let rows = people.time.iter().zip(&people.cause).zip(&people.group);
            let own = rows.filter(|((_, cause), g)| **g == group && (**cause == 1) == event);
            let mut times: Vec<f64> = own.map(|((time, _), _)| *time).collect();
            times.sort_by(f64::total_cmp);
            times
        };
        Self {
            policy,
            known,
            events: of(true),
            left: of(false),
        }
    }

    fn events(&self, to: f64) -> u64 {
        self.events.partition_point(|time| *time <= to) as u64
    }

    fn at_risk(&self, time: f64) -> u64 {
        let all = self.events.len() + self.left.len();
        all as u64 - before(&self.events, time) - before(&self.left, time)
    }

    /// The last day that somebody was followed to.
    fn last(&self) -> f64 {
        let last = |times: &[f64]| times.last().copied().unwrap_or(0.0);
        last(&self.events).max(last(&self.left))
    }

    /// Every day with an event, every number at risk, and the end.
    fn exact(&self, ticks: &[f64], last: f64) -> Vec<f64> {
        let end = last.min(self.last());
        let mut times = vec![0.0, end];
        times.extend(self.events.iter().chain(ticks));
        times.retain(|time| *time <= end);
        times.sort_by(f64::total_cmp);
        times.dedup();
        times
    }

    /// The ends of weeks that may be known.
    fn coarse(&self, ticks: &[f64], last: f64) -> Vec<f64> {
        let weeks = Weeks {
            last: self.last(),
            at: &|day| self.policy.allows(self.at_risk(day)) && (self.known)(day),
            between: &|from, to| self.may_end(from, to),
            events: &|from, to| before(&self.events, to) > before(&self.events, from),
        };
        weeks.days(ticks, last)
    }

    /// Whether it may be known how many had the event from one day to before another, and where
    /// that is protected how many left.
    fn may_end(&self, from: f64, to: f64) -> bool {
        let policy = self.policy;
        let within = |times: &[f64]| before(times, to) - before(times, from);
        let left = policy.missing == Protection::Shown || policy.allows(within(&self.left));
        policy.allows(within(&self.events)) && left
    }
}

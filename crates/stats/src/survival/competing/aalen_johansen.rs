//! Cumulative incidence by the Aalen-Johansen estimator.
//!
//! With n at risk at t, d_k events of kind k, d of any kind and S(t-) the probability of none so far,
//! F_k(t) = sum S(t-) d_k / n. Its variance takes the increments as multinomial:
//! sum of (1/n) [a_k (1 - a_k) S² - 2 a_k S D + a D² / (1 - a)] with a_k = d_k / n, a = d / n and
//! D = F_k(t) - F_k(at the event time). Everyone with the event on a day is one term, so that
//! massive ties are no approximation. It is computed as the variance of what a person at risk adds
//! (S with the event, 0 with another one, D / (1 - a) with none), which no rounding makes negative.
//!
//! References: O. O. Aalen, S. Johansen (1978), Scandinavian Journal of Statistics 5:141-150;
//! P. K. Andersen et al. (1993), Statistical Models Based on Counting Processes, section IV.4.

use super::super::follow_up::merge_close;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};

/// How long each person was followed, and what ended it: 0 the end of observation, 1, 2, ... the
/// kinds of event.
#[derive(Debug, Clone, PartialEq)]
pub struct CompetingFollowUp {
    pub(super) time: Vec<f64>,
    pub(super) cause: Vec<u32>,
}

impl CompetingFollowUp {
    /// One time and one cause a person.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if there is nobody, the lengths differ, or a time is negative or
    /// not finite.
    pub fn new(time: &[f64], cause: &[u32]) -> Result<Self, StatsError> {
        let flags: Vec<bool> = cause.iter().map(|c| *c > 0).collect();
        super::super::FollowUp::new(time, &flags)?;
        let mut time = time.to_vec();
        merge_close(&mut [&mut time]);
        Ok(Self {
            time,
            cause: cause.to_vec(),
        })
    }
}

/// What happens at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CompetingStep {
    /// The time.
    pub time: f64,
    /// People at risk just before it.
    pub n_risk: u64,
    /// Events of the kind asked for.
    pub events: u64,
    /// Events of any kind.
    pub any: u64,
    /// Probability of no event of any kind just before it.
    pub before: f64,
    /// Probability of an event of the kind asked for up to and including it.
    pub incidence: f64,
}

/// The cumulative incidence of one kind of event in one group.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AalenJohansen {
    /// Every time at which something happens, ascending.
    pub steps: Vec<CompetingStep>,
    /// The kind of event.
    pub cause: u32,
}

impl AalenJohansen {
    /// The cumulative incidence of `cause`, 1 or more.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for cause 0, which is the end of observation.
    ///
    /// ```
    /// use regtrial_stats::survival::competing::{AalenJohansen, CompetingFollowUp};
    /// let data = CompetingFollowUp::new(&[1.0, 2.0, 3.0, 4.0], &[1, 2, 1, 0])?;
    /// let curve = AalenJohansen::new(&data, 1)?;
    /// assert!((curve.incidence(3.0) - 0.5).abs() < 1e-15);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn new(data: &CompetingFollowUp, cause: u32) -> Result<Self, StatsError> {
        if cause == 0 {
            return Err(StatsError::argument(
                "cause",
                "must be a kind of event, 1 or more",
            ));
        }
        let mut order: Vec<usize> = (0..data.time.len()).collect();
        order.sort_by(|&a, &b| data.time[a].total_cmp(&data.time[b]));
        let mut steps = Vec::new();
        let (mut before, mut incidence) = (1.0, 0.0);
        let mut at = 0;
        while at < order.len() {
            let time = data.time[order[at]];
            let end = at + order[at..].partition_point(|&i| data.time[i] <= time);
            let n_risk = (order.len() - at) as u64;
            let count = |wanted: &dyn Fn(u32) -> bool| {
                order[at..end]
                    .iter()
                    .filter(|&&i| wanted(data.cause[i]))
                    .count() as u64
            };
            let (events, any) = (count(&|c| c == cause), count(&|c| c > 0));
            incidence += before * events as f64 / n_risk as f64;
            steps.push(CompetingStep {
                time,
                n_risk,
                events,
                any,
                before,
                incidence,
            });
            before *= (n_risk - any) as f64 / n_risk as f64;
            at = end;
        }
        Ok(Self { steps, cause })
    }

    /// Probability of the event up to and including `time`; undefined beyond the longest follow-up
    /// while someone is left without any event.
    #[must_use]
    pub fn incidence(&self, time: f64) -> f64 {
        let reached = self.steps.partition_point(|step| step.time <= time);
        let Some(last) = self.steps.last() else {
            return f64::NAN;
        };
        if time > last.time && last.any < last.n_risk {
            return f64::NAN;
        }
        if reached == 0 {
            0.0
        } else {
            self.steps[reached - 1].incidence
        }
    }

    /// People at risk just before `time`.
    #[must_use]
    pub fn n_risk(&self, time: f64) -> u64 {
        let next = self.steps.partition_point(|step| step.time < time);
        self.steps.get(next).map_or(0, |step| step.n_risk)
    }

    /// Events of the kind up to and including `time`.
    #[must_use]
    pub fn events_to(&self, time: f64) -> u64 {
        let steps = self.steps.iter().take_while(|step| step.time <= time);
        steps.map(|step| step.events).sum()
    }

    /// The cumulative incidence at `time` with a normal interval, cut at 0 and 1.
    #[must_use]
    pub fn estimate(&self, time: f64, level: ConfidenceLevel) -> Estimate {
        let incidence = self.incidence(time);
        let mut result = Estimate::point(
            Statistic::CumulativeIncidence,
            Method::AalenJohansen,
            incidence,
        );
        if incidence.is_nan() {
            return result;
        }
        let steps = self.steps.iter().take_while(|step| step.time <= time);
        let variance: f64 = steps.map(|step| step.variance(incidence)).sum();
        let error = variance.sqrt();
        let half = level.normal_quantile() * error;
        result = result.with_interval(
            (incidence - half).max(0.0),
            (incidence + half).min(1.0),
            level,
        );
        result.std_error = error;
        result
    }
}

impl CompetingStep {
    /// This time's share in the variance of the incidence at a later time.
    fn variance(&self, later: f64) -> f64 {
        let n = self.n_risk as f64;
        let (own, other) = (self.events as f64 / n, (self.any - self.events) as f64 / n);
        let none = (self.n_risk - self.any) as f64 / n;
        let rise = if none > 0.0 {
            later - self.incidence
        } else {
            0.0
        };
        let mean = own * self.before + rise;
        let square = |value: f64| (value - mean) * (value - mean);
        let spared = if none > 0.0 {
            none * square(rise / none)
        } else {
            0.0
        };
        (own * square(self.before) + other * square(0.0) + spared) / n
    }
}

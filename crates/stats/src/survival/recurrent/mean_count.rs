//! The mean cumulative count: how many events a person has had by a time, on average.
//!
//! With n(t) people followed at t and d(t) events, the mean is the sum of d/n. Its variance is the
//! sum over people of the square of the sum of (dN_i - Y_i d/n) / n: no model of how a person's events
//! depend on each other.
//!
//! References: W. Nelson (1988), Journal of Quality Technology 20:24-35; J. F. Lawless, C. Nadeau
//! (1995), Technometrics 37:158-168.

use super::RecurrentEvents;
use crate::{ConfidenceLevel, Estimate, Method, Statistic};

/// A jump of the mean count.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct MeanCountStep {
    /// The event time.
    pub time: f64,
    /// People followed at it.
    pub n_risk: u64,
    /// Events at it.
    pub events: u64,
    /// Mean count up to and including it.
    pub mean: f64,
    /// Sum of d/n² up to and including it.
    compensator: f64,
}

/// The mean cumulative count of one group.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MeanCount {
    /// Its jumps.
    pub steps: Vec<MeanCountStep>,
    people: RecurrentEvents,
    sorted_ends: Vec<f64>,
}

impl MeanCount {
    /// The mean count of some people.
    #[must_use]
    pub fn new(people: &RecurrentEvents) -> Self {
        let sorted_ends = people.sorted_ends();
        let (mut mean, mut compensator) = (0.0, 0.0);
        let steps = people.moments().into_iter().map(|(time, events)| {
            let n_risk = RecurrentEvents::at_risk(&sorted_ends, time);
            let (d, n) = (events as f64, n_risk as f64);
            mean += d / n;
            compensator += d / (n * n);
            MeanCountStep {
                time,
                n_risk,
                events,
                mean,
                compensator,
            }
        });
        Self {
            steps: steps.collect(),
            people: people.clone(),
            sorted_ends,
        }
    }

    fn step(&self, time: f64) -> Option<&MeanCountStep> {
        let reached = self.steps.partition_point(|step| step.time <= time);
        self.steps[..reached].last()
    }

    /// People followed at a time.
    #[must_use]
    pub fn n_risk(&self, time: f64) -> u64 {
        RecurrentEvents::at_risk(&self.sorted_ends, time)
    }

    /// Events up to and including a time.
    #[must_use]
    pub fn events_to(&self, time: f64) -> u64 {
        let steps = self.steps.iter().take_while(|step| step.time <= time);
        steps.map(|step| step.events).sum()
    }

    /// The mean count at a time with a normal interval on the log scale; undefined beyond the longest
    /// follow-up, without limits while nobody has had an event.
    #[must_use]
    pub fn estimate(&self, time: f64, level: ConfidenceLevel) -> Estimate {
        let (statistic, method) = (Statistic::MeanCumulativeCount, Method::NelsonAalen);
        if time > self.people.last() {
            return Estimate::point(statistic, method, f64::NAN);
        }
        let Some(step) = self.step(time) else {
            return Estimate::point(statistic, method, 0.0);
        };
        let error = self.variance(time).sqrt();
        let half = level.normal_quantile() * error / step.mean;
        let mut result = Estimate::point(statistic, method, step.mean).with_interval(
            step.mean * (-half).exp(),
            step.mean * half.exp(),
            level,
        );
        result.std_error = error;
        result
    }

    fn variance(&self, time: f64) -> f64 {
        let people = self.people.end.iter().zip(&self.people.events);
        people
            .map(|(end, events)| {
                let until = self.step(time.min(*end));
                let expected = until.map_or(0.0, |step| step.compensator);
                let observed: f64 = events
                    .iter()
                    .take_while(|event| **event <= time)
                    .filter_map(|event| self.step(*event))
                    .map(|step| (step.n_risk as f64).recip())
                    .sum();
                (observed - expected).powi(2)
            })
            .sum()
    }
}

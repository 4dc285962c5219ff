//! The Kaplan-Meier curve, its intervals and its quantiles.
//!
//! At a time t with d events among n at risk, S(t) = prod (1 - d/n) and Greenwood's sum is
//! G(t) = sum d / (n (n - d)); the standard error of S is S sqrt(G).
//!
//! References: E. L. Kaplan, P. Meier (1958), JASA 53:457-481; R. Brookmeyer, J. Crowley (1982),
//! Biometrics 38:29-41 (quantiles); J. P. Klein, M. L. Moeschberger (2003), Survival Analysis,
//! section 4.3 (transformed intervals).

use super::FollowUp;
use crate::{ConfidenceLevel, Estimate, Method, Statistic};

/// Two probabilities closer than this are equal.
const SAME: f64 = 1.490_116_119_384_765_6e-8;

/// The scale on which the interval of a survival probability is symmetric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SurvivalInterval {
    /// S itself, cut at 0 and 1.
    Plain,
    /// ln S, cut at 1.
    #[default]
    Log,
    /// ln(-ln S); where S is 1 both limits are 1.
    LogLog,
}

impl SurvivalInterval {
    /// The method's name in results.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::Plain => Method::KaplanMeierPlain,
            Self::Log => Method::KaplanMeierLog,
            Self::LogLog => Method::KaplanMeierLogLog,
        }
    }

    /// The method's name in results, of grouped times.
    pub(super) fn of_life_table(self) -> Method {
        match self {
            Self::Plain => Method::LifeTablePlain,
            Self::Log => Method::LifeTableLog,
            Self::LogLog => Method::LifeTableLogLog,
        }
    }

    /// Limits of a probability `survival` with Greenwood's sum `greenwood`.
    pub(in crate::survival) fn limits(self, survival: f64, greenwood: f64, z: f64) -> (f64, f64) {
        if survival <= 0.0 {
            return (f64::NAN, f64::NAN);
        }
        let error = greenwood.sqrt();
        match self {
            Self::Plain => {
                let half = z * error * survival;
                ((survival - half).max(0.0), (survival + half).min(1.0))
            }
            Self::Log => {
                let half = (z * error).exp();
                (survival / half, (survival * half).min(1.0))
            }
            Self::LogLog if survival >= 1.0 => (1.0, 1.0),
            Self::LogLog => {
                let log = survival.ln();
                let half = z * error / log;
                let at = |shift: f64| (-((-log).ln() + shift).exp()).exp();
                (at(-half), at(half))
            }
        }
    }
}

/// What happens at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// The time.
    pub time: f64,
    /// People at risk just before it.
    pub n_risk: u64,
    /// Events on it.
    pub events: u64,
    /// People whose observation ends on it without the event.
    pub censored: u64,
    /// Probability of no event up to and including it.
    pub survival: f64,
    /// Greenwood's sum up to and including it; infinite where nobody is left without the event.
    pub greenwood: f64,
}

/// A survival curve of one group.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct KaplanMeier {
    /// Every time at which an event or an end of observation falls, ascending.
    pub steps: Vec<Step>,
    /// People.
    pub nobs: u64,
    /// Events.
    pub events: u64,
}

impl KaplanMeier {
    /// The curve of everyone in `data`.
    ///
    /// ```
    /// use regtrial_stats::survival::{FollowUp, KaplanMeier};
    /// // Without censoring the curve is the share still without the event.
    /// let data = FollowUp::new(&[1.0, 2.0, 2.0, 5.0], &[true; 4])?;
    /// let curve = KaplanMeier::new(&data);
    /// assert!((curve.survival(2.0) - 0.25).abs() < 1e-15);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    #[must_use]
    pub fn new(data: &FollowUp) -> Self {
        let order = data.order();
        let mut steps = Vec::new();
        let (mut survival, mut greenwood) = (1.0, 0.0);
        let mut at = 0;
        while at < order.len() {
            let time = data.time()[order[at]];
            let end = at + order[at..].partition_point(|&i| data.time()[i] <= time);
            let n_risk = (order.len() - at) as u64;
            let events = order[at..end].iter().filter(|&&i| data.event()[i]).count() as u64;
            let left = n_risk - events;
            if events > 0 {
                survival *= left as f64 / n_risk as f64;
                greenwood += events as f64 / (n_risk as f64 * left as f64);
            }
            steps.push(Step {
                time,
                n_risk,
                events,
                censored: (end - at) as u64 - events,
                survival,
                greenwood,
            });
            at = end;
        }
        Self {
            steps,
            nobs: data.nobs() as u64,
            events: data.events(),
        }
    }

    /// The last step at or before `time`.
    fn step(&self, time: f64) -> Option<&Step> {
        self.steps[..self.steps.partition_point(|step| step.time <= time)].last()
    }

    /// The longest follow-up.
    #[must_use]
    pub fn last(&self) -> f64 {
        self.steps.last().map_or(f64::NAN, |step| step.time)
    }

    /// Probability of no event up to and including `time`; undefined beyond the longest follow-up,
    /// unless the curve has reached 0.
    #[must_use]
    pub fn survival(&self, time: f64) -> f64 {
        let survival = self.step(time).map_or(1.0, |step| step.survival);
        if time > self.last() && survival > 0.0 {
            f64::NAN
        } else {
            survival
        }
    }

    /// People at risk just before `time`.
    #[must_use]
    pub fn n_risk(&self, time: f64) -> u64 {
        let next = self.steps.partition_point(|step| step.time < time);
        self.steps.get(next).map_or(0, |step| step.n_risk)
    }

    /// Events up to and including `time`.
    #[must_use]
    pub fn events_to(&self, time: f64) -> u64 {
        let steps = self.steps.iter().take_while(|step| step.time <= time);
        steps.map(|step| step.events).sum()
    }

    /// The survival probability at `time` with its interval.
    ///
    /// Where the curve has reached 0, neither standard error nor limits exist.
    #[must_use]
    pub fn estimate(&self, time: f64, kind: SurvivalInterval, level: ConfidenceLevel) -> Estimate {
        let survival = self.survival(time);
        let mut result = Estimate::point(Statistic::Survival, kind.method(), survival);
        if survival.is_nan() {
            return result;
        }
        let greenwood = self.step(time).map_or(0.0, |step| step.greenwood);
        let (low, high) = kind.limits(survival, greenwood, level.normal_quantile());
        result = result.with_interval(low, high, level);
        if survival > 0.0 {
            result.std_error = survival * greenwood.sqrt();
        }
        result
    }

    /// The time by which a share `probability` has had the event, with the limits that invert the
    /// curve's intervals. Where the curve lies level at exactly 1 - `probability`, the middle of
    /// the level stretch. Undefined where the curve does not come down that far.
    #[must_use]
    pub fn quantile(
        &self,
        probability: f64,
        kind: SurvivalInterval,
        level: ConfidenceLevel,
    ) -> Estimate {
        let z = level.normal_quantile();
        let limits: Vec<(f64, f64)> = self
            .steps
            .iter()
            .map(|step| kind.limits(step.survival, step.greenwood, z))
            .collect();
        let times: Vec<f64> = self.steps.iter().map(|step| step.time).collect();
        let curve: Vec<f64> = self.steps.iter().map(|step| step.survival).collect();
        let low: Vec<f64> = limits.iter().map(|limit| limit.0).collect();
        let high: Vec<f64> = limits.iter().map(|limit| limit.1).collect();
        let statistic = if probability == 0.5 {
            Statistic::MedianSurvival
        } else {
            Statistic::SurvivalQuantile
        };
        Estimate::point(
            statistic,
            kind.method(),
            crossing(&times, &curve, probability),
        )
        .with_interval(
            crossing(&times, &low, probability),
            crossing(&times, &high, probability),
            level,
        )
    }
}

/// The time at which 1 - `curve` reaches `probability`.
fn crossing(times: &[f64], curve: &[f64], probability: f64) -> f64 {
    if !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    let first = |slack: f64| {
        (0..times.len()).find(|&i| 1.0 - curve[i] + slack >= probability && !curve[i].is_nan())
    };
    let Some(reached) = first(SAME) else {
        return f64::NAN;
    };
    match first(-SAME) {
        Some(passed) => f64::midpoint(times[reached], times[passed]),
        // Level at exactly this probability to the end of observation.
        None => times.last().map_or(f64::NAN, |last| {
            let ends_there = curve
                .last()
                .is_some_and(|end| (1.0 - end - probability).abs() < SAME);
            if ends_there {
                f64::midpoint(times[reached], *last)
            } else {
                f64::NAN
            }
        }),
    }
}

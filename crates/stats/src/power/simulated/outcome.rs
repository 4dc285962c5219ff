//! Drawing one trial.

use super::shared::{cumulative_hazard, frailty, logistic};
use super::variates::{beta, gamma};
use super::{SimulatedOutcome, SimulatedTrial};
use crate::distributions::normal;
use crate::power::{DesignEffect, LogRankTrial, RepeatedMeasures, Sizes};
use crate::resampling::Draws;
use crate::{StatsError, roots};

/// The people of a trial who are analysed: a value of each column a person.
#[derive(Debug, Default)]
pub(super) struct People {
    /// 1 is treated.
    pub(super) arm: Vec<usize>,
    pub(super) cluster: Vec<u64>,
    /// The outcome, or the time.
    pub(super) y: Vec<f64>,
    /// The covariate or the mean of the baselines.
    pub(super) x: Vec<f64>,
    /// Whether the time is one of the event.
    pub(super) event: Vec<bool>,
}

/// What is drawn for a person of each arm, control first.
enum Law {
    Risk {
        intercepts: [f64; 2],
        prognostic: f64,
        risks: [f64; 2],
        /// Standard deviations of the clusters' log odds, where there is a covariate beside them.
        deviations: Option<[f64; 2]>,
    },
    Normal {
        difference: f64,
        sd: f64,
        repeated: RepeatedMeasures,
    },
    Time {
        hazards: [f64; 2],
        ends: [f64; 2],
        /// Variance of the clusters' frailty.
        frailty: f64,
    },
}

/// A trial, ready to be drawn.
pub(super) struct Recipe {
    law: Law,
    clusters: Option<DesignEffect>,
}

/// What the people of a cluster share.
enum Shared {
    Nothing,
    Risk(f64),
    /// Of the log odds.
    LogOdds(f64),
    Shift(f64),
    Frailty(f64),
}

impl Recipe {
    pub(super) fn new(trial: &SimulatedTrial) -> Result<Self, StatsError> {
        if let Some(effect) = trial.clusters {
            effect.value()?;
        }
        let law = match trial.outcome {
            SimulatedOutcome::Proportions {
                treated,
                control,
                prognostic,
                non_inferiority_margin,
            } => {
                for (name, risk) in [("treated", treated), ("control", control)] {
                    if !(risk > 0.0 && risk < 1.0) {
                        let rule = "must lie strictly between 0 and 1";
                        return Err(StatsError::argument(name, rule));
                    }
                }
                if !(prognostic.is_finite() && prognostic.abs() <= 10.0) {
                    let rule = "must be a log odds ratio from -10 to 10";
                    return Err(StatsError::argument("prognostic", rule));
                }
                if non_inferiority_margin.is_some_and(|margin| !(margin > 0.0 && margin < 1.0)) {
                    let rule = "must lie strictly between 0 and 1";
                    return Err(StatsError::argument("margin", rule));
                }
                let risks = [control, treated];
                match trial.clusters {
                    Some(effect) if prognostic != 0.0 => {
                        let laws = risks.map(|risk| logistic(risk, prognostic, effect.correlation));
                        Law::Risk {
                            intercepts: laws.map(|law| law.intercept),
                            prognostic,
                            risks,
                            deviations: Some(laws.map(|law| law.deviation)),
                        }
                    }
                    _ => Law::Risk {
                        intercepts: risks.map(|risk| intercept(risk, prognostic)),
                        prognostic,
                        risks,
                        deviations: None,
                    },
                }
            }
            SimulatedOutcome::Means {
                difference,
                sd,
                repeated,
            } => {
                repeated.variance_factor()?;
                if !difference.is_finite() {
                    return Err(StatsError::argument("difference", "must be finite"));
                }
                if !(sd > 0.0 && sd.is_finite()) {
                    return Err(StatsError::argument("sd", "must be positive"));
                }
                Law::Normal {
                    difference,
                    sd,
                    repeated: within_clusters(repeated, trial.clusters)?,
                }
            }
            SimulatedOutcome::Ranks { probability } => {
                if !(probability > 0.0 && probability < 1.0) {
                    let rule = "must lie strictly between 0 and 1";
                    return Err(StatsError::argument("probability", rule));
                }
                // P(X + d > Y) of independent standard normals is the normal cdf at d / sqrt 2.
                Law::Normal {
                    difference: std::f64::consts::SQRT_2 * normal::quantile(probability),
                    sd: 1.0,
                    repeated: RepeatedMeasures {
                        follow_ups: 1,
                        baselines: 0,
                        correlation: 0.0,
                    },
                }
            }
            SimulatedOutcome::Times {
                hazard_ratio,
                events_treated,
                events_control,
            } => {
                let events = [events_control, events_treated];
                times(trial.alpha, hazard_ratio, events, trial.clusters)?
            }
        };
        Ok(Self {
            law,
            clusters: trial.clusters,
        })
    }

    pub(super) fn draw(&self, sizes: Sizes, attrition: f64, draws: &mut Draws) -> People {
        let mut people = People::default();
        let mut label = 0;
        for (arm, n) in [(1, sizes.treated), (0, sizes.control)] {
            let mut left = n;
            while left > 0 {
                let size = self.cluster_size(draws).map_or(1, |size| size.min(left));
                let shared = self.shared(arm, draws);
                for _ in 0..size {
                    let [y, x, event] = self.person(arm, &shared, draws);
                    if attrition > 0.0 && draws.uniform() < attrition {
                        continue;
                    }
                    people.arm.push(arm);
                    people.cluster.push(label);
                    people.y.push(y);
                    people.x.push(x);
                    people.event.push(event > 0.0);
                }
                label += 1;
                left -= size;
            }
        }
        people
    }

    /// People of the next cluster: the mean, or a gamma variate about it, rounded, at least 1.
    fn cluster_size(&self, draws: &mut Draws) -> Option<u64> {
        let effect = self.clusters?;
        let size = if effect.variation == 0.0 {
            effect.cluster_size
        } else {
            let shape = effect.variation.powi(-2);
            gamma(shape, draws) * effect.cluster_size / shape
        };
        Some(size.round().max(1.0) as u64)
    }

    fn shared(&self, arm: usize, draws: &mut Draws) -> Shared {
        let Some(effect) = self.clusters.filter(|effect| effect.correlation > 0.0) else {
            return Shared::Nothing;
        };
        let rho = effect.correlation;
        match &self.law {
            // A beta distribution with mean p and variance rho p (1 - p).
            Law::Risk {
                deviations: Some(deviations),
                ..
            } => Shared::LogOdds(deviations[arm] * draws.standard_normal()),
            Law::Risk { risks, .. } => {
                let (p, rest) = (risks[arm], (1.0 - rho) / rho);
                Shared::Risk(beta(p * rest, (1.0 - p) * rest, draws))
            }
            Law::Normal { sd, .. } => Shared::Shift(rho.sqrt() * sd * draws.standard_normal()),
            Law::Time { frailty, .. } => Shared::Frailty(gamma(frailty.recip(), draws) * frailty),
        }
    }

    /// Outcome, covariate, and 1 for an event.
    fn person(&self, arm: usize, shared: &Shared, draws: &mut Draws) -> [f64; 3] {
        match &self.law {
            Law::Risk {
                intercepts,
                prognostic,
                ..
            } => {
                let z = draws.standard_normal();
                let risk = match shared {
                    Shared::Risk(risk) => *risk,
                    Shared::LogOdds(own) => {
                        1.0 / (1.0 + (-intercepts[arm] - own - prognostic * z).exp())
                    }
                    _ => 1.0 / (1.0 + (-intercepts[arm] - prognostic * z).exp()),
                };
                let event = f64::from(u8::from(draws.uniform() < risk));
                [event, z, event]
            }
            Law::Normal {
                difference,
                sd,
                repeated,
            } => {
                let (shift, within) = match (shared, self.clusters) {
                    (Shared::Shift(shift), Some(effect)) => (*shift, 1.0 - effect.correlation),
                    _ => (0.0, 1.0),
                };
                let rho = repeated.correlation;
                let own = rho.sqrt() * draws.standard_normal();
                let mut mean = |count: u32| match count {
                    0 => f64::NAN,
                    _ => own + ((1.0 - rho) / f64::from(count)).sqrt() * draws.standard_normal(),
                };
                let sd = sd * f64::sqrt(within);
                let y = shift + sd * mean(repeated.follow_ups) + difference * arm as f64;
                [y, shift + sd * mean(repeated.baselines), 0.0]
            }
            Law::Time { hazards, ends, .. } => {
                let frailty = match shared {
                    Shared::Frailty(frailty) => *frailty,
                    _ => 1.0,
                };
                let time = -draws.uniform().ln() / (hazards[arm] * frailty);
                [
                    time.min(ends[arm]),
                    f64::NAN,
                    f64::from(u8::from(time <= ends[arm])),
                ]
            }
        }
    }
}

/// The correlation of a person's measurements about the cluster's shift, which they share.
fn within_clusters(
    repeated: RepeatedMeasures,
    clusters: Option<DesignEffect>,
) -> Result<RepeatedMeasures, StatsError> {
    let Some(effect) = clusters else {
        return Ok(repeated);
    };
    if repeated.follow_ups <= 1 && repeated.baselines == 0 {
        return Ok(repeated);
    }
    let (own, shared) = (repeated.correlation, effect.correlation);
    if own < shared || shared >= 1.0 {
        let rule = "of a person's measurements must be at least that of people of a cluster, whose \
                    shift they share";
        return Err(StatsError::argument("correlation", rule));
    }
    Ok(RepeatedMeasures {
        correlation: (own - shared) / (1.0 - shared),
        ..repeated
    })
}

/// Control first. The unit of time is the controls' follow-up.
fn times(
    alpha: f64,
    hazard_ratio: f64,
    events: [f64; 2],
    clusters: Option<DesignEffect>,
) -> Result<Law, StatsError> {
    let [events_control, events_treated] = events;
    // A hazard ratio of 1 is a level to simulate, not a trial to size.
    let checked = LogRankTrial {
        hazard_ratio: if hazard_ratio == 1.0 {
            2.0
        } else {
            hazard_ratio
        },
        events_treated,
        events_control,
        alpha,
        ratio: 1.0,
    };
    checked.events(0.5 + alpha / 2.0)?;
    let variance = match clusters {
        Some(effect) if effect.correlation > 0.0 => {
            if events_control >= 1.0 {
                let rule =
                    "must be below 1 in clusters: an event that everybody has is the same in all";
                return Err(StatsError::argument("events", rule));
            }
            frailty(events_control, effect.correlation)
        }
        _ => 0.0,
    };
    let control = if events_control < 1.0 {
        cumulative_hazard(events_control, variance)
    } else {
        1.0
    };
    let hazards = [control, control * hazard_ratio];
    let end = |arm: usize| match events[arm] {
        share if share < 1.0 => cumulative_hazard(share, variance) / hazards[arm],
        _ => f64::INFINITY,
    };
    Ok(Law::Time {
        hazards,
        ends: [end(0), end(1)],
        frailty: variance,
    })
}

/// The intercept at which the risk, averaged over the covariate, is the one wanted.
pub(super) fn intercept(risk: f64, prognostic: f64) -> f64 {
    let mean = |intercept: f64| -> f64 {
        // The trapezoidal rule on a normal density has no error that a double shows.
        let step = 0.05;
        let at = |i: i32| {
            let z = f64::from(i) * step;
            normal::pdf(z) * step / (1.0 + (-intercept - prognostic * z).exp())
        };
        (-180..=180).map(at).sum()
    };
    roots::bisect(-200.0, 200.0, |intercept| mean(intercept) < risk)
}

//! Drawing one trial.

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
    },
    Normal {
        difference: f64,
        sd: f64,
        repeated: RepeatedMeasures,
    },
    Time {
        hazards: [f64; 2],
        ends: [f64; 2],
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
    Shift(f64),
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
                if prognostic != 0.0 && trial.clusters.is_some() {
                    let rule = "is not simulated in trials of clusters";
                    return Err(StatsError::argument("prognostic", rule));
                }
                if non_inferiority_margin.is_some_and(|margin| !(margin > 0.0 && margin < 1.0)) {
                    let rule = "must lie strictly between 0 and 1";
                    return Err(StatsError::argument("margin", rule));
                }
                let risks = [control, treated];
                Law::Risk {
                    intercepts: risks.map(|risk| intercept(risk, prognostic)),
                    prognostic,
                    risks,
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
                if trial.clusters.is_some() && (repeated.follow_ups > 1 || repeated.baselines > 0) {
                    let rule = "are not simulated with clusters";
                    return Err(StatsError::argument("repeated measures", rule));
                }
                Law::Normal {
                    difference,
                    sd,
                    repeated,
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
            } => times(trial.alpha, hazard_ratio, [events_control, events_treated])?,
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
            Law::Risk { risks, .. } => {
                let (p, rest) = (risks[arm], (1.0 - rho) / rho);
                Shared::Risk(beta(p * rest, (1.0 - p) * rest, draws))
            }
            Law::Normal { sd, .. } => Shared::Shift(rho.sqrt() * sd * draws.standard_normal()),
            Law::Time { .. } => Shared::Nothing,
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
                [y, sd * mean(repeated.baselines), 0.0]
            }
            Law::Time { hazards, ends } => {
                let time = -draws.uniform().ln() / hazards[arm];
                [
                    time.min(ends[arm]),
                    f64::NAN,
                    f64::from(u8::from(time <= ends[arm])),
                ]
            }
        }
    }
}

/// Control first. The unit of time is the controls' follow-up.
fn times(alpha: f64, hazard_ratio: f64, events: [f64; 2]) -> Result<Law, StatsError> {
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
    let control = if events_control < 1.0 {
        -(-events_control).ln_1p()
    } else {
        1.0
    };
    let hazards = [control, control * hazard_ratio];
    let end = |arm: usize| match events[arm] {
        share if share < 1.0 => -(-share).ln_1p() / hazards[arm],
        _ => f64::INFINITY,
    };
    Ok(Law::Time {
        hazards,
        ends: [end(0), end(1)],
    })
}

/// The intercept at which the risk, averaged over the covariate, is the one wanted.
fn intercept(risk: f64, prognostic: f64) -> f64 {
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

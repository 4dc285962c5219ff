//! The designs of `regtrial power` as the command line describes them.

use crate::args::{
    ExactChoice, LogRankArgs, MoreArgs, PlanArgs, PowerDesign, RanksArgs, TwoMeansArgs,
    TwoProportionsArgs,
};
use crate::failure::Failure;
use regtrial_stats::StatsError;
use regtrial_stats::power::{
    DesignEffect, LogRankTrial, ProportionTest, RanksTrial, RepeatedMeasures, SimulatedOutcome,
    Sizes, TwoMeans, TwoProportions,
};

/// A design's two questions.
pub(super) trait Trial {
    fn sizes(&self, power: f64) -> Result<Sizes, StatsError>;
    fn power(&self, sizes: Sizes) -> Result<f64, StatsError>;
}

macro_rules! trial {
    ($($design:ty),*) => {$(
        impl Trial for $design {
            fn sizes(&self, power: f64) -> Result<Sizes, StatsError> {
                <$design>::sizes(self, power)
            }
            fn power(&self, sizes: Sizes) -> Result<f64, StatsError> {
                <$design>::power(self, sizes)
            }
        }
    )*};
}

trial!(TwoProportions, TwoMeans, LogRankTrial, RanksTrial);

/// Two proportions whose sizes are those of an exact test; the power is that of the normal approximation.
struct ExactTrial {
    trial: TwoProportions,
    test: ProportionTest,
}

impl Trial for ExactTrial {
    fn sizes(&self, power: f64) -> Result<Sizes, StatsError> {
        self.trial.exact_sizes(power, self.test)
    }
    fn power(&self, sizes: Sizes) -> Result<f64, StatsError> {
        self.trial.power(sizes)
    }
}

pub(super) fn exact_test(choice: ExactChoice) -> ProportionTest {
    match choice {
        ExactChoice::Fisher => ProportionTest::Fisher,
        ExactChoice::ChiSquared => ProportionTest::ChiSquared,
    }
}

/// What is planned, with the number that stands for the effect.
pub(super) struct Planned<'a> {
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    pub(super) plan: &'a PlanArgs,
    pub(super) more: &'a MoreArgs,
    pub(super) effect: f64,
    /// The effect at which there is nothing to find.
    pub(super) none: f64,
    /// What the effect is, as an axis says it.
    pub(super) effect_label: &'static str,
    pub(super) outcome: SimulatedOutcome,
    /// The design with another effect.
    with: Box<dyn Fn(f64) -> Box<dyn Trial> + 'a>,
}

impl<'a> Planned<'a> {
    pub(super) fn of(design: &'a PowerDesign) -> Result<Self, Failure> {
        match design {
            PowerDesign::TwoProportions(own) => Ok(proportions(own)),
            PowerDesign::TwoMeans(own) => means(own),
            PowerDesign::LogRank(own) => Ok(times(own)),
            PowerDesign::Ranks(own) => Ok(ranks(own)),
        }
    }

    pub(super) fn trial(&self) -> Box<dyn Trial> {
        self.with(self.effect)
    }

    pub(super) fn with(&self, effect: f64) -> Box<dyn Trial> {
        (self.with)(effect)
    }

    pub(super) fn design_effect(&self) -> DesignEffect {
        DesignEffect {
            cluster_size: self.plan.cluster_size,
            correlation: self.plan.icc,
            variation: self.plan.cluster_variation,
        }
    }
}

fn proportions(own: &TwoProportionsArgs) -> Planned<'_> {
    Planned {
        name: "two_proportions",
        method: match (own.exact, own.plan.power) {
            (Some(ExactChoice::Fisher), Some(_)) => {
                "sizes for Fisher's exact test, every table counted"
            }
            (Some(ExactChoice::ChiSquared), Some(_)) => {
                "sizes for the chi-squared test, every table counted"
            }
            _ => "normal approximation, unpooled variance, no continuity correction",
        },
        plan: &own.plan,
        more: &own.more,
        effect: own.treated,
        none: own.control - own.non_inferiority.unwrap_or(0.0),
        effect_label: "Proportion of the treated",
        outcome: SimulatedOutcome::Proportions {
            treated: own.treated,
            control: own.control,
            prognostic: own.prognostic,
            non_inferiority_margin: own.non_inferiority,
        },
        with: Box::new(|treated| match own.exact {
            None => Box::new(two_proportions(own, treated)),
            Some(test) => Box::new(ExactTrial {
                trial: two_proportions(own, treated),
                test: exact_test(test),
            }),
        }),
    }
}

pub(super) fn two_proportions(own: &TwoProportionsArgs, treated: f64) -> TwoProportions {
    TwoProportions {
        treated,
        control: own.control,
        alpha: own.plan.alpha,
        ratio: own.plan.ratio,
        non_inferiority_margin: own.non_inferiority,
    }
}

fn means(own: &TwoMeansArgs) -> Result<Planned<'_>, Failure> {
    let repeated = RepeatedMeasures {
        follow_ups: own.follow_ups,
        baselines: own.baselines,
        correlation: own.correlation.unwrap_or(0.0),
    };
    let factor = repeated
        .variance_factor()
        .map_err(|error| Failure::stats(&error, None))?;
    Ok(Planned {
        name: "two_means",
        method: match own.correlation {
            None => "Student's t test, noncentral t distribution",
            Some(_) => "Frison and Pocock 1992, noncentral t distribution",
        },
        plan: &own.plan,
        more: &own.more,
        effect: own.difference,
        none: 0.0,
        effect_label: "Difference of the means",
        outcome: SimulatedOutcome::Means {
            difference: own.difference,
            sd: own.sd,
            repeated,
        },
        with: Box::new(move |difference| {
            Box::new(TwoMeans {
                difference,
                sd: own.sd * factor.sqrt(),
                alpha: own.plan.alpha,
                ratio: own.plan.ratio,
            })
        }),
    })
}

fn times(own: &LogRankArgs) -> Planned<'_> {
    Planned {
        name: "log_rank",
        method: "Schoenfeld 1983",
        plan: &own.plan,
        more: &own.more,
        effect: own.hazard_ratio,
        none: 1.0,
        effect_label: "Hazard ratio",
        outcome: SimulatedOutcome::Times {
            hazard_ratio: own.hazard_ratio,
            events_treated: own.events_treated,
            events_control: own.events_control,
        },
        with: Box::new(|hazard_ratio| Box::new(log_rank(own, hazard_ratio))),
    }
}

/// With another hazard ratio the treated have another share of events in the same time.
pub(super) fn log_rank(own: &LogRankArgs, hazard_ratio: f64) -> LogRankTrial {
    let events_treated = if hazard_ratio == own.hazard_ratio {
        own.events_treated
    } else {
        1.0 - (1.0 - own.events_treated).powf(hazard_ratio / own.hazard_ratio)
    };
    LogRankTrial {
        hazard_ratio,
        events_treated,
        events_control: own.events_control,
        alpha: own.plan.alpha,
        ratio: own.plan.ratio,
    }
}

fn ranks(own: &RanksArgs) -> Planned<'_> {
    Planned {
        name: "ranks",
        method: "Noether 1987",
        plan: &own.plan,
        more: &own.more,
        effect: own.probability,
        none: 0.5,
        effect_label: "Probability that a treated person's value is above a control's",
        outcome: SimulatedOutcome::Ranks {
            probability: own.probability,
        },
        with: Box::new(|probability| {
            Box::new(RanksTrial {
                probability,
                alpha: own.plan.alpha,
                ratio: own.plan.ratio,
            })
        }),
    }
}

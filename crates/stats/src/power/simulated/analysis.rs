//! The planned analysis of one simulated trial.

use super::outcome::People;
use super::{PlannedAnalysis, SimulatedOutcome, SimulatedTrial};
use crate::design::{Data, Design};
use crate::formula::Formula;
use crate::glm::{ClusterCorrection, Covariance, Family, Gee, GeeVariance, Glm, TermEstimate};
use crate::marginal::Standardisation;
use crate::proportion::{TwoByTwo, association, difference};
use crate::survival::log_rank::log_rank;
use crate::survival::{Cox, CoxVariance, FollowUp, SurvivalDesign};
use crate::two_samples::{TwoSamples, clustered, means, ranks};
use crate::{ConfidenceLevel, Estimate, StatsError};
use PlannedAnalysis as P;

/// Whether the outcome and the design have the analysis.
pub(super) fn check(trial: &SimulatedTrial) -> Result<(), StatsError> {
    let refused = |rule: &str| Err(StatsError::argument("analysis", rule));
    let (analysis, margin) = (trial.analysis, trial.margin());
    if trial.clusters.is_some() {
        match (trial.outcome, analysis) {
            (SimulatedOutcome::Ranks { .. }, P::ClusteredRankSum) => return Ok(()),
            (SimulatedOutcome::Means { .. }, P::ClusteredRankSum) => return Ok(()),
            (SimulatedOutcome::Ranks { .. }, _) => {
                return refused("of clusters by ranks must be clustered-rank-sum");
            }
            (SimulatedOutcome::Times { .. }, P::Cox | P::ClusteredLogRank) => return Ok(()),
            (SimulatedOutcome::Times { .. }, _) => {
                return refused(
                    "of times in clusters must be cox, whose errors are robust, or clustered-log-rank",
                );
            }
            _ => {}
        }
        return match (analysis, margin) {
            (P::ClusterRobust, _) | (P::Gee, None) => Ok(()),
            (_, None) => refused(
                "of clusters must be cluster-robust or gee, of means also clustered-rank-sum",
            ),
            (_, Some(_)) => refused("of non-inferiority in clusters must be cluster-robust"),
        };
    }
    let has = match trial.outcome {
        SimulatedOutcome::Proportions { .. } if margin.is_some() => {
            if trial.alpha >= 0.5 {
                return Err(StatsError::argument(
                    "alpha",
                    "must be below 1/2 for non-inferiority",
                ));
            }
            matches!(
                analysis,
                P::Newcombe | P::MiettinenNurminen | P::Standardised
            )
        }
        SimulatedOutcome::Proportions { .. } => matches!(
            analysis,
            P::ChiSquared
                | P::Fisher
                | P::Newcombe
                | P::MiettinenNurminen
                | P::Logistic
                | P::Standardised
        ),
        SimulatedOutcome::Means { repeated, .. } => {
            if analysis == P::Ancova && repeated.baselines == 0 {
                return refused("of covariance needs a baseline");
            }
            matches!(analysis, P::Student | P::Welch | P::Ancova | P::MannWhitney)
        }
        SimulatedOutcome::Ranks { .. } => {
            matches!(analysis, P::MannWhitney | P::Student | P::Welch)
        }
        SimulatedOutcome::Times { .. } => matches!(analysis, P::LogRank | P::Cox),
    };
    if has {
        return Ok(());
    }
    refused(match trial.outcome {
        SimulatedOutcome::Proportions { .. } if margin.is_some() => {
            "of non-inferiority must be newcombe, miettinen-nurminen or standardised"
        }
        SimulatedOutcome::Proportions { .. } => {
            "of proportions must be chi-squared, fisher, newcombe, miettinen-nurminen, logistic or standardised; with clusters cluster-robust or gee"
        }
        SimulatedOutcome::Means { .. } => {
            "of means must be student, welch, ancova or mann-whitney; with clusters cluster-robust, gee or clustered-rank-sum"
        }
        SimulatedOutcome::Ranks { .. } => {
            "by ranks must be mann-whitney, student or welch; with clusters clustered-rank-sum"
        }
        SimulatedOutcome::Times { .. } => {
            "of times must be log-rank or cox; with clusters cox or clustered-log-rank"
        }
    })
}

/// Whether the trial finds what it looks for; `None` where the analysis has no estimate.
pub(super) fn found(trial: &SimulatedTrial, people: &People) -> Option<bool> {
    let margin = trial.margin();
    let alpha = if margin.is_some() {
        2.0 * trial.alpha
    } else {
        trial.alpha
    };
    let level = ConfidenceLevel::new(1.0 - alpha).ok()?;
    let estimate = estimate(trial, people, level)?;
    if let Some(margin) = margin {
        return (!estimate.conf_low.is_nan()).then_some(estimate.conf_low > -margin);
    }
    if estimate.p_value.is_finite() {
        return Some(estimate.p_value <= trial.alpha);
    }
    let excludes = estimate.conf_low > 0.0 || estimate.conf_high < 0.0;
    (!estimate.conf_low.is_nan() && !estimate.conf_high.is_nan()).then_some(excludes)
}

fn estimate(trial: &SimulatedTrial, people: &People, level: ConfidenceLevel) -> Option<Estimate> {
    let own = |arm: usize| -> Vec<f64> {
        let rows = people.y.iter().zip(&people.arm).filter(|(_, a)| **a == arm);
        rows.map(|(y, _)| *y).collect()
    };
    match trial.analysis {
        P::ChiSquared => Some(association::chi_squared(table(people)?)),
        P::Fisher => Some(association::fisher(table(people)?)),
        P::Newcombe => Some(difference::newcombe(table(people)?, level)),
        P::MiettinenNurminen => Some(difference::miettinen_nurminen(table(people)?, level)),
        P::Student | P::Welch | P::MannWhitney => {
            let (treated, control) = (own(1), own(0));
            let samples = TwoSamples::new(&treated, &control).ok()?;
            Some(match trial.analysis {
                P::Student => means::student(samples, level),
                P::Welch => means::welch(samples, level),
                _ => ranks::mann_whitney(samples, level),
            })
        }
        P::LogRank => {
            let data = FollowUp::new(&people.y, &people.event).ok()?;
            let test = log_rank(&data, &people.arm, 2, None, Default::default()).ok()?;
            Some(test.estimate(level))
        }
        P::Cox => {
            let event = people.event.iter().map(|event| f64::from(u8::from(*event)));
            let data = data(people).with_numbers("event", event.collect());
            let clusters = people.cluster.iter().map(|cluster| *cluster as f64);
            let data = data.with_numbers("cluster", clusters.collect());
            let (formula, variance) = match trial.clusters {
                None => ("Surv(y, event) ~ arm", CoxVariance::Classical),
                Some(_) => (
                    "Surv(y, event) ~ arm + cluster(cluster)",
                    CoxVariance::Cluster,
                ),
            };
            let formula = Formula::parse(formula).ok()?;
            let fit = Cox {
                variance,
                ..Cox::default()
            }
            .fit(&SurvivalDesign::new(&formula, &data).ok()?)
            .ok()?;
            fit.confint(level)
                .into_iter()
                .next()
                .map(|term| term.estimate)
        }
        P::ClusteredRankSum => clustered::rank_sum(&people.y, &people.arm, &people.cluster).ok(),
        P::ClusteredLogRank => {
            let data = FollowUp::new(&people.y, &people.event).ok()?;
            let weights = Default::default();
            clustered::log_rank(&data, &people.arm, &people.cluster, weights).ok()
        }
        P::Logistic | P::Ancova => {
            let family = if trial.analysis == P::Ancova {
                Family::Gaussian
            } else {
                Family::Binomial
            };
            let fit = Glm::new(family).fit(&design("y ~ arm + x", people)?).ok()?;
            of_arm(fit.confint(level))
        }
        P::Standardised => {
            let formula = Formula::parse("y ~ arm + x").ok()?;
            let model = Standardisation::new(Glm::new(Family::Binomial), "arm");
            let fit = model.fit(&formula, &data(people)).ok()?;
            fit.contrasts(1, 0, level).into_iter().next()
        }
        P::Gee => {
            let family = match trial.outcome {
                SimulatedOutcome::Proportions { .. } => Family::Binomial,
                _ => Family::Gaussian,
            };
            let model = Gee::new(family).with_variance(GeeVariance::ManclDeRouen);
            let fit = model
                .fit(&design(trial.formula(), people)?, &people.cluster)
                .ok()?;
            of_arm(fit.confint(level))
        }
        P::ClusterRobust => {
            let covariance =
                Covariance::CorrectedCluster(people.cluster.clone(), ClusterCorrection::Cr2);
            let model = Glm::new(Family::Gaussian).with_covariance(covariance);
            let fit = model.fit(&design(trial.formula(), people)?).ok()?;
            of_arm(fit.confint(level))
        }
    }
}

impl SimulatedTrial {
    /// The model of a trial of clusters: with the covariate, or the baseline, if there is one.
    fn formula(&self) -> &'static str {
        let with = match self.outcome {
            SimulatedOutcome::Proportions { prognostic, .. } => prognostic != 0.0,
            SimulatedOutcome::Means { repeated, .. } => repeated.baselines > 0,
            _ => false,
        };
        if with { "y ~ arm + x" } else { "y ~ arm" }
    }
}

/// The arm's term, after the intercept.
fn of_arm(terms: Vec<TermEstimate>) -> Option<Estimate> {
    terms.into_iter().nth(1).map(|term| term.estimate)
}

fn table(people: &People) -> Option<TwoByTwo> {
    let count = |arm: usize| {
        let own = people.y.iter().zip(&people.arm).filter(|(_, a)| **a == arm);
        own.fold((0, 0), |(events, n), (y, _)| (events + *y as u64, n + 1))
    };
    let ((treated, n1), (control, n2)) = (count(1), count(0));
    TwoByTwo::from_counts(treated, n1, control, n2).ok()
}

fn data(people: &People) -> Data {
    let arms: Vec<&str> = people.arm.iter().map(|arm| ["0", "1"][*arm]).collect();
    Data::new()
        .with_numbers("y", people.y.clone())
        .with_numbers("x", people.x.clone())
        .with_text("arm", &arms)
}

fn design(formula: &str, people: &People) -> Option<Design> {
    Design::new(&Formula::parse(formula).ok()?, &data(people)).ok()
}

//! Power of the planned analysis, by simulating the trial: every design, through the test that will be
//! done.
//!
//! Each trial has a stream of draws of its own, so that threads do not matter. People are lost one
//! by one with probability `attrition`. What is drawn for a person is said at [`SimulatedOutcome`].
//!
//! Reference: T. P. Morris, I. R. White, M. J. Crowther (2019), Statistics in Medicine 38:2074-2102
//! (Monte Carlo error).

mod analysis;
mod outcome;
mod shared;
mod variates;

use super::{DesignEffect, RepeatedMeasures, Sizes, check_common};
use crate::StatsError;
use crate::resampling::Draws;
use outcome::Recipe;
use rayon::prelude::*;

/// What is measured, and what is expected of it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum SimulatedOutcome {
    /// Yes or no. The risk is logistic in the arm and one standard normal covariate, with intercepts such
    /// that the arms' risks, averaged over the covariate, are the expected ones. In clusters the risk
    /// is drawn from a beta distribution about the arm's; with a covariate the log odds of a cluster have
    /// a normal effect, as wide as the intracluster correlation asks for.
    Proportions {
        /// Expected risk of the treated.
        treated: f64,
        /// Expected risk of the controls.
        control: f64,
        /// Log odds ratio of the event per standard deviation of the covariate.
        prognostic: f64,
        /// Non-inferiority: the largest loss that is acceptable.
        non_inferiority_margin: Option<f64>,
    },
    /// A normal quantity, the mean of a person's follow-ups, beside the mean of the baselines. In clusters
    /// all measurements share the cluster's shift.
    Means {
        /// Expected difference.
        difference: f64,
        /// Standard deviation of one measurement within each arm.
        sd: f64,
        /// Measurements and their correlation.
        repeated: RepeatedMeasures,
    },
    /// A normal quantity, shifted so that the arms' order has this probability, that of a treated person
    /// and a control of another cluster.
    Ranks {
        /// Probability that a treated person's value is above a control's.
        probability: f64,
    },
    /// Exponential times. Each arm is followed until the expected share has had the event: as long in
    /// both if the shares belong to the hazard ratio. In clusters hazards are multiplied by a gamma frailty,
    /// such that the events of two controls of a cluster have the intracluster correlation; the hazard
    /// ratio is then that of people of one frailty.
    Times {
        /// Hazard ratio, treated over control.
        hazard_ratio: f64,
        /// Share of the treated with the event while followed.
        events_treated: f64,
        /// Share of the controls.
        events_control: f64,
    },
}

macro_rules! analyses {
    ($($(#[$meta:meta])* $variant:ident = $text:literal,)*) => {
        /// What will be done with the data.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum PlannedAnalysis { $($(#[$meta])* $variant,)* }

        impl PlannedAnalysis {
            /// The name used in results.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

analyses! {
    /// Pearson's chi-squared test, uncorrected.
    ChiSquared = "chi_squared",
    /// Fisher's exact test.
    Fisher = "fisher",
    /// Newcombe's interval of the risk difference.
    Newcombe = "newcombe",
    /// Miettinen and Nurminen's interval of the risk difference.
    MiettinenNurminen = "miettinen_nurminen",
    /// The arm's Wald test in a logistic model with the covariate.
    Logistic = "logistic",
    /// The standardised risk difference, leave-one-out variance.
    Standardised = "standardisation",
    /// Student's t test.
    Student = "student",
    /// Welch's t test.
    Welch = "welch",
    /// The arm's t test in a linear model with the baseline.
    Ancova = "ancova",
    /// The Mann-Whitney test.
    MannWhitney = "mann_whitney",
    /// The log-rank test.
    LogRank = "log_rank",
    /// The arm's Wald test in a Cox model, in clusters with robust errors.
    Cox = "cox",
    /// Generalised estimating equations, exchangeable, Mancl and DeRouen's variance; with the covariate or
    /// the baseline if there is one.
    Gee = "gee",
    /// The difference of means or risks, CR2 variance, t with Satterthwaite's degrees of freedom; in a linear
    /// model with the covariate or the baseline if there is one.
    ClusterRobust = "cluster_robust",
    /// The rank-sum test of whole clusters, t with two degrees of freedom fewer than clusters.
    ClusteredRankSum = "clustered_rank_sum",
    /// The log-rank test of whole clusters, likewise.
    ClusteredLogRank = "clustered_log_rank",
}

/// A trial to simulate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimulatedTrial {
    /// What is measured.
    pub outcome: SimulatedOutcome,
    /// The analysis.
    pub analysis: PlannedAnalysis,
    /// Two-sided level; one-sided for non-inferiority.
    pub alpha: f64,
    /// Clusters, which are allotted whole; `None` where people are.
    pub clusters: Option<DesignEffect>,
    /// Probability that a person is lost before the analysis.
    pub attrition: f64,
}

/// How often the planned analysis finds what it looks for.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SimulatedPower {
    /// Share of trials with p at most alpha, or with an interval that excludes no difference (or the margin).
    pub power: f64,
    /// Its Monte Carlo standard error.
    pub std_error: f64,
    /// Trials in which the analysis had no estimate (separation, say): they find nothing.
    pub failed: usize,
    /// Trials.
    pub replicates: usize,
    /// The seed.
    pub seed: u64,
}

impl SimulatedTrial {
    /// People allotted one by one, none lost.
    #[must_use]
    pub fn new(outcome: SimulatedOutcome, analysis: PlannedAnalysis, alpha: f64) -> Self {
        Self {
            outcome,
            analysis,
            alpha,
            clusters: None,
            attrition: 0.0,
        }
    }

    /// Simulates trials that recruit these people.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for an expectation, level, cluster or attrition out of range, an analysis
    /// that the outcome or the design does not have, or no replicate.
    ///
    /// ```
    /// use regtrial_stats::power::{PlannedAnalysis, SimulatedOutcome, SimulatedTrial, Sizes};
    /// // No difference: the level, up to the Monte Carlo error.
    /// let outcome = SimulatedOutcome::Ranks { probability: 0.5 };
    /// let trial = SimulatedTrial::new(outcome, PlannedAnalysis::MannWhitney, 0.05);
    /// let found = trial.power(Sizes::new(40, 40)?, 1000, 1)?;
    /// assert!((found.power - 0.05).abs() < 4.0 * 0.0069);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn power(
        &self,
        sizes: Sizes,
        replicates: usize,
        seed: u64,
    ) -> Result<SimulatedPower, StatsError> {
        check_common(self.alpha, 1.0)?;
        if !(0.0..1.0).contains(&self.attrition) {
            let rule = "must be at least 0 and below 1";
            return Err(StatsError::argument("attrition", rule));
        }
        if replicates == 0 {
            return Err(StatsError::argument("replicates", "must be at least 1"));
        }
        // Each is kept, so that their number is one of memory.
        if replicates > 100_000_000 {
            return Err(StatsError::argument(
                "replicates",
                "must be at most 100000000",
            ));
        }
        analysis::check(self)?;
        let recipe = Recipe::new(self)?;
        let found: Vec<Option<bool>> = (0..replicates)
            .into_par_iter()
            .map(|replicate| {
                let mut draws = Draws::new(seed, replicate as u64);
                analysis::found(self, &recipe.draw(sizes, self.attrition, &mut draws))
            })
            .collect();
        let found_it = found.iter().filter(|found| **found == Some(true)).count();
        let power = found_it as f64 / replicates as f64;
        Ok(SimulatedPower {
            power,
            std_error: (power * (1.0 - power) / replicates as f64).sqrt(),
            failed: found.iter().filter(|found| found.is_none()).count(),
            replicates,
            seed,
        })
    }

    /// The margin below 0 that a difference must exclude.
    fn margin(&self) -> Option<f64> {
        match self.outcome {
            SimulatedOutcome::Proportions {
                non_inferiority_margin,
                ..
            } => non_inferiority_margin,
            _ => None,
        }
    }
}

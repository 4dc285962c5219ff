//! `regtrial power ... --simulate`: the planned analysis on simulated trials.

use super::design::Planned;
use crate::args::AnalysisChoice;
use crate::failure::Failure;
use regtrial_stats::StatsError;
use regtrial_stats::power::{PlannedAnalysis, SimulatedOutcome, SimulatedTrial, Sizes};
use serde::Serialize;

/// The power of the planned analysis.
#[derive(Serialize)]
pub(super) struct Simulated {
    analysis: &'static str,
    pub(super) power: f64,
    /// Monte Carlo standard error.
    pub(super) std_error: f64,
    trials: usize,
    /// Trials in which the analysis had no estimate: they find nothing.
    pub(super) failed: usize,
    seed: u64,
}

/// Simulates trials that recruit `recruited`.
pub(super) fn simulated(
    planned: &Planned<'_>,
    recruited: Sizes,
) -> Result<Option<Simulated>, Failure> {
    let (Some(trials), Some(seed)) = (planned.more.simulate, planned.more.seed) else {
        return Ok(None);
    };
    let clustered = planned.plan.cluster_size > 1.0;
    let analysis = match planned.more.analysis {
        Some(choice) => analysis(choice),
        None => usual(&planned.outcome, clustered),
    };
    let trial = SimulatedTrial {
        outcome: planned.outcome,
        analysis,
        alpha: planned.plan.alpha,
        clusters: clustered.then(|| planned.design_effect()),
        attrition: planned.plan.attrition,
    };
    let found = trial
        .power(recruited, trials, seed)
        .map_err(|error: StatsError| Failure::stats(&error, None))?;
    Ok(Some(Simulated {
        analysis: analysis.as_str(),
        power: found.power,
        std_error: found.std_error,
        trials,
        failed: found.failed,
        seed,
    }))
}

fn usual(outcome: &SimulatedOutcome, clustered: bool) -> PlannedAnalysis {
    match outcome {
        SimulatedOutcome::Times { .. } if clustered => PlannedAnalysis::Cox,
        SimulatedOutcome::Ranks { .. } if clustered => PlannedAnalysis::ClusteredRankSum,
        _ if clustered => PlannedAnalysis::ClusterRobust,
        SimulatedOutcome::Proportions {
            non_inferiority_margin: Some(_),
            ..
        } => PlannedAnalysis::MiettinenNurminen,
        SimulatedOutcome::Means { repeated, .. } if repeated.baselines > 0 => {
            PlannedAnalysis::Ancova
        }
        SimulatedOutcome::Means { .. } => PlannedAnalysis::Student,
        SimulatedOutcome::Ranks { .. } => PlannedAnalysis::MannWhitney,
        SimulatedOutcome::Times { .. } => PlannedAnalysis::LogRank,
        _ => PlannedAnalysis::Standardised,
    }
}

fn analysis(choice: AnalysisChoice) -> PlannedAnalysis {
    match choice {
        AnalysisChoice::ChiSquared => PlannedAnalysis::ChiSquared,
        AnalysisChoice::Fisher => PlannedAnalysis::Fisher,
        AnalysisChoice::Newcombe => PlannedAnalysis::Newcombe,
        AnalysisChoice::MiettinenNurminen => PlannedAnalysis::MiettinenNurminen,
        AnalysisChoice::Logistic => PlannedAnalysis::Logistic,
        AnalysisChoice::Standardised => PlannedAnalysis::Standardised,
        AnalysisChoice::Student => PlannedAnalysis::Student,
        AnalysisChoice::Welch => PlannedAnalysis::Welch,
        AnalysisChoice::Ancova => PlannedAnalysis::Ancova,
        AnalysisChoice::MannWhitney => PlannedAnalysis::MannWhitney,
        AnalysisChoice::LogRank => PlannedAnalysis::LogRank,
        AnalysisChoice::Cox => PlannedAnalysis::Cox,
        AnalysisChoice::Gee => PlannedAnalysis::Gee,
        AnalysisChoice::ClusterRobust => PlannedAnalysis::ClusterRobust,
        AnalysisChoice::ClusteredRankSum => PlannedAnalysis::ClusteredRankSum,
        AnalysisChoice::ClusteredLogRank => PlannedAnalysis::ClusteredLogRank,
    }
}

//! What the head of a fit's document holds.

use regtrial_stats::Estimate;
use regtrial_stats::glm::{Elimination, TermTest};
use serde::Serialize;

#[derive(Serialize, Default)]
pub(super) struct Model {
    pub(super) family: &'static str,
    pub(super) link: &'static str,
    pub(super) formula: String,
    pub(super) method: &'static str,
    pub(super) vcov: String,
    pub(super) n: Option<usize>,
    pub(super) n_dropped: Option<usize>,
    pub(super) events: Option<u64>,
    pub(super) log_likelihood: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) penalised_log_likelihood: Option<f64>,
    pub(super) aic: Option<f64>,
    pub(super) deviance: Option<f64>,
    pub(super) null_deviance: Option<f64>,
    pub(super) df_residual: Option<f64>,
    pub(super) dispersion: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) theta: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) theta_std_error: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) clustering: Option<Clustering>,
    pub(super) likelihood_ratio: Option<Test>,
    pub(super) pseudo_r_squared: Option<PseudoRSquared>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hosmer_lemeshow: Option<Test>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) term_tests: Option<Vec<NamedTest>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) elimination: Option<Trail>,
    pub(super) converged: bool,
    pub(super) iterations: usize,
}

impl Model {
    /// Takes away what would give withheld counts back.
    pub(super) fn withhold(&mut self) {
        *self = Self {
            family: self.family,
            link: self.link,
            formula: std::mem::take(&mut self.formula),
            method: self.method,
            vcov: std::mem::take(&mut self.vcov),
            converged: self.converged,
            iterations: self.iterations,
            ..Self::default()
        };
    }
}

/// The clusters of a generalised estimating equation.
#[derive(Serialize)]
pub(super) struct Clustering {
    pub(super) id: String,
    pub(super) correlation: &'static str,
    pub(super) association: f64,
    pub(super) scale: f64,
    pub(super) clusters: usize,
    pub(super) largest_cluster: usize,
}

#[derive(Serialize)]
pub(super) struct Test {
    statistic_value: f64,
    df: f64,
    p_value: f64,
}

impl Test {
    pub(super) fn of(estimate: &Estimate) -> Self {
        Self {
            statistic_value: estimate.statistic_value,
            df: estimate.df,
            p_value: estimate.p_value,
        }
    }
}

#[derive(Serialize)]
pub(super) struct PseudoRSquared {
    pub(super) mcfadden: f64,
    pub(super) cox_snell: f64,
    pub(super) nagelkerke: f64,
}

/// A likelihood-ratio test of one term.
#[derive(Serialize)]
pub(super) struct NamedTest {
    pub(super) term: String,
    #[serde(flatten)]
    test: Test,
    /// Of the model without the term.
    aic: f64,
}

impl NamedTest {
    pub(super) fn of(test: &TermTest) -> Self {
        Self {
            term: test.term.clone(),
            test: Test::of(&test.estimate),
            aic: test.aic,
        }
    }
}

/// The audit trail of an elimination.
#[derive(Serialize)]
pub(super) struct Trail {
    threshold: f64,
    kept: Vec<String>,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    removed: NamedTest,
    candidates: Vec<NamedTest>,
}

impl Trail {
    pub(super) fn of(elimination: &Elimination, threshold: f64) -> Self {
        let step = |step: &regtrial_stats::glm::EliminationStep| Step {
            removed: NamedTest::of(&step.removed),
            candidates: step.candidates.iter().map(NamedTest::of).collect(),
        };
        Self {
            threshold,
            kept: elimination.kept.clone(),
            steps: elimination.steps.iter().map(step).collect(),
        }
    }
}

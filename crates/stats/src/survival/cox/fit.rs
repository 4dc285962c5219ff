//! A fitted Cox model and what can be asked of it.

use super::baseline::{self, BaselineStep};
use super::concordance::{self, Concordance};
use super::hazards::{self, ProportionalHazards, TimeScale};
use super::model::CoxVariance;
use super::risk_sets::{Point, RiskSets, Ties};
use crate::distributions::chi_squared;
use crate::glm::TermEstimate;
use crate::linear::Factored;
use crate::{ConfidenceLevel, Diagnostic, Estimate, Method, Statistic};
use ndarray::{Array1, Array2};

/// A fitted model.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CoxFit {
    /// How ties were taken.
    pub ties: Ties,
    /// Which covariance `covariance` is.
    pub variance: CoxVariance,
    /// Names of the coefficients.
    pub terms: Vec<String>,
    /// Log hazard ratios.
    pub beta: Array1<f64>,
    /// Covariance of the coefficients.
    pub covariance: Array2<f64>,
    /// Inverse information.
    pub model_covariance: Array2<f64>,
    /// Maximised partial log-likelihood.
    pub log_likelihood: f64,
    /// Partial log-likelihood with every coefficient 0.
    pub null_log_likelihood: f64,
    /// The score test's chi-squared statistic; without ties and with one 0/1 term, the log-rank
    /// test's.
    pub score_statistic: f64,
    /// Rows used.
    pub nobs: usize,
    /// Events.
    pub events: u64,
    /// Strata.
    pub strata: usize,
    /// Rows set aside for a missing value.
    pub dropped: usize,
    /// Newton iterations.
    pub iterations: usize,
    /// What is fragile.
    pub diagnostics: Vec<Diagnostic>,
    pub(super) sets: RiskSets,
    pub(super) point: Point,
    /// Clusters of the rows of the design, if the covariance is theirs.
    pub(super) clusters: Option<Vec<usize>>,
}

impl CoxFit {
    /// Log hazard ratios.
    #[must_use]
    pub fn coef(&self) -> &Array1<f64> {
        &self.beta
    }

    /// Covariance of the coefficients.
    #[must_use]
    pub fn vcov(&self) -> &Array2<f64> {
        &self.covariance
    }

    /// Standard errors.
    #[must_use]
    pub fn stderror(&self) -> Vec<f64> {
        self.covariance.diag().iter().map(|v| v.sqrt()).collect()
    }

    /// Akaike's criterion on the partial likelihood.
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * (self.terms.len() as f64 - self.log_likelihood)
    }

    /// Coefficients with Wald tests and intervals.
    #[must_use]
    pub fn confint(&self, level: ConfidenceLevel) -> Vec<TermEstimate> {
        let terms = self.terms.iter().zip(self.beta.iter().zip(self.stderror()));
        terms
            .map(|(term, (&beta, error))| TermEstimate {
                term: term.clone(),
                estimate: Estimate::wald(Statistic::Coefficient, Method::Wald, beta, error, level),
            })
            .collect()
    }

    /// The likelihood-ratio test of all terms.
    #[must_use]
    pub fn likelihood_ratio_test(&self) -> Estimate {
        let statistic = 2.0 * (self.log_likelihood - self.null_log_likelihood);
        self.test(Method::LikelihoodRatio, statistic)
    }

    /// The likelihood-ratio test of the terms that a smaller model, fitted on the same rows, has
    /// not.
    #[must_use]
    pub fn likelihood_ratio_against(&self, smaller: &Self) -> Estimate {
        let mut test = Estimate::point(Statistic::Model, Method::LikelihoodRatio, f64::NAN);
        test.statistic_value = 2.0 * (self.log_likelihood - smaller.log_likelihood);
        test.df = self.terms.len() as f64 - smaller.terms.len() as f64;
        test.p_value = chi_squared::sf(test.statistic_value, test.df);
        test
    }

    /// The score test of all terms.
    #[must_use]
    pub fn score_test(&self) -> Estimate {
        self.test(Method::Score, self.score_statistic)
    }

    /// The Wald test of all terms, by `covariance`.
    #[must_use]
    pub fn wald_test(&self) -> Estimate {
        let statistic = Factored::new(&self.covariance).map_or(f64::NAN, |factored| {
            self.beta.dot(&factored.solve(&self.beta))
        });
        self.test(Method::Wald, statistic)
    }

    fn test(&self, method: Method, statistic: f64) -> Estimate {
        let mut test = Estimate::point(Statistic::Model, method, f64::NAN);
        test.statistic_value = statistic;
        test.df = self.terms.len() as f64;
        test.p_value = chi_squared::sf(statistic, test.df);
        test
    }

    /// Tests of proportional hazards: of each term and of all together.
    #[must_use]
    pub fn proportional_hazards(&self, scale: TimeScale) -> Vec<ProportionalHazards> {
        hazards::test(&self.sets, &self.point, &self.terms, scale)
    }

    /// How often, of two people of a stratum, the one with the higher risk has the event first.
    #[must_use]
    pub fn concordance(&self) -> Concordance {
        concordance::harrell(&self.sets, &self.point.beta, self.clusters.as_deref())
    }

    /// The cumulative hazard of a person with every covariate (and offset) 0, in each stratum.
    #[must_use]
    pub fn baseline(&self) -> Vec<BaselineStep> {
        baseline::steps(&self.sets, &self.point)
    }

    /// The probability of no event up to and including `time` for covariates `x`, in the order of
    /// `terms`, in a stratum (numbered in the order of its labels from 0).
    #[must_use]
    pub fn survival(&self, x: &[f64], stratum: usize, time: f64) -> f64 {
        if x.len() != self.beta.len() || stratum >= self.strata {
            return f64::NAN;
        }
        let eta: f64 = x.iter().zip(&self.beta).map(|(x, b)| x * b).sum();
        let steps = self.baseline();
        let own = steps.iter().filter(|step| step.stratum == stratum);
        let hazard = own
            .take_while(|step| step.time <= time)
            .last()
            .map_or(0.0, |step| step.cumulative_hazard);
        (-hazard * eta.exp()).exp()
    }
}

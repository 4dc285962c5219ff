//! Regressions of a time to an event, for plans and for ad-hoc commands alike.

use super::super::records::remark;
use crate::plan::TiesPlan;
use ndarray::{Array1, Array2};
use regtrial_results::{Cells, DiagnosticRecord};
use regtrial_stats::glm::TermEstimate;
use regtrial_stats::survival::competing::{CompetingDesign, FineGray};
use regtrial_stats::survival::{
    Concordance, Cox, CoxVariance, ExactCoxFit, ProportionalHazards, SurvivalDesign, Ties,
    TimeScale,
};
use regtrial_stats::{ConfidenceLevel, Estimate, Method, StatsError};

/// How a time is regressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HazardsModel {
    /// How events of one day are taken.
    pub ties: TiesPlan,
    /// Covariance of the coefficients.
    pub variance: CoxVariance,
    /// Firth's penalised likelihood.
    pub firth: bool,
    /// Profile intervals.
    pub profile: bool,
    /// Scale of time on which a changing coefficient is looked for.
    pub scale: TimeScale,
}

/// A fitted model of either kind, as far as results tell of it. What does not exist is `None`.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Hazards {
    /// Coefficients with their intervals.
    pub terms: Vec<TermEstimate>,
    /// Maximised partial log-likelihood.
    pub log_likelihood: f64,
    /// The same with every coefficient 0.
    pub null_log_likelihood: Option<f64>,
    /// Maximised penalised log-likelihood, by Firth's method.
    pub penalised_log_likelihood: Option<f64>,
    /// Akaike's criterion.
    pub aic: Option<f64>,
    /// Tests of all terms together: likelihood ratio, score, Wald.
    pub tests: Vec<Estimate>,
    /// Harrell's concordance.
    pub concordance: Option<Concordance>,
    /// Tests of proportional hazards, that of all terms together last.
    pub proportional: Vec<ProportionalHazards>,
    /// Newton iterations.
    pub iterations: usize,
    /// Strata.
    pub strata: usize,
    /// Of Fine and Gray's model: competing events.
    pub competing: Option<u64>,
    /// What is fragile.
    pub diagnostics: Vec<DiagnosticRecord>,
}

impl Hazards {
    /// The test of all terms together by one method.
    #[must_use]
    pub fn test(&self, method: Method) -> Option<&Estimate> {
        self.tests.iter().find(|test| test.method == method)
    }
}

/// Coefficients and their covariance, of a fit of which nothing else is wanted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Coefficients {
    /// Their names.
    pub terms: Vec<String>,
    /// Log hazard ratios.
    pub beta: Array1<f64>,
    /// Their covariance.
    pub covariance: Array2<f64>,
}

impl HazardsModel {
    /// The coefficients alone of [`HazardsModel::cox`].
    ///
    /// # Errors
    /// Those of the fit.
    pub fn cox_coefficients(self, design: &SurvivalDesign) -> Result<Coefficients, StatsError> {
        let cox = Cox {
            ties: self.ties(),
            variance: self.variance,
        };
        let (terms, beta, covariance) = if self.ties == TiesPlan::Exact {
            let fit = ExactCoxFit::new(design)?;
            (fit.terms, fit.beta, fit.covariance)
        } else if self.firth {
            let fit = cox.fit_firth(design)?;
            (fit.terms, fit.beta, fit.covariance)
        } else {
            let fit = cox.fit(design)?;
            (fit.terms, fit.beta, fit.covariance)
        };
        Ok(Coefficients {
            terms,
            beta,
            covariance,
        })
    }

    /// The coefficients alone of [`HazardsModel::fine_gray`].
    ///
    /// # Errors
    /// Those of the fit.
    pub fn fine_gray_coefficients(
        self,
        design: &CompetingDesign,
    ) -> Result<Coefficients, StatsError> {
        let fit = FineGray { ties: self.ties() }.fit(design)?;
        Ok(Coefficients {
            terms: fit.terms,
            beta: fit.beta,
            covariance: fit.covariance,
        })
    }

    fn ties(self) -> Ties {
        match self.ties {
            TiesPlan::Breslow => Ties::Breslow,
            TiesPlan::Efron | TiesPlan::Exact => Ties::Efron,
        }
    }

    /// Cox's model of the hazard.
    ///
    /// # Errors
    /// Those of [`Cox::fit`], [`Cox::fit_firth`] and [`ExactCoxFit::new`]; profile limits that
    /// cannot be found.
    pub fn cox(
        self,
        design: &SurvivalDesign,
        level: ConfidenceLevel,
    ) -> Result<Hazards, StatsError> {
        let cox = Cox {
            ties: self.ties(),
            variance: self.variance,
        };
        let strata = design.stratum.iter().max().map_or(0, |most| most + 1);
        if self.ties == TiesPlan::Exact {
            let fit = ExactCoxFit::new(design)?;
            return Ok(Hazards {
                terms: fit.confint(level),
                log_likelihood: fit.log_likelihood,
                null_log_likelihood: Some(fit.null_log_likelihood),
                aic: Some(2.0 * (fit.terms.len() as f64 - fit.log_likelihood)),
                tests: fit.tests().to_vec(),
                concordance: Some(fit.concordance),
                iterations: fit.iterations,
                strata,
                ..Hazards::default()
            });
        }
        if self.firth {
            let fit = cox.fit_firth(design)?;
            return Ok(Hazards {
                terms: fit.confint(level)?,
                log_likelihood: fit.log_likelihood,
                penalised_log_likelihood: Some(fit.penalised_log_likelihood),
                iterations: fit.iterations,
                strata,
                ..Hazards::default()
            });
        }
        let fit = cox.fit(design)?;
        Ok(Hazards {
            terms: match self.profile {
                true => fit.profile(level)?,
                false => fit.confint(level),
            },
            log_likelihood: fit.log_likelihood,
            null_log_likelihood: Some(fit.null_log_likelihood),
            aic: Some(fit.aic()),
            tests: vec![
                fit.likelihood_ratio_test(),
                fit.score_test(),
                fit.wald_test(),
            ],
            concordance: Some(fit.concordance()),
            proportional: fit.proportional_hazards(self.scale),
            iterations: fit.iterations,
            strata,
            diagnostics: fit.diagnostics.iter().map(remark).collect(),
            ..Hazards::default()
        })
    }

    /// Fine and Gray's model of the cumulative incidence.
    ///
    /// # Errors
    /// Those of [`FineGray::fit`].
    pub fn fine_gray(
        self,
        design: &CompetingDesign,
        level: ConfidenceLevel,
    ) -> Result<Hazards, StatsError> {
        let fit = FineGray { ties: self.ties() }.fit(design)?;
        Ok(Hazards {
            terms: fit.confint(level),
            log_likelihood: fit.log_likelihood,
            null_log_likelihood: Some(fit.null_log_likelihood),
            iterations: fit.iterations,
            strata: fit.strata,
            competing: Some(fit.competing),
            diagnostics: fit.diagnostics.iter().map(remark).collect(),
            ..Hazards::default()
        })
    }
}

/// The counts behind a term: for a 0/1 column rows and events on both sides of it.
#[must_use]
pub fn term_cells(design: &SurvivalDesign, term: usize) -> Cells {
    let column = design.x.column(term);
    let events = design.events();
    let n = design.nobs() as u64;
    if column.iter().any(|value| *value != 0.0 && *value != 1.0) {
        return Cells::counts([events, n - events]);
    }
    let ones = column.iter().filter(|value| **value == 1.0).count() as u64;
    let both = column
        .iter()
        .zip(&design.event)
        .filter(|(value, event)| **value == 1.0 && **event);
    let events_of_ones = both.count() as u64;
    Cells::counts([
        ones,
        n - ones,
        events_of_ones,
        events - events_of_ones,
        ones - events_of_ones,
        n - ones - (events - events_of_ones),
    ])
}

//! Fine and Gray's regression: how covariates move the cumulative incidence of one kind of event.
//!
//! The subdistribution hazard is that of a person who stays at risk after a competing event; its
//! ratios say which way the incidence goes, not how fast those without any event have theirs.
//! Weights and their reading of ties are described in `subdistribution`. The covariance is the
//! sandwich with the part that the estimate of G adds.
//!
//! References: J. P. Fine, R. J. Gray (1999), JASA 94:496-509; R. B. Geskus (2011), Biometrics
//! 67:39-49 (weights under ties).

use super::subdistribution::Subdistribution;
use crate::design::Data;
use crate::formula::Formula;
use crate::glm::TermEstimate;
use crate::linear::{Factored, aliased_columns};
use crate::survival::cox::{maximise, monotone};
use crate::survival::{BaselineStep, SurvivalDesign, Ties};
use crate::{ConfidenceLevel, Diagnostic, Estimate, Method, Statistic, StatsError};
use ndarray::{Array1, Array2};
use std::collections::BTreeMap;

/// A design for `Surv(time, cause) ~ terms`: cause 0 is the end of observation, 1 the event, 2 or
/// more a competing one.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CompetingDesign {
    /// Times, covariates and strata; its events are those of cause 1.
    pub survival: SurvivalDesign,
    /// What ended each row.
    pub cause: Vec<u32>,
}

impl CompetingDesign {
    /// Builds the design.
    ///
    /// # Errors
    /// A cause that is not 0, 1, 2, ..., a (start, stop] response, and the errors of
    /// [`SurvivalDesign::new`].
    pub fn new(formula: &Formula, data: &Data, cluster: Option<&str>) -> Result<Self, StatsError> {
        let (survival, cause) = SurvivalDesign::with_causes(formula, data, cluster)?;
        if survival.start.is_some() {
            let rule = "of competing events takes Surv(time, cause): late entry is not supported";
            return Err(StatsError::argument("formula", rule));
        }
        Ok(Self { survival, cause })
    }

    /// Competing events.
    #[must_use]
    pub fn competing(&self) -> u64 {
        self.cause.iter().filter(|cause| **cause > 1).count() as u64
    }
}

/// What to fit. `strata()` in the formula gives each stratum its own baseline and its own G;
/// `cluster()` adds up the residuals of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FineGray {
    /// How events of the kind asked for on one day are taken.
    pub ties: Ties,
}

/// A fitted model.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FineGrayFit {
    /// How ties were taken.
    pub ties: Ties,
    /// Names of the coefficients.
    pub terms: Vec<String>,
    /// Log subdistribution hazard ratios.
    pub beta: Array1<f64>,
    /// The sandwich, with the estimate of G.
    pub covariance: Array2<f64>,
    /// The sandwich with G taken as known: slightly conservative as a rule.
    pub known_weights_covariance: Array2<f64>,
    /// Maximised partial log-likelihood.
    pub log_likelihood: f64,
    /// Partial log-likelihood with every coefficient 0.
    pub null_log_likelihood: f64,
    /// Rows used.
    pub nobs: usize,
    /// Events of the kind asked for.
    pub events: u64,
    /// Competing events.
    pub competing: u64,
    /// Strata.
    pub strata: usize,
    /// Rows set aside for a missing value.
    pub dropped: usize,
    /// Newton iterations.
    pub iterations: usize,
    /// The cumulative subdistribution hazard of a person with every covariate 0.
    pub baseline: Vec<BaselineStep>,
    /// What is fragile.
    pub diagnostics: Vec<Diagnostic>,
}

impl FineGray {
    /// Fits by maximum weighted partial likelihood.
    ///
    /// # Errors
    /// No event of the kind asked for, aliased terms, a likelihood that climbs for ever, no
    /// convergence, or a single cluster.
    ///
    /// ```
    /// use regtrial_stats::{design::Data, formula::Formula};
    /// use regtrial_stats::survival::competing::{CompetingDesign, FineGray};
    /// // Nobody is censored: who dies stays at risk with weight 1. Both jobs fall in the first two
    /// // denominators 2r + 2 and 2r + 1 (r the ratio).
    /// let data = Data::new()
    ///     .with_numbers("t", vec![1.0, 2.0, 3.0, 4.0])
    ///     .with_numbers("cause", vec![1.0, 2.0, 1.0, 2.0])
    ///     .with_numbers("x", vec![0.0, 1.0, 1.0, 0.0]);
    /// let formula = Formula::parse("Surv(t, cause) ~ x")?;
    /// let design = CompetingDesign::new(&formula, &data, None)?;
    /// let r = FineGray::default().fit(&design)?.beta[0].exp();
    /// assert!((2.0 * r / (2.0 * r + 2.0) + 2.0 * r / (2.0 * r + 1.0) - 1.0).abs() < 1e-9);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn fit(&self, design: &CompetingDesign) -> Result<FineGrayFit, StatsError> {
        let own = &design.survival;
        own.refuse_eventless()?;
        let sets = Subdistribution::new(
            &own.x,
            &own.stop,
            &design.cause,
            &own.stratum,
            own.offset.as_deref(),
            self.ties,
        );
        let null = sets.evaluate(&Array1::zeros(sets.columns()));
        refuse_aliased(&sets, &null.information, &own.terms)?;
        let at = |beta: &Array1<f64>| sets.evaluate(beta);
        let (point, iterations) = maximise(at, null.clone(), &own.terms)?;
        let Some(factored) = Factored::new(&point.information) else {
            return Err(monotone(&point.beta, &own.terms));
        };
        let inverse = factored.inverse();
        let (eta, psi) = sets.residuals(&point);
        let sandwich = |residuals: &Array2<f64>| {
            let meat = squares(residuals, own.cluster.as_deref());
            let scaled = inverse.dot(&meat).dot(&inverse);
            Array2::from_shape_fn(scaled.dim(), |(i, j)| {
                scaled[(i, j)] / (sets.scale[i] * sets.scale[j])
            })
        };
        let mut diagnostics: Vec<Diagnostic> = own.few_clusters()?.into_iter().collect();
        if own.events() < 5 * own.terms.len() as u64 {
            let message = format!(
                "fewer than five events per coefficient ({} coefficients): estimates are biased \
                 away from no effect",
                own.terms.len()
            );
            diagnostics.push(Diagnostic::note("few_events", message));
        }
        Ok(FineGrayFit {
            ties: self.ties,
            terms: own.terms.clone(),
            beta: point
                .beta
                .iter()
                .zip(&sets.scale)
                .map(|(b, s)| b / s)
                .collect(),
            covariance: sandwich(&(&eta + &psi)),
            known_weights_covariance: sandwich(&eta),
            log_likelihood: point.log_likelihood,
            null_log_likelihood: null.log_likelihood,
            nobs: own.nobs(),
            events: own.events(),
            competing: design.competing(),
            strata: sets.strata.len(),
            dropped: own.dropped,
            iterations,
            baseline: baseline(&sets, &point),
            diagnostics,
        })
    }
}

fn refuse_aliased(
    sets: &Subdistribution,
    information: &Array2<f64>,
    terms: &[String],
) -> Result<(), StatsError> {
    let aliased = aliased_columns(&sets.x);
    if !aliased.is_empty() {
        let name = |j: usize| terms[j].clone();
        return Err(StatsError::RankDeficient {
            terms: aliased.into_iter().map(name).collect(),
        });
    }
    if Factored::new(information).is_none() {
        return Err(StatsError::RankDeficient {
            terms: terms.to_vec(),
        });
    }
    Ok(())
}

/// The sum of squares of residuals, those of a cluster added up first.
fn squares(residuals: &Array2<f64>, clusters: Option<&[usize]>) -> Array2<f64> {
    let Some(clusters) = clusters else {
        return residuals.t().dot(residuals);
    };
    let mut sums: BTreeMap<usize, Array1<f64>> = BTreeMap::new();
    for (row, &cluster) in residuals.rows().into_iter().zip(clusters) {
        *sums
            .entry(cluster)
            .or_insert_with(|| Array1::zeros(row.len())) += &row;
    }
    let p = residuals.ncols();
    sums.values().fold(Array2::zeros((p, p)), |mut meat, sum| {
        for i in 0..p {
            for j in 0..p {
                meat[(i, j)] += sum[i] * sum[j];
            }
        }
        meat
    })
}

fn baseline(sets: &Subdistribution, point: &crate::survival::cox::Point) -> Vec<BaselineStep> {
    let factor = sets.to_zero(&point.beta);
    let mut increments = point.increments.iter();
    let mut found = Vec::new();
    for (stratum, own) in sets.strata.iter().enumerate() {
        let mut cumulative_hazard = 0.0;
        for (time, increment) in own.times.iter().zip(&mut increments) {
            if increment.hazard > 0.0 {
                cumulative_hazard += factor * increment.hazard;
                found.push(BaselineStep {
                    stratum,
                    time: time.time,
                    cumulative_hazard,
                });
            }
        }
    }
    found
}

impl FineGrayFit {
    /// Standard errors.
    #[must_use]
    pub fn stderror(&self) -> Vec<f64> {
        self.covariance.diag().iter().map(|v| v.sqrt()).collect()
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

    /// The probability of the event up to and including `time` for covariates `x`, in the order of
    /// `terms`, in a stratum (numbered in the order of its labels from 0).
    #[must_use]
    pub fn incidence(&self, x: &[f64], stratum: usize, time: f64) -> f64 {
        if x.len() != self.beta.len() || stratum >= self.strata {
            return f64::NAN;
        }
        let eta: f64 = x.iter().zip(&self.beta).map(|(x, b)| x * b).sum();
        let own = self.baseline.iter().filter(|step| step.stratum == stratum);
        let hazard = own
            .take_while(|step| step.time <= time)
            .last()
            .map_or(0.0, |step| step.cumulative_hazard);
        -(-hazard * eta.exp()).exp_m1()
    }
}

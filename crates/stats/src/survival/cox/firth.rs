//! Firth's penalised partial likelihood: finite estimates also where the likelihood is monotone.
//!
//! Maximises l(beta) + 1/2 ln |I(beta)|. The derivative of the penalty by beta_j is half the trace of
//! I^-1 dI/dbeta_j; with a weighted distribution of x among those at risk, mean m, and W = I^-1,
//! that is half the sum over denominators of E[(x - m)_j (x - m)' W (x - m)].
//!
//! References: D. Firth (1993), Biometrika 80:27-38; G. Heinze, M. Schemper (2001), Biometrics
//! 57:114-119.

use super::super::SurvivalDesign;
use super::model::{Cox, never_varying, prepare, refuse_aliased};
use super::risk_sets::{Point, RiskSets, Ties};
use crate::distributions::chi_squared;
use crate::glm::{TermEstimate, profile_crossing};
use crate::linear::Factored;
use crate::penalised::{Penalised, maximise};
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use ndarray::{Array1, Array2};

/// A fitted penalised model.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FirthCoxFit {
    /// How ties were taken.
    pub ties: Ties,
    /// Names of the coefficients.
    pub terms: Vec<String>,
    /// Log hazard ratios.
    pub beta: Array1<f64>,
    /// Inverse information at the estimate.
    pub covariance: Array2<f64>,
    /// Partial log-likelihood without the penalty.
    pub log_likelihood: f64,
    /// With it.
    pub penalised_log_likelihood: f64,
    /// Rows used.
    pub nobs: usize,
    /// Events.
    pub events: u64,
    /// Rows set aside for a missing value.
    pub dropped: usize,
    /// Iterations.
    pub iterations: usize,
    sets: RiskSets,
}

/// A point of the penalised likelihood.
struct Top {
    point: Point,
    factored: Factored,
    value: f64,
}

impl Cox {
    /// Fits by maximum penalised partial likelihood; the covariance is the classical one.
    ///
    /// # Errors
    /// No event, aliased terms, or no convergence.
    pub fn fit_firth(&self, design: &SurvivalDesign) -> Result<FirthCoxFit, StatsError> {
        let sets = prepare(design, self.ties)?;
        refuse_aliased(&sets, design)?;
        let start = sets.evaluate(&Array1::zeros(sets.columns()), None);
        if Factored::new(&start.information).is_none() {
            let terms = never_varying(&sets, &start, design);
            return Err(StatsError::RankDeficient { terms });
        }
        let (found, iterations) = maximise(&Partial(&sets), Array1::zeros(sets.columns()), None)?;
        let inverse = found.factored.inverse();
        let log_scale: f64 = sets.scale.iter().map(|s| s.ln()).sum();
        Ok(FirthCoxFit {
            ties: self.ties,
            terms: design.terms.clone(),
            beta: found
                .point
                .beta
                .iter()
                .zip(&sets.scale)
                .map(|(b, s)| b / s)
                .collect(),
            covariance: Array2::from_shape_fn(inverse.dim(), |(i, j)| {
                inverse[(i, j)] / (sets.scale[i] * sets.scale[j])
            }),
            log_likelihood: found.point.log_likelihood,
            penalised_log_likelihood: found.value + log_scale,
            nobs: design.nobs(),
            events: design.events(),
            dropped: design.dropped,
            iterations,
            sets,
        })
    }
}

impl FirthCoxFit {
    /// Coefficients with profile penalised-likelihood intervals and tests.
    ///
    /// # Errors
    /// No convergence at one of the refits.
    pub fn confint(&self, level: ConfidenceLevel) -> Result<Vec<TermEstimate>, StatsError> {
        let sets = &self.sets;
        let critical = chi_squared::quantile(level.value(), 1.0);
        let log_scale: f64 = sets.scale.iter().map(|s| s.ln()).sum();
        let mut terms = Vec::new();
        for (j, term) in self.terms.iter().enumerate() {
            let lost = |value: f64| -> Result<f64, StatsError> {
                let mut start: Array1<f64> = self
                    .beta
                    .iter()
                    .zip(&sets.scale)
                    .map(|(b, s)| b * s)
                    .collect();
                start[j] = value * sets.scale[j];
                let (found, _) = maximise(&Partial(sets), start, Some(j))?;
                Ok(2.0 * (self.penalised_log_likelihood - found.value - log_scale))
            };
            let centre = self.beta[j];
            let error = self.covariance[(j, j)].sqrt();
            let at_zero = lost(0.0)?.max(0.0);
            let mut estimate = Estimate::point(Statistic::Coefficient, Method::Profile, centre)
                .with_interval(
                    profile_crossing(centre, -error, critical, &lost)?,
                    profile_crossing(centre, error, critical, &lost)?,
                    level,
                );
            estimate.std_error = error;
            estimate.statistic_value = at_zero;
            estimate.df = 1.0;
            estimate.p_value = chi_squared::sf(at_zero, 1.0);
            terms.push(TermEstimate {
                term: term.clone(),
                estimate,
            });
        }
        Ok(terms)
    }
}

/// The partial likelihood with Firth's penalty.
struct Partial<'a>(&'a RiskSets);

impl Penalised for Partial<'_> {
    type Point = Top;

    const CONVERGED: f64 = 1e-10;
    const ROUNDING: f64 = 0.0;

    fn evaluate(&self, beta: Array1<f64>) -> Option<Top> {
        let point = self.0.evaluate(&beta, None);
        let factored = Factored::new(&point.information)?;
        let value = point.log_likelihood + 0.5 * factored.log_determinant();
        value.is_finite().then_some(Top {
            point,
            factored,
            value,
        })
    }

    fn beta<'a>(&self, top: &'a Top) -> &'a Array1<f64> {
        &top.point.beta
    }

    fn value(&self, top: &Top) -> f64 {
        top.value
    }

    fn score(&self, top: &Top) -> (Array1<f64>, Array2<f64>) {
        let gradient = &top.point.score + &penalty_gradient(self.0, top);
        (gradient, top.point.information.clone())
    }

    fn share(&self, step: &Array1<f64>) -> f64 {
        2.0 / step.iter().fold(0.0_f64, |a, b| a.max(b.abs()))
    }

    fn slack(&self, value: f64) -> f64 {
        1e-13 * value.abs()
    }
}

/// Running sums of w times 1, x, xx', q and qx, where q = x'Wx.
#[derive(Clone)]
struct Moments {
    s0: f64,
    s1: Array1<f64>,
    s2: Array2<f64>,
    q0: f64,
    q1: Array1<f64>,
}

impl Moments {
    fn zero(p: usize) -> Self {
        Self {
            s0: 0.0,
            s1: Array1::zeros(p),
            s2: Array2::zeros((p, p)),
            q0: 0.0,
            q1: Array1::zeros(p),
        }
    }

    fn add(&mut self, w: f64, x: &[f64], q: f64) {
        self.s0 += w;
        self.q0 += w * q;
        for (j, &xj) in x.iter().enumerate() {
            self.s1[j] += w * xj;
            self.q1[j] += w * q * xj;
            for (k, &xk) in x.iter().enumerate() {
                self.s2[(j, k)] += w * xj * xk;
            }
        }
    }

    /// These sums less `share` of others, divided by what is left of s0.
    fn less(&self, share: f64, other: &Self) -> Self {
        let s0 = self.s0 - share * other.s0;
        Self {
            s0,
            s1: (&self.s1 - &(&other.s1 * share)) / s0,
            s2: (&self.s2 - &(&other.s2 * share)) / s0,
            q0: (self.q0 - share * other.q0) / s0,
            q1: (&self.q1 - &(&other.q1 * share)) / s0,
        }
    }
}

/// Half of tr(I^-1 dI/dbeta_j), each j.
fn penalty_gradient(sets: &RiskSets, now: &Top) -> Array1<f64> {
    let p = sets.columns();
    let w_matrix = now.factored.inverse();
    let quadratic: Vec<f64> = (0..sets.rows())
        .map(|i| {
            let x = Array1::from(sets.row(i).to_vec());
            x.dot(&w_matrix.dot(&x))
        })
        .collect();
    let weight = |i: usize| now.point.weights[i];
    let mut gradient = Array1::<f64>::zeros(p);
    let mut next = 0;
    for (stratum, rows) in sets.strata.iter().enumerate() {
        let mut at_risk = Moments::zero(p);
        let (mut entered, mut left) = (rows.start, rows.start);
        while let Some(moment) = sets.moments.get(next).filter(|m| m.stratum == stratum) {
            (entered..moment.rows.end)
                .for_each(|i| at_risk.add(weight(i), sets.row(i), quadratic[i]));
            entered = moment.rows.end;
            if let Some(start) = &sets.start {
                while left < rows.end && start[sets.by_start[left]] >= moment.time {
                    let i = sets.by_start[left];
                    at_risk.add(-weight(i), sets.row(i), quadratic[i]);
                    left += 1;
                }
            }
            let mut dying = Moments::zero(p);
            for i in moment.rows.clone().filter(|&i| sets.event[i]) {
                dying.add(weight(i), sets.row(i), quadratic[i]);
            }
            for k in 0..moment.events {
                let share = match sets.ties {
                    Ties::Efron => k as f64 / moment.events as f64,
                    Ties::Breslow => 0.0,
                };
                let e = at_risk.less(share, &dying);
                let wm = w_matrix.dot(&e.s1);
                let mwm = e.s1.dot(&wm);
                let third = &e.q1 - &(e.s2.dot(&wm) * 2.0) - &(&e.s1 * (e.q0 - 2.0 * mwm));
                gradient.scaled_add(0.5, &third);
            }
            next += 1;
        }
    }
    gradient
}

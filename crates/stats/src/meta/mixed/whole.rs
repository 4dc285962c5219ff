//! The likelihood of all studies as a function of what they share: the coefficients of the moderators (an
//! intercept among them), the deviation tau between studies and, of random studies, mean and deviation
//! of their log odds.

use super::maximise::{Surface, maximise};
use super::quadrature::integrate;
use super::study::{GAMMA, MU, Parameters, SIGMA, Study, TAU, Value};
use super::{MixedMeta, MixedModel, StudyVariance};
use crate::StatsError;
use crate::proportion::TwoByTwo;
use ndarray::{Array1, Array2};

/// A standard deviation between studies that no data support.
pub(super) const WIDEST: f64 = 20.0;

/// The studies that say something, and their moderators.
pub(super) struct Whole<'a> {
    pub(super) meta: MixedMeta,
    pub(super) kept: &'a [TwoByTwo],
    pub(super) x: &'a Array2<f64>,
    studies: Vec<Study>,
}

/// The log-likelihood with its derivatives: coefficients, then tau, gamma, sigma.
#[derive(Debug, Clone)]
pub(super) struct Height {
    pub(super) log: f64,
    gradient: Array1<f64>,
    hessian: Array2<f64>,
}

impl Surface for Height {
    fn log(&self) -> f64 {
        self.log
    }

    fn slope(&self, i: usize) -> f64 {
        self.gradient[i]
    }

    fn curvature(&self, i: usize, j: usize) -> f64 {
        self.hessian[(i, j)]
    }
}

/// A maximum.
#[derive(Debug, Clone)]
pub(super) struct Top {
    pub(super) at: Vec<f64>,
    pub(super) value: Height,
}

impl<'a> Whole<'a> {
    pub(super) fn new(meta: MixedMeta, kept: &'a [TwoByTwo], x: &'a Array2<f64>) -> Self {
        let studies = kept.iter().map(|table| Study::new(*table, meta.model));
        Self {
            meta,
            kept,
            x,
            studies: studies.collect(),
        }
    }

    /// Coefficients.
    pub(super) fn terms(&self) -> usize {
        self.x.ncols()
    }

    /// Where a parameter of a study stands among those of all.
    pub(super) fn place(&self, parameter: usize) -> usize {
        match parameter {
            TAU => self.terms(),
            GAMMA => self.terms() + 1,
            _ => self.terms() + 2,
        }
    }

    /// What is maximised, tau among it if there is a variance between studies.
    pub(super) fn free(&self) -> Vec<usize> {
        let mut free: Vec<usize> = (0..self.terms()).collect();
        if self.meta.model == MixedModel::RandomStudies {
            free.extend([self.place(GAMMA), self.place(SIGMA)]);
        }
        if self.meta.variance == StudyVariance::MaximumLikelihood {
            free.push(self.place(TAU));
        }
        free
    }

    /// No odds ratio, and the risks and their spread as they look.
    fn start(&self) -> Vec<f64> {
        let logits = self.kept.iter().map(|t| log_odds(t.events(), t.total()));
        let logits: Vec<f64> = logits.collect();
        let k = logits.len() as f64;
        let mean = logits.iter().sum::<f64>() / k;
        let spread = logits.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / k;
        let mut start = vec![0.0; self.terms()];
        start.extend([0.0, mean, spread.sqrt().max(0.1)]);
        start
    }

    /// The parameters of one study.
    fn of_study(&self, study: usize, at: &[f64]) -> Parameters {
        let mut own = [0.0; 4];
        let row = self.x.row(study);
        own[MU] = row.iter().zip(at).map(|(x, beta)| x * beta).sum();
        for parameter in [TAU, GAMMA, SIGMA] {
            own[parameter] = at[self.place(parameter)];
        }
        own
    }

    /// The log-likelihood of all studies, with each study's own risk at its maximum.
    fn at(&self, at: &[f64], variance: StudyVariance) -> Option<Height> {
        let latents = self.meta.model.latents(variance);
        let (p, all) = (self.terms(), self.terms() + 3);
        let mut sum = Height {
            log: 0.0,
            gradient: Array1::zeros(all),
            hessian: Array2::zeros((all, all)),
        };
        for (i, (study, table)) in self.studies.iter().zip(self.kept).enumerate() {
            let own = self.of_study(i, at);
            let value: Value = match self.meta.model {
                MixedModel::FixedStudies => {
                    let mut start = own;
                    start[GAMMA] = log_odds(table.events(), table.total()) - own[MU] / 2.0;
                    let look = |at: &Parameters| Some(integrate(study, at, latents));
                    maximise(look, &[GAMMA], start)?.1.without(GAMMA)
                }
                _ => integrate(study, &own, latents),
            };
            // The study's log odds ratio is its row times the coefficients.
            let row = self.x.row(i);
            let weight = |j: usize, parameter: usize| match parameter {
                MU if j < p => row[j],
                MU => 0.0,
                other => f64::from(u8::from(j == self.place(other))),
            };
            sum.log += value.log;
            for j in 0..all {
                for a in 0..4 {
                    let of_j = weight(j, a);
                    if of_j == 0.0 {
                        continue;
                    }
                    sum.gradient[j] += of_j * value.gradient[a];
                    for k in 0..all {
                        for b in 0..4 {
                            sum.hessian[(j, k)] += of_j * weight(k, b) * value.hessian[a][b];
                        }
                    }
                }
            }
        }
        let tau = at[self.place(TAU)];
        (sum.log.is_finite() && tau.abs() < 2.0 * WIDEST).then_some(sum)
    }

    fn climb(&self, variance: StudyVariance, free: &[usize], start: Vec<f64>) -> Option<Top> {
        let look = |at: &Vec<f64>| self.at(at, variance);
        let (mut at, value) = maximise(look, free, start)?;
        // The likelihood is the same for both signs of a standard deviation.
        for parameter in [TAU, SIGMA] {
            let place = self.place(parameter);
            at[place] = at[place].abs();
        }
        Some(Top { at, value })
    }

    fn without_tau(&self) -> Vec<usize> {
        let tau = self.place(TAU);
        self.free().into_iter().filter(|&i| i != tau).collect()
    }

    /// The maximum without variance between studies.
    pub(super) fn common(&self) -> Result<Top, StatsError> {
        self.climb(StudyVariance::None, &self.without_tau(), self.start())
            .ok_or_else(no_maximum)
    }

    /// The highest maximum, from several starting values of tau; the edge tau = 0, which is `common`, is one
    /// of them.
    pub(super) fn between(&self, common: Top) -> Result<Top, StatsError> {
        let place = self.place(TAU);
        let mut best = common.clone();
        for tau in [0.1, 0.5, 1.5] {
            let mut start = common.at.clone();
            start[place] = tau;
            let found = self.climb(StudyVariance::MaximumLikelihood, &self.free(), start);
            let found = found.ok_or_else(no_maximum)?;
            if found.at[place] > WIDEST {
                return Err(no_maximum());
            }
            if found.at[place] > 1e-6 && found.value.log > best.value.log {
                best = found;
            }
        }
        Ok(best)
    }

    /// The log-likelihood maximised over all but tau, from a point nearby.
    pub(super) fn profile(&self, tau: f64, near: &[f64]) -> Option<Top> {
        let mut start = near.to_vec();
        start[self.place(TAU)] = tau;
        let variance = match tau == 0.0 {
            true => StudyVariance::None,
            false => StudyVariance::MaximumLikelihood,
        };
        self.climb(variance, &self.without_tau(), start)
    }
}

fn log_odds(events: u64, total: u64) -> f64 {
    ((events as f64 + 0.5) / ((total - events) as f64 + 0.5)).ln()
}

pub(super) fn no_maximum() -> StatsError {
    let rule = "hold too few events: the likelihood has no maximum; one common odds ratio, or that of \
                Mantel and Haenszel, may exist";
    StatsError::argument("tables", rule)
}

//! Meta-regression: effects of trials explained by what trials have.
//!
//! With X the moderators (an intercept among them), W = diag(1 / (v + tau2)) and r the residuals:
//! beta by weighted least squares, tau2 by the same three methods as without moderators, with
//! k - p degrees of freedom. Knapp and Hartung multiply the covariance by sum w r² / (k - p) and use
//! t. Where a trial has several rows, the covariance is the sandwich of the trials' sums, times
//! trials / (trials - p), with t on trials - p degrees of freedom.
//!
//! References: S. G. Thompson, S. J. Sharp (1999), Statistics in Medicine 18:2693-2708; G. Knapp,
//! J. Hartung (2003), Statistics in Medicine 22:2693-2710; L. V. Hedges, E. Tipton, M. C. Johnson (2010),
//! Research Synthesis Methods 1:39-65 (several rows a trial).

use super::tau2::largest_likelihood;
use super::{Effect, MetaAnalysis, PooledTest, Tau2Method};
use crate::distributions::{chi_squared, f, t};
use crate::glm::TermEstimate;
use crate::linear::{Factored, aliased_columns, least_squares_qr, weighted_gram};
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError, roots};
use ndarray::{Array1, Array2, ArrayView1};
use std::collections::BTreeMap;

/// A fitted meta-regression.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MetaRegression {
    /// Coefficients, on the pooling scale.
    pub terms: Vec<TermEstimate>,
    /// Their covariance.
    pub covariance: Array2<f64>,
    /// Variance between studies that the moderators leave; undefined for a common effect.
    pub tau2: f64,
    /// Share of the variance between studies that the moderators explain, cut at 0.
    pub r2: f64,
    /// Whether effects vary beyond chance around the line: statistic, degrees of freedom, p-value.
    pub residual: Estimate,
    /// Whether all moderators together explain anything; with t tests F on `df` and
    /// `denominator_df`.
    pub moderators: Estimate,
    /// Degrees of freedom of the coefficients' t tests; infinite for normal ones.
    pub denominator_df: f64,
    /// Rows used.
    pub rows: usize,
}

/// One value of tau2 and what follows from it.
struct Point {
    weights: Vec<f64>,
    beta: Array1<f64>,
    residuals: Vec<f64>,
    /// (X'WX)^-1.
    inverse: Array2<f64>,
}

impl Point {
    fn new(effects: &[Effect], x: &Array2<f64>, tau2: f64) -> Option<Self> {
        let weights: Vec<f64> = effects
            .iter()
            .map(|e| (e.variance + tau2).recip())
            .collect();
        let values: Vec<f64> = effects.iter().map(|e| e.value).collect();
        // Orthogonal factors: years are far from 0 and close to each other.
        let (beta, inverse) = least_squares_qr(x, &weights, &values)?;
        let fitted = x.dot(&beta);
        let residuals = effects.iter().zip(&fitted).map(|(e, f)| e.value - f);
        Some(Self {
            residuals: residuals.collect(),
            weights,
            beta,
            inverse,
        })
    }

    /// Weighted sum of squared residuals.
    fn q(&self) -> f64 {
        let parts = self.weights.iter().zip(&self.residuals);
        parts.map(|(w, r)| w * r * r).sum()
    }

    /// The trace of P = W - W X (X'WX)^-1 X'W.
    fn trace(&self, x: &Array2<f64>) -> f64 {
        let squares: Vec<f64> = self.weights.iter().map(|w| w * w).collect();
        let product = self.inverse.dot(&weighted_gram(x, &squares));
        self.weights.iter().sum::<f64>() - product.diag().sum()
    }
}

impl MetaAnalysis {
    /// Regresses `effects` on the columns of `x`, the first of which is the intercept; `terms` names
    /// them. `trial` labels rows of one trial, if there are several.
    ///
    /// # Errors
    /// [`StatsError::TooFewRows`], aliased columns, no more trials than coefficients.
    pub fn regress(
        &self,
        effects: &[Effect],
        x: &Array2<f64>,
        terms: &[String],
        trial: Option<&[usize]>,
        level: ConfidenceLevel,
    ) -> Result<MetaRegression, StatsError> {
        let (k, p) = x.dim();
        if k != effects.len() || trial.is_some_and(|labels| labels.len() != k) {
            let rule = "must have a row for every effect";
            return Err(StatsError::argument("moderators", rule));
        }
        if k <= p {
            return Err(StatsError::TooFewRows { rows: k, terms: p });
        }
        let aliased = aliased_columns(x);
        if !aliased.is_empty() {
            let named = aliased.into_iter().map(|j| terms[j].clone());
            return Err(StatsError::RankDeficient {
                terms: named.collect(),
            });
        }
        let singular = || StatsError::RankDeficient {
            terms: terms.to_vec(),
        };
        let df = (k - p) as f64;
        let common = Point::new(effects, x, 0.0).ok_or_else(singular)?;
        let q = common.q();
        let tau2 = match self.tau2 {
            None => 0.0,
            Some(method) => between(effects, x, method, &common)?,
        };
        let point = Point::new(effects, x, tau2).ok_or_else(singular)?;
        let (covariance, denominator_df) = self.covariance(&point, x, trial, df)?;
        let method = self
            .tau2
            .map_or(Method::InverseVariance, Tau2Method::method);
        let quantile = t::quantile(1.0 - level.alpha() / 2.0, denominator_df);
        let named =
            terms.iter().enumerate().map(|(j, term)| {
                let (beta, error) = (point.beta[j], covariance[(j, j)].sqrt());
                let mut estimate = Estimate::point(Statistic::Coefficient, method, beta)
                    .with_interval(beta - quantile * error, beta + quantile * error, level);
                estimate.std_error = error;
                estimate.statistic_value = beta / error;
                estimate.df = finite(denominator_df);
                estimate.p_value = t::two_sided(estimate.statistic_value, denominator_df);
                TermEstimate {
                    term: term.clone(),
                    estimate,
                }
            });
        let mut residual = Estimate::point(Statistic::GoodnessOfFit, method, f64::NAN);
        residual.statistic_value = q;
        residual.df = df;
        residual.p_value = chi_squared::sf(q, df);
        Ok(MetaRegression {
            terms: named.collect(),
            tau2: if self.tau2.is_some() { tau2 } else { f64::NAN },
            r2: self.explained(effects, tau2),
            residual,
            moderators: moderators(point.beta.view(), &covariance, denominator_df, method),
            covariance,
            denominator_df,
            rows: k,
        })
    }

    fn covariance(
        &self,
        point: &Point,
        x: &Array2<f64>,
        trial: Option<&[usize]>,
        df: f64,
    ) -> Result<(Array2<f64>, f64), StatsError> {
        let bread = point.inverse.clone();
        let Some(trial) = trial else {
            let factor = point.q() / df;
            return Ok(match self.test {
                PooledTest::Z => (bread, f64::INFINITY),
                PooledTest::HartungKnapp => (bread * factor, df),
                PooledTest::HartungKnappTruncated => (bread * factor.max(1.0), df),
            });
        };
        let p = x.ncols();
        let mut sums: BTreeMap<usize, Array1<f64>> = BTreeMap::new();
        for (i, label) in trial.iter().enumerate() {
            sums.entry(*label)
                .or_insert_with(|| Array1::zeros(p))
                .scaled_add(point.weights[i] * point.residuals[i], &x.row(i));
        }
        let trials = sums.len();
        if trials <= p {
            let rule = "must be more than the coefficients for a robust covariance";
            return Err(StatsError::argument("trials", rule));
        }
        let mut meat = Array2::zeros((p, p));
        for sum in sums.values() {
            for a in 0..p {
                for b in 0..p {
                    meat[(a, b)] += sum[a] * sum[b];
                }
            }
        }
        let df = (trials - p) as f64;
        Ok((bread.dot(&meat).dot(&bread) * (trials as f64 / df), df))
    }

    /// 1 - tau2 / tau2 without moderators.
    fn explained(&self, effects: &[Effect], tau2: f64) -> f64 {
        let Some(method) = self.tau2 else {
            return f64::NAN;
        };
        match super::tau2::estimate(effects, method) {
            Ok(all) if all > 0.0 => (1.0 - tau2 / all).max(0.0),
            _ => f64::NAN,
        }
    }
}

fn finite(df: f64) -> f64 {
    if df.is_finite() { df } else { f64::NAN }
}

fn between(
    effects: &[Effect],
    x: &Array2<f64>,
    method: Tau2Method,
    common: &Point,
) -> Result<f64, StatsError> {
    let df = (x.nrows() - x.ncols()) as f64;
    let q = |tau2: f64| Point::new(effects, x, tau2).map_or(f64::NAN, |point| point.q());
    Ok(match method {
        Tau2Method::DerSimonianLaird => ((common.q() - df) / common.trace(x)).max(0.0),
        Tau2Method::PauleMandel if common.q() <= df => 0.0,
        Tau2Method::PauleMandel => roots::bisect_positive(0.0, 1e300, |tau2| q(tau2) > df),
        Tau2Method::Reml => {
            let slope = |tau2: f64| {
                Point::new(effects, x, tau2).map_or(f64::NAN, |point| {
                    let squares = point.weights.iter().zip(&point.residuals);
                    squares.map(|(w, r)| w * w * r * r).sum::<f64>() - point.trace(x)
                })
            };
            let likelihood = |tau2: f64| {
                Point::new(effects, x, tau2).map_or(f64::NAN, |point| {
                    let logs: f64 = effects.iter().map(|e| (e.variance + tau2).ln()).sum();
                    let information = Factored::new(&weighted_gram(x, &point.weights));
                    let determinant = information.map_or(f64::NAN, |f| f.log_determinant());
                    -0.5 * (logs + determinant + point.q())
                })
            };
            largest_likelihood(effects, slope, likelihood)?
        }
    })
}

/// All coefficients but the intercept against 0 (Wald); with degrees of freedom of a denominator F.
pub(super) fn moderators(
    beta: ArrayView1<'_, f64>,
    covariance: &Array2<f64>,
    denominator_df: f64,
    method: Method,
) -> Estimate {
    let m = beta.len() - 1;
    let mut test = Estimate::point(Statistic::Model, method, f64::NAN);
    let own = beta.iter().skip(1).copied().collect::<Array1<f64>>();
    let block = Array2::from_shape_fn((m, m), |(i, j)| covariance[(i + 1, j + 1)]);
    if m == 0 {
        return test;
    }
    let square = Factored::new(&block).map_or(f64::NAN, |v| own.dot(&v.solve(&own)));
    test.df = m as f64;
    if denominator_df.is_finite() {
        test.statistic_value = square / m as f64;
        test.p_value = f::sf(test.statistic_value, m as f64, denominator_df);
    } else {
        test.statistic_value = square;
        test.p_value = chi_squared::sf(square, m as f64);
    }
    test
}

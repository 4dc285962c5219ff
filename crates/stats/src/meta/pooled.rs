//! Inverse-variance pooling with a common effect or random effects.
//!
//! mu = sum w y / sum w with w = 1 / (v + tau2), standard error 1 / sqrt(sum w). Hartung and Knapp
//! multiply its square by q = sum w (y - mu)² / (k - 1) and use t with k - 1 degrees of freedom;
//! the factor is not cut at 1 unless asked. The prediction interval is mu ± quantile
//! sqrt(tau2 + se²), with the quantile of the test in use.
//!
//! References: M. Borenstein et al. (2009), chapters 11, 12 and 16; J. Hartung, G. Knapp (2001),
//! Statistics in Medicine 20:3875-3889; C. Roever, G. Knapp, T. Friede (2015), BMC Medical Research
//! Methodology 15:99 (truncation); J. P. T. Higgins, S. G. Thompson (2002), Statistics in Medicine
//! 21:1539-1558 (I²).

use super::tau2::{self, Tau2, Tau2Method};
use super::{Effect, Measure};
use crate::distributions::{chi_squared, t};
use crate::{ConfidenceLevel, Estimate, Method, StatsError};

/// The test and interval of the pooled effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PooledTest {
    /// Standard normal.
    #[default]
    Z,
    /// Hartung and Knapp's, not truncated.
    HartungKnapp,
    /// The same with a factor of at least 1, so that it is never narrower than `Z`.
    HartungKnappTruncated,
}

/// What to pool and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetaAnalysis {
    /// What is pooled.
    pub measure: Measure,
    /// Variance between studies; `None` for one common effect.
    pub tau2: Option<Tau2Method>,
    /// Test and interval.
    pub test: PooledTest,
}

/// How much studies differ beyond chance.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Heterogeneity {
    /// Variance between studies, on the pooling scale, with its interval.
    pub tau2: Tau2,
    /// Share of the total variance that is between studies, from 0 to 1: tau2 / (tau2 + a typical
    /// variance within studies).
    pub i2: f64,
    /// Cochran's Q.
    pub q: f64,
    /// Its degrees of freedom.
    pub df: f64,
    /// Its p-value.
    pub p_value: f64,
}

/// A pooled effect.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MetaFit {
    /// The pooled effect.
    pub pooled: Estimate,
    /// Where the effect of a new study is expected: lower limit.
    pub prediction_low: f64,
    /// Upper limit.
    pub prediction_high: f64,
    /// How much studies differ.
    pub heterogeneity: Heterogeneity,
    /// Share of each study's weight, adding up to 1.
    pub weights: Vec<f64>,
    /// Studies.
    pub studies: usize,
}

impl MetaAnalysis {
    /// Random effects by restricted maximum likelihood, normal test.
    #[must_use]
    pub fn new(measure: Measure) -> Self {
        Self {
            measure,
            tau2: Some(Tau2Method::Reml),
            test: PooledTest::Z,
        }
    }

    /// Pools `effects`.
    ///
    /// # Errors
    /// [`StatsError::Argument`] without a study, or for Hartung and Knapp's test with a single one.
    ///
    /// ```
    /// use regtrial_stats::{ConfidenceLevel, meta::{Effect, Measure, MetaAnalysis}};
    /// let effects = [Effect::new(0.0, 1.0)?, Effect::new(1.0, 0.5)?];
    /// let common = MetaAnalysis { tau2: None, ..MetaAnalysis::new(Measure::MeanDifference) };
    /// let fit = common.fit(&effects, ConfidenceLevel::NINETY_FIVE)?;
    /// assert!((fit.pooled.estimate - 0.8).abs() < 1e-15);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn fit(&self, effects: &[Effect], level: ConfidenceLevel) -> Result<MetaFit, StatsError> {
        let k = effects.len();
        if k == 0 {
            return Err(StatsError::argument(
                "studies",
                "must be at least one with an effect",
            ));
        }
        if k == 1 && self.test != PooledTest::Z {
            let rule = "must be at least two for Hartung and Knapp's test";
            return Err(StatsError::argument("studies", rule));
        }
        let between = match self.tau2 {
            None => 0.0,
            Some(method) => tau2::estimate(effects, method)?,
        };
        let (mean, precision) = tau2::weighted(effects, between);
        let error = (self.factor(effects, between) / precision).sqrt();
        let df = match self.test {
            PooledTest::Z => f64::INFINITY,
            _ => k as f64 - 1.0,
        };
        let quantile = t::quantile(1.0 - level.alpha() / 2.0, df);
        let half = (between + error * error).sqrt() * quantile;
        let natural = |value: f64| {
            if self.measure.is_ratio() {
                value.exp()
            } else {
                value
            }
        };
        let predicted = |value: f64| {
            // One study tells nothing of the variance between studies.
            if self.tau2.is_some() && k > 1 {
                natural(value)
            } else {
                f64::NAN
            }
        };
        Ok(MetaFit {
            pooled: self.pooled(mean, error, df, quantile, level),
            prediction_low: predicted(mean - half),
            prediction_high: predicted(mean + half),
            heterogeneity: self.heterogeneity(effects, between, level),
            weights: effects
                .iter()
                .map(|e| (e.variance + between).recip() / precision)
                .collect(),
            studies: k,
        })
    }

    /// By how much Hartung and Knapp multiply the variance.
    fn factor(&self, effects: &[Effect], between: f64) -> f64 {
        let factor = || tau2::q(effects, between) / (effects.len() as f64 - 1.0);
        match self.test {
            PooledTest::Z => 1.0,
            PooledTest::HartungKnapp => factor(),
            PooledTest::HartungKnappTruncated => factor().max(1.0),
        }
    }

    fn pooled(
        &self,
        mean: f64,
        error: f64,
        df: f64,
        quantile: f64,
        level: ConfidenceLevel,
    ) -> Estimate {
        let method = self
            .tau2
            .map_or(Method::InverseVariance, Tau2Method::method);
        let mut pooled = Estimate::point(self.measure.statistic(), method, mean).with_interval(
            mean - quantile * error,
            mean + quantile * error,
            level,
        );
        pooled.std_error = error;
        pooled.statistic_value = mean / error;
        pooled.df = if df.is_finite() { df } else { f64::NAN };
        pooled.p_value = t::two_sided(pooled.statistic_value, df);
        self.measure.natural(pooled)
    }

    fn heterogeneity(
        &self,
        effects: &[Effect],
        between: f64,
        level: ConfidenceLevel,
    ) -> Heterogeneity {
        let df = effects.len() as f64 - 1.0;
        let q = tau2::q(effects, 0.0);
        let i2 = match self.tau2 {
            _ if df == 0.0 => f64::NAN,
            None => ((q - df) / q).max(0.0),
            Some(_) => {
                let typical = df / tau2::spread(effects);
                between / (between + typical)
            }
        };
        let mut tau2 = tau2::with_interval(effects, between, level);
        if self.tau2.is_none() {
            tau2.estimate = f64::NAN;
        }
        Heterogeneity {
            tau2,
            i2,
            q,
            df,
            p_value: if df > 0.0 {
                chi_squared::sf(q, df)
            } else {
                f64::NAN
            },
        }
    }

    /// The pooled effect without each study in turn.
    ///
    /// # Errors
    /// Those of [`MetaAnalysis::fit`].
    pub fn leave_one_out(
        &self,
        effects: &[Effect],
        level: ConfidenceLevel,
    ) -> Result<Vec<MetaFit>, StatsError> {
        let without = |left_out: usize| {
            let kept = effects.iter().enumerate().filter(|(i, _)| *i != left_out);
            let kept: Vec<Effect> = kept.map(|(_, effect)| *effect).collect();
            self.fit(&kept, level)
        };
        (0..effects.len()).map(without).collect()
    }

    /// The pooled effect of the first one, two, three, ... studies in the order given; the first
    /// alone by the normal test.
    ///
    /// # Errors
    /// Those of [`MetaAnalysis::fit`].
    pub fn cumulative(
        &self,
        effects: &[Effect],
        level: ConfidenceLevel,
    ) -> Result<Vec<MetaFit>, StatsError> {
        let alone = Self {
            test: PooledTest::Z,
            ..*self
        };
        let first = |count: usize| {
            let analysis = if count == 1 { &alone } else { self };
            analysis.fit(&effects[..count], level)
        };
        (1..=effects.len()).map(first).collect()
    }
}

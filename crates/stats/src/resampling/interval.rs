//! Intervals from the replicates of a bootstrap.
//!
//! References: B. Efron (1987), JASA 82:171-185 (BCa); A. C. Davison, D. V. Hinkley (1997), Bootstrap
//! Methods and their Application, chapter 5 (whose interpolation of quantiles on the normal scale is
//! used, as in R's boot). The acceleration takes each row's effect on the estimate, which in several
//! strata is its influence over the size of its stratum.

use super::Replicate;
use crate::distributions::normal;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};

/// Which interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootstrapInterval {
    /// Quantiles of the replicates.
    Percentile,
    /// Those quantiles mirrored in the estimate.
    Basic,
    /// Percentiles shifted for bias and skewness, with the jackknife's acceleration.
    Bca,
    /// Quantiles of (replicate - estimate) over the replicate's own standard error, mirrored and times
    /// the estimate's own.
    Studentised,
}

impl BootstrapInterval {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Percentile, Self::Basic, Self::Bca, Self::Studentised];

    /// The name used in plans and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Percentile => "percentile",
            Self::Basic => "basic",
            Self::Bca => "bca",
            Self::Studentised => "studentised",
        }
    }

    /// The name used in results.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::Percentile => Method::BootstrapPercentile,
            Self::Basic => Method::BootstrapBasic,
            Self::Bca => Method::BootstrapBca,
            Self::Studentised => Method::BootstrapStudentised,
        }
    }
}

/// Replicates of an estimator.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BootstrapFit {
    /// The estimate on the data themselves, one number a statistic, with its standard errors if the
    /// estimator gives them.
    pub observed: Replicate,
    /// Its replicates, replicate by statistic; those that failed are left out, NaN is one without a value.
    pub replicates: Vec<Vec<f64>>,
    /// The standard errors of each replicate; empty lists if the estimator gives none.
    pub std_errors: Vec<Vec<f64>>,
    /// Replicates on which the estimator failed or was undefined.
    pub failed: usize,
    /// Strata of one row or cluster, which every replicate holds as they are: their variation is not in
    /// the intervals.
    pub lone: usize,
    /// Values with each row (or cluster) left out, if the interval needed them.
    pub jackknife: Option<Vec<Vec<f64>>>,
    /// The seed.
    pub seed: u64,
}

impl BootstrapFit {
    /// Replicates of one statistic that have a value, ascending.
    #[must_use]
    pub fn sorted(&self, statistic: usize) -> Vec<f64> {
        let values = self.replicates.iter().map(|r| r[statistic]);
        let mut values: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    /// The largest number of replicates, over the statistics, without a value.
    #[must_use]
    pub fn without_value(&self) -> usize {
        let kept = |statistic| self.sorted(statistic).len();
        let fewest = (0..self.observed.values.len()).map(kept).min();
        self.failed + self.replicates.len() - fewest.unwrap_or_default()
    }

    /// Standard deviation of the replicates; not a number where one is infinite.
    #[must_use]
    pub fn std_error(&self, statistic: usize) -> f64 {
        crate::describe::variance(&self.sorted(statistic)).sqrt()
    }

    /// Mean of the replicates minus the estimate.
    #[must_use]
    pub fn bias(&self, statistic: usize) -> f64 {
        crate::describe::mean(&self.sorted(statistic)) - self.observed.values[statistic]
    }

    /// Lower and upper limits of one statistic.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if a limit lies outside all replicates (there are too few of them); for a
    /// BCa interval without a jackknife, or one whose bias correction is infinite because the estimate lies
    /// outside all replicates; for a studentised one without standard errors.
    pub fn limits(
        &self,
        statistic: usize,
        interval: BootstrapInterval,
        level: ConfidenceLevel,
    ) -> Result<(f64, f64), StatsError> {
        let sorted = self.sorted(statistic);
        let all = self.failed + self.replicates.len();
        let failed = all - sorted.len();
        if 10 * failed >= all {
            let rule = format!("has no value on {failed} of {all} replicates");
            return Err(StatsError::argument("estimator", rule));
        }
        let observed = self.observed.values[statistic];
        let (low, high) = (level.alpha() / 2.0, 1.0 - level.alpha() / 2.0);
        let mirrored = |low: f64, high: f64| (2.0 * observed - high, 2.0 * observed - low);
        Ok(match interval {
            BootstrapInterval::Percentile => (quantile(&sorted, low)?, quantile(&sorted, high)?),
            BootstrapInterval::Basic => mirrored(quantile(&sorted, low)?, quantile(&sorted, high)?),
            BootstrapInterval::Bca => {
                let shifted = self.bca_probability(statistic, &sorted)?;
                (
                    quantile(&sorted, shifted(low)?)?,
                    quantile(&sorted, shifted(high)?)?,
                )
            }
            BootstrapInterval::Studentised => {
                let ratios = self.studentised(statistic)?;
                let error = self.observed.std_errors[statistic];
                let limit = |p: f64| Ok(observed - error * quantile(&ratios, p)?);
                let (lower, upper) = (limit(high)?, limit(low)?);
                if !(lower.is_finite() && upper.is_finite()) {
                    let rule = "is infinite: too many replicates lie infinitely far out";
                    return Err(StatsError::argument("the studentised interval", rule));
                }
                (lower, upper)
            }
        })
    }

    /// The studentised replicates of one statistic, ascending. A replicate without a standard error is
    /// left out; one of 0 makes its replicate infinitely far.
    fn studentised(&self, statistic: usize) -> Result<Vec<f64>, StatsError> {
        let refused = |rule: &str| StatsError::argument("the studentised interval", rule);
        let Some(&own) = self.observed.std_errors.get(statistic) else {
            let rule = "needs a standard error on every replicate, and this estimator gives none: \
                        percentile, basic and BCa do without";
            return Err(refused(rule));
        };
        if !(own.is_finite() && own > 0.0) {
            return Err(refused(
                "needs a standard error above 0 of the estimate itself",
            ));
        }
        let observed = self.observed.values[statistic];
        let both = self.replicates.iter().zip(&self.std_errors);
        let ratios = both.map(|(values, errors)| {
            let error = errors.get(statistic).filter(|error| error.is_finite());
            (values[statistic] - observed) / error.copied().unwrap_or(f64::NAN)
        });
        let mut ratios: Vec<f64> = ratios.filter(|ratio| !ratio.is_nan()).collect();
        let without = self.replicates.len() - ratios.len();
        if 10 * without >= self.replicates.len() {
            let all = self.replicates.len();
            let rule =
                format!("needs standard errors, and {without} of {all} replicates have none");
            return Err(refused(&rule));
        }
        ratios.sort_by(f64::total_cmp);
        Ok(ratios)
    }

    /// The largest number of replicates, over the statistics, that have a value and no standard error.
    #[must_use]
    pub fn without_error(&self) -> usize {
        let lacks = |statistic: usize| {
            let own = self.std_errors.iter();
            own.filter(|errors| errors.get(statistic).is_none_or(|error| !error.is_finite()))
                .count()
        };
        (0..self.observed.std_errors.len())
            .map(lacks)
            .max()
            .unwrap_or(0)
    }

    /// Where BCa reads the replicates instead of at a probability.
    fn bca_probability(
        &self,
        statistic: usize,
        sorted: &[f64],
    ) -> Result<impl Fn(f64) -> Result<f64, StatsError> + use<>, StatsError> {
        let Some(jackknife) = &self.jackknife else {
            return Err(StatsError::argument("interval", "BCa needs the jackknife"));
        };
        let observed = self.observed.values[statistic];
        let below = sorted.partition_point(|value| *value < observed) as f64;
        let bias = normal::quantile(below / sorted.len() as f64);
        if bias.is_infinite() {
            let rule = "BCa has no bias correction: the estimate lies outside all replicates";
            return Err(StatsError::argument("interval", rule));
        }
        let values: Vec<f64> = jackknife.iter().map(|v| v[statistic]).collect();
        if values.iter().any(|value| !value.is_finite()) {
            let rule = "has no value when one unit is left out: BCa has no acceleration";
            return Err(StatsError::argument("estimator", rule));
        }
        let mean = crate::describe::mean(&values);
        let squares: f64 = values.iter().map(|v| (mean - v).powi(2)).sum();
        let cubes: f64 = values.iter().map(|v| (mean - v).powi(3)).sum();
        let acceleration = if squares > 0.0 {
            cubes / (6.0 * squares.powf(1.5))
        } else {
            0.0
        };
        Ok(move |probability: f64| {
            let z = bias + normal::quantile(probability);
            let stretch = 1.0 - acceleration * z;
            if stretch <= 0.0 {
                let rule = "BCa does not exist: the estimate is too skewed and biased";
                return Err(StatsError::argument("interval", rule));
            }
            Ok(normal::cdf(bias + z / stretch))
        })
    }

    /// One statistic with its interval; the standard error is that of the replicates.
    ///
    /// # Errors
    /// Those of [`BootstrapFit::limits`].
    pub fn estimate(
        &self,
        statistic: usize,
        name: Statistic,
        interval: BootstrapInterval,
        level: ConfidenceLevel,
    ) -> Result<Estimate, StatsError> {
        let (low, high) = self.limits(statistic, interval, level)?;
        let mut result = Estimate::point(name, interval.method(), self.observed.values[statistic])
            .with_interval(low, high, level);
        result.std_error = self.std_error(statistic);
        Ok(result)
    }
}

/// The value at rank (R + 1) p, interpolated on the normal scale between whole ranks; refused outside the
/// smallest and the largest, which would stand for it silently.
fn quantile(sorted: &[f64], probability: f64) -> Result<f64, StatsError> {
    let count = sorted.len();
    let size = count as f64 + 1.0;
    let rank = size * probability;
    let below = (rank + 1e-9).floor();
    if below < 1.0 || rank > count as f64 + 1e-9 {
        let rule = format!(
            "are too few: a limit lies in a tail of {:.4} % of them, and the outermost of {count} stand for {:.4} %: \
             more replicates, or another kind of interval",
            100.0 * probability.min(1.0 - probability),
            100.0 / size
        );
        return Err(StatsError::argument("the replicates", rule));
    }
    let low = sorted[below as usize - 1];
    if (rank - below).abs() < 1e-9 {
        return Ok(low);
    }
    let high = sorted[below as usize];
    if low.is_infinite() || high.is_infinite() {
        // Outwards: there is nothing between a number and infinity.
        return Ok(if probability < 0.5 { low } else { high });
    }
    let z = |p: f64| normal::quantile(p);
    let (from, to) = (z(below / size), z((below + 1.0) / size));
    Ok(low + (z(probability) - from) / (to - from) * (high - low))
}

//! Two samples compared within strata: a measured quantity, or counts.
//!
//! With n1 treated and n2 controls of N people in a stratum, the difference of means is weighted by
//! n1 n2 / N: the arm's coefficient of a linear model with the strata. Van Elteren's test adds up the
//! strata's rank sums over N + 1. The ratio of mean counts is Mantel and Haenszel's, sum of (total treated) n2 / N
//! over sum of (total control) n1 / N, its variance from the spread between people.
//!
//! References: P. H. van Elteren (1960), Bulletin of the ISI 37:351-361; S. Greenland, J. Robins (1985),
//! Biometrics 41:55-68; G. W. Snedecor, W. G. Cochran (1989), Statistical Methods, section 11.12.

use crate::describe::{mean, variance};
use crate::distributions::t;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};

/// Strata with people of both groups.
#[derive(Debug, Clone, PartialEq)]
pub struct StratifiedSamples {
    strata: Vec<Stratum>,
}

#[derive(Debug, Clone, PartialEq)]
struct Stratum {
    treated: Vec<f64>,
    control: Vec<f64>,
}

impl Stratum {
    fn sizes(&self) -> (f64, f64) {
        (self.treated.len() as f64, self.control.len() as f64)
    }

    /// n1 n2 / N.
    fn weight(&self) -> f64 {
        let (n1, n2) = self.sizes();
        n1 * n2 / (n1 + n2)
    }

    fn difference(&self) -> f64 {
        mean(&self.treated) - mean(&self.control)
    }
}

fn squares(values: &[f64]) -> f64 {
    match values.len() {
        1 => 0.0,
        n => variance(values) * (n - 1) as f64,
    }
}

impl StratifiedSamples {
    /// One pair of samples a stratum, treated first.
    ///
    /// # Errors
    /// [`StatsError::Argument`] without a stratum, for an empty sample, or a value that is not finite.
    pub fn new(strata: Vec<(Vec<f64>, Vec<f64>)>) -> Result<Self, StatsError> {
        if strata.is_empty() {
            let rule = "must be at least one with people of both groups";
            return Err(StatsError::argument("strata", rule));
        }
        for (treated, control) in &strata {
            super::check("treated sample", treated)?;
            super::check("control sample", control)?;
        }
        let made = strata.into_iter();
        Ok(Self {
            strata: made
                .map(|(treated, control)| Stratum { treated, control })
                .collect(),
        })
    }

    fn sum(&self, part: impl Fn(&Stratum) -> f64) -> f64 {
        self.strata.iter().map(part).sum()
    }

    fn weighted_difference(&self) -> f64 {
        self.sum(|s| s.weight() * s.difference()) / self.sum(Stratum::weight)
    }

    fn t_estimate(&self, method: Method, error: f64, df: f64, level: ConfidenceLevel) -> Estimate {
        let difference = self.weighted_difference();
        let mut result = Estimate::point(Statistic::MeanDifference, method, difference);
        if error > 0.0 && df > 0.0 {
            let half = t::quantile(1.0 - level.alpha() / 2.0, df) * error;
            result = result.with_interval(difference - half, difference + half, level);
            result.std_error = error;
            result.df = df;
            result.statistic_value = difference / error;
            result.p_value = t::two_sided(result.statistic_value, df);
        }
        result
    }

    /// The weighted difference of means with one variance for everyone around a model of arm and
    /// stratum.
    ///
    /// ```
    /// use regtrial_stats::{ConfidenceLevel, two_samples::stratified::StratifiedSamples};
    /// let samples = StratifiedSamples::new(vec![
    ///     (vec![3.0, 5.0], vec![1.0, 1.0]),
    ///     (vec![8.0, 6.0], vec![6.0, 6.0]),
    /// ])?;
    /// assert!((samples.student(ConfidenceLevel::NINETY_FIVE).estimate - 2.0).abs() < 1e-15);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    #[must_use]
    pub fn student(&self, level: ConfidenceLevel) -> Estimate {
        let people = self.sum(|s| s.sizes().0 + s.sizes().1);
        let df = people - self.strata.len() as f64 - 1.0;
        let (weights, difference) = (self.sum(Stratum::weight), self.weighted_difference());
        let within = self.sum(|s| {
            let apart = s.weight() * (s.difference() - difference).powi(2);
            squares(&s.treated) + squares(&s.control) + apart
        });
        let error = (within / df / weights).sqrt();
        self.t_estimate(Method::StratifiedStudent, error, df, level)
    }

    /// The same difference with a variance for each arm of each stratum, degrees of freedom by
    /// Satterthwaite; undefined where an arm of a stratum is a single person.
    #[must_use]
    pub fn welch(&self, level: ConfidenceLevel) -> Estimate {
        let weights = self.sum(Stratum::weight);
        let (mut total, mut denominator) = (0.0, 0.0);
        for stratum in &self.strata {
            for sample in [&stratum.treated, &stratum.control] {
                let n = sample.len() as f64;
                if n < 2.0 {
                    return self.t_estimate(Method::StratifiedWelch, f64::NAN, f64::NAN, level);
                }
                let part = (stratum.weight() / weights).powi(2) * variance(sample) / n;
                total += part;
                denominator += part * part / (n - 1.0);
            }
        }
        let df = total * total / denominator;
        self.t_estimate(Method::StratifiedWelch, total.sqrt(), df, level)
    }

    /// Van Elteren's test, normal with tie correction and without continuity correction. The
    /// estimate is P(X > Y) - P(Y > X) averaged over strata with weights n1 n2 / (N + 1).
    #[must_use]
    pub fn van_elteren(&self) -> Estimate {
        let (mut sum, mut spread, mut weights, mut differences) = (0.0, 0.0, 0.0, 0.0);
        for stratum in &self.strata {
            let (n1, n2) = stratum.sizes();
            let n = n1 + n2;
            let mut all = [&stratum.treated[..], &stratum.control].concat();
            all.sort_by(f64::total_cmp);
            let rank = |value: &f64| {
                let below = all.partition_point(|other| other < value) as f64;
                let upto = all.partition_point(|other| other <= value) as f64;
                f64::midpoint(below + 1.0, upto)
            };
            let own: f64 = stratum.treated.iter().map(rank).sum();
            let ties: f64 = all
                .chunk_by(|a, b| a == b)
                .map(|tie| (tie.len() as f64).powi(3) - tie.len() as f64)
                .sum();
            let apart = own - n1 * (n + 1.0) / 2.0;
            sum += apart / (n + 1.0);
            let tied = ties / (n * (n - 1.0));
            spread += n1 * n2 * (n + 1.0 - tied) / 12.0 / (n + 1.0).powi(2);
            weights += n1 * n2 / (n + 1.0);
            differences += 2.0 * apart / (n + 1.0);
        }
        let statistic = Statistic::ProbabilityDifference;
        let result = Estimate::point(statistic, Method::VanElteren, differences / weights);
        if spread > 0.0 {
            result.with_z(sum / spread.sqrt())
        } else {
            result
        }
    }

    /// Mantel and Haenszel's ratio of mean counts, robust; without an interval where an arm of a
    /// stratum is a single person, or a group has no event.
    #[must_use]
    pub fn rate_ratio(&self, level: ConfidenceLevel) -> Estimate {
        let (mut treated, mut control) = ((0.0, 0.0), (0.0, 0.0));
        for stratum in &self.strata {
            let (n1, n2) = stratum.sizes();
            let n = n1 + n2;
            for (sums, own, other) in [
                (&mut treated, &stratum.treated, n2),
                (&mut control, &stratum.control, n1),
            ] {
                let size = own.len() as f64;
                sums.0 += other / n * own.iter().sum::<f64>();
                sums.1 += match own.len() {
                    1 => f64::NAN,
                    _ => (other / n).powi(2) * size * variance(own),
                };
            }
        }
        let ratio = treated.0 / control.0;
        let error = (treated.1 / treated.0.powi(2) + control.1 / control.0.powi(2)).sqrt();
        let (statistic, method) = (Statistic::RateRatio, Method::MantelHaenszel);
        if error.is_finite() && error > 0.0 {
            Estimate::wald_log(statistic, method, ratio, error, level)
        } else {
            Estimate::ratio_without_error(statistic, method, ratio)
        }
    }
}

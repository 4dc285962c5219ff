//! Survival and cumulative hazard predicted for a person, with their errors.
//!
//! With z the person's covariates and H(t) = exp(z beta) times the baseline's cumulative hazard, the probability of
//! no event up to t is exp(-H). The variance of H is exp(2 z beta) times the sum of 1/S0² over the events (S0 as the
//! ties take it), plus d' V d with V the covariance of the coefficients and d the sum of (z - mean at risk) dH.
//!
//! References: A. A. Tsiatis (1981), Annals of Statistics 9:93-108; T. M. Therneau, P. M. Grambsch (2000),
//! Modeling Survival Data, section 10.2.

use super::fit::CoxFit;
use super::risk_sets::TieSums;
use crate::survival::SurvivalInterval;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use ndarray::Array1;

impl CoxFit {
    /// The probability of no event up to and including each of `times` for covariates `x`, in the order of
    /// `terms`, in a stratum (numbered in the order of its labels from 0), with an interval on the scale of
    /// `kind`. Undefined beyond the last time of the stratum; an offset is taken as 0.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if `x` has not a finite number for each term, or there is no such stratum.
    ///
    /// ```
    /// use regtrial_stats::survival::{Cox, SurvivalDesign, SurvivalInterval};
    /// use regtrial_stats::{ConfidenceLevel, design::Data, formula::Formula};
    /// let data = Data::new()
    ///     .with_numbers("time", vec![1.0, 6.0, 6.0, 8.0, 9.0])
    ///     .with_numbers("event", vec![1.0, 1.0, 1.0, 0.0, 1.0])
    ///     .with_numbers("x", vec![1.0, 1.0, 0.0, 0.0, 0.0]);
    /// let design = SurvivalDesign::new(&Formula::parse("Surv(time, event) ~ x")?, &data)?;
    /// let fit = Cox::default().fit(&design)?;
    /// let found = fit.predict(&[1.0], 0, &[0.5, 6.0], SurvivalInterval::Log, ConfidenceLevel::NINETY_FIVE)?;
    /// assert_eq!(found[0].estimate, 1.0);
    /// assert!((found[1].estimate - fit.survival(&[1.0], 0, 6.0)).abs() < 1e-14);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn predict(
        &self,
        x: &[f64],
        stratum: usize,
        times: &[f64],
        kind: SurvivalInterval,
        level: ConfidenceLevel,
    ) -> Result<Vec<Estimate>, StatsError> {
        let made = |reached: Reached| {
            let survival = (-reached.hazard).exp();
            let z = level.normal_quantile();
            let (low, high) = match reached.hazard > 0.0 {
                true => kind.limits(survival, reached.variance, z),
                false => (1.0, 1.0),
            };
            let mut made = Estimate::point(Statistic::Survival, Method::CoxSurvival, survival)
                .with_interval(low, high, level);
            made.std_error = survival * reached.variance.sqrt();
            made
        };
        let undefined = Estimate::point(Statistic::Survival, Method::CoxSurvival, f64::NAN);
        let found = self.reached(x, stratum, times)?.into_iter();
        Ok(found.map(|one| one.map_or(undefined, made)).collect())
    }

    /// The hazard added up to each of `times` for covariates `x` in a stratum, as in [`CoxFit::predict`];
    /// for covariates 0 the baseline. The interval is symmetric on the logarithmic scale.
    ///
    /// # Errors
    /// As [`CoxFit::predict`].
    pub fn cumulative_hazard(
        &self,
        x: &[f64],
        stratum: usize,
        times: &[f64],
        level: ConfidenceLevel,
    ) -> Result<Vec<Estimate>, StatsError> {
        let made = |reached: Reached| {
            let hazard = reached.hazard;
            let error = reached.variance.sqrt();
            let mut made =
                Estimate::point(Statistic::CumulativeHazard, Method::CoxSurvival, hazard);
            if hazard > 0.0 {
                let factor = (level.normal_quantile() * error / hazard).exp();
                made = made.with_interval(hazard / factor, hazard * factor, level);
            }
            made.std_error = error;
            made
        };
        let undefined = Estimate::point(Statistic::CumulativeHazard, Method::CoxSurvival, f64::NAN);
        let found = self.reached(x, stratum, times)?.into_iter();
        Ok(found.map(|one| one.map_or(undefined, made)).collect())
    }

    /// The hazard up to each of `times` with its variance; `None` beyond the last time of the stratum.
    fn reached(
        &self,
        x: &[f64],
        stratum: usize,
        times: &[f64],
    ) -> Result<Vec<Option<Reached>>, StatsError> {
        if x.len() != self.beta.len() || x.iter().any(|value| !value.is_finite()) {
            let rule = "must hold a finite number for each term";
            return Err(StatsError::argument("covariates", rule));
        }
        let sets = &self.sets;
        let (Some(rows), Some(centre)) = (sets.strata.get(stratum), sets.centres.get(stratum))
        else {
            return Err(StatsError::argument(
                "stratum",
                "does not exist in the model",
            ));
        };
        // As the passes have them: centred within the stratum and scaled.
        let z: Array1<f64> = (0..x.len())
            .map(|j| (x[j] - centre[j]) / sets.scale[j])
            .collect();
        let base = sets.offset.iter().sum::<f64>() / sets.rows().max(1) as f64;
        let factor = (z.dot(&self.point.beta) - base).exp();
        let steps = self.steps(stratum, &z);
        let last = sets.stop[rows.clone()].iter().copied().fold(0.0, f64::max);
        let at = |&time: &f64| {
            if !(0.0..=last).contains(&time) {
                return None;
            }
            let passed = steps.partition_point(|step| step.time <= time);
            let Some(step) = steps[..passed].last() else {
                return Some(Reached::default());
            };
            let shift = &step.shift * factor;
            let scaled = |i: usize| shift[i] * sets.scale[i];
            let mut variance = factor * factor * step.square;
            for i in 0..x.len() {
                for j in 0..x.len() {
                    variance += scaled(i) * scaled(j) * self.covariance[(i, j)];
                }
            }
            Some(Reached {
                hazard: factor * step.hazard,
                variance,
            })
        };
        Ok(times.iter().map(at).collect())
    }

    /// Sums up to each event time of a stratum, ascending.
    fn steps(&self, stratum: usize, z: &Array1<f64>) -> Vec<Step> {
        let sets = &self.sets;
        let mut backwards: Vec<Step> = Vec::new();
        sets.walk(&self.point.weights, |_, moment, at_risk, dying| {
            if moment.stratum != stratum {
                return;
            }
            let sums = TieSums::new(sets.ties, moment.events, at_risk.s0, dying.s0);
            let hazard = sums.increment.hazard;
            let mean = |j: usize| sums.square * at_risk.s1[j] - sums.mixed * dying.s1[j];
            backwards.push(Step {
                time: moment.time,
                hazard,
                square: sums.square,
                shift: (0..z.len()).map(|j| z[j] * hazard - mean(j)).collect(),
            });
        });
        let mut steps: Vec<Step> = Vec::with_capacity(backwards.len());
        for mut step in backwards.into_iter().rev() {
            if let Some(before) = steps.last() {
                step.hazard += before.hazard;
                step.square += before.square;
                step.shift += &before.shift;
            }
            steps.push(step);
        }
        steps
    }
}

/// The hazard of a person up to a time, and its variance.
#[derive(Debug, Clone, Copy, Default)]
struct Reached {
    hazard: f64,
    variance: f64,
}

/// What has been summed up to an event time.
struct Step {
    time: f64,
    hazard: f64,
    square: f64,
    shift: Array1<f64>,
}

//! Power of the planned analysis of a yes/no outcome, by simulating the trial.
//!
//! A person's risk is logistic in the arm and one prognostic covariate, standard normal, with log odds
//! ratio `prognostic` per standard deviation; intercepts are such that the risks of the arms,
//! averaged over the covariate, are the expected ones. Each trial has a stream of draws of its own, so
//! that threads do not matter.
//!
//! Reference: T. P. Morris, I. R. White, M. J. Crowther (2019), Statistics in Medicine 38:2074-2102
//! (Monte Carlo error).

use super::Sizes;
use crate::design::{Data, Design};
use crate::distributions::normal;
use crate::formula::Formula;
use crate::glm::{Family, Glm};
use crate::marginal::Standardisation;
use crate::proportion::{TwoByTwo, association};
use crate::resampling::Draws;
use crate::{ConfidenceLevel, StatsError, roots};
use rayon::prelude::*;

/// What will be done with the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PlannedAnalysis {
    /// Pearson's chi-squared test of the two-by-two table.
    ChiSquared,
    /// The arm's Wald test in a logistic model with the covariate.
    Logistic,
    /// The test of the standardised risk difference, leave-one-out variance.
    #[default]
    Standardised,
}

/// A trial to simulate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimulatedTrial {
    /// Expected risk of the treated.
    pub treated: f64,
    /// Expected risk of the controls.
    pub control: f64,
    /// Log odds ratio of the event per standard deviation of the covariate.
    pub prognostic: f64,
    /// Two-sided level.
    pub alpha: f64,
    /// The analysis.
    pub analysis: PlannedAnalysis,
}

/// How often the planned analysis finds a difference.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SimulatedPower {
    /// Share of trials with p at most alpha.
    pub power: f64,
    /// Its Monte Carlo standard error.
    pub std_error: f64,
    /// Trials in which the analysis had no estimate (separation, say): they find nothing.
    pub failed: usize,
    /// Trials.
    pub replicates: usize,
    /// The seed.
    pub seed: u64,
}

impl SimulatedTrial {
    /// Simulates trials of these sizes.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for a risk, level or covariate effect out of range, or no replicate.
    pub fn power(
        &self,
        sizes: Sizes,
        replicates: usize,
        seed: u64,
    ) -> Result<SimulatedPower, StatsError> {
        super::check_common(self.alpha, 1.0)?;
        for (name, risk) in [("treated", self.treated), ("control", self.control)] {
            if !(risk > 0.0 && risk < 1.0) {
                let rule = "must lie strictly between 0 and 1";
                return Err(StatsError::argument(name, rule));
            }
        }
        if !(self.prognostic.is_finite() && self.prognostic.abs() <= 10.0) {
            let rule = "must be a log odds ratio from -10 to 10";
            return Err(StatsError::argument("prognostic", rule));
        }
        if replicates == 0 {
            return Err(StatsError::argument("replicates", "must be at least 1"));
        }
        let intercepts = [self.control, self.treated].map(|risk| self.intercept(risk));
        let formula = Formula::parse("y ~ arm + x")?;
        let found: Vec<Option<f64>> = (0..replicates)
            .into_par_iter()
            .map(|replicate| {
                let mut draws = Draws::new(seed, replicate as u64);
                self.p_value(sizes, intercepts, &formula, &mut draws)
            })
            .collect();
        let found_it = found.iter().flatten().filter(|p| **p <= self.alpha).count();
        let power = found_it as f64 / replicates as f64;
        Ok(SimulatedPower {
            power,
            std_error: (power * (1.0 - power) / replicates as f64).sqrt(),
            failed: found.iter().filter(|p| p.is_none()).count(),
            replicates,
            seed,
        })
    }

    /// The intercept at which the risk, averaged over the covariate, is the one wanted.
    fn intercept(&self, risk: f64) -> f64 {
        let mean = |intercept: f64| -> f64 {
            // The trapezoidal rule on a normal density has no error that a double shows.
            let step = 0.05;
            let at = |i: i32| {
                let z = f64::from(i) * step;
                normal::pdf(z) * step / (1.0 + (-intercept - self.prognostic * z).exp())
            };
            (-180..=180).map(at).sum()
        };
        roots::bisect(-200.0, 200.0, |intercept| mean(intercept) < risk)
    }

    fn p_value(
        &self,
        sizes: Sizes,
        intercepts: [f64; 2],
        formula: &Formula,
        draws: &mut Draws,
    ) -> Option<f64> {
        let n = sizes.total() as usize;
        let treated = |i: usize| usize::from((i as u64) < sizes.treated);
        let (mut x, mut y) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for i in 0..n {
            let z = normal::quantile(uniform(draws));
            let eta = intercepts[treated(i)] + self.prognostic * z;
            x.push(z);
            y.push(f64::from(u8::from(
                uniform(draws) < 1.0 / (1.0 + (-eta).exp()),
            )));
        }
        if self.analysis == PlannedAnalysis::ChiSquared {
            let events = |arm: usize| {
                let own = y.iter().enumerate().filter(|(i, _)| treated(*i) == arm);
                own.map(|(_, y)| *y).sum::<f64>() as u64
            };
            let table =
                TwoByTwo::from_counts(events(1), sizes.treated, events(0), sizes.control).ok()?;
            let p = association::chi_squared(table).p_value;
            return p.is_finite().then_some(p);
        }
        let arms: Vec<&str> = (0..n).map(|i| ["0", "1"][treated(i)]).collect();
        let data = Data::new()
            .with_numbers("y", y)
            .with_numbers("x", x)
            .with_text("arm", &arms);
        let level = ConfidenceLevel::default();
        let p = if self.analysis == PlannedAnalysis::Logistic {
            let design = Design::new(formula, &data).ok()?;
            let fit = Glm::new(Family::Binomial).fit(&design).ok()?;
            fit.confint(level).get(1)?.estimate.p_value
        } else {
            let fit = Standardisation::new(Glm::new(Family::Binomial), "arm")
                .fit(formula, &data)
                .ok()?;
            fit.contrasts(1, 0, level).first()?.p_value
        };
        p.is_finite().then_some(p)
    }
}

/// Strictly between 0 and 1.
fn uniform(draws: &mut Draws) -> f64 {
    (draws.below(1 << 52) as f64 + 0.5) / (1_u64 << 52) as f64
}

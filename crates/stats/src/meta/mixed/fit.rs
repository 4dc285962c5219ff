//! The maximum of the likelihood over mu, tau and what else the model has.

use super::maximise::{information, maximise};
use super::quadrature::integrate;
use super::study::{GAMMA, MU, Parameters, SIGMA, Study, TAU, Value};
use super::{MixedFit, MixedHeterogeneity, MixedMeta, MixedModel, StudyVariance, heterogeneity};
use crate::linear::Factored;
use crate::meta::effects::of_table;
use crate::meta::{Measure, tau2};
use crate::proportion::TwoByTwo;
use crate::proportion::conditional::Conditional;
use crate::{ConfidenceLevel, StatsError};

/// A standard deviation between studies that no data support.
const WIDEST: f64 = 20.0;

impl MixedMeta {
    /// Random odds ratios under `model`.
    #[must_use]
    pub fn new(model: MixedModel) -> Self {
        Self {
            model,
            variance: StudyVariance::MaximumLikelihood,
        }
    }

    /// Pools `tables`. Those in which nobody or everybody has the event are left out.
    ///
    /// # Errors
    /// [`StatsError::Argument`] without a study that says something, with a single one where a variance
    /// between studies is asked for, or where the odds ratio is 0 or infinite in every study (no event
    /// in one arm of any of them), or where the likelihood has no maximum.
    ///
    /// ```
    /// use regtrial_stats::{ConfidenceLevel, proportion::TwoByTwo};
    /// use regtrial_stats::meta::{MixedMeta, MixedModel};
    /// // metafor: 0.23728014
    /// let tables = [(0, 100, 3, 100), (1, 80, 2, 80), (0, 50, 0, 50), (2, 200, 7, 190)]
    ///     .map(|(a, n1, c, n2)| TwoByTwo::from_counts(a, n1, c, n2).unwrap());
    /// let fit = MixedMeta::new(MixedModel::ConditionalExact).fit(&tables, ConfidenceLevel::NINETY_FIVE)?;
    /// assert!((fit.pooled.estimate - 0.237_280_134_5).abs() < 1e-9);
    /// assert_eq!((fit.studies, fit.silent, fit.heterogeneity.tau2), (3, 1, 0.0));
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn fit(&self, tables: &[TwoByTwo], level: ConfidenceLevel) -> Result<MixedFit, StatsError> {
        let kept: Vec<TwoByTwo> = tables
            .iter()
            .filter(|table| !table.is_degenerate())
            .copied()
            .collect();
        self.check(&kept)?;
        let studies: Vec<Study> = kept.iter().map(|t| Study::new(*t, self.model)).collect();
        let common = Self {
            variance: StudyVariance::None,
            ..*self
        };
        let start = start(&kept);
        let one = common
            .climb(&studies, &kept, start)
            .ok_or_else(no_maximum)?;
        let best = match self.variance {
            StudyVariance::None => one,
            StudyVariance::MaximumLikelihood => self.between(&studies, &kept, one)?,
        };
        let found = heterogeneity::test(self.model, &kept, &one);
        Ok(self.report(&kept, tables.len(), &best, found, level))
    }

    fn check(self, kept: &[TwoByTwo]) -> Result<(), StatsError> {
        if kept.is_empty() {
            let rule = "must be at least one in which some, not all, have the event";
            return Err(StatsError::argument("studies", rule));
        }
        if kept.len() == 1 && self.variance == StudyVariance::MaximumLikelihood {
            let rule = "must be at least two with information for a variance between them";
            return Err(StatsError::argument("studies", rule));
        }
        let every = |edge: &dyn Fn(&TwoByTwo) -> bool| kept.iter().all(edge);
        let at = |low: bool| {
            move |table: &TwoByTwo| {
                let own = Conditional::new(*table);
                if low { own.at_low() } else { own.at_high() }
            }
        };
        let events = |arm: &dyn Fn(&TwoByTwo) -> u64| kept.iter().map(arm).sum::<u64>();
        let endless = match self.model {
            MixedModel::ConditionalExact | MixedModel::FixedStudies => {
                every(&at(true)) || every(&at(false))
            }
            MixedModel::ConditionalApproximate => {
                events(&|t| t.treated.events()) == 0 || events(&|t| t.control.events()) == 0
            }
            MixedModel::RandomStudies => [
                events(&|t| t.treated.events()),
                events(&|t| t.control.events()),
                events(&|t| t.treated.non_events()),
                events(&|t| t.control.non_events()),
            ]
            .contains(&0),
        };
        if endless {
            let rule =
                "hold too few events: the odds ratio with the largest likelihood is 0 or infinite";
            return Err(StatsError::argument("tables", rule));
        }
        Ok(())
    }

    /// The log-likelihood of all studies, with each study's own risk at its maximum.
    fn likelihood(self, studies: &[Study], kept: &[TwoByTwo], at: &Parameters) -> Option<Value> {
        let latents = self.model.latents(self.variance);
        let mut sum = Value::default();
        for (study, table) in studies.iter().zip(kept) {
            let own = match self.model {
                MixedModel::FixedStudies => {
                    let mut start = *at;
                    start[GAMMA] = log_odds(table.events(), table.total()) - at[MU] / 2.0;
                    let look = |at: &Parameters| Some(integrate(study, at, latents));
                    maximise(look, &[GAMMA], start)?.1.without(GAMMA)
                }
                _ => integrate(study, at, latents),
            };
            sum.add(&own);
        }
        (sum.log.is_finite() && at[TAU].abs() < 2.0 * WIDEST).then_some(sum)
    }

    fn free(self) -> Vec<usize> {
        let mut free = self.model.shared().to_vec();
        if self.variance == StudyVariance::MaximumLikelihood {
            free.push(TAU);
        }
        free
    }

    fn climb(self, studies: &[Study], kept: &[TwoByTwo], start: Parameters) -> Option<Top> {
        let look = |at: &Parameters| self.likelihood(studies, kept, at);
        let (at, value) = maximise(look, &self.free(), start)?;
        // The likelihood is the same for both signs of a standard deviation.
        let mut at = at;
        (at[TAU], at[SIGMA]) = (at[TAU].abs(), at[SIGMA].abs());
        Some(Top { at, value })
    }

    /// The highest maximum, from several starting values of tau; the edge tau = 0 is one of them.
    fn between(self, studies: &[Study], kept: &[TwoByTwo], one: Top) -> Result<Top, StatsError> {
        let mut best = one;
        for tau in [0.1, 0.5, 1.5] {
            let mut start = one.at;
            start[TAU] = tau;
            let found = self.climb(studies, kept, start).ok_or_else(no_maximum)?;
            if found.at[TAU] > WIDEST {
                return Err(no_maximum());
            }
            if found.at[TAU] > 1e-6 && found.value.log > best.value.log {
                best = found;
            }
        }
        Ok(best)
    }

    fn report(
        self,
        kept: &[TwoByTwo],
        all: usize,
        best: &Top,
        mut found: MixedHeterogeneity,
        level: ConfidenceLevel,
    ) -> MixedFit {
        // At tau = 0 the likelihood is flat in tau: its information is not part of the matrix.
        let free: Vec<usize> = self.free();
        let free: Vec<usize> = free
            .into_iter()
            .filter(|&i| !(i == TAU || i == SIGMA) || best.at[i] > 1e-6)
            .collect();
        let error = Factored::new(&information(&best.value, &free))
            .map_or(f64::NAN, |factor| factor.inverse()[(0, 0)].sqrt());
        let measure = Measure::OddsRatio;
        let mu = best.at[MU];
        let random = self.variance == StudyVariance::MaximumLikelihood;
        let tau2 = best.at[TAU] * best.at[TAU];
        let half = level.normal_quantile() * (tau2 + error * error).sqrt();
        if random {
            let effects = kept.iter().map(|table| of_table(*table, measure));
            let effects: Vec<_> = effects.flatten().flatten().collect();
            let typical = (effects.len() as f64 - 1.0) / tau2::spread(&effects);
            found.tau2 = tau2;
            found.i2 = tau2 / (tau2 + typical);
        }
        if self.model == MixedModel::RandomStudies {
            found.study_variance = best.at[SIGMA] * best.at[SIGMA];
        }
        let predicted = |value: f64| if random { value.exp() } else { f64::NAN };
        MixedFit {
            pooled: measure.wald(self.model.method(), mu, error, level),
            prediction_low: predicted(mu - half),
            prediction_high: predicted(mu + half),
            heterogeneity: found,
            log_likelihood: best.value.log,
            studies: kept.len(),
            silent: all - kept.len(),
        }
    }
}

/// A maximum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Top {
    pub(super) at: Parameters,
    pub(super) value: Value,
}

/// No odds ratio, and the risks and their spread as they look.
fn start(kept: &[TwoByTwo]) -> Parameters {
    let logits = kept.iter().map(|t| log_odds(t.events(), t.total()));
    let logits: Vec<f64> = logits.collect();
    let k = logits.len() as f64;
    let mean = logits.iter().sum::<f64>() / k;
    let spread = logits.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / k;
    [0.0, 0.0, mean, spread.sqrt().max(0.1)]
}

fn log_odds(events: u64, total: u64) -> f64 {
    ((events as f64 + 0.5) / ((total - events) as f64 + 0.5)).ln()
}

fn no_maximum() -> StatsError {
    let rule = "hold too few events: the likelihood has no maximum; one common odds ratio, or that of Mantel and Haenszel, may exist";
    StatsError::argument("tables", rule)
}

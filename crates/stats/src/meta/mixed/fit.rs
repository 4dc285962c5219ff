//! The maximum of the likelihood, and what is said of it: one pooled odds ratio, or one for each pattern of
//! moderators.

use super::maximise::information;
use super::profile;
use super::study::{SIGMA, TAU};
use super::whole::{Top, Whole};
use super::{
    MixedFit, MixedHeterogeneity, MixedMeta, MixedModel, MixedRegression, MixedTest, StudyVariance,
    heterogeneity,
};
use crate::distributions::{chi_squared, t};
use crate::glm::TermEstimate;
use crate::linear::{Factored, aliased_columns};
use crate::meta::effects::of_table;
use crate::meta::regression::moderators;
use crate::meta::{Measure, tau2};
use crate::proportion::TwoByTwo;
use crate::proportion::conditional::Conditional;
use crate::{ConfidenceLevel, Estimate, Statistic, StatsError};
use ndarray::{Array1, Array2};

impl MixedMeta {
    /// Random odds ratios under `model`.
    #[must_use]
    pub fn new(model: MixedModel) -> Self {
        Self {
            model,
            variance: StudyVariance::MaximumLikelihood,
            test: MixedTest::Z,
            tau2_interval: true,
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
        let kept = informative(tables);
        let kept: Vec<TwoByTwo> = kept.iter().map(|&i| tables[i]).collect();
        self.check(&kept)?;
        let ones = Array2::ones((kept.len(), 1));
        let whole = Whole::new(*self, &kept, &ones);
        let common = whole.common()?;
        let mut found = heterogeneity::test(self.model, &kept, &common);
        let best = self.best(&whole, common)?;
        let df = self.test.df(kept.len(), 1);
        let covariance = covariance(&whole, &best, 1);
        let (mu, error) = (best.at[0], covariance[(0, 0)].sqrt());
        let pooled = coefficient(self.model, mu, error, df, level);
        let tau2 = self.variance_of(&whole, &best, level, &mut found);
        let effects = kept
            .iter()
            .map(|table| of_table(*table, Measure::OddsRatio));
        let effects: Vec<_> = effects.flatten().flatten().collect();
        let typical = (effects.len() as f64 - 1.0) / tau2::spread(&effects);
        found.i2 = tau2 / (tau2 + typical);
        // Of one common odds ratio tau² is undefined, and so is this.
        let half = t::quantile(1.0 - level.alpha() / 2.0, df) * (tau2 + error * error).sqrt();
        Ok(MixedFit {
            pooled: pooled.exponentiated(Statistic::OddsRatio),
            prediction_low: (mu - half).exp(),
            prediction_high: (mu + half).exp(),
            heterogeneity: found,
            log_likelihood: best.value.log,
            studies: kept.len(),
            silent: tables.len() - kept.len(),
        })
    }

    /// Explains the log odds ratios of `tables` by the columns of `x`, the first of which is the intercept;
    /// `terms` names them. Tables in which nobody or everybody has the event are left out.
    ///
    /// # Errors
    /// As [`MixedMeta::fit`]; no more studies than coefficients; columns that the others give.
    pub fn regress(
        &self,
        tables: &[TwoByTwo],
        x: &Array2<f64>,
        terms: &[String],
        level: ConfidenceLevel,
    ) -> Result<MixedRegression, StatsError> {
        if x.nrows() != tables.len() || x.ncols() != terms.len() || terms.is_empty() {
            let rule = "must have a row for every table, and a name for every column";
            return Err(StatsError::argument("moderators", rule));
        }
        if x.iter().any(|value| !value.is_finite()) {
            return Err(StatsError::argument("moderators", "must be finite numbers"));
        }
        let rows = informative(tables);
        let kept: Vec<TwoByTwo> = rows.iter().map(|&i| tables[i]).collect();
        self.check(&kept)?;
        let (k, p) = (rows.len(), terms.len());
        if k <= p {
            return Err(StatsError::TooFewRows { rows: k, terms: p });
        }
        let x = Array2::from_shape_fn((k, p), |(i, j)| x[(rows[i], j)]);
        let aliased = aliased_columns(&x);
        if !aliased.is_empty() {
            let terms = aliased.into_iter().map(|j| terms[j].clone()).collect();
            return Err(StatsError::RankDeficient { terms });
        }
        let whole = Whole::new(*self, &kept, &x);
        let common = whole.common()?;
        let mut found = heterogeneity::test(self.model, &kept, &common);
        let residual_df = (k - p) as f64;
        let mut residual = Estimate::point(Statistic::GoodnessOfFit, self.model.method(), f64::NAN);
        residual.statistic_value = found.likelihood_ratio;
        residual.df = residual_df;
        residual.p_value = chi_squared::sf(found.likelihood_ratio, residual_df);
        let best = self.best(&whole, common)?;
        let covariance = covariance(&whole, &best, p);
        let denominator_df = self.test.df(k, p);
        let named = terms.iter().enumerate().map(|(j, term)| TermEstimate {
            term: term.clone(),
            estimate: coefficient(
                self.model,
                best.at[j],
                covariance[(j, j)].sqrt(),
                denominator_df,
                level,
            ),
        });
        let tau2 = self.variance_of(&whole, &best, level, &mut found);
        let beta: Array1<f64> = best.at[..p].iter().copied().collect();
        Ok(MixedRegression {
            terms: named.collect(),
            moderators: moderators(
                beta.view(),
                &covariance,
                denominator_df,
                self.model.method(),
            ),
            covariance,
            tau2,
            tau2_low: found.tau2_low,
            tau2_high: found.tau2_high,
            study_variance: found.study_variance,
            residual,
            denominator_df,
            log_likelihood: best.value.log,
            studies: k,
            silent: tables.len() - k,
        })
    }

    fn best(self, whole: &Whole<'_>, common: Top) -> Result<Top, StatsError> {
        match self.variance {
            StudyVariance::None => Ok(common),
            StudyVariance::MaximumLikelihood => whole.between(common),
        }
    }

    /// The variance between studies with its interval, and that of the studies' log odds.
    fn variance_of(
        self,
        whole: &Whole<'_>,
        best: &Top,
        level: ConfidenceLevel,
        found: &mut MixedHeterogeneity,
    ) -> f64 {
        if self.model == MixedModel::RandomStudies {
            found.study_variance = best.at[whole.place(SIGMA)].powi(2);
        }
        if self.variance == StudyVariance::MaximumLikelihood {
            found.tau2 = best.at[whole.place(TAU)].powi(2);
            if self.tau2_interval {
                (found.tau2_low, found.tau2_high) = profile::interval(whole, best, level);
            }
        }
        found.tau2
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
}

impl MixedTest {
    /// Degrees of freedom of the coefficients' tests.
    fn df(self, studies: usize, terms: usize) -> f64 {
        match self {
            Self::Z => f64::INFINITY,
            Self::T => studies as f64 - terms as f64,
        }
    }
}

/// The tables in which some, not all, have the event.
fn informative(tables: &[TwoByTwo]) -> Vec<usize> {
    let of = |i: &usize| !tables[*i].is_degenerate();
    (0..tables.len()).filter(of).collect()
}

/// The covariance of the first coefficients, from the observed information of all parameters. At tau = 0 the
/// likelihood is flat in tau: its information is not part of the matrix.
fn covariance(whole: &Whole<'_>, best: &Top, terms: usize) -> Array2<f64> {
    let deviations = [TAU, SIGMA].map(|parameter| whole.place(parameter));
    let free = whole.free().into_iter();
    let free: Vec<usize> = free
        .filter(|i| !deviations.contains(i) || best.at[*i] > 1e-6)
        .collect();
    debug_assert!(free.starts_with(&(0..terms).collect::<Vec<_>>()));
    match Factored::new(&information(&best.value, &free)) {
        Some(factor) => {
            let inverse = factor.inverse();
            Array2::from_shape_fn((terms, terms), |(i, j)| inverse[(i, j)])
        }
        None => Array2::from_elem((terms, terms), f64::NAN),
    }
}

/// A coefficient with its test and limits, by t on `df` degrees of freedom or the normal distribution.
fn coefficient(
    model: MixedModel,
    value: f64,
    error: f64,
    df: f64,
    level: ConfidenceLevel,
) -> Estimate {
    let half = t::quantile(1.0 - level.alpha() / 2.0, df) * error;
    let mut made = Estimate::point(Statistic::Coefficient, model.method(), value).with_interval(
        value - half,
        value + half,
        level,
    );
    made.std_error = error;
    if error > 0.0 {
        made.statistic_value = value / error;
        made.p_value = t::two_sided(made.statistic_value, df);
        made.df = if df.is_finite() { df } else { f64::NAN };
    }
    made
}

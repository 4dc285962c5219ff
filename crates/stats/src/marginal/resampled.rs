//! The bootstrap of standardised means, made fast.
//!
//! A replicate is the same people with other weights: how often each was drawn. The working model is
//! refitted on the people drawn, by Newton's method from the estimate on everyone; the first step
//! uses everyone's information, for which nothing new need be computed. People are drawn within
//! arms (and within the strata of the randomisation, if it had any), which keeps the sizes of arms; or whole
//! clusters, within arms and strata if each lies in one.
//!
//! Studentised intervals need the standard errors of every replicate: those of the standardisation's own
//! variance, computed on the people drawn as if they were the data. Refits within every replicate would take
//! days, so that the leave-one-out variance is taken in one step. None of these variances knows of clusters.
//!
//! References: A. C. Davison, D. V. Hinkley (1997), Bootstrap Methods and their Application,
//! chapters 3 and 5.

use super::MarginalVariance;
use super::standardisation::{Fitting, Prepared, Standardisation, contrast_errors};
use super::weighted::Weighted;
use crate::design::Data;
use crate::formula::Formula;
use crate::glm::{Family, GlmFit};
use crate::linear::{Factored, linear_predictor, transpose_times, weighted_gram};
use crate::resampling::{
    Bootstrap, BootstrapFit, BootstrapInterval, Replicate, Resample, lie_within,
};
use crate::{ConfidenceLevel, Estimate, Scale, Statistic, StatsError, contrast_pairs};
use ndarray::{Array1, Array2};
use std::collections::BTreeMap;

/// A risk this near to 0 or 1 is one in the limit.
const EDGE: f64 = 1e-8;

/// Standardised means on any choice of rows.
pub struct Resampler {
    standardisation: Standardisation,
    prepared: Prepared,
    fit: GlmFit,
    inverse_information: Array2<f64>,
    scores: Vec<f64>,
    /// The stratum of the randomisation of each row, if it had any.
    strata: Option<Vec<u64>>,
    resample: Resample,
}

/// A bootstrap of standardised means and their contrasts.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StandardisationBootstrap {
    /// Arms in the factor's order.
    pub arms: Vec<String>,
    /// Replicates of the arms' means, then of the contrasts of each pair: difference, and for risks
    /// the logarithms of ratio and odds ratio.
    pub replicates: BootstrapFit,
    is_risk: bool,
}

impl std::fmt::Debug for Resampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resampler")
            .field("standardisation", &self.standardisation)
            .field("nobs", &self.nobs())
            .finish_non_exhaustive()
    }
}

impl Standardisation {
    /// Prepares the bootstrap: fits the working model on everyone.
    ///
    /// # Errors
    /// Those of [`Standardisation::fit`]; Firth's method, whose penalty has no weighted form here.
    pub fn resampler(&self, formula: &Formula, data: &Data) -> Result<Resampler, StatsError> {
        self.check()?;
        if self.fitting == Fitting::Firth {
            let rule = "goes with working models fitted by maximum likelihood only";
            return Err(StatsError::argument("the bootstrap", rule));
        }
        let prepared = self.prepare(formula, data)?;
        let fit = self.working(&prepared.design, None)?;
        let (weights, scores) = fit.weights_and_score();
        let gram = weighted_gram(&prepared.design.x, &weights);
        let Some(information) = Factored::new(&gram) else {
            return Err(StatsError::RankDeficient {
                terms: prepared.design.terms.clone(),
            });
        };
        let strata = match &self.strata {
            Some(column) => Some(data.labels(column, &prepared.design.rows)?),
            None => None,
        };
        let stratum = |row: usize| strata.as_ref().map_or(0, |strata| strata[row]);
        let keys: Vec<(usize, u64)> = (0..prepared.design.nobs())
            .map(|row| (prepared.arm_of[row], stratum(row)))
            .collect();
        Ok(Resampler {
            standardisation: self.clone(),
            resample: Resample::Strata(numbered(&keys)),
            strata,
            prepared,
            fit,
            inverse_information: information.inverse(),
            scores,
        })
    }
}

/// Labels by their places in order.
fn numbered<T: Ord + Copy>(labels: &[T]) -> Vec<usize> {
    let mut numbers: BTreeMap<T, usize> = labels.iter().map(|label| (*label, 0)).collect();
    for (number, value) in numbers.values_mut().enumerate() {
        *value = number;
    }
    labels.iter().map(|label| numbers[label]).collect()
}

/// The rows that were drawn, found without a decision: none could be guessed.
fn drawn(counts: &[f64]) -> Vec<usize> {
    let mut rows = vec![0; counts.len()];
    let mut found = 0;
    for (row, count) in counts.iter().enumerate() {
        rows[found] = row;
        found += usize::from(*count > 0.0);
    }
    rows.truncate(found);
    rows
}

impl Resampler {
    /// Rows used: positions below this can be drawn.
    #[must_use]
    pub fn nobs(&self) -> usize {
        self.prepared.design.nobs()
    }

    /// The same, drawing whole clusters: the levels of a column of the data that the resampler was made of.
    ///
    /// # Errors
    /// A column that is not there, or has no value in a row that is used; clusters that lie across the strata
    /// of the randomisation.
    pub fn by_clusters(mut self, data: &Data, column: &str) -> Result<Self, StatsError> {
        let rows = &self.prepared.design.rows;
        let labels = data.labels(column, rows)?;
        if rows.iter().any(|&row| !data.is_present(column, row)) {
            return Err(StatsError::ColumnType {
                column: column.to_owned(),
                rule: "holds the clusters and is empty in a row that the model uses".to_owned(),
            });
        }
        let clusters = numbered(&labels);
        let strata = match &self.resample {
            Resample::Strata(both) if lie_within(&clusters, both) => Some(both.clone()),
            // Clusters that hold several arms are drawn with all of their people.
            _ => self.strata.as_deref().map(numbered),
        };
        self.resample = match strata {
            Some(strata) => Resample::ClustersWithin { strata, clusters },
            None => Resample::Clusters(clusters),
        };
        Ok(self)
    }

    /// The standardised means on the rows at these positions, repetitions counting; `None` where
    /// the working model has no estimate on them.
    #[must_use]
    pub fn means(&self, rows: &[usize]) -> Option<Vec<f64>> {
        let mut counts = vec![0.0; self.nobs()];
        for &row in rows {
            *counts.get_mut(row)? += 1.0;
        }
        let drawn = drawn(&counts);
        let beta = self.beta(&counts, &drawn);
        let beta = beta.or_else(|| self.slow_beta(rows))?;
        let total = rows.len() as f64;
        let offset = self.prepared.design.offset.as_deref();
        let mean = |x: &Array2<f64>| {
            let eta = linear_predictor(x, &beta, offset);
            let mean = |row: &usize| counts[*row] * self.fit.link.mean(eta[*row]).mu;
            drawn.iter().map(mean).sum::<f64>() / total
        };
        Some(self.prepared.arm_designs.iter().map(mean).collect())
    }

    /// The coefficients on weighted rows; `None` where that is not plain sailing.
    fn beta(&self, counts: &[f64], drawn: &[usize]) -> Option<Array1<f64>> {
        let design = &self.prepared.design;
        let weighted: Vec<f64> = self.scores.iter().zip(counts).map(|(s, c)| s * c).collect();
        let gradient = transpose_times(&design.x, &weighted);
        let mut beta = self.fit.coef() + &self.inverse_information.dot(&gradient);
        let pick = |values: &[f64]| drawn.iter().map(|&i| values[i]).collect::<Vec<f64>>();
        let all = design.x.t();
        let all = all.as_slice()?;
        let mut columns = Vec::with_capacity(drawn.len() * design.x.ncols());
        for column in all.chunks_exact(counts.len()) {
            columns.extend(drawn.iter().map(|&i| column[i]));
        }
        let people = Weighted {
            columns,
            y: pick(&design.response),
            weight: pick(counts),
            offset: design.offset.as_deref().map(pick),
        };
        people.maximise(self.fit.family, self.fit.link, beta.as_slice_mut()?)?;
        Some(beta)
    }

    /// The fit that everyone else gets, on the rows written out.
    fn slow_beta(&self, rows: &[usize]) -> Option<Array1<f64>> {
        let design = self.prepared.design.at(rows);
        let fit = self.standardisation.working(&design, Some(&self.fit));
        fit.ok().map(|fit| fit.coef().clone())
    }

    /// The covariance of the means on the rows at these positions; `None` where it has no value there.
    fn covariance(&self, rows: &[usize]) -> Option<Array2<f64>> {
        let mut standardisation = self.standardisation.clone();
        if standardisation.variance == MarginalVariance::LeaveOneOut {
            standardisation.variance = MarginalVariance::LeaveOneOutOneStep;
        }
        let drawn = self.prepared.at(rows);
        let fit = standardisation
            .working(&drawn.design, Some(&self.fit))
            .ok()?;
        let own = self.strata.as_ref();
        let strata: Option<Vec<u64>> = own.map(|own| rows.iter().map(|&row| own[row]).collect());
        let found = standardisation.standardised(&fit, &drawn, strata.as_deref());
        found.ok().map(|(_, covariance)| covariance)
    }

    /// Draws people within arms and strata, or whole clusters, with what the intervals need: a jackknife for
    /// BCa, standard errors of every replicate for studentised ones.
    ///
    /// # Errors
    /// Fewer than two replicates, a working model that has no estimate on one replicate in ten, or studentised
    /// intervals by clusters.
    pub fn bootstrap(
        &self,
        replicates: usize,
        seed: u64,
        kinds: &[BootstrapInterval],
    ) -> Result<StandardisationBootstrap, StatsError> {
        let studentised = kinds.contains(&BootstrapInterval::Studentised);
        if studentised && !matches!(self.resample, Resample::Strata(_)) {
            let rule = "needs a standard error that knows of the clusters, and standardisation has none: \
                        percentile, basic and BCa do without";
            return Err(StatsError::argument("the studentised interval", rule));
        }
        let bootstrap = Bootstrap {
            replicates,
            seed,
            resample: self.resample.clone(),
        };
        let jackknife = kinds.contains(&BootstrapInterval::Bca);
        let found = bootstrap.run(self.nobs(), jackknife, |rows| {
            let means = self.means(rows)?;
            let std_errors = match studentised {
                true => self.std_errors(&means, rows),
                false => Vec::new(),
            };
            Some(Replicate {
                values: self.with_contrasts(means),
                std_errors,
            })
        })?;
        let name = |&level: &usize| self.prepared.levels[level].clone();
        Ok(StandardisationBootstrap {
            arms: self.prepared.present.iter().map(name).collect(),
            replicates: found,
            is_risk: self.is_risk(),
        })
    }

    fn is_risk(&self) -> bool {
        self.fit.family == Family::Binomial
    }

    /// The arms' means, then the contrasts of each pair.
    fn with_contrasts(&self, means: Vec<f64>) -> Vec<f64> {
        let mut values = means;
        // In the limit of a separated fit: its ratios are 0 or infinite, not what rounding makes of them.
        let at_edge = |p: f64| match p {
            p if p < EDGE => 0.0,
            p if 1.0 - p < EDGE => 1.0,
            p => p,
        };
        for (treated, control) in contrast_pairs(values.len()) {
            let (p1, p0) = (values[treated], values[control]);
            values.push(p1 - p0);
            if self.is_risk() {
                let (p1, p0) = (at_edge(p1), at_edge(p0));
                values.push((p1 / p0).ln());
                values.push((p1 / (1.0 - p1) / (p0 / (1.0 - p0))).ln());
            }
        }
        values
    }

    /// The standard errors of the same.
    fn std_errors(&self, means: &[f64], rows: &[usize]) -> Vec<f64> {
        let arms = means.len();
        let covariance = self.covariance(rows);
        let covariance = covariance.unwrap_or_else(|| Array2::from_elem((arms, arms), f64::NAN));
        let of_means = (0..arms).map(|arm| covariance[(arm, arm)].sqrt());
        let of_pairs = contrast_pairs(arms)
            .flat_map(|pair| contrast_errors(means, &covariance, pair, self.is_risk()));
        of_means.chain(of_pairs).collect()
    }
}

impl StandardisationBootstrap {
    /// The standardised risk (or mean) of one arm.
    ///
    /// # Errors
    /// A BCa interval that does not exist.
    pub fn arm(
        &self,
        arm: usize,
        interval: BootstrapInterval,
        level: ConfidenceLevel,
    ) -> Result<Estimate, StatsError> {
        let statistic = match self.is_risk {
            true => Statistic::Risk,
            false => Statistic::Mean,
        };
        self.replicates.estimate(arm, statistic, interval, level)
    }

    /// Contrasts of two arms: difference, and for risks also ratio and odds ratio.
    ///
    /// # Errors
    /// A BCa interval that does not exist; an arm that is not there or not later than the control.
    pub fn contrasts(
        &self,
        treated: usize,
        control: usize,
        interval: BootstrapInterval,
        level: ConfidenceLevel,
    ) -> Result<Vec<Estimate>, StatsError> {
        let arms = self.arms.len();
        let Some(pair) = contrast_pairs(arms).position(|pair| pair == (treated, control)) else {
            return Err(StatsError::argument(
                "arms",
                "must be a later against an earlier one",
            ));
        };
        if !self.is_risk {
            let difference = Statistic::MeanDifference;
            let estimate = self
                .replicates
                .estimate(arms + pair, difference, interval, level)?;
            return Ok(vec![estimate]);
        }
        let kinds = [
            (Statistic::RiskDifference, Scale::Identity),
            (Statistic::RiskRatio, Scale::Log),
            (Statistic::OddsRatio, Scale::Log),
        ];
        let mut found = Vec::new();
        for (k, (statistic, scale)) in kinds.into_iter().enumerate() {
            let at = arms + 3 * pair + k;
            let estimate = self.replicates.estimate(at, statistic, interval, level)?;
            found.push(match scale {
                Scale::Identity => estimate,
                Scale::Log => estimate.exponentiated(statistic),
            });
        }
        Ok(found)
    }
}

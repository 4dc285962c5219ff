//! Standardisation (g-computation): everyone's outcome is predicted under each arm, and the
//! predictions are averaged over everyone.
//!
//! *Estimates* the mean outcome if all had been in an arm, and contrasts of those means. *Assumes*
//! randomisation; the unconditional variances hold also when the working model is wrong. *Missing
//! data*: complete rows, counted. Reference: Ye et al. 2023 (see [`MarginalVariance`]).

use super::variance::{self, MarginalVariance};
use crate::design::{Column, Data, Design};
use crate::formula::Formula;
use crate::glm::{Covariance, Family, Firth, Glm, GlmFit, Link};
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use ndarray::Array2;

/// What to standardise.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Standardisation {
    /// The working model.
    pub model: Glm,
    /// The factor that holds the arms.
    pub arm: String,
    /// How the variance is estimated.
    pub variance: MarginalVariance,
    /// How the working model is fitted.
    pub fitting: Fitting,
    /// The column within whose levels people were randomised (in permuted blocks, say); without
    /// one randomisation is taken as simple.
    pub strata: Option<String>,
}

/// How a working model is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Fitting {
    /// Maximum likelihood.
    #[default]
    MaximumLikelihood,
    /// Firth's penalised likelihood: a logistic model that exists also under separation. Its mean
    /// prediction in an arm is not exactly the arm's observed mean.
    Firth,
}

/// Standardised means of the arms with their covariance.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StandardisationFit {
    /// The working model.
    pub model: GlmFit,
    /// Arms in the factor's order.
    pub arms: Vec<String>,
    /// People of each arm among the rows used.
    pub people: Vec<u64>,
    /// Sum of the response in each arm.
    pub events: Vec<f64>,
    /// Standardised means.
    pub means: Vec<f64>,
    /// Their covariance.
    pub covariance: Array2<f64>,
    /// How it was estimated.
    pub variance: MarginalVariance,
}

/// What standardising needs of the data.
pub(super) struct Prepared {
    pub(super) design: Design,
    /// Levels of the arm column, and those of them that occur.
    pub(super) levels: Vec<String>,
    pub(super) present: Vec<usize>,
    /// Each row's level.
    pub(super) arm_of: Vec<usize>,
    /// The design with everyone in one arm, for each that occurs.
    pub(super) arm_designs: Vec<Array2<f64>>,
}

/// Predictions of everyone under every arm.
pub(super) struct Predictions {
    pub(super) by_arm: Vec<Vec<f64>>,
    pub(super) means: Vec<f64>,
    pub(super) arm_of: Vec<usize>,
}

impl Predictions {
    pub(super) fn members(&self, arm: usize) -> impl Iterator<Item = usize> + '_ {
        self.arm_of
            .iter()
            .enumerate()
            .filter(move |(_, of)| **of == arm)
            .map(|(i, _)| i)
    }
}

impl Standardisation {
    /// A working model fitted by maximum likelihood under simple randomisation, with the default
    /// variance.
    #[must_use]
    pub fn new(model: Glm, arm: &str) -> Self {
        Self {
            model,
            arm: arm.to_owned(),
            variance: MarginalVariance::default(),
            fitting: Fitting::default(),
            strata: None,
        }
    }

    /// The same with another variance.
    #[must_use]
    pub fn with_variance(mut self, variance: MarginalVariance) -> Self {
        self.variance = variance;
        self
    }

    /// The same with the working model fitted otherwise.
    #[must_use]
    pub fn with_fitting(mut self, fitting: Fitting) -> Self {
        self.fitting = fitting;
        self
    }

    /// The same for people randomised within the levels of a column.
    #[must_use]
    pub fn with_strata(mut self, column: &str) -> Self {
        self.strata = Some(column.to_owned());
        self
    }

    pub(super) fn check(&self) -> Result<(), StatsError> {
        let firth = self.fitting == Fitting::Firth;
        if firth && (self.model.family, self.model.link) != (Family::Binomial, Link::Logit) {
            let rule = "is for logistic working models";
            return Err(StatsError::argument("Firth's method", rule));
        }
        if firth && self.variance == MarginalVariance::LeaveOneOutOneStep {
            let rule = "has no one-step form with Firth's method; the refits have (loo)";
            return Err(StatsError::argument("the leave-one-out variance", rule));
        }
        if self.strata.is_some() && !self.variance.is_unconditional() {
            let rule = "goes with an unconditional variance (ye, loo) only: a conditional one does not \
                        look at how people were randomised";
            return Err(StatsError::argument("stratified randomisation", rule));
        }
        Ok(())
    }

    pub(super) fn working(
        &self,
        design: &Design,
        start: Option<&GlmFit>,
    ) -> Result<GlmFit, StatsError> {
        let start = start.map(GlmFit::coef);
        match (self.fitting, self.variance) {
            (Fitting::Firth, _) => Firth.fit_glm(design, start),
            (_, MarginalVariance::Delta) => self.model.fit_from(design, start),
            _ => {
                let classical = self.model.clone().with_covariance(Covariance::Classical);
                classical.fit_from(design, start)
            }
        }
    }

    /// The design, and that of everyone in each of the arms.
    pub(super) fn prepare(&self, formula: &Formula, data: &Data) -> Result<Prepared, StatsError> {
        if !formula
            .terms
            .iter()
            .flatten()
            .any(|variable| variable.label() == self.arm)
        {
            return Err(StatsError::ColumnType {
                column: self.arm.clone(),
                rule: "holds the arms and must be a term of the formula".to_owned(),
            });
        }
        let Column::Factor { levels, codes } = data.column(&self.arm)?.clone() else {
            return Err(StatsError::ColumnType {
                column: self.arm.clone(),
                rule: "must be a factor to hold the arms".to_owned(),
            });
        };
        let extra: Vec<&str> = self.strata.as_deref().into_iter().collect();
        let design = Design::with_extra_columns(formula, data, &extra)?;
        let arm_of: Vec<usize> = design
            .rows
            .iter()
            .map(|&row| codes[row].map_or(0, |code| code as usize))
            .collect();
        let present: Vec<usize> = (0..levels.len())
            .filter(|level| arm_of.contains(level))
            .collect();
        let arm_designs = present
            .iter()
            .map(|&level| {
                let everyone = vec![Some(level as u32); data.rows()];
                let column = Column::Factor {
                    levels: levels.clone(),
                    codes: everyone,
                };
                design
                    .coding
                    .matrix(&data.clone().with(&self.arm, column), &design.rows)
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Prepared {
            design,
            levels,
            arm_of,
            present,
            arm_designs,
        })
    }

    /// Everyone's predictions by a working model fitted to them, and the covariance of the means.
    pub(super) fn standardised(
        &self,
        fit: &GlmFit,
        prepared: &Prepared,
        strata: Option<&[u64]>,
    ) -> Result<(Predictions, Array2<f64>), StatsError> {
        let predictions = predict(fit, prepared);
        let (design, arm_designs) = (&prepared.design, &prepared.arm_designs);
        let y = &design.response;
        let left_out = match self.variance {
            MarginalVariance::LeaveOneOut => {
                let refit = |smaller: &Design| self.working(smaller, Some(fit));
                Some(variance::held_out(design, arm_designs, refit)?)
            }
            MarginalVariance::LeaveOneOutOneStep => {
                Some(variance::held_out_one_step(fit, design, arm_designs)?)
            }
            _ => None,
        };
        let mut covariance = match (self.variance, &left_out) {
            (MarginalVariance::Ge | MarginalVariance::Delta, _) => {
                variance::delta(fit, design, arm_designs)
            }
            (_, Some(left_out)) => variance::leave_one_out(design, &predictions, left_out),
            (_, None) => variance::ye(&predictions, y),
        };
        if let Some(labels) = strata {
            covariance -= &variance::stratification(&predictions, y, labels);
        }
        Ok((predictions, covariance))
    }

    /// Fits the working model and standardises it.
    ///
    /// # Errors
    /// Those of the working model; an arm column that is not a factor or not in the formula; a
    /// variance that does not go with the fitting or the strata.
    pub fn fit(&self, formula: &Formula, data: &Data) -> Result<StandardisationFit, StatsError> {
        self.check()?;
        let prepared = self.prepare(formula, data)?;
        let fit = self.working(&prepared.design, None)?;
        let labels = match &self.strata {
            Some(column) => Some(data.labels(column, &prepared.design.rows)?),
            None => None,
        };
        let (predictions, covariance) = self.standardised(&fit, &prepared, labels.as_deref())?;
        let Prepared {
            design,
            levels,
            present,
            ..
        } = prepared;
        let members = |a: usize| predictions.members(a);
        Ok(StandardisationFit {
            arms: present.iter().map(|&level| levels[level].clone()).collect(),
            people: (0..present.len())
                .map(|a| members(a).count() as u64)
                .collect(),
            events: (0..present.len())
                .map(|a| members(a).map(|i| design.response[i]).sum())
                .collect(),
            means: predictions.means,
            covariance,
            variance: self.variance,
            model: fit,
        })
    }
}

impl Prepared {
    /// The rows at some positions, repetitions counting.
    pub(super) fn at(&self, positions: &[usize]) -> Self {
        let pick = |x: &Array2<f64>| x.select(ndarray::Axis(0), positions);
        Self {
            design: self.design.at(positions),
            levels: self.levels.clone(),
            present: self.present.clone(),
            arm_of: positions.iter().map(|&i| self.arm_of[i]).collect(),
            arm_designs: self.arm_designs.iter().map(pick).collect(),
        }
    }
}

fn predict(
    fit: &GlmFit,
    Prepared {
        design,
        present,
        arm_of,
        arm_designs,
        ..
    }: &Prepared,
) -> Predictions {
    let offset = |i: usize| design.offset.as_ref().map_or(0.0, |offset| offset[i]);
    let by_arm: Vec<Vec<f64>> = arm_designs
        .iter()
        .map(|x| {
            (0..x.nrows())
                .map(|i| fit.predict(&x.row(i), offset(i)))
                .collect()
        })
        .collect();
    let position = |level: usize| present.iter().position(|p| *p == level).unwrap_or(0);
    Predictions {
        means: by_arm
            .iter()
            .map(|values| crate::describe::mean(values))
            .collect(),
        by_arm,
        arm_of: arm_of.iter().map(|&level| position(level)).collect(),
    }
}

impl StandardisationFit {
    /// The standardised risk (or mean) of one arm.
    #[must_use]
    pub fn arm(&self, arm: usize, level: ConfidenceLevel) -> Estimate {
        let statistic = if self.is_risk() {
            Statistic::Risk
        } else {
            Statistic::Mean
        };
        let std_error = self.covariance[(arm, arm)].sqrt();
        let mut result = Estimate::wald(
            statistic,
            Method::Standardisation,
            self.means[arm],
            std_error,
            level,
        );
        // A risk is not tested against 0.
        result.statistic_value = f64::NAN;
        result.p_value = f64::NAN;
        result
    }

    /// Contrasts of arm `treated` against arm `control` (positions in [`arms`](Self::arms)):
    /// difference, and for risks also ratio and odds ratio.
    #[must_use]
    pub fn contrasts(
        &self,
        treated: usize,
        control: usize,
        level: ConfidenceLevel,
    ) -> Vec<Estimate> {
        let (p1, p0) = (self.means[treated], self.means[control]);
        let method = Method::Standardisation;
        let errors = contrast_errors(
            &self.means,
            &self.covariance,
            (treated, control),
            self.is_risk(),
        );
        if !self.is_risk() {
            let difference = Statistic::MeanDifference;
            return vec![Estimate::wald(
                difference,
                method,
                p1 - p0,
                errors[0],
                level,
            )];
        }
        let odds = |p: f64| p / (1.0 - p);
        let log = |statistic, ratio, std_error| {
            Estimate::wald_log(statistic, method, ratio, std_error, level)
        };
        vec![
            Estimate::wald(Statistic::RiskDifference, method, p1 - p0, errors[0], level),
            log(Statistic::RiskRatio, p1 / p0, errors[1]),
            log(Statistic::OddsRatio, odds(p1) / odds(p0), errors[2]),
        ]
    }

    fn is_risk(&self) -> bool {
        self.model.family == Family::Binomial
    }
}

/// Standard errors by the delta method of the difference of two means, and of risks those of the logarithms
/// of ratio and odds ratio.
pub(super) fn contrast_errors(
    means: &[f64],
    covariance: &Array2<f64>,
    (treated, control): (usize, usize),
    is_risk: bool,
) -> Vec<f64> {
    let error = |d1: f64, d0: f64| {
        let variance = d1 * d1 * covariance[(treated, treated)]
            + d0 * d0 * covariance[(control, control)]
            + 2.0 * d1 * d0 * covariance[(treated, control)];
        variance.sqrt()
    };
    let (p1, p0) = (means[treated], means[control]);
    let mut errors = vec![error(1.0, -1.0)];
    if is_risk {
        let odds_slope = |p: f64| 1.0 / (p * (1.0 - p));
        errors.push(error(1.0 / p1, -1.0 / p0));
        errors.push(error(odds_slope(p1), -odds_slope(p0)));
    }
    errors
}

//! Permutation tests of models: the analysis is done again with the arms of every allocation, and its
//! effect compared, each over its own standard error.
//!
//! A studentised effect keeps its level where the arms differ in spread or size (A. Janssen (1997),
//! Statistics & Probability Letters 36:9-21; E. Chung, J. P. Romano (2013), Annals of Statistics
//! 41:484-507), and beside covariates none of them has to be exchanged (N. W. DiCiccio, J. P. Romano (2017),
//! JASA 112:1211-1220).

use super::effects::effects;
use super::permuted::Replay;
use super::{Context, hazards, mean_counts, rates, regression, repeated, standardised, times};
use crate::StudyError;
use crate::plan::{AnalysisPlan, Estimator};
use ndarray::{Array1, Array2};
use regtrial_results::{Record, Results};
use regtrial_stats::StatsError;
use regtrial_stats::design::{Column, Data};

/// The arm of every row, if it has one.
pub(super) type Arms = [Option<usize>];

/// How an analysis is done again with other arms.
pub(super) struct Refit<'a> {
    /// The rows of the person table that it is of.
    pub(super) rows: Vec<usize>,
    /// The effect of one arm against another over its standard error.
    pub(super) statistic: Statistic<'a>,
}

/// Nothing where an allocation has no such effect.
pub(super) type Statistic<'a> = Box<dyn Fn(&Arms, (usize, usize)) -> Option<f64> + Sync + 'a>;

/// Adds a permutation test beside every effect of an analysis whose records begin at `first`.
pub(super) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    first: usize,
    results: &mut Results,
) -> Result<(), StudyError> {
    let Some(replay) = Replay::of(context, analysis)? else {
        return Ok(());
    };
    let Some(refit) = of(context, analysis)? else {
        return Ok(());
    };
    let refit = refit.map_err(StudyError::analysis(&analysis.key))?;
    let own = results.records.get(first..).unwrap_or_default();
    let found = effects(analysis, context.study.plan(), own);
    for effect in found {
        let Some(pair) = pair(context, &refit.rows, &effect) else {
            continue;
        };
        let mut made = tested(effect);
        replay
            .refitted(pair, &refit, &mut made)
            .map_err(StudyError::analysis(&analysis.key))?;
        results.records.push(made);
    }
    if let Some(listed) = results.catalogue.analyses.last_mut() {
        listed.notes.push(replay.note(context));
        listed.notes.push(NOTE.to_owned());
    }
    replay.remark(context, analysis, results);
    Ok(())
}

const NOTE: &str = "In every allocation the analysis is done anew, and its effect over its standard \
                    error compared.";

/// Nothing for what `permuted` tests by statistics of its own.
fn of<'a>(
    context: &'a Context<'_>,
    analysis: &'a AnalysisPlan,
) -> Result<Option<Result<Refit<'a>, StatsError>>, StudyError> {
    Ok(Some(match &analysis.estimator {
        Estimator::Difference => return Ok(None),
        Estimator::TimeTest(test) if !test.gray => return Ok(None),
        Estimator::TimeTest(test) => times::gray_refit(context, analysis, test)?,
        Estimator::RestrictedMean { horizon } => {
            times::restricted_refit(context, analysis, *horizon)?
        }
        Estimator::Standardisation(model, variance) => {
            standardised::refit(context, model, *variance)
        }
        Estimator::Regression(model) => regression::refit(context, model),
        Estimator::Hazards(model) => hazards::refit(context, model),
        Estimator::Gee(gee) => repeated::refit(context, gee)?,
        Estimator::Rate(rate) => rates::refit(context, analysis, rate)?,
        Estimator::MeanCount(planned) => mean_counts::refit(context, analysis, planned)?,
    }))
}

/// The arms that an effect is of, by their places in the plan: of a term that arm and the first of the
/// model.
fn pair(context: &Context<'_>, rows: &[usize], effect: &Record) -> Option<(usize, usize)> {
    let arms = context.arms();
    let at = |name: &str| arms.iter().position(|arm| arm == name);
    let of_sign = |sign: &str| {
        let (treated, control) = effect.contrast.split_once(sign)?;
        Some((at(treated)?, at(control)?))
    };
    if !effect.contrast.is_empty() {
        return of_sign(" - ").or_else(|| of_sign(" / "));
    }
    let name = effect.term.strip_prefix("arm[")?.strip_suffix(']')?;
    let people = &context.study.people().arm;
    let reference = rows.iter().map(|&row| people[row] as usize).min()?;
    Some((at(name)?, reference))
}

/// The record of an effect, emptied of what a permutation does not have.
fn tested(effect: Record) -> Record {
    Record {
        std_error: f64::NAN,
        conf_low: f64::NAN,
        conf_high: f64::NAN,
        conf_level: f64::NAN,
        df: f64::NAN,
        ..effect
    }
}

/// Columns for a model with other arms: those that it names, and the arms under each of their names.
pub(super) struct Rearranged {
    data: Data,
    names: Vec<String>,
    levels: Vec<String>,
}

impl Rearranged {
    /// `columns` are what the model needs beside the arms.
    pub(super) fn new(context: &Context<'_>, data: &Data, columns: &[String]) -> Self {
        let plan = context.study.plan().people.arm.as_ref();
        let named = |name: &str| matches!(data.column(name), Ok(Column::Factor { .. }));
        let mut names = vec!["arm".to_owned()];
        names.extend(
            plan.map(|(column, _)| column.clone())
                .filter(|column| column != "arm" && named(column)),
        );
        let mut own = Data::new();
        for name in columns {
            if let (false, Ok(column)) = (names.contains(name), data.column(name)) {
                own = own.with(name, column.clone());
            }
        }
        Self {
            data: own,
            names,
            levels: context.arms().to_vec(),
        }
    }

    /// The columns with these arms in the plan's order.
    pub(super) fn with(&self, arms: &Arms) -> Data {
        self.with_reference(arms, 0)
    }

    /// The same with one of the arms before all others.
    pub(super) fn with_reference(&self, arms: &Arms, reference: usize) -> Data {
        let mut order: Vec<usize> = (0..self.levels.len()).collect();
        order.retain(|arm| *arm != reference);
        order.insert(0, reference);
        let place = |arm: usize| order.iter().position(|other| *other == arm);
        let code = |arm: &Option<usize>| arm.and_then(place).map(|at| at as u32);
        let codes: Vec<Option<u32>> = arms.iter().map(code).collect();
        let levels: Vec<String> = order.iter().map(|arm| self.levels[*arm].clone()).collect();
        self.names.iter().fold(self.data.clone(), |data, name| {
            let column = Column::Factor {
                levels: levels.clone(),
                codes: codes.clone(),
            };
            data.with(name, column)
        })
    }

    /// The coefficient of an arm.
    pub(super) fn term(&self, arm: usize) -> String {
        format!("arm[{}]", self.levels[arm])
    }
}

/// A coefficient over its standard error.
pub(super) fn studentised(
    terms: &[String],
    name: &str,
    beta: &Array1<f64>,
    covariance: &Array2<f64>,
) -> Option<f64> {
    let at = terms.iter().position(|term| term == name)?;
    let z = beta[at] / covariance[(at, at)].sqrt();
    z.is_finite().then_some(z)
}

/// Whether people of one cluster were allotted together: exchanging them one by one would not replay that.
pub(super) fn by_people(
    context: &Context<'_>,
    clusters: &[u64],
    people: &[usize],
    arm: &Arms,
) -> Result<(), StatsError> {
    if context.study.plan().randomisation.cluster.is_some() {
        return Ok(());
    }
    let mut own: std::collections::BTreeMap<u64, Vec<usize>> = std::collections::BTreeMap::new();
    for (cluster, &person) in clusters.iter().zip(people) {
        own.entry(*cluster).or_default().push(person);
    }
    let alike = |rows: &Vec<usize>| rows.iter().all(|&row| arm[row] == arm[rows[0]]);
    let several = own
        .values()
        .any(|rows| rows.iter().any(|&row| row != rows[0]));
    if several && own.values().all(alike) {
        let rule = "exchanges people, and here whole clusters have one arm: `cluster` in [randomisation] says \
                    that they were allotted whole";
        return Err(StatsError::Argument {
            argument: "the permutation test",
            rule: rule.to_owned(),
        });
    }
    Ok(())
}

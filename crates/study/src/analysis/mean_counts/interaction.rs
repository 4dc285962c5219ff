//! Whether mean counts of the arms differ alike at all levels of a variable.

use super::super::Context;
use super::super::subgroups::{Tested, products};
use super::super::times::stratum;
use super::followed::Followed;
use super::ratios::Regression;
use crate::StudyError;
use crate::plan::{MeanCountPlan, OutcomePlan};
use ndarray::{Array1, Array2};
use regtrial_results::Results;
use regtrial_stats::design::Design;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::wald_test;
use regtrial_stats::survival::recurrent::MeanCount;
use regtrial_stats::{Estimate, StatsError};

/// Tests of the last term of a formula: of ratios by the regression of mean counts with robust errors; of
/// differences by the mean counts of every arm at every level, up to the latest day that all of them are
/// followed to or the plan's, which are independent of each other.
pub(in super::super) fn interaction(
    context: &Context<'_>,
    outcome: &OutcomePlan,
    (planned, variable): (&MeanCountPlan, &str),
    formula: &Formula,
) -> Result<Vec<Tested>, StudyError> {
    let none = || StatsError::NoData { dropped: 0 };
    let mut aside = Results::default();
    let Some(followed) = Followed::new(context, outcome, &mut aside)? else {
        return Ok(vec![(Err(none()), "log")]);
    };
    let mut own = planned.clone();
    own.formula = formula.clone();
    own.strata.retain(|column| column != variable);
    let regression = Regression::new(context, &own, outcome, &followed)?;
    let of_ratios = || -> Result<Estimate, StatsError> {
        let design = Design::new(formula, &regression.data(context))?;
        let fit = regression.fit(&design)?;
        fit.joint_test(&products(&fit.terms))
    };
    let levels = stratum(context, &[variable.to_owned()])?.unwrap_or_default();
    let of_differences = by_means(&followed, &levels, planned.horizon, context);
    Ok(vec![(of_ratios(), "log"), (of_differences, "identity")])
}

fn by_means(
    followed: &Followed,
    levels: &[Option<usize>],
    horizon: Option<f64>,
    context: &Context<'_>,
) -> Result<Estimate, StatsError> {
    let of_level = |level: usize, arm: usize| -> Vec<usize> {
        let own = followed.of_group(arm).into_iter();
        own.filter(|&i| levels[followed.rows[i]] == Some(level))
            .collect()
    };
    let present = followed.rows.iter().filter_map(|&row| levels[row]);
    let present: std::collections::BTreeSet<usize> = present.collect();
    let arms = followed.people.groups.len();
    let mut cells = Vec::new();
    for &level in &present {
        for arm in 0..arms {
            let people = followed.people.events.at(&of_level(level, arm));
            if people.nobs() == 0 {
                return Err(StatsError::Argument {
                    argument: "a level",
                    rule: "has nobody in one of the arms: there is no difference to compare"
                        .to_owned(),
                });
            }
            cells.push(people);
        }
    }
    let common = cells.iter().map(|people| people.last());
    let day = horizon.unwrap_or_else(|| common.fold(f64::INFINITY, f64::min));
    let estimate = |people| MeanCount::new(people).estimate(day, context.level);
    let means: Vec<Estimate> = cells.iter().map(estimate).collect();
    // Of each later arm and level the difference to the first arm, less that of the first level.
    let of = |level: usize, arm: usize| level * arms + arm;
    let mut contrasts = Vec::new();
    for level in 1..present.len() {
        for arm in 1..arms {
            let mut contrast = Array1::<f64>::zeros(means.len());
            contrast[of(level, arm)] = 1.0;
            contrast[of(level, 0)] = -1.0;
            contrast[of(0, arm)] = -1.0;
            contrast[of(0, 0)] = 1.0;
            contrasts.push(contrast);
        }
    }
    let value = |contrast: &Array1<f64>| -> f64 {
        let parts = contrast.iter().zip(&means);
        parts.map(|(c, mean)| c * mean.estimate).sum()
    };
    let covariance = |(i, j): (usize, usize)| -> f64 {
        let parts = contrasts[i].iter().zip(&contrasts[j]).zip(&means);
        parts.map(|((a, b), mean)| a * b * variance(mean)).sum()
    };
    let values: Array1<f64> = contrasts.iter().map(value).collect();
    let shape = (contrasts.len(), contrasts.len());
    wald_test(&values, &Array2::from_shape_fn(shape, covariance))
}

/// The variance of a mean count, whose error may be that of its logarithm.
fn variance(mean: &Estimate) -> f64 {
    let error = match mean.scale {
        regtrial_stats::Scale::Log => mean.std_error * mean.estimate,
        regtrial_stats::Scale::Identity => mean.std_error,
    };
    error * error
}

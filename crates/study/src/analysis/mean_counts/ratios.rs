//! The ratio of the mean counts of every pair of arms, by Lin, Wei, Yang and Ying.

use super::super::Context;
use super::super::records::{contrast, diagnostic, record};
use super::super::refitted::{Rearranged, Refit};
use super::super::times::stratum;
use super::followed::Followed;
use crate::StudyError;
use crate::plan::{AnalysisPlan, MeanCountPlan, OutcomePlan};
use ndarray::{Array1, Array2};
use regtrial_results::{Cells, Results};
use regtrial_stats::design::{Data, Design, INTERCEPT};
use regtrial_stats::glm::wald_test;
use regtrial_stats::survival::recurrent::{
    MeanCountRegression, RecurrentEvents, mean_count_regression,
};
use regtrial_stats::{ConfidenceLevel, Estimate, StatsError};

pub(super) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    planned: &MeanCountPlan,
    outcome: &OutcomePlan,
    followed: &Followed,
    results: &mut Results,
) -> Result<(), StudyError> {
    let groups = &followed.people.groups;
    if groups.len() < 2 {
        return Ok(());
    }
    let failed = || StudyError::analysis(&analysis.key);
    let regression = Regression::new(context, planned, outcome, followed)?;
    let data = regression.data(context);
    let design = Design::new(&planned.formula, &data).map_err(failed())?;
    if design.nobs() < followed.rows.len() {
        let message = "people with a missing value in a covariate or stratum are left out of the \
                       ratio";
        let term = Some(analysis.key.as_str());
        let note = diagnostic("complete_cases", "note", term, message);
        results.diagnostics.push(note);
    }
    let fit = match regression.fit(&design) {
        Ok(fit) => fit,
        // The mean counts stand without it.
        Err(StatsError::MonotoneLikelihood { .. }) => {
            let message = "nobody has the event on one side of a covariate or arm: there is no ratio \
                           of mean counts";
            let term = Some(analysis.key.as_str());
            let found = diagnostic("no_test", "warning", term, message);
            results.diagnostics.push(found);
            return Ok(());
        }
        Err(error) => return Err(failed()(error)),
    };
    for treated in 1..groups.len() {
        for control in 0..treated {
            let arms = [&groups[treated], &groups[control]];
            let estimate = fit.ratio(arms, context.level);
            let mut made = record(&analysis.key, &context.population, &estimate);
            made.outcome.clone_from(&outcome.key);
            made.contrast = contrast(&estimate, &groups[treated], &groups[control]);
            let pair = [treated, control];
            let behind = |group: usize| [followed.splits[group].yes, followed.splits[group].no];
            made.n = Some(
                pair.map(|group| followed.splits[group].known.count())
                    .iter()
                    .sum(),
            );
            let counts = |group: usize| -> Vec<f64> {
                let own = followed.of_group(group).into_iter();
                own.map(|i| followed.people.events.times()[i].len() as f64)
                    .collect()
            };
            let remainder = |group| Cells::default().contributions(&counts(group)).remainder;
            made.cells = Cells::showing(pair.map(behind).concat());
            made.cells.remainder = pair.into_iter().filter_map(remainder).min();
            results.records.push(made);
        }
    }
    Ok(())
}

/// The regression of mean counts on the columns of a plan.
pub(super) struct Regression {
    events: RecurrentEvents,
    /// Where each row of the person table stands among the followed.
    place: Vec<Option<usize>>,
    strata: Option<Vec<Option<usize>>>,
    columns: Rearranged,
}

/// A fitted one.
pub(super) struct Fitted {
    pub(super) terms: Vec<String>,
    fit: MeanCountRegression,
}

impl Regression {
    pub(super) fn new(
        context: &Context<'_>,
        planned: &MeanCountPlan,
        outcome: &OutcomePlan,
        followed: &Followed,
    ) -> Result<Self, StudyError> {
        let strata = stratum(context, &planned.strata)?;
        let mut place = vec![None; context.table.height()];
        for (at, &row) in followed.rows.iter().enumerate() {
            place[row] = Some(at);
        }
        let known = |row: usize| strata.as_ref().is_none_or(|strata| strata[row].is_some());
        let value = |row: usize| match place[row].filter(|_| known(row)) {
            Some(at) => followed.people.events.times()[at].len() as f64,
            None => f64::NAN,
        };
        let values = (0..place.len()).map(value).collect();
        let data = context.data.clone().with_numbers(&outcome.key, values);
        let columns = Rearranged::new(context, &data, &planned.formula.columns());
        Ok(Self {
            events: followed.people.events.clone(),
            place,
            strata,
            columns,
        })
    }

    /// Its columns with the arms as they are.
    pub(super) fn data(&self, context: &Context<'_>) -> Data {
        self.columns.with(&context.arms_of_rows())
    }

    pub(super) fn fit(&self, design: &Design) -> Result<Fitted, StatsError> {
        let kept: Vec<usize> = (0..design.terms.len())
            .filter(|&j| design.terms[j] != INTERCEPT)
            .collect();
        let value = |(i, j): (usize, usize)| design.x[(i, kept[j])];
        let x = Array2::from_shape_fn((design.nobs(), kept.len()), value);
        let terms: Vec<String> = kept.iter().map(|&j| design.terms[j].clone()).collect();
        let at = design.rows.iter().filter_map(|&row| self.place[row]);
        let people = self.events.at(&at.collect::<Vec<usize>>());
        let labels: Option<Vec<usize>> = self.strata.as_ref().map(|strata| {
            let labels = design.rows.iter().filter_map(|&row| strata[row]);
            labels.collect()
        });
        let fit = mean_count_regression(&people, &x, &terms, labels.as_deref())?;
        Ok(Fitted { terms, fit })
    }
}

impl Fitted {
    /// The robust Wald test of some coefficients together.
    pub(super) fn joint_test(&self, positions: &[usize]) -> Result<Estimate, StatsError> {
        let (beta, covariance) = (&self.fit.beta, &self.fit.covariance);
        let own: Array1<f64> = positions.iter().map(|&j| beta[j]).collect();
        let shape = (positions.len(), positions.len());
        let value = |(i, j): (usize, usize)| covariance[(positions[i], positions[j])];
        wald_test(&own, &Array2::from_shape_fn(shape, value))
    }

    /// The ratio of the first arm to the second.
    fn ratio(&self, [treated, control]: [&String; 2], level: ConfidenceLevel) -> Estimate {
        let unit = |arm: &String| -> Array1<f64> {
            let name = format!("arm[{arm}]");
            let of = |term: &String| f64::from(u8::from(*term == name));
            self.terms.iter().map(of).collect()
        };
        let contrast = unit(treated) - unit(control);
        self.fit.ratio(contrast.view(), level)
    }
}

/// The ratio with other arms: its logarithm over its standard error.
pub(in super::super) fn refit<'a>(
    context: &'a Context<'_>,
    analysis: &AnalysisPlan,
    planned: &'a MeanCountPlan,
) -> Result<Result<Refit<'a>, StatsError>, StudyError> {
    let none = || Ok(Err(StatsError::NoData { dropped: 0 }));
    let Some(outcome) = context.study.plan().outcome(&analysis.outcome) else {
        return none();
    };
    // Who stands behind the numbers was registered when these were made.
    let Some(followed) = Followed::new(context, outcome, &mut Results::default())? else {
        return none();
    };
    let regression = Regression::new(context, planned, outcome, &followed)?;
    let data = regression.data(context);
    let rows = match Design::new(&planned.formula, &data) {
        Ok(design) => design.rows,
        Err(error) => return Ok(Err(error)),
    };
    let (names, level) = (context.arms(), context.level);
    Ok(Ok(Refit {
        rows,
        statistic: Box::new(move |arms, (treated, control)| {
            let data = regression.columns.with(arms);
            let design = Design::new(&planned.formula, &data).ok()?;
            let ratio = regression.fit(&design).ok()?;
            let ratio = ratio.ratio([&names[treated], &names[control]], level);
            Some(ratio.statistic_value).filter(|z| z.is_finite())
        }),
    }))
}

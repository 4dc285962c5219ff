//! Restricted means and Gray's test with other arms, for permutation tests.

use super::super::Context;
use super::super::refitted::Refit;
use super::super::survival::TimeToEvent;
use super::Followed;
use crate::StudyError;
use crate::plan::{AnalysisPlan, TimeTestPlan};
use regtrial_results::Results;
use regtrial_stats::survival::competing::{CompetingFollowUp, gray};
use regtrial_stats::survival::restricted_mean::{self, common_horizon};
use regtrial_stats::survival::{FollowUp, KaplanMeier};
use regtrial_stats::{ConfidenceLevel, StatsError};

/// The difference of restricted means over its standard error, with other arms; without a horizon each
/// allocation has its own, as the analysis has.
pub(in crate::analysis) fn restricted_refit<'a>(
    context: &'a Context<'_>,
    analysis: &AnalysisPlan,
    horizon: Option<f64>,
) -> Result<Result<Refit<'a>, StatsError>, StudyError> {
    of_times(context, analysis, &[], move |treated, control| {
        let curve = |people: &TimeToEvent| {
            let event: Vec<bool> = people.cause.iter().map(|cause| *cause == 1).collect();
            FollowUp::new(&people.time, &event).map(|data| KaplanMeier::new(&data))
        };
        let curves = [curve(treated).ok()?, curve(control).ok()?];
        let tau = horizon.unwrap_or_else(|| common_horizon(&curves));
        let mean = |curve: &KaplanMeier| restricted_mean::of_curve(curve, tau).ok();
        let level = ConfidenceLevel::default();
        let found = restricted_mean::difference(mean(&curves[0])?, mean(&curves[1])?, level);
        Some(found.statistic_value)
    })
}

/// Gray's statistic, with other arms.
pub(in crate::analysis) fn gray_refit<'a>(
    context: &'a Context<'_>,
    analysis: &AnalysisPlan,
    test: &TimeTestPlan,
) -> Result<Result<Refit<'a>, StatsError>, StudyError> {
    of_times(context, analysis, &test.strata, |treated, control| {
        let both = |of: &dyn Fn(&TimeToEvent) -> Vec<f64>| [of(treated), of(control)].concat();
        let time = both(&|people| people.time.clone());
        let cause = [treated.cause.clone(), control.cause.clone()].concat();
        let group = [vec![1; treated.time.len()], vec![0; control.time.len()]].concat();
        let stratum = treated.stratum.as_ref().zip(control.stratum.as_ref());
        let stratum = stratum.map(|(treated, control)| [&treated[..], control].concat());
        let data = CompetingFollowUp::new(&time, &cause).ok()?;
        let test = gray(&data, 1, &group, 2, stratum.as_deref()).ok()?;
        Some(test.score[1] / test.covariance[(1, 1)].sqrt())
    })
}

/// A statistic of the people of two arms.
fn of_times<'a>(
    context: &'a Context<'_>,
    analysis: &AnalysisPlan,
    strata: &[String],
    statistic: impl Fn(&TimeToEvent, &TimeToEvent) -> Option<f64> + Sync + 'a,
) -> Result<Result<Refit<'a>, StatsError>, StudyError> {
    let none = || Ok(Err(StatsError::NoData { dropped: 0 }));
    let Some(outcome) = context.study.plan().outcome(&analysis.outcome) else {
        return none();
    };
    // Who stands behind the numbers was registered when these were made.
    let mut aside = Results::default();
    let Some(followed) = Followed::new(context, outcome, strata, &mut aside)? else {
        return none();
    };
    Ok(Ok(Refit {
        rows: followed.rows.clone(),
        statistic: Box::new(move |arms, (treated, control)| {
            let of = |arm: usize| {
                let own = (0..followed.rows.len()).filter(|&i| arms[followed.rows[i]] == Some(arm));
                followed.people.at(&own.collect::<Vec<usize>>())
            };
            statistic(&of(treated), &of(control)).filter(|value| value.is_finite())
        }),
    }))
}

//! Mean counts of events that happen again: by arm up to a day, their ratio, and their curve.

mod curve;
mod followed;
mod interaction;
mod ratios;

pub(crate) use curve::curve;
pub(super) use interaction::interaction;
pub(super) use ratios::refit;

use super::counts::nested;
use super::records::record;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{AnalysisPlan, MeanCountPlan};
use followed::Followed;
use regtrial_results::{AnalysisKind, Cells, Results};
use regtrial_stats::StatsError;
use regtrial_stats::survival::recurrent::MeanCount;

pub(crate) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    planned: &MeanCountPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let failed = || StudyError::analysis(&analysis.key);
    let Some(outcome) = context.study.plan().outcome(&analysis.outcome) else {
        return Ok(());
    };
    let Some(followed) = Followed::new(context, outcome, results)? else {
        return Err(failed()(StatsError::NoData { dropped: 0 }));
    };
    let common = followed.common();
    let horizon = planned.horizon.unwrap_or(common);
    if horizon > common {
        let rule = "is beyond the longest follow-up of an arm: the mean count is undefined there";
        return Err(failed()(StatsError::Argument {
            argument: "horizon",
            rule: rule.to_owned(),
        }));
    }
    let mut listed = entry(
        &analysis.key,
        &analysis.title,
        AnalysisKind::Rates,
        &analysis.outcome,
    );
    listed.notes = vec![note(planned)];
    results.catalogue.analyses.push(listed);
    for (group, name) in followed.people.groups.iter().enumerate() {
        let own = followed.of_group(group);
        let people = followed.people.events.at(&own);
        let curve = MeanCount::new(&people);
        let estimate = curve.estimate(horizon, context.level);
        let mut made = record(&analysis.key, &context.population, &estimate);
        made.outcome.clone_from(&outcome.key);
        made.group.clone_from(name);
        made.time = horizon;
        made.n = Some(own.len() as u64);
        made.events = Some(curve.events_to(horizon));
        let before = |i: usize| {
            people.times()[i]
                .iter()
                .filter(|day| **day <= horizon)
                .count()
        };
        let counts: Vec<f64> = (0..own.len()).map(|i| before(i) as f64).collect();
        let rows = |wanted: &dyn Fn(usize) -> bool| -> Vec<usize> {
            let found = (0..own.len()).filter(|&i| wanted(i));
            found.map(|i| followed.rows[own[i]]).collect()
        };
        let with = rows(&|i| counts[i] > 0.0);
        let any = rows(&|i| !people.times()[i].is_empty());
        let label = format!("{name} {} to {horizon}", outcome.key);
        nested(context, &label, &any, &with, results);
        let without = rows(&|i| counts[i] == 0.0);
        let cells = [with, without].map(|rows| context.cell(&label, rows));
        let known = followed.splits[group].known;
        results.counts.sum(known, cells);
        made.cells = Cells::showing(cells).contributions(&counts);
        results.records.push(made);
    }
    ratios::run(context, analysis, planned, outcome, &followed, results)
}

fn note(planned: &MeanCountPlan) -> String {
    let strata = match &planned.strata[..] {
        [] => String::new(),
        columns => format!(", within the levels of {}", columns.join(" and ")),
    };
    format!(
        "Mean count: events a person has had on average, counted until the end of following (Nelson \
         and Aalen; limits on the logarithm). Rate ratio: ratio of mean counts (Lin, Wei, Yang and \
         Ying, robust errors): {}{strata}. Death ends following.",
        planned.text
    )
}

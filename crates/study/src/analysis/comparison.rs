//! The arms against each other, unadjusted: the tables of outcomes.

use super::contrasts::{
    OutcomeType, both_cells, contrast_estimates, events, group_estimates, main_test,
};
use super::permuted::Replay;
use super::records::{contrast, record};
use super::{Context, dominance, entry, resampled, times};
use crate::StudyError;
use crate::plan::{AnalysisPlan, BootstrapPlan, OutcomePlan};
use regtrial_results::{AnalysisKind, Cells, Record, Results};
use regtrial_stats::describe;
use regtrial_stats::resampling::BootstrapFit;
use regtrial_stats::two_samples::TwoSamples;
use regtrial_stats::two_samples::resampled::mean_difference;
use regtrial_stats::{Estimate, Statistic, StatsError};

/// Every outcome of the plan by arm: the built-in analysis `outcomes`, and the tables that the plan
/// makes of some of them.
pub(crate) fn outcome_tables(
    context: &Context<'_>,
    results: &mut Results,
) -> Result<(), StudyError> {
    let plan = context.study.plan();
    let in_table = |outcome: &OutcomePlan| {
        let mut tables = plan.tables.iter();
        tables.find(|table| table.outcomes.contains(&outcome.key))
    };
    let others = plan.outcomes.iter().filter(|one| in_table(one).is_none());
    outcome_table(context, ("outcomes", "Outcomes by arm"), others, results)?;
    for table in &plan.tables {
        let own = plan.outcomes.iter();
        let own = own.filter(|one| table.outcomes.contains(&one.key));
        outcome_table(context, (&table.key, &table.title), own, results)?;
    }
    Ok(())
}

/// Some outcomes as a table; nothing of none.
fn outcome_table<'a>(
    context: &Context<'_>,
    (key, title): (&str, &str),
    outcomes: impl Iterator<Item = &'a OutcomePlan>,
    results: &mut Results,
) -> Result<(), StudyError> {
    let mut outcomes = outcomes.peekable();
    if outcomes.peek().is_none() {
        return Ok(());
    }
    let mut analysis = entry(key, title, AnalysisKind::Comparison, "");
    analysis.notes = notes();
    results.catalogue.analyses.push(analysis);
    for outcome in outcomes {
        add(context, key, outcome, &Extras::default(), results)?;
    }
    Ok(())
}

/// One outcome by arm, as an analysis of its own.
pub(crate) fn single(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    if let Some(outcome) = context.study.plan().outcome(&analysis.outcome) {
        let kind = AnalysisKind::Comparison;
        let mut listed = entry(&analysis.key, &analysis.title, kind, &analysis.outcome);
        listed.notes = match &analysis.bootstrap {
            Some(bootstrap) => vec![resampled::note(context, bootstrap)],
            None => notes(),
        };
        let extras = Extras {
            bootstrap: analysis.bootstrap.as_ref(),
            replay: Replay::of(context, analysis)?,
        };
        if let Some(replay) = &extras.replay {
            listed.notes.push(replay.note(context));
            replay.remark(context, analysis, results);
        }
        results.catalogue.analyses.push(listed);
        add(context, &analysis.key, outcome, &extras, results)?;
    }
    Ok(())
}

/// What an analysis asks for beside the usual numbers.
#[derive(Default)]
struct Extras<'a> {
    /// A bootstrap of the means.
    bootstrap: Option<&'a BootstrapPlan>,
    /// A permutation test.
    replay: Option<Replay>,
}

fn notes() -> Vec<String> {
    vec![
        "Unadjusted. Intervals: risk difference by Newcombe's method, risk ratio by Katz', odds \
         ratio by Woolf's, mean difference by Welch's. p: chi-squared test, or Fisher's exact test \
         where a cell is expected to hold fewer than five people; Welch's test for means."
            .to_owned(),
    ]
}

fn add(
    context: &Context<'_>,
    analysis: &str,
    outcome: &OutcomePlan,
    extras: &Extras<'_>,
    results: &mut Results,
) -> Result<(), StudyError> {
    if outcome.is_time() {
        let replay = extras.replay.as_ref();
        return times::add(context, analysis, outcome, replay, results);
    }
    let values = context.numbers(&outcome.key)?;
    let kind = if context.is_binary(outcome)? {
        OutcomeType::Binary
    } else {
        OutcomeType::Continuous
    };
    if let (OutcomeType::Binary, Some(_)) = (kind, extras.bootstrap) {
        let error = StatsError::Argument {
            argument: "the bootstrap",
            rule: "of a `difference` is for the means of a quantity, and this outcome is yes or no"
                .to_owned(),
        };
        return Err(StudyError::analysis(analysis)(error));
    }
    let quantities = match kind {
        OutcomeType::Binary => Vec::new(),
        _ => dominance::quantities(context, outcome, &values)?,
    };
    let mut groups: Vec<(String, Vec<f64>, Cells)> = Vec::new();
    for (name, rows) in context.groups() {
        let value = |i: usize| (!values[i].is_nan()).then_some(values[i] == 1.0);
        let label = format!("{name} {}", outcome.key);
        let split = context.split(&label, &rows, value, &mut results.counts);
        let seen = rows.iter().map(|&i| values[i]).filter(|v| !v.is_nan());
        let mut seen: Vec<f64> = seen.collect();
        let cells = if kind == OutcomeType::Binary {
            seen = context.rounded_flags(&seen);
            let mut cells = split.proportion();
            cells.rounded = true;
            cells
        } else {
            let known = [split.known];
            let mut cells = Cells::counts(known.map(regtrial_results::Cell::count));
            // The last digits of a mean tell how many people it is of: it goes with that number,
            // unless that is rounded, when the mean is coarser too.
            if context.policy().rounds() {
                cells = cells.beside(known).coarse_for(seen.len() as u64);
            } else {
                cells = cells.and_showing(known);
            }
            let of = |quantity| context.total(&rows, quantity);
            cells.adding_up(quantities.iter().filter_map(of))
        };
        groups.push((name, seen, cells));
    }
    for (name, values, cells) in &groups {
        if !values.is_empty() {
            results.records.extend(group_records(
                context, analysis, outcome, kind, name, values, cells,
            )?);
        }
    }
    for (i, (treated, x, of_x)) in groups.iter().enumerate() {
        for (j, (control, y, of_y)) in groups[..i].iter().enumerate() {
            if !x.is_empty() && !y.is_empty() {
                let mut estimates = contrast_estimates(kind, x, y, context.level)
                    .map_err(StudyError::analysis(analysis))?;
                let mut replicates = None;
                if let Some(plan) = extras.bootstrap {
                    let of = |arm: usize| context.groups().swap_remove(arm).1;
                    let rows = [of(i), of(j)].concat().into_iter();
                    let rows: Vec<usize> = rows.filter(|&row| !values[row].is_nan()).collect();
                    let fit = bootstrap(context, plan, (x, y), &rows)
                        .map_err(StudyError::analysis(analysis))?;
                    let own = plan.kinds.iter().map(|kind| {
                        fit.estimate(0, Statistic::MeanDifference, *kind, context.level)
                    });
                    let own: Result<Vec<Estimate>, StatsError> = own.collect();
                    estimates.splice(0..0, own.map_err(StudyError::analysis(analysis))?);
                    replicates = Some(fit.replicates.len() as u64);
                    for remark in resampled::remarks(&fit, Some(analysis)) {
                        if !results.diagnostics.contains(&remark) {
                            results.diagnostics.push(remark);
                        }
                    }
                }
                let mut cells = both_cells(kind, x, y);
                cells.counts.extend(of_x.counts.iter().chain(&of_y.counts));
                cells.shows = [of_x.shows.clone(), of_y.shows.clone()].concat();
                cells.beside = [of_x.beside.clone(), of_y.beside.clone()].concat();
                cells.decimals = of_x.decimals.min(of_y.decimals);
                // With the mean of one arm a difference gives that of the other.
                cells = cells.adding_up([&of_x.totals[..], &of_y.totals].concat());
                cells.rounded = of_x.rounded;
                let tests = main_test(kind, x, y).map_err(StudyError::analysis(analysis))?;
                for estimate in estimates.iter().chain(&tests) {
                    let mut made = record(analysis, &context.population, estimate);
                    made.outcome.clone_from(&outcome.key);
                    made.contrast = contrast(estimate, treated, control);
                    made.n = Some((x.len() + y.len()) as u64);
                    made.events = events(kind, x).zip(events(kind, y)).map(|(a, b)| a + b);
                    made.cells = cells.clone();
                    made.replicates = replicates.filter(|_| made.method.starts_with("bootstrap_"));
                    results.records.push(made);
                }
                if let (Some(last), false) = (results.records.last_mut(), tests.is_empty()) {
                    "association".clone_into(&mut last.statistic);
                }
                if let (Some(replay), Some(first)) = (&extras.replay, estimates.first()) {
                    let statistic = first.statistic.as_str();
                    let mut made = Record::new(analysis, &context.population, statistic);
                    made.outcome.clone_from(&outcome.key);
                    made.contrast = contrast(first, treated, control);
                    made.n = Some((x.len() + y.len()) as u64);
                    made.cells = cells;
                    // Allocations are of people, not of rounded numbers of them.
                    made.cells.rounded = false;
                    replay
                        .means(context, (i, j), &values, &mut made)
                        .map_err(StudyError::analysis(analysis))?;
                    results.records.push(made);
                }
            }
        }
    }
    Ok(())
}

/// Replicates of the mean difference; `rows` are those of the values, the treated first.
fn bootstrap(
    context: &Context<'_>,
    plan: &BootstrapPlan,
    (x, y): (&[f64], &[f64]),
    rows: &[usize],
) -> Result<BootstrapFit, StatsError> {
    let clusters = match &plan.cluster {
        Some(column) => Some(resampled::clusters(context, column, rows)?),
        None => None,
    };
    let (samples, seed) = (TwoSamples::new(x, y)?, context.study.plan().seed);
    mean_difference(
        samples,
        clusters.as_deref(),
        &plan.kinds,
        plan.replicates,
        seed,
    )
}

fn group_records(
    context: &Context<'_>,
    analysis: &str,
    outcome: &OutcomePlan,
    kind: OutcomeType,
    name: &str,
    values: &[f64],
    cells: &Cells,
) -> Result<Vec<Record>, StudyError> {
    let mut estimates =
        group_estimates(kind, values, context.level).map_err(StudyError::analysis(analysis))?;
    estimates.truncate(1);
    let mut records: Vec<Record> = estimates
        .iter()
        .map(|e| record(analysis, &context.population, e))
        .collect();
    if kind != OutcomeType::Binary {
        let mut spread = Record::new(analysis, &context.population, "sd");
        spread.estimate = describe::variance(values).sqrt();
        records.push(spread);
    }
    for made in &mut records {
        made.outcome.clone_from(&outcome.key);
        name.clone_into(&mut made.group);
        made.n = Some(values.len() as u64);
        made.events = events(kind, values);
        made.cells = cells.clone();
    }
    Ok(records)
}

//! The arms against each other, unadjusted.

use super::records::{contrast, record};
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{AnalysisPlan, OutcomePlan};
use regtrial_results::{AnalysisKind, Cells, Record, Results};
use regtrial_stats::proportion::{
    Proportion, TwoByTwo, association, difference, odds_ratio, one, ratio,
};
use regtrial_stats::two_samples::{TwoSamples, counts, means, ranks};
use regtrial_stats::{ConfidenceLevel, Estimate, StatsError, describe};

/// What kind of values an outcome has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeType {
    /// 1 and 0.
    Binary,
    /// A quantity.
    Continuous,
    /// Counts of events.
    Count,
}

impl OutcomeType {
    /// Binary if and only if every value is 1 or 0.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let binary = values.iter().all(|value| *value == 0.0 || *value == 1.0);
        if binary {
            Self::Binary
        } else {
            Self::Continuous
        }
    }
}

/// The estimates of one group, the most usual first.
///
/// # Errors
/// An empty group, or values that the type excludes.
pub fn group_estimates(
    kind: OutcomeType,
    values: &[f64],
    level: ConfidenceLevel,
) -> Result<Vec<Estimate>, StatsError> {
    match kind {
        OutcomeType::Binary => Ok(one::all(proportion(values)?, level)),
        OutcomeType::Continuous | OutcomeType::Count => {
            Ok(vec![describe::mean_estimate(values, level)?])
        }
    }
}

/// Every contrast of two groups, the most usual method of each statistic first.
///
/// # Errors
/// An empty group, or values that the type excludes.
pub fn contrast_estimates(
    kind: OutcomeType,
    treated: &[f64],
    control: &[f64],
    level: ConfidenceLevel,
) -> Result<Vec<Estimate>, StatsError> {
    match kind {
        OutcomeType::Binary => Ok(table_estimates(
            TwoByTwo::new(proportion(treated)?, proportion(control)?),
            level,
        )),
        OutcomeType::Continuous => {
            let samples = TwoSamples::new(treated, control)?;
            Ok(vec![
                means::welch(samples, level),
                means::student(samples, level),
                ranks::mann_whitney(samples, level),
                ranks::hodges_lehmann(samples, level),
            ])
        }
        OutcomeType::Count => {
            let samples = TwoSamples::new(treated, control)?;
            Ok(vec![
                counts::robust(samples, level),
                counts::poisson(samples, level),
            ])
        }
    }
}

/// Above this many people the unconditional exact tests are left out: they agree with the
/// chi-squared test to the digits that are printed, and take minutes.
const UNCONDITIONAL_TO: u64 = 2_000;

fn table_estimates(table: TwoByTwo, level: ConfidenceLevel) -> Vec<Estimate> {
    let mut estimates = difference::all(table, level);
    estimates.push(ratio::katz(table, level));
    estimates.push(ratio::koopman(table, level));
    estimates.push(odds_ratio::woolf(table, level));
    let exact = odds_ratio::conditional_exact(table, level);
    estimates.extend([exact, odds_ratio::conditional_mid_p(table, level)]);
    estimates.push(difference::number_needed_to_treat(table, level));
    estimates.push(association::chi_squared(table));
    estimates.push(association::chi_squared_yates(table));
    let mut fisher = association::fisher(table);
    let mut mid_p = association::fisher_mid_p(table);
    fisher.estimate = exact.estimate;
    mid_p.estimate = exact.estimate;
    estimates.extend([fisher, mid_p]);
    estimates
}

/// The unconditional exact tests of a binary contrast, Barnard's and Boschloo's: seconds where
/// everything else is instant. None above two thousand people.
///
/// # Errors
/// An empty group, or values other than 0 and 1.
pub fn unconditional_tests(treated: &[f64], control: &[f64]) -> Result<Vec<Estimate>, StatsError> {
    let table = TwoByTwo::new(proportion(treated)?, proportion(control)?);
    if table.total() > UNCONDITIONAL_TO {
        return Ok(Vec::new());
    }
    let mut boschloo = association::boschloo(table);
    boschloo.estimate = odds_ratio::conditional_exact(table, ConfidenceLevel::default()).estimate;
    Ok(vec![association::barnard(table), boschloo])
}

fn proportion(values: &[f64]) -> Result<Proportion, StatsError> {
    if values.iter().any(|value| *value != 0.0 && *value != 1.0) {
        return Err(StatsError::OutcomeRange {
            outcome: "outcome".to_owned(),
            expected: "0 or 1",
        });
    }
    Proportion::new(
        values.iter().filter(|v| **v == 1.0).count() as u64,
        values.len() as u64,
    )
}

/// Every outcome of the plan by arm: the built-in analysis `outcomes`.
pub(crate) fn outcomes_table(
    context: &Context<'_>,
    results: &mut Results,
) -> Result<(), StudyError> {
    let outcomes = &context.study.plan().outcomes;
    if outcomes.is_empty() {
        return Ok(());
    }
    let mut analysis = entry("outcomes", "Outcomes by arm", AnalysisKind::Comparison, "");
    analysis.notes = notes();
    results.catalogue.analyses.push(analysis);
    for outcome in outcomes {
        add(context, "outcomes", outcome, results)?;
    }
    Ok(())
}

/// One outcome by arm, as an analysis of its own.
pub(crate) fn single(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let outcomes = &context.study.plan().outcomes;
    if let Some(outcome) = outcomes
        .iter()
        .find(|outcome| outcome.key == analysis.outcome)
    {
        let kind = AnalysisKind::Comparison;
        let mut listed = entry(&analysis.key, &analysis.title, kind, &analysis.outcome);
        listed.notes = notes();
        results.catalogue.analyses.push(listed);
        add(context, &analysis.key, outcome, results)?;
    }
    Ok(())
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
    results: &mut Results,
) -> Result<(), StudyError> {
    let values = context.numbers(&outcome.key)?;
    let kind = if context.is_binary(outcome)? {
        OutcomeType::Binary
    } else {
        OutcomeType::Continuous
    };
    let groups: Vec<(String, Vec<f64>)> = context
        .groups()
        .into_iter()
        .map(|(name, rows)| {
            let seen = rows
                .iter()
                .map(|&i| values[i])
                .filter(|value| !value.is_nan())
                .collect();
            (name, seen)
        })
        .collect();
    for (name, values) in &groups {
        if !values.is_empty() {
            results.records.extend(group_records(
                context, analysis, outcome, kind, name, values,
            )?);
        }
    }
    for (i, (treated, x)) in groups.iter().enumerate() {
        for (control, y) in &groups[..i] {
            if !x.is_empty() && !y.is_empty() {
                let estimates = contrast_estimates(kind, x, y, context.level)
                    .map_err(StudyError::analysis(analysis))?;
                let cells = both_cells(kind, x, y);
                let tests = main_test(kind, x, y)?;
                for estimate in estimates.iter().chain(&tests) {
                    let mut made = record(analysis, context.population, estimate);
                    made.outcome.clone_from(&outcome.key);
                    made.contrast = contrast(estimate, treated, control);
                    made.n = Some((x.len() + y.len()) as u64);
                    made.events = events(kind, x).zip(events(kind, y)).map(|(a, b)| a + b);
                    made.cells = cells.clone();
                    results.records.push(made);
                }
                if let (Some(last), false) = (results.records.last_mut(), tests.is_empty()) {
                    "association".clone_into(&mut last.statistic);
                }
            }
        }
    }
    Ok(())
}

fn group_records(
    context: &Context<'_>,
    analysis: &str,
    outcome: &OutcomePlan,
    kind: OutcomeType,
    name: &str,
    values: &[f64],
) -> Result<Vec<Record>, StudyError> {
    let mut estimates =
        group_estimates(kind, values, context.level).map_err(StudyError::analysis(analysis))?;
    estimates.truncate(1);
    let mut records: Vec<Record> = estimates
        .iter()
        .map(|e| record(analysis, context.population, e))
        .collect();
    if kind != OutcomeType::Binary {
        let mut spread = Record::new(analysis, context.population, "sd");
        spread.estimate = describe::variance(values).sqrt();
        records.push(spread);
    }
    for made in &mut records {
        made.outcome.clone_from(&outcome.key);
        name.clone_into(&mut made.group);
        made.n = Some(values.len() as u64);
        made.events = events(kind, values);
        made.cells = match made.events {
            Some(events) => Cells::proportion(events, values.len() as u64),
            None => Cells::counts([values.len() as u64]),
        };
    }
    Ok(records)
}

/// Events of a binary outcome.
#[must_use]
pub fn events(kind: OutcomeType, values: &[f64]) -> Option<u64> {
    (kind == OutcomeType::Binary).then(|| values.iter().filter(|v| **v == 1.0).count() as u64)
}

/// The counts behind a contrast.
#[must_use]
pub fn both_cells(kind: OutcomeType, x: &[f64], y: &[f64]) -> Cells {
    let counts = |values: &[f64]| match events(kind, values) {
        Some(events) => vec![events, values.len() as u64 - events],
        None => vec![values.len() as u64],
    };
    Cells::counts([counts(x), counts(y)].concat())
}

/// The test the table shows: chi-squared, or Fisher's where an expected count is below five.
fn main_test(kind: OutcomeType, x: &[f64], y: &[f64]) -> Result<Vec<Estimate>, StudyError> {
    if kind != OutcomeType::Binary {
        return Ok(Vec::new());
    }
    let table = proportion(x).and_then(|p| Ok(TwoByTwo::new(p, proportion(y)?)));
    let table = table.map_err(StudyError::analysis("outcomes"))?;
    let smaller_arm = table.treated.total().min(table.control.total()) as f64;
    let rarer = table.events().min(table.total() - table.events()) as f64;
    let expected = smaller_arm * rarer / table.total() as f64;
    let test = if expected < 5.0 {
        association::fisher(table)
    } else {
        association::chi_squared(table)
    };
    Ok(vec![test])
}

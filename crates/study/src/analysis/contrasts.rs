//! Estimates of groups and their contrasts, for plans and for ad-hoc comparisons alike.

use regtrial_results::Cells;
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
    let cells = Cells::counts([counts(x), counts(y)].concat());
    match kind {
        OutcomeType::Binary => cells,
        _ => cells.contributions(x).contributions(y),
    }
}

/// The test the table shows: chi-squared, or Fisher's where an expected count is below five.
pub(super) fn main_test(
    kind: OutcomeType,
    x: &[f64],
    y: &[f64],
) -> Result<Vec<Estimate>, StatsError> {
    if kind != OutcomeType::Binary {
        return Ok(Vec::new());
    }
    let table = proportion(x).and_then(|p| Ok(TwoByTwo::new(p, proportion(y)?)));
    let table = table?;
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

//! Trials with several treated arms and one control arm, given as a row a treated arm.
//!
//! Taken as they are, such rows count the control people more than once. The treated arms can be made one, or
//! the control arm can be split among the rows.
//!
//! Reference: J. P. T. Higgins et al. (2019), Cochrane Handbook for Systematic Reviews of Interventions,
//! section 23.3.4.

use crate::StatsError;
use crate::proportion::TwoByTwo;

/// What becomes of the rows of one trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeveralArms {
    /// The treated arms are added up: one row a trial.
    Combine,
    /// Each row gets an equal part of the control arm, whole people and whole events, the first rows
    /// what is over.
    Split,
}

/// A treated arm of a trial against its control arm.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialRow {
    /// The trial's name.
    pub trial: String,
    /// The arms.
    pub table: TwoByTwo,
}

/// Rows in which nobody is counted twice, in the order of the trials' first rows.
///
/// # Errors
/// [`StatsError::Argument`] if rows of one trial have different control arms, or a control arm has
/// fewer people than rows, or more events than people once split.
///
/// ```
/// use regtrial_stats::{meta::{SeveralArms, TrialRow, one_row_a_trial}, proportion::TwoByTwo};
/// let row = |a, n| TwoByTwo::from_counts(a, n, 5, 21).map(|table| TrialRow { trial: "A".into(), table });
/// let rows = [row(4, 20)?, row(6, 30)?];
/// let combined = one_row_a_trial(&rows, SeveralArms::Combine)?;
/// assert_eq!(combined[0].table, TwoByTwo::from_counts(10, 50, 5, 21)?);
/// let split = one_row_a_trial(&rows, SeveralArms::Split)?;
/// assert_eq!(split[0].table, TwoByTwo::from_counts(4, 20, 3, 11)?);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn one_row_a_trial(rows: &[TrialRow], how: SeveralArms) -> Result<Vec<TrialRow>, StatsError> {
    let mut made = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for row in rows {
        if done.contains(&row.trial.as_str()) {
            continue;
        }
        done.push(&row.trial);
        let own: Vec<&TrialRow> = rows.iter().filter(|r| r.trial == row.trial).collect();
        let control = row.table.control;
        if own.iter().any(|r| r.table.control != control) {
            let rule = "of one trial have different control arms: trials with arms of their own need \
                        names of their own";
            return Err(StatsError::argument("rows", rule));
        }
        let (events, total) = (control.events(), control.total());
        if how == SeveralArms::Combine {
            let sum = |part: &dyn Fn(&TrialRow) -> u64| own.iter().map(|r| part(r)).sum::<u64>();
            let treated_events = sum(&|r| r.table.treated.events());
            let treated_total = sum(&|r| r.table.treated.total());
            made.push(TrialRow {
                trial: row.trial.clone(),
                table: TwoByTwo::from_counts(treated_events, treated_total, events, total)?,
            });
            continue;
        }
        let parts = own.len() as u64;
        if total < parts {
            let rule = "is smaller than the number of treated arms: it cannot be split";
            return Err(StatsError::argument("a control arm", rule));
        }
        let part = |whole: u64, i: u64| whole / parts + u64::from(i < whole % parts);
        for (i, own) in own.iter().enumerate() {
            let i = i as u64;
            let treated = own.table.treated;
            made.push(TrialRow {
                trial: row.trial.clone(),
                table: TwoByTwo::from_counts(
                    treated.events(),
                    treated.total(),
                    part(events, i),
                    part(total, i),
                )?,
            });
        }
    }
    Ok(made)
}

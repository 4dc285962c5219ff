//! Trials with several treated arms and one control arm, given as a row a treated arm.
//!
//! Taken as they are, such rows count the control people more than once. The treated arms can be made one, or
//! the control arm can be split among the rows.
//!
//! Reference: J. P. T. Higgins et al. (2019), Cochrane Handbook for Systematic Reviews of Interventions,
//! section 23.3.4.

use crate::proportion::TwoByTwo;
use crate::{Diagnostic, StatsError};

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

/// A warning for each study that stands in more than one row, in the order of their first rows: pooled as they
/// are, rows count as independent studies. With tables, which are one a row or none, `shared_control` where two
/// rows have the same control arm, whose people then count twice; else `repeated_study`.
///
/// ```
/// use regtrial_stats::{meta::repeated_studies, proportion::TwoByTwo};
/// let tables = [TwoByTwo::from_counts(10, 50, 8, 60)?, TwoByTwo::from_counts(12, 55, 8, 60)?];
/// let found = repeated_studies(&["A", "A"], &tables);
/// assert_eq!((found[0].code, found[0].term.as_deref()), ("shared_control", Some("A")));
/// assert!(repeated_studies(&["A", "B"], &tables).is_empty());
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
#[must_use]
pub fn repeated_studies(names: &[&str], tables: &[TwoByTwo]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (first, name) in names.iter().enumerate() {
        let own: Vec<usize> = (0..names.len())
            .filter(|&row| names[row] == *name)
            .collect();
        if own.len() < 2 || own[0] < first {
            continue;
        }
        let control = |row: &usize| tables.get(*row).map(|table| table.control);
        let shared = own.iter().enumerate().any(|(at, row)| {
            let earlier = own[..at].iter().map(control);
            control(row).is_some() && earlier.into_iter().any(|other| other == control(row))
        });
        let rows = own.len();
        let warning = match shared {
            true => Diagnostic::warning(
                "shared_control",
                format!(
                    "stands in {rows} rows with the same control arm, whose people count more than once: the pooled \
                     standard error is too small; add the treated arms up or split the control arm among the rows"
                ),
            ),
            false => Diagnostic::warning(
                "repeated_study",
                format!(
                    "stands in {rows} rows, which are pooled as independent studies: people who are in several rows \
                     count more than once; combine such rows first, or give studies of their own a name of their own"
                ),
            ),
        };
        found.push(warning.on_term(*name));
    }
    found
}

//! Job spells and job months as rows of their canonical tables.

use crate::canonical::{EndStatus, Place, Row, TableKind, quantities, texts, truths};
use crate::value::quantity::Quantity;
use polars::prelude::Column;

/// A job from its first to its last day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JobSpell {
    pub(crate) place: Place,
    pub(crate) end_status: EndStatus,
    pub(crate) kind: Option<String>,
    pub(crate) percent: Quantity,
    pub(crate) hours: Quantity,
    pub(crate) pay: Quantity,
    pub(crate) employer: Option<String>,
    pub(crate) occupation: Option<String>,
    pub(crate) industry: Option<String>,
    pub(crate) form: Option<String>,
    pub(crate) subsidised: Option<bool>,
    pub(crate) job: Option<String>,
    pub(crate) source: Option<String>,
}

impl Row for JobSpell {
    const KIND: TableKind = TableKind::JobSpell;

    fn place(&self) -> &Place {
        &self.place
    }

    fn columns(rows: &[Self]) -> Vec<Column> {
        let mut columns = vec![texts("type", rows, |row| row.kind.as_deref())];
        columns.extend(agreed(rows, |row| [row.percent, row.hours, row.pay]));
        columns.extend([
            texts("employer", rows, |row| row.employer.as_deref()),
            texts("occupation", rows, |row| row.occupation.as_deref()),
            texts("industry", rows, |row| row.industry.as_deref()),
            texts("form", rows, |row| row.form.as_deref()),
            truths("subsidised", rows, |row| row.subsidised),
            texts("job", rows, |row| row.job.as_deref()),
            texts("end_status", rows, |row| Some(row.end_status.name())),
            texts("source", rows, |row| row.source.as_deref()),
        ]);
        columns
    }
}

/// A job in a calendar month.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JobMonth {
    pub(crate) place: Place,
    pub(crate) kind: Option<String>,
    pub(crate) in_reference_week: Option<bool>,
    pub(crate) main: Option<bool>,
    pub(crate) percent: Quantity,
    pub(crate) hours: Quantity,
    pub(crate) pay: Quantity,
    pub(crate) employer: Option<String>,
    pub(crate) occupation: Option<String>,
    pub(crate) industry: Option<String>,
    pub(crate) form: Option<String>,
    pub(crate) job: Option<String>,
}

impl Row for JobMonth {
    const KIND: TableKind = TableKind::JobMonth;

    fn place(&self) -> &Place {
        &self.place
    }

    fn columns(rows: &[Self]) -> Vec<Column> {
        let mut columns = vec![
            texts("type", rows, |row| row.kind.as_deref()),
            truths("in_reference_week", rows, |row| row.in_reference_week),
            truths("main", rows, |row| row.main),
        ];
        columns.extend(agreed(rows, |row| [row.percent, row.hours, row.pay]));
        columns.extend([
            texts("employer", rows, |row| row.employer.as_deref()),
            texts("occupation", rows, |row| row.occupation.as_deref()),
            texts("industry", rows, |row| row.industry.as_deref()),
            texts("form", rows, |row| row.form.as_deref()),
            texts("job", rows, |row| row.job.as_deref()),
        ]);
        columns
    }
}

/// What was agreed: percent of full time, hours a week, pay.
fn agreed<R>(rows: &[R], of: impl Fn(&R) -> [Quantity; 3]) -> Vec<Column> {
    let names = [
        ("percent", "percent_set_aside"),
        ("hours", "hours_set_aside"),
        ("pay", "pay_set_aside"),
    ];
    let columns = names.into_iter().enumerate();
    columns
        .flat_map(|(which, names)| quantities(names, rows, |row| of(row)[which]))
        .collect()
}

/// Yes or no, as registers write it.
pub(crate) fn truth(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "1" | "true" | "yes" | "ja" | "j" | "y" => Some(true),
        "0" | "false" | "no" | "nei" | "nej" | "n" => Some(false),
        _ => None,
    }
}

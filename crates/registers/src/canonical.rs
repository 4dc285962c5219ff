//! Canonical tables: one row a spell of days, sorted by person and start, each with the file and
//! line it comes from.

use crate::error::RegisterError;
use crate::value::date::{Day, Precision};
use crate::value::quantity::Quantity;
use polars::prelude::*;

/// What a canonical table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TableKind {
    /// Jobs, from their first to their last day.
    JobSpell,
    /// Jobs by calendar month.
    JobMonth,
    /// Leaves and furloughs.
    Leave,
    /// Benefits.
    BenefitSpell,
    /// Labour-market measures.
    MeasureSpell,
    /// Episodes in specialist care.
    Episode,
    /// Diagnoses, on the days of their episode or contact.
    Diagnosis,
    /// Contacts with primary care.
    Contact,
    /// Tariffs of contacts, on their days.
    Tariff,
    /// Deaths, and time abroad.
    PersonStatus,
    /// Danish weeks with a benefit code.
    WeekState,
}

/// What a rule can compare a field with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Text, compared bytewise.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Truth,
    /// A day.
    Day,
}

use FieldKind::{Number, Text, Truth};

impl TableKind {
    /// The name in a plan.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::JobSpell => "job_spell",
            Self::JobMonth => "job_month",
            Self::Leave => "leave",
            Self::BenefitSpell => "benefit_spell",
            Self::MeasureSpell => "measure_spell",
            Self::Episode => "episode",
            Self::Diagnosis => "diagnosis",
            Self::Contact => "contact",
            Self::Tariff => "tariff",
            Self::PersonStatus => "person_status",
            Self::WeekState => "week_state",
        }
    }

    /// The fields a rule can ask for, besides `start`, `end` and `precision`, which every table has.
    /// `*_set_aside` holds a reported number that its field cannot have (950 percent), which is
    /// missing in the field itself.
    #[must_use]
    pub fn fields(self) -> &'static [(&'static str, FieldKind)] {
        match self {
            Self::JobSpell => &[
                ("type", Text),
                ("percent", Number),
                ("percent_set_aside", Number),
                ("hours", Number),
                ("hours_set_aside", Number),
                ("pay", Number),
                ("pay_set_aside", Number),
                ("employer", Text),
                ("occupation", Text),
                ("industry", Text),
                ("form", Text),
                ("subsidised", Truth),
                ("job", Text),
                ("end_status", Text),
                ("source", Text),
            ],
            Self::JobMonth => &[
                ("type", Text),
                ("in_reference_week", Truth),
                ("main", Truth),
                ("percent", Number),
                ("percent_set_aside", Number),
                ("hours", Number),
                ("hours_set_aside", Number),
                ("pay", Number),
                ("pay_set_aside", Number),
                ("employer", Text),
                ("occupation", Text),
                ("industry", Text),
                ("form", Text),
                ("job", Text),
            ],
            Self::Leave => &[
                ("type", Text),
                ("percent", Number),
                ("percent_set_aside", Number),
                ("job", Text),
            ],
            Self::BenefitSpell => &[
                ("benefit", Text),
                ("code", Text),
                ("degree", Number),
                ("degree_set_aside", Number),
                ("amount", Number),
                ("end_status", Text),
            ],
            Self::MeasureSpell => &[("measure", Text), ("group", Text), ("end_status", Text)],
            Self::Episode => &[
                ("episode", Text),
                ("care_level", Text),
                ("urgency", Text),
                ("field", Text),
                ("contact_type", Text),
                ("payer", Text),
                ("main_diagnosis", Text),
                ("end_status", Text),
            ],
            Self::Diagnosis => &[
                ("code", Text),
                ("system", Text),
                ("main", Truth),
                ("episode", Text),
            ],
            Self::Contact => &[
                ("contact", Text),
                ("contact_type", Text),
                ("practitioner", Text),
                ("diagnosis", Text),
                ("tariff", Text),
                ("amount", Number),
            ],
            Self::Tariff => &[("code", Text), ("contact", Text)],
            Self::PersonStatus => &[("status", Text)],
            Self::WeekState => &[("code", Text), ("group", Text), ("month", Text)],
        }
    }

    /// The kind of a field, if the table has it.
    #[must_use]
    pub fn field(self, name: &str) -> Option<FieldKind> {
        match name {
            "start" | "end" => Some(FieldKind::Day),
            "precision" => Some(Text),
            _ => {
                let found = self.fields().iter().find(|(other, _)| *other == name);
                found.map(|(_, kind)| *kind)
            }
        }
    }
}

/// How a spell's last day is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndStatus {
    /// Reported.
    Observed,
    /// No end reported: it goes on at the register's last day.
    Open,
    /// Set by a machine (a job that stopped being reported).
    Machine,
}

impl EndStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Open => "open",
            Self::Machine => "machine",
        }
    }
}

/// A canonical table.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Table {
    /// What it holds.
    pub kind: TableKind,
    /// `person` (position in the participant list), `start`, `end`, `precision` (day, week, month),
    /// the fields of [`TableKind::fields`], `file` (position in the logs), `line`.
    pub frame: DataFrame,
}

/// Whose row it is, when, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) person: usize,
    pub(crate) start: Day,
    pub(crate) end: Day,
    pub(crate) precision: Precision,
    pub(crate) file: usize,
    pub(crate) line: u64,
}

/// A row of a canonical table.
pub(crate) trait Row {
    const KIND: TableKind;

    fn place(&self) -> &Place;

    /// The columns of `KIND.fields()`.
    fn columns(rows: &[Self]) -> Vec<Column>
    where
        Self: Sized;
}

/// Rows as a canonical table.
pub(crate) fn table<R: Row>(mut rows: Vec<R>) -> Result<Table, RegisterError> {
    rows.sort_by_key(|row| *row.place());
    let index = |name: &str, value: fn(&Place) -> u64| {
        let values: Vec<u64> = rows.iter().map(|row| value(row.place())).collect();
        Column::new(name.into(), values)
    };
    let day = |name: &str, value: fn(&Place) -> Day| {
        let days: Vec<Day> = rows.iter().map(|row| value(row.place())).collect();
        Column::new(name.into(), days).cast(&DataType::Date)
    };
    let mut columns = vec![
        index("person", |place| place.person as u64),
        day("start", |place| place.start)?,
        day("end", |place| place.end)?,
        texts("precision", &rows, |row| Some(row.place().precision.name())),
    ];
    columns.extend(R::columns(&rows));
    columns.push(index("file", |place| place.file as u64));
    columns.push(index("line", |place| place.line));
    let frame = DataFrame::new(rows.len(), columns)?;
    Ok(Table {
        kind: R::KIND,
        frame,
    })
}

pub(crate) fn texts<'a, R>(
    name: &str,
    rows: &'a [R],
    value: impl Fn(&'a R) -> Option<&'a str>,
) -> Column {
    Column::new(name.into(), rows.iter().map(value).collect::<Vec<_>>())
}

pub(crate) fn numbers<R>(name: &str, rows: &[R], value: fn(&R) -> Option<f64>) -> Column {
    Column::new(name.into(), rows.iter().map(value).collect::<Vec<_>>())
}

/// A quantity, and beside it what was reported but is set aside.
pub(crate) fn quantities<R>(
    (name, set_aside): (&str, &str),
    rows: &[R],
    quantity: impl Fn(&R) -> Quantity,
) -> [Column; 2] {
    let column = |name: &str, part: fn(Quantity) -> Option<f64>| {
        let values: Vec<Option<f64>> = rows.iter().map(|row| part(quantity(row))).collect();
        Column::new(name.into(), values)
    };
    [
        column(name, |quantity| quantity.value),
        column(set_aside, |quantity| quantity.set_aside),
    ]
}

pub(crate) fn truths<R>(name: &str, rows: &[R], value: fn(&R) -> Option<bool>) -> Column {
    Column::new(name.into(), rows.iter().map(value).collect::<Vec<_>>())
}

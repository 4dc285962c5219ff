//! A register's canonical table as slices by person.

use crate::OutcomeError;
use crate::observation::Observation;
use crate::rule::{Rule, Truth};
use crate::span::Span;
use polars::prelude::*;
use regtrial_registers::{Day, TableKind};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

/// The spells of a table, and when its register sees each person.
#[derive(Debug)]
pub(crate) struct SpellTable {
    pub(crate) kind: TableKind,
    pub(crate) frame: DataFrame,
    /// Per person: the rows of the table.
    pub(crate) rows: Vec<Range<usize>>,
    pub(crate) observations: Vec<Observation>,
    start: Vec<Day>,
    end: Vec<Day>,
    jobs: OnceLock<Vec<Option<u64>>>,
}

/// Which job a row is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Job<'a> {
    Identified(&'a str),
    Employer(&'a str),
    /// Nothing says: a job of its own.
    Row(usize),
}

impl SpellTable {
    /// A canonical table, sorted by person.
    pub(crate) fn new(
        kind: TableKind,
        frame: &DataFrame,
        observations: Vec<Observation>,
    ) -> Result<Self, OutcomeError> {
        let person = frame.column("person")?.u64()?;
        let mut rows = vec![0..0; observations.len()];
        let mut previous = None;
        for (row, position) in person.iter().enumerate() {
            let position = position.ok_or(OutcomeError::Table)? as usize;
            let range: &mut Range<usize> = rows.get_mut(position).ok_or(OutcomeError::Table)?;
            if previous == Some(position) {
                range.end = row + 1;
            } else if range.start == range.end {
                *range = row..row + 1;
            } else {
                // A person's rows in two places: the table is not sorted.
                return Err(OutcomeError::Table);
            }
            previous = Some(position);
        }
        Ok(Self {
            kind,
            frame: frame.clone(),
            rows,
            observations,
            start: days(frame, "start")?,
            end: days(frame, "end")?,
            jobs: OnceLock::new(),
        })
    }

    /// The rows of one person, as the table of a cohort of nobody else.
    pub(crate) fn of_one(&self, person: usize) -> Self {
        let rows = self.rows[person].clone();
        Self {
            kind: self.kind,
            frame: self.frame.slice(rows.start as i64, rows.len()),
            rows: std::iter::once(0..rows.len()).collect(),
            observations: vec![self.observations[person].clone()],
            start: self.start[rows.clone()].to_vec(),
            end: self.end[rows].to_vec(),
            jobs: OnceLock::new(),
        }
    }

    /// The days of a row.
    pub(crate) fn span(&self, row: usize) -> Span {
        Span::closed(self.start[row], self.end[row])
    }

    /// A rule's truth for every row.
    pub(crate) fn truths(&self, rule: Option<&Rule>) -> Result<Vec<Truth>, OutcomeError> {
        match rule {
            Some(rule) => rule.truths(&self.frame),
            None => Ok(vec![Truth::True; self.frame.height()]),
        }
    }

    /// A column of numbers; nothing if the table has no such field.
    pub(crate) fn numbers(&self, field: &str) -> Result<Vec<Option<f64>>, OutcomeError> {
        Ok(self.frame.column(field)?.f64()?.iter().collect())
    }

    /// A number a row that rows of the same person's job share; `None` where nothing says which job
    /// a row of one month belongs to.
    pub(crate) fn jobs(&self) -> Result<&[Option<u64>], OutcomeError> {
        if let Some(known) = self.jobs.get() {
            return Ok(known);
        }
        let jobs = self.numbered_jobs()?;
        Ok(self.jobs.get_or_init(|| jobs))
    }

    fn numbered_jobs(&self) -> Result<Vec<Option<u64>>, OutcomeError> {
        let texts = |name: &str| -> Result<Vec<Option<&str>>, OutcomeError> {
            match self.frame.column(name) {
                Ok(column) => Ok(column.str()?.iter().collect()),
                Err(_) => Ok(vec![None; self.frame.height()]),
            }
        };
        let (ids, employers) = (texts("job")?, texts("employer")?);
        let by_month = self.kind == TableKind::JobMonth;
        let mut known: HashMap<Job<'_>, u64> = HashMap::new();
        let rows = ids.into_iter().zip(employers).enumerate();
        let jobs = rows.map(|(row, (id, employer))| {
            let job = match (id, employer) {
                (Some(id), _) => Job::Identified(id),
                (None, Some(employer)) if by_month => Job::Employer(employer),
                (None, _) if by_month => return None,
                (None, _) => Job::Row(row),
            };
            let next = known.len() as u64;
            Some(*known.entry(job).or_insert(next))
        });
        Ok(jobs.collect())
    }
}

fn days(frame: &DataFrame, column: &str) -> Result<Vec<Day>, OutcomeError> {
    let days = frame.column(column)?.cast(&DataType::Int32)?;
    days.i32()?
        .iter()
        .collect::<Option<Vec<_>>>()
        .ok_or(OutcomeError::Table)
}

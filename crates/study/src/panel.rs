//! Person-months: a row a person and month, for curves and models of the user's own.

use crate::plan::SequencePlan;
use crate::{Study, StudyError};
use polars::prelude::*;
use regtrial_outcomes::calendar::Offset;
use regtrial_outcomes::observation::Policies;
use regtrial_outcomes::{Occupied, OutcomeError};
use regtrial_registers::Problem;
use std::path::Path;

impl Study {
    /// The status of everyone in every endpoint of the plan on the landmarks of months 0 to
    /// `months`: columns `id`, `month`, `day`, and 1, 0 or missing an endpoint. Who is not seen on
    /// a day is missing there.
    ///
    /// # Errors
    /// As [`Study::cohort`].
    pub fn person_months(&self, months: u32) -> Result<DataFrame, StudyError> {
        let keys = self
            .plan()
            .endpoints
            .iter()
            .map(|planned| (&planned.endpoint.key, planned.line));
        check_names(&self.plan().path, "endpoint", keys)?;
        let cohort = self.cohort()?;
        let mut columns = self.months(months)?;
        for planned in &self.plan().endpoints {
            let panel = cohort.panel(&planned.endpoint, months, Policies::default())?;
            let number = |status: &Option<bool>| status.map(|yes| f64::from(u8::from(yes)));
            let values: Vec<Option<f64>> = panel.status.iter().flatten().map(number).collect();
            columns.push(Column::new(planned.endpoint.key.as_str().into(), values));
        }
        sorted(columns)
    }

    /// The state of everyone in every sequence of the plan on the landmarks of its months: columns
    /// `id`, `month`, `day`, and the name of the state a sequence. Who is in none of the states is
    /// `none`, who is not seen `unobserved`; months beyond a sequence's last are missing.
    ///
    /// # Errors
    /// As [`Study::cohort`].
    pub fn state_sequences(&self) -> Result<DataFrame, StudyError> {
        let cohort = self.cohort()?;
        let planned = &self.plan().sequences;
        let keys = planned
            .iter()
            .map(|planned| (&planned.sequence.key, planned.line));
        check_names(&self.plan().path, "sequence", keys)?;
        let months = planned.iter().map(|planned| planned.sequence.months);
        let months = months.max().unwrap_or(0);
        let mut columns = self.months(months)?;
        for SequencePlan { sequence, .. } in planned {
            let states = cohort.sequence(sequence)?;
            let name = |state: &Occupied| match state {
                Occupied::State(rank) => sequence.states[*rank].0.as_str(),
                Occupied::None => "none",
                Occupied::Unobserved => "unobserved",
            };
            let mut names: Vec<Option<&str>> =
                states.iter().flatten().map(|s| Some(name(s))).collect();
            names.resize(columns[0].len(), None);
            columns.push(Column::new(sequence.key.as_str().into(), names));
        }
        sorted(columns)
    }

    /// The columns `id`, `month` and `day`, by month and then by person.
    fn months(&self, months: u32) -> Result<Vec<Column>, StudyError> {
        let people = self.people();
        let (mut ids, mut numbers, mut days) = (Vec::new(), Vec::new(), Vec::new());
        if people.index.len() != people.len() {
            return Err(OutcomeError::Table.into());
        }
        for month in 0..=months {
            for (id, &index) in people.ids.iter().zip(&people.index) {
                ids.push(id);
                numbers.push(month);
                days.push(Offset::Months(month as i32).from(index));
            }
        }
        Ok(vec![
            Column::new("id".into(), ids),
            Column::new("month".into(), numbers),
            Column::new("day".into(), days).cast(&DataType::Date)?,
        ])
    }
}

/// A table has each column once.
fn check_names<'k>(
    plan: &Path,
    what: &str,
    keys: impl Iterator<Item = (&'k String, u64)>,
) -> Result<(), StudyError> {
    let taken = keys.filter(|(key, _)| ["id", "month", "day"].contains(&key.as_str()));
    let problem = |(key, line): (&String, u64)| {
        let rule = format!("the table has a column `{key}` of its own");
        let problem = Problem::new("duplicate_key", plan, rule).at_line(line);
        problem.help(format!("give the {what} another key"))
    };
    let problems: Vec<Problem> = taken.map(problem).collect();
    match problems.is_empty() {
        true => Ok(()),
        false => Err(StudyError::Plan(problems)),
    }
}

/// The table by person (in the order of the participant list) and month.
fn sorted(columns: Vec<Column>) -> Result<DataFrame, StudyError> {
    let height = columns[0].len();
    let months = columns[1].u32()?.max().unwrap_or(0) as usize + 1;
    let people = height / months.max(1);
    let rows = (0..people).flat_map(|person| (0..months).map(move |month| month * people + person));
    let rows: Vec<IdxSize> = rows.map(|row| row as IdxSize).collect();
    let frame = DataFrame::new(height, columns)?;
    Ok(frame.take(&IdxCa::from_vec("rows".into(), rows))?)
}

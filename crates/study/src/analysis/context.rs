//! What every analysis needs: the table, who is analysed, the level of the intervals.

use crate::plan::OutcomePlan;
use crate::{Study, StudyError, design};
use polars::prelude::{Column, DataFrame};
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::design::Data;

/// What every analysis needs.
#[derive(Clone)]
pub(crate) struct Context<'a> {
    pub(crate) study: &'a Study,
    /// One row a person, the outcomes of people who are not analysed missing.
    pub(crate) table: DataFrame,
    pub(crate) data: Data,
    pub(crate) level: ConfidenceLevel,
    /// Who is analysed, in words.
    pub(crate) population: String,
    /// Whether each person is among them; everyone if nothing is said.
    pub(crate) members: Option<Vec<bool>>,
}

impl Context<'_> {
    pub(crate) fn arms(&self) -> &[String] {
        &self.study.people().arms
    }

    /// The place of everyone's arm; nothing where the study has no arms.
    pub(crate) fn arms_of_rows(&self) -> Vec<Option<usize>> {
        let people = self.study.people();
        let arm = |row: usize| people.arm.get(row).map(|arm| *arm as usize);
        let has_arms = !people.arms.is_empty();
        (0..people.len())
            .map(|row| arm(row).filter(|_| has_arms))
            .collect()
    }

    /// Whether a person is analysed.
    pub(crate) fn is_member(&self, row: usize) -> bool {
        self.members.as_ref().is_none_or(|members| members[row])
    }

    /// How many people are not analysed.
    pub(crate) fn outsiders(&self) -> usize {
        let people = 0..self.study.people().len();
        people.filter(|&row| !self.is_member(row)).count()
    }

    /// The rows of each arm; one unnamed group where the study has no arms.
    pub(crate) fn groups(&self) -> Vec<(String, Vec<usize>)> {
        let people = self.study.people();
        let rows = || (0..people.len()).filter(|&i| self.is_member(i));
        if people.arms.is_empty() {
            return vec![("all".to_owned(), rows().collect())];
        }
        let members = |arm: usize| rows().filter(|&i| people.arm[i] as usize == arm).collect();
        people
            .arms
            .iter()
            .enumerate()
            .map(|(i, arm)| (arm.clone(), members(i)))
            .collect()
    }

    /// A column of the person table as numbers.
    pub(crate) fn numbers(&self, column: &str) -> Result<Vec<f64>, StudyError> {
        Ok(design::numbers(self.table.column(column)?)?)
    }

    /// Whether an outcome's values are 1 and 0.
    pub(crate) fn is_binary(&self, outcome: &OutcomePlan) -> Result<bool, StudyError> {
        if let Some(binary) = outcome.is_binary() {
            return Ok(binary);
        }
        let values = self.numbers(&outcome.key)?;
        Ok(values
            .iter()
            .filter(|v| !v.is_nan())
            .all(|v| *v == 0.0 || *v == 1.0))
    }

    /// The same people with other values in some columns of numbers; those of people who are not
    /// analysed are missing.
    pub(crate) fn with_columns(&self, columns: Vec<Column>) -> Result<Self, StudyError> {
        let mut other = self.clone();
        for column in columns {
            let name = column.name().clone();
            let mut values = design::numbers(&column)?;
            for (row, value) in values.iter_mut().enumerate() {
                if !self.is_member(row) {
                    *value = f64::NAN;
                }
            }
            let known: Vec<Option<f64>> =
                values.iter().map(|v| (!v.is_nan()).then_some(*v)).collect();
            other.table.with_column(Column::new(name.clone(), known))?;
            other.data = other.data.with_numbers(&name, values);
        }
        Ok(other)
    }

    /// Some of the people, with an outcome that the others do not have.
    pub(crate) fn restricted(
        &self,
        population: &str,
        members: Vec<bool>,
        outcome: &OutcomePlan,
    ) -> Result<Self, StudyError> {
        let both = |row: usize| members[row] && self.is_member(row);
        let mut other = self.clone();
        other.members = Some((0..members.len()).map(both).collect());
        population.clone_into(&mut other.population);
        let mut columns = vec![self.table.column(&outcome.key)?.clone()];
        if outcome.is_time() {
            let event = outcome.event_column();
            columns.push(self.table.column(&event)?.clone());
        }
        other.with_columns(columns)
    }
}

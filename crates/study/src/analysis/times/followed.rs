//! The people whose time is known, by arm, and who stands behind what is said of them.

use super::super::Context;
use super::super::counts::nested;
use super::super::marks::{Mark, is_quantile, link, marks, quantile_days};
use super::super::survival::{SurvivalRecords, TimeToEvent};
use super::super::time_curve::related;
use crate::StudyError;
use crate::plan::OutcomePlan;
use regtrial_results::{Cell, Cells, Record, Results};
use std::collections::BTreeMap;

/// The people whose time is known, and who stands behind what is said of each arm.
pub(in crate::analysis) struct Followed {
    pub(in crate::analysis) people: TimeToEvent,
    /// Their rows of the person table.
    pub(in crate::analysis) rows: Vec<usize>,
    /// Of each arm those with the event and those without.
    pub(in crate::analysis) cells: Vec<(String, [Cell; 2])>,
}

impl Followed {
    /// Nothing if nobody's time is known. Who has no value in a column of strata is left out.
    pub(in crate::analysis) fn new(
        context: &Context<'_>,
        outcome: &OutcomePlan,
        strata: &[String],
        results: &mut Results,
    ) -> Result<Option<Self>, StudyError> {
        let (mut time, event) = (
            context.numbers(&outcome.key)?,
            context.numbers(&outcome.event_column())?,
        );
        let stratum = stratum(context, strata)?;
        if let Some(stratum) = &stratum {
            for (time, stratum) in time.iter_mut().zip(stratum) {
                if stratum.is_none() {
                    *time = f64::NAN;
                }
            }
        }
        let mut people = TimeToEvent {
            time: Vec::new(),
            cause: Vec::new(),
            group: Vec::new(),
            stratum: stratum.as_ref().map(|_| Vec::new()),
            groups: Vec::new(),
            by: "arm".to_owned(),
            event: outcome.key.clone(),
        };
        let (mut cells, mut all) = (Vec::new(), Vec::new());
        for (name, rows) in context.groups() {
            let known = rows.iter().copied().filter(|&i| !time[i].is_nan());
            let known: Vec<usize> = known.collect();
            if known.is_empty() {
                continue;
            }
            let label = format!("{name} {}", outcome.key);
            let reached = |i: usize| (!time[i].is_nan()).then_some(event[i] == 1.0);
            let split = context.split(&label, &rows, reached, &mut results.counts);
            cells.push((name.clone(), [split.yes, split.no]));
            let group = people.groups.len();
            people.groups.push(name);
            for i in known {
                people.time.push(time[i]);
                people.cause.push(event[i] as u32);
                people.group.push(group);
                if let (Some(own), Some(of_row)) = (&mut people.stratum, &stratum) {
                    own.extend(of_row[i]);
                }
                all.push(i);
            }
        }
        Ok((!people.groups.is_empty()).then_some(Self {
            people,
            rows: all,
            cells,
        }))
    }

    /// The last day that anybody was followed to.
    pub(in crate::analysis) fn last(&self) -> f64 {
        self.people.time.iter().copied().fold(0.0, f64::max)
    }

    /// Where nobody leaves early a restricted mean is one of days: those of a group, or of all.
    fn days(&self, group: &str, horizon: f64, mut cells: Cells) -> Cells {
        for (at, name) in self.people.groups.iter().enumerate() {
            if group.is_empty() || group == name {
                let own = self.people.time.iter().zip(&self.people.group);
                let own = own.filter(|(_, of)| **of == at);
                let days: Vec<f64> = own.map(|(time, _)| time.min(horizon)).collect();
                cells = cells.contributions(&days);
            }
        }
        cells
    }

    /// Adds what was found, as records of an analysis with the people behind them.
    pub(super) fn add(
        &self,
        context: &Context<'_>,
        analysis: &str,
        outcome: &OutcomePlan,
        found: SurvivalRecords,
        results: &mut Results,
    ) -> Result<(), StudyError> {
        let mut others = None;
        for mut record in found.records {
            analysis.clone_into(&mut record.analysis);
            context.population.clone_into(&mut record.population);
            record.outcome.clone_from(&outcome.key);
            let behind = self
                .cells
                .iter()
                .filter(|(arm, _)| record.group.is_empty() || *arm == record.group);
            let behind: Vec<Cell> = behind.flat_map(|(_, cells)| *cells).collect();
            record.cells = Cells::showing(behind);
            // At the last day few may be followed still.
            record.n_risk = record.n_risk.filter(|_| !context.policy().is_on());
            if is_quantile(&record) && context.policy().is_on() {
                // The same for every quantile.
                let others = match &mut others {
                    Some(known) => known,
                    none => none.insert(related(context, outcome)?),
                };
                let cells = self.of_quantile(context, &record, (outcome, others), results)?;
                record.cells = record.cells.and_showing(cells);
            }
            if record.statistic.starts_with("restricted_mean") {
                record.cells = self.days(&record.group, record.time, record.cells);
            }
            results.records.push(record);
        }
        for mut diagnostic in found.diagnostics {
            let of = diagnostic
                .term
                .map(|term| format!("{}, {term}", outcome.key));
            diagnostic.term = Some(of.unwrap_or_else(|| outcome.key.clone()));
            results.diagnostics.push(diagnostic);
        }
        Ok(())
    }

    /// Those with the event by the days of a quantile and of its limits: how many is known from what a
    /// quantile is. `related` are people with an event by a related outcome.
    fn of_quantile(
        &self,
        context: &Context<'_>,
        quantile: &Record,
        (outcome, related): (&OutcomePlan, &[Vec<bool>]),
        results: &mut Results,
    ) -> Result<Vec<Cell>, StudyError> {
        let people = &self.people;
        let group = people.groups.iter().position(|arm| *arm == quantile.group);
        let by = |day: f64| -> Vec<usize> {
            let had = |i: &usize| {
                Some(people.group[*i]) == group && people.cause[*i] == 1 && people.time[*i] <= day
            };
            (0..people.time.len())
                .filter(had)
                .map(|i| self.rows[i])
                .collect()
        };
        let mut wider = by(f64::INFINITY);
        let marks = marks(context, outcome, results)?;
        let marks: Vec<&Mark> = marks
            .iter()
            .filter(|mark| mark.arm == quantile.group)
            .collect();
        let of_arm: Vec<usize> = (0..people.time.len())
            .filter(|&i| Some(people.group[i]) == group)
            .map(|i| self.rows[i])
            .collect();
        let mut cells = Vec::new();
        for day in quantile_days(quantile).into_iter().rev() {
            let with = by(day);
            let label = format!("{} {} quantile {day}", quantile.group, outcome.key);
            nested(context, &label, &wider, &with, results);
            let own = (outcome.key.as_str(), label.as_str());
            link(context, own, &with, None, &marks, results);
            for flags in related {
                let others = of_arm.iter().copied().filter(|&row| flags[row]);
                let others: Vec<usize> = others.collect();
                nested(context, &label, &others, &with, results);
                nested(context, &label, &with, &others, results);
            }
            cells.push(context.cell(&label, with.iter().copied()));
            wider = with;
        }
        Ok(cells)
    }
}

/// The stratum of each person; nothing if there are no strata.
pub(in crate::analysis) fn stratum(
    context: &Context<'_>,
    columns: &[String],
) -> Result<Option<Vec<Option<usize>>>, StudyError> {
    if columns.is_empty() {
        return Ok(None);
    }
    let mut keys: Vec<Option<Vec<String>>> = vec![Some(Vec::new()); context.table.height()];
    for name in columns {
        let column = context.table.column(name)?;
        let text = column.cast(&polars::prelude::DataType::String)?;
        for (key, cell) in keys.iter_mut().zip(text.str()?.iter()) {
            let cell = cell.filter(|cell| !cell.is_empty());
            match (key.as_mut(), cell) {
                (Some(key), Some(cell)) => key.push(cell.to_owned()),
                _ => *key = None,
            }
        }
    }
    let mut numbers: BTreeMap<&Vec<String>, usize> =
        keys.iter().flatten().map(|key| (key, 0)).collect();
    for (number, value) in numbers.values_mut().enumerate() {
        *value = number;
    }
    let number = |key: &Option<Vec<String>>| key.as_ref().map(|key| numbers[key]);
    Ok(Some(keys.iter().map(number).collect()))
}

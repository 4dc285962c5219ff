//! From `Surv(time, event) ~ terms` and columns to what a Cox model is fitted on.

use super::follow_up::merge_close;
use crate::design::{Coding, Column, Data, Design, column_major};
use crate::formula::Formula;
use crate::{Diagnostic, StatsError};
use ndarray::Array2;
use std::collections::{BTreeMap, BTreeSet};

/// Times, events, covariates and strata, one row of the data each.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SurvivalDesign {
    /// Covariates without an intercept, rows by terms, column-major.
    pub x: Array2<f64>,
    /// Names of the columns of `x`.
    pub terms: Vec<String>,
    /// For rows that are at risk over (start, stop]: the starts.
    pub start: Option<Vec<f64>>,
    /// Times of the event or of the end of observation.
    pub stop: Vec<f64>,
    /// Whether a row ends with the event.
    pub event: Vec<bool>,
    /// How the formula writes the event.
    pub event_name: String,
    /// A number for each stratum, 0 everywhere without `strata()`.
    pub stratum: Vec<usize>,
    /// A number for each cluster, if the formula has `cluster()`.
    pub cluster: Option<Vec<usize>>,
    /// The summed offsets, if the formula has any.
    pub offset: Option<Vec<f64>>,
    /// Which rows of the data were used, in order.
    pub rows: Vec<usize>,
    /// How many rows were set aside for a missing value.
    pub dropped: usize,
    /// How the terms were coded, the intercept before them, to apply to other data.
    pub coding: Coding,
}

impl SurvivalDesign {
    /// Builds the design of `formula` on `data`. An intercept, written or not, has no meaning here
    /// and is left out; factors are coded against their reference level all the same.
    ///
    /// # Errors
    /// A left side that is not `Surv(...)`, no term, times that are negative or not finite, a start
    /// that is not before its stop, an event that is not 0 or 1, and the errors of [`Design::new`].
    pub fn new(formula: &Formula, data: &Data) -> Result<Self, StatsError> {
        Self::with_cluster(formula, data, None)
    }

    /// As [`SurvivalDesign::new`], with the clusters in a column of the data instead of in the
    /// formula.
    ///
    /// # Errors
    /// As [`SurvivalDesign::new`].
    pub fn with_cluster(
        formula: &Formula,
        data: &Data,
        cluster: Option<&str>,
    ) -> Result<Self, StatsError> {
        let (design, cause) = Self::with_causes(formula, data, cluster)?;
        if cause.iter().any(|cause| *cause > 1) {
            let response = formula.survival.response.as_ref();
            return Err(StatsError::OutcomeRange {
                outcome: response.map_or_else(String::new, |r| r.event.to_string()),
                expected: "0 or 1; a comparison such as `status == 2` makes it so",
            });
        }
        Ok(design)
    }

    /// As [`SurvivalDesign::with_cluster`], for kinds of event numbered from 1; the design's events
    /// are those of kind 1.
    pub(super) fn with_causes(
        formula: &Formula,
        data: &Data,
        cluster: Option<&str>,
    ) -> Result<(Self, Vec<u32>), StatsError> {
        let parts = &formula.survival;
        let Some(response) = &parts.response else {
            let rule = "must have Surv(time, event) or Surv(start, stop, event) on its left side";
            return Err(StatsError::argument("formula", rule));
        };
        if formula.terms.is_empty() {
            let rule = "must have a term besides strata() and cluster()";
            return Err(StatsError::argument("formula", rule));
        }
        let cluster = cluster.or(parts.cluster.as_deref());
        let mut plain = formula.clone();
        plain.survival = crate::formula::SurvivalParts::default();
        plain.intercept = true;
        let mut extra: Vec<String> = parts.strata.clone();
        extra.extend(cluster.map(str::to_owned));
        response.event.columns(&mut extra);
        if let Some(start) = &response.start {
            start.columns(&mut extra);
        }
        let names: Vec<&str> = extra.iter().map(String::as_str).collect();
        let design = Design::with_extra_columns(&plain, data, &names)?;
        let event = data.evaluate(&response.event, &design.rows)?;
        let mut start = match &response.start {
            None => None,
            Some(start) => Some(data.evaluate(start, &design.rows)?),
        };
        let mut stop = design.response;
        check(
            &response.stop.to_string(),
            start.as_deref(),
            &stop,
            &design.rows,
        )?;
        match &mut start {
            Some(start) => merge_close(&mut [start, &mut stop]),
            None => merge_close(&mut [&mut stop]),
        }
        let kind = |value: f64| value.fract() == 0.0 && (0.0..=1000.0).contains(&value);
        if event.iter().any(|value| !kind(*value)) {
            return Err(StatsError::OutcomeRange {
                outcome: response.event.to_string(),
                expected: "0 for the end of observation and 1 for the event (of competing events, \
                           1 for the one of interest and 2 or more for others); a comparison such \
                           as `status == 2` makes it so",
            });
        }
        let (rows, columns) = design.x.dim();
        let found = Self {
            x: column_major(rows, columns - 1, |i, j| design.x[(i, j + 1)]),
            terms: design.terms[1..].to_vec(),
            start,
            stop,
            event: event.iter().map(|value| *value == 1.0).collect(),
            event_name: response.event.to_string(),
            stratum: labels(data, &parts.strata, &design.rows)?,
            cluster: match cluster {
                None => None,
                Some(name) => Some(labels(data, &[name.to_owned()], &design.rows)?),
            },
            offset: design.offset,
            rows: design.rows,
            dropped: design.dropped,
            coding: design.coding,
        };
        Ok((found, event.iter().map(|value| *value as u32).collect()))
    }

    /// The covariates of other people, coded as these are; `NaN` where one is missing.
    ///
    /// # Errors
    /// A column that does not exist or has the wrong type.
    pub fn covariates(&self, data: &Data) -> Result<Array2<f64>, StatsError> {
        let rows: Vec<usize> = (0..data.rows()).collect();
        let coded = self.coding.matrix(data, &rows)?;
        Ok(column_major(rows.len(), self.terms.len(), |i, j| {
            coded[(i, j + 1)]
        }))
    }

    /// Rows used.
    #[must_use]
    pub fn nobs(&self) -> usize {
        self.stop.len()
    }

    /// Refuses data without an event.
    pub(super) fn refuse_eventless(&self) -> Result<(), StatsError> {
        if self.events() > 0 {
            return Ok(());
        }
        Err(StatsError::ConstantOutcome {
            outcome: self.event_name.clone(),
            value: "0",
        })
    }

    /// What a sandwich over the clusters is worth, if there are any.
    ///
    /// # Errors
    /// One cluster: its sums are the score, which is 0.
    pub(super) fn few_clusters(&self) -> Result<Option<Diagnostic>, StatsError> {
        let Some(labels) = &self.cluster else {
            return Ok(None);
        };
        let clusters = labels.iter().collect::<BTreeSet<_>>().len();
        if clusters < 2 {
            let rule = "needs at least two clusters";
            return Err(StatsError::argument("cluster", rule));
        }
        let message = "no more clusters than coefficients: the sandwich is singular, and its \
                       standard errors may be far too small";
        Ok((clusters <= self.terms.len()).then(|| Diagnostic::warning("few_clusters", message)))
    }

    /// Events.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.event.iter().filter(|event| **event).count() as u64
    }
}

/// Refuses times that are none, and names the first row (of the data, from 1) that has one.
fn check(
    stop_name: &str,
    start: Option<&[f64]>,
    stop: &[f64],
    rows: &[usize],
) -> Result<(), StatsError> {
    let refuse =
        |wrong: &dyn Fn(usize) -> bool, rule: &str| match (0..stop.len()).find(|&i| wrong(i)) {
            None => Ok(()),
            Some(i) => Err(StatsError::ColumnType {
                column: stop_name.to_owned(),
                rule: format!("{rule} in data row {}", rows[i] + 1),
            }),
        };
    let Some(start) = start else {
        let impossible = |i: usize| !stop[i].is_finite() || stop[i] < 0.0;
        return refuse(&impossible, "holds a negative or infinite time");
    };
    let undefined = |i: usize| !start[i].is_finite() || !stop[i].is_finite();
    refuse(
        &undefined,
        "or its start holds an undefined or infinite time",
    )?;
    refuse(&|i| start[i] >= stop[i], "is not after its start")
}

/// A number for each combination of values of some columns.
fn labels(data: &Data, columns: &[String], rows: &[usize]) -> Result<Vec<usize>, StatsError> {
    if columns.is_empty() {
        return Ok(vec![0; rows.len()]);
    }
    let mut keys: Vec<Vec<u64>> = vec![Vec::new(); rows.len()];
    for name in columns {
        let column = data.column(name)?;
        for (key, &row) in keys.iter_mut().zip(rows) {
            key.push(match column {
                Column::Numbers(values) => values[row].to_bits(),
                Column::Factor { codes, .. } => codes[row].map_or(u64::MAX, u64::from),
            });
        }
    }
    let mut numbers: BTreeMap<&[u64], usize> = BTreeMap::new();
    for key in &keys {
        numbers.insert(key, 0);
    }
    for (number, value) in numbers.values_mut().enumerate() {
        *value = number;
    }
    Ok(keys.iter().map(|key| numbers[key.as_slice()]).collect())
}

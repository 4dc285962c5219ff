//! Times to a first day in a state by arm: restricted means, median, hazard ratio, log-rank test.

use super::Context;
use super::survival::{SurvivalRequest, TimeToEvent, survival};
use crate::StudyError;
use crate::person_table::event_column;
use crate::plan::OutcomePlan;
use regtrial_results::{Cell, Cells, Results};
use regtrial_stats::survival::SurvivalInterval;
use regtrial_stats::survival::log_rank::FlemingHarrington;

/// Records of one time by arm. Whose following ended before counts as followed until then.
pub(crate) fn add(
    context: &Context<'_>,
    analysis: &str,
    outcome: &OutcomePlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let (time, event) = (
        context.numbers(&outcome.key)?,
        context.numbers(&event_column(&outcome.key))?,
    );
    let mut people = TimeToEvent {
        time: Vec::new(),
        cause: Vec::new(),
        group: Vec::new(),
        stratum: None,
        groups: Vec::new(),
        by: "arm".to_owned(),
        event: outcome.key.clone(),
    };
    let mut cells: Vec<(String, [Cell; 2])> = Vec::new();
    for (name, rows) in context.groups() {
        let known: Vec<usize> = rows
            .iter()
            .copied()
            .filter(|&i| !time[i].is_nan())
            .collect();
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
            people.cause.push(u32::from(event[i] == 1.0));
            people.group.push(group);
        }
    }
    if people.groups.is_empty() {
        return Ok(());
    }
    let horizon = people.time.iter().copied().fold(0.0, f64::max);
    let request = SurvivalRequest {
        times: vec![horizon],
        interval: SurvivalInterval::LogLog,
        quantiles: vec![0.5],
        tau: None,
        weights: FlemingHarrington::default(),
        rates_per: None,
        level: context.level,
    };
    let found = survival(&people, &request).map_err(StudyError::analysis(analysis))?;
    for mut record in found.records {
        analysis.clone_into(&mut record.analysis);
        context.population.clone_into(&mut record.population);
        record.outcome.clone_from(&outcome.key);
        let behind = cells
            .iter()
            .filter(|(arm, _)| record.group.is_empty() || *arm == record.group);
        let behind: Vec<Cell> = behind.flat_map(|(_, cells)| *cells).collect();
        record.cells = Cells::showing(behind);
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

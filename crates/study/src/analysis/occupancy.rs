//! The share of people in each of several states by month and arm.

use super::{Context, entry};
use crate::StudyError;
use crate::plan::SequencePlan;
use regtrial_outcomes::Occupied;
use regtrial_results::{AnalysisKind, Cell, Cells, Record, Results};

/// The names of the states that need no endpoint.
const NONE: &str = "none of these";
const UNOBSERVED: &str = "not observed";

pub(crate) fn run(
    context: &Context<'_>,
    planned: &SequencePlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let sequence = &planned.sequence;
    let months = context.study.cohort()?.sequence(sequence)?;
    let kind = AnalysisKind::Occupancy;
    let mut listed = entry(&sequence.key, &planned.title, kind, "");
    listed.notes = vec![
        "On the day of each month since the index date; whoever is in several states is in the \
         first of them."
            .to_owned(),
    ];
    results.catalogue.analyses.push(listed);
    let named = sequence.states.iter().enumerate();
    let mut states: Vec<(Occupied, &str)> = named
        .map(|(rank, (name, _))| (Occupied::State(rank), name.as_str()))
        .collect();
    states.extend([(Occupied::None, NONE), (Occupied::Unobserved, UNOBSERVED)]);
    for (arm, rows) in context.groups() {
        if rows.is_empty() {
            continue;
        }
        let policy = context.policy();
        for (month, of_people) in months.iter().enumerate() {
            let label = |name: &str| format!("{arm} {} {month} {name}", sequence.key);
            let cell = |state: Occupied, name: &str| {
                let inside = rows.iter().copied().filter(|&i| of_people[i] == state);
                context.cell(&label(name), inside)
            };
            let cells: Vec<Cell> = states
                .iter()
                .map(|(state, name)| cell(*state, name))
                .collect();
            let total: u64 = cells.iter().map(|cell| policy.rounded(cell.count())).sum();
            let everyone = context.cell(&arm, rows.iter().copied());
            results.counts.sum(everyone, cells.clone());
            // Who is not seen is known from the numbers observed, unless the policy protects that.
            if let Some(unobserved) = cells.last() {
                results.counts.missing(*unobserved);
            }
            for (cell, (_, name)) in cells.iter().zip(&states) {
                let events = policy.rounded(cell.count());
                let mut point = Record::new(&sequence.key, &context.population, "proportion");
                point.group.clone_from(&arm);
                (*name).clone_into(&mut point.level);
                point.time = month as f64;
                point.estimate = events as f64 / total as f64;
                point.n = Some(total);
                point.events = Some(events);
                point.cells = Cells::showing([*cell]).of_all(rows.len() as u64);
                point.cells.rounded = true;
                results.records.push(point);
            }
        }
    }
    Ok(())
}

//! The share of people in each of several states by month and arm.

use super::{Context, entry};
use crate::StudyError;
use crate::plan::SequencePlan;
use regtrial_outcomes::Occupied;
use regtrial_results::{AnalysisKind, Cells, Record, Results};

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
        let total = rows.len() as u64;
        if total == 0 {
            continue;
        }
        for (month, of_people) in months.iter().enumerate() {
            for (state, name) in &states {
                let events = rows.iter().filter(|&&i| of_people[i] == *state).count() as u64;
                let mut point = Record::new(&sequence.key, context.population, "proportion");
                point.group.clone_from(&arm);
                (*name).clone_into(&mut point.level);
                point.time = month as f64;
                point.estimate = events as f64 / total as f64;
                point.n = Some(total);
                point.events = Some(events);
                let whole = format!("{}|{arm}|{month}", sequence.key);
                point.cells = Cells::counts([events]).part_of(whole);
                results.records.push(point);
            }
        }
    }
    Ok(())
}

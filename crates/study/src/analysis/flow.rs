//! Who was randomised, who left, who is analysed: the numbers of a CONSORT 2025 flow diagram
//! (Hopewell et al. 2025) as far as the data hold them, zeros included.

use super::{Context, entry};
use crate::StudyError;
use regtrial_registers::Exit;
use regtrial_results::{AnalysisKind, Cells, Record, Results};

const KEY: &str = "flow";

pub(crate) fn run(context: &Context<'_>, results: &mut Results) -> Result<(), StudyError> {
    if context.arms().is_empty() || context.study.plan().design != "randomised" {
        return Ok(());
    }
    let mut listed = entry(KEY, "Flow of participants", AnalysisKind::Flow, "");
    listed.notes.push(
        "Whoever left is counted by what the participant list says, whenever it was. Screening is \
         not in the data."
            .to_owned(),
    );
    results.catalogue.analyses.push(listed);
    let everyone: Vec<usize> = (0..context.study.people().len()).collect();
    add(context, results, "", "randomised", &everyone);
    for (arm, rows) in context.groups() {
        add(context, results, &arm, "allocated", &rows);
        for (exit, dates) in &context.study.people().exits {
            let level = match exit {
                Exit::Death => "died",
                Exit::Emigration => "emigrated",
                Exit::Withdrawal => "withdrew consent",
            };
            let gone = |wanted: bool| -> Vec<usize> {
                let found = rows.iter().copied();
                found.filter(|&i| dates[i].is_some() == wanted).collect()
            };
            let cell =
                |rows: &[usize]| context.cell(&format!("{arm} {level}"), rows.iter().copied());
            let (left, stayed) = (gone(true), gone(false));
            results
                .counts
                .sum(cell(&rows), [cell(&left), cell(&stayed)]);
            add(context, results, &arm, level, &left);
        }
        for outcome in &context.study.plan().outcomes {
            let values = context.numbers(&outcome.key)?;
            let known = |row: usize| (!values[row].is_nan()).then_some(values[row] == 1.0);
            let label = format!("{arm} {}", outcome.key);
            context.split(&label, &rows, known, &mut results.counts);
            let seen = rows.iter().copied().filter(|&i| !values[i].is_nan());
            let seen: Vec<usize> = seen.collect();
            let made = add(context, results, &arm, "analysed", &seen);
            made.outcome.clone_from(&outcome.key);
        }
    }
    Ok(())
}

/// A number of people at a step.
fn add<'a>(
    context: &Context<'_>,
    results: &'a mut Results,
    arm: &str,
    level: &str,
    rows: &[usize],
) -> &'a mut Record {
    let label = format!("{arm} {level}");
    let cell = context.cell(&label, rows.iter().copied());
    let mut made = Record::new(KEY, &context.population, "flow");
    arm.clone_into(&mut made.group);
    level.clone_into(&mut made.level);
    made.estimate = rows.len() as f64;
    made.cells = Cells::showing([cell]);
    let at = results.records.len();
    results.records.push(made);
    &mut results.records[at]
}

//! The registers of a plan, read.

use crate::StudyError;
use crate::files;
use crate::plan::{Linkage, Plan, RegisterPlan};
use regtrial_outcomes::Absence;
use regtrial_outcomes::observation::Cause;
use regtrial_outcomes::span::Span;
use regtrial_registers::{
    Exit, FileLog, People, Problem, Progress, Register, RegisterError, TableKind, read_ids,
    read_register,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// A register's extract with the list of those looked up.
#[derive(Debug)]
pub(crate) struct Extract {
    pub(crate) register: Register,
    pub(crate) linked: Option<HashSet<String>>,
    /// Files read besides those that have a log: linkage list, manifest, codebook.
    pub(crate) other_files: Vec<PathBuf>,
}

/// Reads every register of a plan.
pub(crate) fn read(
    plan: &Plan,
    people: &People,
    progress: &Progress,
) -> Result<BTreeMap<String, Extract>, StudyError> {
    let mut extracts = BTreeMap::new();
    let mut problems = Vec::new();
    for register in &plan.registers {
        match one(plan, register, people, progress) {
            Ok(extract) => {
                extracts.insert(register.key.clone(), extract);
            }
            // What is wrong with one register is no reason to keep silent on the next.
            Err(StudyError::Register(RegisterError::Problems(found))) => problems.extend(found),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() {
        Ok(extracts)
    } else {
        Err(RegisterError::Problems(problems).into())
    }
}

fn one(
    plan: &Plan,
    register: &RegisterPlan,
    people: &People,
    progress: &Progress,
) -> Result<Extract, StudyError> {
    let mut options = register.options.clone();
    options.files = files::of_register(plan, register)?;
    for (name, patterns) in &register.parts {
        let expanded = files::expand(plan.folder(), &register.key, patterns)?;
        options.parts.insert(name, expanded);
    }
    let positions = people.positions();
    let mut other_files: Vec<PathBuf> = Vec::new();
    other_files.extend(
        register
            .manifest
            .iter()
            .map(|file| plan.folder().join(file)),
    );
    other_files.extend(options.parts.get("codebook").into_iter().flatten().cloned());
    let mut read = read_register(&options, &positions, progress)?;
    let nobody = read.logs.iter().all(|log| log.rows_of_people == 0);
    // A register in which nobody died or moved is no sign of identifiers written in two ways.
    let may_be_empty = options.kind.tables()[0] == TableKind::PersonStatus;
    if let (true, false, Some(log)) = (nobody, may_be_empty, read.logs.first()) {
        return Err(nobody_matches(log).into());
    }
    let linked = linkage(plan, register, people, &mut read)?;
    if let Linkage::List(file) = &register.linked {
        other_files.push(plan.folder().join(file));
    }
    Ok(Extract {
        register: read,
        linked,
        other_files,
    })
}

/// Who was looked up: those of the list, everyone (`None`), or those who have a row. What does not
/// fit together is a warning.
fn linkage(
    plan: &Plan,
    register: &RegisterPlan,
    people: &People,
    read: &mut Register,
) -> Result<Option<HashSet<String>>, RegisterError> {
    let present: HashSet<String> = read
        .present
        .iter()
        .filter_map(|&person| people.ids.id(person).map(str::to_owned))
        .collect();
    // Who neither died nor moved has no row among deaths and moves.
    let is_status = read.kind.tables()[0] == TableKind::PersonStatus;
    let (linked, warning) = match &register.linked {
        Linkage::Everyone => return Ok(None),
        Linkage::Undeclared => {
            let some_are_absent = present.len() < people.len() && !is_status;
            let warning = some_are_absent.then_some((
                "no_linkage_list",
                "participants without a row are missing: no linkage list says that they were looked up",
                "name the list: linked = \"linked-ids.csv\"; or declare that all were: linked = \"everyone\"",
            ));
            (present, warning)
        }
        Linkage::List(file) => {
            let file = plan.folder().join(file);
            let id = plan.people.id.clone().unwrap_or_default();
            let linked = read_ids(&file, &id, &people.positions())?;
            if !people.ids.iter().any(|id| linked.contains(id)) {
                return Err(nobody_is_linked(&file));
            }
            let warning = (!present.is_subset(&linked)).then_some((
                "not_linked",
                "participants have rows and are not on the linkage list: their outcomes are missing",
                "the list or the extract is not the right one, or identifiers are written in two ways",
            ));
            (linked, warning)
        }
    };
    if let (Some((code, rule, help)), Some(log)) = (warning, read.logs.first_mut()) {
        let problem = Problem::new(code, &log.file, rule).help(help);
        log.warnings.push(problem);
    }
    Ok(Some(linked))
}

/// An error for every endpoint on a table for which nothing was delivered: its outcomes would be
/// zero for everyone.
pub(crate) fn check_tables(
    plan: &Plan,
    extracts: &BTreeMap<String, Extract>,
) -> Result<(), StudyError> {
    let mut problems = Vec::new();
    for planned in &plan.endpoints {
        let alternatives = planned.alternatives.iter().map(|other| &other.endpoint);
        let leaves = [&planned.endpoint].into_iter().chain(alternatives);
        for leaf in leaves.flat_map(|endpoint| endpoint.leaves()) {
            let Some(extract) = extracts.get(&leaf.register) else {
                continue;
            };
            if extract.register.unfilled.contains(&leaf.table) {
                let rule = format!(
                    "[endpoints.{}]: nothing was delivered for the table `{}` of register `{}`",
                    planned.endpoint.key,
                    leaf.table.name(),
                    leaf.register
                );
                let problem = Problem::new("empty_table", &plan.path, rule);
                let help = "name the columns or files that hold it, or drop the endpoint";
                problems.push(problem.help(help));
            }
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(StudyError::Plan(problems))
    }
}

/// An extract that holds nobody of the study.
pub(crate) fn nobody_matches(log: &FileLog) -> RegisterError {
    let rule = if log.rows == 0 {
        "the extract has a header and no rows"
    } else {
        "no row of the extract belongs to a participant"
    };
    no_match(Problem::new("no_match", &log.file, rule)).into()
}

/// A linkage list that holds nobody of the study.
pub(crate) fn nobody_is_linked(file: &Path) -> RegisterError {
    let rule = "no participant is on the linkage list";
    no_match(Problem::new("no_match", file, rule)).into()
}

fn no_match(problem: Problem) -> Problem {
    problem.help("compare how identifiers are written: leading zeros, prefixes, the right column")
}

/// When people are not seen by what registers of deaths and moves tell: after death, and abroad.
pub(crate) fn absences(extracts: &BTreeMap<String, Extract>) -> Result<Vec<Absence>, StudyError> {
    let mut absences = Vec::new();
    for extract in extracts.values() {
        let Some(table) = extract.register.table(TableKind::PersonStatus) else {
            continue;
        };
        let frame = &table.frame;
        let person = frame.column("person")?.u64()?;
        let status = frame.column("status")?.str()?;
        let (start, end) = (days(table, "start")?, days(table, "end")?);
        let last = extract.register.last_day;
        for (row, (person, status)) in person.iter().zip(status.iter()).enumerate() {
            let (Some(person), Some(status)) = (person, status) else {
                continue;
            };
            let (first, cause) = match status {
                "dead" => (start[row] + 1, Cause::Death),
                _ => (start[row], Cause::Emigration),
            };
            // Who is abroad or dead on the register's last day stays so.
            let end = if end[row] >= last {
                FOREVER
            } else {
                end[row] + 1
            };
            absences.push(Absence {
                person: person as usize,
                days: Span::new(first, end),
                cause,
            });
        }
    }
    Ok(absences)
}

/// Counts in each register's logs what begins after a person's death, by the participant list or a
/// register of deaths.
pub(crate) fn flag_after_death(
    extracts: &mut BTreeMap<String, Extract>,
    people: &People,
    absences: &[Absence],
) -> Result<(), StudyError> {
    let mut deaths: HashMap<u64, i32> = HashMap::new();
    let listed = people.exits.get(&Exit::Death).into_iter().flatten();
    for (person, day) in listed.enumerate() {
        deaths.extend(day.map(|day| (person as u64, day)));
    }
    for absence in absences
        .iter()
        .filter(|absence| absence.cause == Cause::Death)
    {
        deaths.insert(absence.person as u64, absence.days.start - 1);
    }
    for extract in extracts.values_mut() {
        extract.register.flag_after_death(&deaths)?;
    }
    Ok(())
}

const FOREVER: i32 = i32::MAX / 4;

fn days(table: &regtrial_registers::Table, column: &str) -> Result<Vec<i32>, StudyError> {
    use polars::prelude::DataType;
    let days = table.frame.column(column)?.cast(&DataType::Int32)?;
    let days = days.i32()?.iter().map(|day| day.unwrap_or_default());
    Ok(days.collect())
}

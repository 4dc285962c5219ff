//! A study with its data loaded.

use crate::person_table::PersonTable;
use crate::plan::{Plan, RegisterPlan};
use crate::{StudyError, analysis, person_table, references};
use polars::prelude::DataFrame;
use regtrial_outcomes::{Cohort, Outcome};
use regtrial_registers::{JobOptions, Jobs, People, Problem, RegisterError, read_ids, read_jobs};
use regtrial_results::Results;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

/// A plan, its people, its registers, and one row a person.
#[derive(Debug)]
pub struct Study {
    plan: Plan,
    people: People,
    registers: BTreeMap<String, Extract>,
    table: PersonTable,
}

/// A register's extract with the list of those looked up.
#[derive(Debug)]
pub(crate) struct Extract {
    pub(crate) jobs: Jobs,
    pub(crate) linked: Option<HashSet<String>>,
    /// The linkage list's file.
    pub(crate) linked_file: Option<PathBuf>,
}

impl Study {
    /// Reads everything the plan names and derives every outcome.
    ///
    /// # Errors
    /// A file or row that is wrong, more refused rows than the plan allows, or an outcome that the
    /// plan leaves undeclared for people who are seen for part of its window.
    pub fn load(plan: Plan) -> Result<Self, StudyError> {
        let file = plan.folder().join(&plan.people_file);
        let people = People::read(&file, &plan.people)?;
        if let Some(column) = plan
            .strata
            .iter()
            .find(|name| people.frame.column(name).is_err())
        {
            let rule = format!("there is no column `{column}`, which the plan names as a stratum");
            let problem = Problem::new("missing_column", &people.file, rule).at_line(1);
            return Err(RegisterError::from(problem).into());
        }
        let mut registers = BTreeMap::new();
        for register in &plan.registers {
            registers.insert(register.key.clone(), extract(&plan, register, &people)?);
        }
        let table = {
            let cohorts = cohorts(&plan, &people, &registers)?;
            person_table::build(&people, &cohorts, &plan.outcomes, &plan.path)?
        };
        references::check(&plan, &people, &table.frame)?;
        Ok(Self {
            plan,
            people,
            registers,
            table,
        })
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The participants.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }

    /// One row a person: the participant list and every outcome.
    #[must_use]
    pub fn person_table(&self) -> &DataFrame {
        &self.table.frame
    }

    /// The job spells of a register, by its key in the plan.
    #[must_use]
    pub fn jobs(&self, register: &str) -> Option<&Jobs> {
        self.registers.get(register).map(|extract| &extract.jobs)
    }

    /// Keys of outcomes that are unknown for people who were seen for the whole window.
    pub(crate) fn unknown_outcomes(&self) -> &[String] {
        &self.table.unknown
    }

    pub(crate) fn extracts(&self) -> &BTreeMap<String, Extract> {
        &self.registers
    }

    /// Computes every analysis and figure of the plan.
    ///
    /// # Errors
    /// Only what makes the whole study meaningless; an analysis that fails becomes a diagnostic of
    /// severity `error`, and the others go on.
    pub fn run(&self) -> Result<Results, StudyError> {
        analysis::run(self)
    }

    /// People and spells of each register, ready for outcomes.
    ///
    /// # Errors
    /// A bug of ours: a table of spells that is not canonical.
    pub fn cohorts(&self) -> Result<BTreeMap<String, Cohort<'_>>, StudyError> {
        cohorts(&self.plan, &self.people, &self.registers)
    }

    /// Why one person's outcomes are what they are. Shows that person's data.
    ///
    /// # Errors
    /// As [`Study::cohorts`].
    pub fn why(&self, id: &str) -> Result<Option<String>, StudyError> {
        let Some(person) = self.people.ids.iter().position(|other| other == id) else {
            return Ok(None);
        };
        let mut text = String::new();
        for (key, cohort) in self.cohorts()? {
            let outcomes: Vec<Outcome> = self
                .plan
                .outcomes
                .iter()
                .filter_map(|outcome| match &outcome.source {
                    crate::OutcomeSource::Derived { outcome, register } if *register == key => {
                        Some(outcome.clone())
                    }
                    _ => None,
                })
                .collect();
            text.push_str(&format!("register {key}\n"));
            text.push_str(&cohort.trace(person, &outcomes)?);
        }
        if text.is_empty() {
            "the study uses no register: its outcomes are columns of the participant list\n"
                .clone_into(&mut text);
        }
        Ok(Some(text))
    }
}

fn cohorts<'a>(
    plan: &Plan,
    people: &'a People,
    registers: &'a BTreeMap<String, Extract>,
) -> Result<BTreeMap<String, Cohort<'a>>, StudyError> {
    let mut cohorts = BTreeMap::new();
    for register in &plan.registers {
        if let Some(extract) = registers.get(&register.key) {
            let linked = extract.linked.as_ref();
            let cohort = Cohort::new(people, &extract.jobs.frame, register.cover, linked)?;
            cohorts.insert(register.key.clone(), cohort);
        }
    }
    Ok(cohorts)
}

fn extract(plan: &Plan, register: &RegisterPlan, people: &People) -> Result<Extract, StudyError> {
    let options = JobOptions {
        layout: register.layout,
        files: files(plan, register)?,
        last_day: register.cover.end - 1,
        columns: register.columns.clone(),
        max_refused_share: register.max_refused_share,
    };
    let positions = people.positions();
    let jobs = read_jobs(&options, &positions)?;
    let nobody = jobs.logs.iter().all(|log| log.rows_of_people == 0);
    if let (true, Some(log)) = (nobody, jobs.logs.first()) {
        let rule = if log.rows == 0 {
            "the extract has a header and no rows"
        } else {
            "no row of the extract belongs to a participant"
        };
        let problem = Problem::new("no_match", &log.file, rule);
        return Err(RegisterError::from(no_match(problem)).into());
    }
    let linked_file = register
        .linked
        .as_ref()
        .map(|file| plan.folder().join(file));
    let id = plan.people.id.clone().unwrap_or_default();
    let linked = linked_file
        .as_ref()
        .map(|file| read_ids(file, &id, &positions))
        .transpose()?;
    if let (Some(file), Some(linked)) = (&linked_file, &linked)
        && !people.ids.iter().any(|id| linked.contains(id))
    {
        let problem = Problem::new("no_match", file, "no participant is on the linkage list");
        return Err(RegisterError::from(no_match(problem)).into());
    }
    Ok(Extract {
        jobs,
        linked,
        linked_file,
    })
}

fn no_match(problem: Problem) -> Problem {
    problem.help("compare how identifiers are written: leading zeros, prefixes, the right column")
}

/// The files of a register, patterns expanded and sorted.
fn files(plan: &Plan, register: &RegisterPlan) -> Result<Vec<PathBuf>, RegisterError> {
    let mut found = Vec::new();
    for pattern in &register.files {
        let path = plan.folder().join(pattern);
        if !pattern.contains(['*', '?', '[']) {
            found.push(path);
            continue;
        }
        let text = path.to_string_lossy();
        let mut matching: Vec<PathBuf> = glob::glob(&text)
            .map(|paths| paths.flatten().collect())
            .unwrap_or_default();
        matching.sort();
        if matching.is_empty() {
            let rule = format!("[registers.{}]: no file matches the pattern", register.key);
            return Err(Problem::new("missing_file", &path, rule)
                .help("patterns are relative to study.toml")
                .into());
        }
        found.extend(matching);
    }
    found.dedup();
    Ok(found)
}

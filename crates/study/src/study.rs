//! A study with its data loaded.

use crate::breaks::{self, Break};
use crate::extracts::{self, Extract};
use crate::person_table::PersonTable;
use crate::plan::Plan;
use crate::{OutcomeSource, StudyError, analysis, blinding, person_table, prices, references};
use polars::prelude::DataFrame;
use regtrial_outcomes::{Absence, Cohort, Outcome};
use regtrial_registers::{People, Problem, Progress, Register, RegisterError, search_identifiers};
use regtrial_results::Results;
use std::collections::BTreeMap;

/// A plan, its people, its registers, and one row a person.
#[derive(Debug)]
pub struct Study {
    plan: Plan,
    people: People,
    registers: BTreeMap<String, Extract>,
    absences: Vec<Absence>,
    table: PersonTable,
}

impl Study {
    /// Reads everything the plan names and derives every outcome.
    ///
    /// # Errors
    /// A file or row that is wrong, more refused rows than the plan allows, or an outcome that the
    /// plan leaves undeclared for people who are seen for part of its window.
    pub fn load(plan: Plan) -> Result<Self, StudyError> {
        Self::load_with(plan, &Progress::default())
    }

    /// As [`Study::load`], telling how far the reading of the registers has come.
    ///
    /// # Errors
    /// As [`Study::load`].
    pub fn load_with(plan: Plan, progress: &Progress) -> Result<Self, StudyError> {
        let mut study = Self::read(plan, progress)?;
        study.table = {
            let cohort = study.cohort()?;
            let (people, plan) = (&study.people, &study.plan);
            person_table::build(people, &cohort, &plan.outcomes, &plan.path)?
        };
        references::check(&study.plan, &study.people, &study.table.frame)?;
        Ok(study)
    }

    /// Why one person's outcomes are what they are, without deriving anybody else's: everything is
    /// read, for how a column is written is decided by all of its cells. Nothing if nobody has the
    /// identifier. Shows that person's data.
    ///
    /// # Errors
    /// A file or row that is wrong, or more refused rows than the plan allows.
    pub fn explain(
        plan: Plan,
        id: &str,
        progress: &Progress,
    ) -> Result<Option<String>, StudyError> {
        Self::read(plan, progress)?.why(id)
    }

    /// A study without its person table.
    fn read(mut plan: Plan, progress: &Progress) -> Result<Self, StudyError> {
        prices::attach(&mut plan)?;
        let file = plan.folder().join(&plan.people_file);
        let mut people = People::read(&file, &plan.people)?;
        if plan.blind {
            blinding::permute(&plan, &mut people)?;
        }
        check_strata(&plan, &people)?;
        let mut registers = extracts::read(&plan, &people, progress)?;
        extracts::check_tables(&plan, &registers)?;
        let absences = extracts::absences(&registers)?;
        extracts::flag_after_death(&mut registers, &people, &absences)?;
        Ok(Self {
            plan,
            people,
            registers,
            absences,
            table: PersonTable::default(),
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

    /// A register's canonical tables and logs, by its key in the plan.
    #[must_use]
    pub fn register(&self, key: &str) -> Option<&Register> {
        self.registers.get(key).map(|extract| &extract.register)
    }

    /// Searches every cell of every file of the registers for personal identifiers.
    ///
    /// # Errors
    /// A file that cannot be read, or one that holds identifiers by the thresholds.
    pub fn search_identifiers(&self, progress: &Progress) -> Result<Vec<Problem>, StudyError> {
        let mut warnings = Vec::new();
        for register in &self.plan.registers {
            let Some(extract) = self.registers.get(&register.key) else {
                continue;
            };
            for log in &extract.register.logs {
                let found = search_identifiers(&log.file, &register.options, progress)?;
                // What reading has warned of already is not said twice.
                let is_new = |problem: &Problem| !log.warnings.contains(problem);
                warnings.extend(found.into_iter().filter(is_new));
            }
        }
        Ok(warnings)
    }

    /// Breaks of the registers within the follow-up of the outcomes.
    #[must_use]
    pub fn breaks(&self) -> Vec<Break> {
        breaks::of(self)
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

    /// People and the spells of every table of every register, ready for outcomes.
    ///
    /// # Errors
    /// A bug of ours: a table of spells that is not canonical.
    pub fn cohort(&self) -> Result<Cohort<'_>, StudyError> {
        let mut cohort = Cohort::new(&self.people);
        for register in &self.plan.registers {
            let Some(extract) = self.registers.get(&register.key) else {
                continue;
            };
            for table in &extract.register.tables {
                let linked = extract.linked.as_ref();
                let (kind, frame) = (table.kind, &table.frame);
                cohort = cohort.with_table(&register.key, kind, frame, register.cover, linked)?;
            }
        }
        Ok(cohort.with_absences(&self.absences))
    }

    /// Why one person's outcomes are what they are. Shows that person's data.
    ///
    /// # Errors
    /// As [`Study::cohort`].
    pub fn why(&self, id: &str) -> Result<Option<String>, StudyError> {
        let Some(person) = self.people.ids.position(id) else {
            return Ok(None);
        };
        let planned = self.plan.outcomes.iter();
        let outcomes: Vec<Outcome> = planned
            .filter_map(|planned| match &planned.source {
                OutcomeSource::Derived(outcome) => Some(outcome.clone()),
                _ => None,
            })
            .collect();
        if self.plan.registers.is_empty() {
            let text =
                "the study uses no register: its outcomes are columns of the participant list\n";
            return Ok(Some(text.to_owned()));
        }
        Ok(Some(self.cohort()?.trace(person, &outcomes)?))
    }
}

/// Every stratum must be a column of the participant list.
pub(crate) fn check_strata(plan: &Plan, people: &People) -> Result<(), StudyError> {
    let mut strata = plan.strata.iter();
    let Some(column) = strata.find(|name| people.frame.column(name).is_err()) else {
        return Ok(());
    };
    let rule = format!("there is no column `{column}`, which the plan names as a stratum");
    let problem = Problem::new("missing_column", &people.file, rule).at_line(1);
    Err(RegisterError::from(problem).into())
}

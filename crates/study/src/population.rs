//! The person table of a whole population.
//!
//! The same plan, the same rules and the same numbers as [`Study::load`](crate::Study::load), by a
//! way that holds twelve bytes a spell instead of every row: for participant lists of millions. A
//! plan that asks for more than this way knows is left to the ordinary one.

use crate::plan::{Linkage, OutcomePlan, Plan, RegisterPlan};
use crate::study::check_strata;
use crate::{OutcomeSource, StudyError, extracts, files, person_table, references};
use polars::prelude::DataFrame;
use regtrial_outcomes::endpoint::{Counted, Spells, State};
use regtrial_outcomes::kernel;
use regtrial_outcomes::observation::Cause;
use regtrial_outcomes::{Outcome, OutcomeError};
use regtrial_registers::{
    IdTable, People, Population, PopulationOptions, Positions, Progress, Reach, Reading,
    RegisterError, RegisterKind, Spill, TableKind, read_linked, read_population,
};
use std::collections::BTreeMap;
use std::path::PathBuf;

mod derive;
mod rules;

use derive::Derivation;
use rules::Rules;

/// People from which on this way is taken without being asked for.
pub const LARGE: usize = 100_000;
/// Bytes a person of the participant list takes, apart from its own columns.
const PERSON: u64 = 120;

/// How a population is read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PopulationSettings {
    /// Bytes of memory to be content with; beyond it rows go to temporary files.
    pub memory: Option<u64>,
    /// What the names of temporary files begin with.
    pub temporary: PathBuf,
    /// People from which on the way for a population is taken, where no budget is given.
    pub least: usize,
    /// Threads; the result does not depend on it.
    pub threads: usize,
}

impl PopulationSettings {
    /// Temporary files named after a file, all cores, no budget.
    #[must_use]
    pub fn new(temporary: PathBuf) -> Self {
        Self {
            memory: None,
            temporary,
            least: LARGE,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// The person table, or why the ordinary way must be taken.
#[derive(Debug)]
#[non_exhaustive]
pub enum Route {
    /// One row a person, as of [`Study::person_table`](crate::Study::person_table).
    Population {
        /// The table.
        table: DataFrame,
        /// Whether rows had to go to temporary files.
        spilled: bool,
    },
    /// The list is not long; or, told why, the plan asks for something that only the ordinary way
    /// knows.
    Ordinary(Option<&'static str>),
}

/// The person table of a population.
///
/// # Errors
/// As [`Study::load`](crate::Study::load); and a temporary file that cannot be used.
pub fn person_table(
    plan: &Plan,
    settings: &PopulationSettings,
    progress: &Progress,
) -> Result<Route, StudyError> {
    if let Some(why) = declined(plan) {
        // Of a trial nobody asked.
        return Ok(Route::Ordinary(settings.memory.map(|_| why)));
    }
    let file = plan.folder().join(&plan.people_file);
    let people = People::read(&file, &plan.people)?;
    if settings.memory.is_none() && people.len() < settings.least {
        return Ok(Route::Ordinary(None));
    }
    check_strata(plan, &people)?;
    let mut derived = BTreeMap::new();
    let mut problems = Vec::new();
    let mut spilled = false;
    for register in &plan.registers {
        match one(plan, register, &people, settings, progress) {
            Ok(Ok((derivation, spills))) => {
                spilled |= spills;
                derived.insert(register.key.clone(), derivation);
            }
            Ok(Err(why)) => return Ok(Route::Ordinary(Some(why))),
            // What is wrong with one register is no reason to keep silent on the next.
            Err(StudyError::Register(RegisterError::Problems(found))) => problems.extend(found),
            Err(other) => return Err(other),
        }
    }
    if !problems.is_empty() {
        return Err(RegisterError::Problems(problems).into());
    }
    let take = |planned: &OutcomePlan, outcome: &Outcome| {
        let spells = spells_of(outcome).ok_or(OutcomeError::Table)?;
        let derivation = derived
            .get_mut(&spells.register)
            .ok_or(OutcomeError::Table)?;
        let (mut column, unknown) = derivation.take(&outcome.key)?;
        column.rename(planned.key.as_str().into());
        Ok((vec![column], unknown))
    };
    let table = person_table::build_with(&people, &plan.outcomes, &plan.path, take)?;
    references::check(plan, &people, &table.frame)?;
    Ok(Route::Population {
        table: table.frame,
        spilled,
    })
}

/// Why a plan needs the ordinary way.
fn declined(plan: &Plan) -> Option<&'static str> {
    let is_known = |kind: RegisterKind| matches!(kind, RegisterKind::Spells | RegisterKind::AaNav);
    if plan.registers.is_empty() {
        return Some("the plan uses no register");
    }
    if !plan.registers.iter().all(|r| is_known(r.options.kind)) {
        return Some("a register is of another kind than `spells` or `aa-nav`");
    }
    for planned in &plan.outcomes {
        let OutcomeSource::Derived(outcome) = &planned.source else {
            continue;
        };
        let Some(spells) = spells_of(outcome) else {
            return Some("an endpoint is more than a rule on the jobs of one register");
        };
        let more = outcome.at_least.is_some() || outcome.washout.is_some();
        if !kernel::is_known(outcome.measure) || more {
            return Some("an outcome has a measure that is taken in the ordinary way only");
        }
        let rule = spells.rule.as_ref();
        let asks = |field: &str| rule.is_some_and(|rule| rule.fields().contains(&field));
        if asks("start") || asks("end") {
            return Some("a rule asks for the dates of a spell");
        }
        let aside = |field: &&str| field.ends_with("_set_aside");
        if rule.is_some_and(|rule| rule.fields().iter().any(aside)) {
            return Some("a rule asks for numbers that were set aside");
        }
    }
    None
}

/// The rule on the jobs of one register that an outcome is about, if that is all its endpoint is.
fn spells_of(outcome: &Outcome) -> Option<&Spells> {
    let endpoint = &outcome.endpoint;
    match &endpoint.state {
        State::Spells(spells)
            if spells.table == TableKind::JobSpell
                && endpoint.counted == Counted::Days
                && spells.at_least.is_none()
                && !spells.new =>
        {
            Some(spells)
        }
        _ => None,
    }
}

/// One register: every outcome on it, or why it needs the ordinary way.
fn one(
    plan: &Plan,
    register: &RegisterPlan,
    people: &People,
    settings: &PopulationSettings,
    progress: &Progress,
) -> Result<Result<(Derivation, bool), &'static str>, StudyError> {
    let mut options = register.options.clone();
    options.files = files::of_register(plan, register)?;
    for (name, patterns) in &register.parts {
        let expanded = files::expand(plan.folder(), &register.key, patterns)?;
        options.parts.insert(name, expanded);
    }
    let outcomes: Vec<&Outcome> = plan
        .outcomes
        .iter()
        .filter_map(|planned| match &planned.source {
            OutcomeSource::Derived(outcome) => {
                let own = spells_of(outcome)?.register == register.key;
                own.then_some(outcome)
            }
            _ => None,
        })
        .collect();
    let Some(rules) = Rules::new(&outcomes) else {
        return Ok(Err("a register has more endpoints than eight"));
    };
    let (from, to) = derive::reach(&outcomes);
    let first = people.index.iter().min().copied().unwrap_or_default();
    let last = people.index.iter().max().copied().unwrap_or_default();
    let reach = Reach {
        from: first.saturating_add(from),
        to: last.saturating_add(to),
    };
    let fields = rules.fields();
    let classify = rules.classify();
    let budget = |memory: u64| {
        let list = people.len() as u64 * PERSON + people.frame.estimated_size() as u64;
        memory.saturating_sub(list)
    };
    let spill = settings.memory.map(|memory| Spill {
        budget: budget(memory),
        prefix: settings.temporary.clone(),
    });
    let options = PopulationOptions {
        register: &options,
        ids: &people.ids,
        fields: &fields,
        classify: &classify,
        reach,
        spill,
        threads: settings.threads,
    };
    let read = match read_population(&options, progress)? {
        Reading::Read(read) => read,
        Reading::Declined(why) => return Ok(Err(why)),
    };
    if let (true, Some(log)) = (
        read.logs.iter().all(|log| log.rows_of_people == 0),
        read.logs.first(),
    ) {
        return Err(extracts::nobody_matches(log).into());
    }
    let linked = linked(plan, register, &people.ids, &read)?;
    let spilled = read.has_spilled();
    let seen = derive::Seen {
        people,
        cover: register.cover,
        linked: linked.as_ref(),
    };
    let derivation = derive::all(&read, &outcomes, &rules, &seen, settings.threads)?;
    Ok(Ok((derivation, spilled)))
}

/// Who was looked up; everyone (`None`), or some.
fn linked(
    plan: &Plan,
    register: &RegisterPlan,
    ids: &IdTable,
    read: &Population,
) -> Result<Option<Positions>, RegisterError> {
    match &register.linked {
        Linkage::Everyone => Ok(None),
        Linkage::Undeclared => Ok(Some(read.present.clone())),
        Linkage::List(file) => {
            let file = plan.folder().join(file);
            let id = plan.people.id.clone().unwrap_or_default();
            let linked = read_linked(&file, &id, ids)?;
            if linked.is_empty() {
                return Err(extracts::nobody_is_linked(&file));
            }
            Ok(Some(linked))
        }
    }
}

/// An outcome that the plan leaves undeclared for some people.
fn undeclared(outcome: &Outcome, cause: Cause) -> OutcomeError {
    OutcomeError::PartlyObserved {
        outcome: outcome.key.clone(),
        cause,
    }
}

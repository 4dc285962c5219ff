//! The people of an analysis, where it is not everyone.

use super::Context;
use super::counts::parts_of_arms;
use crate::plan::PopulationPlan;
use crate::{OutcomeSource, StudyError};
use regtrial_outcomes::OutcomeError;
use regtrial_outcomes::rule::Truth;
use regtrial_registers::Problem;
use regtrial_results::Results;

/// The context of some of the people, by the key of a population; nothing if it is of everyone.
pub(crate) fn context_of<'a>(
    context: &Context<'a>,
    population: Option<&str>,
    outcome: &str,
) -> Result<Option<Context<'a>>, StudyError> {
    let plan = context.study.plan();
    let Some(population) = planned(context, population) else {
        return Ok(None);
    };
    let Some(outcome) = plan.outcome(outcome) else {
        return Ok(None);
    };
    let truths = truths(context, population)?;
    let members = truths.iter().map(|truth| *truth == Truth::True).collect();
    context
        .restricted(&population.label, members, outcome)
        .map(Some)
}

/// The context of some of the people where no one outcome is analysed: who is not among them keeps
/// what he has, and is in no group.
pub(super) fn of_members<'a>(
    context: &Context<'a>,
    key: &str,
) -> Result<Option<Context<'a>>, StudyError> {
    let Some(population) = planned(context, Some(key)) else {
        return Ok(None);
    };
    let truths = truths(context, population)?;
    let mut own = context.clone();
    own.members = Some(truths.iter().map(|t| *t == Truth::True).collect());
    own.population.clone_from(&population.label);
    Ok(Some(own))
}

/// Registers that everyone is in the population or not, whatever their outcome.
pub(crate) fn register(
    everyone: &Context<'_>,
    own: &Context<'_>,
    outcome: &str,
    results: &mut Results,
) -> Result<(), StudyError> {
    let members: Vec<bool> = (0..own.study.people().len())
        .map(|row| own.is_member(row))
        .collect();
    let Some(outcome) = everyone.study.plan().outcome(outcome) else {
        return Ok(());
    };
    // Of times, whose event was seen is what could be told.
    let values = everyone.numbers(&outcome.flag_column())?;
    let binary = outcome.is_time() || everyone.is_binary(outcome)?;
    let values = (values.as_slice(), binary);
    let counts = &mut results.counts;
    parts_of_arms(everyone, &own.population, &[&members], values, counts);
    Ok(())
}

/// A population of the plan by its key.
pub(crate) fn planned<'a>(context: &Context<'a>, key: Option<&str>) -> Option<&'a PopulationPlan> {
    let key = key?;
    let plan = context.study.plan();
    plan.populations
        .iter()
        .find(|population| population.key == key)
}

/// Who is in the population of a label; nothing if everyone is.
pub(super) fn members(context: &Context<'_>, label: &str) -> Result<Option<Vec<bool>>, StudyError> {
    let mut populations = context.study.plan().populations.iter();
    let Some(population) = populations.find(|population| population.label == label) else {
        return Ok(None);
    };
    let truths = truths(context, population)?;
    Ok(Some(truths.iter().map(|t| *t == Truth::True).collect()))
}

/// Whether each person belongs to a population.
fn truths(context: &Context<'_>, population: &PopulationPlan) -> Result<Vec<Truth>, StudyError> {
    let table = context.study.person_table();
    population.rule.truths(table).map_err(|error| match error {
        OutcomeError::Rule { message, .. } => {
            let rule = format!("[populations.{}] where: {message}", population.key);
            let path = &context.study.plan().path;
            StudyError::Plan(vec![
                Problem::new("rule", path, rule).at_line(population.line),
            ])
        }
        other => other.into(),
    })
}

/// Whether a population is chosen by what happened after randomisation: a day of leaving, or an
/// outcome. Such groups of the arms are not alike by randomisation.
pub(crate) fn is_chosen_afterwards(context: &Context<'_>, population: &PopulationPlan) -> bool {
    let plan = context.study.plan();
    let exits: Vec<&str> = plan.people.exits.values().map(String::as_str).collect();
    let is_outcome = |name: &str| {
        let mut outcomes = plan.outcomes.iter();
        outcomes.any(|o| o.key == name && !matches!(o.source, OutcomeSource::Column(_)))
    };
    let fields = population.rule.fields();
    fields
        .into_iter()
        .any(|field| exits.contains(&field) || is_outcome(field))
}

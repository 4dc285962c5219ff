//! The estimand of an analysis in words: population, variable, intercurrent events, summary.

use super::{Context, populations};
use crate::plan::{AnalysisPlan, OutcomePlan, OutcomeSource};
use regtrial_outcomes::observation::{Cause, Unobserved};

/// The sentences that stand below an analysis.
pub(crate) fn note(context: &Context<'_>, analysis: &AnalysisPlan) -> String {
    let plan = context.study.plan();
    let mut parts = Vec::new();
    if let Some(estimand) = &analysis.estimand {
        parts.push(format!("Estimand: {estimand}."));
    }
    parts.push(of_people(context, analysis.population.as_deref()));
    let outcome = plan.outcome(&analysis.outcome);
    parts.extend(outcome.and_then(events));
    parts.join(" ")
}

/// Who is analysed: in a randomised study a choice made afterwards is said to be one.
pub(crate) fn of_people(context: &Context<'_>, population: Option<&str>) -> String {
    let mut text = format!("Population: {}.", context.population);
    if let Some(population) = populations::planned(context, population)
        && context.study.plan().design == "randomised"
        && populations::is_chosen_afterwards(context, population)
    {
        text.push_str(
            " It is chosen by what happened after randomisation: the arms are not alike by chance \
             alone.",
        );
    }
    text
}

/// What the outcome means after the events that end observation.
fn events(outcome: &OutcomePlan) -> Option<String> {
    let OutcomeSource::Derived(derived) = &outcome.source else {
        return None;
    };
    let named = Cause::NAMED.iter().filter_map(|(name, cause)| {
        let means = match derived.policies.of(*cause)? {
            Unobserved::Composite => "the rest counts as not in the state",
            Unobserved::Competing => "there is no event any more (a competing event)",
            Unobserved::WhileObserved => "what was seen counts",
            Unobserved::Missing => "the outcome is missing",
        };
        Some(format!("after {name} {means}"))
    });
    let named: Vec<String> = named
        .map(|text| text.replace("after register", "outside the register's days"))
        .collect();
    (!named.is_empty()).then(|| format!("Intercurrent events: {}.", named.join("; ")))
}

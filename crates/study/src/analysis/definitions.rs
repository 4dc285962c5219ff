//! The same analyses under other definitions of their endpoint.

use super::counts::nested;
use super::dominance::{Quantity, rest};
use super::effects::Variant;
use super::records::diagnostic;
use super::{Context, dominance, entry};
use crate::plan::{AnalysisPlan, Estimator, OutcomePlan, OutcomeSource};
use crate::{StudyError, person_table};
use regtrial_outcomes::measure::Value;
use regtrial_outcomes::{Endpoint, Outcome, OutcomeError};
use regtrial_results::{AnalysisKind, Results};
use std::sync::Arc;

/// One definition of an endpoint.
struct Definition<'a> {
    label: &'a str,
    endpoint: &'a Arc<Endpoint>,
}

/// An analysis under every definition of its outcome's endpoint, if there are several: records of
/// the analysis `KEY-definitions`, whose `level` is the definition.
pub(crate) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    // Several outcomes have no one definition.
    if matches!(&analysis.estimator, Estimator::Gee(gee) if gee.is_stacked()) {
        return Ok(());
    }
    // The days of events are those of the outcome as it is declared.
    if matches!(&analysis.estimator, Estimator::MeanCount(_)) {
        return Ok(());
    }
    let plan = context.study.plan();
    let planned = plan.outcome(&analysis.outcome);
    let Some((planned, outcome)) = planned.and_then(|planned| match &planned.source {
        OutcomeSource::Derived(outcome) => Some((planned, outcome)),
        _ => None,
    }) else {
        return Ok(());
    };
    let endpoint = plan
        .endpoints
        .iter()
        .find(|planned| planned.endpoint == outcome.endpoint);
    let Some(endpoint) = endpoint.filter(|endpoint| !endpoint.alternatives.is_empty()) else {
        return Ok(());
    };
    let mut definitions = vec![Definition {
        label: &endpoint.label,
        endpoint: &endpoint.endpoint,
    }];
    definitions.extend(endpoint.alternatives.iter().map(|other| Definition {
        label: &other.label,
        endpoint: &other.endpoint,
    }));
    of_analysis(context, analysis, planned, outcome, &definitions, results)
}

fn of_analysis(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    planned: &OutcomePlan,
    outcome: &Outcome,
    definitions: &[Definition<'_>],
    results: &mut Results,
) -> Result<(), StudyError> {
    let key = format!("{}-definitions", analysis.key);
    let title = format!("{}: by definition of the outcome", analysis.title);
    let mut listed = entry(&key, &title, AnalysisKind::Specification, &analysis.outcome);
    let note = |definition: &Definition<'_>| {
        let leaves = definition.endpoint.leaves();
        let registers: Vec<&str> = leaves.iter().map(|leaf| leaf.register.as_str()).collect();
        let text = definition.endpoint.text();
        format!("{}: {text} ({}).", definition.label, registers.join(", "))
    };
    listed.notes = definitions.iter().map(note).collect();
    results.catalogue.analyses.push(listed);
    let cohort = context.study.cohort()?;
    let alternatives = definitions.iter().map(|definition| Outcome {
        endpoint: definition.endpoint.clone(),
        ..outcome.clone()
    });
    let alternatives: Vec<Outcome> = alternatives.collect();
    results.counts.register_for(&key, "");
    let mut before: Vec<Vec<f64>> = Vec::new();
    let mut others: Vec<Quantity> = Vec::new();
    for (definition, derived) in definitions.iter().zip(cohort.derive_all(&alternatives)) {
        let failed = |message: String| {
            let message = format!("definition \"{}\": {message}", definition.label);
            diagnostic("definition_failed", "warning", Some(&key), &message)
        };
        let values = match derived {
            Ok(derived) => derived.values,
            Err(OutcomeError::PartlyObserved { cause, .. }) => {
                let message = format!(
                    "people are seen for part of the window only ({}), and the plan does not say \
                     what the outcome means for them",
                    cause.name()
                );
                results.diagnostics.push(failed(message));
                continue;
            }
            Err(other) => return Err(other.into()),
        };
        if values.iter().any(Value::is_unknown) {
            let message = format!(
                "definition \"{}\": the outcome is unknown for people whose spells lack a field \
                 that the rule needs; they are left out",
                definition.label
            );
            let found = diagnostic("unknown_outcome", "warning", Some(&key), &message);
            results.diagnostics.push(found);
        }
        let other = context.with_columns(person_table::columns(planned, &values))?;
        let numbers = other.numbers(&planned.key)?;
        if context.is_binary(planned)? {
            for earlier in &before {
                register(context, definition.label, &numbers, earlier, results);
                register(context, definition.label, earlier, &numbers, results);
            }
            before.push(numbers);
        }
        let variant = Variant {
            analysis: &key,
            term: None,
            level: definition.label,
        };
        let first = results.records.len();
        if let Some(message) = variant.run(&other, analysis, results)? {
            results.diagnostics.push(failed(message));
        }
        if !planned.is_time() && !context.is_binary(planned)? {
            let own = (definition.label.to_owned(), other.numbers(&planned.key)?);
            let (label, values) = (own.0.as_str(), own.1.as_slice());
            let less = |(name, of_other): &Quantity| {
                let other = (name.as_str(), of_other.as_slice());
                rest(other, (label, values)).or_else(|| rest((label, values), other))
            };
            let rests: Vec<Quantity> = others.iter().filter_map(less).collect();
            let made = results.records.get_mut(first..).unwrap_or_default();
            dominance::add(context, &rests, made);
            others.push(own);
        }
    }
    Ok(())
}

/// Registers that whoever is employed by one definition is so by another, where the data say so:
/// a reader may know it from the definitions.
fn register(
    context: &Context<'_>,
    label: &str,
    outer: &[f64],
    inner: &[f64],
    results: &mut Results,
) {
    let groups = context.groups();
    let of = |rows: &[usize], values: &[f64]| -> Vec<usize> {
        rows.iter()
            .copied()
            .filter(|&row| values[row] == 1.0)
            .collect()
    };
    let mut everyone = groups.iter().flat_map(|(_, rows)| of(rows, inner));
    if everyone.all(|row| outer[row] == 1.0) {
        for (arm, rows) in &groups {
            let label = format!("{arm} {label}");
            nested(context, &label, &of(rows, outer), &of(rows, inner), results);
        }
    }
}

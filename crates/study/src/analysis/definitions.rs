//! The same analyses under other definitions of their endpoint.

use super::records::diagnostic;
use super::{Context, entry, one, releasable};
use crate::plan::{AnalysisPlan, Estimator, OutcomePlan, OutcomeSource};
use crate::{StudyError, person_table};
use regtrial_outcomes::measure::Value;
use regtrial_outcomes::{Endpoint, Outcome, OutcomeError};
use regtrial_results::{AnalysisKind, Record, Results};
use std::sync::Arc;

/// One definition of an endpoint.
struct Definition<'a> {
    label: &'a str,
    endpoint: &'a Arc<Endpoint>,
}

/// Every analysis of an outcome whose endpoint has alternatives, under each of them: records of the
/// analysis `KEY-definitions`, whose `level` is the definition.
pub(crate) fn run(context: &Context<'_>, results: &mut Results) -> Result<(), StudyError> {
    let plan = context.study.plan();
    for analysis in &plan.analyses {
        let planned = plan.outcomes.iter().find(|o| o.key == analysis.outcome);
        let Some((planned, outcome)) = planned.and_then(|planned| match &planned.source {
            OutcomeSource::Derived(outcome) => Some((planned, outcome)),
            _ => None,
        }) else {
            continue;
        };
        let endpoint = plan
            .endpoints
            .iter()
            .find(|planned| planned.endpoint == outcome.endpoint);
        let Some(endpoint) = endpoint.filter(|endpoint| !endpoint.alternatives.is_empty()) else {
            continue;
        };
        let mut definitions = vec![Definition {
            label: &endpoint.label,
            endpoint: &endpoint.endpoint,
        }];
        definitions.extend(endpoint.alternatives.iter().map(|other| Definition {
            label: &other.label,
            endpoint: &other.endpoint,
        }));
        of_analysis(context, analysis, planned, outcome, &definitions, results)?;
    }
    Ok(())
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
    let plan = context.study.plan();
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
        let is_unknown = |v: &Value| v.number.is_none() && v.unseen.is_none() && !v.prevalent;
        if values.iter().any(is_unknown) {
            let message = "the outcome is unknown for people whose spells lack a field that the \
                           rule needs; they are left out";
            results.diagnostics.push(failed(message.to_owned()));
        }
        let mut frame = context.table.clone();
        for column in person_table::columns(planned, &values) {
            frame.with_column(column)?;
        }
        let data = with_columns(context, planned, &values);
        let other = Context {
            study: context.study,
            table: &frame,
            data,
            level: context.level,
            population: context.population,
        };
        let mut scratch = Results::default();
        match one(&other, analysis, &mut scratch) {
            Ok(()) => {
                let effects = scratch.records.into_iter().filter(|record| {
                    is_effect(analysis, record) && is_wanted(analysis, record, plan)
                });
                results.records.extend(effects.map(|record| Record {
                    analysis: key.clone(),
                    level: definition.label.to_owned(),
                    ..record
                }));
            }
            Err(StudyError::Analysis { source, .. }) => {
                let message = releasable(&analysis.key, &source);
                results.diagnostics.push(failed(message));
            }
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

fn with_columns(
    context: &Context<'_>,
    planned: &OutcomePlan,
    values: &[Value],
) -> regtrial_stats::design::Data {
    let mut data = context.data.clone();
    for column in person_table::columns(planned, values) {
        let name = column.name().to_string();
        if let Ok(numbers) = crate::design::numbers(&column) {
            data = data.with_numbers(&name, numbers);
        }
    }
    data
}

/// Whether a record is an effect of the arm (or, in a model without arms, of a term).
fn is_effect(analysis: &AnalysisPlan, record: &Record) -> bool {
    match analysis.estimator {
        Estimator::Regression(_) => !record.term.is_empty() && record.term != "(Intercept)",
        _ => !record.contrast.is_empty() && record.estimate.is_finite(),
    }
}

/// Whether it is the effect that the plan asks for, or the usual one of the estimator.
fn is_wanted(analysis: &AnalysisPlan, record: &Record, plan: &crate::Plan) -> bool {
    let statistic = record.statistic.as_str();
    if let Estimator::Regression(_) = analysis.estimator {
        let has_arms = plan.people.arm.is_some();
        let of_arm = record.term.starts_with("arm[") && !record.term.contains(':');
        return statistic != "coefficient" && (of_arm || !has_arms);
    }
    match analysis.estimand.as_deref() {
        Some(estimand) => statistic == estimand.replace(' ', "_"),
        None => matches!(
            statistic,
            "risk_difference" | "mean_difference" | "restricted_mean_difference"
        ),
    }
}

//! The same analyses under other definitions of their endpoint.

use super::records::diagnostic;
use super::{Context, entry, one, releasable};
use crate::plan::{AnalysisPlan, Estimator, OutcomePlan, OutcomeSource};
use crate::{Plan, StudyError, person_table};
use regtrial_outcomes::measure::Value;
use regtrial_outcomes::{Endpoint, Outcome, OutcomeError};
use regtrial_results::{AnalysisKind, Record, Results};
use regtrial_stats::design::INTERCEPT;
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
            let message = format!(
                "definition \"{}\": the outcome is unknown for people whose spells lack a field \
                 that the rule needs; they are left out",
                definition.label
            );
            let found = diagnostic("unknown_outcome", "warning", Some(&key), &message);
            results.diagnostics.push(found);
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
        // Who stands behind the numbers is registered for good, all else is kept apart.
        let kept = (results.records.len(), results.catalogue.analyses.len());
        let remarks = results.diagnostics.len();
        let made = one(&other, analysis, results);
        let records = results.records.split_off(kept.0);
        results.catalogue.analyses.truncate(kept.1);
        results.diagnostics.truncate(remarks);
        match made {
            Ok(()) => {
                let effects = effects(analysis, plan, &records);
                results
                    .records
                    .extend(effects.into_iter().map(|record| Record {
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

/// The effect of each contrast or term: the first of several methods, with the p-value of the test
/// beside it if it has none of its own.
fn effects(analysis: &AnalysisPlan, plan: &Plan, records: &[Record]) -> Vec<Record> {
    let mut found: Vec<Record> = Vec::new();
    // Of a model the ratio, where it has one, else the coefficient.
    let is_ratio = |record: &Record| record.statistic.ends_with("_ratio");
    let of_model = matches!(analysis.estimator, Estimator::Regression(_));
    let ratios = records
        .iter()
        .any(|record| !record.term.is_empty() && is_ratio(record));
    let wanted = |record: &&Record| {
        is_wanted(analysis, plan, record) && (!of_model || !ratios || is_ratio(record))
    };
    for record in records.iter().filter(wanted) {
        let same =
            |other: &Record| (&other.contrast, &other.term) == (&record.contrast, &record.term);
        if found.iter().any(same) {
            continue;
        }
        let mut effect = record.clone();
        if effect.p_value.is_nan() {
            let mut tests = records.iter().filter(|other| {
                other.statistic == "association" && pair(&other.contrast) == pair(&record.contrast)
            });
            effect.p_value = tests.next().map_or(f64::NAN, |test| test.p_value);
        }
        found.push(effect);
    }
    found
}

/// A contrast's arms, whether it is a difference or a ratio.
fn pair(contrast: &str) -> String {
    contrast.replace(" / ", " - ")
}

/// Whether a record is the effect that the plan asks for, or the usual one of the estimator: of the
/// arm, or in a model without arms of any term.
fn is_wanted(analysis: &AnalysisPlan, plan: &Plan, record: &Record) -> bool {
    let statistic = record.statistic.as_str();
    if let Estimator::Regression(_) = analysis.estimator {
        let of_arm = record.term.starts_with("arm[") && !record.term.contains(':');
        let is_term = !record.term.is_empty() && record.term != INTERCEPT;
        let has_arms = plan.people.arm.is_some();
        return is_term && (of_arm || !has_arms);
    }
    let wanted = match analysis.estimand.as_deref() {
        Some(estimand) => statistic == estimand.replace(' ', "_"),
        None => matches!(
            statistic,
            "risk_difference" | "mean_difference" | "restricted_mean_difference"
        ),
    };
    wanted && !record.contrast.is_empty()
}

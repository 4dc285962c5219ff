//! Where the numbers of an analysis come from: its part of the plan, its outcomes, its files.

use crate::analysis::Context;
use crate::plan::{AnalysisPlan, OutcomePlan, OutcomeSource};
use crate::{Plan, StudyError, provenance};
use regtrial_outcomes::Endpoint;
use regtrial_results::{Analysis, AnalysisKind, Record, Source};
use std::collections::BTreeSet;

pub(super) fn of(
    context: &Context<'_>,
    analysis: &Analysis,
    planned: Option<&AnalysisPlan>,
    records: &[&Record],
) -> Result<Source, StudyError> {
    let plan = context.study.plan();
    let outcomes = outcomes(plan, analysis, planned);
    let mut labels: Vec<String> = outcomes
        .iter()
        .map(|outcome| outcome.label.clone())
        .collect();
    let mut registers: BTreeSet<&str> = BTreeSet::new();
    for outcome in &outcomes {
        if let OutcomeSource::Derived(derived) = &outcome.source {
            add(&mut registers, &derived.endpoint);
        }
    }
    for planned in &plan.endpoints {
        let key = &planned.endpoint.key;
        let of_curve = analysis.kind == AnalysisKind::Curve && analysis.outcome == *key;
        let mut sequences = plan
            .sequences
            .iter()
            .filter(|s| s.sequence.key == analysis.key);
        let mut states = sequences.by_ref().flat_map(|s| &s.sequence.states);
        if of_curve || states.any(|(_, state)| state.key == *key) {
            labels.push(planned.label.clone());
            add(&mut registers, &planned.endpoint);
        }
        let varied = analysis.kind == AnalysisKind::Specification
            && outcomes
                .iter()
                .any(|outcome| is_of(outcome, &planned.endpoint));
        if varied {
            for other in &planned.alternatives {
                add(&mut registers, &other.endpoint);
            }
        }
    }
    let population = records.first().map(|record| record.population.clone());
    Ok(Source {
        plan: section(plan, analysis, planned),
        outcomes: labels,
        population: population.unwrap_or_else(|| context.population.clone()),
        inputs: provenance::names(context.study, &registers),
    })
}

fn is_of(outcome: &OutcomePlan, endpoint: &Endpoint) -> bool {
    matches!(&outcome.source, OutcomeSource::Derived(derived) if *derived.endpoint == *endpoint)
}

fn add<'a>(registers: &mut BTreeSet<&'a str>, endpoint: &'a Endpoint) {
    registers.extend(
        endpoint
            .leaves()
            .into_iter()
            .map(|leaf| leaf.register.as_str()),
    );
}

/// The outcomes that an analysis looks at, covariates among them.
fn outcomes<'a>(
    plan: &'a Plan,
    analysis: &Analysis,
    planned: Option<&AnalysisPlan>,
) -> Vec<&'a OutcomePlan> {
    let columns = planned.map(|planned| planned.estimator.columns());
    let columns = columns.unwrap_or_default();
    let all =
        planned.is_none() && matches!(analysis.kind, AnalysisKind::Comparison | AnalysisKind::Flow);
    let named = |outcome: &&OutcomePlan| {
        let baseline =
            analysis.kind == AnalysisKind::Baseline && plan.baseline.contains(&outcome.key);
        all || baseline || outcome.key == analysis.outcome || columns.contains(&outcome.key)
    };
    plan.outcomes.iter().filter(named).collect()
}

/// The part of study.toml that asks for an analysis; empty for what every study has.
fn section(plan: &Plan, analysis: &Analysis, planned: Option<&AnalysisPlan>) -> String {
    if let Some(planned) = planned {
        return format!("analyses.{}", planned.key);
    }
    if let Some(figure) = plan
        .figures
        .iter()
        .find(|figure| figure.key == analysis.key)
    {
        return figure.section.clone();
    }
    if plan
        .sequences
        .iter()
        .any(|s| s.sequence.key == analysis.key)
    {
        return format!("sequences.{}", analysis.key);
    }
    match analysis.kind {
        AnalysisKind::Baseline if !plan.baseline.is_empty() => "baseline".to_owned(),
        AnalysisKind::Comparison => "outcomes".to_owned(),
        _ => String::new(),
    }
}

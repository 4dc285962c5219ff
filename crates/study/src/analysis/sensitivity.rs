//! The same analysis under other assumptions about missing outcomes.

use super::counts::nested;
use super::effects::Variant;
use super::records::diagnostic;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{AnalysisPlan, Assumption, OutcomeSource};
use polars::prelude::Column;
use regtrial_outcomes::observation::{Cause, Unobserved};
use regtrial_results::{AnalysisKind, Results};

/// Records of the analysis `KEY-sensitivity`, whose `level` is the assumption; nothing if the plan
/// asks for none.
pub(crate) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    if analysis.sensitivity.is_empty() {
        return Ok(());
    }
    let key = format!("{}-sensitivity", analysis.key);
    let title = format!("{}: by assumption about missing outcomes", analysis.title);
    let mut listed = entry(&key, &title, AnalysisKind::Specification, &analysis.outcome);
    listed.notes = analysis
        .sensitivity
        .iter()
        .map(|how| how.note().to_owned())
        .collect();
    results.catalogue.analyses.push(listed);
    results.counts.register_for(&key, "");
    let values = context.numbers(&analysis.outcome)?;
    let mut cases = vec![("as planned", values.clone())];
    for how in &analysis.sensitivity {
        let assumed = match how {
            Assumption::CompleteCase => complete(context, analysis, &values)?,
            _ => filled(context, &values, *how),
        };
        cases.push((how.name(), assumed));
    }
    for (label, assumed) in cases {
        let known: Vec<Option<f64>> = assumed
            .iter()
            .map(|v| (!v.is_nan()).then_some(*v))
            .collect();
        let column = Column::new(analysis.outcome.as_str().into(), known);
        let other = context.with_columns(vec![column])?;
        register(context, label, &assumed, &values, results);
        let variant = Variant {
            analysis: &key,
            term: None,
            level: label,
        };
        if let Some(message) = variant.run(&other, analysis, results)? {
            let message = format!("{label}: {message}");
            let found = diagnostic("sensitivity_failed", "warning", Some(&key), &message);
            results.diagnostics.push(found);
        }
    }
    Ok(())
}

/// Registers that those with the event under an assumption are those who have it, and those of whom
/// it is assumed; and so those without.
fn register(
    context: &Context<'_>,
    label: &str,
    assumed: &[f64],
    values: &[f64],
    results: &mut Results,
) {
    for (arm, rows) in context.groups() {
        for wanted in [1.0, 0.0] {
            let label = format!("{arm} {label} {wanted}");
            let of = |values: &[f64]| -> Vec<usize> {
                let has = |row: &usize| values[*row] == wanted;
                rows.iter().copied().filter(has).collect()
            };
            nested(context, &label, &of(assumed), &of(values), results);
            // Of the complete cases it is the other way round.
            nested(context, &label, &of(values), &of(assumed), results);
        }
    }
}

/// The outcome of those alone who were seen for the whole window. A column of the list says nothing of
/// a window: who has a value is a complete case.
fn complete(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    values: &[f64],
) -> Result<Vec<f64>, StudyError> {
    let planned = context.study.plan().outcome(&analysis.outcome);
    let Some(OutcomeSource::Derived(outcome)) = planned.map(|planned| &planned.source) else {
        return Ok(values.to_vec());
    };
    let mut outcome = outcome.clone();
    for (_, cause) in Cause::NAMED {
        outcome.policies.set(cause, Unobserved::Missing);
    }
    let derived = context.study.cohort()?.derive(&outcome)?;
    let seen = derived.values.iter().map(|value| value.number.is_some());
    let value = |(value, seen): (&f64, bool)| if seen { *value } else { f64::NAN };
    Ok(values.iter().zip(seen).map(value).collect())
}

/// The outcome with its missing values filled in.
fn filled(context: &Context<'_>, values: &[f64], how: Assumption) -> Vec<f64> {
    let mut filled = values.to_vec();
    for (arm, (_, rows)) in context.groups().into_iter().enumerate() {
        let value = f64::from(u8::from(match how {
            Assumption::BestCase => arm > 0,
            Assumption::WorstCase => arm == 0,
            Assumption::MissingAsEvent => true,
            Assumption::MissingAsNone | Assumption::CompleteCase => false,
        }));
        for row in rows {
            if filled[row].is_nan() {
                filled[row] = value;
            }
        }
    }
    filled
}

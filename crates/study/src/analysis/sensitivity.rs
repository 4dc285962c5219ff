//! The same analysis under other assumptions about missing outcomes.

use super::counts::nested;
use super::effects::Variant;
use super::records::diagnostic;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{AnalysisPlan, Assumption};
use polars::prelude::Column;
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
        cases.push((how.name(), filled(context, &values, *how)));
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
        }
    }
}

/// The outcome with its missing values filled in.
fn filled(context: &Context<'_>, values: &[f64], how: Assumption) -> Vec<f64> {
    let mut filled = values.to_vec();
    for (arm, (_, rows)) in context.groups().into_iter().enumerate() {
        let value = f64::from(u8::from(match how {
            Assumption::BestCase => arm > 0,
            Assumption::WorstCase => arm == 0,
            Assumption::MissingAsEvent => true,
            Assumption::MissingAsNone => false,
        }));
        for row in rows {
            if filled[row].is_nan() {
                filled[row] = value;
            }
        }
    }
    filled
}

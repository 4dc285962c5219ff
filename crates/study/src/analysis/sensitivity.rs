//! The same analysis under other assumptions about missing outcomes.

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
    let values = context.numbers(&analysis.outcome)?;
    let mut cases = vec![("as planned", values.clone())];
    for how in &analysis.sensitivity {
        cases.push((how.name(), filled(context, &values, *how)));
    }
    for (label, values) in cases {
        let known: Vec<Option<f64>> = values.iter().map(|v| (!v.is_nan()).then_some(*v)).collect();
        let column = Column::new(analysis.outcome.as_str().into(), known);
        let other = context.with_columns(vec![column])?;
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

//! p-values adjusted for several hypotheses of the plan.

use super::effects::effects;
use crate::plan::MultiplicityMethod;
use crate::{Plan, StudyError};
use regtrial_results::Results;
use regtrial_stats::multiplicity::{adjust, sequential::fixed_sequence};

/// Sets the adjusted p-value of the effects of every family of analyses; of several contrasts of an
/// analysis each is a hypothesis of its own.
pub(crate) fn run(plan: &Plan, results: &mut Results) -> Result<(), StudyError> {
    for family in &plan.multiplicity {
        let mut at: Vec<usize> = Vec::new();
        let mut p_values = Vec::new();
        for key in &family.analyses {
            let Some(analysis) = plan.analyses.iter().find(|a| a.key == *key) else {
                continue;
            };
            let own: Vec<_> = results
                .records
                .iter()
                .filter(|r| r.analysis == *key)
                .cloned()
                .collect();
            for effect in effects(analysis, plan, &own) {
                let same = results.records.iter().position(|record| {
                    record.analysis == *key
                        && record.statistic == effect.statistic
                        && record.method == effect.method
                        && record.contrast == effect.contrast
                        && record.term == effect.term
                });
                if let Some(position) = same {
                    at.push(position);
                    p_values.push(effect.p_value);
                }
            }
        }
        let failed = StudyError::analysis(&family.key);
        let adjusted = match family.method {
            MultiplicityMethod::Adjust(how) => adjust(&p_values, how).map_err(failed)?,
            MultiplicityMethod::FixedSequence => fixed_sequence(&p_values).map_err(failed)?,
        };
        for (position, p_value) in at.into_iter().zip(adjusted) {
            results.records[position].p_value_adjusted = p_value;
        }
        for analysis in &mut results.catalogue.analyses {
            if family.analyses.contains(&analysis.key) {
                let others = family.analyses.join(", ");
                let name = family.method.name();
                let note = format!("Adjusted p: {name}, over {others}.");
                analysis.notes.push(note);
            }
        }
    }
    Ok(())
}

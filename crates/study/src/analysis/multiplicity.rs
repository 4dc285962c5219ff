//! p-values adjusted for several hypotheses of the plan.

use super::effects::effects;
use super::failed;
use crate::plan::{MultiplicityMethod, MultiplicityPlan};
use crate::{Plan, StudyError};
use regtrial_results::Results;
use regtrial_stats::StatsError;
use regtrial_stats::multiplicity::adjust;
use regtrial_stats::multiplicity::sequential::{fallback, fixed_sequence, graph_of_lines};

/// Sets the adjusted p-value of the effects of every family of analyses; of several contrasts of an
/// analysis each is a hypothesis of its own.
pub(crate) fn run(plan: &Plan, results: &mut Results) -> Result<(), StudyError> {
    for family in &plan.multiplicity {
        if let Err(error) = one(plan, family, results) {
            results.diagnostics.push(failed(&family.key, &error)?);
        }
    }
    Ok(())
}

fn one(plan: &Plan, family: &MultiplicityPlan, results: &mut Results) -> Result<(), StudyError> {
    let mut at: Vec<usize> = Vec::new();
    let mut p_values = Vec::new();
    let mut hypotheses = Vec::new();
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
        hypotheses.push(at.len());
    }
    let wrong = StudyError::analysis(&family.key);
    let adjusted = match family.method {
        MultiplicityMethod::Adjust(how) => adjust(&p_values, how).map_err(wrong)?,
        MultiplicityMethod::FixedSequence => fixed_sequence(&p_values).map_err(wrong)?,
        MultiplicityMethod::Fallback => {
            single(family, &hypotheses)?;
            fallback(&p_values, &family.weights).map_err(wrong)?
        }
        MultiplicityMethod::Graph => {
            single(family, &hypotheses)?;
            graph_of_lines(&p_values, &family.weights, &family.transitions).map_err(wrong)?
        }
    };
    for (position, p_value) in at.into_iter().zip(adjusted) {
        results.records[position].p_value_adjusted = p_value;
    }
    for analysis in &mut results.catalogue.analyses {
        if family.analyses.contains(&analysis.key) {
            let others = family.analyses.join(", ");
            let name = family.method.name();
            let shares = family.weights.iter().map(f64::to_string);
            let shares: Vec<String> = shares.collect();
            let how = match shares.is_empty() {
                true => String::new(),
                false => format!(", shares of the level {}", shares.join(", ")),
            };
            let note = format!("Adjusted p: {name}, over {others}{how}.");
            analysis.notes.push(note);
        }
    }
    Ok(())
}

/// Whether each analysis of a family has one effect, as the shares of the level want it; `found` are
/// the effects up to each.
fn single(family: &MultiplicityPlan, found: &[usize]) -> Result<(), StudyError> {
    let one_each = (1..=family.analyses.len()).eq(found.iter().copied());
    let wrong = || StatsError::Argument {
        argument: "a family with shares of the level",
        rule:
            "needs one effect of each analysis, with a p-value: name the estimand, or the two arms \
               of a contrast by a population"
                .to_owned(),
    };
    one_each
        .then_some(())
        .ok_or_else(|| StudyError::analysis(&family.key)(wrong()))
}

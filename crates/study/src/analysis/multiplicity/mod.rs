//! p-values adjusted for several hypotheses of the plan.

mod intervals;

use super::effects::{effects, p_source};
use super::{Context, failed};
use crate::StudyError;
use crate::plan::{MultiplicityMethod, MultiplicityPlan};
use regtrial_results::{Hypothesis, Record, Results};
use regtrial_stats::StatsError;
use regtrial_stats::multiplicity::sequential::{fallback, fixed_sequence, graph_of_lines};
use regtrial_stats::multiplicity::{Adjustment, adjust};

/// Sets the adjusted p-value of the effects of every family of analyses; of several contrasts of an
/// analysis each is a hypothesis of its own.
pub(crate) fn run(context: &Context<'_>, results: &mut Results) -> Result<(), StudyError> {
    let plan = context.study.plan();
    for family in &plan.multiplicity {
        if let Err(error) = one(context, family, results) {
            results.diagnostics.push(failed(&family.key, &error)?);
        }
    }
    Ok(())
}

/// The effects of a family: where they stand among the records, and their p-values.
#[derive(Default)]
struct Family {
    at: Vec<usize>,
    /// The records that the p-values come from.
    sources: Vec<usize>,
    p_values: Vec<f64>,
    /// The effects up to each analysis.
    upto: Vec<usize>,
}

impl Family {
    fn new(context: &Context<'_>, family: &MultiplicityPlan, results: &Results) -> Self {
        let plan = context.study.plan();
        let mut found = Self::default();
        for key in &family.analyses {
            let Some(analysis) = plan.analyses.iter().find(|a| a.key == *key) else {
                continue;
            };
            let own = results.records.iter().filter(|r| r.analysis == *key);
            let own: Vec<Record> = own.cloned().collect();
            for effect in effects(analysis, plan, &own) {
                let Some(at) = position(&results.records, &effect) else {
                    continue;
                };
                let source = p_source(&own, &effect);
                let source = source.and_then(|record| position(&results.records, record));
                let mut p = effect.p_value;
                let coarse = |record: &Record| record.cells.decimals.is_some();
                // With rounded counts such a p-value leaves with three digits, and what is made of it
                // must not tell more.
                if context.policy().rounds() && coarse(&results.records[source.unwrap_or(at)]) {
                    p = (p * 1000.0).round() / 1000.0;
                }
                found.at.push(at);
                found.sources.push(source.unwrap_or(at));
                found.p_values.push(p);
            }
            found.upto.push(found.at.len());
        }
        found
    }
}

fn position(records: &[Record], wanted: &Record) -> Option<usize> {
    records.iter().position(|record| {
        record.analysis == wanted.analysis
            && record.statistic == wanted.statistic
            && record.method == wanted.method
            && record.contrast == wanted.contrast
            && record.term == wanted.term
            && record.group == wanted.group
    })
}

fn one(
    context: &Context<'_>,
    family: &MultiplicityPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let found = Family::new(context, family, results);
    let p_values = &found.p_values;
    let wrong = StudyError::analysis(&family.key);
    let adjusted = match family.method {
        MultiplicityMethod::Adjust(how) => adjust(p_values, how).map_err(wrong)?,
        MultiplicityMethod::FixedSequence => fixed_sequence(p_values).map_err(wrong)?,
        MultiplicityMethod::Fallback => {
            single(family, &found.upto)?;
            fallback(p_values, &family.weights).map_err(wrong)?
        }
        MultiplicityMethod::Graph => {
            single(family, &found.upto)?;
            graph_of_lines(p_values, &family.weights, &family.transitions).map_err(wrong)?
        }
    };
    let all: Vec<usize> = (0..p_values.len()).collect();
    for (number, p_value) in adjusted.into_iter().enumerate() {
        let depends_on = match family.method {
            MultiplicityMethod::Adjust(Adjustment::Bonferroni) => vec![number],
            MultiplicityMethod::FixedSequence | MultiplicityMethod::Fallback => {
                all[..=number].to_vec()
            }
            _ => all.clone(),
        };
        let place = Hypothesis {
            family: family.key.clone(),
            number,
            depends_on,
            withheld: false,
        };
        results.records[found.sources[number]].hypothesis = Some(place.clone());
        let effect = &mut results.records[found.at[number]];
        effect.hypothesis = Some(place);
        effect.p_value_adjusted = p_value;
    }
    let defined = p_values.iter().filter(|p| !p.is_nan()).count();
    let simultaneous = match family.method {
        _ if defined == 0 => Simultaneous::None,
        MultiplicityMethod::Adjust(Adjustment::Bonferroni) => {
            intervals::bonferroni(context, family, &found.at, defined, results)?;
            Simultaneous::Bonferroni
        }
        _ => match intervals::compatible(context, family, &found, results)? {
            true => Simultaneous::Compatible,
            false => Simultaneous::None,
        },
    };
    let note = note(family, simultaneous);
    for analysis in &mut results.catalogue.analyses {
        if family.analyses.contains(&analysis.key) {
            analysis.notes.push(note.clone());
        }
    }
    Ok(())
}

/// Which intervals hold together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Simultaneous {
    None,
    Bonferroni,
    Compatible,
}

fn note(family: &MultiplicityPlan, simultaneous: Simultaneous) -> String {
    let others = family.analyses.join(", ");
    let name = family.method.name();
    let shares = family.weights.iter().map(f64::to_string);
    let shares: Vec<String> = shares.collect();
    let how = match shares.is_empty() {
        true => String::new(),
        false => format!(", shares of the level {}", shares.join(", ")),
    };
    let intervals = match simultaneous {
        Simultaneous::None => "",
        Simultaneous::Bonferroni => {
            " Simultaneous intervals hold for all of these together (Bonferroni)."
        }
        Simultaneous::Compatible => {
            " Simultaneous intervals hold for all of these together (Strassburger and Bretz: the \
             procedure in each direction at half the level; a limit at no effect says the direction \
             alone)."
        }
    };
    format!("Adjusted p: {name}, over {others}{how}.{intervals}")
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

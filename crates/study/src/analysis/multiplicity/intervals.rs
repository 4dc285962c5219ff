//! Intervals of the effects of a family that hold together: the analyses once more at other levels.

use super::super::{Context, aside, populations};
use super::Family;
use crate::StudyError;
use crate::plan::{AnalysisPlan, MultiplicityMethod, MultiplicityPlan};
use regtrial_results::{Record, Results};
use regtrial_stats::multiplicity::Adjustment;
use regtrial_stats::multiplicity::compatible::{CompatibleBound, bounds, chain, holm};
use regtrial_stats::multiplicity::sequential::matrix;
use regtrial_stats::{ConfidenceLevel, StatsError};
use std::collections::BTreeMap;

/// Bonferroni's intervals, which hold together: each at the level 1 - alpha / m.
pub(super) fn bonferroni(
    context: &Context<'_>,
    family: &MultiplicityPlan,
    at: &[usize],
    hypotheses: usize,
    results: &mut Results,
) -> Result<(), StudyError> {
    let mut again = Again::new(context, family);
    let error = context.level.alpha() / hypotheses as f64;
    for &position in at {
        let limits = again.limits(position, error, results)?;
        let record = &mut results.records[position];
        if let Some([low, high]) = limits {
            (record.conf_low_adjusted, record.conf_high_adjusted) = (low, high);
        }
    }
    Ok(())
}

/// The bounds that go with a sequential procedure, lower and upper ones each at half the level; whether there
/// are any.
pub(super) fn compatible(
    context: &Context<'_>,
    family: &MultiplicityPlan,
    found: &Family,
    results: &mut Results,
) -> Result<bool, StudyError> {
    let wrong = |error: StatsError| StudyError::analysis(&family.key)(error);
    let known = |i: &usize| !found.p_values[*i].is_nan();
    let hypotheses: Vec<usize> = (0..found.at.len()).filter(known).collect();
    let m = hypotheses.len();
    let (weights, transitions) = match family.method {
        MultiplicityMethod::Adjust(Adjustment::Holm) => holm(m),
        MultiplicityMethod::FixedSequence => {
            let first = |i: usize| f64::from(u8::from(i == 0));
            ((0..m).map(first).collect(), chain(m))
        }
        MultiplicityMethod::Fallback => (family.weights.clone(), chain(m)),
        MultiplicityMethod::Graph => {
            let transitions = matrix(m, &family.transitions).map_err(wrong)?;
            (family.weights.clone(), transitions)
        }
        MultiplicityMethod::Adjust(_) => return Ok(false),
    };
    // Without a direction there is no bound.
    let distance = |i: &usize| {
        let record = &results.records[found.at[*i]];
        record.estimate - no_effect(record)
    };
    let distances: Vec<f64> = hypotheses.iter().map(distance).collect();
    if distances.iter().any(|distance| distance.is_nan()) {
        return Ok(false);
    }
    let half = context.level.alpha() / 2.0;
    let mut again = Again::new(context, family);
    for direction in [1.0, -1.0] {
        let one_sided = |(i, distance): (&usize, &f64)| match distance * direction > 0.0 {
            true => found.p_values[*i] / 2.0,
            false => 1.0 - found.p_values[*i] / 2.0,
        };
        let p: Vec<f64> = hypotheses.iter().zip(&distances).map(one_sided).collect();
        let found_bounds = bounds(&p, &weights, &transitions, half).map_err(wrong)?;
        for (&hypothesis, bound) in hypotheses.iter().zip(found_bounds) {
            let position = found.at[hypothesis];
            let null = no_effect(&results.records[position]);
            // A limit may cross the hypothesis where test and interval are of different methods.
            let (own, hypothesis_at_least) = match bound {
                CompatibleBound::Own(error) => (Some(error), false),
                CompatibleBound::OwnOrHypothesis(error) => (Some(error), true),
                _ => (None, false),
            };
            let limit = match own {
                None if bound == CompatibleBound::Open => {
                    open(&results.records[position], direction)
                }
                None => null,
                Some(error) => {
                    let limits = again.limits(position, 2.0 * error, results)?;
                    let Some([low, high]) = limits else {
                        continue;
                    };
                    let limit = if direction > 0.0 { low } else { high };
                    match (hypothesis_at_least, direction > 0.0) {
                        (true, true) | (false, false) => limit.max(null),
                        (true, false) | (false, true) => limit.min(null),
                    }
                }
            };
            let record = &mut results.records[position];
            match direction > 0.0 {
                true => record.conf_low_adjusted = limit,
                false => record.conf_high_adjusted = limit,
            }
        }
    }
    Ok(true)
}

/// The value of an effect that is none.
fn no_effect(record: &Record) -> f64 {
    f64::from(u8::from(
        record.scale == "log" && record.statistic != "coefficient",
    ))
}

/// As far as an effect can be.
fn open(record: &Record, direction: f64) -> f64 {
    match (record.statistic.as_str(), direction > 0.0) {
        ("risk_difference", _) => -direction,
        (_, true) if no_effect(record) == 1.0 => 0.0,
        _ => -direction * f64::INFINITY,
    }
}

/// The analyses of a family at other levels, each done once.
struct Again<'a, 'b> {
    context: &'a Context<'b>,
    family: &'a MultiplicityPlan,
    made: BTreeMap<(String, u64), Vec<Record>>,
}

impl<'a, 'b> Again<'a, 'b> {
    fn new(context: &'a Context<'b>, family: &'a MultiplicityPlan) -> Self {
        Self {
            context,
            family,
            made: BTreeMap::new(),
        }
    }

    /// The limits of a record at a two-sided error; nothing if it has none.
    fn limits(
        &mut self,
        position: usize,
        error: f64,
        results: &mut Results,
    ) -> Result<Option<[f64; 2]>, StudyError> {
        let record = results.records[position].clone();
        let key = (record.analysis.clone(), error.to_bits());
        if !self.made.contains_key(&key) {
            let made = self.run(&record.analysis, error, results)?;
            self.made.insert(key.clone(), made);
        }
        let mut made = self.made[&key].iter();
        let same = made.find(|other| {
            (&other.statistic, &other.method) == (&record.statistic, &record.method)
                && (&other.contrast, &other.term) == (&record.contrast, &record.term)
                && other.group == record.group
        });
        let limits = same.map(|other| [other.conf_low, other.conf_high]);
        Ok(limits.filter(|limits| limits.iter().all(|limit| !limit.is_nan())))
    }

    fn run(&self, key: &str, error: f64, results: &mut Results) -> Result<Vec<Record>, StudyError> {
        let plan = self.context.study.plan();
        let Some(analysis) = plan.analyses.iter().find(|a| a.key == key) else {
            return Ok(Vec::new());
        };
        let level = ConfidenceLevel::new(1.0 - error);
        let level = level.map_err(StudyError::analysis(&self.family.key))?;
        let population = analysis.population.as_deref();
        let own = populations::context_of(self.context, population, &analysis.outcome)?;
        let mut wider = own.unwrap_or_else(|| self.context.clone());
        wider.level = level;
        results.counts.register_for(key, "");
        // Allocations have nothing to say of intervals.
        let analysis = AnalysisPlan {
            permutations: None,
            ..analysis.clone()
        };
        aside(&wider, &analysis, results)
    }
}

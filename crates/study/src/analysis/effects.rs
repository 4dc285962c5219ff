//! The effect that an analysis is about, picked from its records.

use super::{Context, aside, releasable};
use crate::plan::{AnalysisPlan, Estimator};
use crate::{Plan, StudyError};
use regtrial_results::{Record, Results};
use regtrial_stats::design::INTERCEPT;

/// An analysis done once more in another way: its effect alone is kept, under another key.
pub(crate) struct Variant<'a> {
    /// Key of the records.
    pub(crate) analysis: &'a str,
    /// What is varied, if records are to say so.
    pub(crate) term: Option<&'a str>,
    /// In which way.
    pub(crate) level: &'a str,
}

impl Variant<'_> {
    /// Adds the effect in a context; an analysis that cannot be computed is told in words.
    pub(crate) fn run(
        &self,
        context: &Context<'_>,
        analysis: &AnalysisPlan,
        results: &mut Results,
    ) -> Result<Option<String>, StudyError> {
        let records = match aside(context, analysis, results) {
            Ok(records) => records,
            Err(StudyError::Analysis { source, .. }) => {
                return Ok(Some(releasable(&analysis.key, &source)));
            }
            Err(other) => return Err(other),
        };
        for mut record in effects(analysis, context.study.plan(), &records) {
            self.analysis.clone_into(&mut record.analysis);
            self.level.clone_into(&mut record.level);
            if let Some(term) = self.term {
                term.clone_into(&mut record.term);
            }
            results.records.push(record);
        }
        Ok(None)
    }
}

/// The effect of each contrast or term: the first of several methods, with the p-value of the test
/// beside it if it has none of its own. A permutation test that was asked for goes before all others.
pub(crate) fn effects(analysis: &AnalysisPlan, plan: &Plan, records: &[Record]) -> Vec<Record> {
    let mut found: Vec<Record> = Vec::new();
    // Of a model the ratio, where it has one, else the coefficient.
    let is_ratio = |record: &Record| record.statistic.ends_with("_ratio");
    let of_model = is_model(&analysis.estimator);
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
        effect.p_value = p_source(records, record).map_or(f64::NAN, |source| source.p_value);
        found.push(effect);
    }
    found
}

/// The record whose p-value is that of an effect of the same analysis.
pub(crate) fn p_source<'a>(records: &'a [Record], effect: &Record) -> Option<&'a Record> {
    let same_effect = |other: &&Record| {
        let (own, others) = (pair(&effect.contrast), pair(&other.contrast));
        own == others && (!own.is_empty() || other.term == effect.term)
    };
    let mut permuted = records.iter().filter(same_effect);
    if let Some(permuted) = permuted.find(|other| other.method == "permutation") {
        return Some(permuted);
    }
    let tested = |statistic: &str| {
        let mut tests = records.iter().filter(|other| other.statistic == statistic);
        tests.find(|test| !test.p_value.is_nan() && pair(&test.contrast) == pair(&effect.contrast))
    };
    let own = records.iter().find(|other| {
        (&other.statistic, &other.method) == (&effect.statistic, &effect.method)
            && (&other.contrast, &other.term) == (&effect.contrast, &effect.term)
            && !other.p_value.is_nan()
    });
    // Of an interval by the bootstrap the p-value is that of the usual method.
    own.or_else(|| tested("association"))
        .or_else(|| tested(&effect.statistic))
}

/// Whether the effect is a term of a regression.
fn is_model(estimator: &Estimator) -> bool {
    use Estimator::{Gee, Hazards, Regression};
    matches!(estimator, Regression(_) | Hazards(_) | Gee(_))
}

/// A contrast's arms, whether it is a difference or a ratio.
fn pair(contrast: &str) -> String {
    contrast.replace(" / ", " - ")
}

/// Whether a record is the effect that the plan asks for, or the usual one of the estimator: of the
/// arm, or in a model without arms of any term.
fn is_wanted(analysis: &AnalysisPlan, plan: &Plan, record: &Record) -> bool {
    let statistic = record.statistic.as_str();
    if let Estimator::TimeTest(test) = &analysis.estimator {
        let methods: &[&str] = match test.gray {
            true => &["gray"],
            false => &["log_rank", "fleming_harrington"],
        };
        return methods.contains(&record.method.as_str()) && !record.contrast.is_empty();
    }
    if matches!(
        analysis.estimator,
        Estimator::Rate(_) | Estimator::MeanCount(_)
    ) {
        return statistic == "rate_ratio" && !record.contrast.is_empty();
    }
    if is_model(&analysis.estimator) {
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

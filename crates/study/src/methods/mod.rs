//! The methods behind the numbers, in words: which of them made what, who proposed them, against what
//! they were held, and where the numbers of an analysis come from.

mod agreement;
mod bibliography;
mod keys;
mod sources;

pub(crate) use agreement::of as agreement_of;

use crate::analysis::{Context, with_family};
use crate::plan::{AnalysisPlan, Estimator};
use crate::{Plan, StudyError};
use regtrial_results::{Analysis, Language, MadeBy, MethodNote, Record, Results};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Names and texts, in the order of the page.
const METHODS: &str = include_str!("../../assets/methods.toml");

/// A method as it is listed.
#[derive(Debug, Deserialize)]
struct Entry {
    en: [String; 2],
    nb: [String; 2],
    da: [String; 2],
    references: Vec<String>,
}

impl Entry {
    fn note(&self, key: &str, language: Language) -> MethodNote {
        let [name, text] = match language {
            Language::English => &self.en,
            Language::Norwegian => &self.nb,
            Language::Danish => &self.da,
        };
        let written = |key: &String| bibliography::written(key);
        MethodNote {
            key: key.to_owned(),
            name: name.clone(),
            text: text.clone(),
            references: self.references.iter().filter_map(written).collect(),
            agreement: agreement_of(key),
        }
    }
}

/// The list by key, and the keys in its order.
fn listed() -> (BTreeMap<String, Entry>, Vec<&'static str>) {
    let entries = toml::from_str(METHODS).unwrap_or_default();
    let heads = METHODS.lines().filter_map(|line| line.strip_prefix('['));
    let order = heads.filter_map(|line| line.strip_suffix(']')).collect();
    (entries, order)
}

/// Says of every analysis of the catalogue which methods made its numbers and where they come from, and
/// adds the methods to the catalogue.
pub(crate) fn describe(context: &Context<'_>, results: &mut Results) -> Result<(), StudyError> {
    let plan = context.study.plan();
    let (entries, order) = listed();
    let mut made = Vec::new();
    for analysis in &results.catalogue.analyses {
        let planned = planned(plan, analysis);
        let estimator = match planned {
            Some(planned) => Some(with_family(context, planned)?.estimator),
            None => None,
        };
        let own = results
            .records
            .iter()
            .filter(|r| r.analysis == analysis.key);
        let own: Vec<&Record> = own.collect();
        let mut by = made_by(plan, planned, estimator.as_ref(), &own);
        if planned.is_some_and(|planned| planned.key != analysis.key) {
            tests_of_variants(&mut by, planned, results);
        }
        made.push((by, sources::of(context, analysis, planned, &own)?));
    }
    for (analysis, (by, source)) in results.catalogue.analyses.iter_mut().zip(made) {
        analysis.made_by = by;
        analysis.source = source;
    }
    let used = |key: &&&str| {
        let mut all = results.catalogue.analyses.iter().flat_map(|a| &a.made_by);
        all.any(|by| by.methods.iter().any(|used| used == **key))
    };
    let language = results.catalogue.language;
    let notes = order.iter().filter(used);
    let notes = notes.filter_map(|key| entries.get(*key).map(|entry| entry.note(key, language)));
    results.catalogue.methods = notes.collect();
    debug_assert!(
        is_complete(results),
        "a number without a method in the list"
    );
    Ok(())
}

/// Whether every record has its methods, and these have their texts.
fn is_complete(results: &Results) -> bool {
    results.records.iter().all(|record| {
        let mut analyses = results.catalogue.analyses.iter();
        let analysis = analyses.find(|analysis| analysis.key == record.analysis);
        analysis.is_some_and(|analysis| {
            let keys = analysis.methods_of(record);
            let known = |key: &String| results.catalogue.method(key).is_some();
            !keys.is_empty() && keys.iter().all(known)
        })
    })
}

/// The analysis of the plan that an analysis is, or is a variant of.
fn planned<'a>(plan: &'a Plan, analysis: &Analysis) -> Option<&'a AnalysisPlan> {
    let of = |key: &str| plan.analyses.iter().find(|planned| planned.key == key);
    let suffixes = ["-definitions", "-sensitivity", "-subgroups"];
    let mut stems = suffixes
        .iter()
        .filter_map(|suffix| analysis.key.strip_suffix(suffix));
    of(&analysis.key).or_else(|| stems.find_map(of))
}

/// The methods of each pair of statistic and method among the records.
fn made_by(
    plan: &Plan,
    planned: Option<&AnalysisPlan>,
    estimator: Option<&Estimator>,
    records: &[&Record],
) -> Vec<MadeBy> {
    let mut found: Vec<MadeBy> = Vec::new();
    for record in records {
        let mut methods = keys::of_record(estimator, record);
        if record.p_value_adjusted.is_finite() {
            let families = plan.multiplicity.iter();
            let mut own = families.filter(|family| {
                planned.is_some_and(|planned| family.analyses.contains(&planned.key))
            });
            methods.extend(
                own.next()
                    .map(|family| keys::of_multiplicity(family.method)),
            );
        }
        let same =
            |made: &&mut MadeBy| made.statistic == record.statistic && made.method == record.method;
        match found.iter_mut().find(same) {
            Some(made) => {
                methods.retain(|key| !made.methods.contains(key));
                made.methods.append(&mut methods);
            }
            None => found.push(MadeBy {
                statistic: record.statistic.clone(),
                method: record.method.clone(),
                methods,
            }),
        }
    }
    found
}

/// Effects of variants have the p-value of a test beside them, where they have none of their own: its
/// method is that of the analysis they vary.
fn tests_of_variants(made: &mut [MadeBy], planned: Option<&AnalysisPlan>, results: &Results) {
    let Some(planned) = planned.filter(|planned| planned.estimator == Estimator::Difference) else {
        return;
    };
    let own = results.records.iter().filter(|record| {
        record.analysis == planned.key
            && !record.p_value.is_nan()
            && (record.statistic == "association" || record.method == "welch")
    });
    let mut tests: Vec<String> = Vec::new();
    for record in own {
        for key in keys::of_record(None, record) {
            if !tests.contains(&key) {
                tests.push(key);
            }
        }
    }
    for by in made.iter_mut().filter(|by| by.statistic != "interaction") {
        let new = tests
            .iter()
            .filter(|key| !by.methods.contains(key))
            .cloned();
        let new: Vec<String> = new.collect();
        by.methods.extend(new);
    }
}

#[cfg(test)]
mod tests;

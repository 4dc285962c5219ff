//! What is given up first where numbers cannot all leave: the order of importance of a study's
//! numbers, from the detail to the main result.

use crate::cells::Detail;
use crate::{AnalysisKind, Catalogue, Record};
use std::collections::BTreeMap;

/// How much a number is worth, the least first. Where something has to be withheld beside a small
/// count, it is of the least importance that protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Importance {
    /// States of a sequence by month, groups of a distribution.
    State,
    /// An effect under another definition or assumption.
    Variant,
    /// An effect within a subgroup.
    Subgroup,
    /// A population that is not the main one.
    Population,
    /// A month of a curve.
    Month,
    /// Numbers of people beside an estimate, and the summaries of a model.
    Beside,
    /// An outcome that is not the main one.
    Secondary,
    /// Characteristics of the people, and who left the study.
    People,
    /// The main outcome in the main population.
    Main,
}

impl Importance {
    /// Whether numbers of this kind have to find room beside all others: they are left out as a
    /// whole rather than that a number of another kind is withheld for their sake.
    pub(crate) fn is_detail(self) -> bool {
        self <= Self::Population
    }
}

/// What the numbers of a study are about, to tell what is important.
pub(crate) struct Ranking<'a> {
    kinds: BTreeMap<&'a str, AnalysisKind>,
    outcome: Option<&'a str>,
    population: Option<String>,
}

impl<'a> Ranking<'a> {
    /// The main outcome is that of the first analysis of the plan or, where there is none, the
    /// first of the plan; the main population is the one that this analysis is of.
    pub(crate) fn new(catalogue: &'a Catalogue, records: &[Record]) -> Self {
        use AnalysisKind::{Comparison, Model, Standardisation};
        let analyses = || catalogue.analyses.iter();
        let first = analyses().find(|analysis| {
            let of_outcome = matches!(analysis.kind, Comparison | Standardisation | Model);
            of_outcome && !analysis.outcome.is_empty()
        });
        let outcome = first.map(|analysis| analysis.outcome.as_str());
        let of_first =
            first.and_then(|first| records.iter().find(|record| record.analysis == first.key));
        Self {
            kinds: analyses().map(|one| (one.key.as_str(), one.kind)).collect(),
            outcome: outcome.or(catalogue.outcomes.first().map(|first| first.key.as_str())),
            population: of_first
                .or(records.first())
                .map(|one| one.population.clone()),
        }
    }

    /// How important a record is.
    pub(crate) fn of(&self, record: &Record) -> Importance {
        match self.kinds.get(record.analysis.as_str()) {
            Some(AnalysisKind::Occupancy | AnalysisKind::Distribution) => Importance::State,
            Some(AnalysisKind::Specification) => Importance::Variant,
            Some(AnalysisKind::Subgroups) => Importance::Subgroup,
            _ if self.population.as_ref() != Some(&record.population) => Importance::Population,
            Some(AnalysisKind::Curve) => Importance::Month,
            Some(AnalysisKind::Model) => Importance::Beside,
            _ if record.outcome.is_empty() => Importance::People,
            _ if self.outcome == Some(record.outcome.as_str()) => Importance::Main,
            _ => Importance::Secondary,
        }
    }

    /// The detail that a record belongs to, if it is one.
    pub(crate) fn detail(&self, record: &Record) -> Option<Detail> {
        let importance = self.of(record);
        importance.is_detail().then(|| Detail {
            analysis: record.analysis.clone(),
            term: match importance {
                Importance::Subgroup => record.term.clone(),
                _ => String::new(),
            },
        })
    }
}

//! No method is forgotten: each has its text in three languages and its references.

use super::{METHODS, bibliography, listed};
use crate::plan::MultiplicityMethod;
use regtrial_stats::Method;

/// Methods that no analysis of a plan computes: commands on one file have them.
const NOT_IN_PLANS: [Method; 34] = [
    Method::ClopperPearson,
    Method::Jeffreys,
    Method::AgrestiCoull,
    Method::Barnard,
    Method::Boschloo,
    Method::MantelHaenszel,
    Method::CochranMantelHaenszel,
    Method::CochranMantelHaenszelYates,
    Method::BreslowDay,
    Method::BreslowDayTarone,
    Method::StratifiedNewcombe,
    Method::StratifiedMiettinenNurminen,
    Method::StratifiedStudent,
    Method::StratifiedWelch,
    Method::ClusteredLogRank,
    Method::ClusteredRankSum,
    Method::VanElteren,
    Method::Poisson,
    Method::Robust,
    Method::HosmerLemeshow,
    Method::CoxSurvival,
    Method::InverseVariance,
    Method::Peto,
    Method::DerSimonianLaird,
    Method::Reml,
    Method::PauleMandel,
    Method::ConditionalHypergeometric,
    Method::ConditionalBinomial,
    Method::FixedStudies,
    Method::RandomStudies,
    Method::Egger,
    Method::CronbachAlpha,
    Method::Pearson,
    Method::Spearman,
];

#[test]
fn every_entry_is_whole() {
    let (entries, order) = listed();
    assert_eq!(entries.len(), order.len());
    assert!(order.len() > 60 && METHODS.contains("[wilson]"));
    for (key, entry) in &entries {
        for text in entry.en.iter().chain(&entry.nb).chain(&entry.da) {
            assert!(!text.is_empty() && text.trim() == text, "{key}");
        }
        for [_, text] in [&entry.en, &entry.nb, &entry.da] {
            assert!(text.ends_with('.'), "{key}: {text}");
        }
        for reference in &entry.references {
            assert!(
                bibliography::written(reference).is_some(),
                "{key}: {reference}"
            );
        }
    }
}

/// A method of the library is in the list, or it is said here that no plan has it.
#[test]
fn every_method_is_in_the_list_or_in_no_plan() {
    let (entries, _) = listed();
    for method in Method::ALL {
        let name = match method {
            Method::KaplanMeierPlain | Method::KaplanMeierLog | Method::KaplanMeierLogLog => {
                "kaplan_meier"
            }
            Method::LifeTablePlain | Method::LifeTableLog | Method::LifeTableLogLog => "life_table",
            Method::Score => "score_test",
            other => other.as_str(),
        };
        let elsewhere = NOT_IN_PLANS.contains(method);
        assert_ne!(entries.contains_key(name), elsewhere, "{method}");
    }
    for (name, method) in MultiplicityMethod::NAMED {
        let key = super::keys::of_multiplicity(method);
        assert!(entries.contains_key(&key), "{name}");
    }
}

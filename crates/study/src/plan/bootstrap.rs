//! `intervals = "bootstrap"` of an analysis: which kinds, from how many replicates, drawn how.

use super::section::Section;
use super::{Estimator, OutcomePlan};
use regtrial_stats::resampling::BootstrapInterval;

/// Intervals by the bootstrap as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BootstrapPlan {
    /// The kinds of interval; the first stands in the table.
    pub kinds: Vec<BootstrapInterval>,
    /// Replicates.
    pub replicates: usize,
    /// The column of whole clusters that are drawn instead of people.
    pub cluster: Option<String>,
}

/// Replicates, unless the plan says how many.
const REPLICATES: usize = 2_000;

/// `intervals = "bootstrap"`, of means, of standardised risks and means, and of restricted means.
pub(super) fn read(
    section: &Section<'_>,
    estimator: &Estimator,
    outcome: Option<&OutcomePlan>,
) -> Option<BootstrapPlan> {
    let of_means = *estimator == Estimator::Difference
        && outcome.is_some_and(|o| !o.is_time() && o.is_binary() != Some(true));
    let firth = matches!(estimator, Estimator::Standardisation(model, _) if model.firth);
    match estimator {
        Estimator::Difference
        | Estimator::Standardisation(..)
        | Estimator::RestrictedMean { .. } => {}
        _ => return None,
    }
    let chosen = section.choice("intervals", &["usual", "bootstrap"]);
    if chosen.as_deref() != Some("bootstrap") {
        return None;
    }
    if *estimator == Estimator::Difference && !of_means {
        let rule = "a bootstrap interval of a `difference` is for the means of a quantity";
        let help = "of a yes or no outcome: estimator = \"standardisation\"";
        section.problem_at_with_help("intervals", "bad_value", rule, help);
    }
    if firth {
        let rule = "the bootstrap goes with working models fitted by maximum likelihood";
        section.problem_at("intervals", "bad_value", rule);
    }
    let kinds = kinds(section);
    let cluster = section.string("cluster");
    let studentised = kinds.contains(&BootstrapInterval::Studentised);
    if studentised && cluster.is_some() && *estimator != Estimator::Difference {
        let of = match estimator {
            Estimator::RestrictedMean { .. } => "a restricted mean",
            _ => "standardisation",
        };
        let rule = format!(
            "a studentised interval by clusters needs a standard error that knows of them, and {of} has none"
        );
        let help = "percentile, basic and bca do without";
        section.problem_at_with_help("bootstrap", "bad_value", rule, help);
    }
    let replicates = section.integer("replicates", 100, 1_000_000);
    Some(BootstrapPlan {
        kinds,
        replicates: replicates.map_or(REPLICATES, |number| number as usize),
        cluster,
    })
}

/// `bootstrap = "studentised"`, or several.
fn kinds(section: &Section<'_>) -> Vec<BootstrapInterval> {
    let usual = vec![BootstrapInterval::Bca, BootstrapInterval::Percentile];
    let Some(names) = section.one_or_more("bootstrap") else {
        return usual;
    };
    let mut found = Vec::new();
    for name in &names {
        let kind = BootstrapInterval::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name);
        found.extend(kind.filter(|kind| !found.contains(kind)));
    }
    if found.len() != names.len() || found.is_empty() {
        let all = BootstrapInterval::ALL
            .map(BootstrapInterval::as_str)
            .join(", ");
        let rule = format!("`bootstrap` holds one or more of {all}, each once");
        section.problem_at("bootstrap", "bad_value", rule);
        return usual;
    }
    found
}

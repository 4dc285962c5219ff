//! `[populations.*]` and `[multiplicity.*]`: who is analysed, and which hypotheses go together.

use super::AnalysisPlan;
use super::endpoints::rule;
use super::section::Section;
use regtrial_outcomes::rule::Rule;
use regtrial_stats::multiplicity::Adjustment;

/// Some of the people, by a rule on the person table's columns.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PopulationPlan {
    /// Key in the plan.
    pub key: String,
    /// Label for readers, such as "modified intention to treat".
    pub label: String,
    /// Who belongs to it: those for whom the rule is true.
    pub rule: Rule,
    /// Line of the plan on which it stands.
    pub line: u64,
}

/// A family of hypotheses.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MultiplicityPlan {
    /// Key in the plan.
    pub key: String,
    /// How p-values are adjusted.
    pub method: MultiplicityMethod,
    /// Keys of the analyses, in the order of testing.
    pub analyses: Vec<String>,
    /// The share of the level that each starts with, for `fallback` and `graph`.
    pub weights: Vec<f64>,
    /// For `graph`: a line for each analysis, the shares of its level that go to the others once it
    /// is rejected.
    pub transitions: Vec<Vec<f64>>,
}

/// How the p-values of several hypotheses are adjusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MultiplicityMethod {
    /// A method that looks at all of them at once.
    Adjust(Adjustment),
    /// One after the other, in the order of the plan, as long as they hold.
    FixedSequence,
    /// Each with its share of the level, and what a rejected one leaves to the next.
    Fallback,
    /// Each with its share, and what a rejected one leaves along the edges of a graph.
    Graph,
}

impl MultiplicityMethod {
    /// The methods by their names in a plan.
    pub const NAMED: [(&'static str, Self); 9] = [
        ("bonferroni", Self::Adjust(Adjustment::Bonferroni)),
        ("holm", Self::Adjust(Adjustment::Holm)),
        ("hochberg", Self::Adjust(Adjustment::Hochberg)),
        ("hommel", Self::Adjust(Adjustment::Hommel)),
        (
            "benjamini-hochberg",
            Self::Adjust(Adjustment::BenjaminiHochberg),
        ),
        (
            "benjamini-yekutieli",
            Self::Adjust(Adjustment::BenjaminiYekutieli),
        ),
        ("fixed sequence", Self::FixedSequence),
        ("fallback", Self::Fallback),
        ("graph", Self::Graph),
    ];

    /// The name in a plan.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::NAMED.iter().find(|(_, method)| *method == self);
        found.map_or("", |(name, _)| name)
    }
}

pub(super) fn read(root: &Section<'_>) -> Vec<PopulationPlan> {
    let mut found = Vec::new();
    for (key, section) in root.sections("populations") {
        let label = section
            .string("label")
            .unwrap_or_else(|| key.replace('_', " "));
        section.required_string("where");
        let rule = rule(&section, "where");
        section.finish();
        found.extend(rule.map(|rule| PopulationPlan {
            key,
            label,
            rule,
            line: section.line(),
        }));
    }
    found
}

pub(super) fn multiplicity(root: &Section<'_>, analyses: &[AnalysisPlan]) -> Vec<MultiplicityPlan> {
    let known: Vec<&str> = analyses
        .iter()
        .map(|analysis| analysis.key.as_str())
        .collect();
    let mut found: Vec<MultiplicityPlan> = Vec::new();
    for (key, section) in root.sections("multiplicity") {
        section.required_string("method");
        let names = MultiplicityMethod::NAMED.map(|(name, _)| name);
        let method = section.choice("method", &names);
        let listed = section.spanned_list("analyses").unwrap_or_default();
        if listed.is_empty() {
            let rule = format!(
                "[{}] needs `analyses`: the keys of at least two",
                section.name
            );
            section.problem_at("analyses", "missing_key", rule);
        }
        let mut keys: Vec<String> = Vec::new();
        for (name, span) in listed {
            let elsewhere = found.iter().any(|family| family.analyses.contains(&name));
            if !known.contains(&name.as_str()) {
                section.unknown_reference("analysis", &name, span, &known);
            } else if elsewhere || keys.contains(&name) {
                let rule = format!("the analysis `{name}` is adjusted twice");
                section.problem("bad_value", span, rule);
            } else {
                keys.push(name);
            }
        }
        let method = method.and_then(|name| {
            let found = MultiplicityMethod::NAMED
                .iter()
                .find(|(other, _)| *other == name);
            found.map(|(_, method)| *method)
        });
        let shared = matches!(
            method,
            Some(MultiplicityMethod::Fallback | MultiplicityMethod::Graph)
        );
        let weights = shared.then(|| weights(&section, keys.len()));
        let transitions = match method {
            Some(MultiplicityMethod::Graph) => transitions(&section, keys.len()),
            _ => Vec::new(),
        };
        if method.is_none() {
            section.use_all();
        }
        section.finish();
        found.extend(method.map(|method| MultiplicityPlan {
            key,
            method,
            analyses: keys,
            weights: weights.unwrap_or_default(),
            transitions,
        }));
    }
    found
}

/// Shares written as decimals add up to one but for rounding.
const SLACK: f64 = 1e-9;

/// `weights = [0.5, 0.5]`: shares of the level, one for each analysis.
fn weights(section: &Section<'_>, analyses: usize) -> Vec<f64> {
    let Some(found) = section.number_list("weights") else {
        let rule = format!(
            "[{}] needs `weights`: the share of the level that each analysis starts with",
            section.name
        );
        // A list of something else has been told.
        if !section.has("weights") {
            section.problem_at("weights", "missing_key", rule);
        }
        return Vec::new();
    };
    let rule = if found.len() != analyses {
        "`weights` has a number for each of `analyses`"
    } else if found.iter().any(|weight| *weight < 0.0) {
        "a share of the level is no negative number"
    } else if found.iter().sum::<f64>() > 1.0 + SLACK {
        "the shares in `weights` are more than the whole level: their sum is at most 1"
    } else {
        return found;
    };
    section.problem_at("weights", "bad_value", rule);
    found
}

/// `transitions = [[0, 1], [1, 0]]`: a line for each analysis.
fn transitions(section: &Section<'_>, analyses: usize) -> Vec<Vec<f64>> {
    let Some(found) = section.number_lists("transitions") else {
        let rule = format!(
            "[{}] needs `transitions`: a line for each analysis, the shares of its level that go \
             to the others once it is rejected",
            section.name
        );
        // A list of something else has been told.
        if !section.has("transitions") {
            section.problem_at("transitions", "missing_key", rule);
        }
        return Vec::new();
    };
    if found.len() != analyses {
        let rule = "`transitions` has a line for each of `analyses`";
        section.problem_at("transitions", "bad_value", rule);
    }
    for (i, (line, span)) in found.iter().enumerate() {
        let rule = if line.len() != analyses {
            "a line of `transitions` has a number for each of `analyses`"
        } else if line.iter().any(|share| *share < 0.0) {
            "a share that is passed on is no negative number"
        } else if line.iter().sum::<f64>() > 1.0 + SLACK {
            "this line passes on more than the analysis has: its sum is at most 1"
        } else if line.get(i).is_some_and(|own| *own != 0.0) {
            "an analysis passes nothing on to itself: the diagonal is 0"
        } else {
            continue;
        };
        section.problem("bad_value", span.clone(), rule);
    }
    found.into_iter().map(|(line, _)| line).collect()
}

/// `population` of an analysis or a figure: a declared one.
pub(super) fn population(section: &Section<'_>, populations: &[PopulationPlan]) -> Option<String> {
    let (name, span) = section.spanned_string("population")?;
    let known: Vec<&str> = populations.iter().map(|p| p.key.as_str()).collect();
    if !known.contains(&name.as_str()) {
        section.unknown_reference("population", &name, span, &known);
        return None;
    }
    Some(name)
}

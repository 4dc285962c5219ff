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
}

/// How the p-values of several hypotheses are adjusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MultiplicityMethod {
    /// A method that looks at all of them at once.
    Adjust(Adjustment),
    /// One after the other, in the order of the plan, as long as they hold.
    FixedSequence,
}

impl MultiplicityMethod {
    /// The methods by their names in a plan.
    pub const NAMED: [(&'static str, Self); 7] = [
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
        section.finish();
        let method = method.and_then(|name| {
            let found = MultiplicityMethod::NAMED
                .iter()
                .find(|(other, _)| *other == name);
            found.map(|(_, method)| *method)
        });
        found.extend(method.map(|method| MultiplicityPlan {
            key,
            method,
            analyses: keys,
        }));
    }
    found
}

//! `[tables.*]`: outcomes that go together in a table of their own.

use super::OutcomePlan;
use super::section::Section;

/// A table of some of the outcomes as planned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TablePlan {
    /// Key in the plan; also the file's name.
    pub key: String,
    /// Title.
    pub title: String,
    /// Keys of its outcomes.
    pub outcomes: Vec<String>,
}

/// Reads the tables; an outcome stands in one of them or, if none names it, in that of all others.
pub(super) fn read(root: &Section<'_>, outcomes: &[OutcomePlan]) -> Vec<TablePlan> {
    let known: Vec<&str> = outcomes.iter().map(|one| one.key.as_str()).collect();
    let mut found: Vec<TablePlan> = Vec::new();
    for (key, section) in root.sections("tables") {
        let title = section.required_string("title").unwrap_or_default();
        let listed = section.spanned_list("outcomes").unwrap_or_default();
        if listed.is_empty() && !section.has("outcomes") {
            let rule = format!("[{}] needs `outcomes`: a list of outcomes", section.name);
            section.problem("missing_key", section.span.clone(), rule);
        }
        let mut own: Vec<String> = Vec::new();
        for (name, span) in listed {
            let elsewhere = found.iter().find(|other| other.outcomes.contains(&name));
            if !known.contains(&name.as_str()) {
                section.unknown_reference("outcome", &name, span, &known);
            } else if let Some(other) = elsewhere {
                let rule = format!("the outcome stands in [tables.{}] already", other.key);
                section.problem("bad_value", span, rule);
            } else if own.contains(&name) {
                section.problem("bad_value", span, "the outcome is listed twice");
            } else {
                own.push(name);
            }
        }
        section.finish();
        found.push(TablePlan {
            key,
            title,
            outcomes: own,
        });
    }
    found
}

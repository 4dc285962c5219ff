//! `[sequences.*]`: states of which a person is in one at a time, month by month.

use super::endpoints::EndpointPlan;
use super::outcomes::policies;
use super::section::Section;
use regtrial_outcomes::Sequence;

/// What stands for those in none of the states and those not seen, in tables and files.
const RESERVED: [&str; 4] = ["none", "unobserved", "none of these", "not observed"];

/// A sequence of states as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SequencePlan {
    /// Title of its table and figure.
    pub title: String,
    /// The states by rank, and to which month.
    pub sequence: Sequence,
    /// Line of the plan on which it stands.
    pub line: u64,
}

pub(super) fn read(root: &Section<'_>, endpoints: &[EndpointPlan]) -> Vec<SequencePlan> {
    let mut found = Vec::new();
    for (key, section) in root.sections("sequences") {
        let title = section.string("title");
        let months = section.integer("months", 1, 600).unwrap_or(18) as u32;
        let policies = policies(&section);
        let mut states = Vec::new();
        if let Some(table) = section.required_section("states") {
            if table.ordered_strings().is_empty() {
                let rule = format!("[{}] names no state", table.name);
                table.problem("bad_value", table.span.clone(), rule);
            }
            let known: Vec<&str> = endpoints.iter().map(|e| e.endpoint.key.as_str()).collect();
            for (name, endpoint, span) in table.ordered_strings() {
                if RESERVED.contains(&name.as_str()) {
                    let rule =
                        format!("`{name}` is the name of those in none of the states, or not seen");
                    table.problem_at(&name, "bad_value", rule);
                }
                let planned = endpoints.iter().find(|e| e.endpoint.key == endpoint);
                match planned {
                    Some(planned) => states.push((name, planned.endpoint.clone())),
                    None => table.unknown_reference("endpoint", &endpoint, span, &known),
                }
            }
        }
        section.finish();
        found.push(SequencePlan {
            title: title.unwrap_or_else(|| "State by month".to_owned()),
            sequence: Sequence {
                key,
                states,
                months,
                policies,
            },
            line: section.line(),
        });
    }
    found
}

//! `[endpoints.*]` and `[outcomes.*]`.

use super::RegisterPlan;
use super::section::Section;
use regtrial_outcomes::calendar::Offset;
use regtrial_outcomes::measure::Measure;
use regtrial_outcomes::observation::{Cause, Policies, Unobserved};
use regtrial_outcomes::rule::{Kind, Rule};
use regtrial_outcomes::{Endpoint, Outcome, OutcomeError};
use regtrial_registers::{FieldKind, TableKind};

/// An outcome as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OutcomePlan {
    /// Key in the plan; the column of the person table.
    pub key: String,
    /// Label for readers.
    pub label: String,
    /// Where it comes from.
    pub source: OutcomeSource,
    /// Line of the plan on which it stands.
    pub line: u64,
}

/// Where an outcome comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum OutcomeSource {
    /// Derived from spells of a register.
    Derived {
        /// The outcome.
        outcome: Outcome,
        /// Key of the register.
        register: String,
        /// The table of the register.
        table: TableKind,
    },
    /// A rule on the participant list's columns: yes, no or unknown.
    Rule(Rule),
    /// A column of the participant list.
    Column(String),
}

impl OutcomePlan {
    /// Whether the outcome is yes or no by its nature (a column's values decide by themselves).
    #[must_use]
    pub fn is_binary(&self) -> Option<bool> {
        match &self.source {
            OutcomeSource::Derived { outcome, .. } => Some(outcome.measure.is_binary()),
            OutcomeSource::Rule(_) => Some(true),
            OutcomeSource::Column(_) => None,
        }
    }
}

/// An endpoint and the table of a register that it looks at.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EndpointPlan {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Key of the register.
    pub register: String,
    /// The table, one of the register's.
    pub table: TableKind,
}

pub(super) fn endpoints(root: &Section<'_>, registers: &[RegisterPlan]) -> Vec<EndpointPlan> {
    let mut found = Vec::new();
    for (key, section) in root.sections("endpoints") {
        section.required_string("register");
        let register = section.spanned_string("register");
        let rule = rule(&section, "where");
        let Some((name, span)) = register else {
            section.has("table");
            section.finish();
            continue;
        };
        let Some(register) = registers.iter().find(|register| register.key == name) else {
            let known: Vec<&str> = registers.iter().map(|r| r.key.as_str()).collect();
            section.unknown_reference("register", &name, span, &known);
            section.has("table");
            section.finish();
            // Still an endpoint: outcomes that name it are not wrong for that.
            found.push(EndpointPlan {
                endpoint: Endpoint { key, rule },
                register: name,
                table: TableKind::JobSpell,
            });
            continue;
        };
        let table = table(&section, register);
        if let Some(rule) = &rule
            && let Err(error) = rule.check(&|field| table.field(field).map(kind_of))
        {
            report(&section, "where", &error);
        }
        section.finish();
        found.push(EndpointPlan {
            endpoint: Endpoint { key, rule },
            register: name,
            table,
        });
    }
    found
}

/// The table an endpoint looks at: the register's first, unless it names another.
fn table(section: &Section<'_>, register: &RegisterPlan) -> TableKind {
    let tables = register.options.kind.tables();
    let names: Vec<&str> = tables.iter().map(|table| table.name()).collect();
    let chosen = section.choice("table", &names);
    let chosen = chosen.and_then(|name| tables.iter().find(|table| table.name() == name));
    *chosen.unwrap_or(&tables[0])
}

fn kind_of(field: FieldKind) -> Kind {
    match field {
        FieldKind::Text => Kind::Text,
        FieldKind::Number => Kind::Number,
        FieldKind::Truth => Kind::Truth,
        FieldKind::Day => Kind::Day,
    }
}

fn rule(section: &Section<'_>, key: &str) -> Option<Rule> {
    let (text, _) = section.spanned_string(key)?;
    match Rule::parse(&text) {
        Ok(rule) => Some(rule),
        Err(error) => {
            report(section, key, &error);
            None
        }
    }
}

/// A problem within a text of the plan, at the character where it lies.
fn report(section: &Section<'_>, key: &str, error: &OutcomeError) {
    let Some((_, place)) = section.spanned_string(key) else {
        return;
    };
    match error {
        OutcomeError::Rule { message, span } => {
            // One for the quotation mark.
            let start = (place.start + 1 + span.start).min(place.end);
            section.problem(
                "rule",
                start..place.end,
                format!("`{}.{key}`: {message}", section.name),
            );
        }
        other => section.problem("rule", place, other.to_string()),
    }
}

pub(super) fn read(root: &Section<'_>, endpoints: &[EndpointPlan]) -> Vec<OutcomePlan> {
    let mut found = Vec::new();
    for (key, section) in root.sections("outcomes") {
        let label = section.string("label").unwrap_or_else(|| key.clone());
        let source = if section.has("endpoint") {
            derived(&key, &section, endpoints)
        } else if section.has("where") {
            rule(&section, "where").map(OutcomeSource::Rule)
        } else if section.has("column") {
            section.string("column").map(OutcomeSource::Column)
        } else {
            let message = "an outcome needs `endpoint`, `where` or `column`";
            section.problem(
                "missing_key",
                section.span.clone(),
                format!("[{}]: {message}", section.name),
            );
            None
        };
        section.finish();
        if let Some(source) = source {
            found.push(OutcomePlan {
                key,
                label,
                source,
                line: section.line(),
            });
        }
    }
    found
}

fn derived(key: &str, section: &Section<'_>, endpoints: &[EndpointPlan]) -> Option<OutcomeSource> {
    let (name, span) = section.spanned_string("endpoint")?;
    let known: Vec<&str> = endpoints
        .iter()
        .map(|planned| planned.endpoint.key.as_str())
        .collect();
    let endpoint = endpoints
        .iter()
        .find(|planned| planned.endpoint.key == name);
    if endpoint.is_none() {
        section.unknown_reference("endpoint", &name, span, &known);
    }
    let names = Measure::NAMED.map(|(name, _)| name);
    section.required_string("measure");
    let measure = section
        .choice("measure", &names)
        .and_then(|name| Measure::named(&name));
    let window = match measure {
        Some(Measure::Status) => landmark(section),
        Some(_) => window(section),
        None => {
            section.has("window");
            section.has("at");
            None
        }
    };
    let policies = policies(section);
    let (planned, measure, (from, to)) = (endpoint?, measure?, window?);
    let endpoint = planned.endpoint.clone();
    let outcome = Outcome {
        key: key.to_owned(),
        endpoint,
        measure,
        from,
        to,
        policies,
    };
    Some(OutcomeSource::Derived {
        outcome,
        register: planned.register.clone(),
        table: planned.table,
    })
}

/// `at = "6 months"`, or the end of a window.
fn landmark(section: &Section<'_>) -> Option<(Offset, Offset)> {
    if section.has("at") {
        let (text, span) = section.spanned_string("at")?;
        let to = offset(section, &text, span)?;
        return Some((to, to));
    }
    if section.has("window") {
        return window(section).map(|(_, to)| (to, to));
    }
    let message = "a status needs its landmark: at = \"6 months\"";
    section.problem(
        "missing_key",
        section.span.clone(),
        format!("[{}]: {message}", section.name),
    );
    None
}

fn window(section: &Section<'_>) -> Option<(Offset, Offset)> {
    let bounds = section.spanned_list("window").unwrap_or_default();
    let [(from, from_span), (to, to_span)] = &bounds[..] else {
        let message = "needs a window of two bounds: window = [\"0 months\", \"18 months\"]";
        section.problem_at(
            "window",
            "bad_value",
            format!("[{}] {message}", section.name),
        );
        return None;
    };
    let from = offset(section, from, from_span.clone());
    let to = offset(section, to, to_span.clone());
    let (from, to) = (from?, to?);
    // Days and months may be mixed: the window must not be empty for any index date.
    if (0..1500).any(|index| to.from(index) <= from.from(index)) {
        section.problem_at(
            "window",
            "bad_value",
            "the window ends before it starts, for some index dates at least",
        );
        return None;
    }
    Some((from, to))
}

fn offset(section: &Section<'_>, text: &str, span: std::ops::Range<usize>) -> Option<Offset> {
    let offset = Offset::parse(text);
    if offset.is_none() {
        section.problem(
            "bad_value",
            span,
            "this is not a distance such as `18 months`, `2 weeks` or `-365 days`",
        );
    }
    offset
}

pub(super) fn policies(section: &Section<'_>) -> Policies {
    let mut policies = Policies::default();
    let Some(table) = section.section("if_unobserved") else {
        return policies;
    };
    for (name, cause) in Cause::NAMED {
        let choice = table.choice(name, &["composite", "while observed", "missing"]);
        if let Some(policy) = choice.and_then(|choice| Unobserved::named(&choice)) {
            policies.set(cause, policy);
        }
    }
    table.finish();
    policies
}

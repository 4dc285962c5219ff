//! `[endpoints.*]` and `[definitions.*.*]`: states, and alternatives to them.

use super::RegisterPlan;
use super::section::Section;
use regtrial_outcomes::endpoint::{AtLeast, Counted, Spells, State};
use regtrial_outcomes::rule::{Kind, Rule};
use regtrial_outcomes::{Endpoint, OutcomeError};
use regtrial_registers::{FieldKind, TableKind};
use std::ops::Range;
use std::sync::Arc;

/// An endpoint as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EndpointPlan {
    /// Label for readers.
    pub label: String,
    /// The endpoint.
    pub endpoint: Arc<Endpoint>,
    /// Other definitions of the same thing, for a sensitivity analysis.
    pub alternatives: Vec<Alternative>,
    /// Line of the plan on which it stands.
    pub line: u64,
}

/// Another definition of an endpoint.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Alternative {
    /// Key in the plan.
    pub key: String,
    /// Label for readers.
    pub label: String,
    /// The endpoint instead.
    pub endpoint: Arc<Endpoint>,
}

/// The keys of an endpoint as read, before what it refers to is looked for.
#[derive(Clone, Default)]
struct Draft {
    register: Option<(String, Range<usize>)>,
    table: Option<TableKind>,
    rule: Option<Rule>,
    at_least: Option<AtLeast>,
    new: bool,
    combine: Option<String>,
    counted: Counted,
}

/// Every endpoint with its alternatives. One whose parts are wrong is reported and left out.
pub(super) fn read(root: &Section<'_>, registers: &[RegisterPlan]) -> Vec<EndpointPlan> {
    let mut sections: Vec<(String, Section<'_>, Draft)> = Vec::new();
    for (key, section) in root.sections("endpoints") {
        let draft = draft(&section, registers, None);
        sections.push((key, section, draft));
    }
    let mut resolved: Vec<Option<Arc<Endpoint>>> = vec![None; sections.len()];
    // An endpoint may combine others that stand below it: as long as one more can be resolved.
    loop {
        let known: Vec<Arc<Endpoint>> = resolved.iter().flatten().cloned().collect();
        let mut progress = false;
        for ((key, section, draft), slot) in sections.iter().zip(&mut resolved) {
            if slot.is_none() && draft.is_ready(&known) {
                *slot = endpoint(key, section, draft, registers, &known).map(Arc::new);
                progress |= slot.is_some();
            }
        }
        if !progress {
            break;
        }
    }
    let keys: Vec<String> = sections.iter().map(|(key, ..)| key.clone()).collect();
    for ((key, section, draft), slot) in sections.iter().zip(&resolved) {
        if slot.is_none() {
            unresolved(key, section, draft, &keys);
        }
    }
    let known: Vec<Arc<Endpoint>> = resolved.iter().flatten().cloned().collect();
    let definitions = root.sections("definitions");
    let mut found = Vec::new();
    for ((key, section, draft), slot) in sections.iter().zip(resolved) {
        let label = section.string("label").unwrap_or_else(|| key.clone());
        section.finish();
        let alternatives = alternatives(&definitions, key, draft, registers, &known);
        // Still an endpoint where it is wrong: outcomes that name it are not wrong for that.
        let stand_in = || {
            let kind = registers.first().map(|register| register.options.kind);
            let kind = kind.unwrap_or(regtrial_registers::RegisterKind::Spells);
            Arc::new(Endpoint::spells(key, "", kind, None))
        };
        found.push(EndpointPlan {
            label,
            endpoint: slot.unwrap_or_else(stand_in),
            alternatives,
            line: section.line(),
        });
    }
    for (key, section) in &definitions {
        if !keys.contains(key) {
            let known: Vec<&str> = keys.iter().map(String::as_str).collect();
            section.unknown_reference("endpoint", key, section.span.clone(), &known);
        }
    }
    found
}

impl Draft {
    fn is_ready(&self, known: &[Arc<Endpoint>]) -> bool {
        let Some(Ok(expression)) = self.combine.as_deref().map(Rule::parse) else {
            return true;
        };
        let names = expression.fields();
        names
            .iter()
            .all(|name| known.iter().any(|part| part.key == *name))
    }
}

/// Says why an endpoint that combines others cannot be made; what is wrong with other endpoints has
/// been said.
fn unresolved(key: &str, section: &Section<'_>, draft: &Draft, keys: &[String]) {
    let Some(Ok(expression)) = draft.combine.as_deref().map(Rule::parse) else {
        return;
    };
    let known = |name: &str| keys.iter().any(|other| other == name);
    let fields = expression.fields();
    if let Err(error) = expression.check_combination(&known) {
        report(section, "combine", &error);
    } else if fields.contains(&key) {
        let rule = format!("[{}]: an endpoint cannot be part of itself", section.name);
        section.problem_at("combine", "bad_value", rule);
    } else {
        let rule = format!(
            "[{}]: a part of it is wrong, or is itself made of this endpoint",
            section.name
        );
        section.problem_at("combine", "bad_value", rule);
    }
}

fn alternatives(
    definitions: &[(String, Section<'_>)],
    key: &str,
    base: &Draft,
    registers: &[RegisterPlan],
    known: &[Arc<Endpoint>],
) -> Vec<Alternative> {
    let mut found = Vec::new();
    let Some((_, parent)) = definitions.iter().find(|(name, _)| name == key) else {
        return found;
    };
    for (name, section) in parent.children() {
        let label = section
            .string("label")
            .unwrap_or_else(|| name.replace('_', " "));
        let draft = draft(&section, registers, Some(base));
        if draft.is_ready(known) {
            let full = format!("{key}.{name}");
            let made = endpoint(&full, &section, &draft, registers, known);
            if section.is_empty() {
                let rule = format!(
                    "[{}] is no other definition: it changes nothing",
                    section.name
                );
                section.problem("bad_value", section.span.clone(), rule);
            }
            found.extend(made.map(|endpoint| Alternative {
                key: name,
                label,
                endpoint: Arc::new(endpoint),
            }));
        } else {
            let keys: Vec<String> = known.iter().map(|part| part.key.clone()).collect();
            unresolved("", &section, &draft, &keys);
        }
        section.finish();
    }
    found
}

/// The keys of an endpoint; those of an alternative lie over those of its endpoint.
fn draft(section: &Section<'_>, registers: &[RegisterPlan], base: Option<&Draft>) -> Draft {
    let mut draft = base.cloned().unwrap_or_default();
    if let Some((text, _)) = section.spanned_string("combine") {
        draft = Draft {
            combine: Some(text),
            counted: draft.counted,
            ..Draft::default()
        };
        if let Err(error) = Rule::parse(draft.combine.as_deref().unwrap_or_default()) {
            report(section, "combine", &error);
        }
    }
    if let Some(named) = section.spanned_string("register") {
        draft = Draft {
            register: Some(named),
            counted: draft.counted,
            ..Draft::default()
        };
        if section.has("combine") {
            let rule = format!(
                "[{}]: `register` and `combine` exclude each other",
                section.name
            );
            section.problem_at("combine", "bad_value", rule);
        }
    }
    if let Some(counted) = section.choice("counted", &Counted::NAMED.map(|(name, _)| name)) {
        let known = Counted::NAMED.iter().find(|(name, _)| *name == counted);
        draft.counted = known.map_or(Counted::Days, |(_, counted)| *counted);
    }
    if draft.combine.is_some() {
        for key in ["table", "where", "and", "at_least", "new"] {
            if section.has(key) {
                let rule = format!(
                    "[{}]: `{key}` belongs to an endpoint with a register; this one combines others",
                    section.name
                );
                section.problem_at(key, "bad_value", rule);
            }
        }
        return draft;
    }
    if draft.register.is_none() {
        let is_wrong = section.has("register") || section.has("combine");
        let rule = format!(
            "[{}]: an endpoint needs `register`, or `combine` with other endpoints",
            section.name
        );
        if !is_wrong {
            section.problem("missing_key", section.span.clone(), rule);
        }
        for key in ["table", "where", "and", "at_least", "new"] {
            section.has(key);
        }
        return draft;
    }
    let named = draft.register.as_ref().map(|(name, _)| name.as_str());
    let register = registers.iter().find(|r| Some(r.key.as_str()) == named);
    match register {
        Some(register) => draft.table = table(section, register).or(draft.table),
        None => {
            section.has("table");
        }
    }
    if let Some(rule) = rule(section, "where") {
        draft.rule = Some(rule);
    }
    if base.is_some()
        && let Some(more) = rule(section, "and")
    {
        draft.rule = Some(draft.rule.map_or(more.clone(), |rule| rule.and(&more)));
    }
    if let Some(table) = section.section("at_least") {
        draft.at_least = at_least(&table);
    }
    if section.has("new") {
        draft.new = section.flag("new");
    }
    draft
}

/// `{ hours = 4 }`: one field and the least sum over the spells of a day.
fn at_least(section: &Section<'_>) -> Option<AtLeast> {
    let known = ["hours", "percent", "pay", "degree", "amount"];
    let mut found: Vec<AtLeast> = Vec::new();
    for field in known {
        found.extend(section.number(field, 0.0).map(|least| AtLeast {
            field: field.to_owned(),
            least,
        }));
    }
    section.finish();
    if found.len() > 1 || section.is_empty() {
        let rule = format!("[{}] must name one field: {{ hours = 4 }}", section.name);
        section.problem("bad_value", section.span.clone(), rule);
    }
    found.pop()
}

fn endpoint(
    key: &str,
    section: &Section<'_>,
    draft: &Draft,
    registers: &[RegisterPlan],
    known: &[Arc<Endpoint>],
) -> Option<Endpoint> {
    if let Some(expression) = &draft.combine {
        return match Endpoint::combined(key, expression, known) {
            Ok(endpoint) => Some(Endpoint {
                counted: draft.counted,
                ..endpoint
            }),
            Err(error) => {
                // What cannot be read has been reported already.
                if Rule::parse(expression).is_ok() {
                    report(section, "combine", &error);
                }
                None
            }
        };
    }
    let (name, span) = draft.register.clone()?;
    let Some(register) = registers.iter().find(|register| register.key == name) else {
        let known: Vec<&str> = registers.iter().map(|r| r.key.as_str()).collect();
        section.unknown_reference("register", &name, span, &known);
        return None;
    };
    let kind = register.options.kind;
    let table = draft.table.unwrap_or(kind.tables()[0]);
    if let Some(rule) = &draft.rule
        && let Err(error) = rule.check(&|field| table.field(field).map(kind_of))
    {
        let key = if section.has("and") { "and" } else { "where" };
        report(section, key, &error);
    }
    if let Some(at_least) = &draft.at_least
        && table.field(&at_least.field) != Some(FieldKind::Number)
    {
        let rule = format!(
            "the table `{}` has no numbers `{}`",
            table.name(),
            at_least.field
        );
        section.problem_at("at_least", "bad_value", rule);
    }
    if draft.new && !matches!(table, TableKind::JobSpell | TableKind::JobMonth) {
        let rule = format!(
            "`new` is asked of jobs; the table `{}` has none",
            table.name()
        );
        section.problem_at("new", "bad_value", rule);
    }
    Some(Endpoint {
        key: key.to_owned(),
        state: State::Spells(Spells {
            register: name,
            kind,
            table,
            rule: draft.rule.clone(),
            at_least: draft.at_least.clone(),
            new: draft.new,
        }),
        counted: draft.counted,
    })
}

/// The table an endpoint looks at, if the section names one.
fn table(section: &Section<'_>, register: &RegisterPlan) -> Option<TableKind> {
    let tables = register.options.kind.tables();
    let names: Vec<&str> = tables.iter().map(|table| table.name()).collect();
    let chosen = section.choice("table", &names)?;
    tables.iter().find(|table| table.name() == chosen).copied()
}

fn kind_of(field: FieldKind) -> Kind {
    match field {
        FieldKind::Text => Kind::Text,
        FieldKind::Number => Kind::Number,
        FieldKind::Truth => Kind::Truth,
        FieldKind::Day => Kind::Day,
    }
}

/// A rule of the plan; one that cannot be read is reported.
pub(super) fn rule(section: &Section<'_>, key: &str) -> Option<Rule> {
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
        section.problem("rule", section.span.clone(), error.to_string());
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

//! `[outcomes.*]`.

use super::endpoints::{EndpointPlan, rule};
use super::section::Section;
use regtrial_outcomes::Outcome;
use regtrial_outcomes::calendar::Offset;
use regtrial_outcomes::measure::{Measure, Sum};
use regtrial_outcomes::observation::{Cause, Policies, Unobserved};
use regtrial_outcomes::rule::Rule;
use regtrial_registers::Unit;

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
    /// Derived from spells of registers.
    Derived(Outcome),
    /// A rule on the participant list's columns: yes, no or unknown.
    Rule(Rule),
    /// A column of the participant list.
    Column(String),
    /// A time in one column of the participant list and what ended it in another.
    Time {
        /// The column of days.
        time: String,
        /// The column of what ended them: 1 the event, 2 a competing event, 0 neither.
        event: String,
    },
}

impl OutcomePlan {
    /// Whether the outcome is the time to an event: its column goes with one that says whether the
    /// event was reached.
    #[must_use]
    pub fn is_time(&self) -> bool {
        match &self.source {
            OutcomeSource::Derived(outcome) => outcome.measure == Measure::First,
            OutcomeSource::Time { .. } => true,
            OutcomeSource::Rule(_) | OutcomeSource::Column(_) => false,
        }
    }

    /// The column that says what ended a time: 1 the event, 2 a competing event, 0 neither.
    #[must_use]
    pub fn event_column(&self) -> String {
        crate::person_table::event_column(&self.key)
    }

    /// The column whose 1 is the event: of a time that of what ended it, else the outcome's own.
    #[must_use]
    pub fn flag_column(&self) -> String {
        match self.is_time() {
            true => self.event_column(),
            false => self.key.clone(),
        }
    }

    /// Of a time: whether events compete with it; of columns the data say it.
    #[must_use]
    pub fn competes(&self) -> Option<bool> {
        match &self.source {
            OutcomeSource::Derived(outcome) => {
                let policy = |(_, cause): &(&str, Cause)| outcome.policies.of(*cause);
                let mut policies = Cause::NAMED.iter().filter_map(policy);
                Some(policies.any(|policy| policy == Unobserved::Competing))
            }
            OutcomeSource::Time { .. } => None,
            OutcomeSource::Rule(_) | OutcomeSource::Column(_) => Some(false),
        }
    }

    /// Whether the outcome is yes or no by its nature (a column's values decide by themselves).
    #[must_use]
    pub fn is_binary(&self) -> Option<bool> {
        match &self.source {
            OutcomeSource::Derived(outcome) => Some(outcome.is_binary()),
            OutcomeSource::Rule(_) => Some(true),
            OutcomeSource::Time { .. } => Some(false),
            OutcomeSource::Column(_) => None,
        }
    }
}

pub(super) fn read(root: &Section<'_>, endpoints: &[EndpointPlan]) -> Vec<OutcomePlan> {
    let mut found = Vec::new();
    let sections = root.sections("outcomes");
    for (key, section) in &sections {
        let measure = section.choice("measure", &Measure::NAMED.map(|(name, _)| name));
        let is_time = measure.as_deref() == Some("first") || section.has("event");
        let event = format!("{key}_event");
        let other = sections.iter().find(|(other, _)| *other == event);
        if let (true, Some((_, other))) = (is_time, other) {
            let rule = format!("`{event}` is the column that goes with the time `{key}`");
            other.problem("duplicate_key", other.span.clone(), rule);
        }
    }
    for (key, section) in sections {
        let label = section.string("label").unwrap_or_else(|| key.clone());
        let source = if section.has("endpoint") {
            derived(&key, &section, endpoints)
        } else if section.has("where") {
            rule(&section, "where").map(OutcomeSource::Rule)
        } else if section.has("column") {
            let column = section.string("column");
            match section.has("event") {
                true => column
                    .zip(section.string("event"))
                    .map(|(time, event)| OutcomeSource::Time { time, event }),
                false => column.map(OutcomeSource::Column),
            }
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
    let planned = endpoints
        .iter()
        .find(|planned| planned.endpoint.key == name);
    if planned.is_none() {
        section.unknown_reference("endpoint", &name, span, &known);
    }
    let names = Measure::NAMED.map(|(name, _)| name);
    section.required_string("measure");
    let measure = section
        .choice("measure", &names)
        .and_then(|name| Measure::named(&name))
        .map(|measure| sustained(section, measure));
    let window = match measure {
        Some(Measure::Status) => landmark(section),
        Some(_) => window(section),
        None => {
            for key in ["window", "at", "run", "gap", "at_least", "cap", "washout"] {
                section.has(key);
            }
            None
        }
    };
    let policies = policies(section);
    let (planned, measure, (from, to)) = (planned?, measure?, window?);
    let mut outcome = Outcome::new(key, planned.endpoint.clone(), measure, from, to);
    outcome.policies = policies;
    competing(section, &outcome);
    options(section, &mut outcome);
    needs(section, &outcome);
    fits(section, &outcome);
    Some(OutcomeSource::Derived(outcome))
}

/// Whether an event that competes is one that can, and competes with a time.
fn competing(section: &Section<'_>, outcome: &Outcome) {
    let competes = |cause| outcome.policies.of(cause) == Some(Unobserved::Competing);
    let of_time = outcome.measure == Measure::First;
    if !of_time && Cause::NAMED.iter().any(|(_, cause)| competes(*cause)) {
        let rule = "\"competing\" is for `measure = \"first\"`: a time that death ends";
        section.problem_at("if_unobserved", "bad_value", rule);
    } else if competes(Cause::Withdrawal) || competes(Cause::Register) {
        let rule = "withdrawal and the end of the register's cover end what is seen, not what can \
                    happen: they are no competing events (\"while observed\")";
        section.problem_at("if_unobserved", "bad_value", rule);
    }
}

/// `run` and `gap` of a sustained state.
fn sustained(section: &Section<'_>, measure: Measure) -> Measure {
    let Measure::Sustained { .. } = measure else {
        return measure;
    };
    section.required_string("run");
    let days = |key: &str| {
        let (text, span) = section.spanned_string(key)?;
        match Offset::parse(&text) {
            Some(Offset::Days(days)) if days >= 0 => Some(days),
            Some(Offset::Weeks(weeks)) if weeks >= 0 => Some(7 * weeks),
            _ => {
                let rule = format!("`{key}` is a number of days or weeks, such as `91 days`");
                section.problem("bad_value", span, rule);
                None
            }
        }
    };
    let run = days("run").unwrap_or(1);
    let gap = days("gap").unwrap_or(0);
    if run == 0 {
        section.problem_at("run", "bad_value", "a run has at least one day");
    }
    Measure::Sustained { days: run, gap }
}

/// `at_least`, `cap` and `washout`, where the measure has a use for them; elsewhere they stay
/// unread, and so are reported as unknown.
fn options(section: &Section<'_>, outcome: &mut Outcome) {
    let measure = outcome.measure;
    if !measure.is_binary() && measure != Measure::First {
        outcome.at_least = section.number("at_least", 0.0);
    }
    if matches!(measure, Measure::Sum(sum) if !sum.is_money()) {
        outcome.cap = section.number("cap", 0.0);
        let percent = matches!(measure, Measure::Sum(Sum::FteDays | Sum::DegreeDays));
        if percent && !section.has("cap") {
            outcome.cap = Some(100.0);
        }
    }
    if measure != Measure::Status && measure != Measure::PersonDays && section.has("washout") {
        let named = section.spanned_string("washout");
        outcome.washout = named.and_then(|(text, span)| offset(section, &text, span));
        let positive = |washout: Offset| washout.from(0) > 0;
        if outcome.washout.is_some_and(|washout| !positive(washout)) {
            let rule = "a washout is a distance back from the window's start, such as `12 months`";
            section.problem_at("washout", "bad_value", rule);
        }
    }
}

/// Whether the endpoint has the spells and the field that a measure counts.
fn needs(section: &Section<'_>, outcome: &Outcome) {
    let (endpoint, measure) = (&outcome.endpoint, outcome.measure);
    let carriers = endpoint.carriers();
    // A stand-in for an endpoint that is wrong: that has been said.
    if carriers.iter().any(|carrier| carrier.register.is_empty()) {
        return;
    }
    let any = carriers.iter().any(|carrier| carrier.carries(measure));
    let (possible, what) = match measure {
        Measure::Sum(sum) => {
            let units = carriers.iter().filter_map(|c| c.unit(sum.field()));
            let units: Vec<Unit> = units.collect();
            let rule = format!("numbers `{}` to add up", sum.field());
            if outcome.cap.is_some() && units.contains(&Unit::Whole) {
                let rule = "a cap holds for numbers of a day or week, and these are whole sums";
                section.problem_at("cap", "bad_value", rule);
            }
            (!units.is_empty(), rule)
        }
        Measure::Jobs | Measure::LongestJob => (any, "jobs".to_owned()),
        Measure::BedDays => (any, "episodes in hospital".to_owned()),
        _ if measure.needs_spells() => (any, "spells".to_owned()),
        _ => (true, String::new()),
    };
    if !possible {
        let rule = format!("the endpoint `{}` has no {what}", endpoint.key);
        section.problem_at("measure", "bad_value", rule);
    }
}

/// Whether a run that is asked for has room in the window, for some index date at least.
fn fits(section: &Section<'_>, outcome: &Outcome) {
    let Measure::Sustained { days, .. } = outcome.measure else {
        return;
    };
    let longest = (0..1500).map(|index| outcome.window(index).days()).max();
    if longest.is_some_and(|longest| longest < days) {
        section.problem_at("run", "bad_value", "the run is longer than the window");
    }
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
        let choice = table.choice(
            name,
            &["composite", "competing", "while observed", "missing"],
        );
        if let Some(policy) = choice.and_then(|choice| Unobserved::named(&choice)) {
            policies.set(cause, policy);
        }
    }
    table.finish();
    policies
}

//! Why one person's outcomes are what they are, spell by spell.
//!
//! The one place that shows a person's data. It goes only where the user points it.

use crate::calendar::iso;
use crate::endpoint::{Endpoint, Spells, State};
use crate::measure::{self, Carrier, Measure, Value};
use crate::observation::{Observation, Unobserved};
use crate::rule::{Truth, Value as Cell, cell};
use crate::span::{EVER, Span, days, within};
use crate::table::SpellTable;
use crate::{Cohort, Outcome, OutcomeError};
use std::fmt::Write;

impl Cohort<'_> {
    /// The trace of one person (by position in the participant list), as text.
    ///
    /// # Errors
    /// As [`Cohort::derive_all`], but for silent policies, which the trace tells.
    pub fn trace(&self, person: usize, outcomes: &[Outcome]) -> Result<String, OutcomeError> {
        let mut text = String::new();
        let _ = writeln!(text, "index date {}", iso(self.people.index[person]));
        let endpoints = endpoints(outcomes);
        for ((register, kind), table) in &self.tables {
            let _ = writeln!(text, "\nregister {register}, {}", kind.name());
            observation_lines(&table.observations[person], &mut text);
            self.spell_lines(person, register, table, &endpoints, &mut text)?;
        }
        for endpoint in &endpoints {
            self.combination_lines(person, endpoint, &mut text)?;
        }
        for outcome in outcomes {
            self.outcome_lines(person, outcome, &mut text)?;
        }
        Ok(text)
    }

    fn spell_lines(
        &self,
        person: usize,
        register: &str,
        table: &SpellTable<'_>,
        endpoints: &[&Endpoint],
        text: &mut String,
    ) -> Result<(), OutcomeError> {
        let mut asked: Vec<(&Endpoint, &Spells, Vec<Truth>)> = Vec::new();
        for &endpoint in endpoints {
            if let State::Spells(spells) = &endpoint.state
                && spells.register == register
                && spells.table == table.kind
            {
                asked.push((endpoint, spells, self.verdicts(spells)?));
            }
        }
        let _ = writeln!(text, "spells");
        if table.rows[person].is_empty() {
            let _ = writeln!(text, "  none");
        }
        for row in table.rows[person].clone() {
            spell_line(table, row, text)?;
            for (endpoint, spells, truths) in &asked {
                let held = spells.new && truths[row] == Truth::False;
                let verdict = match truths[row] {
                    Truth::True => "counts",
                    Truth::False if held => "does not count, by the rule or as a job held before",
                    Truth::False => "does not count",
                    Truth::Unknown => "unknown: a field the rule needs is missing",
                };
                let rule = endpoint.text();
                let _ = writeln!(text, "    {}: {verdict} ({rule})", endpoint.key);
            }
        }
        Ok(())
    }

    /// The days of an endpoint that is more than the days of its spells.
    fn combination_lines(
        &self,
        person: usize,
        endpoint: &Endpoint,
        text: &mut String,
    ) -> Result<(), OutcomeError> {
        let plain = match &endpoint.state {
            State::Spells(spells) => spells.at_least.is_none(),
            State::Combined(_) => false,
        };
        if plain && endpoint.counted == crate::endpoint::Counted::Days {
            return Ok(());
        }
        let timeline = &self.timelines(endpoint)?[person];
        let _ = writeln!(text, "\nendpoint {} ({})", endpoint.key, endpoint.text());
        observation_lines(&timeline.observation, text);
        for (spans, what) in [
            (&timeline.states.certain, "in the state"),
            (&timeline.states.possible, "perhaps in the state"),
        ] {
            for span in spans {
                let _ = writeln!(text, "  {what} {}", shown_span(*span));
            }
        }
        Ok(())
    }

    fn outcome_lines(
        &self,
        person: usize,
        outcome: &Outcome,
        text: &mut String,
    ) -> Result<(), OutcomeError> {
        let timeline = &self.timelines(&outcome.endpoint)?[person];
        let index = self.people.index[person];
        let window = outcome.window(index);
        let seen = timeline.observation.seen_in(window);
        let _ = writeln!(text, "\n{}", outcome.key);
        let _ = writeln!(text, "  {}", asked(outcome));
        let _ = writeln!(text, "  window {}", shown_span(window));
        if let Some(washout) = outcome.washout(index) {
            let _ = writeln!(text, "  washout {}", shown_span(washout));
        }
        let inside = within(&timeline.states.certain, &seen);
        for span in &inside {
            let days = span.days();
            let _ = writeln!(text, "  in the state {} ({days} days)", shown_span(*span));
        }
        for span in within(&timeline.states.possible, &seen) {
            let _ = writeln!(text, "  perhaps in the state {}", shown_span(span));
        }
        let (in_state, of) = (days(&inside), days(&seen));
        let _ = writeln!(text, "  {in_state} days in the state, of {of} seen");
        let field = match outcome.measure {
            Measure::Sum(sum) => Some(sum.field()),
            _ => None,
        };
        let mut carriers = Vec::new();
        if outcome.measure.needs_spells() {
            carriers.append(&mut self.carriers(&outcome.endpoint, outcome.measure)?[person]);
        }
        if let Some(field) = field {
            carrier_lines(&carriers, &inside, field, text);
        }
        let question = outcome.question(index);
        let observation = self.observed(outcome, person, timeline)?;
        match measure::answer(&question, &timeline.states, &carriers, &observation) {
            Ok(value) => value_lines(&value, text),
            Err(refused) => {
                let _ = writeln!(text, "  no value: {refused}");
            }
        }
        Ok(())
    }
}

/// Every endpoint of the outcomes and every part of one, once.
fn endpoints(outcomes: &[Outcome]) -> Vec<&Endpoint> {
    fn add<'e>(endpoint: &'e Endpoint, found: &mut Vec<&'e Endpoint>) {
        if let State::Combined(combination) = &endpoint.state {
            for part in &combination.parts {
                add(part, found);
            }
        }
        if !found.contains(&endpoint) {
            found.push(endpoint);
        }
    }
    let mut found = Vec::new();
    for outcome in outcomes {
        add(&outcome.endpoint, &mut found);
    }
    found
}

fn observation_lines(observation: &Observation, text: &mut String) {
    if observation.seen.is_empty() {
        let _ = writeln!(text, "never seen");
    }
    for span in &observation.seen {
        let _ = writeln!(text, "seen {}", shown_span(*span));
    }
    for (span, cause) in &observation.unseen {
        // What lies before a register's first day needs no explanation.
        let first = observation.seen.first();
        if first.is_none_or(|seen| span.end > seen.start) {
            let _ = writeln!(text, "not seen {}: {}", shown_span(*span), cause.describe());
        }
    }
}

fn spell_line(table: &SpellTable<'_>, row: usize, text: &mut String) -> Result<(), OutcomeError> {
    let index = |name: &str| -> Result<u64, OutcomeError> {
        Ok(table.frame.column(name)?.u64()?.get(row).unwrap_or(0))
    };
    let (file, line) = (index("file")? + 1, index("line")?);
    let _ = write!(text, "  {}", shown_span(table.span(row)));
    for column in table.frame.columns() {
        let name = column.name().as_str();
        if !["person", "start", "end", "file", "line", "precision"].contains(&name)
            && let Some(value) = shown(column, row)
        {
            let _ = write!(text, ", {name} {value}");
        }
    }
    let _ = writeln!(text, " (file {file}, line {line})");
    Ok(())
}

fn carrier_lines(carriers: &[Carrier], inside: &[Span], field: &str, text: &mut String) {
    for carrier in carriers {
        let counted = days(&within(&[carrier.span], inside));
        let value = carrier
            .value
            .map_or("not known".to_owned(), |value| value.to_string());
        if counted > 0 {
            let span = shown_span(carrier.span);
            let _ = writeln!(text, "  {field} {value} of {span}, on {counted} days");
        }
    }
}

fn value_lines(value: &Value, text: &mut String) {
    if value.prevalent {
        let _ = writeln!(text, "  in the state in the washout: not new, left out");
    }
    if let (Some(cause), Some(policy)) = (value.unseen, value.policy) {
        let means = match policy {
            Unobserved::Composite => "the rest counts as not in the state",
            Unobserved::WhileObserved => "what was seen counts",
            Unobserved::Missing => "the outcome is missing",
        };
        let _ = writeln!(text, "  not all seen ({}): {means}", cause.describe());
    }
    let number = value.number;
    let number = number.map_or("missing".to_owned(), |number| number.to_string());
    let event = match value.event {
        Some(true) => ", reached",
        Some(false) => ", not reached by then",
        None => "",
    };
    let _ = writeln!(text, "  value {number}{event}");
}

/// What an outcome asks, in words.
fn asked(outcome: &Outcome) -> String {
    let known = Measure::NAMED.iter();
    let name = known
        .filter(|(_, measure)| {
            std::mem::discriminant(measure) == std::mem::discriminant(&outcome.measure)
        })
        .find(|(_, measure)| !matches!(measure, Measure::Sum(_)) || *measure == outcome.measure)
        .map_or("", |(name, _)| name);
    let mut asked = format!("{name} of {}", outcome.endpoint.key);
    if let Measure::Sustained { days, gap } = outcome.measure {
        let _ = write!(asked, ", {days} days, gaps of at most {gap} days bridged");
    }
    if let Some(least) = outcome.at_least {
        let _ = write!(asked, ", at least {least}");
    }
    if let Some(cap) = outcome.cap {
        let _ = write!(asked, ", at most {cap} a day together");
    }
    asked
}

fn shown_span(span: Span) -> String {
    if span.is_empty() {
        return "no day".to_owned();
    }
    let far = 1_000_000;
    let first = match span.start < -far {
        true => "the beginning".to_owned(),
        false => iso(span.start),
    };
    let last = match span.end > far.min(EVER.end) {
        true => "on".to_owned(),
        false => format!("to {}", iso(span.end - 1)),
    };
    format!("{first} {last}")
}

/// A cell as text; nothing if it is missing.
fn shown(column: &polars::prelude::Column, row: usize) -> Option<String> {
    match cell(column, row) {
        Cell::Text(value) => Some(value.to_owned()),
        Cell::Number(value) => Some(value.to_string()),
        Cell::Truth(value) => Some(value.to_string()),
        Cell::Day(value) => Some(iso(value)),
        Cell::Unknown => None,
    }
}

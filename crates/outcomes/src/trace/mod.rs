//! Why one person's outcomes are what they are, spell by spell.
//!
//! The one place that shows a person's data. It goes only where the user points it.

mod outcome;

use crate::calendar::iso;
use crate::endpoint::{Endpoint, State};
use crate::observation::Observation;
use crate::rule::{Truth, Value as Cell, cell};
use crate::span::{EVER, Span, between, contains};
use crate::table::SpellTable;
use crate::timeline::Timeline;
use crate::{Cohort, Outcome, OutcomeError};
use std::fmt::Write;

impl Cohort<'_> {
    /// The trace of one person (by position in the participant list), as text.
    ///
    /// # Errors
    /// As [`Cohort::derive_all`], but for silent policies, which the trace tells.
    pub fn trace(&self, person: usize, outcomes: &[Outcome]) -> Result<String, OutcomeError> {
        // Nobody else's rows are looked at.
        let people = self.people.of_one(person);
        let tables = self.tables.iter();
        let tables = tables.map(|(key, table)| (key.clone(), table.of_one(person)));
        let alone = Cohort {
            people: &people,
            tables: tables.collect(),
        };
        alone.trace_first(outcomes)
    }

    /// The trace of the first person.
    fn trace_first(&self, outcomes: &[Outcome]) -> Result<String, OutcomeError> {
        let person = 0;
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
        table: &SpellTable,
        endpoints: &[&Endpoint],
        text: &mut String,
    ) -> Result<(), OutcomeError> {
        let mut asked: Vec<(&Endpoint, Vec<Truth>, Vec<Truth>)> = Vec::new();
        for &endpoint in endpoints {
            if let State::Spells(spells) = &endpoint.state
                && spells.register == register
                && spells.table == table.kind
            {
                let by_rule = table.truths(spells.rule.as_ref())?;
                asked.push((endpoint, by_rule, self.verdicts(spells)?));
            }
        }
        let _ = writeln!(text, "spells");
        if table.rows[person].is_empty() {
            let _ = writeln!(text, "  none");
        }
        for row in table.rows[person].clone() {
            spell_line(table, row, text)?;
            for (endpoint, by_rule, truths) in &asked {
                let verdict = verdict(by_rule[row], truths[row]);
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
        if let State::Combined(combination) = &endpoint.state {
            let mut parts = Vec::new();
            for part in &combination.parts {
                let timeline = self.timelines(part)?.swap_remove(person);
                parts.push((part.key.as_str(), timeline));
            }
            part_lines(&parts, text);
        }
        Ok(())
    }
}

/// What becomes of a spell, by the rule and by whether its job is new.
fn verdict(by_rule: Truth, truth: Truth) -> &'static str {
    match (by_rule, truth) {
        (_, Truth::True) => "counts",
        (Truth::False, _) => "does not count",
        (_, Truth::False) => "does not count: the job was held on the index date already",
        (Truth::Unknown, _) => "unknown: a field the rule needs is missing",
        _ => "unknown: nothing says whether this is a job held on the index date",
    }
}

/// The parts of a combination, from day to day where one of them changes; days on which all are
/// false or not seen are left out.
fn part_lines(parts: &[(&str, Timeline)], text: &mut String) {
    let mut boundaries = Vec::new();
    for (_, timeline) in parts {
        let states = &timeline.states;
        let spans = states.certain.iter().chain(&states.possible);
        for span in spans.chain(&timeline.observation.seen) {
            boundaries.extend([span.start, span.end]);
        }
    }
    let mut lines: Vec<(Span, Vec<(&str, &str)>)> = Vec::new();
    for span in between(boundaries) {
        let words = parts.iter().map(|(key, timeline)| {
            let word = match timeline.states.on(span.start) {
                _ if !contains(&timeline.observation.seen, span.start) => "not seen",
                Truth::True => "yes",
                Truth::False => "no",
                Truth::Unknown => "unknown",
            };
            (*key, word)
        });
        let words: Vec<(&str, &str)> = words.collect();
        match lines.last_mut() {
            Some((last, same)) if *same == words => last.end = span.end,
            _ => lines.push((span, words)),
        }
    }
    for (span, words) in lines {
        if words
            .iter()
            .any(|(_, word)| ["yes", "unknown"].contains(word))
        {
            let words = words.iter().map(|(key, word)| format!("{key} {word}"));
            let words = words.collect::<Vec<_>>().join(", ");
            let _ = writeln!(text, "  {}: {words}", shown_span(span));
        }
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

fn spell_line(table: &SpellTable, row: usize, text: &mut String) -> Result<(), OutcomeError> {
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

pub(super) fn shown_span(span: Span) -> String {
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

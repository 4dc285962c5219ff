//! Why one person's outcomes are what they are, spell by spell.
//!
//! The one place that shows a person's data. It goes only where the user points it.

use crate::calendar::iso;
use crate::observation::Unobserved;
use crate::rule::{Truth, Value, cell};
use crate::span::{Span, days, within};
use crate::{Cohort, Endpoint, Outcome, OutcomeError, measure};
use std::fmt::Write;

impl Cohort<'_> {
    /// The trace of one person (by position in the participant list), as text.
    ///
    /// # Errors
    /// [`OutcomeError::Table`] if the spells are not the canonical table.
    pub fn trace(&self, person: usize, outcomes: &[Outcome]) -> Result<String, OutcomeError> {
        let mut text = String::new();
        let index = self.people.index[person];
        let observation = &self.observations[person];
        let _ = writeln!(text, "index date {}", iso(index));
        if observation.seen.is_empty() {
            let _ = writeln!(text, "never seen");
        }
        for span in &observation.seen {
            let _ = writeln!(text, "seen {}", shown_span(*span));
        }
        for (span, cause) in &observation.unseen {
            // What lies before a register's first day needs no explanation.
            if observation
                .seen
                .first()
                .is_none_or(|seen| span.end > seen.start)
            {
                let _ = writeln!(text, "not seen from {}: {}", from(*span), cause.describe());
            }
        }
        self.spell_lines(person, outcomes, &mut text)?;
        for outcome in outcomes {
            self.outcome_lines(person, outcome, &mut text)?;
        }
        Ok(text)
    }

    fn spell_lines(
        &self,
        person: usize,
        outcomes: &[Outcome],
        text: &mut String,
    ) -> Result<(), OutcomeError> {
        let (start, end) = (self.days("start")?, self.days("end")?);
        let mut endpoints: Vec<(&Endpoint, Vec<Truth>)> = Vec::new();
        for outcome in outcomes {
            if !endpoints
                .iter()
                .any(|(endpoint, _)| endpoint.key == outcome.endpoint.key)
            {
                endpoints.push((&outcome.endpoint, self.truths(&outcome.endpoint)?));
            }
        }
        let _ = writeln!(text, "\nspells");
        if self.rows[person].is_empty() {
            let _ = writeln!(text, "  none");
        }
        for row in self.rows[person].clone() {
            let index = |name: &str| -> Result<u64, OutcomeError> {
                Ok(self.spells.column(name)?.u64()?.get(row).unwrap_or(0))
            };
            let (file, line) = (index("file")? + 1, index("line")?);
            let _ = write!(text, "  {} to {}", iso(start[row]), iso(end[row]));
            for column in self.spells.columns() {
                let name = column.name().as_str();
                if !["person", "start", "end", "file", "line", "precision"].contains(&name)
                    && let Some(value) = shown(column, row)
                {
                    let _ = write!(text, ", {name} {value}");
                }
            }
            let _ = writeln!(text, " (file {file}, line {line})");
            for (endpoint, truths) in &endpoints {
                let verdict = match truths[row] {
                    Truth::True => "counts",
                    Truth::False => "does not count",
                    Truth::Unknown => "unknown: a field the rule needs is missing",
                };
                let rule = endpoint
                    .rule
                    .as_ref()
                    .map_or("any spell", |rule| rule.text());
                let _ = writeln!(text, "    {}: {verdict} ({rule})", endpoint.key);
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
        let states = &self.states(&outcome.endpoint)?[person];
        let observation = &self.observations[person];
        let window = outcome.window(self.people.index[person]);
        let seen = observation.seen_in(window);
        let _ = writeln!(text, "\n{}", outcome.key);
        let _ = writeln!(text, "  window {}", shown_span(window));
        let inside = within(&states.certain, &seen);
        for span in &inside {
            let _ = writeln!(
                text,
                "  in the state {} ({} days)",
                shown_span(*span),
                span.days()
            );
        }
        let _ = writeln!(
            text,
            "  {} days in the state, of {} seen",
            days(&inside),
            days(&seen)
        );
        match measure::value(
            states,
            observation,
            window,
            outcome.measure,
            outcome.policies,
        ) {
            Ok(value) => {
                if let (Some(cause), Some(policy)) = (value.unseen, value.policy) {
                    let means = match policy {
                        Unobserved::Composite => "the rest counts as not in the state",
                        Unobserved::WhileObserved => "what was seen counts",
                        Unobserved::Missing => "the outcome is missing",
                    };
                    let _ = writeln!(text, "  not all seen ({}): {means}", cause.describe());
                }
                let number = value
                    .number
                    .map_or("missing".to_owned(), |number| number.to_string());
                let _ = writeln!(text, "  value {number}");
            }
            Err(cause) => {
                let _ = writeln!(text, "  undeclared: not all seen ({})", cause.describe());
            }
        }
        Ok(())
    }
}

fn shown_span(span: Span) -> String {
    if span.is_empty() {
        return "no day".to_owned();
    }
    format!("{} to {}", iso(span.start), iso(span.end - 1))
}

/// The first day of a span, where it has one.
fn from(span: Span) -> String {
    if span.start < -1_000_000 {
        return "the beginning".to_owned();
    }
    iso(span.start)
}

/// A cell as text; nothing if it is missing.
fn shown(column: &polars::prelude::Column, row: usize) -> Option<String> {
    match cell(column, row) {
        Value::Text(value) => Some(value.to_owned()),
        Value::Number(value) => Some(value.to_string()),
        Value::Truth(value) => Some(value.to_string()),
        Value::Day(value) => Some(iso(value)),
        Value::Unknown => None,
    }
}

//! Why one person's outcomes are what they are, spell by spell.
//!
//! The one place that shows a person's data. It goes only where the user points it.

use crate::calendar::iso;
use crate::observation::Unobserved;
use crate::rule::{Truth, Value, cell};
use crate::span::{Span, clip, days};
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
        let after = observation.after.describe();
        let _ = if observation.seen.is_empty() {
            writeln!(text, "never seen: {after}")
        } else {
            let (first, last) = (iso(observation.seen.start), iso(observation.seen.end - 1));
            writeln!(text, "seen {first} to {last}, no longer because: {after}")
        };
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
            let shown = |name: &str| match self.spells.column(name).map(|column| cell(column, row))
            {
                Ok(Value::Text(value)) => value.to_owned(),
                Ok(Value::Number(value)) => value.to_string(),
                Ok(Value::Truth(value)) => value.to_string(),
                Ok(Value::Day(value)) => iso(value),
                _ => "-".to_owned(),
            };
            let line = self.spells.column("line")?.u64()?.get(row).unwrap_or(0);
            let _ = writeln!(
                text,
                "  {} to {} ({}), type {}, percent {}, line {line}",
                iso(start[row]),
                iso(end[row]),
                shown("end_status"),
                shown("type"),
                shown("percent"),
            );
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
        let seen = window.intersect(observation.seen);
        let _ = writeln!(text, "\n{}", outcome.key);
        let _ = writeln!(text, "  window {}", shown_span(window));
        let inside = clip(&states.certain, seen);
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
            seen.days()
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

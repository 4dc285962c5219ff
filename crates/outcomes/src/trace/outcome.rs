//! The arithmetic of one person's outcome, line by line.

use super::shown_span;
use crate::measure::{self, Carrier, Measure, Question, Value};
use crate::observation::Unobserved;
use crate::prepared::Prepared;
use crate::span::{Span, bridge, days, within};
use crate::timeline::Timeline;
use crate::{Cohort, Outcome, OutcomeError};
use regtrial_registers::Unit;
use std::fmt::Write;

impl Cohort<'_> {
    pub(super) fn outcome_lines(
        &self,
        person: usize,
        outcome: &Outcome,
        text: &mut String,
    ) -> Result<(), OutcomeError> {
        let mut prepared = Prepared::new(self);
        let place = prepared.add(&outcome.endpoint)?;
        let carriers = match outcome.measure.needs_spells() {
            true => {
                let place = prepared.add_carriers(place, outcome.measure)?;
                prepared.carriers(place, person)
            }
            false => Vec::new(),
        };
        let timeline = &prepared.timelines(person)[place];
        let observation = self.observed(outcome, person, timeline)?;
        let question = outcome.question(self.people.index[person]);
        let seen = observation.seen_in(question.window);
        let _ = writeln!(text, "\n{}", outcome.key);
        let _ = writeln!(text, "  {}", asked(outcome));
        let _ = writeln!(text, "  window {}", shown_span(question.window));
        if let Some(washout) = question.washout {
            washout_lines(timeline, &observation.seen_in(washout), washout, text);
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
        if let Measure::Sustained { gap, .. } = outcome.measure {
            let runs = bridge(&inside, gap);
            let longest = runs.iter().map(|run| run.days()).max().unwrap_or(0);
            let _ = writeln!(text, "  longest run {longest} days, short gaps bridged");
        }
        carrier_lines(&question, &carriers, &inside, text);
        match measure::answer(&question, &timeline.states, &carriers, &observation) {
            Ok(value) => value_lines(&value, text),
            Err(refused) => {
                let _ = writeln!(text, "  no value: {refused}");
            }
        }
        Ok(())
    }
}

fn washout_lines(timeline: &Timeline, seen: &[Span], washout: Span, text: &mut String) {
    let _ = writeln!(text, "  washout {}", shown_span(washout));
    for (spans, what) in [
        (&timeline.states.certain, "in the state"),
        (&timeline.states.possible, "perhaps in the state"),
    ] {
        for span in within(spans, seen) {
            let _ = writeln!(text, "  {what} in the washout {}", shown_span(span));
        }
    }
}

/// The spells behind a number that is counted from spells, with what each adds to a sum.
fn carrier_lines(
    question: &Question<'_>,
    carriers: &[Carrier],
    inside: &[Span],
    text: &mut String,
) {
    for carrier in carriers {
        let counted = days(&within(&[carrier.span], inside));
        if counted == 0 {
            continue;
        }
        let perhaps = if carrier.certain { "" } else { "perhaps " };
        let span = shown_span(carrier.span);
        let Measure::Sum(sum) = question.measure else {
            let _ = writeln!(text, "  {perhaps}the spell {span}, on {counted} days");
            continue;
        };
        let unit = match carrier.unit {
            Unit::PerWeek => " a week",
            Unit::PerMonth => " a month",
            Unit::Whole => " in all",
            Unit::Percent => "",
        };
        let value = match carrier.value {
            Some(value) => format!("{value}{unit}"),
            None => "not known".to_owned(),
        };
        let _ = write!(
            text,
            "  {perhaps}{} {value}, {span}, on {counted} days",
            sum.field()
        );
        // Under a cap the spells of a day share what they add.
        if let (None, Some(_)) = (question.cap, carrier.value)
            && let Ok(adds) = measure::adds(question, carrier, inside)
        {
            let _ = write!(text, ": {adds}");
        }
        let _ = writeln!(text);
    }
}

fn value_lines(value: &Value, text: &mut String) {
    if value.prevalent {
        let _ = writeln!(text, "  in the state in the washout: not new, left out");
    }
    if let (Some(cause), Some(policy)) = (value.unseen, value.policy) {
        let means = match policy {
            Unobserved::Composite => "the rest counts as not in the state",
            Unobserved::Competing => "an event of its own",
            Unobserved::WhileObserved => "what was seen counts",
            Unobserved::Missing => "the outcome is missing",
        };
        let _ = writeln!(text, "  not all seen ({}): {means}", cause.describe());
    }
    let is_told = value.prevalent || value.policy == Some(Unobserved::Missing);
    let number = match value.number {
        Some(number) => number.to_string(),
        None if is_told => "missing".to_owned(),
        None => "missing: it hangs on what is not known".to_owned(),
    };
    let event = match value.event {
        Some(true) => ", reached",
        Some(false) if value.competing => ", not reached before a competing event",
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
        let of = match outcome.measure {
            Measure::Sum(measure::Sum::Hours) => "hours a week",
            _ => "percent",
        };
        let _ = write!(asked, ", the spells of a day together at most {cap} {of}");
    }
    if let (Some(prices), Measure::Sum(sum)) = (&outcome.prices, outcome.measure)
        && sum.is_money()
    {
        let _ = write!(asked, ", in prices of {}", prices.base);
    }
    asked
}

//! The answer to a question about one person, and what policies make of a window that is seen in part.

use super::{Carrier, Measure, Question, Refused, States, Value, days, spells};
use crate::observation::{Cause, Observation, Policies, Unobserved};
use crate::span::{Span, union, within};

/// The value of a measure of the days in a state.
///
/// # Errors
/// As [`answer`].
pub fn value(
    states: &States,
    observation: &Observation,
    window: Span,
    measure: Measure,
    policies: Policies,
) -> Result<Value, Refused> {
    let question = Question::new(measure, window, policies);
    answer(&question, states, &[], observation)
}

/// The answer to a question about one person: the days in the state, the spells behind it (in any
/// order) and when the person is seen.
///
/// # Errors
/// [`Refused`]: policies that are silent, spans out of order, a month without a price index.
pub fn answer(
    question: &Question<'_>,
    states: &States,
    carriers: &[Carrier],
    observation: &Observation,
) -> Result<Value, Refused> {
    if !states.is_ordered() || !crate::span::is_ordered(&observation.seen) {
        return Err(Refused::Unordered);
    }
    let window = question.window;
    let mut asked_of = vec![window];
    asked_of.extend(question.washout);
    // Where parts of the window are unseen for several causes, the strictest policy decides.
    let mut strictest: Option<(Unobserved, Cause)> = None;
    for cause in asked_of
        .iter()
        .flat_map(|&span| observation.unseen_parts(span))
    {
        let policy = match question.policies.of(cause) {
            Some(policy) => policy,
            None if question.measure.has_default() => Unobserved::Missing,
            None => return Err(Refused::Undeclared(cause)),
        };
        strictest = strictest.max(Some((policy, cause)));
    }
    let (policy, unseen) = strictest.unzip();
    let mut value = Value {
        unseen,
        policy,
        ..Value::default()
    };
    if let Some(washout) = question.washout {
        let before = observation.seen_in(washout);
        if policy.is_some_and(Unobserved::rests_on_seen) && before.is_empty() {
            return Ok(value);
        }
        if !within(&states.certain, &before).is_empty() {
            value.prevalent = true;
            return Ok(value);
        }
        if !within(&states.possible, &before).is_empty() {
            return Ok(value);
        }
    }
    let seen = observation.seen_in(window);
    let nothing_seen = seen.is_empty() && !window.is_empty();
    match policy {
        Some(Unobserved::Missing) => {}
        Some(policy) if policy.rests_on_seen() && nothing_seen => {}
        _ if question.measure == Measure::First => {
            let censored = policy.is_some_and(Unobserved::rests_on_seen);
            if let Some(first) = days::first(states, &seen, window, censored) {
                value.number = Some(f64::from(first.day - window.start));
                value.event = Some(first.event);
                let competes = |cause| question.policies.of(cause) == Some(Unobserved::Competing);
                value.competing = !first.event
                    && first.day < window.end
                    && observation.unseen_on(first.day).any(competes);
            }
        }
        _ => value.number = measured(question, states, carriers, &seen)?,
    }
    Ok(value)
}

/// What one spell adds to a sum without a cap.
pub(crate) fn adds(
    question: &Question<'_>,
    carrier: &Carrier,
    in_state: &[Span],
) -> Result<f64, Refused> {
    let alone = counted(question, in_state, &[*carrier], Count::All, &[])?;
    Ok(alone.number)
}

/// The measure over the days seen; missing where days or spells of unknown state could change it.
fn measured(
    question: &Question<'_>,
    states: &States,
    carriers: &[Carrier],
    seen: &[Span],
) -> Result<Option<f64>, Refused> {
    let certain = within(&states.certain, seen);
    let possible = within(&states.possible, seen);
    let least = counted(question, &certain, carriers, Count::Certain, seen)?;
    let all = union([certain.clone(), possible].concat());
    let touches = |carrier: &Carrier| !within(&[carrier.span], &all).is_empty();
    // One possible spell may join two runs while another adds one, and amounts may be paid back:
    // only no change is no change. All else can only grow.
    let is_negative = |carrier: &Carrier| carrier.value.is_some_and(|value| value < 0.0);
    let grows = question.measure != Measure::Episodes && !carriers.iter().any(is_negative);
    let is_open = |carrier: &Carrier| !carrier.certain || carrier.value.is_none();
    if !grows && (all != certain || carriers.iter().any(|c| is_open(c) && touches(c))) {
        return Ok(None);
    }
    let most = counted(question, &all, carriers, Count::All, seen)?;
    Ok(match question.at_least {
        Some(bound) if least.number >= bound => Some(1.0),
        Some(bound) if most.is_complete && most.number < bound => Some(0.0),
        None if most.is_complete && is_same(least.number, most.number) => Some(most.number),
        _ => None,
    })
}

/// Whether two sums are the same but for the rounding of other parts.
fn is_same(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

/// Which spells a measure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Certain,
    All,
}

/// A number, and whether all that it is made of is known; if not it is a lower bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Counted {
    pub(super) number: f64,
    pub(super) is_complete: bool,
}

fn counted(
    question: &Question<'_>,
    in_state: &[Span],
    carriers: &[Carrier],
    count: Count,
    seen: &[Span],
) -> Result<Counted, Refused> {
    if question.measure.needs_spells() {
        return spells::number(question, in_state, carriers, count);
    }
    Ok(Counted {
        number: days::number(question, in_state, seen),
        is_complete: true,
    })
}

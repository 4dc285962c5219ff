//! What is taken of an endpoint: the per-person kernel.
//!
//! Plain slices of days in, one number out; no table engine, so that any engine can drive it.

use crate::observation::{Cause, Observation, Policies, Unobserved};
use crate::span::{Span, days, union, within};

/// What is taken of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// In the state on the landmark day: 1 or 0.
    Status,
    /// In the state on any day of the window: 1 or 0.
    Ever,
    /// Days in the state; overlapping spells count once.
    Days,
    /// Longest unbroken run of days in the state.
    Longest,
    /// Unbroken runs of days in the state.
    Episodes,
}

impl Measure {
    /// The measures by their names in a plan.
    pub const NAMED: [(&'static str, Self); 5] = [
        ("status", Self::Status),
        ("ever", Self::Ever),
        ("days", Self::Days),
        ("longest", Self::Longest),
        ("episodes", Self::Episodes),
    ];

    /// A measure by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(_, measure)| *measure)
    }

    /// Whether its values are 1 and 0.
    #[must_use]
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Status | Self::Ever)
    }

    /// Whether people seen for part of the window are missing unless the plan says otherwise. Only
    /// a status has such a default: on the landmark day a person is seen or not.
    #[must_use]
    pub fn has_default(self) -> bool {
        self == Self::Status
    }
}

/// One person's days in and perhaps in the state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct States {
    /// Days certainly in the state, disjoint and in order.
    pub certain: Vec<Span>,
    /// Days on which it is unknown whether the person is in the state.
    pub possible: Vec<Span>,
}

impl States {
    /// From spells whose rule is true, and spells whose rule is unknown.
    #[must_use]
    pub fn new(certain: Vec<Span>, possible: Vec<Span>) -> Self {
        Self {
            certain: union(certain),
            possible: union(possible),
        }
    }
}

/// One outcome's value and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// The number; `None` is missing.
    pub number: Option<f64>,
    /// Why part of the window was not seen, if so.
    pub unseen: Option<Cause>,
    /// What was done about it.
    pub policy: Option<Unobserved>,
}

/// The value of a measure in a window. `Err` names the cause for which the policies are silent.
///
/// # Errors
/// The cause, where part of the window is unseen and neither the plan nor the measure says what
/// that means.
pub fn value(
    states: &States,
    observation: &Observation,
    window: Span,
    measure: Measure,
    policies: Policies,
) -> Result<Value, Cause> {
    // Where parts of the window are unseen for several causes, the strictest policy decides.
    let mut strictest: Option<(Unobserved, Cause)> = None;
    for cause in observation.unseen_parts(window) {
        let policy = match policies.of(cause) {
            Some(policy) => policy,
            None if measure.has_default() => Unobserved::Missing,
            None => return Err(cause),
        };
        strictest = strictest.max(Some((policy, cause)));
    }
    let (policy, unseen) = strictest.unzip();
    let seen = observation.seen_in(window);
    let nothing_seen = seen.is_empty() && !window.is_empty();
    let number = match policy {
        Some(Unobserved::Missing) => None,
        Some(Unobserved::WhileObserved) if nothing_seen => None,
        _ => measured(states, &seen, measure),
    };
    Ok(Value {
        number,
        unseen,
        policy,
    })
}

/// The measure over the days seen; missing where the days of unknown state could change it.
fn measured(states: &States, seen: &[Span], measure: Measure) -> Option<f64> {
    let certain = within(&states.certain, seen);
    let possible = within(&states.possible, seen);
    let number = number(&certain, measure);
    if possible.is_empty() || (measure.is_binary() && number > 0.0) {
        return Some(number);
    }
    let all = union([certain.clone(), possible].concat());
    match measure {
        // One possible spell may join two runs while another adds one: only no change is no change.
        Measure::Episodes => (all == certain).then_some(number),
        // The others can only grow.
        _ => (self::number(&all, measure) == number).then_some(number),
    }
}

fn number(spans: &[Span], measure: Measure) -> f64 {
    match measure {
        Measure::Status | Measure::Ever => f64::from(u8::from(!spans.is_empty())),
        Measure::Days => f64::from(days(spans)),
        Measure::Longest => f64::from(spans.iter().map(|span| span.days()).max().unwrap_or(0)),
        Measure::Episodes => spans.len() as f64,
    }
}

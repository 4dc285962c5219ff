//! When a person is seen, and why no longer.

use crate::span::Span;
use regtrial_registers::{Day, Exit};

/// Why part of a window is not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Died.
    Death,
    /// Emigrated.
    Emigration,
    /// Withdrew consent.
    Withdrawal,
    /// The register does not cover it.
    Register,
    /// The person was not found in the register's population.
    NotLinked,
}

impl Cause {
    /// The causes a plan can speak of, by name.
    pub const NAMED: [(&'static str, Self); 4] = [
        ("death", Self::Death),
        ("emigration", Self::Emigration),
        ("withdrawal", Self::Withdrawal),
        ("register", Self::Register),
    ];

    /// The name in a plan.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Death => "death",
            Self::Emigration => "emigration",
            Self::Withdrawal => "withdrawal",
            Self::Register => "register",
            Self::NotLinked => "not linked",
        }
    }

    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Death => "death",
            Self::Emigration => "emigration",
            Self::Withdrawal => "withdrawal of consent",
            Self::Register => "beyond the register's cover",
            Self::NotLinked => "not on the linkage list",
        }
    }
}

/// What an outcome means for someone who is seen for part of its window only; ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unobserved {
    /// The rest of the window counts as not in the state.
    Composite,
    /// What was seen counts, as far as it goes.
    WhileObserved,
    /// The outcome is missing, whatever was seen: keeping early events while dropping those
    /// without would bias upwards.
    Missing,
}

impl Unobserved {
    /// A policy by its name in a plan.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "composite" => Some(Self::Composite),
            "while observed" => Some(Self::WhileObserved),
            "missing" => Some(Self::Missing),
            _ => None,
        }
    }
}

/// The policy for each cause; `None` where the plan is silent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policies {
    /// After death.
    pub death: Option<Unobserved>,
    /// After emigration.
    pub emigration: Option<Unobserved>,
    /// After withdrawal of consent.
    pub withdrawal: Option<Unobserved>,
    /// Outside the register's cover.
    pub register: Option<Unobserved>,
}

impl Policies {
    /// The policy for a cause.
    #[must_use]
    pub fn of(self, cause: Cause) -> Option<Unobserved> {
        match cause {
            Cause::Death => self.death,
            Cause::Emigration => self.emigration,
            Cause::Withdrawal => self.withdrawal,
            Cause::Register => self.register,
            Cause::NotLinked => Some(Unobserved::Missing),
        }
    }

    /// Sets the policy for a cause.
    pub fn set(&mut self, cause: Cause, policy: Unobserved) {
        match cause {
            Cause::Death => self.death = Some(policy),
            Cause::Emigration => self.emigration = Some(policy),
            Cause::Withdrawal => self.withdrawal = Some(policy),
            Cause::Register => self.register = Some(policy),
            Cause::NotLinked => {}
        }
    }
}

/// When a person is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// The days seen.
    pub seen: Span,
    /// Why not before.
    pub before: Cause,
    /// Why not after.
    pub after: Cause,
}

impl Observation {
    /// A register's cover, cut at the first exit. A person is seen on the day of death, and to the
    /// day before emigration or withdrawal.
    #[must_use]
    pub fn new(cover: Span, exits: impl Iterator<Item = (Exit, Day)>, linked: bool) -> Self {
        if !linked {
            let nothing = Span::new(cover.start, cover.start);
            return Self {
                seen: nothing,
                before: Cause::NotLinked,
                after: Cause::NotLinked,
            };
        }
        let first_unseen = |(exit, day): (Exit, Day)| match exit {
            Exit::Death => (day + 1, Cause::Death),
            Exit::Emigration => (day, Cause::Emigration),
            Exit::Withdrawal => (day, Cause::Withdrawal),
        };
        let (end, after) = exits
            .map(first_unseen)
            .chain([(cover.end, Cause::Register)])
            .min()
            .unwrap_or((cover.end, Cause::Register));
        Self {
            seen: Span::new(cover.start, end),
            before: Cause::Register,
            after,
        }
    }

    /// Why parts of a window are not seen: before, after, or both; nothing if all of it is.
    pub fn unseen_parts(&self, window: Span) -> impl Iterator<Item = Cause> + use<> {
        let all = self.seen.covers(window);
        let before = (!all && window.start < self.seen.start).then_some(self.before);
        let after = (!all && window.end > self.seen.end).then_some(self.after);
        before.into_iter().chain(after)
    }
}

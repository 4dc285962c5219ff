//! When a person is seen, and why no longer.

use crate::span::{EVER, Span, clip, union};
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
            Self::NotLinked => "not known to have been looked up in the register",
        }
    }
}

/// What an outcome means for someone who is seen for part of its window only; ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unobserved {
    /// The rest of the window counts as not in the state.
    Composite,
    /// The event that ends observation is one of its own, after which the event asked for cannot
    /// happen. Of times only; of all else what was seen counts.
    Competing,
    /// What was seen counts, as far as it goes.
    WhileObserved,
    /// The outcome is missing, whatever was seen: keeping early events while dropping those
    /// without would bias upwards.
    Missing,
}

impl Unobserved {
    /// Whether an outcome rests on the days seen, and no others.
    #[must_use]
    pub fn rests_on_seen(self) -> bool {
        matches!(self, Self::Competing | Self::WhileObserved)
    }

    /// A policy by its name in a plan.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "composite" => Some(Self::Composite),
            "competing" => Some(Self::Competing),
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

/// When a person is seen: a set of spans, and why not on the other days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The days seen, disjoint and in order.
    pub seen: Vec<Span>,
    /// The days not seen and why, in order; two causes may hold on the same day.
    pub unseen: Vec<(Span, Cause)>,
}

impl Observation {
    /// A register's cover, cut at the first exit. A person is seen on the day of death, and to the
    /// day before emigration or withdrawal. Of the days after an exit the exit is the cause, also
    /// where the register's cover ends.
    #[must_use]
    pub fn new(cover: Span, exits: impl Iterator<Item = (Exit, Day)>, linked: bool) -> Self {
        if !linked {
            return Self {
                seen: Vec::new(),
                unseen: vec![(EVER, Cause::NotLinked)],
            };
        }
        let first_unseen = |(exit, day): (Exit, Day)| match exit {
            Exit::Death => (day + 1, Cause::Death),
            Exit::Emigration => (day, Cause::Emigration),
            Exit::Withdrawal => (day, Cause::Withdrawal),
        };
        let covered = Self::without(vec![
            (Span::new(EVER.start, cover.start), Cause::Register),
            (Span::new(cover.end, EVER.end), Cause::Register),
        ]);
        match exits.map(first_unseen).min() {
            Some((day, cause)) => covered.absent(Span::new(day, EVER.end), cause),
            None => covered,
        }
    }

    /// The same without further days, such as those abroad between emigration and return, or those
    /// after a death that a register tells.
    #[must_use]
    pub fn absent(self, days: Span, cause: Cause) -> Self {
        let mut unseen = vec![(days, cause)];
        for (span, known) in self.unseen {
            if known == Cause::Register {
                // Who is dead or abroad is not unseen because the register ends.
                unseen.push((Span::new(span.start, span.end.min(days.start)), known));
                unseen.push((Span::new(span.start.max(days.end), span.end), known));
            } else {
                unseen.push((span, known));
            }
        }
        Self::without(unseen)
    }

    /// Seen on every day but these.
    #[must_use]
    pub fn without(mut unseen: Vec<(Span, Cause)>) -> Self {
        unseen.retain(|(span, _)| !span.is_empty());
        unseen.sort_unstable();
        unseen.dedup();
        let mut seen = Vec::new();
        let mut at = EVER.start;
        for gap in union(unseen.iter().map(|(span, _)| *span).collect()) {
            seen.push(Span::new(at, gap.start));
            at = gap.end;
        }
        seen.push(Span::new(at, EVER.end));
        seen.retain(|span| !span.is_empty());
        Self { seen, unseen }
    }

    /// The days of a window that are seen, disjoint and in order.
    #[must_use]
    pub fn seen_in(&self, window: Span) -> Vec<Span> {
        clip(&self.seen, window)
    }

    /// Why a day is not seen; nothing if it is.
    pub fn unseen_on(&self, day: Day) -> impl Iterator<Item = Cause> + '_ {
        let of_day = move |span: &Span| span.start <= day && day < span.end;
        let missing = self.unseen.iter().filter(move |(span, _)| of_day(span));
        missing.map(|(_, cause)| *cause)
    }

    /// Why parts of a window are not seen; nothing if all of it is. Where a later cause covers days
    /// that are unseen already, both are named.
    pub fn unseen_parts(&self, window: Span) -> impl Iterator<Item = Cause> + '_ {
        let missing = self.unseen.iter();
        let missing = missing.filter(move |(span, _)| !span.intersect(window).is_empty());
        missing.map(|(_, cause)| *cause)
    }
}

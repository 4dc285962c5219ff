//! What is taken of an endpoint: the per-person kernel.
//!
//! Plain slices of days in, one number out; no table engine, so that any engine can drive it.

mod answer;
mod days;
mod recurrence;
mod spells;

pub(crate) use answer::adds;
pub use answer::{answer, value};
pub use recurrence::{Recurrence, recurrence};
pub use spells::{Carrier, Prices};

use crate::observation::{Cause, Policies, Unobserved};
use crate::span::Span;
pub use crate::timeline::States;
use regtrial_registers::Day;

/// What is taken of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// In the state on the landmark day: 1 or 0.
    Status,
    /// In the state on any day of the window: 1 or 0.
    Ever,
    /// Days in the state; overlapping spells count once.
    Days,
    /// ISO weeks that begin in the window and hold a day in the state.
    Weeks,
    /// Months of the window that hold a day in the state: months since the index date where the
    /// window begins a number of months from it, else months from the window's first day on.
    Months,
    /// Longest unbroken run of days in the state.
    Longest,
    /// Unbroken runs of days in the state.
    Episodes,
    /// A run of at least so many days, gaps of at most `gap` days bridged: 1 or 0.
    Sustained {
        /// Least length of the run, bridged gaps included.
        days: i32,
        /// Longest gap that does not end a run.
        gap: i32,
    },
    /// Days from the window's first day to the first day in the state, or to where following ends.
    First,
    /// Days seen, whatever the state: the denominator of rates.
    PersonDays,
    /// A field of the spells added up over the days in the state.
    Sum(Sum),
    /// Jobs held on any day in the state.
    Jobs,
    /// Days of the longest run in one job.
    LongestJob,
    /// Spells that begin on a day in the state: contacts, admissions, new benefits.
    Starts,
    /// Days on which a spell begins: visits.
    Visits,
    /// Nights of spells: days but the last of each stay.
    BedDays,
}

/// What is added up over the days in the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sum {
    /// Hours of work.
    Hours,
    /// Pay.
    Earnings,
    /// Days weighted by the percentage of a full-time job.
    FteDays,
    /// Days weighted by the degree of a benefit.
    DegreeDays,
    /// Amounts of benefits or bills.
    Amount,
}

impl Sum {
    /// The field that is added up.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Earnings => "pay",
            Self::FteDays => "percent",
            Self::DegreeDays => "degree",
            Self::Amount => "amount",
        }
    }

    /// Whether it is money, and so can be put in the prices of one year.
    #[must_use]
    pub fn is_money(self) -> bool {
        matches!(self, Self::Earnings | Self::Amount)
    }
}

impl Measure {
    /// The measures by their names in a plan; `sustained` with a length of one day, which a plan
    /// replaces by its own.
    pub const NAMED: [(&'static str, Self); 20] = [
        ("status", Self::Status),
        ("ever", Self::Ever),
        ("days", Self::Days),
        ("weeks", Self::Weeks),
        ("months", Self::Months),
        ("longest", Self::Longest),
        ("episodes", Self::Episodes),
        ("sustained", Self::Sustained { days: 1, gap: 0 }),
        ("first", Self::First),
        ("person-days", Self::PersonDays),
        ("hours", Self::Sum(Sum::Hours)),
        ("earnings", Self::Sum(Sum::Earnings)),
        ("fte-days", Self::Sum(Sum::FteDays)),
        ("degree-days", Self::Sum(Sum::DegreeDays)),
        ("amount", Self::Sum(Sum::Amount)),
        ("jobs", Self::Jobs),
        ("longest-job", Self::LongestJob),
        ("starts", Self::Starts),
        ("visits", Self::Visits),
        ("bed-days", Self::BedDays),
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
        matches!(self, Self::Status | Self::Ever | Self::Sustained { .. })
    }

    /// Whether people seen for part of the window are missing unless the plan says otherwise. Only
    /// a status has such a default: on the landmark day a person is seen or not.
    #[must_use]
    pub fn has_default(self) -> bool {
        self == Self::Status
    }

    /// Whether it is counted from single spells, not from the days in the state alone.
    #[must_use]
    pub fn needs_spells(self) -> bool {
        match self {
            Self::Sum(_) | Self::Jobs | Self::LongestJob => true,
            Self::Starts | Self::Visits | Self::BedDays => true,
            Self::Status | Self::Ever | Self::Days | Self::Weeks | Self::Months => false,
            Self::Longest | Self::Episodes | Self::Sustained { .. } => false,
            Self::First | Self::PersonDays => false,
        }
    }
}

/// Where the months of a window are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthsFrom {
    /// The day that is month 0: clamping to a month's end starts from it.
    pub origin: Day,
    /// The month of the window's first day.
    pub first: i32,
}

impl MonthsFrom {
    /// From the window's own first day.
    #[must_use]
    pub fn first_day(window: Span) -> Self {
        Self {
            origin: window.start,
            first: 0,
        }
    }
}

/// What is asked of one person.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What is taken.
    pub measure: Measure,
    /// The days it speaks of.
    pub window: Span,
    /// What it means for someone who is seen for part of them.
    pub policies: Policies,
    /// Asks whether the number is at least so large, instead of the number.
    pub at_least: Option<f64>,
    /// Most that the spells of a day may add up to: percent, or hours a week.
    pub cap: Option<f64>,
    /// Puts money in the prices of one year.
    pub prices: Option<&'a Prices>,
    /// Days before the window on which nobody in the state is new to it.
    pub washout: Option<Span>,
    /// Where the window's months are counted from.
    pub months: MonthsFrom,
}

impl Question<'_> {
    /// A measure in a window.
    #[must_use]
    pub fn new(measure: Measure, window: Span, policies: Policies) -> Self {
        Self {
            measure,
            window,
            policies,
            at_least: None,
            cap: None,
            prices: None,
            washout: None,
            months: MonthsFrom::first_day(window),
        }
    }
}

/// One outcome's value and what it rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Value {
    /// The number; `None` is missing.
    pub number: Option<f64>,
    /// Of a time to the first day in the state: whether there is such a day, or following ended.
    pub event: Option<bool>,
    /// Whether such a time ended with an event after which there is none in the state.
    pub competing: bool,
    /// Why part of the window was not seen, if so.
    pub unseen: Option<Cause>,
    /// What was done about it.
    pub policy: Option<Unobserved>,
    /// In the state in the washout before the window, so not new to it: left out.
    pub prevalent: bool,
}

impl Value {
    /// Missing for someone who was seen and asked: a field that the rule needs is missing.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.number.is_none() && self.unseen.is_none() && !self.prevalent
    }
}

/// Why the kernel gives no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Part of the window is unseen and neither the plan nor the measure says what that means.
    #[error("the policies are silent on {}", .0.name())]
    Undeclared(Cause),
    /// Spans that overlap or are out of order: the caller's fault.
    #[error("the spans are not disjoint and in order")]
    Unordered,
    /// There is no price index for a month with money in it.
    #[error("there is no price index for {year}-{month:02}")]
    Price {
        /// The year.
        year: i32,
        /// The month.
        month: u32,
    },
}

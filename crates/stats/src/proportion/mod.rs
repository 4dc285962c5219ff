//! Proportions: one, and two against each other.
//!
//! | Quantity | Functions |
//! |---|---|
//! | a risk | [`one`]: Wald, Wilson, Clopper-Pearson, Jeffreys, Agresti-Coull |
//! | a risk difference | [`difference`]: Wald, Newcombe, Miettinen-Nurminen, Mee, Agresti-Caffo |
//! | a risk ratio | [`ratio`]: Katz, Koopman |
//! | an odds ratio | [`odds_ratio`]: Woolf, conditional exact, conditional mid-p |
//! | any association at all | [`association`]: chi-squared, Fisher, mid-p, Barnard, Boschloo |
//! | any of these within strata | [`stratified`]: Mantel-Haenszel, Newcombe, Miettinen-Nurminen, CMH, Breslow-Day |
//! | a number needed to treat | [`difference::number_needed_to_treat`] |

pub mod association;
pub mod difference;
pub mod odds_ratio;
pub mod one;
pub mod ratio;
pub mod stratified;

pub(crate) mod conditional;
mod restricted;
mod unconditional;

use crate::StatsError;

/// Events among a total number of people.
///
/// The second number is the *total*, never the number without the event: a published
/// meta-analysis once confused the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proportion {
    events: u64,
    total: u64,
}

impl Proportion {
    /// `events` among `total` people.
    ///
    /// # Errors
    /// [`StatsError::EventsExceedTotal`] if there are more events than people, and
    /// [`StatsError::Argument`] if there are no people.
    pub fn new(events: u64, total: u64) -> Result<Self, StatsError> {
        if total == 0 {
            return Err(StatsError::argument("total", "must be at least 1"));
        }
        if events > total {
            return Err(StatsError::EventsExceedTotal { events, total });
        }
        Ok(Self { events, total })
    }

    /// People with the event.
    #[must_use]
    pub fn events(self) -> u64 {
        self.events
    }

    /// People.
    #[must_use]
    pub fn total(self) -> u64 {
        self.total
    }

    /// People without the event.
    #[must_use]
    pub fn non_events(self) -> u64 {
        self.total - self.events
    }

    /// The proportion with the event.
    #[must_use]
    pub fn risk(self) -> f64 {
        self.x() / self.n()
    }

    pub(crate) fn x(self) -> f64 {
        self.events as f64
    }

    fn n(self) -> f64 {
        self.total as f64
    }
}

/// A two-by-two table: a treated and a control group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoByTwo {
    /// The group in the numerator, or before the minus sign.
    pub treated: Proportion,
    /// The reference group.
    pub control: Proportion,
}

impl TwoByTwo {
    /// The table of two proportions.
    #[must_use]
    pub fn new(treated: Proportion, control: Proportion) -> Self {
        Self { treated, control }
    }

    /// The table of four counts.
    ///
    /// # Errors
    /// Those of [`Proportion::new`].
    pub fn from_counts(
        events_treated: u64,
        total_treated: u64,
        events_control: u64,
        total_control: u64,
    ) -> Result<Self, StatsError> {
        Ok(Self::new(
            Proportion::new(events_treated, total_treated)?,
            Proportion::new(events_control, total_control)?,
        ))
    }

    /// People in both groups.
    #[must_use]
    pub fn total(self) -> u64 {
        self.treated.total + self.control.total
    }

    /// Events in both groups.
    #[must_use]
    pub fn events(self) -> u64 {
        self.treated.events + self.control.events
    }

    /// Whether nobody, or everybody, has the event.
    #[must_use]
    pub fn is_degenerate(self) -> bool {
        self.events() == 0 || self.events() == self.total()
    }

    /// The smallest of the four cells.
    #[must_use]
    pub fn smallest_cell(self) -> u64 {
        let cells = [self.treated.events, self.treated.non_events()]
            .into_iter()
            .chain([self.control.events, self.control.non_events()]);
        cells.min().unwrap_or(0)
    }
}

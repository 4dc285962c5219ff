//! The latent day process of a person: closed runs of days in a state.
//!
//! Every state is entered at a constant rate a day and left after a drawn time. Runs end at death.
//! Emigration does not touch them: what happens abroad is not seen, and a reader that counts it is
//! wrong.

use super::calendar::Day;
use super::person::Person;
use super::settings::Settings;
use crate::draws::Draws;

/// Days before the cover on which the process begins.
const WARM_UP: Day = 400;

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) first: Day,
    pub(super) last: Day,
}

impl Run {
    /// The part of the run that a person lives to see.
    pub(super) fn until_death(self, person: &Person) -> Option<Self> {
        let last = person.died.map_or(self.last, |died| self.last.min(died));
        (self.first <= last).then_some(Self { last, ..self })
    }

    /// The part of the run within a cover.
    pub(super) fn within(self, settings: &Settings) -> Option<Self> {
        let run = Self {
            first: self.first.max(settings.first()),
            last: self.last.min(settings.last()),
        };
        (run.first <= run.last).then_some(run)
    }

    /// Whether the run goes on when the cover ends.
    pub(super) fn is_open(self, settings: &Settings) -> bool {
        self.last >= settings.last()
    }
}

/// How a state is entered and left.
pub(super) struct Process<'a> {
    /// Rate of entry a day, before the index date.
    pub(super) rate: f64,
    /// Rate of entry a day from the index date on.
    pub(super) rate_after: f64,
    /// Length of a run in days, at least 1.
    pub(super) length: &'a dyn Fn(&mut Draws) -> i32,
}

/// The runs of one state of one person, disjoint and in order, that begin before the cover ends.
pub(super) fn runs(
    process: &Process<'_>,
    person: &Person,
    settings: &Settings,
    draws: &mut Draws,
) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut day = settings.first() - WARM_UP;
    while day <= settings.last() {
        let mut first = day.saturating_add(draws.wait(process.rate_at(day, person)));
        // The process has no memory: what had not happened by the index date begins anew there.
        if day < person.index && first >= person.index {
            first = person.index + draws.wait(process.rate_after);
        }
        if first > settings.last() {
            break;
        }
        let last = first + (process.length)(draws) - 1;
        runs.push(Run { first, last });
        day = last + 2;
    }
    if person.number == 0 {
        plant(&mut runs, person.index);
    }
    runs.into_iter()
        .filter_map(|run| run.until_death(person))
        .collect()
}

impl Process<'_> {
    fn rate_at(&self, day: Day, person: &Person) -> f64 {
        if day < person.index {
            self.rate
        } else {
            self.rate_after
        }
    }
}

/// Sees to it that there is a run in the months before the index date.
fn plant(runs: &mut Vec<Run>, index: Day) {
    let planted = Run {
        first: index - 90,
        last: index - 60,
    };
    runs.retain(|run| run.last < planted.first - 1 || planted.last + 1 < run.first);
    let place = runs.partition_point(|run| run.last < planted.first);
    runs.insert(place, planted);
}

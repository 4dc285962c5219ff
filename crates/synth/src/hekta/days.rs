//! The latent process: on which days of the extract's cover a person is employed.

use super::calendar::{WINDOW, last_day, plus_months};
use super::people::{Arm, Person};
use super::planted;
use crate::draws::Draws;

/// A maximal run of employed days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) first: i32,
    pub(super) last: i32,
}

/// One flag a covered day: employed or not.
pub(super) struct Days(Vec<bool>);

impl Days {
    fn none() -> Self {
        Self((0..=last_day()).map(|_| false).collect())
    }

    /// Employs the person from the first day to the last, as far as the cover reaches.
    fn employ(&mut self, first: i32, last: i32) {
        for day in first.max(0)..=last.min(last_day()) {
            self.0[day as usize] = true;
        }
    }

    /// Ends all employment after a day.
    pub(super) fn stop_after(&mut self, day: i32) {
        for employed in self.0.iter_mut().skip((day + 1).max(0) as usize) {
            *employed = false;
        }
    }

    /// Whether the person is employed on a day.
    pub(super) fn employed_on(&self, day: i32) -> bool {
        usize::try_from(day).is_ok_and(|day| self.0.get(day).is_some_and(|employed| *employed))
    }

    /// Employed days from `first` up to, and not on, `end`.
    pub(super) fn count(&self, first: i32, end: i32) -> u32 {
        (first..end)
            .map(|day| u32::from(self.employed_on(day)))
            .sum()
    }

    /// The maximal runs of employed days, in order.
    pub(super) fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for day in (0..=last_day()).filter(|day| self.employed_on(*day)) {
            match runs.last_mut() {
                Some(run) if run.last + 1 == day => run.last = day,
                _ => runs.push(Run {
                    first: day,
                    last: day,
                }),
            }
        }
        runs
    }
}

/// Draws a person's employed days, as if nobody ever left the trial.
pub(super) fn draw(person: &Person, draws: &mut Draws) -> Days {
    let ever = draws.unit() < planted::probability(person);
    let mut days = Days::none();
    let ongoing = person.worked_before && ever && draws.chance(150);
    if person.worked_before {
        history(&mut days, person.index, ongoing, draws);
    }
    let mut next = if ongoing {
        let last = person.index + draws.between(0, 300);
        days.employ(person.index - draws.between(10, 130), last);
        last + gap(draws)
    } else if ever {
        person.index + first_delay(person.arm, draws)
    } else if draws.chance(200) {
        // Work found on the day the window closes is the earliest that it does not hold.
        plus_months(person.index, WINDOW) + draws.between(0, 120)
    } else {
        return days;
    };
    while next <= last_day() {
        let last = next + spell_length(person.arm, draws) - 1;
        days.employ(next, last);
        next = last + gap(draws);
    }
    days
}

/// One or two spells in the two years before randomisation. All of them end at least 21 days before
/// it, and early enough to stay apart from a job that is ongoing on that day.
fn history(days: &mut Days, index: i32, ongoing: bool, draws: &mut Draws) {
    let first = index - draws.between(380, 700);
    days.employ(first, first + draws.between(14, 239));
    if !ongoing && draws.chance(400) {
        let first = index - draws.between(100, 135);
        days.employ(first, first + draws.between(4, 79));
    }
}

/// Days from randomisation to the first job: at most 525, and 18 months have at least 546.
fn first_delay(arm: Arm, draws: &mut Draws) -> i32 {
    match arm {
        Arm::Tau => 20 + draws.between(0, 505),
        Arm::Ips => 14 + draws.between(0, 500).min(draws.between(0, 500)),
    }
}

/// A spell's length in days: short, medium or long; a single day is possible.
fn spell_length(arm: Arm, draws: &mut Draws) -> i32 {
    let weights = match arm {
        Arm::Tau => [35, 40, 25],
        Arm::Ips => [30, 42, 28],
    };
    match draws.weighted(&weights) {
        0 => draws.between(1, 60),
        1 => draws.between(61, 270),
        _ => draws.between(271, 900),
    }
}

/// Days from a spell's last day to the next one's first.
fn gap(draws: &mut Draws) -> i32 {
    draws.between(10, 240)
}

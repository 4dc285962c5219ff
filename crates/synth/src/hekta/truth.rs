//! What is true of each person: read off the latent days and the observation, never off rows.

use chrono::NaiveDate;

use super::calendar::{COVER_LAST, LANDMARKS, WINDOW, date_of, last_day, plus_months};
use super::days::Days;
use super::exits::{Exit, Reason};
use super::people::{Arm, Person};

/// What is true of one person. `None` is unknown: withdrawn, emigrated or not linked.
///
/// Employment is ordinary or maritime. Death is composite: the dead are not employed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PersonTruth {
    /// Identifier.
    pub id: String,
    /// Randomised arm.
    pub arm: Arm,
    /// The register was asked about this person.
    pub linked: bool,
    /// Last observed day; `None` where the register was never asked.
    pub observed_until: Option<NaiveDate>,
    /// Employed on the day 6 calendar months after randomisation.
    pub employed_6m: Option<bool>,
    /// Employed on the day 12 calendar months after randomisation.
    pub employed_12m: Option<bool>,
    /// Employed on the day 18 calendar months after randomisation.
    pub employed_18m: Option<bool>,
    /// Employed on any day from randomisation up to, and not on, that day 18 months later.
    pub ever_18m: Option<bool>,
    /// Days employed in the same window.
    pub days_18m: Option<u32>,
}

/// The truth about everybody.
pub(super) fn read_off(people: &[Person], latent: &[Days], exits: &[Exit]) -> Vec<PersonTruth> {
    let all = people.iter().zip(latent).zip(exits);
    all.map(|((person, days), exit)| of(person, days, exit))
        .collect()
}

fn of(person: &Person, days: &Days, exit: &Exit) -> PersonTruth {
    let until = match exit.reason {
        Reason::None => last_day(),
        Reason::Died(day) => day,
        Reason::Withdrew(day) | Reason::Emigrated(day) => day - 1,
    };
    let dead = exit.death().is_some();
    // After death the status is known as well: no employed day is left there.
    let known = |day: i32| exit.linked && (dead || day <= until);

    let [at_6, at_12, at_18] = LANDMARKS.map(|months| {
        let day = plus_months(person.index, months);
        known(day).then(|| days.employed_on(day))
    });
    let end = plus_months(person.index, WINDOW);
    let in_window = known(end - 1).then(|| days.count(person.index, end));

    PersonTruth {
        id: person.id.clone(),
        arm: person.arm,
        linked: exit.linked,
        observed_until: exit.linked.then(|| date_of(until).min(COVER_LAST)),
        employed_6m: at_6,
        employed_12m: at_12,
        employed_18m: at_18,
        ever_18m: in_window.map(|days| days > 0),
        days_18m: in_window,
    }
}

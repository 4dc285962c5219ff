//! Who leaves observation, why and when; and whom the register could not be asked about.

use super::Settings;
use super::calendar::{LANDMARKS, plus_months};
use super::days::Days;
use super::people::Person;
use crate::draws::Draws;

/// Why a person is no longer observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Observed to the end of the extract's cover.
    None,
    /// Withdrew their consent on this day; observed to the day before.
    Withdrew(i32),
    /// Died on this day; observed on it.
    Died(i32),
    /// Emigrated on this day; observed to the day before.
    Emigrated(i32),
}

/// A person's way out of the study.
pub(super) struct Exit {
    pub(super) reason: Reason,
    /// The register was asked about this person.
    pub(super) linked: bool,
    /// The employer never reported that the job ended with the person's death.
    pub(super) left_open: bool,
}

impl Exit {
    /// The day of death.
    pub(super) fn death(&self) -> Option<i32> {
        match self.reason {
            Reason::Died(day) => Some(day),
            _ => None,
        }
    }

    /// Observed, linked and alive to the end.
    pub(super) fn stays(&self) -> bool {
        self.linked && self.reason == Reason::None
    }
}

/// How many, what, and the first and last possible day after randomisation.
type Kind = (usize, fn(i32) -> Reason, i32, i32);

/// Draws the exits; nobody has two.
pub(super) fn draw(
    settings: &Settings,
    people: &[Person],
    latent: &[Days],
    draws: &mut Draws,
) -> Vec<Exit> {
    let mut exits: Vec<Exit> = people
        .iter()
        .map(|_| Exit {
            reason: Reason::None,
            linked: true,
            left_open: false,
        })
        .collect();
    let mut order: Vec<usize> = (0..people.len()).collect();
    draws.shuffle(&mut order);

    let mut deaths = settings.deaths;
    if deaths > 0
        && let Some((person, day)) = death_at_work(&order, people, latent, draws)
    {
        exits[person].reason = Reason::Died(day);
        exits[person].left_open = true;
        order.retain(|other| *other != person);
        deaths -= 1;
    }

    let mut order = order.into_iter();
    let kinds: [Kind; 3] = [
        (deaths, Reason::Died, 20, 540),
        (settings.withdrawals, Reason::Withdrew, 10, 530),
        (settings.emigrations, Reason::Emigrated, 60, 500),
    ];
    for (count, reason, low, high) in kinds {
        for person in order.by_ref().take(count) {
            let index = people[person].index;
            let day = clear_of_landmarks(index, index + draws.between(low, high));
            exits[person].reason = reason(day);
        }
    }
    for person in order.take(settings.unlinked) {
        exits[person].linked = false;
    }
    exits
}

/// A person and a day of work on which they die. Chosen among those who work, so that the planted
/// model of who works is left alone.
fn death_at_work(
    order: &[usize],
    people: &[Person],
    latent: &[Days],
    draws: &mut Draws,
) -> Option<(usize, i32)> {
    order.iter().find_map(|person| {
        let index = people[*person].index;
        let days: Vec<i32> = (index + 20..=index + 540)
            .filter(|day| latent[*person].employed_on(*day))
            .filter(|day| clear_of_landmarks(index, *day) == *day)
            .collect();
        let chosen = draws.position(days.len());
        days.get(chosen).map(|day| (*person, *day))
    })
}

/// The day, or one shortly before it that is not next to a landmark: whether an exit on a landmark
/// counts is for other tests to say.
fn clear_of_landmarks(index: i32, day: i32) -> i32 {
    let near = |landmark: &u32| (plus_months(index, *landmark) - day).abs() <= 1;
    if LANDMARKS.iter().any(near) {
        day - 3
    } else {
        day
    }
}

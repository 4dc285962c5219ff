//! Latent hospital episodes and contacts in primary care.

use super::calendar::Day;
use super::latent::{Process, Run, runs};
use super::person::Person;
use super::settings::Settings;
use crate::draws::{Draws, Purpose};

/// An episode in hospital.
#[derive(Debug, Clone)]
pub(super) struct Episode {
    pub(super) run: Run,
    /// 1 inpatient, 2 day, 3 outpatient.
    pub(super) level: &'static str,
    /// 1 to 3 acute, 4 planned.
    pub(super) urgency: &'static str,
    /// Three digits.
    pub(super) field: &'static str,
    pub(super) contact: &'static str,
    /// The first is the main diagnosis; ICD-10 without dots.
    pub(super) diagnoses: Vec<&'static str>,
}

const ICD: [&str; 8] = [
    "F102", "F103", "F112", "F192", "F200", "F322", "C509", "S525",
];

/// The episodes of a person within the cover, in order of their first day.
pub(super) fn episodes(person: &Person, settings: &Settings) -> Vec<Episode> {
    let mut draws = Draws::stream(settings.seed, Purpose::Hospital, person.number);
    // Half of the people are hardly ever in hospital.
    let rate = if draws.chance(500) {
        1.0 / 60.0
    } else {
        1.0 / 2500.0
    };
    let process = Process {
        rate,
        rate_after: rate,
        length: &|draws| {
            if draws.chance(150) {
                draws.between(2, 40)
            } else {
                1
            }
        },
    };
    let runs = runs(&process, person, settings, &mut draws);
    let runs = runs.into_iter().filter_map(|run| run.within(settings));
    runs.map(|run| episode(run, &mut draws)).collect()
}

fn episode(run: Run, draws: &mut Draws) -> Episode {
    let outpatient = run.first == run.last;
    let mut diagnoses = vec![draws.pick(&ICD)];
    while diagnoses.len() < 3 && draws.chance(300) {
        diagnoses.push(draws.pick(&ICD));
    }
    Episode {
        run,
        level: match outpatient {
            false => "1",
            true if draws.chance(100) => "2",
            true => "3",
        },
        urgency: draws.pick(&["1", "2", "3", "4", "4", "4"]),
        field: draws.pick(&["360", "360", "320", "010", "365", "999"]),
        contact: draws.pick(&["1", "2", "2", "3", "6", "7"]),
        diagnoses,
    }
}

/// An episode after somebody's death.
pub(super) fn posthumous(died: Day, draws: &mut Draws) -> Episode {
    let first = died + draws.between(1, 60);
    let last = first + draws.between(0, 10);
    episode(Run { first, last }, draws)
}

/// A contact in primary care.
#[derive(Debug, Clone)]
pub(super) struct Contact {
    pub(super) day: Day,
    /// ICPC-2.
    pub(super) diagnoses: Vec<&'static str>,
    pub(super) tariffs: Vec<&'static str>,
    pub(super) contact: &'static str,
}

/// The contacts of a person within the cover, in order.
pub(super) fn contacts(person: &Person, settings: &Settings) -> Vec<Contact> {
    let mut draws = Draws::stream(settings.seed, Purpose::PrimaryCare, person.number);
    let rate = 1.0 / f64::from(draws.between(25, 400));
    let process = Process {
        rate,
        rate_after: rate,
        length: &|_| 1,
    };
    let runs = runs(&process, person, settings, &mut draws);
    let runs = runs.into_iter().filter_map(|run| run.within(settings));
    runs.map(|run| contact(run.first, &mut draws)).collect()
}

/// A contact on a day.
pub(super) fn contact(day: Day, draws: &mut Draws) -> Contact {
    let mut diagnoses = vec![draws.pick(&["P19", "P76", "P15", "L03", "R74", "A04"])];
    if draws.chance(250) {
        let other = draws.pick(&["P19", "P76", "K86"]);
        if diagnoses[0] != other {
            diagnoses.push(other);
        }
    }
    let mut tariffs = vec![draws.pick(&["2ad", "2ad", "2ad", "11ad", "1be", "1bd"])];
    if draws.chance(400) {
        tariffs.push(draws.pick(&["2dd", "2cd", "615"]));
    }
    Contact {
        day,
        diagnoses,
        tariffs,
        contact: draws.pick(&["1", "2", "3", "-1"]),
    }
}

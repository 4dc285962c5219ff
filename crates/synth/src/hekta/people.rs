//! The participants: identifiers, baseline characteristics, sites and randomised arms.

use std::collections::BTreeSet;

use super::Settings;
use super::calendar::{RECRUITMENT_FIRST, RECRUITMENT_LAST, day_of};
use crate::draws::Draws;

/// A randomised arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arm {
    /// Treatment as usual.
    Tau,
    /// Individual placement and support.
    Ips,
}

impl Arm {
    /// The arm as it is written in the files.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Tau => "TAU",
            Self::Ips => "IPS",
        }
    }
}

/// One participant at randomisation.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) site: &'static str,
    /// Day of randomisation.
    pub(super) index: i32,
    pub(super) arm: Arm,
    pub(super) age: u32,
    pub(super) sex: &'static str,
    pub(super) education: &'static str,
    pub(super) worked_before: bool,
    /// 1 to 4; `None` is "not applicable".
    pub(super) routines: Option<u32>,
    /// 1 to 4; `None` is "not applicable".
    pub(super) work_goals: Option<u32>,
    /// 1 to 5, 5 the most deprived.
    pub(super) deprivation: u32,
}

const SITES: [&str; 7] = ["A", "B", "C", "D", "E", "F", "G"];
const SITE_WEIGHTS: [u32; 7] = [5, 4, 4, 3, 3, 2, 2];
const EDUCATION: [&str; 3] = ["primary", "secondary", "higher"];
const EDUCATION_WEIGHTS: [u32; 3] = [45, 40, 15];
/// Weights of the quintiles of deprivation, by education.
const DEPRIVATION_WEIGHTS: [[u32; 5]; 3] = [
    [10, 15, 20, 25, 30],
    [13, 18, 22, 24, 23],
    [22, 22, 22, 18, 16],
];
const RATING_WEIGHTS: [u32; 4] = [15, 35, 35, 15];

/// The participants in the order of their list, and the identifiers of people outside the trial.
pub(super) fn recruit(settings: &Settings, draws: &mut Draws) -> (Vec<Person>, Vec<String>) {
    let mut ids = identifiers(settings.people + settings.unrelated, draws);
    let strangers = ids.split_off(settings.people);

    let first = day_of(RECRUITMENT_FIRST);
    let last = day_of(RECRUITMENT_LAST);
    let mut dates: Vec<i32> = ids.iter().map(|_| draws.between(first, last)).collect();
    dates.sort_unstable();

    let mut blocks: [Vec<Arm>; 7] = Default::default();
    let mut people = Vec::with_capacity(ids.len());
    for (id, index) in ids.into_iter().zip(dates) {
        let site = draws.weighted(&SITE_WEIGHTS);
        let arm = allocate(&mut blocks[site], draws);
        people.push(baseline(id, SITES[site], index, arm, draws));
    }
    draws.shuffle(&mut people);
    (people, strangers)
}

/// Distinct six-digit strings, each with at least one leading zero.
fn identifiers(count: usize, draws: &mut Draws) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut ids = Vec::with_capacity(count);
    while ids.len() < count {
        let number = 1 + draws.below(99_999);
        if taken.insert(number) {
            ids.push(format!("{number:06}"));
        }
    }
    ids
}

/// The next arm at a site: permuted blocks of four or six.
fn allocate(block: &mut Vec<Arm>, draws: &mut Draws) -> Arm {
    if block.is_empty() {
        for _ in 0..draws.pick(&[2, 3]) {
            block.extend([Arm::Tau, Arm::Ips]);
        }
        draws.shuffle(block);
    }
    block.pop().unwrap_or(Arm::Tau)
}

/// Draws the baseline. Education, deprivation and earlier work go together a little, and so do the
/// two ratings; none of them depends on the arm.
fn baseline(id: String, site: &'static str, index: i32, arm: Arm, draws: &mut Draws) -> Person {
    let age = 18 + draws.below(48).min(draws.below(48));
    let sex = if draws.chance(300) { "woman" } else { "man" };
    let education = draws.weighted(&EDUCATION_WEIGHTS);
    let deprivation = 1 + draws.weighted(&DEPRIVATION_WEIGHTS[education]) as u32;
    let worked_before = draws.chance(480 + 60 * education as u32 - 20 * deprivation);
    let routines = rating(draws);
    let work_goals = if draws.chance(300) {
        routines
    } else {
        rating(draws)
    };
    Person {
        id,
        site,
        index,
        arm,
        age,
        sex,
        education: EDUCATION[education],
        worked_before,
        routines: (!draws.chance(40)).then_some(routines),
        work_goals: (!draws.chance(40)).then_some(work_goals),
        deprivation,
    }
}

fn rating(draws: &mut Draws) -> u32 {
    1 + draws.weighted(&RATING_WEIGHTS) as u32
}

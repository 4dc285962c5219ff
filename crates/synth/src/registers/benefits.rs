//! Latent benefits of Norway and Denmark, and labour market measures.

use super::calendar::{Day, monday, month_first, month_last, month_of};
use super::latent::{Process, Run, runs};
use super::person::Person;
use super::settings::Settings;
use crate::draws::{Draws, Purpose};

/// A Norwegian benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Benefit {
    /// Work assessment allowance.
    Aap,
    /// Disability pension, which ends with death alone.
    Ufp,
    /// Sick pay.
    Sp,
    /// Registered as seeking work.
    Arbsok,
    /// Social assistance, by whole months.
    Shj,
}

impl Benefit {
    pub(super) const ALL: [Self; 5] = [Self::Aap, Self::Ufp, Self::Sp, Self::Arbsok, Self::Shj];

    /// The name in a rule, and of the file behind `f_`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Aap => "aap",
            Self::Ufp => "ufp",
            Self::Sp => "sp",
            Self::Arbsok => "arbsok",
            Self::Shj => "shj",
        }
    }
}

/// The spells of a benefit; those at the end may go on beyond the cover.
pub(super) fn spells(benefit: Benefit, person: &Person, settings: &Settings) -> Vec<Run> {
    let stream = person.number * 8 + benefit as u64;
    let mut draws = Draws::stream(settings.seed, Purpose::Benefits, stream);
    let (rate, short, long) = match benefit {
        Benefit::Aap => (1.0 / 700.0, 30, 600),
        Benefit::Ufp => (1.0 / 9000.0, 40_000, 40_000),
        Benefit::Sp => (1.0 / 300.0, 1, 180),
        Benefit::Arbsok => (1.0 / 400.0, 20, 300),
        Benefit::Shj => (1.0 / 500.0, 1, 200),
    };
    let process = Process {
        rate,
        rate_after: rate,
        length: &|draws| draws.between(short, long),
    };
    let spells = runs(&process, person, settings, &mut draws);
    if benefit != Benefit::Shj {
        return spells;
    }
    let mut months: Vec<Run> = Vec::new();
    for run in spells {
        let first = month_first(month_of(run.first));
        let last = month_last(month_of(run.last));
        match months.last_mut() {
            Some(before) if first <= before.last + 1 => before.last = last,
            _ => months.push(Run { first, last }),
        }
    }
    let alive = months.into_iter();
    alive.filter_map(|run| run.until_death(person)).collect()
}

/// The spells of a benefit, each with its degree in per cent, or of social assistance with what is
/// paid a month.
pub(super) fn graded(benefit: Benefit, person: &Person, settings: &Settings) -> Vec<(Run, i64)> {
    let stream = person.number * 8 + benefit as u64;
    let mut draws = Draws::stream(settings.seed, Purpose::Degrees, stream);
    let graded = spells(benefit, person, settings).into_iter().map(|run| {
        let number = match benefit {
            Benefit::Shj => draws.between(3_000, 15_000),
            _ => draws.pick(&[50, 60, 100, 100]),
        };
        (run, i64::from(number))
    });
    graded.collect()
}

/// Codes of DREAM and their groups, as the codebook has them.
pub(super) const DREAM_CODES: [(u16, &str); 13] = [
    (111, "unemployment"),
    (130, "cash benefit"),
    (651, "student grant"),
    (740, "leave"),
    (771, "flex job"),
    (774, "flex job"),
    (783, "disability pension"),
    (810, "resource course"),
    (890, "sick pay"),
    (896, "sick pay"),
    (997, "emigrated"),
    (998, "state pension"),
    (999, "dead"),
];
/// How many of them are drawn; the others follow from emigration and death.
const DRAWN: usize = 10;
const EMIGRATED: u16 = 997;
const DEAD: u16 = 999;

/// A week by its Monday, and the person's code in it; 0 is no benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Week {
    pub(super) monday: Day,
    pub(super) code: u16,
}

/// Every ISO week that has a day of the cover.
pub(super) fn weeks(person: &Person, settings: &Settings) -> Vec<Week> {
    let mut draws = Draws::stream(settings.seed, Purpose::Weeks, person.number);
    let process = Process {
        rate: 1.0 / 200.0,
        rate_after: 1.0 / 200.0,
        length: &|draws| draws.between(1, 250),
    };
    let coded: Vec<(Run, u16)> = runs(&process, person, settings, &mut draws)
        .into_iter()
        .map(|run| (run, DREAM_CODES[draws.position(DRAWN)].0))
        .collect();
    let first = monday(settings.first());
    let mondays = (first..=settings.last()).step_by(7);
    let week = |monday: Day| {
        let sunday = monday + 6;
        let abroad = person.emigrated.is_some_and(|gone| gone <= monday)
            && person.returned.is_none_or(|back| sunday < back);
        let touching = |(run, _): &&(Run, u16)| run.first <= sunday && monday <= run.last;
        let code = if person.dead(monday) {
            DEAD
        } else if abroad {
            EMIGRATED
        } else {
            coded.iter().find(touching).map_or(0, |(_, code)| *code)
        };
        Week { monday, code }
    };
    mondays.map(week).collect()
}

/// A labour market measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MeasureSpell {
    pub(super) run: Run,
    pub(super) code: &'static str,
}

/// The measures of a person. Almost all of the treated get individual placement and support, which
/// not everybody's register shows at once.
pub(super) fn measures(person: &Person, settings: &Settings) -> Vec<MeasureSpell> {
    const OTHERS: [&str; 8] = [
        "MIDLONTIL",
        "VARLONTIL",
        "TILSJOBB",
        "VASV",
        "VATIAROR",
        "ARBTREN",
        "ARBFORB",
        "SUPPEMP",
    ];
    let mut draws = Draws::stream(settings.seed, Purpose::Measures, person.number);
    let process = Process {
        rate: 1.0 / 600.0,
        rate_after: 1.0 / 600.0,
        length: &|draws| draws.between(5, 300),
    };
    let mut spells: Vec<MeasureSpell> = runs(&process, person, settings, &mut draws)
        .into_iter()
        .map(|run| MeasureSpell {
            run,
            code: draws.pick(&OTHERS),
        })
        .collect();
    if person.participant && person.treated && draws.chance(900) {
        let first = person.index + draws.between(1, 40);
        let last = first + draws.between(60, 500);
        let code = draws.pick(&["INDJOBSTOT", "INDJOBSTOT", "IPSUNG"]);
        let run = Run { first, last }.until_death(person);
        spells.extend(run.map(|run| MeasureSpell { run, code }));
    }
    spells
}

/// The group of a measure, as a reader knows it.
pub(super) fn is_ips(code: &str) -> bool {
    matches!(code, "INDJOBSTOT" | "IPSUNG")
}

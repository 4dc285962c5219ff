//! The latent jobs of a person, and the job rows that registers make of them.

use super::calendar::Day;
use super::latent::{Process, Run, runs};
use super::mess::Mess;
use super::person::{MEAN_CONTACTS, Person};
use super::settings::Settings;
use crate::draws::{Draws, Purpose};

/// Rate of finding work a day, in the control arm.
const RATE: f64 = 1.0 / 420.0;

/// What kind of job it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Ordinary,
    Maritime,
    Freelance,
    /// A pension that is reported like a job, and is none.
    Pension,
}

/// One job.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    pub(super) run: Run,
    pub(super) sort: Sort,
    /// Nine digits.
    pub(super) number: u64,
    /// Nine digits.
    pub(super) employer: u64,
    pub(super) percent: i64,
    /// Per month.
    pub(super) pay: i64,
    pub(super) subsidised: bool,
    /// Position in the list of occupations.
    pub(super) occupation: usize,
}

impl Job {
    /// Ordinary or maritime: what counts as employment.
    pub(super) fn counts(&self) -> bool {
        matches!(self.sort, Sort::Ordinary | Sort::Maritime)
    }

    /// Agreed hours a week, in tenths; full time is 37.5.
    pub(super) fn tenths_of_hours(&self) -> i64 {
        self.percent * 375 / 100
    }
}

/// How a job row is to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    None,
    /// The job never was.
    Void,
    /// The last day lies before the first.
    Reversed,
    /// The row goes on after death.
    Posthumous,
}

/// A row about a job.
#[derive(Debug, Clone, Copy)]
pub(super) struct JobRow {
    pub(super) job: Job,
    pub(super) flaw: Flaw,
    /// The end was set by a machine.
    pub(super) machine: bool,
}

/// The log of the ratio of a person's rate of finding work to that of the control arm.
pub(super) fn log_rate_ratio(person: &Person, settings: &Settings) -> f64 {
    if person.treated && person.participant {
        let more = f64::from(person.contacts) - MEAN_CONTACTS;
        settings.effect + settings.dose * more / 10.0
    } else {
        0.0
    }
}

/// The jobs of a person, disjoint and in order.
pub(super) fn jobs(person: &Person, settings: &Settings) -> Vec<Job> {
    let mut draws = Draws::stream(settings.seed, Purpose::Days, person.number);
    let process = Process {
        rate: RATE,
        rate_after: RATE * log_rate_ratio(person, settings).exp(),
        length: &|draws| match draws.weighted(&[35, 40, 25]) {
            0 => draws.between(1, 60),
            1 => draws.between(61, 270),
            _ => draws.between(271, 900),
        },
    };
    let runs = runs(&process, person, settings, &mut draws);
    runs.into_iter().map(|run| job(run, &mut draws)).collect()
}

fn job(run: Run, draws: &mut Draws) -> Job {
    const SORTS: [Sort; 4] = [
        Sort::Ordinary,
        Sort::Maritime,
        Sort::Freelance,
        Sort::Pension,
    ];
    const PERCENTS: [i64; 7] = [0, 20, 40, 50, 60, 80, 100];
    let percent = PERCENTS[draws.weighted(&[5, 15, 10, 10, 10, 15, 35])];
    Job {
        run,
        sort: SORTS[draws.weighted(&[82, 4, 9, 5])],
        number: 100_000_000 + u64::from(draws.below(900_000_000)),
        employer: 800_000_000 + u64::from(draws.below(199_999_999)),
        percent,
        pay: i64::from(draws.between(2_000, 6_000)) + 350 * percent,
        subsidised: draws.chance(120),
        occupation: draws.position(OCCUPATIONS.len()),
    }
}

/// Seven-digit occupation, STYRK-08, industry (SN07).
pub(super) const OCCUPATIONS: [(&str, &str, &str); 6] = [
    ("5221126", "5223", "47.111"),
    ("9132126", "9112", "81.210"),
    ("3460129", "3412", "88.991"),
    ("0110101", "0310", "84.220"),
    ("8322102", "8322", "49.410"),
    ("5132101", "5321", "86.101"),
];

/// The rows of a person's jobs with the mess of the settings, in no particular order. `draws` are
/// those of the file, so that no mess moves anybody's days of work.
pub(super) fn rows(person: &Person, settings: &Settings, draws: &mut Draws) -> Vec<JobRow> {
    let mut rows = Vec::new();
    let jobs = jobs(person, settings);
    for job in &jobs {
        rows.push(true_row(*job, person, settings, draws));
        if settings.has(Mess::Overlaps) && draws.chance(250) {
            rows.push(plain(within(job, 20, draws)));
        }
        if settings.has(Mess::Percent) {
            if draws.chance(150) {
                rows.push(plain(within(job, 0, draws)));
            }
            // Taken as missing, so that it must not be the only job that could count.
            if job.percent >= 50 && draws.chance(150) {
                rows.push(plain(within(
                    job,
                    250 + 1000 * i64::from(draws.below(3)),
                    draws,
                )));
            }
        }
    }
    if settings.has(Mess::Void) && draws.chance(200) {
        rows.push(JobRow {
            flaw: Flaw::Void,
            ..plain(anywhere(person, settings, draws))
        });
    }
    if settings.has(Mess::EndBeforeStart) && draws.chance(60) {
        let mut job = anywhere(person, settings, draws);
        job.run.last = job.run.first - draws.between(1, 400);
        rows.push(JobRow {
            flaw: Flaw::Reversed,
            ..plain(job)
        });
    }
    if settings.has(Mess::AfterDeath)
        && let Some(died) = person.died
    {
        let mut job = anywhere(person, settings, draws);
        // In another month: a register of months would know the dead to be at work before.
        job.run.first = died + draws.between(32, 60);
        job.run.last = job.run.first + draws.between(0, 90);
        rows.push(JobRow {
            flaw: Flaw::Posthumous,
            ..plain(job)
        });
    }
    draws.shuffle(&mut rows);
    rows
}

fn plain(job: Job) -> JobRow {
    JobRow {
        job,
        flaw: Flaw::None,
        machine: false,
    }
}

/// The row of a latent job. After death a register may not have heard of its end.
fn true_row(job: Job, person: &Person, settings: &Settings, draws: &mut Draws) -> JobRow {
    let mut row = plain(job);
    row.machine = settings.has(Mess::Machine) && draws.chance(200);
    let ended_by_death = person.died == Some(job.run.last);
    if settings.has(Mess::AfterDeath) && ended_by_death {
        row.flaw = Flaw::Posthumous;
        row.job.run.last = settings.last();
    }
    row
}

/// Another job on some of the days of a job.
fn within(job: &Job, percent: i64, draws: &mut Draws) -> Job {
    let first = draws.between(job.run.first, job.run.last);
    let run = Run {
        first,
        last: draws.between(first, job.run.last),
    };
    Job {
        run,
        percent,
        sort: job.sort,
        subsidised: job.subsidised,
        ..self::job(run, draws)
    }
}

/// An ordinary job on any days of the cover.
fn anywhere(person: &Person, settings: &Settings, draws: &mut Draws) -> Job {
    let first: Day = draws.between(settings.first(), settings.last());
    let near = person.index + draws.between(-100, 500);
    let first = if draws.chance(700) { near } else { first };
    let run = Run {
        first,
        last: first + draws.between(0, 200),
    };
    Job {
        run,
        sort: Sort::Ordinary,
        percent: 100,
        subsidised: false,
        ..job(run, draws)
    }
}

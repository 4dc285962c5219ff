//! Rows that must not count, and rows that look odd and must.
//!
//! None of them adds an employed day. Those that would, if read carelessly, fall on people whose
//! outcome they would turn.

use super::calendar::{WINDOW, last_day, plus_months};
use super::days::Days;
use super::exits::Exit;
use super::extract::{Content, Line, RefusedKind};
use super::jobs::{Job, Writer};
use super::people::Person;
use crate::draws::Draws;

const FREELANCE: &str = "frilanserOppdragstakerHonorarPersonerMm";
const PENSION: &str = "pensjonOgAndreTyperYtelserUtenAnsettelsesforhold";
const VOID: &str = "arbeidsforholdetSkulleAldriVaertRapportert";
const FREELANCE_ROWS: usize = 12;
const PENSION_ROWS: usize = 8;
const VOID_ROWS: usize = 9;
const DUPLICATE_ROWS: usize = 10;
/// Positions of the two date columns.
const START: usize = 4;
const END: usize = 5;

/// How much of each kind of mess the extract holds. Rows are data rows: the header is not one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// All data rows.
    pub rows: usize,
    /// Rows of participants that count as employment, without the duplicates.
    pub employment: usize,
    /// Among those, open ones.
    pub open: usize,
    /// Among those, ended by a machine.
    pub machine_ended: usize,
    /// Among those, on call: exactly 0 per cent.
    pub zero_percent: usize,
    /// Among those, more than 200 per cent.
    pub excess_percent: usize,
    /// People with such a row that is still open after their death.
    pub open_after_death: usize,
    /// Participants' freelance rows.
    pub freelance: usize,
    /// Participants' pension rows.
    pub pension: usize,
    /// Participants' rows that should never have been reported.
    pub void: usize,
    /// Exact copies of participants' rows that count; the original is not among these.
    pub duplicates: usize,
    /// People who are not participants.
    pub unrelated_people: usize,
    /// Rows of people who are not participants.
    pub unrelated: usize,
}

/// The people whom the mess falls on: day of randomisation and identifier.
pub(super) struct Targets {
    linked: Vec<(i32, String)>,
    /// Observed throughout and never employed within the window.
    idle: Vec<(i32, String)>,
    /// Linked people whose job was left open at their death.
    left_open: usize,
}

impl Targets {
    pub(super) fn new(people: &[Person], latent: &[Days], exits: &[Exit]) -> Self {
        let mut targets = Self {
            linked: Vec::new(),
            idle: Vec::new(),
            left_open: 0,
        };
        for ((person, days), exit) in people.iter().zip(latent).zip(exits) {
            let target = (person.index, person.id.clone());
            let end = plus_months(person.index, WINDOW);
            if exit.stays() && days.count(person.index, end) == 0 {
                targets.idle.push(target.clone());
            }
            if exit.linked {
                targets.linked.push(target);
            }
            targets.left_open += usize::from(exit.left_open);
        }
        if targets.idle.is_empty() {
            targets.idle.clone_from(&targets.linked);
        }
        targets
    }
}

/// Adds the mess to the jobs: all lines of the extract, in no order yet, and what they hold.
pub(super) fn add(
    mut writer: Writer<'_>,
    targets: &Targets,
    strangers: &[String],
    draws: &mut Draws,
) -> (Vec<Line>, Counts) {
    let excess = draws.position(writer.jobs.len());
    if let Some(job) = writer.jobs.get_mut(excess) {
        job.percent = "250";
    }
    let mut counts = count_jobs(&writer.jobs);
    counts.open_after_death = targets.left_open;

    let mut order: Vec<usize> = (0..writer.jobs.len()).collect();
    draws.shuffle(&mut order);
    let mut jobs = writer.jobs.clone();
    for original in order.into_iter().take(DUPLICATE_ROWS) {
        jobs.push(writer.jobs[original].clone());
        counts.duplicates += 1;
    }
    jobs.extend(other_kinds(&mut writer, targets, draws, &mut counts));
    jobs.extend(strangers_jobs(&mut writer, strangers, draws, &mut counts));

    let readable = |job: &Job| Line {
        cells: writer.cells(job),
        content: Content::Readable,
    };
    let mut lines: Vec<Line> = jobs.iter().map(readable).collect();
    lines.extend(refused(&mut writer, targets, draws));
    counts.rows = lines.len();
    (lines, counts)
}

fn count_jobs(jobs: &[Job]) -> Counts {
    let count = |holds: fn(&Job) -> bool| jobs.iter().filter(|job| holds(job)).count();
    Counts {
        employment: jobs.len(),
        open: count(|job| job.last.is_none()),
        machine_ended: count(|job| !job.notice.is_empty()),
        zero_percent: count(|job| job.percent == "0"),
        excess_percent: count(|job| job.percent == "250"),
        ..Counts::default()
    }
}

/// Freelance, pension and void rows of participants.
fn other_kinds(
    writer: &mut Writer<'_>,
    targets: &Targets,
    draws: &mut Draws,
    counts: &mut Counts,
) -> Vec<Job> {
    let mut jobs = Vec::new();
    for turn in 0..FREELANCE_ROWS + PENSION_ROWS + VOID_ROWS {
        let void = turn >= FREELANCE_ROWS + PENSION_ROWS;
        // Void rows, and every second one of the others, fall on people without work.
        let from = if void || turn % 2 == 0 {
            &targets.idle
        } else {
            &targets.linked
        };
        let (index, person) = &from[draws.position(from.len())];
        let first = index + draws.between(-90, 360);
        let last = first + draws.between(20, 400);
        let mut job = writer.job(person.clone(), first, Some(last));
        if void {
            // A void row has an end that somebody reported.
            job.last = Some(last.min(last_day() - 1));
            (job.end_reason, job.notice) = (VOID, "");
            counts.void += 1;
        } else {
            (job.percent, job.hours) = ("", "");
            if turn < FREELANCE_ROWS {
                job.kind = FREELANCE;
                counts.freelance += 1;
            } else {
                job.kind = PENSION;
                (job.last, job.end_reason, job.notice) = (None, "", "");
                counts.pension += 1;
            }
        }
        jobs.push(job);
    }
    jobs
}

/// One to four jobs for each person who is not in the trial.
fn strangers_jobs(
    writer: &mut Writer<'_>,
    strangers: &[String],
    draws: &mut Draws,
    counts: &mut Counts,
) -> Vec<Job> {
    let mut jobs = Vec::new();
    for person in strangers {
        for _ in 0..draws.between(1, 4) {
            let first = draws.between(0, last_day() - 1);
            jobs.push(writer.job(person.clone(), first, Some(first + draws.between(0, 900))));
        }
    }
    counts.unrelated_people = strangers.len();
    counts.unrelated = jobs.len();
    jobs
}

/// Seven rows of participants without work that cannot be read.
fn refused(writer: &mut Writer<'_>, targets: &Targets, draws: &mut Draws) -> Vec<Line> {
    use RefusedKind::{EndBeforeStart, ImpossibleDate, MissingStart, Ragged};
    let plan: [(RefusedKind, &[(usize, &str)]); 7] = [
        (ImpossibleDate, &[(START, "31.02.2020")]),
        (ImpossibleDate, &[(START, "45.13.2019")]),
        (ImpossibleDate, &[(END, "31.11.2020")]),
        (EndBeforeStart, &[]),
        (EndBeforeStart, &[]),
        (MissingStart, &[(START, "")]),
        (Ragged, &[]),
    ];
    let mut order: Vec<usize> = (0..targets.idle.len()).collect();
    draws.shuffle(&mut order);
    let mut lines = Vec::with_capacity(plan.len());
    for ((kind, edits), person) in plan.into_iter().zip(order.iter().cycle()) {
        let (index, id) = &targets.idle[*person];
        let first = index + draws.between(30, 300);
        let job = writer.job(id.clone(), first, Some(first + draws.between(20, 150)));
        let mut cells = writer.cells(&job);
        for (column, text) in edits {
            (*text).clone_into(&mut cells[*column]);
        }
        match kind {
            EndBeforeStart => cells.swap(START, END),
            // The last cell but one is gone, and its delimiter with it.
            Ragged => drop(cells.remove(10)),
            ImpossibleDate | MissingStart => {}
        }
        lines.push(Line {
            cells,
            content: Content::Refused(kind),
        });
    }
    lines
}

//! From employed days to jobs: every run of days is covered by one to three jobs, exactly.

use super::calendar::{dotted, last_day};
use super::days::{Days, Run};
use super::employers::{Employer, invent};
use super::exits::Exit;
use super::people::Person;
use crate::draws::Draws;

/// Ordinary employment.
pub(super) const ORDINARY: &str = "ordinaertArbeidsforhold";
/// Maritime employment.
pub(super) const MARITIME: &str = "maritimtArbeidsforhold";
const REASONS: [&str; 3] = [
    "kontraktEngasjementEllerVikariatErUtloept",
    "arbeidstakerHarSagtOppSelv",
    "arbeidsgiverHarSagtOppArbeidstaker",
];
const PERCENTS: [&str; 8] = ["100", "80", "60", "50", "40", "37,5", "20", "12,5"];
const PERCENT_WEIGHTS: [u32; 8] = [36, 10, 8, 18, 8, 6, 10, 4];
/// Seven digits, of no particular occupation; leading zeros occur.
const OCCUPATIONS: [&str; 9] = [
    "9130181", "5220195", "4130177", "7120166", "5130188", "9330159", "0310111", "6110162",
    "3460129",
];

/// One row of the extract.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) person: String,
    pub(super) number: u32,
    pub(super) employer: usize,
    pub(super) kind: &'static str,
    pub(super) first: i32,
    /// `None` is an open job.
    pub(super) last: Option<i32>,
    pub(super) end_reason: &'static str,
    pub(super) notice: &'static str,
    pub(super) percent: &'static str,
    pub(super) hours: &'static str,
    pub(super) occupation: &'static str,
}

/// A job's dates within a run, and how it relates to the one before it.
struct Piece {
    first: i32,
    last: i32,
    /// The same employer as the piece before, under a new job number.
    renumbered: bool,
    /// Nobody reported the end; a machine set it.
    machine: bool,
}

impl Piece {
    fn new(first: i32, last: i32) -> Self {
        Self {
            first,
            last,
            renumbered: false,
            machine: false,
        }
    }
}

/// Writes jobs and numbers them.
pub(super) struct Writer<'a> {
    pub(super) jobs: Vec<Job>,
    pub(super) employers: Vec<Employer>,
    issued: u32,
    draws: &'a mut Draws,
}

impl<'a> Writer<'a> {
    pub(super) fn new(draws: &'a mut Draws) -> Self {
        let employers = invent(draws);
        Self {
            jobs: Vec::new(),
            employers,
            issued: 0,
            draws,
        }
    }

    /// Writes the jobs of one participant.
    pub(super) fn write(&mut self, person: &Person, days: &Days, exit: &Exit) {
        for run in days.runs() {
            let mut employer = self.draws.position(self.employers.len());
            for (place, piece) in cover(run, self.draws).into_iter().enumerate() {
                if place > 0 && !piece.renumbered {
                    // Any employer but the last one.
                    let step = 1 + self.draws.position(self.employers.len() - 1);
                    employer = (employer + step) % self.employers.len();
                }
                let job = self.employed(&person.id, employer, &piece, exit);
                self.jobs.push(job);
            }
        }
    }

    /// A job with these dates that counts as employment.
    fn employed(&mut self, person: &str, employer: usize, piece: &Piece, exit: &Exit) -> Job {
        let mut job = self.job(person.to_owned(), piece.first, Some(piece.last));
        job.employer = employer;
        if self.draws.chance(30) {
            job.kind = MARITIME;
        }
        if self.draws.chance(60) {
            job.percent = "0";
        }
        if exit.death() == Some(piece.last) {
            job.end_reason = REASONS[2];
            job.notice = "";
            if exit.left_open {
                job.last = None;
            }
        }
        if piece.machine {
            job.notice = "IBKAOR";
        }
        if job.last.is_none() || piece.machine {
            job.end_reason = "";
        }
        job
    }

    /// An ordinary job with a new number; open if it lasts to the end of the cover.
    pub(super) fn job(&mut self, person: String, first: i32, last: Option<i32>) -> Job {
        let draws = &mut *self.draws;
        self.issued += 1;
        let number = 41_000_000 + 37 * self.issued + draws.below(37);
        let last = last.filter(|last| *last < last_day());
        let machine = draws.chance(50);
        let (end_reason, notice) = match (last, machine) {
            (None, _) => ("", ""),
            (Some(_), true) => ("", draws.pick(&["IBKAOR", "IBARBG", "ERKONK"])),
            (Some(_), false) => (draws.pick(&REASONS), ""),
        };
        Job {
            person,
            number,
            employer: draws.position(self.employers.len()),
            kind: ORDINARY,
            first,
            last,
            end_reason,
            notice,
            percent: PERCENTS[draws.weighted(&PERCENT_WEIGHTS)],
            hours: draws.pick(&["37,5", "37,5", "35,5", "40"]),
            occupation: draws.pick(&OCCUPATIONS),
        }
    }

    /// The row's cells, in the order of the header.
    pub(super) fn cells(&self, job: &Job) -> Vec<String> {
        let employer = &self.employers[job.employer];
        vec![
            job.person.clone(),
            job.number.to_string(),
            employer.ident.clone(),
            job.kind.to_owned(),
            dotted(job.first),
            job.last.map(dotted).unwrap_or_default(),
            job.end_reason.to_owned(),
            job.notice.to_owned(),
            job.percent.to_owned(),
            job.hours.to_owned(),
            job.occupation.to_owned(),
            employer.name.to_owned(),
        ]
    }
}

/// Jobs whose union is exactly the run.
fn cover(run: Run, draws: &mut Draws) -> Vec<Piece> {
    let Run { first, last } = run;
    let length = last - first + 1;
    if length >= 120 && draws.chance(120) {
        // A new payroll system: the old number lingers until a machine ends it.
        let cut = draws.between(first + 30, last - 30);
        let mut old = Piece::new(first, (cut + draws.between(0, 92)).min(last - 1));
        old.machine = true;
        let mut new = Piece::new(cut, last);
        new.renumbered = true;
        return vec![old, new];
    }
    if length >= 60 && draws.chance(280) {
        // Two employers, back to back or overlapping.
        let cut = draws.between(first + 10, last - 10);
        let overlap = if draws.chance(500) {
            0
        } else {
            draws.between(1, 30)
        };
        return vec![
            Piece::new(first, (cut - 1 + overlap).min(last)),
            Piece::new(cut, last),
        ];
    }
    if length >= 150 && draws.chance(150) {
        // A main job and two side jobs within it.
        let side = |from: i32, to: i32, draws: &mut Draws| {
            let start = draws.between(from, to);
            Piece::new(start, draws.between(start, to))
        };
        let middle = first + length / 2;
        let early = side(first, middle, draws);
        let late = side(middle, last, draws);
        return vec![Piece::new(first, last), early, late];
    }
    vec![Piece::new(first, last)]
}

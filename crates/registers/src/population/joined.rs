//! Jobs that go on under another identifier after a change of payroll: the one thing for which a job
//! must know of another.
//!
//! Only the jobs of people and employers with such a change are held back, whole, till all files are
//! read; which these are is found in a first reading. They are joined by the rule of the ordinary
//! reading, and then kept as spells like all others.

use super::hash::seeded;
use crate::value::date::{Day, Precision};

/// A person and an employer, as a hash, between whom a job ended by a change of payroll.
pub(crate) type Switched = (u32, u64);

/// A job that may be joined with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) person: u32,
    pub(crate) start: Day,
    pub(crate) end: Day,
    pub(crate) precision: Precision,
    /// File and line; before all blocks of a file are counted, block and line within it.
    pub(crate) place: (usize, u64),
    pub(crate) employer: u64,
    /// The hash of the type, if there is one.
    pub(crate) kind: Option<u64>,
    /// Whether it ended by a change of payroll.
    pub(crate) switched: bool,
    pub(crate) truths: u16,
    /// Two hashes of all cells and the header's: exact copies count once.
    pub(crate) content: (u64, u64),
}

/// The hash of an employer or a type.
pub(crate) fn name(text: &str) -> u64 {
    seeded(text.as_bytes(), 3)
}

/// Joins each job that ended by a change of payroll with the next of the same person, employer and
/// type that starts within `days` days without a job. What the rules say is that of the first.
pub(crate) fn joined(mut jobs: Vec<Job>, days: u32) -> Vec<Job> {
    jobs.sort_unstable_by_key(|job| (job.content, job.place));
    jobs.dedup_by_key(|job| job.content);
    jobs.sort_unstable_by_key(|job| (job.person, job.start, job.end, job.precision, job.place));
    let mut joined: Vec<Job> = Vec::with_capacity(jobs.len());
    let mut first_of_person = 0;
    for job in jobs {
        if joined.last().is_some_and(|last| last.person != job.person) {
            first_of_person = joined.len();
        }
        let mut own = joined[first_of_person..].iter_mut().rev();
        let continued = own.find(|earlier| {
            let gap = i64::from(job.start) - i64::from(earlier.end) - 1;
            earlier.switched
                && earlier.employer == job.employer
                && earlier.kind == job.kind
                && (0..=i64::from(days)).contains(&gap)
        });
        match continued {
            Some(earlier) => (earlier.end, earlier.switched) = (job.end, job.switched),
            None => joined.push(job),
        }
    }
    joined
}

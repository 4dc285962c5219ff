//! Jobs that go on under another identifier after a change of payroll.

use super::claims::Claim;

/// Joins each job of a person that ended by a change of payroll with the next of the same employer and
/// type that starts within `days` days without a job. What the rules say is that of the first.
pub(super) fn join(jobs: &mut Vec<Claim>, days: u32) {
    jobs.sort_unstable_by_key(|job| (job.first, job.last, job.precision, job.place));
    let mut joined: Vec<Claim> = Vec::with_capacity(jobs.len());
    for job in jobs.drain(..) {
        let continued = joined.iter_mut().rev().find(|earlier| {
            let gap = i64::from(job.first) - i64::from(earlier.last) - 1;
            earlier.is(Claim::SWITCHED)
                && earlier.line_of_work != 0
                && earlier.line_of_work == job.line_of_work
                && (0..=i64::from(days)).contains(&gap)
        });
        match continued {
            Some(earlier) => (earlier.last, earlier.marks) = (job.last, job.marks),
            None => joined.push(job),
        }
    }
    *jobs = joined;
}

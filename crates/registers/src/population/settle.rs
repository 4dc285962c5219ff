//! The claims of each person's rows held against each other, in the order of the ordinary reading:
//! copies, versions, jobs closed in another file, jobs that never were, changes of payroll.

use super::claims::{Claim, Place};
use super::joined;
use super::read::PopulationOptions;
use super::row::{PEOPLE, Row};
use super::store::{Spill, Store};
use crate::error::RegisterError;
use crate::threads;
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What became of claims that reports speak of.
#[derive(Default)]
pub(super) struct Settled {
    /// Rows with refused dates that another row replaces: they are not refused.
    pub(super) replaced: HashSet<Place>,
    /// Different versions of one record, registered at the same time.
    pub(super) ties: Vec<Place>,
}

/// Settles the claims of everyone; what holds becomes spells.
pub(super) fn settle(
    options: &PopulationOptions<'_>,
    claims: &Store<Claim>,
    spells: &Store<Row>,
) -> Result<Settled, RegisterError> {
    let next = AtomicUsize::new(0);
    let unusable = |error| options.unusable(&error);
    let work = |_| -> Result<Settled, RegisterError> {
        let mut feeder = spells.feeder();
        let mut settled = Settled::default();
        loop {
            let partition = next.fetch_add(1, Ordering::Relaxed);
            if partition >= claims.partitions() {
                break;
            }
            let mut rows = claims.take(partition).map_err(unusable)?;
            rows.sort_unstable_by_key(|row| (row.person, row.place));
            for own in rows.chunk_by(|a, b| a.person == b.person) {
                let person = (partition * PEOPLE) as u32 + u32::from(own[0].person);
                for job in of_person(own.to_vec(), options, &mut settled) {
                    if job.truths != 0 && options.reach.holds(job.first, job.last) {
                        let row = Row {
                            person: job.person,
                            first: job.first,
                            last: job.last,
                            truths: job.truths,
                        };
                        feeder.push(person, row);
                    }
                }
            }
        }
        feeder.finish().map_err(unusable)?;
        Ok(settled)
    };
    let path = options.register.files.first().cloned().unwrap_or_default();
    let parts = threads::divided(options.threads.max(1), work);
    let mut all = Settled::default();
    for part in parts.ok_or_else(|| crate::data::lost(&path))? {
        let part = part?;
        all.replaced.extend(part.replaced);
        all.ties.extend(part.ties);
    }
    Ok(all)
}

/// The budgets of claims and of the spells they become: a spell takes less than a fifth of a claim's
/// room.
pub(super) fn shares(spill: &Spill) -> (Spill, Spill) {
    let mut name = spill.prefix.clone().into_os_string();
    name.push(".rows");
    let claims = Spill {
        budget: spill.budget / 6 * 5,
        prefix: name.into(),
    };
    let spells = Spill {
        budget: spill.budget / 6,
        prefix: spill.prefix.clone(),
    };
    (claims, spells)
}

/// The jobs of a person: what holds of the rows.
fn of_person(
    mut rows: Vec<Claim>,
    options: &PopulationOptions<'_>,
    settled: &mut Settled,
) -> Vec<Claim> {
    if rows.len() > 1 {
        leave_out_copies(&mut rows, settled);
        leave_out(&mut rows, settled, older);
        if options.register.files.len() > 1 {
            leave_out(&mut rows, settled, closed_elsewhere);
        }
    }
    leave_out(&mut rows, settled, |record, out, _| {
        // Without a name it speaks of its own row alone.
        let is_void = record.iter().any(|row| row.is(Claim::VOID));
        let all = is_void && record[0].record != 0;
        let void = record.iter().filter(|row| all || row.is(Claim::VOID));
        out.extend(void.map(|row| row.place));
    });
    rows.retain(|row| row.is(Claim::DAYS));
    if let Some(days) = options.register.merge_gaps {
        joined::join(&mut rows, days);
    }
    rows
}

/// Of exact copies the first in the order of files and lines stays.
fn leave_out_copies(rows: &mut Vec<Claim>, settled: &mut Settled) {
    rows.sort_unstable_by_key(|row| (row.content, row.place));
    rows.dedup_by(|later, earlier| {
        let is_copy = later.content == earlier.content;
        if is_copy && later.is(Claim::REFUSED) {
            settled.replaced.insert(later.place);
        }
        is_copy
    });
}

/// Leaves out rows of each record, those without one together; `find` finds which.
fn leave_out(
    rows: &mut Vec<Claim>,
    settled: &mut Settled,
    find: impl Fn(&[Claim], &mut Vec<Place>, &mut Settled),
) {
    rows.sort_unstable_by_key(|row| (row.record, row.registered, row.place));
    let mut out = Vec::new();
    for record in rows.chunk_by(|a, b| a.record == b.record) {
        find(record, &mut out, settled);
    }
    if out.is_empty() {
        return;
    }
    out.sort_unstable();
    rows.retain(|row| {
        let stays = out.binary_search(&row.place).is_err();
        if !stays && row.is(Claim::REFUSED) {
            settled.replaced.insert(row.place);
        }
        stays
    });
}

/// Versions older than the last, and last ones that disagree. Rows that do not say when they were
/// registered, or of which record they are, are no versions.
fn older(record: &[Claim], out: &mut Vec<Place>, settled: &mut Settled) {
    let undated = record.partition_point(|row| row.registered == Claim::NEVER);
    let versions = &record[undated..];
    let Some(newest) = versions.last().filter(|row| row.record != 0) else {
        return;
    };
    let first = versions.partition_point(|row| row.registered < newest.registered);
    let (older, last) = versions.split_at(first);
    out.extend(older.iter().map(|row| row.place));
    if last.iter().any(|row| row.version != newest.version) {
        out.extend(last.iter().map(|row| row.place));
        settled.ties.extend(last.iter().map(|row| row.place));
    }
}

/// Rows open in one file and closed in another, where no row says when it was registered.
fn closed_elsewhere(record: &[Claim], out: &mut Vec<Place>, _: &mut Settled) {
    let undated = || record.iter().filter(|row| !row.is(Claim::DATED));
    if record[0].record == 0 {
        return;
    }
    let open = undated().filter(|row| row.is(Claim::OPEN));
    let is_closed = |open: &&Claim| {
        let mut closed = undated().filter(|row| row.is(Claim::CLOSED));
        closed.any(|row| row.place.0 != open.place.0)
    };
    out.extend(open.filter(is_closed).map(|row| row.place));
}

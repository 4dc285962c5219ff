//! The rows of files with types: pieces of columns, or row after row, to the cells of records.

use super::task::Task;
use super::worker::Worker;
use crate::error::RegisterError;
use crate::scan::{Progress, TypedFile};
use crate::threads;
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows that are cut into cells at a time.
const BATCH: usize = 1 << 13;

/// Reads all rows of a file, each of some threads with a worker of its own. The number of a block is
/// that of its first row.
pub(super) fn by_threads<'a>(
    path: &Path,
    file: &TypedFile<'_>,
    task: &Task<'_>,
    (progress, threads): (&Progress, usize),
    start: impl Fn() -> Worker<'a> + Sync,
) -> Result<Vec<Worker<'a>>, RegisterError> {
    let TypedFile::Parquet(file) = file else {
        let mut worker = start();
        in_turn(file, task, progress, &mut worker)?;
        return Ok(vec![worker]);
    };
    let pieces: Vec<Range<usize>> = file.pieces();
    let next = AtomicUsize::new(0);
    let idle: Mutex<Vec<Worker<'a>>> = Mutex::new(Vec::new());
    let work = |_| -> Result<(), RegisterError> {
        let mut worker = start();
        while let Some(rows) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            let columns = file.texts(rows.clone())?;
            let columns = columns.iter().map(|column| column.str());
            let columns = columns.collect::<Result<Vec<_>, _>>()?;
            for from in (0..rows.len()).step_by(BATCH) {
                let batch = from..(from + BATCH).min(rows.len());
                worker.typed(task, rows.start + from, |records| {
                    for row in batch {
                        records.push(columns.iter().map(|cells| cells.get(row).unwrap_or("")));
                    }
                });
            }
            progress.add(file.bytes(rows.len()));
        }
        if let Ok(mut idle) = idle.lock() {
            idle.push(worker);
        }
        Ok(())
    };
    let results = threads::divided(threads, work).ok_or_else(|| crate::data::lost(path))?;
    results.into_iter().collect::<Result<Vec<()>, _>>()?;
    idle.into_inner().map_err(|_| crate::data::lost(path))
}

/// A file that is read from its first row to its last.
fn in_turn(
    file: &TypedFile<'_>,
    task: &Task<'_>,
    progress: &Progress,
    worker: &mut Worker<'_>,
) -> Result<(), RegisterError> {
    let mut batch: Vec<Vec<String>> = Vec::with_capacity(BATCH);
    let mut done = 0;
    let mut hand_over = |batch: &mut Vec<Vec<String>>| {
        worker.typed(task, done, |records| {
            for cells in batch.iter() {
                records.push(cells.iter().map(String::as_str));
            }
        });
        done += batch.len();
        batch.clear();
    };
    file.rows(|cells| {
        progress.add(cells.iter().map(String::len).sum());
        batch.push(cells.to_vec());
        if batch.len() == BATCH {
            hand_over(&mut batch);
        }
    })?;
    hand_over(&mut batch);
    Ok(())
}

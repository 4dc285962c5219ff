//! Rows by partition of people: in memory up to a budget, beyond it in temporary files.

use super::row::{Kept, PEOPLE};
use crate::error::{Problem, RegisterError};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Rows a worker collects for a partition before it writes them to a file.
const BATCH: usize = 512;
/// The same where they stay in memory: all that a worker collects stays in its processor's cache.
const SMALL_BATCH: usize = 128;

/// Where rows beyond the budget go.
#[derive(Debug, Clone)]
pub struct Spill {
    /// Bytes of rows kept in memory.
    pub budget: u64,
    /// What the names of the temporary files begin with.
    pub prefix: PathBuf,
}

/// Rows of everyone, by partition.
pub(crate) struct Store<R> {
    partitions: Vec<Mutex<Held<R>>>,
    spill: Option<Spill>,
    bytes: AtomicU64,
    files: Mutex<Vec<Temporary>>,
    number: AtomicUsize,
}

/// One partition's rows.
struct Held<R> {
    memory: Vec<Vec<R>>,
    /// File, byte and number of rows.
    segments: Vec<(usize, u64, usize)>,
}

impl<R> Default for Held<R> {
    fn default() -> Self {
        Self {
            memory: Vec::new(),
            segments: Vec::new(),
        }
    }
}

/// A file that is gone when it is dropped.
struct Temporary {
    number: usize,
    file: File,
    path: Option<PathBuf>,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // Nothing is left to do where it cannot be removed.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// What one thread adds to a store.
pub(crate) struct Feeder<'a, R> {
    store: &'a Store<R>,
    batches: Vec<Vec<R>>,
    /// Rows of a batch.
    size: usize,
    file: Option<(Temporary, u64)>,
    failed: Option<io::Error>,
}

impl<R: Kept> Store<R> {
    pub(crate) fn new(people: usize, spill: Option<Spill>) -> Self {
        let partitions = people.div_ceil(PEOPLE).max(1);
        Self {
            partitions: (0..partitions).map(|_| Mutex::default()).collect(),
            spill,
            bytes: AtomicU64::new(0),
            files: Mutex::default(),
            number: AtomicUsize::new(0),
        }
    }

    pub(crate) fn partitions(&self) -> usize {
        self.partitions.len()
    }

    pub(crate) fn feeder(&self) -> Feeder<'_, R> {
        Feeder {
            store: self,
            batches: vec![Vec::new(); self.partitions.len()],
            size: match self.spill {
                Some(_) => BATCH,
                None => SMALL_BATCH,
            },
            file: None,
            failed: None,
        }
    }

    /// Whether rows lie in temporary files.
    pub(crate) fn has_spilled(&self) -> bool {
        self.files.lock().is_ok_and(|files| !files.is_empty())
    }

    /// The rows of a partition, in any order; the room they took is given back.
    pub(crate) fn take(&self, partition: usize) -> io::Result<Vec<R>> {
        let Some(held) = self.partitions.get(partition) else {
            return Ok(Vec::new());
        };
        let held = std::mem::take(&mut *held.lock().map_err(|_| lost())?);
        let mut rows = held.memory.concat();
        drop(held.memory);
        let mut buffer = vec![0; BATCH * R::BYTES];
        for &(number, at, count) in &held.segments {
            let mut files = self.files.lock().map_err(|_| lost())?;
            let found = files.iter_mut().find(|other| other.number == number);
            let Temporary { file, .. } = found.ok_or_else(lost)?;
            file.seek(SeekFrom::Start(at))?;
            let bytes = buffer.get_mut(..count * R::BYTES).ok_or_else(lost)?;
            file.read_exact(bytes)?;
            rows.extend(bytes.chunks_exact(R::BYTES).map(R::read));
        }
        Ok(rows)
    }

    fn temporary(&self, spill: &Spill) -> io::Result<Temporary> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let mut name = spill.prefix.clone().into_os_string();
        name.push(format!(".{}-{number}.tmp", std::process::id()));
        let path = PathBuf::from(name);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        let file = options.open(&path)?;
        // Where the system allows it the name goes at once: then nothing is left behind even if the
        // process is killed.
        let is_gone = cfg!(unix) && std::fs::remove_file(&path).is_ok();
        let path = (!is_gone).then_some(path);
        Ok(Temporary { number, file, path })
    }
}

impl<R: Kept> Feeder<'_, R> {
    pub(crate) fn push(&mut self, person: u32, row: R) {
        let partition = person as usize / PEOPLE;
        let Some(batch) = self.batches.get_mut(partition) else {
            return;
        };
        batch.push(row);
        if batch.len() == self.size {
            let full = std::mem::replace(batch, Vec::with_capacity(self.size));
            self.hand_over(partition, full);
        }
    }

    fn hand_over(&mut self, partition: usize, rows: Vec<R>) {
        if let Err(error) = self.try_hand_over(partition, rows) {
            self.failed.get_or_insert(error);
        }
    }

    fn try_hand_over(&mut self, partition: usize, rows: Vec<R>) -> io::Result<()> {
        let store = self.store;
        let size = (rows.len() * size_of::<R>()) as u64;
        let before = store.bytes.fetch_add(size, Ordering::Relaxed);
        let is_over = |spill: &&Spill| before + size > spill.budget;
        let Some(spill) = store.spill.as_ref().filter(is_over) else {
            let mut held = store.partitions[partition].lock().map_err(|_| lost())?;
            held.memory.push(rows);
            return Ok(());
        };
        let (temporary, end) = match &mut self.file {
            Some(file) => file,
            none => none.insert((store.temporary(spill)?, 0)),
        };
        let mut bytes = Vec::with_capacity(rows.len() * R::BYTES);
        rows.iter().for_each(|row| row.write(&mut bytes));
        temporary.file.write_all(&bytes)?;
        let segment = (temporary.number, *end, rows.len());
        *end += bytes.len() as u64;
        let mut held = store.partitions[partition].lock().map_err(|_| lost())?;
        held.segments.push(segment);
        Ok(())
    }

    /// Hands over what is left.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        for partition in 0..self.batches.len() {
            let mut rest = std::mem::take(&mut self.batches[partition]);
            if !rest.is_empty() {
                rest.shrink_to_fit();
                self.hand_over(partition, rest);
            }
        }
        if let Some((temporary, _)) = self.file.take() {
            self.store.files.lock().map_err(|_| lost())?.push(temporary);
        }
        self.failed.map_or(Ok(()), Err)
    }
}

fn lost() -> io::Error {
    io::Error::other("a thread stopped")
}

/// A temporary file that cannot be written or read again.
pub(crate) fn unusable(path: &Path, error: &io::Error) -> RegisterError {
    let rule = match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full: rows beyond --memory are kept there",
        _ => "a temporary file beside this one cannot be used: rows beyond --memory are kept there",
    };
    Problem::new("unwritable_file", path, rule)
        .help("write to a folder with room, or raise --memory")
        .into()
}

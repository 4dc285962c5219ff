//! Work divided among the processor's cores.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The threads that work is divided among.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The results of `work` for 0 to `count`, in that order, found on all cores; `None` where a thread
/// was lost.
pub fn each<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Option<Vec<T>> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return done;
            }
            done.push((number, work(number)));
        }
    };
    let mut parts = std::thread::scope(|scope| {
        let threads = cores().min(count);
        let handles: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut parts = run();
        for handle in handles {
            parts.extend(handle.join().ok()?);
        }
        Some(parts)
    })?;
    parts.sort_unstable_by_key(|(number, _)| *number);
    Some(parts.into_iter().map(|(_, result)| result).collect())
}

/// The results of `work` on each of some threads, this one among them; `None` where one was lost.
pub(crate) fn divided<T: Send>(threads: usize, work: impl Fn(usize) -> T + Sync) -> Option<Vec<T>> {
    let work = &work;
    std::thread::scope(|scope| {
        let handles: Vec<_> = (1..threads)
            .map(|thread| scope.spawn(move || work(thread)))
            .collect();
        let mut results = vec![work(0)];
        for handle in handles {
            results.push(handle.join().ok()?);
        }
        Some(results)
    })
}

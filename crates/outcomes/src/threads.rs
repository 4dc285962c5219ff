//! People divided among the processor's cores.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// People whose outcomes one thread derives before it takes the next.
const BLOCK: usize = 512;

/// The results of `work` for blocks of people, in their order; `None` where a thread was lost.
pub(crate) fn by_blocks<T: Send>(
    people: usize,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Option<Vec<T>> {
    let blocks = people.div_ceil(BLOCK);
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= blocks {
                return done;
            }
            let last = people.min((block + 1) * BLOCK);
            done.push((block, work(block * BLOCK..last)));
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut parts = std::thread::scope(|scope| {
        let handles: Vec<_> = (1..cores.min(blocks)).map(|_| scope.spawn(run)).collect();
        let mut parts = run();
        for handle in handles {
            parts.extend(handle.join().ok()?);
        }
        Some(parts)
    })?;
    parts.sort_unstable_by_key(|(block, _)| *block);
    Some(parts.into_iter().map(|(_, result)| result).collect())
}

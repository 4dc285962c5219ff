//! Work divided among the processor's cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

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

/// Hands the results of `work` for 0 to `count`, found on all cores, to `take` in that order, up to the first
/// that it fails on; `None` where a thread was lost. A thread holds at most two results.
pub(crate) fn in_turn<T: Send, E>(
    count: usize,
    work: impl Fn(usize) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Option<Result<(), E>> {
    let threads = cores().min(count);
    let work = &work;
    std::thread::scope(|scope| {
        let start = |first: usize| {
            let (sender, results) = sync_channel(1);
            let mut numbers = (first..count).step_by(threads);
            // Nobody takes any more once one has failed.
            let make = move || numbers.try_for_each(|number| sender.send(work(number)).ok());
            (results, scope.spawn(make))
        };
        let (results, handles): (Vec<_>, Vec<_>) = (0..threads).map(start).unzip();
        let mut taken = (0..count).map(|number| match results[number % threads].recv() {
            Ok(result) => Some(take(result)),
            Err(_) => None,
        });
        let stopped = taken.find(|taken| !matches!(taken, Some(Ok(()))));
        drop(results);
        for handle in handles {
            handle.join().ok();
        }
        stopped.unwrap_or(Some(Ok(())))
    })
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

#[cfg(test)]
mod tests {
    use super::in_turn;

    #[test]
    fn results_are_taken_in_order_up_to_a_failure() {
        for count in [0, 1, 2, 100] {
            let mut taken = Vec::new();
            let take = |number| {
                taken.push(number);
                Ok::<(), ()>(())
            };
            assert_eq!(in_turn(count, |number| number, take), Some(Ok(())));
            assert_eq!(taken, Vec::from_iter(0..count));
        }
        let mut last = None;
        let take = |number| {
            last = Some(number);
            if number == 50 { Err("full") } else { Ok(()) }
        };
        assert_eq!(in_turn(100, |number| number, take), Some(Err("full")));
        assert_eq!(last, Some(50));
    }

    #[test]
    fn a_lost_thread_is_told() {
        let lose = |number: usize| assert_ne!(number, 50, "on purpose");
        assert_eq!(in_turn(100, lose, |()| Ok::<(), ()>(())), None);
    }
}

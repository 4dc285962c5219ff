//! People divided among the processor's cores.

use regtrial_registers::on_all_cores;
use std::ops::Range;

/// People whose outcomes one thread derives before it takes the next.
const BLOCK: usize = 512;

/// The results of `work` for blocks of people, in their order; `None` where a thread was lost.
pub(crate) fn by_blocks<T: Send>(
    people: usize,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Option<Vec<T>> {
    on_all_cores(people.div_ceil(BLOCK), |block| {
        work(block * BLOCK..people.min((block + 1) * BLOCK))
    })
}

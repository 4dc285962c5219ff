//! Which counts may lie behind a printed percentage.
//!
//! Exact: events k among n people have the percentage 100 k / n, and the printed digits leave the
//! whole numbers k with |100 k / n - p| at most half a unit of the last digit.

use super::Printed;
use crate::StatsError;
use crate::proportion::Proportion;
use std::ops::RangeInclusive;

/// More denominators than any printed table leaves open.
const MOST_TOTALS: u64 = 10_000_000;

/// Every number of events among `total` people whose percentage may be printed so: GRIM for
/// proportions.
///
/// # Errors
/// [`StatsError::Argument`] if there are no people.
///
/// ```
/// use regtrial_stats::consistency::{Printed, percentage};
/// let found = percentage::counts(Printed::parse("18")?, 75)?;
/// assert!(found.is_empty()); // 13/75 is 17.3 % and 14/75 is 18.7 %
/// let found = percentage::counts(Printed::parse("18")?, 74)?;
/// assert_eq!(found[0].events(), 13);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn counts(printed: Printed, total: u64) -> Result<Vec<Proportion>, StatsError> {
    let all = printed.numerators(100, total);
    let low = (*all.start()).max(0);
    let high = (*all.end()).min(i128::from(total));
    if total == 0 {
        return Err(StatsError::argument("total", "must be at least 1"));
    }
    (low..=high)
        .map(|events| Proportion::new(events as u64, total))
        .collect()
}

/// Every count and total within a range of totals.
///
/// # Errors
/// [`StatsError::Argument`] for an empty range, one that begins at 0, or more than ten million totals.
///
/// ```
/// use regtrial_stats::consistency::{Printed, percentage};
/// // Printed for a control group of at most 239 people.
/// let printed = Printed::parse("46.5")?;
/// assert!(percentage::among(printed, 231..=239)?.is_empty());
/// let found = percentage::among(printed, 230..=239)?;
/// assert_eq!((found[0].events(), found[0].total()), (107, 230));
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn among(printed: Printed, totals: RangeInclusive<u64>) -> Result<Vec<Proportion>, StatsError> {
    check(&totals)?;
    let mut found = Vec::new();
    for total in totals {
        found.extend(counts(printed, total)?);
    }
    Ok(found)
}

/// The count among `total` people whose percentage lies nearest; the smaller one of two.
///
/// # Errors
/// [`StatsError::Argument`] if there are no people.
pub fn nearest(printed: Printed, total: u64) -> Result<Proportion, StatsError> {
    let exact = printed.value() / 100.0 * total as f64;
    let below = (exact.floor().max(0.0) as u64).min(total);
    let above = (below + 1).min(total);
    let distance = |events: u64| (events as f64 - exact).abs();
    let events = if distance(above) < distance(below) {
        above
    } else {
        below
    };
    Proportion::new(events, total)
}

pub(super) fn check(totals: &RangeInclusive<u64>) -> Result<(), StatsError> {
    if *totals.start() == 0 || totals.is_empty() {
        return Err(StatsError::argument(
            "totals",
            "must be a range from at least 1",
        ));
    }
    if totals.end() - totals.start() > MOST_TOTALS {
        return Err(StatsError::argument(
            "totals",
            "must be at most ten million",
        ));
    }
    Ok(())
}

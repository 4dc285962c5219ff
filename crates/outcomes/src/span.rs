//! Half-open spans of days and what can be done with them.

use regtrial_registers::Day;

/// The days from `start` to the day before `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First day.
    pub start: Day,
    /// The day after the last.
    pub end: Day,
}

/// The first and the last day there is.
pub(crate) const EVER: Span = Span {
    start: Day::MIN / 2,
    end: Day::MAX / 2,
};

impl Span {
    /// The days of `[start, end)`; empty if `end` is not after `start`.
    #[must_use]
    pub fn new(start: Day, end: Day) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// A closed interval of calendar days, as registers give it.
    #[must_use]
    pub fn closed(first: Day, last: Day) -> Self {
        Self::new(first, last + 1)
    }

    /// Number of days.
    #[must_use]
    pub fn days(self) -> i32 {
        self.end - self.start
    }

    /// Whether a day lies in the span.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.start <= day && day < self.end
    }

    /// Whether no day lies in the span.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.days() == 0
    }

    /// The days in both spans.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        let start = self.start.max(other.start);
        Self::new(start, self.end.min(other.end).max(start))
    }

    /// Whether every day of `other` lies in this span.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        other.is_empty() || (self.start <= other.start && other.end <= self.end)
    }
}

/// The days in any of the spans, as disjoint spans in order. Spans that touch become one.
#[must_use]
pub fn union(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| !span.is_empty());
    if !spans.is_sorted() {
        spans.sort_unstable();
    }
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// Disjoint spans, joined where at most `gap` days lie between two.
#[must_use]
pub fn bridge(spans: &[Span], gap: i32) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for &span in spans {
        match joined.last_mut() {
            Some(last) if span.start - last.end <= gap => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

/// The part of disjoint spans within a window.
#[must_use]
pub fn clip(spans: &[Span], window: Span) -> Vec<Span> {
    spans
        .iter()
        .map(|span| span.intersect(window))
        .filter(|span| !span.is_empty())
        .collect()
}

/// The part of disjoint spans within others, both in order; runs that are cut stay apart.
#[must_use]
pub fn within(spans: &[Span], windows: &[Span]) -> Vec<Span> {
    windows
        .iter()
        .flat_map(|&window| clip(spans, window))
        .collect()
}

/// Days of disjoint spans.
#[must_use]
pub fn days(spans: &[Span]) -> i32 {
    spans.iter().map(|span| span.days()).sum()
}

/// Whether a day lies in one of disjoint spans in order.
#[must_use]
pub fn contains(spans: &[Span], day: Day) -> bool {
    let after = spans.partition_point(|span| span.start <= day);
    after > 0 && spans[after - 1].contains(day)
}

/// Whether spans are disjoint, in order and none is empty: what the kernel asks of its input.
#[must_use]
pub fn is_ordered(spans: &[Span]) -> bool {
    spans.iter().all(|span| !span.is_empty())
        && spans.windows(2).all(|pair| pair[0].end < pair[1].start)
}

/// The spans between neighbouring boundaries: nothing that begins or ends on a boundary changes
/// within one.
#[must_use]
pub fn between(mut boundaries: Vec<Day>) -> Vec<Span> {
    boundaries.sort_unstable();
    boundaries.dedup();
    boundaries
        .windows(2)
        .map(|pair| Span::new(pair[0], pair[1]))
        .collect()
}

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

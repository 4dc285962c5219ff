//! Measures of the days in a state alone.

use super::{Measure, MonthsFrom, Question, States};
use crate::calendar::{Offset, monday};
use crate::span::{Span, bridge, days, within};
use regtrial_registers::Day;

/// A measure of disjoint days in the state, in order, that lie within the days seen.
pub(super) fn number(question: &Question<'_>, spans: &[Span], seen: &[Span]) -> f64 {
    let any = |yes: bool| f64::from(u8::from(yes));
    match question.measure {
        Measure::Status | Measure::Ever => any(!spans.is_empty()),
        Measure::Days => f64::from(days(spans)),
        Measure::Weeks => weeks(spans, question.window),
        Measure::Months => months(spans, question),
        Measure::Longest => f64::from(longest(spans)),
        Measure::Episodes => spans.len() as f64,
        Measure::Sustained { days, gap } => any(longest(&bridge(spans, gap)) >= days),
        Measure::PersonDays => f64::from(self::days(seen)),
        // The others are asked elsewhere.
        _ => f64::NAN,
    }
}

fn longest(spans: &[Span]) -> i32 {
    spans.iter().map(|span| span.days()).max().unwrap_or(0)
}

/// ISO weeks whose Monday lies in the window and that hold a day in the state.
fn weeks(spans: &[Span], window: Span) -> f64 {
    let mut count = 0;
    let mut counted_to = Day::MIN;
    for span in spans {
        let first = monday(span.start).max(counted_to);
        let last = monday(span.end - 1);
        // The week in which a window begins belongs to the window before.
        let first = if first < window.start {
            first + 7
        } else {
            first
        };
        if last >= first {
            count += (last - first) / 7 + 1;
            counted_to = last + 7;
        }
    }
    f64::from(count)
}

/// Months of the window that hold a day in the state.
fn months(spans: &[Span], question: &Question<'_>) -> f64 {
    let MonthsFrom { origin, first } = question.months;
    let mut count = 0_u32;
    for month in first.. {
        let start = Offset::Months(month).from(origin);
        let end = Offset::Months(month + 1).from(origin);
        if start >= question.window.end || end <= start {
            break;
        }
        let touched = spans
            .iter()
            .any(|span| span.start < end && span.end > start);
        count += u32::from(touched);
    }
    f64::from(count)
}

/// Where following for a first day in the state ends.
pub(super) struct First {
    pub(super) day: Day,
    pub(super) event: bool,
}

/// The first day in the state, or the day on which following ends: the first unseen day if that
/// censors, else the window's end. Missing where a day of unknown state comes before.
pub(super) fn first(states: &States, seen: &[Span], window: Span, censored: bool) -> Option<First> {
    // A time is followed without a gap: after the first unseen day nothing is known.
    let followed = match seen.first() {
        Some(span) if censored && span.start > window.start => return None,
        Some(span) if censored => std::slice::from_ref(span),
        _ => seen,
    };
    let day = within(&states.certain, followed)
        .first()
        .map(|span| span.start);
    let perhaps = within(&states.possible, followed)
        .first()
        .map(|span| span.start);
    let end = match followed.last() {
        Some(last) if censored => last.end,
        _ => window.end,
    };
    if perhaps.is_some_and(|perhaps| day.is_none_or(|day| perhaps < day)) {
        return None;
    }
    Some(First {
        day: day.unwrap_or(end),
        event: day.is_some(),
    })
}

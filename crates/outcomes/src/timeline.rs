//! One person's days in, and perhaps in, the state of an endpoint: interval arithmetic over plain
//! spans, no table engine.

use crate::calendar::{month_of, reference_week};
use crate::endpoint::Counted;
use crate::observation::{Cause, Observation};
use crate::rule::Truth;
use crate::span::{EVER, Span, between, contains, is_ordered, union, within};
use regtrial_registers::Day;

/// One person's days in and perhaps in the state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct States {
    /// Days certainly in the state, disjoint and in order.
    pub certain: Vec<Span>,
    /// Days on which it is unknown whether the person is in the state, disjoint and in order.
    pub possible: Vec<Span>,
}

impl States {
    /// From spells whose rule is true, and spells whose rule is unknown, in any order.
    #[must_use]
    pub fn new(certain: Vec<Span>, possible: Vec<Span>) -> Self {
        Self {
            certain: union(certain),
            possible: union(possible),
        }
    }

    /// Whether the spans are disjoint and in order.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        is_ordered(&self.certain) && is_ordered(&self.possible)
    }

    /// Whether the person is in the state on a day.
    #[must_use]
    pub fn on(&self, day: Day) -> Truth {
        if contains(&self.certain, day) {
            Truth::True
        } else if contains(&self.possible, day) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }
}

/// The calendar months that a span touches.
fn whole_months(span: Span) -> Span {
    let first = month_of(span.start).map_or(span.start, |month| month.start);
    let last = month_of(span.end - 1).map_or(span.end, |month| month.end);
    Span::new(first, last)
}

/// The calendar months whose week of the 16th a span touches.
fn reference_months(span: Span) -> Span {
    let touches = |day: Day| {
        reference_week(day).is_none_or(|week| week.start < span.end && week.end > span.start)
    };
    let start = match month_of(span.start) {
        Some(month) if touches(month.start) => month.start,
        Some(month) => month.end,
        None => span.start,
    };
    let end = match month_of(span.end - 1) {
        Some(month) if touches(month.start) => month.end,
        Some(month) => month.start,
        None => span.end,
    };
    Span::new(start, end)
}

/// A spell with a number that is added up over the spells of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighted {
    /// Its days.
    pub span: Span,
    /// Whether the rule is certain of it; if not it is possible.
    pub certain: bool,
    /// The number, if it is known; one that is not known may be any that is not negative.
    pub value: Option<f64>,
}

/// The days on which the numbers of all spells together reach `least`.
#[must_use]
pub fn reaching(spells: &[Weighted], least: f64) -> States {
    let boundaries = spells
        .iter()
        .flat_map(|spell| [spell.span.start, spell.span.end]);
    let (mut certain, mut possible) = (Vec::new(), Vec::new());
    for span in between(boundaries.collect()) {
        let here = || {
            spells
                .iter()
                .filter(|spell| spell.span.contains(span.start))
        };
        // A spell that is only possible may add its number or not: amounts may be negative.
        let bound = |keep: fn(f64) -> bool| {
            let counts = here().filter(|spell| spell.certain || spell.value.is_some_and(keep));
            sum(counts.filter_map(|spell| spell.value))
        };
        let (known, most) = (bound(|value| value < 0.0), bound(|value| value > 0.0));
        // A number that is not known may be any.
        let any = here().any(|spell| spell.value.is_none());
        if known >= least && here().any(|spell| spell.certain) {
            certain.push(span);
        } else if any || (most >= least && here().any(|spell| !spell.certain)) {
            possible.push(span);
        }
    }
    States::new(certain, possible)
}

/// A sum that does not depend on the order of rows.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.into_iter().sum()
}

/// One person's state of an endpoint, and when it can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The days in the state.
    pub states: States,
    /// When the person is seen.
    pub observation: Observation,
}

/// From the days in a state to the months they stand for.
type Extend = fn(Span) -> Span;
/// The days of a month that are asked.
type Part = fn(Day) -> Option<Span>;

impl Timeline {
    /// The same with the days that stand for those in the state: of what is seen, each day's month.
    /// A month that the register does not cover to its end, and that holds no day in the state where
    /// it does, may hold one where it does not: none of it is seen.
    #[must_use]
    pub fn counted(self, counted: Counted) -> Self {
        let (extend, part): (Extend, Part) = match counted {
            Counted::Days => return self,
            Counted::Months => (whole_months, month_of),
            Counted::ReferenceWeeks => (reference_months, reference_week),
        };
        let seen = &self.observation.seen;
        let months = |spans: &[Span]| union(within(spans, seen).into_iter().map(extend).collect());
        let (certain, possible) = (months(&self.states.certain), months(&self.states.possible));
        let mut unseen = self.observation.unseen;
        let uncovered = unseen.iter().filter(|(_, cause)| *cause == Cause::Register);
        let uncovered: Vec<Span> = uncovered.map(|(span, _)| *span).collect();
        for span in uncovered {
            for day in [span.start, span.end - 1] {
                let asked = part(day).filter(|part| !part.intersect(span).is_empty());
                if let (Some(month), Some(_)) = (month_of(day), asked)
                    && !contains(&certain, month.start)
                {
                    unseen.push((month, Cause::Register));
                }
            }
        }
        Self {
            states: States { certain, possible },
            observation: Observation::without(joined(unseen)),
        }
    }

    /// Timelines combined on each day by three-valued logic. A day on which a part is not seen is
    /// unknown for that part; if the answer is unknown for that reason, the day is not seen, and the
    /// causes are those of the parts on which the answer hangs.
    pub fn combine(parts: &[&Self], truth: impl Fn(&[Truth]) -> Truth) -> Self {
        let mut boundaries = vec![EVER.start, EVER.end];
        for part in parts {
            let states = part.states.certain.iter().chain(&part.states.possible);
            let unseen = part.observation.unseen.iter().map(|(span, _)| span);
            for span in states.chain(unseen) {
                boundaries.extend([span.start, span.end]);
            }
        }
        let (mut certain, mut possible) = (Vec::new(), Vec::new());
        let mut unseen: Vec<(Span, Cause)> = Vec::new();
        for span in between(boundaries) {
            let seen = |part: &&Self| contains(&part.observation.seen, span.start);
            let truths: Vec<Truth> = parts
                .iter()
                .map(|part| match seen(part) {
                    true => part.states.on(span.start),
                    false => Truth::Unknown,
                })
                .collect();
            let hidden = (0..parts.len()).filter(|&part| !seen(&parts[part]));
            match answer(truths, &hidden.collect::<Vec<_>>(), &truth) {
                Answer::Known(Truth::True) => certain.push(span),
                Answer::Known(Truth::False) => {}
                Answer::Known(Truth::Unknown) => possible.push(span),
                Answer::HangsOn(deciding) => {
                    let parts = deciding
                        .iter()
                        .flat_map(|&part| &parts[part].observation.unseen);
                    let causes = parts.filter(|(days, _)| days.contains(span.start));
                    unseen.extend(causes.map(|(_, cause)| (span, *cause)));
                }
            }
        }
        Self {
            states: States::new(certain, possible),
            observation: Observation::without(joined(unseen)),
        }
    }
}

/// What a combination comes to on a day.
enum Answer {
    /// The same, whatever the parts are that are not seen.
    Known(Truth),
    /// It hangs on these parts, which are not seen.
    HangsOn(Vec<usize>),
}

/// The answer with everything that the hidden parts may be. A part decides if, with some answers of
/// the other hidden parts, its own makes a difference.
fn answer(mut truths: Vec<Truth>, hidden: &[usize], truth: &impl Fn(&[Truth]) -> Truth) -> Answer {
    let plain = truth(&truths);
    if plain != Truth::Unknown || hidden.is_empty() {
        return Answer::Known(plain);
    }
    // With so many parts the ways things may be are too many.
    if hidden.len() > 8 {
        return Answer::HangsOn(hidden.to_vec());
    }
    let ways = 1_usize << hidden.len();
    let mut answers = Vec::with_capacity(ways);
    for way in 0..ways {
        for (bit, &part) in hidden.iter().enumerate() {
            truths[part] = match way & (1 << bit) {
                0 => Truth::False,
                _ => Truth::True,
            };
        }
        answers.push(truth(&truths));
    }
    if answers.iter().all(|answer| *answer == answers[0]) {
        return Answer::Known(answers[0]);
    }
    let decides = |bit: usize| (0..ways).any(|way| answers[way] != answers[way ^ (1 << bit)]);
    let deciding = (0..hidden.len()).filter(|&bit| decides(bit));
    Answer::HangsOn(deciding.map(|bit| hidden[bit]).collect())
}

/// Spans of the same cause that touch as one.
fn joined(unseen: Vec<(Span, Cause)>) -> Vec<(Span, Cause)> {
    let mut causes: Vec<Cause> = unseen.iter().map(|(_, cause)| *cause).collect();
    causes.sort_unstable();
    causes.dedup();
    let mut joined = Vec::new();
    for cause in causes {
        let of_cause = unseen.iter().filter(|(_, other)| *other == cause);
        let spans = union(of_cause.map(|(span, _)| *span).collect());
        joined.extend(spans.into_iter().map(|span| (span, cause)));
    }
    joined
}

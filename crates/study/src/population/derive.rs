//! Every outcome of everyone, partition by partition, on all cores.

use super::{Rules, undeclared};
use crate::StudyError;
use polars::prelude::{Column, Float64Chunked, IntoColumn, NewChunkedArray};
use regtrial_outcomes::calendar::Offset;
use regtrial_outcomes::kernel::{self, Checked, KernelError};
use regtrial_outcomes::observation::{Cause, Observation};
use regtrial_outcomes::rule::Truth;
use regtrial_outcomes::span::Span;
use regtrial_outcomes::{Outcome, OutcomeError};
use regtrial_registers::{Day, People, Population, Positions, Spells};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// When people are seen in a register.
pub(super) struct Seen<'a> {
    pub(super) people: &'a People,
    pub(super) cover: Span,
    /// Who was looked up, if not everyone.
    pub(super) linked: Option<&'a Positions>,
}

/// The column of one outcome, a row a person, and whether it is unknown for someone who was seen for
/// the whole window.
pub(super) type Derived = (Column, bool);

/// The outcomes of one register, by their keys.
pub(super) struct Derivation(BTreeMap<String, Result<Derived, OutcomeError>>);

impl Derivation {
    /// Hands an outcome over, once.
    pub(super) fn take(&mut self, key: &str) -> Result<Derived, OutcomeError> {
        self.0.remove(key).ok_or(OutcomeError::Table)?
    }
}

/// Days from the index date within which all windows lie, generously.
pub(super) fn reach(outcomes: &[&Outcome]) -> (Day, Day) {
    let days = |offset: Offset| match offset {
        Offset::Days(days) => (days, days),
        Offset::Weeks(weeks) => (7 * weeks, 7 * weeks),
        // From the Monday of the index date's week.
        Offset::IsoWeeks(weeks) => (7 * weeks - 6, 7 * weeks),
        // A month has 28 to 31 days.
        Offset::Months(months) => {
            let (a, b) = (28 * months, 31 * months);
            (a.min(b), a.max(b))
        }
    };
    let offsets = || {
        outcomes
            .iter()
            .flat_map(|outcome| [outcome.from, outcome.to])
    };
    let from = offsets().map(|offset| days(offset).0).min().unwrap_or(0);
    let to = offsets().map(|offset| days(offset).1).max().unwrap_or(0);
    (from - 40, to + 40)
}

/// Index dates farther apart than this have their windows computed one by one.
const FAR: i64 = 100_000;

/// The windows of each index date: there are fewer of these than people.
struct Windows {
    first: Day,
    /// Per outcome, by index date.
    spans: Vec<Vec<Span>>,
}

impl Windows {
    fn new(index: &[Day], outcomes: &[&Outcome]) -> Self {
        let first = index.iter().min().copied().unwrap_or_default();
        let last = index.iter().max().copied().unwrap_or_default();
        let near = i64::from(last) - i64::from(first) < FAR;
        let spans = |outcome: &&Outcome| match near {
            true => (first..=last).map(|index| outcome.window(index)).collect(),
            false => Vec::new(),
        };
        let spans = outcomes.iter().map(spans).collect();
        Self { first, spans }
    }

    fn of(&self, number: usize, outcome: &Outcome, index: Day) -> Span {
        let at = usize::try_from(i64::from(index) - i64::from(self.first)).ok();
        let known = at.and_then(|at| self.spans[number].get(at).copied());
        known.unwrap_or_else(|| outcome.window(index))
    }
}

/// What one partition came to, apart from its numbers.
struct Part {
    unknown: Vec<bool>,
    /// Per outcome: the first person for whom the plan says too little, and why.
    undeclared: Vec<Option<(usize, Cause)>>,
}

/// Derives every outcome of a register.
pub(super) fn all(
    read: &Population,
    outcomes: &[&Outcome],
    rules: &Rules<'_>,
    seen: &Seen<'_>,
    threads: usize,
) -> Result<Derivation, StudyError> {
    let windows = Windows::new(&seen.people.index, outcomes);
    // Nobody's yet, and no memory until they are: every partition writes its own.
    let mut numbers = vec![vec![0.0; seen.people.len()]; outcomes.len()];
    let queue = Mutex::new(
        places(&mut numbers, read.partitions())
            .into_iter()
            .enumerate(),
    );
    let work = || -> Result<Vec<Part>, StudyError> {
        let mut parts = Vec::new();
        let mut truths = vec![Vec::new(); rules.len()];
        loop {
            let next = queue.lock().map_err(|_| OutcomeError::Table)?.next();
            let Some((partition, mut own)) = next else {
                return Ok(parts);
            };
            let spells = read.take(partition)?;
            let asked = (outcomes, &windows);
            parts.push(part(&spells, asked, rules, seen, (&mut truths, &mut own)));
        }
    };
    let results = std::thread::scope(|scope| {
        let handles: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut results = vec![Ok(work())];
        results.extend(handles.into_iter().map(|handle| handle.join()));
        results
    });
    let mut parts = Vec::new();
    for result in results {
        // A thread that panicked has lost a part of the people.
        parts.extend(result.map_err(|_| OutcomeError::Table)??);
    }
    let mut derived = BTreeMap::new();
    for ((number, outcome), numbers) in outcomes.iter().enumerate().zip(numbers) {
        let silent = parts.iter().filter_map(|part| part.undeclared[number]);
        let found = match silent.min_by_key(|(person, _)| *person) {
            Some((_, cause)) => Err(undeclared(outcome, cause)),
            None => {
                let unknown = parts.iter().any(|part| part.unknown[number]);
                Ok((column(&outcome.key, numbers), unknown))
            }
        };
        derived.insert(outcome.key.clone(), found);
    }
    Ok(Derivation(derived))
}

/// Where the numbers of each partition's people stand: a piece of every outcome's.
fn places(numbers: &mut [Vec<f64>], partitions: usize) -> Vec<Vec<&mut [f64]>> {
    let mut places: Vec<Vec<&mut [f64]>> = (0..partitions).map(|_| Vec::new()).collect();
    for of_outcome in numbers {
        let pieces = of_outcome.chunks_mut(Population::PARTITION);
        for (place, piece) in places.iter_mut().zip(pieces) {
            place.push(piece);
        }
    }
    places
}

/// Numbers as a column; NaN is missing.
fn column(name: &str, numbers: Vec<f64>) -> Column {
    if numbers.iter().any(|number| number.is_nan()) {
        let present = numbers.iter();
        let present = present.map(|number| (!number.is_nan()).then_some(*number));
        return Float64Chunked::from_iter_options(name.into(), present).into_column();
    }
    Float64Chunked::from_vec(name.into(), numbers).into_column()
}

fn part(
    spells: &Spells,
    (outcomes, windows): (&[&Outcome], &Windows),
    rules: &Rules<'_>,
    seen: &Seen<'_>,
    (truths, numbers): (&mut [Vec<Truth>], &mut [&mut [f64]]),
) -> Part {
    for (endpoint, truths) in truths.iter_mut().enumerate() {
        truths.clear();
        truths.extend(
            spells
                .truths
                .iter()
                .map(|bits| Rules::truth(*bits, endpoint)),
        );
    }
    let mut part = Part {
        unknown: vec![false; outcomes.len()],
        undeclared: vec![None; outcomes.len()],
    };
    let everywhere = Observation::new(seen.cover, std::iter::empty(), true);
    let nowhere = Observation::new(seen.cover, std::iter::empty(), false);
    for (at, person) in spells.people.clone().enumerate() {
        let own;
        let exits = exits(seen.people, person);
        let observation = if seen.linked.is_some_and(|linked| !linked.contains(person)) {
            &nowhere
        } else if exits.clone().next().is_none() {
            &everywhere
        } else {
            own = Observation::new(seen.cover, exits, true);
            &own
        };
        let index = seen.people.index.get(person).copied().unwrap_or_default();
        let rows = spells.of(at);
        let mut checked = None;
        for (number, outcome) in outcomes.iter().enumerate() {
            let endpoint = rules.of(number);
            let of_endpoint = match checked {
                Some((other, checked)) if other == endpoint => checked,
                _ => Checked::new(kernel::Spells {
                    first: &spells.first[rows.clone()],
                    last: &spells.last[rows.clone()],
                    truth: &truths[endpoint][rows.clone()],
                }),
            };
            checked = Some((endpoint, of_endpoint));
            let window = windows.of(number, outcome, index);
            let (measure, policies) = (outcome.measure, outcome.policies);
            let value =
                of_endpoint.and_then(|spells| spells.value(observation, window, measure, policies));
            let value = match value {
                Ok(value) => {
                    part.unknown[number] |= value.number.is_none() && value.unseen.is_none();
                    value.number
                }
                Err(KernelError::Undeclared(cause)) => {
                    part.undeclared[number].get_or_insert((person, cause));
                    None
                }
                // Grouping has sorted them.
                Err(KernelError::Lengths | KernelError::Unsorted) => None,
            };
            if let Some(place) = numbers[number].get_mut(at) {
                *place = value.unwrap_or(f64::NAN);
            }
        }
    }
    part
}

/// When a person left, by the participant list.
fn exits(
    people: &People,
    person: usize,
) -> impl Iterator<Item = (regtrial_registers::Exit, Day)> + Clone + '_ {
    let days = people.exits.iter();
    days.filter_map(move |(exit, days)| Some((*exit, days.get(person).copied().flatten()?)))
}

//! One person's outcome from plain slices of days: no table engine, nothing allocated on the way.
//!
//! For engines that hold millions of people: spells come as slices, sorted by their first day, and
//! one pass over them gives the value. The meaning is that of [`measure::value`], which takes the
//! days as sets; where spells of unknown state come in, it is asked itself.

use crate::measure::{self, Measure, Refused, States, Value};
use crate::observation::{Cause, Observation, Policies, Unobserved};
use crate::rule::Truth;
use crate::span::Span;
use regtrial_registers::Day;

/// One person's spells: closed intervals of days, in the order of their first days.
#[derive(Debug, Clone, Copy)]
pub struct Spells<'a> {
    /// First days.
    pub first: &'a [Day],
    /// Last days.
    pub last: &'a [Day],
    /// What the endpoint's rule says of each spell.
    pub truth: &'a [Truth],
}

/// Why there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KernelError {
    /// The slices have different lengths.
    #[error("the slices of a person's spells have different lengths")]
    Lengths,
    /// The spells are not in the order of their first days.
    #[error("a person's spells are not in the order of their first days")]
    Unsorted,
    /// Part of the window is unseen, and neither the plan nor the measure says what that means.
    #[error(
        "people are seen for part of the window only, and the plan does not say what that means"
    )]
    Undeclared(Cause),
}

/// The value of a measure in a window.
///
/// # Errors
/// Spells out of order, slices of different lengths, or a cause for which the policies are silent.
///
/// ```
/// use regtrial_outcomes::kernel::{KernelError, Spells, value};
/// use regtrial_outcomes::measure::Measure;
/// use regtrial_outcomes::observation::{Observation, Policies};
/// use regtrial_outcomes::rule::Truth;
/// use regtrial_outcomes::span::Span;
///
/// let (seen, window) = (Span::new(0, 1000), Span::new(100, 200));
/// let observation = Observation::new(seen, std::iter::empty(), true);
/// let (first, last, truth) = ([90, 105], [109, 119], [Truth::True; 2]);
/// let spells = Spells { first: &first, last: &last, truth: &truth };
/// let days = |spells| value(spells, &observation, window, Measure::Days, Policies::default());
/// // 100 to 119: days in both spells count once, those before the window not at all.
/// assert_eq!(days(spells)?.number, Some(20.0));
/// let shuffled = Spells { first: &[105, 90], last: &[119, 109], truth: &truth };
/// assert_eq!(days(shuffled), Err(KernelError::Unsorted));
/// # Ok::<(), KernelError>(())
/// ```
pub fn value(
    spells: Spells<'_>,
    observation: &Observation,
    window: Span,
    measure: Measure,
    policies: Policies,
) -> Result<Value, KernelError> {
    Checked::new(spells)?.value(observation, window, measure, policies)
}

/// Spells that are as they must be: for the values of several measures.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    spells: Spells<'a>,
    /// Whether the rule says yes or no of every spell.
    is_certain: bool,
}

impl<'a> Checked<'a> {
    /// Holds spells against what is asked of them.
    ///
    /// # Errors
    /// Spells out of order, or slices of different lengths.
    pub fn new(spells: Spells<'a>) -> Result<Self, KernelError> {
        let Spells { first, last, truth } = spells;
        if first.len() != last.len() || first.len() != truth.len() {
            return Err(KernelError::Lengths);
        }
        if !first.is_sorted() {
            return Err(KernelError::Unsorted);
        }
        let is_certain = !truth.contains(&Truth::Unknown);
        Ok(Self { spells, is_certain })
    }

    /// As [`value`].
    ///
    /// # Errors
    /// A cause for which the policies are silent.
    pub fn value(
        &self,
        observation: &Observation,
        window: Span,
        measure: Measure,
        policies: Policies,
    ) -> Result<Value, KernelError> {
        if !is_known(measure) || !self.is_certain {
            let states = states(self.spells);
            let value = measure::value(&states, observation, window, measure, policies);
            return value.map_err(|refused| match refused {
                Refused::Undeclared(cause) => KernelError::Undeclared(cause),
                // The states are put in order, and no money is added up.
                Refused::Unordered | Refused::Price { .. } => KernelError::Unsorted,
            });
        }
        let mut strictest: Option<(Unobserved, Cause)> = None;
        for cause in observation.unseen_parts(window) {
            let policy = match policies.of(cause) {
                Some(policy) => policy,
                None if measure.has_default() => Unobserved::Missing,
                None => return Err(KernelError::Undeclared(cause)),
            };
            strictest = strictest.max(Some((policy, cause)));
        }
        let (policy, unseen) = strictest.unzip();
        let pieces = observation.seen.iter().map(|seen| seen.intersect(window));
        let pieces = pieces.filter(|piece| !piece.is_empty());
        let nothing_seen = || !window.is_empty() && pieces.clone().next().is_none();
        let number = match policy {
            Some(Unobserved::Missing) => None,
            Some(policy) if policy.rests_on_seen() && nothing_seen() => None,
            _ => Some(number(self.spells, pieces, measure)),
        };
        Ok(Value {
            number,
            unseen,
            policy,
            ..Value::default()
        })
    }
}

/// Whether one pass over the spells gives the measure.
#[must_use]
pub fn is_known(measure: Measure) -> bool {
    use Measure::{Days, Episodes, Ever, Longest, Status};
    matches!(measure, Status | Ever | Days | Longest | Episodes)
}

/// The spells as sets of days.
fn states(spells: Spells<'_>) -> States {
    let of = |wanted: Truth| {
        let days = spells.first.iter().zip(spells.last).zip(spells.truth);
        days.filter(|(_, truth)| **truth == wanted)
            .map(|((first, last), _)| Span::closed(*first, *last))
            .collect()
    };
    States::new(of(Truth::True), of(Truth::Unknown))
}

/// A measure over the pieces of its window that are seen whole, of spells whose state is certain.
fn number(spells: Spells<'_>, pieces: impl Iterator<Item = Span>, measure: Measure) -> f64 {
    // By name: what is not among them never comes here.
    if matches!(measure, Measure::Days) {
        return f64::from(pieces.map(|piece| days(spells, piece)).sum::<i32>());
    }
    let mut runs = Runs::default();
    if matches!(measure, Measure::Longest) {
        pieces.for_each(|piece| runs.add(spells, piece));
        f64::from(runs.longest)
    } else if matches!(measure, Measure::Episodes) {
        pieces.for_each(|piece| runs.add(spells, piece));
        f64::from(runs.count)
    } else {
        let any = { pieces }.any(|piece| is_any(spells, piece));
        f64::from(u8::from(any))
    }
}

/// Whether some day of a piece lies in a spell. Every spell is looked at: none of the decisions can be
/// guessed, and without them it is quicker.
fn is_any(spells: Spells<'_>, piece: Span) -> bool {
    let all = spells.first.iter().zip(spells.last).zip(spells.truth);
    all.fold(false, |any, ((first, last), truth)| {
        let overlaps = (*first < piece.end) & (*last >= piece.start) & (*last >= *first);
        any | (overlaps & (*truth == Truth::True))
    })
}

/// Days of a piece in spells, those in several counted once; without decisions as well.
fn days(spells: Spells<'_>, piece: Span) -> i32 {
    let (mut days, mut counted) = (0, piece.start);
    for ((first, last), truth) in spells.first.iter().zip(spells.last).zip(spells.truth) {
        let end = match truth {
            Truth::True => last.saturating_add(1).min(piece.end),
            _ => counted,
        };
        days += end.saturating_sub(*first.max(&counted)).max(0);
        counted = counted.max(end);
    }
    days
}

/// Unbroken runs of days.
#[derive(Debug, Clone, Copy, Default)]
struct Runs {
    count: u32,
    longest: i32,
}

impl Runs {
    /// Adds the runs within a piece of the window that is seen whole.
    fn add(&mut self, spells: Spells<'_>, piece: Span) {
        let mut run = Span::new(piece.start, piece.start);
        let days = spells.first.iter().zip(spells.last).zip(spells.truth);
        for ((first, last), truth) in days {
            if *first >= piece.end {
                break;
            }
            let spell = Span::closed(*first, *last).intersect(piece);
            if *truth != Truth::True || spell.is_empty() {
                continue;
            }
            if spell.start <= run.end && !run.is_empty() {
                run.end = run.end.max(spell.end);
            } else {
                self.close(run);
                run = spell;
            }
        }
        self.close(run);
    }

    fn close(&mut self, run: Span) {
        if !run.is_empty() {
            self.count += 1;
            self.longest = self.longest.max(run.days());
        }
    }
}

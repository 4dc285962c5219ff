//! Measures that are counted from single spells: sums of a field, jobs, contacts, bed-days.

use super::answer::{Count, Counted};
use super::{Measure, Question, Refused, Sum};
use crate::calendar::{by_month, month_of, year_month};
use crate::span::{Span, between, contains, days, union, within};
use regtrial_registers::{Day, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// A spell that brings a person into the state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Carrier {
    /// Its days.
    pub span: Span,
    /// Whether the rule is certain of it; if not it may be none of the state's spells.
    pub certain: bool,
    /// Which job it is part of; spells of the same job share it.
    pub job: u64,
    /// The number of the field that is added up, if it is known.
    pub value: Option<f64>,
    /// What the number speaks of.
    pub unit: Unit,
}

/// What money of each month is multiplied by to be in the prices of one year.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    /// The year in whose prices sums are given.
    pub base: i32,
    /// Factor by year and month.
    pub factors: BTreeMap<(i32, u32), f64>,
}

impl Prices {
    fn factor(&self, day: Day) -> Result<f64, Refused> {
        let (year, month) = year_month(day).unwrap_or((0, 0));
        let factor = self.factors.get(&(year, month));
        factor.copied().ok_or(Refused::Price { year, month })
    }
}

/// A measure over the days in the state, disjoint and in order.
pub(super) fn number(
    question: &Question<'_>,
    in_state: &[Span],
    carriers: &[Carrier],
    count: Count,
) -> Result<Counted, Refused> {
    let counts = |carrier: &&Carrier| {
        let part = within(&[carrier.span], in_state);
        (carrier.certain || count == Count::All) && !part.is_empty()
    };
    let mut inside: Vec<Carrier> = carriers.iter().filter(counts).copied().collect();
    // The order of rows must not show in the last digit of a sum.
    inside.sort_by(|a, b| {
        let by_value = a.value.unwrap_or(0.0).total_cmp(&b.value.unwrap_or(0.0));
        a.span.cmp(&b.span).then(by_value)
    });
    let starts = || {
        let starts = inside.iter().map(|carrier| carrier.span.start);
        starts.filter(|start| contains(in_state, *start))
    };
    let number = match question.measure {
        Measure::Sum(sum) => return total(question, sum, in_state, &inside),
        Measure::Jobs => {
            let jobs: BTreeSet<u64> = inside.iter().map(|carrier| carrier.job).collect();
            jobs.len() as f64
        }
        Measure::LongestJob => f64::from(longest_job(in_state, &inside)),
        Measure::Starts => starts().count() as f64,
        Measure::Visits => starts().collect::<BTreeSet<Day>>().len() as f64,
        Measure::BedDays => {
            let nights = inside
                .iter()
                .map(|stay| Span::new(stay.span.start, stay.span.end - 1));
            f64::from(days(&within(&union(nights.collect()), in_state)))
        }
        // The others are asked of the days alone.
        _ => f64::NAN,
    };
    Ok(Counted {
        number,
        is_complete: true,
    })
}

fn longest_job(in_state: &[Span], carriers: &[Carrier]) -> i32 {
    let mut jobs: BTreeMap<u64, Vec<Span>> = BTreeMap::new();
    for carrier in carriers {
        jobs.entry(carrier.job).or_default().push(carrier.span);
    }
    let runs = jobs
        .into_values()
        .flat_map(|spans| within(&union(spans), in_state));
    runs.map(Span::days).max().unwrap_or(0)
}

fn total(
    question: &Question<'_>,
    sum: Sum,
    in_state: &[Span],
    carriers: &[Carrier],
) -> Result<Counted, Refused> {
    // A number that is not known adds nothing to the lower bound.
    let is_complete = carriers.iter().all(|carrier| carrier.value.is_some());
    if let Some(cap) = question.cap {
        let number = capped(cap, in_state, carriers);
        return Ok(Counted {
            number,
            is_complete,
        });
    }
    let mut total = 0.0;
    let paid = |carrier: &&Carrier| carrier.value.is_some_and(|value| value != 0.0);
    for carrier in carriers.iter().filter(paid) {
        for part in within(&[carrier.span], in_state) {
            for month in by_month(part) {
                let price = match question.prices {
                    Some(prices) if sum.is_money() => prices.factor(month.start)?,
                    _ => 1.0,
                };
                total += price * f64::from(month.days()) * a_day(carrier, month.start);
            }
        }
    }
    Ok(Counted {
        number: total,
        is_complete,
    })
}

/// What a spell adds on a day.
fn a_day(carrier: &Carrier, day: Day) -> f64 {
    let value = carrier.value.unwrap_or(0.0);
    match carrier.unit {
        Unit::PerWeek => value / 7.0,
        Unit::PerMonth => value / month_of(day).map_or(30.0, |month| f64::from(month.days())),
        Unit::Whole => value / f64::from(carrier.span.days()),
        Unit::Percent => value / 100.0,
    }
}

/// The sum over days of what all spells of a day add together, at most the cap: percent of a full
/// day, or hours a week.
fn capped(cap: f64, in_state: &[Span], carriers: &[Carrier]) -> f64 {
    let edges = |span: &Span| [span.start, span.end];
    let carried = carriers.iter().flat_map(|carrier| edges(&carrier.span));
    let boundaries = carried.chain(in_state.iter().flat_map(edges)).collect();
    let mut total = 0.0;
    for span in between(boundaries) {
        if !contains(in_state, span.start) {
            continue;
        }
        let here = carriers.iter().filter(|c| c.span.contains(span.start));
        let (mut together, mut a_whole) = (0.0, 100.0);
        for carrier in here {
            together += carrier.value.unwrap_or(0.0);
            if carrier.unit == Unit::PerWeek {
                a_whole = 7.0;
            }
        }
        total += f64::from(span.days()) * together.min(cap) / a_whole;
    }
    total
}

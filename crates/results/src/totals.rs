//! Totals of a quantity, and what readers can work out of one person's share of them.
//!
//! A mean with the number of people is a total, and so is a coefficient of a linear model: its
//! equations say how much every arm has in all. The p% rule asks that nobody who takes part, and
//! knows the own value, can tell how much another has at most to within p per cent. Here it is asked
//! of all totals that leave together: who is in every one of them makes up a [`Part`], the totals
//! are sums of unknown amounts $t \ge 0$ of parts, and linear programming finds the greatest $t$ of a
//! part that they allow. With a single total it is the usual rule: the total without its two largest
//! contributions is at least p per cent of the largest.
//!
//! Together with a total those are judged that people in it are in, too, as far as they cut people into
//! few parts ([`beside`](self::beside)): the parts of a sum and what is nested, before what cuts across.
//!
//! Totals are let out in the order of their importance, each only if the rule holds beside those
//! before it: what is left out changes nothing of what stands.
//!
//! **References.** Hundepool et al. 2012, section 4.2 (the rule), 4.3 (sums of cells).

use crate::Record;
use crate::audit::{Equation, range};
use crate::cells::mixed;
use crate::importance::{Importance, Ranking};
use crate::largest::Largest;
use beside::People;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What some people have of a quantity, added up; never negative.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    key: u128,
    /// By a number of the person and the quantity; of those who have any.
    shares: Vec<Share>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Share {
    item: u128,
    value: f64,
}

// No value is NaN.
impl Eq for Total {}

impl Total {
    /// What people, given by a number that stays theirs ([`person`](crate::person)), have of a
    /// quantity. Nothing if nobody has any, or somebody less than none: then a total bounds nothing.
    #[must_use]
    pub fn of(quantity: &str, people: impl IntoIterator<Item = (u64, f64)>) -> Option<Arc<Self>> {
        let quantity = mixed(crate::person(quantity));
        let (mut key, mut shares) = (0, Vec::new());
        for (number, value) in people {
            if value.is_nan() || value < 0.0 {
                return None;
            }
            if value > 0.0 {
                let high = mixed(quantity ^ number);
                let low = mixed(high ^ value.to_bits());
                let item = u128::from(high) << 64 | u128::from(low);
                key ^= item;
                shares.push(Share { item, value });
            }
        }
        (!shares.is_empty()).then(|| Arc::new(Self { key, shares }))
    }

    /// What is left without the two largest shares, in per cent of the largest.
    pub(crate) fn remainder(&self) -> u64 {
        let shares = self.shares.iter().map(|share| share.value);
        // Every share is more than nothing.
        shares.collect::<Largest>().remainder().unwrap_or_default()
    }
}

/// The records that cannot leave because one person's share of a total would be known too well.
pub(crate) fn dominated(records: &[Record], ranking: &Ranking<'_>, percent: u64) -> Vec<usize> {
    if percent == 0 {
        return Vec::new();
    }
    let people = People::of(records);
    let has_totals = |i: &usize| !records[*i].suppressed && !records[*i].cells.totals.is_empty();
    let mut order: Vec<usize> = (0..records.len()).filter(has_totals).collect();
    order.sort_by_key(|&i| (Reverse(worth(&records[i], ranking)), i));
    let mut shown: BTreeMap<u128, &Total> = BTreeMap::new();
    let mut refused: BTreeSet<Vec<u128>> = BTreeSet::new();
    let mut found = Vec::new();
    for i in order {
        let own = &records[i].cells.totals;
        let added = own.iter().filter(|total| !shown.contains_key(&total.key));
        let added: Vec<&Total> = added.map(AsRef::as_ref).collect();
        let mut keys: Vec<u128> = added.iter().map(|total| total.key).collect();
        keys.sort_unstable();
        if keys.is_empty() {
            continue;
        }
        let mut tried = shown.clone();
        tried.extend(added.iter().map(|total| (total.key, *total)));
        let together = |key: &u128| people.beside(&tried, *key);
        if refused.contains(&keys) || !keys.iter().all(|key| is_safe(&together(key), percent)) {
            // More totals leave no more room.
            refused.insert(keys);
            found.push(i);
        } else {
            shown = tried;
        }
    }
    found
}

/// As elsewhere, but a variable among the characteristics never costs an outcome.
fn worth(record: &Record, ranking: &Ranking<'_>) -> Importance {
    match ranking.of(record) {
        Importance::People => Importance::Beside,
        other => other,
    }
}

/// People who are in the same totals.
struct Part {
    /// The totals.
    of: Vec<usize>,
    shares: Largest,
}

fn parts(totals: &[&Total]) -> Vec<Part> {
    let mut of_item: BTreeMap<u128, (f64, Vec<usize>)> = BTreeMap::new();
    for (i, total) in totals.iter().enumerate() {
        for share in &total.shares {
            let entry = of_item.entry(share.item);
            entry.or_insert((share.value, Vec::new())).1.push(i);
        }
    }
    let mut found: BTreeMap<Vec<usize>, Largest> = BTreeMap::new();
    for (value, of) in of_item.into_values() {
        found.entry(of).or_default().add(value);
    }
    let part = |(of, shares)| Part { of, shares };
    found.into_iter().map(part).collect()
}

/// Whether nobody can tell another's share to within so many per cent.
fn is_safe(totals: &[&Total], percent: u64) -> bool {
    let parts = parts(totals);
    let margin = 1.0 + percent as f64 / 100.0;
    // Of a part its largest share is the best known; whoever has the most knows the most.
    (0..parts.len()).all(|of| {
        (0..parts.len()).all(|by| {
            let known = match by == of {
                true => parts[by].shares.second,
                false => parts[by].shares.first,
            };
            let own = if by == of { known } else { 0.0 };
            let wanted = margin * parts[of].shares.first + own;
            parts[of].shares.all >= wanted
                || greatest(&parts, totals.len(), of, (by, known)) >= wanted * (1.0 - 1e-9)
        })
    })
}

/// The greatest amount of a part that the totals allow, where another is known to be at least so
/// much.
fn greatest(parts: &[Part], totals: usize, of: usize, (by, least): (usize, f64)) -> f64 {
    let unit = parts.iter().map(|part| part.shares.all).sum::<f64>();
    let mut equations: Vec<Equation> = (0..totals)
        .map(|_| Equation {
            terms: Vec::new(),
            total: 0.0,
        })
        .collect();
    for (i, part) in parts.iter().enumerate() {
        let sure = if i == by { least } else { 0.0 };
        for &total in &part.of {
            equations[total].terms.push((i, 1.0));
            equations[total].total += (part.shares.all - sure) / unit;
        }
    }
    let sure = if of == by { least } else { 0.0 };
    match range(&equations, parts.len(), of) {
        Some((_, most)) => most * unit + sure,
        // The true amounts solve the equations, but for rounding.
        None => parts[of].shares.all,
    }
}

mod beside;
#[cfg(test)]
mod tests;

//! Which totals are judged together.
//!
//! All totals of all tables cut a few hundred people into parts of one each, and every pair of parts
//! asks for a linear program. What gives a share away are sums and their parts, and totals that differ
//! by few people: these cut into few parts. So the totals beside one are taken in the order of how
//! many parts each adds, up to [`PARTS`].

use super::{Share, Total};
use crate::Record;
use std::collections::BTreeMap;

/// Parts that the totals which are judged together may have.
const PARTS: usize = 40;

/// Who is in which total.
pub(super) struct People {
    items: usize,
    /// By total, one bit a person.
    of_total: BTreeMap<u128, Vec<u64>>,
}

impl People {
    pub(super) fn of(records: &[Record]) -> Self {
        let mut index: BTreeMap<u128, usize> = BTreeMap::new();
        let mut numbers: BTreeMap<u128, Vec<usize>> = BTreeMap::new();
        let totals = records.iter().flat_map(|record| &record.cells.totals);
        for total in totals {
            numbers.entry(total.key).or_insert_with(|| {
                let number = |Share { item, .. }: &Share| {
                    let next = index.len();
                    *index.entry(*item).or_insert(next)
                };
                total.shares.iter().map(number).collect()
            });
        }
        let items = index.len();
        let bits = |numbers: Vec<usize>| {
            let mut bits = vec![0; items.div_ceil(64)];
            numbers.iter().for_each(|i| bits[i / 64] |= 1 << (i % 64));
            bits
        };
        let of_total = numbers
            .into_iter()
            .map(|(key, numbers)| (key, bits(numbers)));
        Self {
            items,
            of_total: of_total.collect(),
        }
    }

    /// A total and those to be judged with it.
    pub(super) fn beside<'a>(
        &self,
        totals: &BTreeMap<u128, &'a Total>,
        key: u128,
    ) -> Vec<&'a Total> {
        let mut chosen = vec![key];
        let mut parts = Parts::new(self.items);
        let Some(own) = self.of_total.get(&key) else {
            return Vec::new();
        };
        parts.cut(own);
        let others = totals.keys().filter(|other| **other != key);
        let mut others: Vec<(u128, &Vec<u64>)> = others
            .filter_map(|other| Some((*other, self.of_total.get(other)?)))
            .collect();
        loop {
            let added = others.iter().enumerate().filter_map(|(at, (other, bits))| {
                // Who shares nobody with them tells nothing of them.
                let added = parts.added(bits)?;
                Some((added, differing(own, bits), *other, at))
            });
            match added.min() {
                Some((added, .., at)) if parts.count + added <= PARTS => {
                    let (other, bits) = others.swap_remove(at);
                    parts.cut(bits);
                    chosen.push(other);
                }
                _ => break,
            }
        }
        chosen.sort_unstable();
        let chosen = chosen.iter().filter_map(|key| totals.get(key).copied());
        chosen.collect()
    }
}

/// How many people are in one of two totals alone.
fn differing(one: &[u64], other: &[u64]) -> u32 {
    let differing = one.iter().zip(other).map(|(a, b)| (a ^ b).count_ones());
    differing.sum()
}

/// People cut into parts by totals.
struct Parts {
    /// By person; 0 for who is in none.
    of: Vec<u8>,
    sizes: Vec<usize>,
    count: usize,
}

impl Parts {
    fn new(items: usize) -> Self {
        Self {
            of: vec![0; items],
            sizes: vec![items],
            count: 0,
        }
    }

    /// Of each part, how many are in a total.
    fn within(&self, bits: &[u64]) -> Vec<usize> {
        let mut within = vec![0; self.sizes.len()];
        for (word, bits) in bits.iter().enumerate() {
            let mut rest = *bits;
            while rest != 0 {
                let item = 64 * word + rest.trailing_zeros() as usize;
                within[usize::from(self.of[item])] += 1;
                rest &= rest - 1;
            }
        }
        within
    }

    /// How many parts a total adds; nothing if it shares nobody with those there are.
    fn added(&self, bits: &[u64]) -> Option<usize> {
        let within = self.within(bits);
        if within[1..].iter().all(|own| *own == 0) {
            return None;
        }
        let is_cut = |part: &usize| within[*part] > 0 && within[*part] < self.sizes[*part];
        let cut = (1..self.sizes.len()).filter(is_cut).count();
        Some(cut + usize::from(within[0] > 0))
    }

    fn cut(&mut self, bits: &[u64]) {
        let within = self.within(bits);
        let mut new = vec![None; within.len()];
        for (part, &own) in within.iter().enumerate() {
            if own > 0 && (part == 0 || own < self.sizes[part]) {
                new[part] = Some(self.sizes.len() as u8);
                self.sizes[part] -= own;
                self.sizes.push(own);
                self.count += 1;
            }
        }
        for (item, of) in self.of.iter_mut().enumerate() {
            if bits[item / 64] >> (item % 64) & 1 == 1
                && let Some(new) = new[usize::from(*of)]
            {
                *of = new;
            }
        }
    }
}

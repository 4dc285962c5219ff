//! An even sample of the distinct values of a column.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Distinct values from which on a share is judged.
const FEW: usize = 20;
/// Hashes kept.
pub(super) const LIMIT: usize = 65_536;

/// The smallest hashes of distinct values, with their marks.
#[derive(Default, Clone)]
pub(super) struct Sample {
    /// Between the limit and twice the limit of hashes before the larger ones are dropped: to keep
    /// them in order throughout takes longer than all else that is done with a cell.
    marks: HashMap<u64, u8, BuildHasherDefault<Itself>>,
    /// The largest hash that was kept when some were dropped.
    largest: Option<u64>,
}

impl Sample {
    pub(super) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    pub(super) fn insert(&mut self, hash: u64, marks: u8) {
        if self.largest.is_some_and(|largest| hash > largest) {
            return;
        }
        *self.marks.entry(hash).or_default() |= marks;
        if self.marks.len() >= 2 * LIMIT {
            let largest = self.bound();
            self.marks.retain(|hash, _| Some(*hash) <= largest);
            self.largest = largest;
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (&hash, &marks) in &other.marks {
            self.insert(hash, marks);
        }
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        let mut union = self.clone();
        union.merge(other);
        union
    }

    /// The largest of the smallest hashes, if there are as many as are kept.
    fn bound(&self) -> Option<u64> {
        let mut hashes: Vec<u64> = self.marks.keys().copied().collect();
        if hashes.len() < LIMIT {
            return None;
        }
        Some(*hashes.select_nth_unstable(LIMIT - 1).1)
    }

    /// The smallest hashes and their marks, in any order.
    pub(super) fn kept(&self) -> impl Iterator<Item = (u64, u8)> {
        let bound = self.bound().unwrap_or(u64::MAX);
        let kept = self.marks.iter().filter(move |(hash, _)| **hash <= bound);
        kept.map(|(hash, marks)| (*hash, *marks))
    }

    /// Distinct values seen: exact below the limit, estimated from the largest hash kept above it.
    pub(super) fn distinct(&self) -> f64 {
        match self.bound() {
            Some(largest) => (LIMIT - 1) as f64 / ((largest as f64 + 1.0) / (u64::MAX as f64)),
            None => self.marks.len() as f64,
        }
    }

    /// Whether the distinct values are enough to judge and this share of them has the mark.
    pub(super) fn reaches(&self, mark: u8, percent: usize) -> bool {
        let kept = self.marks.len().min(LIMIT);
        let marked = self.kept().filter(|(_, marks)| marks & mark != 0).count();
        kept >= FEW && marked * 100 >= kept * percent
    }
}

/// The hash of a hash: itself, turned.
#[derive(Default, Clone)]
struct Itself(u64);

impl Hasher for Itself {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        // The smallest hashes have the same bits at the top: the middle ones tell them apart.
        self.0 = number.rotate_left(32);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

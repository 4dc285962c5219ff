//! Seeded draws whose values do not depend on the platform or on a distribution library.
//!
//! Everything is derived from the 64-bit words of ChaCha12 by integer arithmetic. One stream a
//! purpose: another dirty row in the register does not move anybody's days of work.

use rand::rngs::ChaCha12Rng;
use rand::{Rng, SeedableRng};

/// What a stream of draws is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// Identifiers, baseline characteristics, sites and arms.
    People = 1,
    /// The latent day process.
    Days = 2,
    /// Withdrawals, deaths, emigrations and failed links.
    Exits = 3,
    /// Employers, and how employed days are cut into jobs.
    Jobs = 4,
    /// Rows that must not count.
    Mess = 5,
    /// The order of rows.
    Order = 6,
    /// Contacts with hospitals.
    Hospital = 7,
    /// Contacts in primary care.
    PrimaryCare = 8,
    /// Norwegian benefits.
    Benefits = 9,
    /// Danish benefits.
    Weeks = 10,
    /// Labour market measures.
    Measures = 11,
    /// Pairs of people randomised together.
    Arms = 12,
    /// Rows of people who are not in the study.
    Background = 13,
    /// How the cells of a file are written.
    Cells = 14,
    /// Degrees and amounts of benefits.
    Degrees = 15,
}

/// A stream of draws.
pub(crate) struct Draws(ChaCha12Rng);

impl Draws {
    /// The stream for one purpose under one seed.
    pub(crate) fn new(seed: u64, purpose: Purpose) -> Self {
        // An odd constant (the golden ratio times 2^64) keeps the purposes of one seed apart.
        let offset = (purpose as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self(ChaCha12Rng::seed_from_u64(seed.wrapping_add(offset)))
    }

    /// One of the 2^64 independent streams of one purpose under one seed: one a person or a chunk,
    /// so that nobody's draws depend on who was drawn before.
    pub(crate) fn stream(seed: u64, purpose: Purpose, stream: u64) -> Self {
        let mut draws = Self::new(seed, purpose);
        draws.0.set_stream(stream);
        draws
    }

    /// 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Days to the first event of a process with a rate a day, from 0: an exponential time cut down
    /// to whole days. A rate that is not positive has no event within a thousand years.
    pub(crate) fn wait(&mut self, rate: f64) -> i32 {
        const NEVER: f64 = 365_250.0;
        let days = -(1.0 - self.unit()).ln() / rate;
        if days < NEVER {
            days as i32
        } else {
            NEVER as i32
        }
    }

    /// Uniform on `[0, 1)`, 53 bits.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform on `0..bound`; 0 where the bound is 0.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        ((u128::from(self.0.next_u64()) * u128::from(bound)) >> 64) as u32
    }

    /// Uniform on `low..=high`; `low` where the range is empty.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = u32::try_from(high - low + 1).unwrap_or(0);
        low + self.below(width) as i32
    }

    /// True with a probability given in thousandths.
    pub(crate) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// A position in a sequence of `length` elements.
    pub(crate) fn position(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).unwrap_or(u32::MAX)) as usize
    }

    /// One element of a non-empty array.
    pub(crate) fn pick<T: Copy, const N: usize>(&mut self, values: &[T; N]) -> T {
        values[self.position(N)]
    }

    /// A position drawn in proportion to integer weights.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (position, weight) in weights.iter().enumerate() {
            if left < *weight {
                return position;
            }
            left -= weight;
        }
        0
    }

    /// Puts a slice in random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            let other = self.position(last + 1);
            values.swap(last, other);
        }
    }
}

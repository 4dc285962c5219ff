//! A stream of draws for one replicate.

use crate::distributions::normal;
use rand::rngs::ChaCha12Rng;
use rand::{Rng, SeedableRng};

/// Uniform draws from a ChaCha12 stream, by integer arithmetic alone.
#[derive(Debug)]
pub struct Draws(ChaCha12Rng);

impl Draws {
    /// The stream of one replicate under a seed.
    #[must_use]
    pub fn new(seed: u64, replicate: u64) -> Self {
        let mut generator = ChaCha12Rng::seed_from_u64(seed);
        generator.set_stream(replicate);
        Self(generator)
    }

    /// A position below `bound`, every one equally likely; 0 where the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        // Multiply and shift; the few low products that would make some positions likelier are
        // drawn again (D. Lemire 2019, ACM TOMACS 29:3).
        let threshold = bound.wrapping_neg().checked_rem(bound).unwrap_or(0);
        loop {
            let product = u128::from(self.0.next_u64()) * u128::from(bound);
            if product as u64 >= threshold {
                return (product >> 64) as usize;
            }
        }
    }

    /// A number strictly between 0 and 1, every multiple of 2^-53 and a half equally likely.
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    /// A standard normal number.
    pub fn standard_normal(&mut self) -> f64 {
        normal::quantile(self.uniform())
    }

    /// Puts a slice in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            let other = self.below(last + 1);
            values.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Draws;

    #[test]
    fn every_order_is_equally_likely() {
        let mut counts = std::collections::BTreeMap::<[u8; 3], u32>::new();
        for replicate in 0..6000 {
            let mut values = [0, 1, 2];
            Draws::new(7, replicate).shuffle(&mut values);
            *counts.entry(values).or_default() += 1;
        }
        // Six orders, 1000 each: chi-squared with 5 degrees of freedom.
        let chi: f64 = counts
            .values()
            .map(|c| (f64::from(*c) - 1000.0).powi(2) / 1000.0)
            .sum();
        assert!(counts.len() == 6 && chi < 20.5, "{chi}");
    }

    #[test]
    fn streams_differ_and_repeat() {
        let first = |replicate| Draws::new(1, replicate).below(1 << 40);
        assert_eq!(first(3), first(3));
        assert_ne!(first(3), first(4));
    }
}

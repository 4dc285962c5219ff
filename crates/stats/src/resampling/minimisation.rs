//! Minimisation, replayed person by person in the order of enrolment.
//!
//! With n(j, f) the people of arm j who share the newcomer's level of factor f, the newcomer counted as if
//! in arm k, and r(j) the share of people meant for arm j, the imbalance of factor f is a measure d of the
//! spread of n(j, f) / r(j) over the arms; G(k) is the sum of weight(f) d(f). The arm with the smallest G,
//! ties broken at random in proportion to r, is taken with probability p, each other with (1 - p) /
//! (arms - 1).
//!
//! References: S. J. Pocock, R. Simon (1975), Biometrics 31:103-115; D. R. Taves (1974), Clinical
//! Pharmacology and Therapeutics 15:443-453 (p = 1); B. Han, N. H. Enas, D. McEntegart (2009),
//! Statistics in Medicine 28:3329-3346 (unequal shares, their naive minimisation).

use super::Draws;
use crate::StatsError;

/// How far apart the arms are within a level of a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Imbalance {
    /// Largest minus smallest.
    #[default]
    Range,
    /// Mean squared distance from the mean.
    Variance,
    /// Its square root.
    StandardDeviation,
}

/// A factor that was balanced.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// The level of each row.
    pub levels: Vec<usize>,
    /// How much its imbalance counts.
    pub weight: f64,
}

/// The rule by which a trial was minimised.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimisation {
    /// What was balanced.
    pub factors: Vec<Factor>,
    /// Rows in the order of enrolment.
    pub order: Vec<usize>,
    /// The share of people meant for each arm, up to a factor.
    pub ratio: Vec<f64>,
    /// How far apart the arms are.
    pub imbalance: Imbalance,
    /// Probability of the arm that balances best.
    pub probability: f64,
}

/// How often the allocation that was made is the one that the rule prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Agreement {
    /// People whose arm was the only one that balances best.
    pub preferred: usize,
    /// People for whom one arm balances best.
    pub decided: usize,
}

impl Minimisation {
    /// Checks the rule against the arms that were allotted, and counts how often it was followed.
    ///
    /// # Errors
    /// [`StatsError::Argument`] without a factor, for lengths that differ, an order that is none, a weight, ratio
    /// or probability out of range, or an allocation that the rule cannot make.
    pub fn agreement(&self, arms: &[usize]) -> Result<Agreement, StatsError> {
        self.check(arms)?;
        let mut counts = Counts::new(self);
        let (mut preferred, mut decided) = (0, 0);
        for &row in &self.order {
            let best = counts.best(self, row);
            let chosen = best.contains(&arms[row]);
            if best.len() == 1 {
                decided += 1;
                preferred += usize::from(chosen);
            }
            if self.probability >= 1.0 && !chosen {
                let rule = "cannot have made this allocation with a probability of 1: look at the order, the factors, their weights and the measure of imbalance";
                return Err(StatsError::argument("minimisation", rule));
            }
            counts.add(self, row, arms[row]);
        }
        Ok(Agreement { preferred, decided })
    }

    /// Allots everyone anew.
    pub(super) fn allot(&self, draws: &mut Draws) -> Vec<usize> {
        let arms = self.ratio.len();
        let mut counts = Counts::new(self);
        let mut made = vec![0; self.order.len()];
        for &row in &self.order {
            let best = counts.best(self, row);
            let first = self.one_of(&best, draws);
            let arm = if arms == 1 || draws.uniform() < self.probability {
                first
            } else {
                let other = draws.below(arms - 1);
                if other < first { other } else { other + 1 }
            };
            made[row] = arm;
            counts.add(self, row, arm);
        }
        made
    }

    /// One of the arms that balance equally well.
    fn one_of(&self, best: &[usize], draws: &mut Draws) -> usize {
        if let [only] = best {
            return *only;
        }
        let total: f64 = best.iter().map(|&arm| self.ratio[arm]).sum();
        let mut left = draws.uniform() * total;
        for &arm in best {
            left -= self.ratio[arm];
            if left < 0.0 {
                return arm;
            }
        }
        best[best.len() - 1]
    }

    fn check(&self, arms: &[usize]) -> Result<(), StatsError> {
        let n = arms.len();
        let wrong = |rule: &str| Err(StatsError::argument("minimisation", rule));
        if self.factors.is_empty() {
            return wrong("must have at least one factor");
        }
        if self.factors.iter().any(|factor| factor.levels.len() != n) {
            return wrong("must have a level of each factor for everyone");
        }
        let usable = |value: &f64| *value > 0.0 && value.is_finite();
        if !self.factors.iter().all(|factor| usable(&factor.weight)) {
            return wrong("must have weights above 0");
        }
        if !self.ratio.iter().all(usable) {
            return wrong("must have a ratio above 0 for each arm");
        }
        if arms.iter().any(|&arm| arm >= self.ratio.len()) {
            return wrong("must have a ratio for each arm");
        }
        let mut seen = vec![false; n];
        for &row in &self.order {
            match seen.get_mut(row) {
                Some(seen) if !*seen => *seen = true,
                _ => return wrong("must have everyone once in its order"),
            }
        }
        if self.order.len() != n {
            return wrong("must have everyone once in its order");
        }
        let least = (self.ratio.len() as f64).recip();
        if !(self.probability >= least - 1e-12 && self.probability <= 1.0) {
            return wrong("must have a probability of the best arm from 1 / arms to 1");
        }
        Ok(())
    }
}

/// People by factor, level and arm.
struct Counts(Vec<Vec<Vec<f64>>>);

impl Counts {
    fn new(rule: &Minimisation) -> Self {
        let of = |factor: &Factor| {
            let levels = factor.levels.iter().max().map_or(0, |level| level + 1);
            vec![vec![0.0; rule.ratio.len()]; levels]
        };
        Self(rule.factors.iter().map(of).collect())
    }

    fn add(&mut self, rule: &Minimisation, row: usize, arm: usize) {
        for (factor, counts) in rule.factors.iter().zip(&mut self.0) {
            counts[factor.levels[row]][arm] += 1.0;
        }
    }

    /// The arms that leave the least imbalance.
    fn best(&self, rule: &Minimisation, row: usize) -> Vec<usize> {
        let arms = rule.ratio.len();
        let total: Vec<f64> = (0..arms)
            .map(|arm| {
                let parts = rule.factors.iter().zip(&self.0);
                let parts = parts.map(|(factor, counts)| {
                    let own = counts[factor.levels[row]].iter().enumerate();
                    let shares =
                        own.map(|(j, n)| (n + f64::from(u8::from(j == arm))) / rule.ratio[j]);
                    factor.weight * rule.imbalance.of(&shares.collect::<Vec<f64>>())
                });
                parts.sum()
            })
            .collect();
        let least = total.iter().copied().fold(f64::INFINITY, f64::min);
        // Sums that differ by rounding alone are ties.
        let slack = 1e-9 * least.abs().max(1.0);
        (0..arms)
            .filter(|&arm| total[arm] <= least + slack)
            .collect()
    }
}

impl Imbalance {
    fn of(self, counts: &[f64]) -> f64 {
        match self {
            Self::Range => {
                let largest = counts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                largest - counts.iter().copied().fold(f64::INFINITY, f64::min)
            }
            Self::Variance | Self::StandardDeviation => {
                let n = counts.len() as f64;
                let mean = counts.iter().sum::<f64>() / n;
                let variance = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / n;
                if self == Self::Variance {
                    variance
                } else {
                    variance.sqrt()
                }
            }
        }
    }
}

//! The treated events of a two-by-two table when both margins are fixed: Fisher's noncentral
//! hypergeometric distribution, with the log odds ratio as its parameter.
//!
//! Reference: A. Agresti (2013), *Categorical Data Analysis*, section 16.5.

use super::TwoByTwo;
use crate::distributions::hypergeometric;
use crate::roots;

/// The largest |ln odds ratio| looked at.
pub(super) const EDGE: f64 = 700.0;

/// The distribution of the treated events when both margins are fixed.
pub(crate) struct Conditional {
    low: u64,
    high: u64,
    observed: u64,
    /// Logarithms of the central hypergeometric probabilities over the support.
    log_weights: Vec<f64>,
}

impl Conditional {
    pub(crate) fn new(table: TwoByTwo) -> Self {
        let (population, successes, draws) = (table.total(), table.events(), table.treated.total());
        let (low, high) = hypergeometric::support(population, successes, draws);
        let log_weights = (low..=high)
            .map(|k| hypergeometric::ln_pmf(k, population, successes, draws))
            .collect();
        Self {
            low,
            high,
            observed: table.treated.events,
            log_weights,
        }
    }

    /// Whether no smaller count of treated events is possible.
    pub(crate) fn at_low(&self) -> bool {
        self.observed == self.low
    }

    /// Whether no larger count of treated events is possible.
    pub(crate) fn at_high(&self) -> bool {
        self.observed == self.high
    }

    /// ln P(X = observed) with its first two derivatives in the log odds ratio.
    pub(crate) fn log_probability(&self, log_odds: f64) -> [f64; 3] {
        let (mut total, mut sum, mut squares) = (0.0, 0.0, 0.0);
        let largest = self.visit(log_odds, |k, weight| {
            let off = k as f64 - self.observed as f64;
            total += weight;
            sum += off * weight;
            squares += off * off * weight;
        });
        let at = (self.observed - self.low) as usize;
        let own = self.log_weights[at] + log_odds * at as f64 - largest;
        let mean = sum / total;
        [own - total.ln(), -mean, mean * mean - squares / total]
    }

    /// Calls `visit(k, weight)` with weights proportional to the probability of k, the largest 1, and gives the
    /// logarithm by which they were divided.
    fn visit(&self, log_odds: f64, mut visit: impl FnMut(u64, f64)) -> f64 {
        let tilted = |i: usize| self.log_weights[i] + log_odds * i as f64;
        let largest = (0..self.log_weights.len())
            .map(tilted)
            .fold(f64::NEG_INFINITY, f64::max);
        for i in 0..self.log_weights.len() {
            let log = tilted(i) - largest;
            if log > -745.0 {
                visit(self.low + i as u64, log.exp());
            }
        }
        largest
    }

    /// P(X <= observed) and P(X >= observed), the observed table itself counted by `own_weight`.
    pub(super) fn tails(&self, log_odds: f64, own_weight: f64) -> (f64, f64) {
        let (mut below, mut own, mut above) = (0.0, 0.0, 0.0);
        self.visit(log_odds, |k, weight| match k.cmp(&self.observed) {
            std::cmp::Ordering::Less => below += weight,
            std::cmp::Ordering::Equal => own += weight,
            std::cmp::Ordering::Greater => above += weight,
        });
        let total = below + own + above;
        (
            (below + own_weight * own) / total,
            (above + own_weight * own) / total,
        )
    }

    pub(super) fn maximum_likelihood(&self) -> f64 {
        if self.low == self.high {
            return f64::NAN;
        }
        if self.at_low() {
            return 0.0;
        }
        if self.at_high() {
            return f64::INFINITY;
        }
        // The mean rises with the odds ratio; it is summed as deviations from the observed count,
        // so that the comparison keeps its digits.
        let excess = |log_odds: f64| {
            let (mut sum, mut total) = (0.0, 0.0);
            self.visit(log_odds, |k, weight| {
                sum += (k as f64 - self.observed as f64) * weight;
                total += weight;
            });
            sum / total
        };
        roots::bisect(-EDGE, EDGE, |log_odds| excess(log_odds) < 0.0).exp()
    }
}

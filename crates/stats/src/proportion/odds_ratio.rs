//! Confidence intervals of the odds ratio of two independent proportions, treated over control.
//!
//! References: B. Woolf (1955), Annals of Human Genetics 19:251-253; J. Cornfield (1956) for the
//! conditional (noncentral hypergeometric) limits; A. Agresti (2013), *Categorical Data Analysis*,
//! section 16.6, for mid-p limits.

use super::TwoByTwo;
use crate::distributions::hypergeometric;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, roots};

/// The log-normal interval. With an empty cell the ratio is 0, infinite or undefined and has no
/// standard error.
#[must_use]
pub fn woolf(table: TwoByTwo, level: ConfidenceLevel) -> Estimate {
    let (a, b) = (table.treated.x(), table.treated.non_events() as f64);
    let (c, d) = (table.control.x(), table.control.non_events() as f64);
    let ratio = (a * d) / (b * c);
    if table.smallest_cell() == 0 {
        return Estimate::ratio_without_error(Statistic::OddsRatio, Method::Woolf, ratio);
    }
    let std_error = (a.recip() + b.recip() + c.recip() + d.recip()).sqrt();
    Estimate::wald_log(Statistic::OddsRatio, Method::Woolf, ratio, std_error, level)
}

/// The conditional maximum-likelihood odds ratio with Cornfield's exact limits, each cutting off
/// half of alpha. Not the sample odds ratio: it conditions on both margins.
#[must_use]
pub fn conditional_exact(table: TwoByTwo, level: ConfidenceLevel) -> Estimate {
    conditional(table, level, Method::ConditionalExact, 1.0)
}

/// The same estimate with mid-p limits: half the probability of the observed table counts.
#[must_use]
pub fn conditional_mid_p(table: TwoByTwo, level: ConfidenceLevel) -> Estimate {
    conditional(table, level, Method::ConditionalMidP, 0.5)
}

fn conditional(
    table: TwoByTwo,
    level: ConfidenceLevel,
    method: Method,
    own_weight: f64,
) -> Estimate {
    let model = Conditional::new(table);
    let tail = level.alpha() / 2.0;
    let low = if model.observed == model.low {
        0.0
    } else {
        roots::bisect(-EDGE, EDGE, |log_odds| {
            model.tails(log_odds, own_weight).1 < tail
        })
        .exp()
    };
    let high = if model.observed == model.high {
        f64::INFINITY
    } else {
        roots::bisect(-EDGE, EDGE, |log_odds| {
            model.tails(log_odds, own_weight).0 > tail
        })
        .exp()
    };
    Estimate::ratio_without_error(Statistic::OddsRatio, method, model.maximum_likelihood())
        .with_interval(low, high, level)
}

/// The largest |ln odds ratio| looked at.
const EDGE: f64 = 700.0;

/// The distribution of the treated events when both margins are fixed.
struct Conditional {
    low: u64,
    high: u64,
    observed: u64,
    /// Logarithms of the central hypergeometric probabilities over the support.
    log_weights: Vec<f64>,
}

impl Conditional {
    fn new(table: TwoByTwo) -> Self {
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

    /// Calls `visit(k, weight)` with weights proportional to the probability of k, the largest 1.
    fn visit(&self, log_odds: f64, mut visit: impl FnMut(u64, f64)) {
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
    }

    /// P(X <= observed) and P(X >= observed), the observed table itself counted by `own_weight`.
    fn tails(&self, log_odds: f64, own_weight: f64) -> (f64, f64) {
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

    fn maximum_likelihood(&self) -> f64 {
        if self.low == self.high {
            return f64::NAN;
        }
        if self.observed == self.low {
            return 0.0;
        }
        if self.observed == self.high {
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

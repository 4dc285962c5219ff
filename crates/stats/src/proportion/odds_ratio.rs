//! Confidence intervals of the odds ratio of two independent proportions, treated over control.
//!
//! References: B. Woolf (1955), Annals of Human Genetics 19:251-253; J. Cornfield (1956) for the
//! conditional (noncentral hypergeometric) limits; A. Agresti (2013), *Categorical Data Analysis*,
//! section 16.6, for mid-p limits.

use super::TwoByTwo;
use super::conditional::{Conditional, EDGE};
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
    let low = if model.at_low() {
        0.0
    } else {
        roots::bisect(-EDGE, EDGE, |log_odds| {
            model.tails(log_odds, own_weight).1 < tail
        })
        .exp()
    };
    let high = if model.at_high() {
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

//! Tests of any association in a two-by-two table.
//!
//! References: R. A. Fisher (1935); G. A. Barnard (1945), Nature 156:177; R. D. Boschloo (1970),
//! Statistica Neerlandica 24:1-35; D. V. Mehrotra et al. (2003), Biometrics 59:441-450.

use super::TwoByTwo;
use super::unconditional::maximise;
use crate::distributions::{chi_squared as chi_squared_distribution, hypergeometric};
use crate::{Estimate, Method, Statistic};

/// Two tables are equally likely when their probabilities agree to this relative distance: sums of
/// rounded terms must not decide.
const SAME: f64 = 1.0 + 1e-7;

/// Pearson's chi-squared test, uncorrected.
#[must_use]
pub fn chi_squared(table: TwoByTwo) -> Estimate {
    pearson(table, Method::ChiSquared, |_| 0.0)
}

/// Pearson's chi-squared test with Yates' correction, which never exceeds |observed - expected|.
#[must_use]
pub fn chi_squared_yates(table: TwoByTwo) -> Estimate {
    pearson(table, Method::ChiSquaredYates, |distance| distance.min(0.5))
}

fn pearson(table: TwoByTwo, method: Method, correction: impl Fn(f64) -> f64) -> Estimate {
    let mut result = test(table, Statistic::RiskDifference, method);
    result.df = 1.0;
    if table.is_degenerate() {
        result.p_value = 1.0;
        return result;
    }
    let (n1, n2, n) = (table.treated.n(), table.control.n(), table.total() as f64);
    let events = table.events() as f64;
    // In a two-by-two table all four cells lie equally far from their expectation.
    let distance = (table.treated.x() * n2 - table.control.x() * n1).abs() / n;
    let distance = distance - correction(distance);
    result.statistic_value = distance * distance * n * n * n / (n1 * n2 * events * (n - events));
    result.p_value = chi_squared_distribution::sf(result.statistic_value, 1.0);
    result
}

/// Fisher's exact test: the probability, with both margins fixed, of every table that is not more
/// likely than the observed one. The estimate beside it is the conditional odds ratio.
#[must_use]
pub fn fisher(table: TwoByTwo) -> Estimate {
    let mut result = test(table, Statistic::OddsRatio, Method::Fisher);
    result.p_value = fisher_p(table);
    result
}

/// Fisher's test less half the probability of the observed table.
#[must_use]
pub fn fisher_mid_p(table: TwoByTwo) -> Estimate {
    let mut result = test(table, Statistic::OddsRatio, Method::FisherMidP);
    result.p_value = if table.is_degenerate() {
        1.0
    } else {
        fisher_p(table) - 0.5 * observed_probability(table)
    };
    result
}

fn observed_probability(table: TwoByTwo) -> f64 {
    hypergeometric::pmf(
        table.treated.events,
        table.total(),
        table.events(),
        table.treated.total(),
    )
}

fn fisher_p(table: TwoByTwo) -> f64 {
    let (population, successes, draws) = (table.total(), table.events(), table.treated.total());
    let (low, high) = hypergeometric::support(population, successes, draws);
    let threshold = observed_probability(table) * SAME;
    let sum: f64 = (low..=high)
        .map(|k| hypergeometric::pmf(k, population, successes, draws))
        .filter(|probability| *probability <= threshold)
        .sum();
    sum.min(1.0)
}

/// Barnard's unconditional test: tables are ordered by the pooled z statistic, and the p-value is
/// the largest over the common risk. The arms are the fixed margins.
#[must_use]
pub fn barnard(table: TwoByTwo) -> Estimate {
    let (n1, n2) = (table.treated.total(), table.control.total());
    let observed = pooled_z(table.treated.events, n1, table.control.events, n2);
    let mut result = test(table, Statistic::RiskDifference, Method::Barnard);
    result.statistic_value = observed;
    let threshold = observed.abs() / SAME;
    result.p_value = maximise(n1, n2, |x1, x2| pooled_z(x1, n1, x2, n2).abs() >= threshold);
    result
}

/// Boschloo's unconditional test: tables are ordered by Fisher's p-value. Never less powerful
/// than Fisher's test. The arms are the fixed margins.
#[must_use]
pub fn boschloo(table: TwoByTwo) -> Estimate {
    let (n1, n2) = (table.treated.total(), table.control.total());
    let mut result = test(table, Statistic::OddsRatio, Method::Boschloo);
    let observed = fisher_p(table);
    result.statistic_value = observed;
    let by_events: Vec<Vec<f64>> = (0..=n1 + n2)
        .map(|events| fisher_by_margin(n1, n2, events))
        .collect();
    let threshold = observed * SAME;
    result.p_value = maximise(n1, n2, |x1, x2| {
        let events = x1 + x2;
        by_events[events as usize][(x1 - events.saturating_sub(n2)) as usize] <= threshold
    });
    result
}

/// Fisher's p-value of every table with these margins, from the smallest possible count on.
fn fisher_by_margin(n1: u64, n2: u64, events: u64) -> Vec<f64> {
    let (low, high) = hypergeometric::support(n1 + n2, events, n1);
    let probabilities: Vec<f64> = (low..=high)
        .map(|k| hypergeometric::pmf(k, n1 + n2, events, n1))
        .collect();
    let mut sorted = probabilities.clone();
    sorted.sort_by(f64::total_cmp);
    let mut cumulative = Vec::with_capacity(sorted.len());
    let mut sum = 0.0;
    for probability in &sorted {
        sum += probability;
        cumulative.push(sum);
    }
    probabilities
        .iter()
        .map(|own| {
            let at = sorted.partition_point(|other| *other <= own * SAME);
            if at == 0 { *own } else { cumulative[at - 1] }
        })
        .collect()
}

fn pooled_z(x1: u64, n1: u64, x2: u64, n2: u64) -> f64 {
    let (events, n) = ((x1 + x2) as f64, (n1 + n2) as f64);
    let pooled = events / n;
    let variance = pooled * (1.0 - pooled) * ((n1 as f64).recip() + (n2 as f64).recip());
    let difference = x1 as f64 / n1 as f64 - x2 as f64 / n2 as f64;
    if variance == 0.0 {
        0.0
    } else {
        difference / variance.sqrt()
    }
}

fn test(table: TwoByTwo, statistic: Statistic, method: Method) -> Estimate {
    let estimate = match statistic {
        Statistic::RiskDifference => table.treated.risk() - table.control.risk(),
        _ => f64::NAN,
    };
    Estimate::point(statistic, method, estimate)
}

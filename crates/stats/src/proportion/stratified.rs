//! Two groups compared within strata: one contrast for all strata together.
//!
//! References: N. Mantel, W. Haenszel (1959), JNCI 22:719-748; T. Sato (1989), Biometrics
//! 45:1323-1324 (variance of the difference); S. Greenland, J. M. Robins (1985), Biometrics
//! 41:55-68 (of the ratio); J. Robins, N. Breslow, S. Greenland (1986), Biometrics 42:311-323 (of the
//! odds ratio); N. E. Breslow, N. E. Day (1980), *Statistical Methods in Cancer Research* I, section
//! 4.4; R. E. Tarone (1985), Biometrika 72:91-95; X. Yan, X. G. Su (2010), Statistics in
//! Biopharmaceutical Research 2:329-335; O. Miettinen, M. Nurminen (1985), Statistics in Medicine
//! 4:213-226.
//!
//! Notation, in a stratum: a of n1 treated and c of n0 control have the event; N = n1 + n0. The
//! weights of Mantel and Haenszel are n1 n0/N.

use super::one::wilson_at;
use super::{Proportion, TwoByTwo, restricted};
use crate::distributions::chi_squared;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError, roots};

/// The two-by-two tables of the strata. A stratum in which one group is empty has nothing to
/// compare and cannot be among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stratified {
    tables: Vec<TwoByTwo>,
}

/// The counts of a stratum as numbers.
#[derive(Clone, Copy)]
struct Cells {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    n1: f64,
    n0: f64,
    n: f64,
}

impl Stratified {
    /// The tables of one stratum or more.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if there is none.
    pub fn new(tables: Vec<TwoByTwo>) -> Result<Self, StatsError> {
        if tables.is_empty() {
            let rule = "must hold at least one stratum with people in both groups";
            return Err(StatsError::argument("strata", rule));
        }
        Ok(Self { tables })
    }

    /// The tables.
    #[must_use]
    pub fn tables(&self) -> &[TwoByTwo] {
        &self.tables
    }

    fn cells(&self) -> impl Iterator<Item = Cells> + '_ {
        self.tables.iter().map(|table| Cells {
            a: table.treated.x(),
            b: table.treated.non_events() as f64,
            c: table.control.x(),
            d: table.control.non_events() as f64,
            n1: table.treated.n(),
            n0: table.control.n(),
            n: table.total() as f64,
        })
    }

    fn sum(&self, of: impl Fn(Cells) -> f64) -> f64 {
        self.cells().map(of).sum()
    }

    /// The weights of Mantel and Haenszel, adding up to 1.
    fn weights(&self) -> Vec<f64> {
        let total = self.sum(|s| s.n1 * s.n0 / s.n);
        self.cells().map(|s| s.n1 * s.n0 / s.n / total).collect()
    }

    fn difference(&self) -> f64 {
        let weights = self.weights();
        let own = self.cells().map(|s| s.a / s.n1 - s.c / s.n0);
        own.zip(weights).map(|(d, w)| d * w).sum()
    }
}

/// Mantel and Haenszel's risk difference with Sato's variance, right with many small strata and
/// with few large ones.
///
/// ```
/// use regtrial_stats::{ConfidenceLevel, proportion::{TwoByTwo, stratified::{self, Stratified}}};
/// // Two strata of equal size and differences 0.2 and 0.4: their mean.
/// let strata = Stratified::new(vec![
///     TwoByTwo::from_counts(5, 10, 3, 10)?,
///     TwoByTwo::from_counts(8, 10, 4, 10)?,
/// ])?;
/// let estimate = stratified::risk_difference(&strata, ConfidenceLevel::NINETY_FIVE);
/// assert!((estimate.estimate - 0.3).abs() < 1e-15);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
#[must_use]
pub fn risk_difference(strata: &Stratified, level: ConfidenceLevel) -> Estimate {
    let difference = strata.difference();
    let weight = strata.sum(|s| s.n1 * s.n0 / s.n);
    let p = strata.sum(|s| {
        let mixed = 0.5 * s.n1 * s.n0 * (s.n0 - s.n1);
        (s.n1 * s.n1 * s.c - s.n0 * s.n0 * s.a + mixed) / (s.n * s.n)
    });
    let q = strata.sum(|s| 0.5 * (s.a * s.d + s.c * s.b) / s.n);
    // With differences of 1 in every stratum rounding may leave a negative zero.
    let variance = ((difference * p + q) / (weight * weight)).max(0.0);
    Estimate::wald(
        Statistic::RiskDifference,
        Method::MantelHaenszel,
        difference,
        variance.sqrt(),
        level,
    )
}

/// Mantel and Haenszel's risk ratio with Greenland and Robins' variance. With no event in a group
/// it is 0, infinite or undefined and has no standard error.
#[must_use]
pub fn risk_ratio(strata: &Stratified, level: ConfidenceLevel) -> Estimate {
    let treated = strata.sum(|s| s.a * s.n0 / s.n);
    let control = strata.sum(|s| s.c * s.n1 / s.n);
    let (statistic, method) = (Statistic::RiskRatio, Method::MantelHaenszel);
    let ratio = treated / control;
    if treated == 0.0 || control == 0.0 {
        return Estimate::ratio_without_error(statistic, method, ratio);
    }
    let spread = strata.sum(|s| (s.n1 * s.n0 * (s.a + s.c) - s.a * s.c * s.n) / (s.n * s.n));
    let variance = spread / (treated * control);
    Estimate::wald_log(statistic, method, ratio, variance.sqrt(), level)
}

/// Mantel and Haenszel's odds ratio with the variance of Robins, Breslow and Greenland.
#[must_use]
pub fn odds_ratio(strata: &Stratified, level: ConfidenceLevel) -> Estimate {
    let (r, s) = odds_sums(strata);
    let (statistic, method) = (Statistic::OddsRatio, Method::MantelHaenszel);
    if r == 0.0 || s == 0.0 {
        return Estimate::ratio_without_error(statistic, method, r / s);
    }
    let (p, q) = (|t: Cells| (t.a + t.d) / t.n, |t: Cells| (t.b + t.c) / t.n);
    let (up, down) = (|t: Cells| t.a * t.d / t.n, |t: Cells| t.b * t.c / t.n);
    let variance = strata.sum(|t| p(t) * up(t)) / (2.0 * r * r)
        + strata.sum(|t| p(t) * down(t) + q(t) * up(t)) / (2.0 * r * s)
        + strata.sum(|t| q(t) * down(t)) / (2.0 * s * s);
    Estimate::wald_log(statistic, method, r / s, variance.sqrt(), level)
}

fn odds_sums(strata: &Stratified) -> (f64, f64) {
    (
        strata.sum(|s| s.a * s.d / s.n),
        strata.sum(|s| s.b * s.c / s.n),
    )
}

/// The Cochran-Mantel-Haenszel test of no association in any stratum, without continuity
/// correction.
#[must_use]
pub fn cochran_mantel_haenszel(strata: &Stratified) -> Estimate {
    association(strata, Method::CochranMantelHaenszel, 0.0)
}

/// The same test with the continuity correction 1/2.
#[must_use]
pub fn cochran_mantel_haenszel_yates(strata: &Stratified) -> Estimate {
    association(strata, Method::CochranMantelHaenszelYates, 0.5)
}

fn association(strata: &Stratified, method: Method, correction: f64) -> Estimate {
    let (r, s) = odds_sums(strata);
    let mut test = Estimate::point(Statistic::OddsRatio, method, r / s);
    let excess = strata.sum(|s| s.a - s.n1 * (s.a + s.c) / s.n);
    let variance = strata.sum(|s| {
        if s.n < 2.0 {
            return 0.0;
        }
        s.n1 * s.n0 * (s.a + s.c) * (s.b + s.d) / (s.n * s.n * (s.n - 1.0))
    });
    if variance > 0.0 {
        let distance = (excess.abs() - correction).max(0.0);
        with_chi_squared(&mut test, distance * distance / variance, 1.0);
    }
    test
}

fn with_chi_squared(test: &mut Estimate, value: f64, df: f64) {
    test.statistic_value = value;
    test.df = df;
    test.p_value = chi_squared::sf(value, df);
}

/// Breslow and Day's test that the odds ratio is the same in all strata.
#[must_use]
pub fn breslow_day(strata: &Stratified) -> Estimate {
    homogeneity(strata, Method::BreslowDay)
}

/// Breslow and Day's test with Tarone's correction for the odds ratio being that of Mantel and
/// Haenszel, not the most likely one.
#[must_use]
pub fn breslow_day_tarone(strata: &Stratified) -> Estimate {
    homogeneity(strata, Method::BreslowDayTarone)
}

/// Strata without events, or with nothing but events, say nothing of an odds ratio.
fn homogeneity(strata: &Stratified, method: Method) -> Estimate {
    let (r, s) = odds_sums(strata);
    let ratio = r / s;
    let mut test = Estimate::point(Statistic::OddsRatioHomogeneity, method, f64::NAN);
    let informative = |s: &Cells| s.a + s.c > 0.0 && s.b + s.d > 0.0;
    let count = strata.cells().filter(informative).count();
    if count < 2 || r == 0.0 || s == 0.0 {
        return test;
    }
    let (mut squares, mut excess, mut total) = (0.0, 0.0, 0.0);
    for s in strata.cells().filter(informative) {
        let events = s.a + s.c;
        let a = expected_events(ratio, events, s.n1, s.n0);
        let parts = [a, s.n1 - a, events - a, s.n0 - events + a];
        let variance = parts.iter().map(|part| part.recip()).sum::<f64>().recip();
        squares += (s.a - a).powi(2) / variance;
        excess += s.a - a;
        total += variance;
    }
    if method == Method::BreslowDayTarone {
        squares -= excess * excess / total;
    }
    with_chi_squared(&mut test, squares.max(0.0), (count - 1) as f64);
    test
}

/// The events among n1 treated that give an odds ratio, the margins as they are: the root of a
/// quadratic, written without cancellation.
fn expected_events(ratio: f64, events: f64, n1: f64, n0: f64) -> f64 {
    if (ratio - 1.0).abs() < 1e-12 {
        return events * n1 / (n1 + n0);
    }
    let square = ratio - 1.0;
    let linear = n0 - events + ratio * (n1 + events);
    let constant = ratio * n1 * events;
    let root = (linear * linear - 4.0 * square * constant).max(0.0).sqrt();
    2.0 * constant / (linear + root)
}

/// The stratified Newcombe interval: stratified Wilson limits of each group, squared and added,
/// with the weights of Mantel and Haenszel (Yan and Su 2010).
#[must_use]
pub fn newcombe(strata: &Stratified, level: ConfidenceLevel) -> Estimate {
    let weights = strata.weights();
    let treated: Vec<Proportion> = strata.tables.iter().map(|t| t.treated).collect();
    let control: Vec<Proportion> = strata.tables.iter().map(|t| t.control).collect();
    let z = level.normal_quantile();
    let (low1, high1) = wilson(&treated, &weights, z);
    let (low0, high0) = wilson(&control, &weights, z);
    // The variance of a weighted mean of proportions, per p(1 - p).
    let share = |group: &[Proportion]| {
        let parts = group.iter().zip(&weights);
        parts.map(|(p, w)| w * w / p.n()).sum::<f64>()
    };
    let (share1, share0) = (share(&treated), share(&control));
    let spread = |p: f64| p * (1.0 - p);
    let difference = strata.difference();
    let down = z * (share1 * spread(low1) + share0 * spread(high0)).sqrt();
    let up = z * (share1 * spread(high1) + share0 * spread(low0)).sqrt();
    Estimate::point(
        Statistic::RiskDifference,
        Method::StratifiedNewcombe,
        difference,
    )
    .with_interval(difference - down, difference + up, level)
}

/// Stratified Wilson limits: each stratum's own limits at a common smaller quantile, so that their
/// weighted means cover the weighted risk.
fn wilson(group: &[Proportion], weights: &[f64], z: f64) -> (f64, f64) {
    let spread = |p: &Proportion| p.risk() * (1.0 - p.risk()) / p.n();
    let silent = group.iter().all(|p| spread(p) == 0.0);
    // Where nobody or everybody has the event in every stratum, the strata are taken as equally
    // variable: the limit of risks that go to the edge together.
    let own = |p: &Proportion| {
        if silent { p.n().recip() } else { spread(p) }
    };
    let parts = || group.iter().zip(weights);
    let total: f64 = parts().map(|(p, w)| w * w * own(p)).sum();
    let sum: f64 = parts().map(|(p, w)| w * own(p).sqrt()).sum();
    let quantile = z * total.sqrt() / sum;
    parts().fold((0.0, 0.0), |(low, high), (p, w)| {
        let (own_low, own_high) = wilson_at(*p, quantile);
        (low + w * own_low, high + w * own_high)
    })
}

/// The stratified score interval of Miettinen and Nurminen with the weights of Mantel and
/// Haenszel, and its test at no difference: every common difference delta with
/// (sum w (d - delta))² <= z² sum w² V(delta) N/(N-1).
#[must_use]
pub fn miettinen_nurminen(strata: &Stratified, level: ConfidenceLevel) -> Estimate {
    let weights = strata.weights();
    let difference = strata.difference();
    let variance = |delta: f64| -> f64 {
        let parts = strata.tables.iter().zip(&weights);
        parts
            .map(|(table, w)| {
                let n = table.total() as f64;
                w * w * restricted::difference_variance(*table, delta) * n / (n - 1.0)
            })
            .sum()
    };
    let z = level.normal_quantile();
    let inside = |delta: f64| (difference - delta).powi(2) <= z * z * variance(delta);
    let low = roots::bisect(-1.0, difference, |delta| !inside(delta));
    let high = roots::bisect(difference, 1.0, inside);
    let limit = |delta: f64, edge: f64| {
        if (delta - edge).abs() < 1e-15 {
            edge
        } else {
            delta
        }
    };
    let result = Estimate::point(
        Statistic::RiskDifference,
        Method::StratifiedMiettinenNurminen,
        difference,
    )
    .with_interval(limit(low, -1.0), limit(high, 1.0), level);
    let at_zero = variance(0.0);
    if at_zero > 0.0 {
        result.with_z(difference / at_zero.sqrt())
    } else {
        result
    }
}

/// Every stratified estimate and test, the most usual first.
#[must_use]
pub fn all(strata: &Stratified, level: ConfidenceLevel) -> Vec<Estimate> {
    vec![
        risk_difference(strata, level),
        newcombe(strata, level),
        miettinen_nurminen(strata, level),
        risk_ratio(strata, level),
        odds_ratio(strata, level),
        cochran_mantel_haenszel(strata),
        cochran_mantel_haenszel_yates(strata),
        breslow_day(strata),
        breslow_day_tarone(strata),
    ]
}

//! What the people of a cluster share, where it has to be found such that two of them agree as often as
//! the intracluster correlation says.
//!
//! With p(u) the risk of the people of a cluster, the correlation of two of them is Var p(u) / (p (1 - p)).
//!
//! References: S. M. Eldridge, O. C. Ukoumunne, J. B. Carlin (2009), International Statistical Review
//! 77:378-394 (correlations of yes and no); P. Hougaard (2000), Analysis of Multivariate Survival Data, chapter 7
//! (gamma frailty).

use super::outcome::intercept;
use crate::distributions::normal;
use crate::roots;

/// A logistic risk with a covariate and a normal effect of the cluster.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogisticRisk {
    pub(super) intercept: f64,
    /// Standard deviation of the clusters' log odds.
    pub(super) deviation: f64,
}

/// The widest spread of clusters' log odds that is looked at.
const WIDEST: f64 = 100.0;

/// The intercept at which the mean risk, and the deviation at which the correlation, are those wanted.
pub(super) fn logistic(risk: f64, prognostic: f64, correlation: f64) -> LogisticRisk {
    let at = |deviation: f64| LogisticRisk {
        // A sum of two normal variates is one.
        intercept: intercept(risk, prognostic.hypot(deviation)),
        deviation,
    };
    let deviation = roots::bisect(0.0, WIDEST, |deviation| {
        spread(&at(deviation), prognostic) / (risk * (1.0 - risk)) < correlation
    });
    at(deviation)
}

/// The variance of the clusters' risks.
fn spread(law: &LogisticRisk, prognostic: f64) -> f64 {
    let nodes: Vec<(f64, f64)> = (-80..=80)
        .map(|i| {
            let z = f64::from(i) * 0.1;
            (z, normal::pdf(z) * 0.1)
        })
        .collect();
    let risk = |u: f64| -> f64 {
        let at = law.intercept + law.deviation * u;
        let parts = nodes.iter();
        parts
            .map(|(z, weight)| weight / (1.0 + (-at - prognostic * z).exp()))
            .sum()
    };
    let risks: Vec<(f64, f64)> = nodes
        .iter()
        .map(|(u, weight)| (risk(*u), *weight))
        .collect();
    let mean: f64 = risks.iter().map(|(risk, weight)| risk * weight).sum();
    risks
        .iter()
        .map(|(risk, weight)| weight * (risk - mean).powi(2))
        .sum()
}

/// The variance of a gamma frailty with mean 1 at which the events of two people of a cluster, followed
/// until `share` has had the event, are so correlated.
pub(super) fn frailty(share: f64, correlation: f64) -> f64 {
    let of = |variance: f64| {
        let hazard = cumulative_hazard(share, variance);
        let neither = (1.0 + 2.0 * variance * hazard).powf(-variance.recip());
        (neither - (1.0 - share).powi(2)) / (share * (1.0 - share))
    };
    roots::bisect(1e-8, 1e3, |variance| of(variance) < correlation)
}

/// The cumulative hazard of a person of average frailty when a share of all has had the event.
pub(super) fn cumulative_hazard(share: f64, variance: f64) -> f64 {
    match variance > 0.0 {
        true => ((1.0 - share).powf(-variance) - 1.0) / variance,
        false => -(-share).ln_1p(),
    }
}

#[cfg(test)]
mod tests {
    use super::{cumulative_hazard, frailty, logistic, spread};

    #[test]
    fn risks_of_clusters_have_the_correlation() {
        for (risk, prognostic, correlation) in
            [(0.3, 0.0, 0.05), (0.15, 1.0, 0.1), (0.6, -2.0, 0.3)]
        {
            let law = logistic(risk, prognostic, correlation);
            let found = spread(&law, prognostic) / (risk * (1.0 - risk));
            assert!((found - correlation).abs() < 1e-9, "{found}");
        }
        // Without correlation clusters do not differ.
        assert!(logistic(0.3, 1.0, 0.0).deviation < 1e-6);
    }

    /// With half of all having the event, both of two have it with probability 1/4 + correlation/4.
    #[test]
    fn frailties_have_the_correlation() {
        let (share, correlation) = (0.5, 0.1);
        let variance = frailty(share, correlation);
        let hazard = cumulative_hazard(share, variance);
        let survival = |people: f64| (1.0 + people * variance * hazard).powf(-1.0 / variance);
        assert!((survival(1.0) - 0.5).abs() < 1e-9);
        let both = 1.0 - 2.0 * survival(1.0) + survival(2.0);
        assert!((both - (0.25 + correlation / 4.0)).abs() < 1e-9, "{both}");
        assert!((cumulative_hazard(0.3, 0.0) + 0.7_f64.ln()).abs() < 1e-15);
    }
}

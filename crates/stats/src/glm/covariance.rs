//! Covariance of the coefficients.
//!
//! References: H. White (1980), Econometrica 48:817; J. G. MacKinnon, H. White (1985), Journal of
//! Econometrics 29:305 (HC1 to HC3); A. Zeileis et al. (2020), Journal of Statistical Software
//! 95(1), for clusters and for the working definitions of HC in GLMs.

use super::fit::GlmFit;
use crate::StatsError;
use crate::glm::Family;
use ndarray::{Array1, Array2, ArrayView1};
use std::collections::BTreeMap;

/// How the covariance of the coefficients is estimated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Covariance {
    /// Inverse information times the dispersion: right if the model is.
    #[default]
    Classical,
    /// Sandwich without correction.
    Hc0,
    /// Sandwich times n/(n - k).
    Hc1,
    /// Squared residuals divided by 1 - h.
    Hc2,
    /// Squared residuals divided by (1 - h)².
    Hc3,
    /// Sandwich over clusters: one label a row of the *data* that the design was built on. Times
    /// G/(G-1), and for gaussian models also (n-1)/(n-k), as R's sandwich does by default.
    Cluster(Vec<u64>),
}

impl Covariance {
    /// The name used in results.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Classical => "classical",
            Self::Hc0 => "HC0",
            Self::Hc1 => "HC1",
            Self::Hc2 => "HC2",
            Self::Hc3 => "HC3",
            Self::Cluster(_) => "cluster",
        }
    }
}

/// The bread (inverse information without dispersion) around the right meat.
pub(super) fn estimate(
    kind: &Covariance,
    fit: &GlmFit,
    bread: &Array2<f64>,
    x: &Array2<f64>,
) -> Result<Array2<f64>, StatsError> {
    if *kind == Covariance::Classical {
        return Ok(bread * fit.dispersion);
    }
    let (n, k) = (x.nrows() as f64, x.ncols() as f64);
    let (weights, score) = fit.weights_and_score();
    let scores: Vec<f64> = match kind {
        Covariance::Classical | Covariance::Hc0 | Covariance::Hc1 | Covariance::Cluster(_) => score,
        Covariance::Hc2 | Covariance::Hc3 => {
            let leverages = leverages(x, bread, &weights)?;
            let shrunk = |(s, h): (f64, f64)| match kind {
                Covariance::Hc2 => s / (1.0 - h).sqrt(),
                _ => s / (1.0 - h),
            };
            score.into_iter().zip(leverages).map(shrunk).collect()
        }
    };
    let (meat, factor) = match kind {
        Covariance::Cluster(labels) => {
            let labels: Vec<u64> = fit
                .rows
                .iter()
                .filter_map(|&row| labels.get(row).copied())
                .collect();
            if labels.len() != fit.rows.len() {
                return Err(StatsError::argument(
                    "cluster",
                    "needs a label for every row",
                ));
            }
            let (meat, groups) = cluster_meat(x, &scores, &labels);
            if groups < 2 {
                return Err(StatsError::argument(
                    "cluster",
                    "needs at least two clusters",
                ));
            }
            let groups = groups as f64;
            let small = if fit.family == Family::Gaussian {
                (n - 1.0) / (n - k)
            } else {
                1.0
            };
            (meat, groups / (groups - 1.0) * small)
        }
        Covariance::Hc1 => (row_meat(x, &scores), n / (n - k)),
        _ => (row_meat(x, &scores), 1.0),
    };
    Ok(bread.dot(&meat).dot(bread) * factor)
}

/// The diagonal of the hat matrix; refused where a row determines a coefficient alone.
fn leverages(
    x: &Array2<f64>,
    bread: &Array2<f64>,
    weights: &[f64],
) -> Result<Vec<f64>, StatsError> {
    let leverage = |(row, weight): (ArrayView1<'_, f64>, &f64)| weight * row.dot(&bread.dot(&row));
    let leverages: Vec<f64> = x.rows().into_iter().zip(weights).map(leverage).collect();
    if leverages.iter().any(|h| *h > 1.0 - 1e-12) {
        let rule = "cannot be HC2 or HC3: a row determines a coefficient alone (leverage 1)";
        return Err(StatsError::argument("covariance", rule));
    }
    Ok(leverages)
}

fn row_meat(x: &Array2<f64>, scores: &[f64]) -> Array2<f64> {
    let squares: Vec<f64> = scores.iter().map(|s| s * s).collect();
    crate::linear::weighted_gram(x, &squares)
}

fn cluster_meat(x: &Array2<f64>, scores: &[f64], labels: &[u64]) -> (Array2<f64>, usize) {
    let k = x.ncols();
    let mut sums: BTreeMap<u64, Array1<f64>> = BTreeMap::new();
    for (i, label) in labels.iter().enumerate() {
        sums.entry(*label)
            .or_insert_with(|| Array1::zeros(k))
            .scaled_add(scores[i], &x.row(i));
    }
    let mut meat = Array2::zeros((k, k));
    for sum in sums.values() {
        for i in 0..k {
            for j in 0..k {
                meat[(i, j)] += sum[i] * sum[j];
            }
        }
    }
    (meat, sums.len())
}

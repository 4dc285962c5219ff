//! Covariance of the coefficients.
//!
//! References: H. White (1980), Econometrica 48:817; J. G. MacKinnon, H. White (1985), Journal of
//! Econometrics 29:305 (HC1 to HC3); A. Zeileis et al. (2020), Journal of Statistical Software
//! 95(1), for clusters and for the working definitions of HC in GLMs.

use super::fit::GlmFit;
use super::small_sample::Bread;
use crate::StatsError;
use crate::glm::Family;
use ndarray::{Array1, Array2, ArrayView1};
use std::collections::{BTreeMap, BTreeSet};

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
    /// Sandwich over clusters with a chosen small-sample correction; labels as above.
    CorrectedCluster(Vec<u64>, ClusterCorrection),
}

/// How a cluster sandwich makes up for few clusters. The names are those of the R package
/// clubSandwich.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClusterCorrection {
    /// None: far too small with few clusters.
    Cr0,
    /// Times G/(G-1).
    Cr1,
    /// Residuals of a cluster times (I - H)^-1/2 (Bell and McCaffrey): unbiased if the working
    /// variance is right.
    Cr2,
    /// Residuals of a cluster times (I - H)^-1: close to the jackknife, conservative.
    Cr3,
}

impl ClusterCorrection {
    /// The name used in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cr0 => "CR0",
            Self::Cr1 => "CR1",
            Self::Cr2 => "CR2",
            Self::Cr3 => "CR3",
        }
    }
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
            Self::CorrectedCluster(_, correction) => correction.as_str(),
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
        Covariance::CorrectedCluster(labels, correction) => {
            let labels = labels_of(fit, labels)?;
            let parts = Parts {
                x,
                weights: &weights,
                scores: &score,
            };
            return parts.corrected(bread, &labels, *correction);
        }
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
            let labels = labels_of(fit, labels)?;
            let (meat, groups) = cluster_meat(x, &scores, &labels);
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

/// Degrees of freedom of each coefficient where the covariance has its own: Satterthwaite's for CR2 in a
/// gaussian model (J. E. Pustejovsky, E. Tipton 2018, Journal of Business and Economic Statistics
/// 36:672-683).
pub(super) fn degrees_of_freedom(
    kind: &Covariance,
    fit: &GlmFit,
    bread: &Array2<f64>,
    x: &Array2<f64>,
) -> Result<Option<Vec<f64>>, StatsError> {
    let Covariance::CorrectedCluster(labels, ClusterCorrection::Cr2) = kind else {
        return Ok(None);
    };
    if fit.family != Family::Gaussian {
        return Ok(None);
    }
    let labels = labels_of(fit, labels)?;
    let (weights, scores) = fit.weights_and_score();
    let parts = Parts {
        x,
        weights: &weights,
        scores: &scores,
    };
    parts.satterthwaite(bread, &labels).map(Some)
}

/// How many clusters a cluster sandwich is made of.
pub(super) fn clusters(fit: &GlmFit) -> Option<usize> {
    let (Covariance::Cluster(labels) | Covariance::CorrectedCluster(labels, _)) =
        &fit.covariance_kind
    else {
        return None;
    };
    let own: BTreeSet<u64> = labels_of(fit, labels).ok()?.into_iter().collect();
    Some(own.len())
}

/// The labels of the rows used.
fn labels_of(fit: &GlmFit, labels: &[u64]) -> Result<Vec<u64>, StatsError> {
    let own: Vec<u64> = fit
        .rows
        .iter()
        .filter_map(|&row| labels.get(row).copied())
        .collect();
    if own.len() != fit.rows.len() {
        return Err(StatsError::argument(
            "cluster",
            "needs a label for every row",
        ));
    }
    if own.iter().all(|label| Some(label) == own.first()) {
        return Err(StatsError::argument(
            "cluster",
            "needs at least two clusters",
        ));
    }
    Ok(own)
}

/// Rows with their weights and scores.
struct Parts<'a> {
    x: &'a Array2<f64>,
    weights: &'a [f64],
    scores: &'a [f64],
}

impl Parts<'_> {
    fn corrected(
        &self,
        bread: &Array2<f64>,
        labels: &[u64],
        correction: ClusterCorrection,
    ) -> Result<Array2<f64>, StatsError> {
        let k = self.x.ncols();
        let mut members: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (i, label) in labels.iter().enumerate() {
            members.entry(*label).or_default().push(i);
        }
        let power = match correction {
            ClusterCorrection::Cr2 => Some(0.5),
            ClusterCorrection::Cr3 => Some(1.0),
            _ => None,
        };
        let groups = members.len() as f64;
        let factor = match correction {
            ClusterCorrection::Cr1 => groups / (groups - 1.0),
            _ => 1.0,
        };
        let root = Bread::new(bread).ok_or_else(leverage_one)?;
        let mut meat = Array2::zeros((k, k));
        for rows in members.values() {
            let mut score = Array1::zeros(k);
            for &i in rows {
                score.scaled_add(self.scores[i], &self.x.row(i));
            }
            if let Some(power) = power {
                let own = self.information(rows);
                score = root
                    .corrected(&own, &score, power)
                    .map_err(|_| leverage_one())?;
            }
            add_square(&mut meat, &score);
        }
        Ok(bread.dot(&meat).dot(bread) * factor)
    }

    /// The variance of a coefficient is a sum over clusters of squares of linear forms in the errors.
    /// With errors of one variance their covariances are, for clusters s and t,
    /// [s = t] v_s'Q_s v_s - v_s'Q_s B Q_t v_t, v_s = B (I - Q_s B)^-1/2 e_j; the degrees of freedom
    /// are the square of the trace of this matrix over the sum of its squares.
    fn satterthwaite(&self, bread: &Array2<f64>, labels: &[u64]) -> Result<Vec<f64>, StatsError> {
        let k = self.x.ncols();
        let mut members: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (i, label) in labels.iter().enumerate() {
            members.entry(*label).or_default().push(i);
        }
        let root = Bread::new(bread).ok_or_else(leverage_one)?;
        let information: Vec<Array2<f64>> = members
            .values()
            .map(|rows| self.information(rows))
            .collect();
        let of = |j: usize| -> Result<f64, StatsError> {
            let mut unit = Array1::zeros(k);
            unit[j] = 1.0;
            let mut outer = Array2::zeros((k, k));
            let (mut trace, mut squares) = (0.0, 0.0);
            for own in &information {
                let corrected = root
                    .corrected(own, &unit, 0.5)
                    .map_err(|_| leverage_one())?;
                let v = bread.dot(&corrected);
                let q = own.dot(&v);
                let (direct, shared) = (v.dot(&q), q.dot(&bread.dot(&q)));
                trace += direct - shared;
                squares += (direct - shared).powi(2) - shared * shared;
                add_square(&mut outer, &q);
            }
            // The sum over all pairs of (q_s'B q_t)².
            let product = bread.dot(&outer);
            squares += product.dot(&product).diag().sum();
            Ok(trace * trace / squares)
        };
        (0..k).map(of).collect()
    }

    /// The information of some rows.
    fn information(&self, rows: &[usize]) -> Array2<f64> {
        let k = self.x.ncols();
        let mut sum = Array2::zeros((k, k));
        for &i in rows {
            let row = self.x.row(i);
            for a in 0..k {
                for b in 0..k {
                    sum[(a, b)] += self.weights[i] * row[a] * row[b];
                }
            }
        }
        sum
    }
}

fn leverage_one() -> StatsError {
    let rule = "cannot be CR2 or CR3: a cluster determines a coefficient alone (leverage 1)";
    StatsError::argument("covariance", rule)
}

/// Adds v v'.
pub(crate) fn add_square(sum: &mut Array2<f64>, v: &Array1<f64>) {
    for a in 0..v.len() {
        for b in 0..v.len() {
            sum[(a, b)] += v[a] * v[b];
        }
    }
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
        add_square(&mut meat, sum);
    }
    (meat, sums.len())
}

#[cfg(test)]
mod tests {
    use super::{ClusterCorrection, Covariance};
    use crate::design::{Data, Design};
    use crate::formula::Formula;
    use crate::glm::{Family, Glm};

    #[test]
    fn no_more_clusters_than_coefficients_is_a_warning() {
        let data = Data::new()
            .with_numbers("x", vec![1.0, 2.0, 4.0, 3.0, 6.0, 5.0])
            .with_numbers("y", vec![1.0, 3.0, 2.0, 5.0, 4.0, 7.0]);
        let design = Design::new(&Formula::parse("y ~ x").unwrap(), &data).unwrap();
        let warned = |covariance: Covariance| {
            let fit = Glm::new(Family::Gaussian).with_covariance(covariance);
            let found = fit.fit(&design).unwrap().diagnostics;
            found.iter().any(|found| found.code == "few_clusters")
        };
        let (two, three) = (vec![1, 1, 1, 2, 2, 2], vec![1, 1, 2, 2, 3, 3]);
        assert!(warned(Covariance::Cluster(two.clone())));
        assert!(warned(Covariance::CorrectedCluster(
            two,
            ClusterCorrection::Cr0
        )));
        assert!(!warned(Covariance::Cluster(three)));
        assert!(!warned(Covariance::Classical));
    }
}

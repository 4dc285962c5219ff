//! Generalised estimating equations: the mean model of a GLM for rows that are correlated within
//! clusters.
//!
//! *Estimates* population-averaged coefficients. *Assumes* the right mean model and independent
//! clusters; the sandwich variance holds also when the working correlation is wrong. *Missing data*:
//! complete rows, counted. References: K.-Y. Liang, S. L. Zeger (1986), Biometrika 73:13-22; Mancl
//! and DeRouen 2001 and Kauermann and Carroll 2001 for few clusters (see
//! [`GeeVariance`]). Notation: Z = A^-1/2 D and r the Pearson residuals of a cluster, R its working
//! correlation; u = Z'R^-1 r, Q = Z'R^-1 Z, B = (sum Q)^-1.

mod equations;

use super::correlation::Correlation;
use super::covariance::add_square;
use super::fit::TermEstimate;
use super::small_sample::Bread;
use super::{Family, Glm, Link};
use crate::design::Design;
use crate::{ConfidenceLevel, Diagnostic, Estimate, Method, Statistic, StatsError};
use equations::{Members, Part, State, sum_of};
use ndarray::{Array1, Array2};
use std::collections::BTreeMap;

const MAX_ITERATIONS: usize = 200;
const CONVERGED: f64 = 1e-11;
/// With fewer clusters the uncorrected sandwich is clearly too small.
const FEW_CLUSTERS: usize = 40;

/// How the covariance of the coefficients is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum GeeVariance {
    /// The sandwich B (sum u u') B.
    #[default]
    Robust,
    /// Scale times B: right only if the working correlation is.
    ModelBased,
    /// The sandwich of residuals times (I - H)^-1 (Mancl and DeRouen 2001).
    ManclDeRouen,
    /// The sandwich of residuals times (I - H)^-1/2 (Kauermann and Carroll 2001).
    KauermannCarroll,
}

impl GeeVariance {
    /// The name used in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Robust => "robust",
            Self::ModelBased => "model-based",
            Self::ManclDeRouen => "mancl-derouen",
            Self::KauermannCarroll => "kauermann-carroll",
        }
    }

    fn power(self) -> Option<f64> {
        match self {
            Self::ManclDeRouen => Some(1.0),
            Self::KauermannCarroll => Some(0.5),
            _ => None,
        }
    }
}

/// What to fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Gee {
    /// Distribution, for its variance function.
    pub family: Family,
    /// Link of the mean.
    pub link: Link,
    /// Working correlation.
    pub correlation: Correlation,
    /// Covariance of the coefficients.
    pub variance: GeeVariance,
}

/// A fitted model.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GeeFit {
    /// What was fitted.
    pub model: Gee,
    /// Names of the coefficients.
    pub terms: Vec<String>,
    /// Coefficients.
    pub coefficients: Array1<f64>,
    /// Their covariance.
    pub covariance: Array2<f64>,
    /// Parameter of the working correlation.
    pub association: f64,
    /// Mean squared Pearson residual.
    pub scale: f64,
    /// Rows used.
    pub nobs: usize,
    /// Rows set aside for a missing value.
    pub dropped: usize,
    /// Sum of the response of a binomial or count model.
    pub events: Option<u64>,
    /// Clusters.
    pub clusters: usize,
    /// Rows of the largest.
    pub largest_cluster: usize,
    /// Iterations to convergence.
    pub iterations: usize,
    /// What is fragile.
    pub diagnostics: Vec<Diagnostic>,
}

impl Gee {
    /// A model with the family's canonical link, exchangeable correlation and the sandwich.
    #[must_use]
    pub fn new(family: Family) -> Self {
        Self {
            family,
            link: family.canonical_link(),
            correlation: Correlation::default(),
            variance: GeeVariance::default(),
        }
    }

    /// The same model with another link.
    #[must_use]
    pub fn with_link(mut self, link: Link) -> Self {
        self.link = link;
        self
    }

    /// The same model with another working correlation.
    #[must_use]
    pub fn with_correlation(mut self, correlation: Correlation) -> Self {
        self.correlation = correlation;
        self
    }

    /// The same model with another covariance.
    #[must_use]
    pub fn with_variance(mut self, variance: GeeVariance) -> Self {
        self.variance = variance;
        self
    }

    /// Solves the estimating equations. `clusters` holds a label for each row of the *data* that
    /// the design was built on.
    ///
    /// # Errors
    /// Those of [`Glm::fit`], which gives the start; fewer than two clusters; a correlation that no
    /// matrix has; no convergence; with a small-sample correction, a cluster that determines a
    /// coefficient alone.
    ///
    /// ```
    /// use regtrial_stats::{design::{Data, Design}, formula::Formula};
    /// use regtrial_stats::glm::{Family, Gee};
    /// // Three pairs: with one row a person more alike than chance, the mean stays the mean.
    /// let data = Data::new().with_numbers("y", vec![1.0, 2.0, 4.0, 5.0, 0.0, 3.0]);
    /// let design = Design::new(&Formula::parse("y ~ 1")?, &data)?;
    /// let fit = Gee::new(Family::Gaussian).fit(&design, &[1, 1, 2, 2, 3, 3])?;
    /// assert!((fit.coefficients[0] - 2.5).abs() < 1e-10);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn fit(&self, design: &Design, clusters: &[u64]) -> Result<GeeFit, StatsError> {
        let members = self.members(design, clusters)?;
        let start = Glm::new(self.family)
            .with_link(self.link)
            .fit_from(design, None)?;
        let mut state = State {
            gee: self,
            design,
            members: &members,
            association: 0.0,
        };
        let mut beta = start.coef().clone();
        let (mut last, mut decrement) = (f64::NAN, f64::INFINITY);
        for iteration in 1..=MAX_ITERATIONS {
            let rows = state
                .rows(&beta)
                .ok_or_else(|| not_converged(iteration, decrement))?;
            let scale = rows.residuals.iter().map(|r| r * r).sum::<f64>() / design.nobs() as f64;
            if scale <= 0.0 {
                return Err(StatsError::argument(
                    "the outcome",
                    "is fitted without any residual: there is no correlation to estimate",
                ));
            }
            let own = members.iter().map(|m| &rows.residuals[m.clone()]);
            state.association = self.correlation.estimate(own, scale, state.association);
            let largest = members
                .iter()
                .map(ExactSizeIterator::len)
                .max()
                .unwrap_or(0);
            if !self.correlation.is_valid(state.association, largest) {
                let rule = "has no valid estimate in these clusters (no correlation matrix has it); \
                            use independence, whose standard errors hold all the same";
                return Err(StatsError::argument("the working correlation", rule));
            }
            let parts = state.parts(&rows);
            let total = sum_of(&parts);
            let step = total
                .solve()
                .ok_or_else(|| not_converged(iteration, decrement))?;
            decrement = (total.score.dot(&step.0).max(0.0) / scale).sqrt();
            let moved = (state.association - last).abs();
            last = state.association;
            if decrement < CONVERGED && (moved < CONVERGED || self.is_independent()) {
                return state.finish(beta, &parts, step.1, scale, iteration);
            }
            beta += &step.0;
        }
        Err(not_converged(MAX_ITERATIONS, decrement))
    }

    fn is_independent(&self) -> bool {
        self.correlation == Correlation::Independence
    }

    /// Ranges of the rows of each cluster, once rows are ordered by cluster.
    fn members(&self, design: &Design, clusters: &[u64]) -> Result<Members, StatsError> {
        let mut by_label: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (i, row) in design.rows.iter().enumerate() {
            let label = clusters.get(*row).ok_or_else(|| {
                StatsError::argument("the cluster", "needs a label for every row")
            })?;
            by_label.entry(*label).or_default().push(i);
        }
        if by_label.len() < 2 {
            return Err(StatsError::argument(
                "the cluster",
                "needs at least two clusters",
            ));
        }
        Ok(Members::new(by_label.into_values()))
    }
}

impl State<'_> {
    fn finish(
        &self,
        beta: Array1<f64>,
        parts: &[Part],
        bread: Array2<f64>,
        scale: f64,
        iterations: usize,
    ) -> Result<GeeFit, StatsError> {
        let gee = self.gee;
        let covariance = if gee.variance == GeeVariance::ModelBased {
            bread * scale
        } else {
            bread.dot(&meat(gee.variance, parts, &bread)?).dot(&bread)
        };
        let response = &self.design.response;
        let counted = gee.family != Family::Gaussian;
        let mut diagnostics = Vec::new();
        if parts.len() < FEW_CLUSTERS && gee.variance == GeeVariance::Robust {
            let message = "fewer than 40 clusters: the uncorrected sandwich is too small; \
                           mancl-derouen or kauermann-carroll correct it";
            diagnostics.push(Diagnostic::note("few_clusters", message));
        }
        Ok(GeeFit {
            model: gee.clone(),
            terms: self.design.terms.clone(),
            coefficients: beta,
            covariance,
            association: self.association,
            scale,
            nobs: response.len(),
            dropped: self.design.dropped,
            events: counted.then(|| response.iter().sum::<f64>() as u64),
            clusters: parts.len(),
            largest_cluster: self
                .members
                .iter()
                .map(ExactSizeIterator::len)
                .max()
                .unwrap_or(0),
            iterations,
            diagnostics,
        })
    }
}

fn meat(
    variance: GeeVariance,
    parts: &[Part],
    bread: &Array2<f64>,
) -> Result<Array2<f64>, StatsError> {
    let refused = || {
        let rule =
            "cannot be corrected for few clusters: one cluster determines a coefficient alone";
        StatsError::argument("covariance", rule)
    };
    let mut meat = Array2::zeros(bread.raw_dim());
    let root = Bread::new(bread).ok_or_else(refused)?;
    for part in parts {
        match variance.power() {
            Some(power) => {
                let corrected = root.corrected(&part.information, &part.score, power);
                add_square(&mut meat, &corrected.map_err(|_| refused())?);
            }
            None => add_square(&mut meat, &part.score),
        }
    }
    Ok(meat)
}

impl GeeFit {
    /// Coefficients with Wald tests and intervals (normal).
    #[must_use]
    pub fn confint(&self, level: ConfidenceLevel) -> Vec<TermEstimate> {
        let estimate = |(j, term): (usize, &String)| TermEstimate {
            term: term.clone(),
            estimate: Estimate::wald(
                Statistic::Coefficient,
                Method::Wald,
                self.coefficients[j],
                self.covariance[(j, j)].sqrt(),
                level,
            ),
        };
        self.terms.iter().enumerate().map(estimate).collect()
    }
}

fn not_converged(iterations: usize, decrement: f64) -> StatsError {
    StatsError::NotConverged {
        iterations,
        decrement,
        hint: "the estimating equations have no solution that the link allows; \
               --correlation independence is the most robust",
    }
}

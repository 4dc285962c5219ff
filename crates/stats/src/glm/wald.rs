//! The joint Wald test of several coefficients: b' V^-1 b, chi-squared with as many degrees of
//! freedom (Wald 1943).

use super::fit::GlmFit;
use crate::StatsError;
use crate::distributions::chi_squared;
use crate::estimate::{Estimate, Method, Statistic};
use crate::linear::Factored;
use ndarray::{Array1, Array2};

impl GlmFit {
    /// Tests that the coefficients at these positions are all zero, by the covariance of the fit.
    ///
    /// # Errors
    /// A position that is not there, or a covariance that cannot be inverted.
    pub fn joint_test(&self, positions: &[usize]) -> Result<Estimate, StatsError> {
        let (beta, covariance) = (self.coef(), self.vcov());
        if positions.is_empty() || positions.iter().any(|&j| j >= beta.len()) {
            return Err(StatsError::argument(
                "positions",
                "must be those of coefficients",
            ));
        }
        let own: Array1<f64> = positions.iter().map(|&j| beta[j]).collect();
        let shape = (positions.len(), positions.len());
        let block = Array2::from_shape_fn(shape, |(i, j)| covariance[(positions[i], positions[j])]);
        wald_test(&own, &block)
    }
}

/// Tests that all of some estimates are zero, by their covariance.
///
/// # Errors
/// [`StatsError::Argument`] if the covariance cannot be inverted.
///
/// ```
/// use regtrial_stats::glm::wald_test;
/// let test = wald_test(&ndarray::array![1.0, 2.0], &ndarray::array![[1.0, 0.0], [0.0, 4.0]])?;
/// assert!((test.statistic_value - 2.0).abs() < 1e-12 && test.df == 2.0);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn wald_test(
    estimates: &Array1<f64>,
    covariance: &Array2<f64>,
) -> Result<Estimate, StatsError> {
    if covariance.dim() != (estimates.len(), estimates.len()) {
        let rule = "must have a line and a column for each estimate";
        return Err(StatsError::argument("the covariance", rule));
    }
    let inverse = Factored::new(covariance).ok_or_else(|| {
        StatsError::argument("the covariance of the coefficients", "must be invertible")
    })?;
    let statistic = estimates.dot(&inverse.solve(estimates));
    let df = estimates.len() as f64;
    let mut test = Estimate::point(Statistic::Term, Method::Wald, f64::NAN);
    test.statistic_value = statistic;
    test.df = df;
    test.p_value = chi_squared::sf(statistic, df);
    Ok(test)
}

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
        let inverse = Factored::new(&block).ok_or_else(|| {
            StatsError::argument("the covariance of the coefficients", "must be invertible")
        })?;
        let statistic = own.dot(&inverse.solve(&own));
        let df = positions.len() as f64;
        let mut test = Estimate::point(Statistic::Term, Method::Wald, f64::NAN);
        test.statistic_value = statistic;
        test.df = df;
        test.p_value = chi_squared::sf(statistic, df);
        Ok(test)
    }
}

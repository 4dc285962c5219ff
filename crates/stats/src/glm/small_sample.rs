//! What a cluster's score loses because the cluster helped to fit the model, and its correction.
//!
//! With bread B = (X'WX)^-1, a cluster's information Q and its score u, the corrected score is
//! (I - Q B)^-p u. p = 1/2 removes the bias of the sandwich to first order (R. M. Bell,
//! D. F. McCaffrey 2002, Survey Methodology 28:169-181; G. Kauermann, R. J. Carroll 2001, JASA
//! 96:1387-1396), p = 1 overcorrects slightly, like the jackknife (L. A. Mancl, T. A. DeRouen 2001,
//! Biometrics 57:126-134). In the papers the correction works on the residuals of a cluster,
//! (I - H)^-p with H = D B D'V^-1; pushed through D'V^-1 it needs matrices of the size of the
//! coefficients only.

use faer::linalg::triangular_solve::solve_upper_triangular_in_place;
use faer::{Mat, Par, Side};
use ndarray::{Array1, Array2};

/// A cluster that determines a coefficient alone: its residual is 0 by force.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LeverageOne;

/// The bread with its Cholesky factor.
pub(crate) struct Bread {
    factor: Mat<f64>,
}

impl Bread {
    /// `None` if the bread is not positive definite.
    pub(crate) fn new(bread: &Array2<f64>) -> Option<Self> {
        let n = bread.nrows();
        let matrix = Mat::from_fn(n, n, |i, j| bread[(i, j)]);
        let factor = matrix.llt(Side::Lower).ok()?.L().to_owned();
        Some(Self { factor })
    }

    /// (I - Q B)^-power u.
    pub(crate) fn corrected(
        &self,
        information: &Array2<f64>,
        score: &Array1<f64>,
        power: f64,
    ) -> Result<Array1<f64>, LeverageOne> {
        let n = score.len();
        let factor = &self.factor;
        let q = Mat::from_fn(n, n, |i, j| information[(i, j)]);
        let inner = factor.transpose() * q * factor;
        let eigen = inner
            .self_adjoint_eigen(Side::Lower)
            .map_err(|_| LeverageOne)?;
        let u = Mat::from_fn(n, 1, |i, _| score[i]);
        let mut rotated = eigen.U().transpose() * (factor.transpose() * u);
        for i in 0..n {
            let left = 1.0 - eigen.S()[i];
            if left.is_nan() || left < 1e-10 {
                return Err(LeverageOne);
            }
            rotated[(i, 0)] *= left.powf(-power);
        }
        let mut solved = eigen.U() * rotated;
        solve_upper_triangular_in_place(factor.transpose(), solved.as_mut(), Par::Seq);
        Ok((0..n).map(|i| solved[(i, 0)]).collect())
    }
}

//! The little linear algebra that regression needs, on faer.
//!
//! Cross-products are summed over fixed blocks of rows and the blocks are added in order, so that
//! the result is the same at any number of threads.

use faer::linalg::matmul::matmul;
use faer::linalg::solvers::{DenseSolveCore, Solve};
use faer::{Accum, Mat, MatRef, Par, Side};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

/// Rows that are multiplied at once, and rows that one task sums.
const BLOCK: usize = 1024;
const TASK: usize = 16 * BLOCK;

/// A pivot this small against its column means "do not trust the Cholesky factor".
const ILL_CONDITIONED: f64 = 1e-9;
/// A column whose part outside the span of earlier ones is this small is aliased (R's `lm` uses
/// the same number).
const ALIASED: f64 = 1e-7;

/// A column-major matrix as faer sees it.
pub(crate) fn view(x: &Array2<f64>) -> MatRef<'_, f64> {
    let (rows, columns) = x.dim();
    let data = x.t().to_slice().unwrap_or(&[]);
    MatRef::from_column_major_slice(data, rows, columns)
}

/// X' diag(w) X.
pub(crate) fn weighted_gram(x: &Array2<f64>, weights: &[f64]) -> Array2<f64> {
    let matrix = view(x);
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    let tasks: Vec<usize> = (0..rows).step_by(TASK).collect();
    let parts: Vec<Mat<f64>> = tasks
        .into_par_iter()
        .map(|start| {
            let end = (start + TASK).min(rows);
            let mut sum = Mat::<f64>::zeros(columns, columns);
            let mut scaled = Mat::<f64>::zeros(BLOCK, columns);
            for from in (start..end).step_by(BLOCK) {
                let height = BLOCK.min(end - from);
                for j in 0..columns {
                    for i in 0..height {
                        scaled[(i, j)] = matrix[(from + i, j)] * weights[from + i];
                    }
                }
                let block = matrix.subrows(from, height);
                let weighted = scaled.as_ref().subrows(0, height);
                matmul(
                    sum.as_mut(),
                    Accum::Add,
                    block.transpose(),
                    weighted,
                    1.0,
                    Par::Seq,
                );
            }
            sum
        })
        .collect();
    let mut total = Array2::zeros((columns, columns));
    for part in parts {
        for i in 0..columns {
            for j in 0..columns {
                total[(i, j)] += f64::midpoint(part[(i, j)], part[(j, i)]);
            }
        }
    }
    total
}

/// X' v, summed in the same fixed blocks.
pub(crate) fn transpose_times(x: &Array2<f64>, v: &[f64]) -> Array1<f64> {
    x.columns()
        .into_iter()
        .map(|column| {
            let products: Vec<f64> = column.iter().zip(v).map(|(a, b)| a * b).collect();
            products
                .chunks(BLOCK)
                .map(|block| block.iter().sum::<f64>())
                .sum()
        })
        .collect()
}

/// A factored symmetric positive definite matrix, equilibrated to a unit diagonal first: columns
/// in kroner and columns in shares then weigh the same.
pub(crate) struct Factored {
    scale: Vec<f64>,
    cholesky: faer::linalg::solvers::Llt<f64>,
    smallest_pivot: f64,
}

impl Factored {
    /// `None` if the matrix is not numerically positive definite.
    pub(crate) fn new(matrix: &Array2<f64>) -> Option<Self> {
        let n = matrix.nrows();
        let scale: Vec<f64> = (0..n).map(|i| matrix[(i, i)].sqrt().recip()).collect();
        if scale.iter().any(|s| !s.is_finite()) {
            return None;
        }
        let unit = Mat::from_fn(n, n, |i, j| matrix[(i, j)] * scale[i] * scale[j]);
        let cholesky = unit.llt(Side::Lower).ok()?;
        let factor = cholesky.L();
        let smallest_pivot = (0..n).map(|i| factor[(i, i)].powi(2)).fold(1.0, f64::min);
        (smallest_pivot > 1e-15).then_some(Self {
            scale,
            cholesky,
            smallest_pivot,
        })
    }

    pub(crate) fn is_ill_conditioned(&self) -> bool {
        self.smallest_pivot < ILL_CONDITIONED
    }

    pub(crate) fn solve(&self, right: &Array1<f64>) -> Array1<f64> {
        let scaled = Mat::from_fn(right.len(), 1, |i, _| right[i] * self.scale[i]);
        let solution = self.cholesky.solve(&scaled);
        (0..right.len())
            .map(|i| solution[(i, 0)] * self.scale[i])
            .collect()
    }

    pub(crate) fn inverse(&self) -> Array2<f64> {
        let inverse = self.cholesky.inverse();
        let n = self.scale.len();
        Array2::from_shape_fn((n, n), |(i, j)| {
            f64::midpoint(inverse[(i, j)], inverse[(j, i)]) * self.scale[i] * self.scale[j]
        })
    }

    pub(crate) fn log_determinant(&self) -> f64 {
        let factor = self.cholesky.L();
        let log = |i: usize| 2.0 * (factor[(i, i)] / self.scale[i]).ln();
        (0..self.scale.len()).map(log).sum()
    }
}

/// The columns that are linear combinations of earlier ones: Gram-Schmidt, twice for accuracy.
pub(crate) fn aliased_columns(x: &Array2<f64>) -> Vec<usize> {
    let mut basis: Vec<Array1<f64>> = Vec::new();
    let mut aliased = Vec::new();
    for (j, column) in x.columns().into_iter().enumerate() {
        let norm = column.dot(&column).sqrt();
        let mut rest = if norm > 0.0 {
            &column / norm
        } else {
            column.to_owned()
        };
        for _ in 0..2 {
            for direction in &basis {
                let along = direction.dot(&rest);
                rest.scaled_add(-along, direction);
            }
        }
        let left = rest.dot(&rest).sqrt();
        if norm == 0.0 || left < ALIASED {
            aliased.push(j);
        } else {
            basis.push(rest / left);
        }
    }
    aliased
}

/// Least squares by orthogonal factors, for designs on which the normal equations lose too many
/// digits: returns (X' diag(w) X)^-1 and the solution of min |sqrt(w) (z - X b)|.
pub(crate) fn least_squares_qr(
    x: &Array2<f64>,
    weights: &[f64],
    z: &[f64],
) -> Option<(Array1<f64>, Array2<f64>)> {
    let (rows, columns) = x.dim();
    let scale: Vec<f64> = x
        .columns()
        .into_iter()
        .map(|c| {
            c.iter()
                .zip(weights)
                .map(|(v, w)| v * v * w)
                .sum::<f64>()
                .sqrt()
        })
        .collect();
    if scale.iter().any(|s| *s == 0.0 || !s.is_finite()) {
        return None;
    }
    let root: Vec<f64> = weights.iter().map(|w| w.sqrt()).collect();
    let scaled = Mat::from_fn(rows, columns, |i, j| x[(i, j)] * root[i] / scale[j]);
    let right = Mat::from_fn(rows, 1, |i, _| z[i] * root[i]);
    let qr = scaled.qr();
    let factor = qr.thin_R();
    if (0..columns).any(|i| factor[(i, i)].abs() < 1e-13) {
        return None;
    }
    use faer::linalg::solvers::SolveLstsq;
    let solution = qr.solve_lstsq(&right);
    let mut inverse = Mat::<f64>::identity(columns, columns);
    faer::linalg::triangular_solve::solve_upper_triangular_in_place(
        factor,
        inverse.as_mut(),
        Par::Seq,
    );
    let beta = (0..columns).map(|j| solution[(j, 0)] / scale[j]).collect();
    let covariance = Array2::from_shape_fn((columns, columns), |(i, j)| {
        let dot: f64 = (0..columns)
            .map(|k| inverse[(i, k)] * inverse[(j, k)])
            .sum();
        dot / (scale[i] * scale[j])
    });
    Some((beta, covariance))
}

//! The little linear algebra that regression needs, on faer.
//!
//! Cross-products are summed over fixed blocks of rows and the blocks are added in order, so that
//! the result is the same at any number of threads.

use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::solvers::{DenseSolveCore, Solve};
use faer::{Accum, Mat, MatRef, Par, Side};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

/// Rows that are multiplied at once (with 20 columns they fit a second-level cache), and rows that
/// one task sums.
const BLOCK: usize = 512;
const TASK: usize = 32 * BLOCK;

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

/// What one pass over the rows of a design sums.
pub(crate) struct Sums {
    /// X' diag(w) X.
    pub(crate) gram: Array2<f64>,
    /// X' s.
    pub(crate) gradient: Array1<f64>,
    /// The sum of whatever each block gave.
    pub(crate) total: f64,
}

/// Rows of a block, as a pass hands them out: where it starts, and the linear predictor of each.
pub(crate) struct Block<'a> {
    pub(crate) start: usize,
    pub(crate) eta: &'a [f64],
}

/// Goes through the design once: `rows` turns the linear predictors of a block into weights and
/// scores, and returns the block's share of the total, or nothing where the point is impossible.
/// Every number of the block is used while it is still in the cache.
pub(crate) fn pass(
    x: &Array2<f64>,
    beta: &Array1<f64>,
    offset: Option<&[f64]>,
    rows: impl Fn(Block<'_>, &mut [f64], &mut [f64]) -> Option<f64> + Sync,
) -> Option<Sums> {
    let matrix = view(x);
    let (n, columns) = (matrix.nrows(), matrix.ncols());
    let parts = in_tasks(n, |start, end| {
        let height = BLOCK.min(end - start);
        let mut gram = Mat::<f64>::zeros(columns, columns);
        let mut gradient = vec![0.0; columns];
        let mut total = 0.0;
        let mut scaled = Mat::<f64>::zeros(height, columns);
        let (mut eta, mut weights, mut scores) =
            (vec![0.0; height], vec![0.0; height], vec![0.0; height]);
        for from in (start..end).step_by(BLOCK) {
            let height = BLOCK.min(end - from);
            let block = matrix.subrows(from, height);
            let (eta, weights, scores) = (
                &mut eta[..height],
                &mut weights[..height],
                &mut scores[..height],
            );
            match offset {
                Some(offset) => eta.copy_from_slice(&offset[from..from + height]),
                None => eta.fill(0.0),
            }
            for j in 0..columns {
                let column = column_of(block, j);
                for (sum, value) in eta.iter_mut().zip(column) {
                    *sum += beta[j] * value;
                }
            }
            total += rows(Block { start: from, eta }, weights, scores)?;
            add_gram(&mut gram, block, weights, &mut scaled);
            for (j, sum) in gradient.iter_mut().enumerate() {
                *sum += dot(column_of(block, j), scores);
            }
        }
        Some((gram, gradient, total))
    });
    let mut sums = Sums {
        gram: Array2::zeros((columns, columns)),
        gradient: Array1::zeros(columns),
        total: 0.0,
    };
    for part in parts {
        let (gram, gradient, total) = part?;
        add_lower(&mut sums.gram, &gram);
        for (sum, value) in sums.gradient.iter_mut().zip(gradient) {
            *sum += value;
        }
        sums.total += total;
    }
    mirror(&mut sums.gram);
    Some(sums)
}

/// Runs a step on each fixed range of rows, in any order, and returns the results in order.
pub(crate) fn in_tasks<T: Send>(rows: usize, step: impl Fn(usize, usize) -> T + Sync) -> Vec<T> {
    let run = |start: usize| step(start, (start + TASK).min(rows));
    if rows <= TASK {
        return vec![run(0)];
    }
    let starts: Vec<usize> = (0..rows).step_by(TASK).collect();
    starts.into_par_iter().map(run).collect()
}

/// X' diag(w) X.
pub(crate) fn weighted_gram(x: &Array2<f64>, weights: &[f64]) -> Array2<f64> {
    let matrix = view(x);
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    let parts = in_tasks(rows, |start, end| {
        let mut sum = Mat::<f64>::zeros(columns, columns);
        let mut scaled = Mat::<f64>::zeros(BLOCK.min(end - start), columns);
        for from in (start..end).step_by(BLOCK) {
            let height = BLOCK.min(end - from);
            let own = &weights[from..from + height];
            add_gram(&mut sum, matrix.subrows(from, height), own, &mut scaled);
        }
        sum
    });
    let mut total = Array2::zeros((columns, columns));
    for part in &parts {
        add_lower(&mut total, part);
    }
    mirror(&mut total);
    total
}

/// The lower triangle of X' diag(w) X for rows of `columns` numbers, one after the other; row-major.
pub(crate) fn row_gram(rows: &[f64], columns: usize, weights: &[f64]) -> Vec<f64> {
    let mut sum = Mat::<f64>::zeros(columns, columns);
    let mut scaled = vec![0.0; BLOCK * columns];
    for (block, weights) in rows
        .chunks(BLOCK * columns.max(1))
        .zip(weights.chunks(BLOCK))
    {
        let height = weights.len();
        let own = &mut scaled[..height * columns];
        for ((to, from), weight) in own
            .chunks_exact_mut(columns)
            .zip(block.chunks_exact(columns))
            .zip(weights)
        {
            for (to, from) in to.iter_mut().zip(from) {
                *to = from * weight;
            }
        }
        triangular::matmul(
            sum.as_mut(),
            BlockStructure::TriangularLower,
            Accum::Add,
            MatRef::from_row_major_slice(block, height, columns).transpose(),
            BlockStructure::Rectangular,
            MatRef::from_row_major_slice(own, height, columns),
            BlockStructure::Rectangular,
            1.0,
            Par::Seq,
        );
    }
    let at = |index: usize| sum[(index / columns, index % columns)];
    (0..columns * columns).map(at).collect()
}

/// Adds the lower triangle of one block's X' diag(w) X.
fn add_gram(sum: &mut Mat<f64>, block: MatRef<'_, f64>, weights: &[f64], scaled: &mut Mat<f64>) {
    for j in 0..block.ncols() {
        let own = scaled.col_as_slice_mut(j);
        for ((target, value), weight) in own.iter_mut().zip(column_of(block, j)).zip(weights) {
            *target = value * weight;
        }
    }
    triangular::matmul(
        sum.as_mut(),
        BlockStructure::TriangularLower,
        Accum::Add,
        block.transpose(),
        BlockStructure::Rectangular,
        scaled.as_ref().subrows(0, block.nrows()),
        BlockStructure::Rectangular,
        1.0,
        Par::Seq,
    );
}

fn add_lower(total: &mut Array2<f64>, part: &Mat<f64>) {
    for j in 0..part.ncols() {
        for i in j..part.nrows() {
            total[(i, j)] += part[(i, j)];
        }
    }
}

fn mirror(matrix: &mut Array2<f64>) {
    for j in 0..matrix.ncols() {
        for i in 0..j {
            matrix[(i, j)] = matrix[(j, i)];
        }
    }
}

/// A column of a block of a column-major matrix.
fn column_of(block: MatRef<'_, f64>, j: usize) -> &[f64] {
    block
        .col(j)
        .try_as_col_major()
        .map_or(&[], faer::ColRef::as_slice)
}

/// A dot product in eight fixed strands, so that the compiler may use wide registers.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    dot_in::<8>(a, b)
}

/// A dot product in some fixed strands: with more of them, fewer sums wait for the one before.
#[inline(always)]
pub(crate) fn dot_in<const STRANDS: usize>(a: &[f64], b: &[f64]) -> f64 {
    let mut strands = [0.0; STRANDS];
    let (wide_a, rest_a) = a.as_chunks::<STRANDS>();
    let (wide_b, rest_b) = b.as_chunks::<STRANDS>();
    let rest: f64 = rest_a.iter().zip(rest_b).map(|(x, y)| x * y).sum();
    for (x, y) in wide_a.iter().zip(wide_b) {
        for (strand, (x, y)) in strands.iter_mut().zip(x.iter().zip(y)) {
            *strand += x * y;
        }
    }
    strands.iter().sum::<f64>() + rest
}

/// X' v, summed in the same fixed blocks.
pub(crate) fn transpose_times(x: &Array2<f64>, v: &[f64]) -> Array1<f64> {
    let matrix = view(x);
    let parts = in_tasks(v.len(), |start, end| {
        let block = matrix.subrows(start, end - start);
        (0..block.ncols())
            .map(|j| dot(column_of(block, j), &v[start..end]))
            .collect::<Array1<f64>>()
    });
    parts
        .iter()
        .fold(Array1::zeros(matrix.ncols()), |sum, part| sum + part)
}

/// X beta + offset.
pub(crate) fn linear_predictor(
    x: &Array2<f64>,
    beta: &Array1<f64>,
    offset: Option<&[f64]>,
) -> Vec<f64> {
    let mut eta = offset.map_or_else(|| vec![0.0; x.nrows()], <[f64]>::to_vec);
    for (column, coefficient) in x.columns().into_iter().zip(beta) {
        for (sum, value) in eta.iter_mut().zip(column) {
            *sum += coefficient * value;
        }
    }
    eta
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

//! From a formula and columns to a design matrix with named terms.
//!
//! Coding follows R: a factor is coded by contrasts against its reference level where its margin
//! is in the model, and by one column a level where it is not. Rows with a missing value in any
//! column that the formula reads are set aside and counted, never silently.

mod basis;
mod coding;
mod data;

pub use coding::Coding;
pub use data::{Column, Data};

use crate::StatsError;
use crate::formula::Formula;
use ndarray::Array2;

/// A response, a design matrix and what they were made from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Design {
    /// Name of the response.
    pub response_name: String,
    /// The response, one number a row used.
    pub response: Vec<f64>,
    /// Rows used by terms, column-major.
    pub x: Array2<f64>,
    /// Names of the columns of `x`: `(Intercept)`, `age`, `site[B]`, `arm[IPS]:age`.
    pub terms: Vec<String>,
    /// The summed offsets, if the formula has any.
    pub offset: Option<Vec<f64>>,
    /// Which rows of the data were used, in order.
    pub rows: Vec<usize>,
    /// How many rows were set aside for a missing value.
    pub dropped: usize,
    /// How the terms were coded, to apply to other data.
    pub coding: Coding,
}

impl Design {
    /// Builds the design of `formula` on `data`.
    ///
    /// # Errors
    /// A column that does not exist or has the wrong type, no complete row, or more coefficients
    /// than rows.
    ///
    /// ```
    /// use regtrial_stats::{design::{Data, Design}, formula::Formula};
    /// let data = Data::new()
    ///     .with_numbers("y", vec![1.0, 0.0, 1.0])
    ///     .with_text("arm", &["TAU", "IPS", "TAU"]);
    /// let design = Design::new(&Formula::parse("y ~ arm")?, &data)?;
    /// assert_eq!(design.terms, ["(Intercept)", "arm[TAU]"]);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn new(formula: &Formula, data: &Data) -> Result<Self, StatsError> {
        Self::with_extra_columns(formula, data, &[])
    }

    /// As [`Design::new`], and rows with a missing value in `extra` columns (a cluster, say) are
    /// set aside as well.
    ///
    /// # Errors
    /// As [`Design::new`].
    pub fn with_extra_columns(
        formula: &Formula,
        data: &Data,
        extra: &[&str],
    ) -> Result<Self, StatsError> {
        if !formula.survival.is_empty() {
            let rule = "has Surv(), strata() or cluster(), which only the Cox family knows";
            return Err(StatsError::argument("formula", rule));
        }
        let mut columns = formula.columns();
        columns.extend(extra.iter().map(|name| (*name).to_owned()));
        let columns = columns.iter().map(|name| data.column(name));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let complete: Vec<usize> = (0..data.rows())
            .filter(|&row| columns.iter().all(|column| column.is_present(row)))
            .collect();
        let response_name = formula.response.to_string();
        let response_all = data.evaluate(&formula.response, &complete)?;
        let offset_all = sum_offsets(formula, data, &complete)?;
        let coding = Coding::new(formula, data, &complete)?;
        let x_all = coding.matrix(data, &complete)?;
        // A logarithm of a negative number is missing as well, an infinite one is an error.
        let keep: Vec<usize> = (0..complete.len())
            .filter(|&i| {
                !response_all[i].is_nan()
                    && offset_all.as_ref().is_none_or(|offset| !offset[i].is_nan())
                    && x_all.row(i).iter().all(|value| !value.is_nan())
            })
            .collect();
        let dropped = data.rows() - keep.len();
        if keep.is_empty() {
            return Err(StatsError::NoData { dropped });
        }
        if keep.len() < coding.terms().len() {
            return Err(StatsError::TooFewRows {
                rows: keep.len(),
                terms: coding.terms().len(),
            });
        }
        let x = if keep.len() == complete.len() {
            x_all
        } else {
            column_major(keep.len(), x_all.ncols(), |i, j| x_all[(keep[i], j)])
        };
        let rows: Vec<usize> = keep.iter().map(|&i| complete[i]).collect();
        for (j, column) in x.columns().into_iter().enumerate() {
            refuse_infinite(&coding.terms()[j], column.iter(), &rows)?;
        }
        let response: Vec<f64> = keep.iter().map(|&i| response_all[i]).collect();
        refuse_infinite(&response_name, response.iter(), &rows)?;
        let offset: Option<Vec<f64>> =
            offset_all.map(|offset| keep.iter().map(|&i| offset[i]).collect());
        if let Some(offset) = &offset {
            let terms = formula.offsets.iter().map(|term| format!("offset({term})"));
            let name = terms.collect::<Vec<_>>().join(" + ");
            refuse_infinite(&name, offset.iter(), &rows)?;
        }
        Ok(Self {
            response,
            offset,
            rows,
            terms: coding.terms().to_vec(),
            response_name,
            x,
            dropped,
            coding,
        })
    }

    /// Rows used.
    #[must_use]
    pub fn nobs(&self) -> usize {
        self.response.len()
    }

    /// The same design without one row.
    pub(crate) fn without_row(&self, row: usize) -> Self {
        let skip = |i: usize| i + usize::from(i >= row);
        let n = self.nobs() - 1;
        let pick = |values: &[f64]| (0..n).map(|i| values[skip(i)]).collect::<Vec<f64>>();
        Self {
            response: pick(&self.response),
            x: column_major(n, self.x.ncols(), |i, j| self.x[(skip(i), j)]),
            offset: self.offset.as_deref().map(pick),
            rows: (0..n).map(|i| self.rows[skip(i)]).collect(),
            ..self.clone()
        }
    }

    /// The rows at some positions, repetitions counting.
    #[must_use]
    pub fn at(&self, positions: &[usize]) -> Self {
        let pick = |values: &[f64]| positions.iter().map(|&i| values[i]).collect::<Vec<f64>>();
        let x = &self.x;
        Self {
            response_name: self.response_name.clone(),
            response: pick(&self.response),
            x: column_major(positions.len(), x.ncols(), |i, j| x[(positions[i], j)]),
            terms: self.terms.clone(),
            offset: self.offset.as_deref().map(pick),
            rows: positions.iter().map(|&i| self.rows[i]).collect(),
            dropped: self.dropped,
            coding: self.coding.clone(),
        }
    }

    /// The same rows with some of the columns.
    pub(crate) fn with_columns(&self, columns: &[usize]) -> Self {
        Self {
            x: column_major(self.nobs(), columns.len(), |i, j| self.x[(i, columns[j])]),
            terms: columns.iter().map(|&j| self.terms[j].clone()).collect(),
            coding: self.coding.subset(columns),
            ..self.clone()
        }
    }

    /// Whether the first term is the intercept.
    #[must_use]
    pub fn has_intercept(&self) -> bool {
        self.terms.first().is_some_and(|term| term == INTERCEPT)
    }
}

/// The intercept's name.
pub const INTERCEPT: &str = "(Intercept)";

/// An infinite value says nothing; the row (of the data, from 1) says where to look.
fn refuse_infinite<'a>(
    name: &str,
    mut values: impl Iterator<Item = &'a f64>,
    rows: &[usize],
) -> Result<(), StatsError> {
    match values.position(|value| value.is_infinite()) {
        None => Ok(()),
        Some(i) => Err(StatsError::ColumnType {
            column: name.to_owned(),
            rule: format!(
                "holds an infinite value, such as the logarithm of 0, in data row {}",
                rows[i] + 1
            ),
        }),
    }
}

fn sum_offsets(
    formula: &Formula,
    data: &Data,
    rows: &[usize],
) -> Result<Option<Vec<f64>>, StatsError> {
    let mut sum: Option<Vec<f64>> = None;
    for offset in &formula.offsets {
        let values = data.evaluate(offset, rows)?;
        sum = Some(match sum {
            None => values,
            Some(sum) => sum.iter().zip(values).map(|(a, b)| a + b).collect(),
        });
    }
    Ok(sum)
}

/// A column-major matrix.
pub(crate) fn column_major(
    rows: usize,
    columns: usize,
    value: impl Fn(usize, usize) -> f64,
) -> Array2<f64> {
    use ndarray::ShapeBuilder;
    Array2::from_shape_fn((rows, columns).f(), |(i, j)| value(i, j))
}

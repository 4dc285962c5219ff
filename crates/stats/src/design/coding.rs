//! How each term becomes columns.

use super::basis::Basis;
use super::{Column, Data, INTERCEPT, column_major};
use crate::StatsError;
use crate::formula::{Expression, Formula, Shape, Term, Variable, same_term};
use ndarray::Array2;

/// The recipe of a design: fixed levels and contrasts, applicable to other data.
#[derive(Debug, Clone, PartialEq)]
pub struct Coding {
    blocks: Vec<Block>,
    terms: Vec<String>,
    /// Which term of the formula each column belongs to, none for the intercept.
    owners: Vec<Option<usize>>,
}

/// One column of the design: a product of parts, none for the intercept.
#[derive(Debug, Clone, PartialEq)]
struct Block {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Number(Expression),
    Level {
        column: String,
        level: String,
    },
    Curve {
        of: Expression,
        basis: Basis,
        index: usize,
    },
}

impl Coding {
    pub(super) fn new(formula: &Formula, data: &Data, rows: &[usize]) -> Result<Self, StatsError> {
        let mut coding = Self {
            blocks: Vec::new(),
            terms: Vec::new(),
            owners: Vec::new(),
        };
        if formula.intercept {
            coding.blocks.push(Block { parts: Vec::new() });
            coding.owners.push(None);
            coding.terms.push(INTERCEPT.to_owned());
        }
        for (index, term) in formula.terms.iter().enumerate() {
            let mut columns: Vec<(String, Vec<Part>)> = vec![(String::new(), Vec::new())];
            for variable in term {
                let contrasts = has_margin(formula, data, index, term, variable);
                let parts = parts(variable, data, rows, contrasts)?;
                // The levels of later variables run slowest, as in R.
                columns = parts
                    .iter()
                    .flat_map(|(label, part)| {
                        columns.iter().map(move |(name, before)| {
                            let name = if name.is_empty() {
                                label.clone()
                            } else {
                                format!("{name}:{label}")
                            };
                            (name, before.iter().chain([part]).cloned().collect())
                        })
                    })
                    .collect();
            }
            for (name, parts) in columns {
                coding.terms.push(name);
                coding.owners.push(Some(index));
                coding.blocks.push(Block { parts });
            }
        }
        Ok(coding)
    }

    /// Names of the design's columns.
    #[must_use]
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// Which term of the formula each column belongs to (its place in the formula's list), none for
    /// the intercept.
    #[must_use]
    pub fn owners(&self) -> &[Option<usize>] {
        &self.owners
    }

    /// The same recipe for some of the columns.
    pub(super) fn subset(&self, columns: &[usize]) -> Self {
        Self {
            blocks: columns.iter().map(|&j| self.blocks[j].clone()).collect(),
            terms: columns.iter().map(|&j| self.terms[j].clone()).collect(),
            owners: columns.iter().map(|&j| self.owners[j]).collect(),
        }
    }

    /// The design matrix of some rows of `data`, column-major. Missing values become `NaN`.
    ///
    /// # Errors
    /// A column that does not exist or has the wrong type.
    pub fn matrix(&self, data: &Data, rows: &[usize]) -> Result<Array2<f64>, StatsError> {
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(self.blocks.len());
        for block in &self.blocks {
            let mut values = vec![1.0; rows.len()];
            for part in &block.parts {
                for (value, factor) in values.iter_mut().zip(part.values(data, rows)?) {
                    *value *= factor;
                }
            }
            columns.push(values);
        }
        Ok(column_major(rows.len(), columns.len(), |i, j| {
            columns[j][i]
        }))
    }
}

impl Part {
    fn values(&self, data: &Data, rows: &[usize]) -> Result<Vec<f64>, StatsError> {
        match self {
            Self::Number(expression) => data.evaluate(expression, rows),
            Self::Curve { of, basis, index } => Ok(data
                .evaluate(of, rows)?
                .into_iter()
                .map(|x| basis.value(*index, x))
                .collect()),
            Self::Level { column, level } => Ok(match data.column(column)? {
                Column::Factor { levels, codes } => {
                    let wanted = levels.iter().position(|other| other == level);
                    rows.iter()
                        .map(|&row| match codes.get(row).copied().flatten() {
                            Some(code) => f64::from(u8::from(Some(code as usize) == wanted)),
                            None => f64::NAN,
                        })
                        .collect()
                }
                Column::Numbers(values) => rows
                    .iter()
                    .map(|&row| match values.get(row) {
                        Some(value) if !value.is_nan() => {
                            f64::from(u8::from(value.to_string() == *level))
                        }
                        _ => f64::NAN,
                    })
                    .collect(),
            }),
        }
    }
}

/// A factor may have this many levels however few the rows.
const MANY_LEVELS: usize = 20;

/// R's rule: a factor within a term is coded by contrasts if the term without it is in the model
/// (before it, or the intercept).
fn has_margin(
    formula: &Formula,
    data: &Data,
    index: usize,
    term: &Term,
    variable: &Variable,
) -> bool {
    let rest: Vec<Variable> = term
        .iter()
        .filter(|other| *other != variable)
        .cloned()
        .collect();
    if rest.is_empty() {
        // Without an intercept the first factor that stands alone takes the intercept's place.
        return formula.intercept
            || formula.terms[..index]
                .iter()
                .any(|other| other.len() == 1 && is_factor(data, &other[0]));
    }
    formula.terms.iter().any(|other| same_term(other, &rest))
}

fn is_factor(data: &Data, variable: &Variable) -> bool {
    match variable {
        Variable::Factor { .. } => true,
        Variable::Column(column) => matches!(data.column(column), Ok(Column::Factor { .. })),
        Variable::Computed(_) | Variable::Curve { .. } => false,
    }
}

/// The columns of one variable with their labels: one for a number, one a level for a factor.
fn parts(
    variable: &Variable,
    data: &Data,
    rows: &[usize],
    contrasts: bool,
) -> Result<Vec<(String, Part)>, StatsError> {
    let (column, reference) = match variable {
        Variable::Computed(expression) => {
            return Ok(vec![(variable.label(), Part::Number(expression.clone()))]);
        }
        Variable::Curve { of, shape } => return curve(variable, of, *shape, data, rows),
        Variable::Column(column) => match data.column(column)? {
            Column::Numbers(_) => {
                let expression = Expression::Column(column.clone());
                return Ok(vec![(variable.label(), Part::Number(expression))]);
            }
            Column::Factor { .. } => (column, &None),
        },
        Variable::Factor { column, reference } => (column, reference),
    };
    let mut levels = present_levels(data.column(column)?, rows);
    if levels.len() > MANY_LEVELS && 2 * levels.len() > rows.len() {
        return Err(StatsError::ColumnType {
            column: column.clone(),
            rule: "has a level of its own for most rows: it is no factor, perhaps identifiers"
                .to_owned(),
        });
    }
    if let Some(reference) = reference {
        let Some(at) = levels.iter().position(|level| level == reference) else {
            return Err(StatsError::UnknownLevel {
                column: column.clone(),
                level: reference.clone(),
            });
        };
        let first = levels.remove(at);
        levels.insert(0, first);
    }
    if contrasts && levels.len() < 2 {
        return Err(StatsError::ColumnType {
            column: column.clone(),
            rule: "has a single level in the complete rows: it cannot be compared".to_owned(),
        });
    }
    Ok(levels
        .into_iter()
        .skip(usize::from(contrasts))
        .map(|level| {
            (
                format!("{column}[{level}]"),
                Part::Level {
                    column: column.clone(),
                    level,
                },
            )
        })
        .collect())
}

/// The columns of a curve, fixed on the rows in which its expression has a value.
fn curve(
    variable: &Variable,
    of: &Expression,
    shape: Shape,
    data: &Data,
    rows: &[usize],
) -> Result<Vec<(String, Part)>, StatsError> {
    let mut values = data.evaluate(of, rows)?;
    values.retain(|value| !value.is_nan());
    let label = variable.label();
    let basis = Basis::new(shape, &values).map_err(|rule| StatsError::ColumnType {
        column: label.clone(),
        rule: rule.to_owned(),
    })?;
    let part = |index: usize| Part::Curve {
        of: of.clone(),
        basis: basis.clone(),
        index,
    };
    Ok((0..basis.len())
        .map(|index| (format!("{label}[{}]", index + 1), part(index)))
        .collect())
}

/// The levels that occur in `rows`: a factor's in its own order, a number's ascending.
fn present_levels(column: &Column, rows: &[usize]) -> Vec<String> {
    match column {
        Column::Factor { levels, codes } => {
            let mut seen = vec![false; levels.len()];
            for code in rows
                .iter()
                .filter_map(|&row| codes.get(row).copied().flatten())
            {
                seen[code as usize] = true;
            }
            levels
                .iter()
                .zip(seen)
                .filter(|(_, seen)| *seen)
                .map(|(l, _)| l.clone())
                .collect()
        }
        Column::Numbers(values) => {
            let mut present: Vec<f64> = rows
                .iter()
                .filter_map(|&row| values.get(row).copied())
                .filter(|value| !value.is_nan())
                .collect();
            present.sort_by(f64::total_cmp);
            present.dedup();
            present.iter().map(f64::to_string).collect()
        }
    }
}

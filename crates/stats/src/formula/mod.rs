//! Model formulas in Wilkinson notation, parsed to typed terms.
//!
//! ```text
//! employed ~ arm * routines + factor(site, ref = 'B') + log(earnings) + I(age^2) - 1
//! ```
//!
//! `+` adds terms, `:` is an interaction, `a*b` is `a + b + a:b`, `- term` removes one, `- 1` or
//! `+ 0` removes the intercept. `factor(x)` makes a factor of a column, `factor(x, ref = 'b')` names
//! its reference level. `log`, `log2`, `log10`, `sqrt`, `exp` and `I(...)` hold arithmetic, with
//! `+ - * / ^`, and comparisons that give 0 or 1; inside them `+` and `*` are sums and products.
//! `poly(x, 2)` is an orthogonal polynomial and `ns(x, df = 3)` a natural cubic spline, both as in R.
//! `offset(...)` enters with coefficient 1. A name that is not a word stands in backticks.
//!
//! For time to event the left side is `Surv(time, event)` or `Surv(start, stop, event)`;
//! `strata(site)` and `cluster(family)` stand among the terms.

mod expression;
mod lexer;
mod parser;
mod survival;

pub use expression::{BinaryOperator, Expression, Function};
pub use survival::{SurvivalParts, SurvivalResponse};

use crate::StatsError;

/// One variable of a term: a column taken as it is, a column made a factor, or arithmetic.
#[derive(Debug, Clone, PartialEq)]
pub enum Variable {
    /// A column: numeric as it is, text as a factor.
    Column(String),
    /// `factor(column, ref = ...)`.
    Factor {
        /// The column.
        column: String,
        /// The reference level, if named.
        reference: Option<String>,
    },
    /// Arithmetic on columns.
    Computed(Expression),
    /// A curve in an expression: several columns.
    Curve {
        /// What it is a curve in.
        of: Expression,
        /// Which curve.
        shape: Shape,
    },
}

/// A curve that stands for several columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// `poly(x, degree)`: polynomials that are orthogonal over the rows used.
    Polynomial {
        /// The highest power.
        degree: usize,
    },
    /// `ns(x, df = df)`: a natural cubic spline with knots at quantiles of the rows used.
    NaturalSpline {
        /// Columns.
        df: usize,
    },
}

impl Variable {
    /// How the variable is written in a term's name.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Column(column) | Self::Factor { column, .. } => column.clone(),
            Self::Computed(expression) => expression.to_string(),
            Self::Curve { of, shape } => match shape {
                Shape::Polynomial { degree } => format!("poly({of}, {degree})"),
                Shape::NaturalSpline { df } => format!("ns({of}, df = {df})"),
            },
        }
    }

    /// The columns the variable reads.
    pub fn columns(&self, found: &mut Vec<String>) {
        match self {
            Self::Column(column) | Self::Factor { column, .. } => found.push(column.clone()),
            Self::Computed(expression) | Self::Curve { of: expression, .. } => {
                expression.columns(found);
            }
        }
    }
}

/// A product of variables; the empty product is the intercept.
pub type Term = Vec<Variable>;

/// A parsed formula: the typed form that the library builds models from.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// Left of the tilde.
    pub response: Expression,
    /// Whether there is an intercept.
    pub intercept: bool,
    /// Terms without the intercept: main effects first, then by order of interaction.
    pub terms: Vec<Term>,
    /// Summed offsets.
    pub offsets: Vec<Expression>,
    /// What only models of time to event know.
    pub survival: SurvivalParts,
}

impl Formula {
    /// Parses `response ~ terms`.
    ///
    /// # Errors
    /// [`StatsError::Formula`] with the byte range of the offending text.
    ///
    /// ```
    /// use regtrial_stats::formula::Formula;
    /// let formula = Formula::parse("employed ~ arm * age - 1")?;
    /// assert_eq!(formula.terms.len(), 3);
    /// assert!(!formula.intercept);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, StatsError> {
        parser::parse(text)
    }

    /// `response ~ a + b + ...` from column names, for programs that do not want to parse.
    #[must_use]
    pub fn from_columns<S: AsRef<str>>(response: &str, columns: &[S]) -> Self {
        let column = |name: &str| vec![Variable::Column(name.to_owned())];
        Self {
            response: Expression::Column(response.to_owned()),
            intercept: true,
            terms: columns.iter().map(|name| column(name.as_ref())).collect(),
            offsets: Vec::new(),
            survival: SurvivalParts::default(),
        }
    }

    /// The formula's right-hand side with a further term, unless it is there already.
    pub fn add_term(&mut self, term: Term) {
        if term.is_empty() {
            self.intercept = true;
        } else if !self.terms.iter().any(|other| same_term(other, &term)) {
            self.terms.push(term);
        }
    }

    pub(crate) fn remove_term(&mut self, term: &Term) {
        if term.is_empty() {
            self.intercept = false;
        } else {
            self.terms.retain(|other| !same_term(other, term));
        }
    }

    /// Every column that the formula reads, in order of first mention.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.response.columns(&mut found);
        self.terms
            .iter()
            .flatten()
            .for_each(|variable| variable.columns(&mut found));
        self.offsets
            .iter()
            .for_each(|offset| offset.columns(&mut found));
        self.survival.columns(&mut found);
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|column| seen.insert(column.clone()));
        found
    }
}

/// Two products of the same variables, in whatever order.
pub(crate) fn same_term(a: &[Variable], b: &[Variable]) -> bool {
    a.len() == b.len() && a.iter().all(|variable| b.contains(variable))
}

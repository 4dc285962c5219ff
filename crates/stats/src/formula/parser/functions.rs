//! What is written like a function: `Surv(...)` on the left; `factor`, `poly`, `ns`, `offset`, `strata`,
//! `cluster` and arithmetic among the terms.

use super::super::lexer::{Token, error};
use super::super::{Expression, Function, Shape, SurvivalResponse, Variable};
use super::{Item, Parser};
use crate::StatsError;
use std::ops::Range;

impl Parser {
    /// The left side: an expression, or `Surv(...)`.
    pub(super) fn response(&mut self) -> Result<Expression, StatsError> {
        let next = self.tokens.get(self.at + 1).map(|(token, _)| token);
        let is_survival = matches!(self.peek(), Some(Token::Name(name)) if name == "Surv")
            && next == Some(&Token::Symbol("("));
        if !is_survival {
            return self.comparison();
        }
        self.at += 2;
        let mut parts = vec![self.comparison()?];
        while self.take(",") {
            parts.push(self.comparison()?);
        }
        let span = self.span();
        self.expect(")", "`)`")?;
        let (start, stop, event) = match parts.as_slice() {
            [stop, event] => (None, stop.clone(), event.clone()),
            [start, stop, event] => (Some(start.clone()), stop.clone(), event.clone()),
            _ => {
                let message = "Surv takes (time, event) or (start, stop, event)";
                return Err(error(message, span));
            }
        };
        let response = stop.clone();
        self.survival.response = Some(SurvivalResponse { start, stop, event });
        Ok(response)
    }

    /// Column names between parentheses, separated by commas.
    fn column_names(&mut self) -> Result<Vec<String>, StatsError> {
        let mut names = Vec::new();
        loop {
            let Some(Token::Name(name)) = self.peek().cloned() else {
                return Err(error("expected a column name", self.span()));
            };
            self.at += 1;
            names.push(name);
            if !self.take(",") {
                break;
            }
        }
        self.expect(")", "`)`")?;
        Ok(names)
    }

    pub(super) fn named(
        &mut self,
        name: String,
        span: Range<usize>,
        offsets: &mut Vec<Expression>,
    ) -> Result<Vec<Item>, StatsError> {
        if !self.is("(") {
            if self.is("^") {
                return Err(error("write a power as I(x^2)", self.span()));
            }
            return Ok(vec![Item::Term(vec![Variable::Column(name)])]);
        }
        self.at += 1;
        let variable = match (name.as_str(), Function::named(&name)) {
            ("factor" | "C", _) => self.factor()?,
            ("offset", _) => {
                let offset = self.comparison()?;
                self.expect(")", "`)`")?;
                offsets.push(offset);
                return Ok(Vec::new());
            }
            ("poly" | "ns", _) => self.curve(&name)?,
            ("strata", _) => {
                let columns = self.column_names()?;
                self.survival.strata.extend(columns);
                return Ok(Vec::new());
            }
            ("cluster", _) => {
                let columns = self.column_names()?;
                let [column] = columns.as_slice() else {
                    return Err(error("cluster() takes one column", span));
                };
                if self.survival.cluster.replace(column.clone()).is_some() {
                    return Err(error("a formula has one cluster() at most", span));
                }
                return Ok(Vec::new());
            }
            (_, Some(function)) => {
                let inner = self.comparison()?;
                Variable::Computed(Expression::Call(function, Box::new(inner)))
            }
            _ => {
                let message = format!(
                    "there is no function `{name}`; known: factor, offset, poly, ns, I, log, \
                     log2, log10, sqrt, exp, abs, strata, cluster"
                );
                return Err(error(message, span));
            }
        };
        self.expect(")", "`)`")?;
        Ok(vec![Item::Term(vec![variable])])
    }

    fn factor(&mut self) -> Result<Variable, StatsError> {
        let span = self.span();
        let Some(Token::Name(column)) = self.peek().cloned() else {
            return Err(error("expected a column name", span));
        };
        self.at += 1;
        let mut reference = None;
        if self.take(",") {
            match self.peek() {
                Some(Token::Name(word)) if word == "ref" => self.at += 1,
                _ => return Err(error("expected `ref = 'level'`", self.span())),
            }
            self.expect("=", "`=` and the reference level")?;
            reference = match self.peek().cloned() {
                Some(Token::Text(level)) => Some(level),
                Some(Token::Number(level)) => Some(level.to_string()),
                _ => return Err(error("expected the reference level in quotes", self.span())),
            };
            self.at += 1;
        }
        Ok(Variable::Factor { column, reference })
    }

    /// `x, 2` of `poly(x, 2)`, `x, df = 3` of `ns(x, df = 3)`; the number may be named or not.
    fn curve(&mut self, name: &str) -> Result<Variable, StatsError> {
        let of = self.comparison()?;
        let what = match name {
            "poly" => "`,` and the degree, as in poly(x, 2)",
            _ => "`,` and the degrees of freedom, as in ns(x, df = 3)",
        };
        self.expect(",", what)?;
        let word = if name == "poly" { "degree" } else { "df" };
        if matches!(self.peek(), Some(Token::Name(found)) if found == word) {
            self.at += 1;
            self.expect("=", "`=` and a number")?;
        }
        let span = self.span();
        let count = match self.peek() {
            Some(Token::Number(number))
                if number.fract() == 0.0 && (1.0..=20.0).contains(number) =>
            {
                *number as usize
            }
            _ => return Err(error("expected a whole number from 1 to 20", span)),
        };
        self.at += 1;
        let shape = match name {
            "poly" => Shape::Polynomial { degree: count },
            _ => Shape::NaturalSpline { df: count },
        };
        Ok(Variable::Curve { of, shape })
    }
}

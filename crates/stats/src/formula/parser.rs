//! Recursive descent over the tokens: a sum of products of variables.

use super::lexer::{Token, error, tokens};
use super::{
    BinaryOperator, Expression, Formula, Function, Shape, SurvivalParts, SurvivalResponse, Term,
    Variable, same_term,
};
use crate::StatsError;
use std::ops::Range;

pub(super) fn parse(text: &str) -> Result<Formula, StatsError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        end: text.len(),
        depth: 0,
        survival: SurvivalParts::default(),
    };
    let response = parser.response()?;
    parser.expect("~", "a `~` between the outcome and the terms")?;
    let mut formula = Formula {
        response,
        intercept: true,
        terms: Vec::new(),
        offsets: Vec::new(),
        survival: SurvivalParts::default(),
    };
    parser.sum(&mut formula)?;
    formula.survival = std::mem::take(&mut parser.survival);
    if let Some((_, span)) = parser.tokens.get(parser.at) {
        return Err(error(
            "expected `+`, `-`, `*`, `:` or the end of the formula",
            span.clone(),
        ));
    }
    formula.terms.sort_by_key(Vec::len);
    if formula.terms.is_empty() && !formula.intercept {
        return Err(error("the formula has no term left", 0..text.len()));
    }
    Ok(formula)
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    end: usize,
    depth: usize,
    survival: SurvivalParts,
}

/// Deeper nesting than any formula has; the stack is finite.
const MAX_DEPTH: usize = 100;

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), Some(Token::Symbol(found)) if *found == symbol)
    }

    fn take(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        self.at += usize::from(found);
        found
    }

    fn span(&self) -> Range<usize> {
        self.tokens
            .get(self.at)
            .map_or(self.end..self.end, |(_, span)| span.clone())
    }

    fn expect(&mut self, symbol: &str, what: &str) -> Result<(), StatsError> {
        if self.take(symbol) {
            Ok(())
        } else {
            Err(error(format!("expected {what}"), self.span()))
        }
    }

    /// The left side: an expression, or `Surv(...)`.
    fn response(&mut self) -> Result<Expression, StatsError> {
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

    /// Terms joined by `+` and `-`, into `formula`.
    fn sum(&mut self, formula: &mut Formula) -> Result<(), StatsError> {
        let mut minus = self.take("-");
        if !minus {
            self.take("+");
        }
        loop {
            for term in self.product(&mut formula.offsets)? {
                match term {
                    Item::Term(term) if minus => formula.remove_term(&term),
                    Item::Term(term) => formula.add_term(term),
                    Item::NoIntercept => formula.intercept = minus,
                }
            }
            if self.take("+") {
                minus = false;
            } else if self.take("-") {
                minus = true;
            } else {
                return Ok(());
            }
        }
    }

    /// `a*b*c`: every product of a subset.
    fn product(&mut self, offsets: &mut Vec<Expression>) -> Result<Vec<Item>, StatsError> {
        let mut items = self.interaction(offsets)?;
        while self.is("*") {
            let span = self.span();
            self.at += 1;
            let right = self.interaction(offsets)?;
            stands_alone(&items, &right, &span)?;
            let crossed = cross(&items, &right, &span)?;
            items.extend(right);
            items.extend(crossed);
        }
        Ok(items)
    }

    /// `a:b:c`.
    fn interaction(&mut self, offsets: &mut Vec<Expression>) -> Result<Vec<Item>, StatsError> {
        let mut items = self.atom(offsets)?;
        while self.is(":") {
            let span = self.span();
            self.at += 1;
            let right = self.atom(offsets)?;
            stands_alone(&items, &right, &span)?;
            items = cross(&items, &right, &span)?;
        }
        Ok(items)
    }

    /// Runs a recursive step, unless the nesting is absurd.
    fn deeper<T>(
        &mut self,
        step: impl FnOnce(&mut Self) -> Result<T, StatsError>,
    ) -> Result<T, StatsError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(error("the formula is nested too deeply", self.span()));
        }
        let result = step(self);
        self.depth -= 1;
        result
    }

    fn atom(&mut self, offsets: &mut Vec<Expression>) -> Result<Vec<Item>, StatsError> {
        let span = self.span();
        match self.peek().cloned() {
            Some(Token::Number(number)) if number == 1.0 || number == 0.0 => {
                self.at += 1;
                Ok(vec![if number == 1.0 {
                    Item::Term(Vec::new())
                } else {
                    Item::NoIntercept
                }])
            }
            Some(Token::Symbol("(")) => {
                self.at += 1;
                let mut inner = Formula {
                    response: Expression::Number(0.0),
                    intercept: false,
                    terms: Vec::new(),
                    offsets: Vec::new(),
                    survival: SurvivalParts::default(),
                };
                self.deeper(|parser| parser.sum(&mut inner))?;
                self.expect(")", "`)`")?;
                if self.is("^") {
                    let message = "powers of a sum are not supported: write the interactions out \
                                   with `*` and `:`, or a square as I(x^2)";
                    return Err(error(message, self.span()));
                }
                offsets.append(&mut inner.offsets);
                Ok(inner.terms.into_iter().map(Item::Term).collect())
            }
            Some(Token::Name(name)) => {
                self.at += 1;
                self.named(name, span, offsets)
            }
            _ => Err(error("expected a column, a function or `(`", span)),
        }
    }

    fn named(
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

    fn comparison(&mut self) -> Result<Expression, StatsError> {
        let left = self.binary(0)?;
        let operator = match self.peek() {
            Some(Token::Symbol("<")) => BinaryOperator::Less,
            Some(Token::Symbol("<=")) => BinaryOperator::AtMost,
            Some(Token::Symbol(">")) => BinaryOperator::Greater,
            Some(Token::Symbol(">=")) => BinaryOperator::AtLeast,
            Some(Token::Symbol("==")) => BinaryOperator::Equal,
            Some(Token::Symbol("!=")) => BinaryOperator::NotEqual,
            _ => return Ok(left),
        };
        self.at += 1;
        let right = self.binary(0)?;
        Ok(Expression::Binary(
            operator,
            Box::new(left),
            Box::new(right),
        ))
    }

    /// Sums (level 0) of products (level 1) of signed powers.
    fn binary(&mut self, level: u8) -> Result<Expression, StatsError> {
        if level == 2 {
            return self.signed();
        }
        let operators: [(&str, BinaryOperator); 2] = if level == 0 {
            [("+", BinaryOperator::Add), ("-", BinaryOperator::Subtract)]
        } else {
            [
                ("*", BinaryOperator::Multiply),
                ("/", BinaryOperator::Divide),
            ]
        };
        let mut left = self.binary(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(symbol, _)| self.is(symbol)) {
            self.at += 1;
            let right = self.binary(level + 1)?;
            left = Expression::Binary(*operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expression, StatsError> {
        self.deeper(Self::signed_inner)
    }

    fn signed_inner(&mut self) -> Result<Expression, StatsError> {
        if self.take("-") {
            return Ok(Expression::Negate(Box::new(self.signed()?)));
        }
        let base = self.primary()?;
        if self.take("^") {
            let exponent = self.signed()?;
            return Ok(Expression::Binary(
                BinaryOperator::Power,
                Box::new(base),
                Box::new(exponent),
            ));
        }
        Ok(base)
    }

    fn primary(&mut self) -> Result<Expression, StatsError> {
        let span = self.span();
        let token = self.peek().cloned();
        self.at += 1;
        match token {
            Some(Token::Number(number)) => Ok(Expression::Number(number)),
            Some(Token::Name(name)) if self.is("(") => {
                let function = Function::named(&name).ok_or_else(|| {
                    error(format!("there is no arithmetic function `{name}`"), span)
                })?;
                self.at += 1;
                let inner = self.comparison()?;
                self.expect(")", "`)`")?;
                Ok(Expression::Call(function, Box::new(inner)))
            }
            Some(Token::Name(name)) => Ok(Expression::Column(name)),
            Some(Token::Symbol("(")) => {
                let inner = self.comparison()?;
                self.expect(")", "`)`")?;
                Ok(inner)
            }
            _ => Err(error("expected a column, a number or `(`", span)),
        }
    }
}

enum Item {
    Term(Term),
    NoIntercept,
}

/// `offset()`, `strata()` and `cluster()` make no term that could take part in an interaction.
fn stands_alone(left: &[Item], right: &[Item], span: &Range<usize>) -> Result<(), StatsError> {
    if left.is_empty() || right.is_empty() {
        let message = "offset(), strata() and cluster() take no part in an interaction";
        return Err(error(message, span.clone()));
    }
    Ok(())
}

/// Every product of a term of `left` and a term of `right`; a variable counts once.
fn cross(left: &[Item], right: &[Item], span: &Range<usize>) -> Result<Vec<Item>, StatsError> {
    let mut crossed: Vec<Term> = Vec::new();
    for a in left {
        for b in right {
            let (Item::Term(a), Item::Term(b)) = (a, b) else {
                return Err(error("0 cannot take part in an interaction", span.clone()));
            };
            let mut product = a.clone();
            product.extend(b.iter().filter(|variable| !a.contains(variable)).cloned());
            if !crossed.iter().any(|term| same_term(term, &product)) {
                crossed.push(product);
            }
        }
    }
    Ok(crossed.into_iter().map(Item::Term).collect())
}

//! Recursive descent over the tokens: a sum of products of variables.

mod arithmetic;
mod functions;

use super::lexer::{Token, error, tokens};
use super::{Expression, Formula, SurvivalParts, Term, same_term};
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

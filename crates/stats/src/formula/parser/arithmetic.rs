//! Arithmetic: comparisons of sums of products of signed powers.

use super::super::lexer::{Token, error};
use super::super::{BinaryOperator, Expression, Function};
use super::Parser;
use crate::StatsError;

impl Parser {
    pub(super) fn comparison(&mut self) -> Result<Expression, StatsError> {
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

//! Recursive descent: `or` binds loosest, then `and`, then `not`.

use super::lexer::{Token, error, tokens};
use super::{FieldName, Literal, Node, Operator};
use crate::OutcomeError;
use std::ops::Range;

pub(super) fn parse(text: &str) -> Result<Node, OutcomeError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        end: text.len(),
        depth: 0,
    };
    let node = parser.or()?;
    match parser.tokens.get(parser.at) {
        None => Ok(node),
        Some((_, span)) => Err(error(
            "expected `and`, `or` or the end of the rule",
            span.clone(),
        )),
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    end: usize,
    depth: usize,
}

/// Deeper nesting than any rule has; the stack is finite.
const MAX_DEPTH: usize = 100;

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn span(&self) -> Range<usize> {
        self.tokens
            .get(self.at)
            .map_or(self.end..self.end, |(_, span)| span.clone())
    }

    fn word(&mut self, wanted: &str) -> bool {
        let found =
            matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        self.at += usize::from(found);
        found
    }

    fn symbol(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Symbol(symbol)) if *symbol == wanted);
        self.at += usize::from(found);
        found
    }

    fn or(&mut self) -> Result<Node, OutcomeError> {
        let mut left = self.and()?;
        while self.word("or") {
            left = Node::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Node, OutcomeError> {
        let mut left = self.not()?;
        while self.word("and") {
            left = Node::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Node, OutcomeError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(error("the rule is nested too deeply", self.span()));
        }
        let node = self.negation();
        self.depth -= 1;
        node
    }

    fn negation(&mut self) -> Result<Node, OutcomeError> {
        if self.word("not") {
            return Ok(Node::Not(Box::new(self.not()?)));
        }
        if self.symbol("(") {
            let inner = self.or()?;
            if !self.symbol(")") {
                return Err(error("expected `)`", self.span()));
            }
            return Ok(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Node, OutcomeError> {
        let span = self.span();
        let Some(Token::Word(name)) = self.peek().cloned() else {
            return Err(error("expected a field, `not` or `(`", span));
        };
        self.at += 1;
        let field = FieldName { name, span };
        if self.word("is") {
            let negated = self.word("not");
            if !self.word("unknown") {
                return Err(error("expected `unknown`", self.span()));
            }
            let node = Node::Unknown(field);
            return Ok(if negated {
                Node::Not(Box::new(node))
            } else {
                node
            });
        }
        if self.word("not") {
            if !self.word("in") {
                return Err(error("expected `in`", self.span()));
            }
            return Ok(Node::Not(Box::new(self.list(field)?)));
        }
        if self.word("in") {
            return self.list(field);
        }
        let operator = match self.peek() {
            Some(Token::Symbol("=" | "==")) => Operator::Equal,
            Some(Token::Symbol("!=" | "<>")) => Operator::NotEqual,
            Some(Token::Symbol("<")) => Operator::Less,
            Some(Token::Symbol("<=")) => Operator::AtMost,
            Some(Token::Symbol(">")) => Operator::Greater,
            Some(Token::Symbol(">=")) => Operator::AtLeast,
            _ => return Ok(Node::Flag(field)),
        };
        self.at += 1;
        Ok(Node::Compare(field, operator, self.literal()?))
    }

    fn list(&mut self, field: FieldName) -> Result<Node, OutcomeError> {
        if !self.symbol("(") {
            return Err(error("expected `(` and a list of values", self.span()));
        }
        let mut literals = vec![self.literal()?];
        while self.symbol(",") {
            literals.push(self.literal()?);
        }
        if !self.symbol(")") {
            return Err(error("expected `,` or `)`", self.span()));
        }
        Ok(Node::In(field, literals))
    }

    fn literal(&mut self) -> Result<Literal, OutcomeError> {
        let span = self.span();
        let negative = self.symbol("-");
        let token = self.peek().cloned();
        self.at += 1;
        match token {
            Some(Token::Number(number)) => {
                Ok(Literal::Number(if negative { -number } else { number }))
            }
            Some(Token::Text(text)) if !negative => Ok(Literal::Text(text)),
            Some(Token::Word(word)) if !negative && word.eq_ignore_ascii_case("true") => {
                Ok(Literal::Truth(true))
            }
            Some(Token::Word(word)) if !negative && word.eq_ignore_ascii_case("false") => {
                Ok(Literal::Truth(false))
            }
            _ => Err(error(
                "expected a number, a text in quotes, true or false",
                span,
            )),
        }
    }
}

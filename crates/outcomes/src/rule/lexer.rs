//! Words, numbers, texts and symbols of a rule, each with its place.

use crate::OutcomeError;
use std::ops::Range;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Word(String),
    Number(f64),
    Text(String),
    Symbol(&'static str),
}

const SYMBOLS: [&str; 12] = [
    "<=", ">=", "!=", "<>", "==", "=", "<", ">", "(", ")", ",", "-",
];

pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, OutcomeError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = if next.is_whitespace() {
            at += next.len_utf8();
            continue;
        } else if next.is_alphabetic() || next == '_' {
            let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            found.push((Token::Word(rest[..length].to_owned()), at..at + length));
            length
        } else if next.is_ascii_digit() {
            let length = rest
                .find(|c: char| !(c.is_ascii_digit() || c == '.'))
                .unwrap_or(rest.len());
            let number = rest[..length]
                .parse()
                .map_err(|_| error("this is not a number", at..at + length))?;
            found.push((Token::Number(number), at..at + length));
            length
        } else if matches!(next, '\'' | '"' | '`') {
            let close = rest[1..]
                .find(next)
                .ok_or_else(|| error("the quotation mark is never closed", at..text.len()))?;
            let inner = rest[1..=close].to_owned();
            let token = if next == '`' {
                Token::Word(inner)
            } else {
                Token::Text(inner)
            };
            found.push((token, at..at + close + 2));
            close + 2
        } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            found.push((Token::Symbol(symbol), at..at + symbol.len()));
            symbol.len()
        } else {
            let span = at..at + next.len_utf8();
            return Err(error("this character has no meaning in a rule", span));
        };
        at += length;
    }
    Ok(found)
}

pub(super) fn error(message: impl Into<String>, span: Range<usize>) -> OutcomeError {
    OutcomeError::Rule {
        message: message.into(),
        span,
    }
}

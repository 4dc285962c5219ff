//! Words, numbers, strings and symbols of a formula, each with its place.

use crate::StatsError;
use std::ops::Range;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Number(f64),
    Text(String),
    Symbol(&'static str),
}

const SYMBOLS: [&str; 16] = [
    "<=", ">=", "==", "!=", "~", "+", "-", "*", "/", "^", ":", "(", ")", ",", "<", ">",
];

pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, StatsError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        let rest = &text[at..];
        if next.is_whitespace() {
            at += next.len_utf8();
        } else if next.is_alphabetic() || next == '_' {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            found.push((Token::Name(rest[..end].to_owned()), at..at + end));
            at += end;
        } else if next == '.' && !rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
            let message = "`.` for all other columns is not supported: name them";
            return Err(error(message, at..at + 1));
        } else if next.is_ascii_digit() || next == '.' {
            let end = number_end(rest);
            let number = rest[..end]
                .parse()
                .map_err(|_| error("this is not a number", at..at + end))?;
            found.push((Token::Number(number), at..at + end));
            at += end;
        } else if matches!(next, '\'' | '"' | '`') {
            let close = rest[1..]
                .find(next)
                .ok_or_else(|| error("the quotation mark is never closed", at..text.len()))?;
            let inner = rest[1..=close].to_owned();
            let token = if next == '`' {
                Token::Name(inner)
            } else {
                Token::Text(inner)
            };
            found.push((token, at..at + close + 2));
            at += close + 2;
        } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            found.push((Token::Symbol(symbol), at..at + symbol.len()));
            at += symbol.len();
        } else if next == '=' {
            found.push((Token::Symbol("="), at..at + 1));
            at += 1;
        } else {
            let message = "this character has no meaning in a formula; a column whose name holds \
                           it stands in backticks";
            return Err(error(message, at..at + next.len_utf8()));
        }
    }
    Ok(found)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

fn number_end(rest: &str) -> usize {
    let mut end = 0;
    let mut previous = ' ';
    for c in rest.chars() {
        let exponent_sign = matches!(c, '+' | '-') && matches!(previous, 'e' | 'E');
        if !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || exponent_sign) {
            break;
        }
        end += c.len_utf8();
        previous = c;
    }
    end
}

pub(super) fn error(message: impl Into<String>, span: Range<usize>) -> StatsError {
    StatsError::Formula {
        message: message.into(),
        span,
    }
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn a_lone_dot_is_named_as_unsupported() {
        for formula in ["y ~ .", "y ~ . - x", ". ~ x"] {
            let error = tokens(formula).unwrap_err().to_string();
            assert!(error.contains("`.` for all other columns is not supported"));
        }
        assert!(tokens("y ~ a.b + I(x * .5)").is_ok());
    }
}

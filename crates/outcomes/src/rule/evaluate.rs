//! Kleene's three-valued logic.

use super::lexer::error;
use super::{Literal, Node, Operator};
use crate::OutcomeError;
use regtrial_registers::{Day, parse_day};

/// True, false, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// Holds.
    True,
    /// Does not hold.
    False,
    /// Cannot be told: a value it needs is missing.
    Unknown,
}

impl Truth {
    fn of(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    pub(crate) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

/// A field's value in one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// A number.
    Number(f64),
    /// A text.
    Text(&'a str),
    /// Yes or no.
    Truth(bool),
    /// A day, as days since 1970-01-01.
    Day(Day),
    /// Missing.
    Unknown,
}

/// What kind of values a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Numbers.
    Number,
    /// Texts.
    Text,
    /// Yes or no.
    Truth,
    /// Days; compared with a date in quotes.
    Day,
}

impl Node {
    pub(super) fn evaluate<'v>(&self, value: &impl Fn(&str) -> Value<'v>) -> Truth {
        match self {
            Self::And(a, b) => a.evaluate(value).and(b.evaluate(value)),
            Self::Or(a, b) => a.evaluate(value).or(b.evaluate(value)),
            Self::Not(inner) => inner.evaluate(value).not(),
            Self::Compare(field, operator, literal) => {
                compare(value(&field.name), *operator, literal)
            }
            Self::In(field, literals) => {
                let value = value(&field.name);
                let equal = |literal| compare(value, Operator::Equal, literal);
                literals.iter().map(equal).fold(Truth::False, Truth::or)
            }
            Self::Unknown(field) => Truth::of(value(&field.name) == Value::Unknown),
            Self::Flag(field) => match value(&field.name) {
                Value::Truth(truth) => Truth::of(truth),
                Value::Number(number) => Truth::of(number != 0.0),
                Value::Text(_) | Value::Day(_) | Value::Unknown => Truth::Unknown,
            },
        }
    }
}

fn compare(value: Value<'_>, operator: Operator, literal: &Literal) -> Truth {
    let ordering = match (value, literal) {
        (Value::Number(a), Literal::Number(b)) => a.partial_cmp(b),
        (Value::Text(a), Literal::Text(b)) => Some(a.cmp(b.as_str())),
        (Value::Truth(a), Literal::Truth(b)) => Some(a.cmp(b)),
        (Value::Number(a), Literal::Truth(b)) => (a != 0.0).partial_cmp(b),
        (Value::Day(a), Literal::Text(b)) => parse_day(b).map(|b| a.cmp(&b)),
        _ => None,
    };
    let Some(ordering) = ordering else {
        return Truth::Unknown;
    };
    Truth::of(match operator {
        Operator::Equal => ordering.is_eq(),
        Operator::NotEqual => ordering.is_ne(),
        Operator::Less => ordering.is_lt(),
        Operator::AtMost => ordering.is_le(),
        Operator::Greater => ordering.is_gt(),
        Operator::AtLeast => ordering.is_ge(),
    })
}

pub(super) fn check(root: &Node, kind: &impl Fn(&str) -> Option<Kind>) -> Result<(), OutcomeError> {
    let mut first = Ok(());
    root.fields(&mut |field, literal, flag| {
        let found = match (kind(&field.name), literal) {
            (None, _) => Err(format!("there is no field `{}`", field.name)),
            (Some(Kind::Number), Some(Literal::Text(_))) => Err(format!(
                "`{}` holds numbers and is compared with a text",
                field.name
            )),
            (Some(Kind::Text), Some(Literal::Number(_) | Literal::Truth(_))) => Err(format!(
                "`{}` holds texts: put the value in quotes",
                field.name
            )),
            (Some(Kind::Truth), Some(Literal::Number(_) | Literal::Text(_))) => Err(format!(
                "`{}` is yes or no: compare it with true or false",
                field.name
            )),
            (Some(Kind::Day), Some(Literal::Text(text))) if parse_day(text).is_none() => {
                Err(format!(
                    "`{}` holds dates: compare it with a date such as '2020-03-31'",
                    field.name
                ))
            }
            (Some(Kind::Day), Some(Literal::Number(_) | Literal::Truth(_))) => Err(format!(
                "`{}` holds dates: compare it with a date such as '2020-03-31'",
                field.name
            )),
            (Some(Kind::Text | Kind::Day), None) if flag => Err(format!(
                "`{}` does not hold yes or no: compare it with something",
                field.name
            )),
            _ => Ok(()),
        };
        if let (Ok(()), Err(message)) = (&first, found) {
            first = Err(error(message, field.span.clone()));
        }
    });
    first
}

//! One grammar of rules, for spells and for columns, with three-valued logic.
//!
//! ```text
//! type in ('ordinaertArbeidsforhold', 'maritimtArbeidsforhold') and not subsidised
//! hours >= 4 or percent > 10
//! re78 > 0
//! pay is unknown
//! ```
//!
//! `and`, `or`, `not`, `in (...)`, `not in (...)`, `=`, `!=`, `<`, `<=`, `>`, `>=`, `is unknown`,
//! `is not unknown`, parentheses; texts in single or double quotes; a yes/no field stands alone.
//!
//! A comparison with a missing value is *unknown*, never false. `unknown and false` is false,
//! `unknown or true` is true, `not unknown` is unknown (Kleene's logic).

mod evaluate;
mod frame;
mod lexer;
mod parser;

pub use evaluate::{Kind, Truth, Value};
pub(crate) use frame::cell;

use crate::OutcomeError;
use std::ops::Range;

/// A parsed rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    root: Node,
    text: String,
}

/// A comparison's operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

#[derive(Debug, Clone, PartialEq)]
enum Literal {
    Number(f64),
    Text(String),
    Truth(bool),
}

#[derive(Debug, Clone, PartialEq)]
struct FieldName {
    name: String,
    span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Compare(FieldName, Operator, Literal),
    In(FieldName, Vec<Literal>),
    Unknown(FieldName),
    Flag(FieldName),
}

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    /// [`OutcomeError::Rule`] with the byte range of the offending text.
    ///
    /// ```
    /// use regtrial_outcomes::rule::{Rule, Truth, Value};
    /// let rule = Rule::parse("type = 'job' and hours >= 4")?;
    /// let known = |hours: Value<'static>| move |field: &str| match field {
    ///     "type" => Value::Text("job"),
    ///     _ => hours,
    /// };
    /// assert_eq!(rule.evaluate(&known(Value::Number(10.0))), Truth::True);
    /// assert_eq!(rule.evaluate(&known(Value::Unknown)), Truth::Unknown);
    /// # Ok::<(), regtrial_outcomes::OutcomeError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, OutcomeError> {
        Ok(Self {
            root: parser::parse(text)?,
            text: text.to_owned(),
        })
    }

    /// The rule as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The fields the rule reads.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.root
            .fields(&mut |field, _, _| found.push(field.name.as_str()));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Checks every field's existence and kind before any row is read.
    ///
    /// # Errors
    /// [`OutcomeError::Rule`] at the first field that does not exist or is compared with the wrong
    /// kind of value.
    pub fn check(&self, kind: &impl Fn(&str) -> Option<Kind>) -> Result<(), OutcomeError> {
        evaluate::check(&self.root, kind)
    }

    /// Checks that the rule holds nothing but names, `and`, `or`, `not` and parentheses, and that
    /// every name is known.
    ///
    /// # Errors
    /// [`OutcomeError::Rule`] at the first name that is compared with something or not known.
    pub fn check_combination(&self, known: &impl Fn(&str) -> bool) -> Result<(), OutcomeError> {
        let mut first = Ok(());
        self.root.fields(&mut |field, _, flag| {
            let message = if !flag {
                format!(
                    "endpoints are combined by `and`, `or` and `not`: `{}` cannot be compared",
                    field.name
                )
            } else if !known(&field.name) {
                format!("there is no endpoint `{}`", field.name)
            } else {
                return;
            };
            if first.is_ok() {
                first = Err(lexer::error(message, field.span.clone()));
            }
        });
        first
    }

    /// The names that stand under no `not`, or under two: where they hold the rule can hold.
    #[must_use]
    pub fn wanted_fields(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.root.wanted(true, &mut found);
        found
    }

    /// The rule together with another: both must hold.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self {
            root: Node::And(Box::new(self.root.clone()), Box::new(other.root.clone())),
            text: format!("({}) and ({})", self.text, other.text),
        }
    }

    /// The rule's truth for one row, where `value` looks a field up.
    pub fn evaluate<'v>(&self, value: &impl Fn(&str) -> Value<'v>) -> Truth {
        self.root.evaluate(value)
    }
}

impl Node {
    fn wanted<'n>(&'n self, wanted: bool, found: &mut Vec<&'n str>) {
        match self {
            Self::And(a, b) | Self::Or(a, b) => {
                a.wanted(wanted, found);
                b.wanted(wanted, found);
            }
            Self::Not(inner) => inner.wanted(!wanted, found),
            Self::Compare(field, ..)
            | Self::In(field, _)
            | Self::Unknown(field)
            | Self::Flag(field) => found.extend(wanted.then_some(field.name.as_str())),
        }
    }

    /// Visits every field with what it is compared with, and whether it stands alone.
    fn fields<'n>(&'n self, visit: &mut impl FnMut(&'n FieldName, Option<&'n Literal>, bool)) {
        match self {
            Self::And(a, b) | Self::Or(a, b) => {
                a.fields(visit);
                b.fields(visit);
            }
            Self::Not(inner) => inner.fields(visit),
            Self::Compare(field, _, literal) => visit(field, Some(literal), false),
            Self::In(field, literals) => literals.iter().for_each(|l| visit(field, Some(l), false)),
            Self::Unknown(field) => visit(field, None, false),
            Self::Flag(field) => visit(field, None, true),
        }
    }
}

//! Arithmetic on columns inside `I(...)`, `log(...)` and the response.

use std::fmt;

/// A binary operator; comparisons give 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `^`
    Power,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

impl BinaryOperator {
    fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "^",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }

    fn apply(self, a: f64, b: f64) -> f64 {
        let truth = |value: bool| {
            if a.is_nan() || b.is_nan() {
                f64::NAN
            } else {
                f64::from(u8::from(value))
            }
        };
        match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
            Self::Power if b == 2.0 => a * a,
            Self::Power => a.powf(b),
            Self::Less => truth(a < b),
            Self::AtMost => truth(a <= b),
            Self::Greater => truth(a > b),
            Self::AtLeast => truth(a >= b),
            Self::Equal => truth(a == b),
            Self::NotEqual => truth(a != b),
        }
    }
}

/// A function of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `I(...)`: the argument itself.
    Identity,
    /// Natural logarithm.
    Log,
    /// Logarithm to base 2.
    Log2,
    /// Logarithm to base 10.
    Log10,
    /// Square root.
    Sqrt,
    /// Exponential.
    Exp,
    /// Absolute value.
    Abs,
}

impl Function {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "I" => Self::Identity,
            "log" => Self::Log,
            "log2" => Self::Log2,
            "log10" => Self::Log10,
            "sqrt" => Self::Sqrt,
            "exp" => Self::Exp,
            "abs" => Self::Abs,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Identity => "I",
            Self::Log => "log",
            Self::Log2 => "log2",
            Self::Log10 => "log10",
            Self::Sqrt => "sqrt",
            Self::Exp => "exp",
            Self::Abs => "abs",
        }
    }

    fn apply(self, x: f64) -> f64 {
        match self {
            Self::Identity => x,
            Self::Log => x.ln(),
            Self::Log2 => x.log2(),
            Self::Log10 => x.log10(),
            Self::Sqrt => x.sqrt(),
            Self::Exp => x.exp(),
            Self::Abs => x.abs(),
        }
    }
}

/// An arithmetic expression over numeric columns.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A numeric column.
    Column(String),
    /// A number.
    Number(f64),
    /// Minus an expression.
    Negate(Box<Expression>),
    /// Two expressions joined by an operator.
    Binary(BinaryOperator, Box<Expression>, Box<Expression>),
    /// A function of an expression.
    Call(Function, Box<Expression>),
}

impl Expression {
    /// The value in one row, where `column` looks a column's value up. Missing in, missing out.
    pub fn evaluate(&self, column: &impl Fn(&str) -> f64) -> f64 {
        match self {
            Self::Column(name) => column(name),
            Self::Number(number) => *number,
            Self::Negate(inner) => -inner.evaluate(column),
            Self::Binary(operator, a, b) => operator.apply(a.evaluate(column), b.evaluate(column)),
            Self::Call(function, inner) => function.apply(inner.evaluate(column)),
        }
    }

    /// The columns the expression reads.
    pub fn columns(&self, found: &mut Vec<String>) {
        match self {
            Self::Column(name) => found.push(name.clone()),
            Self::Number(_) => {}
            Self::Negate(inner) | Self::Call(_, inner) => inner.columns(found),
            Self::Binary(_, a, b) => {
                a.columns(found);
                b.columns(found);
            }
        }
    }

    fn precedence(&self) -> u8 {
        match self {
            Self::Binary(BinaryOperator::Add | BinaryOperator::Subtract, ..) => 2,
            Self::Binary(BinaryOperator::Multiply | BinaryOperator::Divide, ..) => 3,
            Self::Negate(_) => 4,
            Self::Binary(BinaryOperator::Power, ..) => 5,
            Self::Binary(..) => 1,
            Self::Column(_) | Self::Number(_) | Self::Call(..) => 6,
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = |f: &mut fmt::Formatter<'_>, expression: &Self, least: u8| {
            if expression.precedence() < least {
                write!(f, "({expression})")
            } else {
                write!(f, "{expression}")
            }
        };
        match self {
            Self::Column(name) => f.write_str(name),
            Self::Number(number) => write!(f, "{number}"),
            Self::Negate(operand) => {
                f.write_str("-")?;
                inner(f, operand, 5)
            }
            Self::Binary(operator, a, b) => {
                inner(f, a, self.precedence())?;
                if matches!(operator, BinaryOperator::Power) {
                    f.write_str("^")?;
                } else {
                    write!(f, " {} ", operator.symbol())?;
                }
                inner(f, b, self.precedence() + 1)
            }
            Self::Call(function, operand) => write!(f, "{}({operand})", function.name()),
        }
    }
}

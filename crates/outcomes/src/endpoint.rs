//! Endpoints: rules on spells, and what is made of them day by day.

use crate::OutcomeError;
use crate::measure::Measure;
use crate::rule::Rule;
use regtrial_registers::{RegisterKind, TableKind, Unit};
use std::sync::Arc;

/// A state that a person is in or not, on every day.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Key in the plan.
    pub key: String,
    /// On which days.
    pub state: State,
    /// Whether a day counts for itself or for its month.
    pub counted: Counted,
}

/// Where a state comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Spells of a register.
    Spells(Spells),
    /// Other endpoints, combined on each day.
    Combined(Combination),
}

/// The days of spells that a rule picks from a register's table.
#[derive(Debug, Clone, PartialEq)]
pub struct Spells {
    /// Key of the register.
    pub register: String,
    /// What the register is: it decides what a field's numbers speak of.
    pub kind: RegisterKind,
    /// The table of the register.
    pub table: TableKind,
    /// The rule; no rule is "any spell".
    pub rule: Option<Rule>,
    /// A number that the spells of a day must reach together.
    pub at_least: Option<AtLeast>,
    /// Without the jobs that were held when follow-up began.
    pub new: bool,
}

/// A least sum of a field over the spells of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct AtLeast {
    /// The field, one of numbers.
    pub field: String,
    /// The least sum.
    pub least: f64,
}

/// Endpoints combined by `and`, `or` and `not`.
#[derive(Debug, Clone, PartialEq)]
pub struct Combination {
    /// The expression; its fields are endpoints.
    pub expression: Rule,
    /// The endpoints it names.
    pub parts: Vec<Arc<Endpoint>>,
}

/// What a day in the state stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Counted {
    /// Itself.
    #[default]
    Days,
    /// Its whole calendar month: "any day in the month".
    Months,
    /// The whole calendar month if it lies in the week of the 16th, else nothing.
    ReferenceWeeks,
}

impl Counted {
    /// The ways of counting by their names in a plan.
    pub const NAMED: [(&'static str, Self); 3] = [
        ("days", Self::Days),
        ("months", Self::Months),
        ("reference weeks", Self::ReferenceWeeks),
    ];
}

impl Endpoint {
    /// The days of spells that a rule picks from a register's first table.
    #[must_use]
    pub fn spells(key: &str, register: &str, kind: RegisterKind, rule: Option<Rule>) -> Self {
        Self {
            key: key.to_owned(),
            state: State::Spells(Spells {
                register: register.to_owned(),
                kind,
                table: kind.tables()[0],
                rule,
                at_least: None,
                new: false,
            }),
            counted: Counted::Days,
        }
    }

    /// Endpoints combined on each day, such as `job and not subsidy`.
    ///
    /// # Errors
    /// [`OutcomeError::Rule`] if the expression cannot be read, holds more than names, `and`, `or`,
    /// `not` and parentheses, or names an endpoint that is not among `known`.
    pub fn combined(
        key: &str,
        expression: &str,
        known: &[Arc<Self>],
    ) -> Result<Self, OutcomeError> {
        let expression = Rule::parse(expression)?;
        expression.check_combination(&|name| known.iter().any(|part| part.key == name))?;
        let parts = expression.fields().into_iter().filter_map(|name| {
            let part = known.iter().find(|part| part.key == name);
            part.cloned()
        });
        let parts = parts.collect();
        Ok(Self {
            key: key.to_owned(),
            state: State::Combined(Combination { expression, parts }),
            counted: Counted::Days,
        })
    }

    /// Every rule on spells that the endpoint is made of.
    #[must_use]
    pub fn leaves(&self) -> Vec<&Spells> {
        match &self.state {
            State::Spells(spells) => vec![spells],
            State::Combined(combination) => {
                let parts = combination.parts.iter();
                parts.flat_map(|part| part.leaves()).collect()
            }
        }
    }

    /// The rules on spells that bring people into the state: all but those under a `not`.
    #[must_use]
    pub fn carriers(&self) -> Vec<&Spells> {
        match &self.state {
            State::Spells(spells) => vec![spells],
            State::Combined(combination) => {
                let wanted = combination.expression.wanted_fields();
                let parts = combination.parts.iter();
                let wanted = parts.filter(|part| wanted.contains(&part.key.as_str()));
                wanted.flat_map(|part| part.carriers()).collect()
            }
        }
    }

    /// The rule as it was written, with what else decides on a day.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = match &self.state {
            State::Combined(combination) => combination.expression.text().to_owned(),
            State::Spells(spells) => {
                let rule = spells.rule.as_ref();
                let mut text = rule.map_or("any spell", Rule::text).to_owned();
                if let Some(AtLeast { field, least }) = &spells.at_least {
                    text.push_str(&format!("; {field} together at least {least}"));
                }
                if spells.new {
                    text.push_str("; not of a job held on the index date");
                }
                text
            }
        };
        match self.counted {
            Counted::Days => {}
            Counted::Months => text.push_str("; any day counts for its month"),
            Counted::ReferenceWeeks => {
                text.push_str("; any day in the week of the 16th counts for its month");
            }
        }
        text
    }
}

impl Spells {
    /// Whether a measure counts these spells: jobs are counted from jobs, bed-days from stays, and a
    /// field is added up where the table has it.
    #[must_use]
    pub fn carries(&self, measure: Measure) -> bool {
        match measure {
            Measure::Sum(sum) => self.unit(sum.field()).is_some(),
            Measure::Jobs | Measure::LongestJob => self.has_jobs(),
            Measure::BedDays => self.table == TableKind::Episode,
            _ => true,
        }
    }

    /// Whether the spells are jobs.
    #[must_use]
    pub fn has_jobs(&self) -> bool {
        matches!(self.table, TableKind::JobSpell | TableKind::JobMonth)
    }

    /// What the numbers of a field speak of.
    #[must_use]
    pub fn unit(&self, field: &str) -> Option<Unit> {
        self.kind.unit(self.table, field)
    }
}

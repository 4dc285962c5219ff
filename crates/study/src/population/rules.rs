//! The endpoints of a register as bits: two an endpoint, *true* and *unknown*.

use regtrial_outcomes::Outcome;
use regtrial_outcomes::rule::{Rule, Truth, Value};
use regtrial_registers::FieldValue;

/// Endpoints that the bits of a spell have room for.
const MOST: usize = 8;

/// The distinct endpoints of a register's outcomes.
pub(super) struct Rules<'a> {
    rules: Vec<Option<&'a Rule>>,
    /// Per outcome: which of them is its own.
    of: Vec<usize>,
}

impl<'a> Rules<'a> {
    /// Nothing, if there are too many.
    pub(super) fn new(outcomes: &[&'a Outcome]) -> Option<Self> {
        let mut rules: Vec<Option<&Rule>> = Vec::new();
        let mut of = Vec::new();
        for outcome in outcomes {
            let rule = super::spells_of(outcome)?.rule.as_ref();
            let known = rules.iter().position(|other| *other == rule);
            of.push(known.unwrap_or(rules.len()));
            if known.is_none() {
                rules.push(rule);
            }
        }
        (rules.len() <= MOST).then_some(Self { rules, of })
    }

    /// The fields that some rule asks for.
    pub(super) fn fields(&self) -> Vec<String> {
        let rules = self.rules.iter().flatten();
        let mut fields: Vec<String> = rules
            .flat_map(|rule| rule.fields())
            .map(str::to_owned)
            .collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// What the rules say of a row.
    pub(super) fn classify(
        &self,
    ) -> impl for<'v> Fn(&dyn Fn(&str) -> FieldValue<'v>) -> u16 + Sync + '_ {
        |field| {
            let value = |name: &str| match field(name) {
                FieldValue::Text(text) => Value::Text(text),
                FieldValue::Number(number) => Value::Number(number),
                FieldValue::Truth(truth) => Value::Truth(truth),
                FieldValue::Missing => Value::Unknown,
            };
            let mut bits = 0;
            for (endpoint, rule) in self.rules.iter().enumerate() {
                bits |= match rule.map_or(Truth::True, |rule| rule.evaluate(&value)) {
                    Truth::True => 1 << (2 * endpoint),
                    Truth::Unknown => 2 << (2 * endpoint),
                    Truth::False => 0,
                };
            }
            bits
        }
    }

    /// Number of endpoints.
    pub(super) fn len(&self) -> usize {
        self.rules.len()
    }

    /// The endpoint of an outcome.
    pub(super) fn of(&self, outcome: usize) -> usize {
        self.of[outcome]
    }

    /// What a spell's bits say of an endpoint.
    pub(super) fn truth(bits: u16, endpoint: usize) -> Truth {
        match (bits >> (2 * endpoint)) & 3 {
            0 => Truth::False,
            1 => Truth::True,
            _ => Truth::Unknown,
        }
    }
}

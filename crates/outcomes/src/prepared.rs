//! Endpoints ready to be asked of one person after another: what their rules say of each row is
//! worked out once, and so is each person's timeline of an endpoint that several outcomes share.

use crate::endpoint::{Endpoint, Spells, State};
use crate::measure::{Carrier, Measure};
use crate::rule::{Rule, Truth, Value};
use crate::states::counted_by;
use crate::table::SpellTable;
use crate::timeline::{States, Timeline, Weighted, reaching};
use crate::{Cohort, OutcomeError};
use regtrial_registers::{TableKind, Unit};
use std::collections::BTreeMap;

/// Endpoints and what they are made of.
pub(crate) struct Prepared<'c> {
    cohort: &'c Cohort<'c>,
    leaves: Vec<Leaf<'c>>,
    /// Parts stand before what they are part of.
    nodes: Vec<Node<'c>>,
    carrying: Vec<(usize, Measure, Vec<Carrying<'c>>)>,
}

/// The rows that a rule picks.
struct Leaf<'c> {
    spells: &'c Spells,
    table: &'c SpellTable,
    truths: Vec<Truth>,
    /// Numbers that the spells of a day must reach together.
    at_least: Option<(Vec<Option<f64>>, f64)>,
}

/// An endpoint.
struct Node<'c> {
    endpoint: &'c Endpoint,
    source: Source<'c>,
}

enum Source<'c> {
    Leaf(usize),
    /// The expression, and its parts with their names.
    Combined(&'c Rule, Vec<(&'c str, usize)>),
}

/// One table's spells behind an endpoint, as far as a measure counts them.
struct Carrying<'c> {
    table: &'c SpellTable,
    leaves: Vec<usize>,
    jobs: &'c [Option<u64>],
    values: Vec<Option<f64>>,
    unit: Unit,
}

impl<'c> Prepared<'c> {
    pub(crate) fn new(cohort: &'c Cohort<'c>) -> Self {
        Self {
            cohort,
            leaves: Vec::new(),
            nodes: Vec::new(),
            carrying: Vec::new(),
        }
    }

    /// Prepares an endpoint and its parts; its place among the timelines of a person.
    pub(crate) fn add(&mut self, endpoint: &'c Endpoint) -> Result<usize, OutcomeError> {
        let same = |node: &Node<'_>| *node.endpoint == *endpoint;
        if let Some(known) = self.nodes.iter().position(same) {
            return Ok(known);
        }
        let source = match &endpoint.state {
            State::Spells(spells) => Source::Leaf(self.leaf(spells)?),
            State::Combined(combination) => {
                let mut parts = Vec::new();
                for part in &combination.parts {
                    parts.push((part.key.as_str(), self.add(part)?));
                }
                Source::Combined(&combination.expression, parts)
            }
        };
        self.nodes.push(Node { endpoint, source });
        Ok(self.nodes.len() - 1)
    }

    fn leaf(&mut self, spells: &'c Spells) -> Result<usize, OutcomeError> {
        if let Some(known) = self.leaves.iter().position(|leaf| leaf.spells == spells) {
            return Ok(known);
        }
        let table = self.cohort.table(spells)?;
        let at_least = match &spells.at_least {
            Some(at_least) => Some((table.numbers(&at_least.field)?, at_least.least)),
            None => None,
        };
        self.leaves.push(Leaf {
            spells,
            table,
            truths: self.cohort.verdicts(spells)?,
            at_least,
        });
        Ok(self.leaves.len() - 1)
    }

    /// Prepares the spells behind an endpoint that a measure counts; their place for
    /// [`Prepared::carriers`].
    pub(crate) fn add_carriers(
        &mut self,
        node: usize,
        measure: Measure,
    ) -> Result<usize, OutcomeError> {
        let same = |(known, of, _): &(usize, Measure, _)| *known == node && *of == measure;
        if let Some(known) = self.carrying.iter().position(same) {
            return Ok(known);
        }
        let field = match measure {
            Measure::Sum(sum) => Some(sum.field()),
            _ => None,
        };
        // A row that several parts of a combination pick is still one spell.
        let mut tables: BTreeMap<(&str, TableKind), Vec<&'c Spells>> = BTreeMap::new();
        let endpoint: &'c Endpoint = self.nodes[node].endpoint;
        for spells in counted_by(endpoint, measure) {
            let key = (spells.register.as_str(), spells.table);
            tables.entry(key).or_default().push(spells);
        }
        let mut carrying = Vec::new();
        for picked in tables.into_values() {
            let table = self.cohort.table(picked[0])?;
            let unit = field.and_then(|field| picked[0].unit(field));
            let mut leaves = Vec::new();
            for spells in picked {
                leaves.push(self.leaf(spells)?);
            }
            carrying.push(Carrying {
                table,
                leaves,
                jobs: table.jobs()?,
                values: match field {
                    Some(field) => table.numbers(field)?,
                    None => Vec::new(),
                },
                unit: unit.unwrap_or(Unit::Whole),
            });
        }
        self.carrying.push((node, measure, carrying));
        Ok(self.carrying.len() - 1)
    }

    /// A person's timelines of all endpoints, by their places.
    pub(crate) fn timelines(&self, person: usize) -> Vec<Timeline> {
        let mut timelines: Vec<Timeline> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let timeline = match &node.source {
                Source::Leaf(leaf) => self.leaves[*leaf].timeline(person),
                Source::Combined(expression, parts) => combined(expression, parts, &timelines),
            };
            timelines.push(timeline.counted(node.endpoint.counted));
        }
        timelines
    }

    /// A person's spells that bring them into the state, as far as a measure counts them, with the
    /// numbers of its field.
    pub(crate) fn carriers(&self, place: usize, person: usize) -> Vec<Carrier> {
        let mut carriers = Vec::new();
        for (position, carrying) in self.carrying[place].2.iter().enumerate() {
            for row in carrying.table.rows[person].clone() {
                let truths = carrying
                    .leaves
                    .iter()
                    .map(|&leaf| self.leaves[leaf].truths[row]);
                let truth = truths.fold(Truth::False, Truth::or);
                if truth == Truth::False {
                    continue;
                }
                let job = carrying.jobs[row].unwrap_or((1 << 47) | row as u64);
                carriers.push(Carrier {
                    span: carrying.table.span(row),
                    certain: truth == Truth::True,
                    // Jobs of different registers are different, and so are rows without a job.
                    job: ((position as u64) << 48) | job,
                    value: carrying.values.get(row).copied().flatten(),
                    unit: carrying.unit,
                });
            }
        }
        carriers
    }
}

impl Leaf<'_> {
    fn timeline(&self, person: usize) -> Timeline {
        let rows = || self.table.rows[person].clone();
        let states = match &self.at_least {
            None => {
                let spans = |wanted: Truth| {
                    let matching = rows().filter(|&row| self.truths[row] == wanted);
                    matching.map(|row| self.table.span(row)).collect()
                };
                States::new(spans(Truth::True), spans(Truth::Unknown))
            }
            Some((values, least)) => {
                let counting = rows().filter(|&row| self.truths[row] != Truth::False);
                let weighted = counting.map(|row| Weighted {
                    span: self.table.span(row),
                    certain: self.truths[row] == Truth::True,
                    value: values[row],
                });
                reaching(&weighted.collect::<Vec<_>>(), *least)
            }
        };
        Timeline {
            states,
            observation: self.table.observations[person].clone(),
        }
    }
}

fn combined(expression: &Rule, parts: &[(&str, usize)], timelines: &[Timeline]) -> Timeline {
    let truth = |truths: &[Truth]| {
        expression.evaluate(&|name: &str| {
            let part = parts.iter().position(|(key, _)| *key == name);
            match part.map(|part| truths[part]) {
                Some(Truth::True) => Value::Truth(true),
                Some(Truth::False) => Value::Truth(false),
                Some(Truth::Unknown) | None => Value::Unknown,
            }
        })
    };
    let parts: Vec<&Timeline> = parts.iter().map(|(_, at)| &timelines[*at]).collect();
    Timeline::combine(&parts, truth)
}

//! Who stands behind the numbers: the cells of people that disclosure control works on.
//!
//! Registered is what readers know without being told: an arm is made of its levels, of those with,
//! without and with unknown outcome; those ever employed contain those employed at a month.

use super::Context;
use crate::StudyError;
use crate::plan::{OutcomePlan, OutcomeSource};
use regtrial_outcomes::measure::Measure;
use regtrial_results::{Cell, Cells, Counts, Policy, Results, person};

/// People by what a yes-or-no value says of them.
pub(crate) struct Split {
    pub(crate) yes: Cell,
    pub(crate) no: Cell,
    pub(crate) known: Cell,
    pub(crate) missing: Cell,
}

impl Split {
    /// The cells of a proportion.
    pub(crate) fn proportion(&self) -> Cells {
        Cells::proportion(self.yes.count(), self.known.count())
            .and_showing([self.yes, self.no])
            .of_all(self.known.count())
    }
}

impl Context<'_> {
    /// A cell of rows.
    pub(crate) fn cell(&self, label: &str, rows: impl IntoIterator<Item = usize>) -> Cell {
        Cell::of(label, rows.into_iter().map(|row| self.number(row)))
    }

    /// The number of a person; a study without identifiers numbers its people by row.
    pub(super) fn number(&self, row: usize) -> u64 {
        let ids = &self.study.people().ids;
        ids.id(row).map_or(row as u64, person)
    }

    /// Splits a group by a value, and registers that the parts make it up.
    pub(crate) fn split(
        &self,
        label: &str,
        rows: &[usize],
        value: impl Fn(usize) -> Option<bool>,
        counts: &mut Counts,
    ) -> Split {
        let of = |name: &str, wanted: &dyn Fn(Option<bool>) -> bool| {
            let found = rows.iter().copied().filter(|&i| wanted(value(i)));
            self.cell(&format!("{label} {name}"), found)
        };
        let split = Split {
            yes: of("yes", &|v| v == Some(true)),
            no: of("no", &|v| v == Some(false)),
            known: of("known", &|v| v.is_some()),
            missing: of("missing", &|v| v.is_none()),
        };
        counts.missing(split.missing);
        counts.sum(split.known, [split.yes, split.no]);
        counts.sum(
            self.cell(label, rows.iter().copied()),
            [split.known, split.missing],
        );
        split
    }

    pub(crate) fn policy(&self) -> Policy {
        self.study.plan().disclosure
    }

    /// Values of 1 and 0 whose numbers are rounded, where the plan rounds counts: whatever is
    /// computed from them shows rounded counts only.
    pub(crate) fn rounded_flags(&self, values: &[f64]) -> Vec<f64> {
        let policy = self.policy();
        if !policy.rounds() {
            return values.to_vec();
        }
        let count = |wanted: f64| {
            let found = values.iter().filter(|value| **value == wanted).count();
            policy.rounded(found as u64) as usize
        };
        let mut flags = vec![1.0; count(1.0)];
        flags.resize(flags.len() + count(0.0), 0.0);
        flags
    }
}

/// The people of a model, by arm and outcome.
pub(crate) struct InModel {
    /// All of them.
    pub(crate) all: Cell,
    /// Those left out.
    pub(crate) left_out: Cell,
    /// With and without the event, where the outcome is yes or no.
    pub(crate) outcomes: Option<[Cell; 2]>,
}

/// Registers who of each arm, with and without the event, is in a model and who is left out of it.
pub(crate) fn of_model(
    context: &Context<'_>,
    analysis: &str,
    response: &[(usize, f64)],
    binary: bool,
    counts: &mut Counts,
) -> InModel {
    let value = |row: usize| {
        let found = response.binary_search_by_key(&row, |(other, _)| *other);
        found.ok().map(|at| response[at].1)
    };
    let everyone: Vec<usize> = (0..context.study.people().len())
        .filter(|&row| context.is_member(row))
        .collect();
    let mut sum = |label: &str, rows: &[usize], parts: &[&dyn Fn(usize) -> bool]| -> Vec<Cell> {
        let parts: Vec<Cell> = parts
            .iter()
            .enumerate()
            .map(|(i, part)| {
                let found = rows.iter().copied().filter(|&row| part(row));
                context.cell(&format!("{analysis} {label} {i}"), found)
            })
            .collect();
        counts.sum(context.cell(label, rows.iter().copied()), parts.clone());
        parts
    };
    let inside = |row: usize| value(row).is_some();
    let outside = |row: usize| value(row).is_none();
    let with = |row: usize| value(row) == Some(1.0);
    let without = |row: usize| value(row).is_some_and(|y| y != 1.0);
    let whole = sum("all", &everyone, &[&inside, &outside]);
    let members: Vec<usize> = response.iter().map(|(row, _)| *row).collect();
    let outcomes = binary.then(|| sum("in the model", &members, &[&with, &without]));
    let groups = context.groups();
    for wanted in [&inside as &dyn Fn(usize) -> bool, &outside, &with, &without] {
        let rows: Vec<usize> = everyone
            .iter()
            .copied()
            .filter(|&row| wanted(row))
            .collect();
        let of_arm = |arm: &[usize]| -> Vec<usize> {
            rows.iter()
                .copied()
                .filter(|row| arm.binary_search(row).is_ok())
                .collect()
        };
        let cell = |rows: Vec<usize>| context.cell(&format!("{analysis} part"), rows);
        let parts: Vec<Cell> = groups.iter().map(|(_, arm)| cell(of_arm(arm))).collect();
        counts.sum(cell(rows), parts);
    }
    for (arm, rows) in &groups {
        let label = format!("{arm} {analysis}");
        let split = |wanted: &dyn Fn(usize) -> bool| {
            let found = rows.iter().copied().filter(|&row| wanted(row));
            context.cell(&label, found)
        };
        let (own, left) = (split(&inside), split(&outside));
        counts.sum(context.cell(arm, rows.iter().copied()), [own, left]);
        if binary {
            counts.sum(own, [split(&with), split(&without)]);
        }
    }
    InModel {
        all: whole[0],
        left_out: whole[1],
        outcomes: outcomes.map(|cells| [cells[0], cells[1]]),
    }
}

/// Registers that those of a model with an event are some of all people with it, arm by arm.
pub(crate) fn within_outcome(
    context: &Context<'_>,
    outcome: &[f64],
    response: &[(usize, f64)],
    results: &mut Results,
) {
    let groups = context.groups();
    let everyone: Vec<usize> = (0..outcome.len()).collect();
    let all = ("all".to_owned(), everyone);
    for wanted in [1.0, 0.0] {
        for inside in [None, Some(true), Some(false)] {
            let members = |rows: &[usize]| -> Vec<usize> {
                let is_in = |row: &usize| response.binary_search_by_key(row, |(r, _)| *r).is_ok();
                let fits = |row: &&usize| {
                    outcome[**row] == wanted && inside.is_none_or(|inside| is_in(row) == inside)
                };
                rows.iter().filter(fits).copied().collect()
            };
            let cell =
                |rows: &[usize]| context.cell(&format!("{wanted} {inside:?}"), members(rows));
            let parts: Vec<Cell> = groups.iter().map(|(_, rows)| cell(rows)).collect();
            results.counts.sum(cell(&all.1), parts);
        }
    }
    for (arm, rows) in groups.into_iter().chain([all]) {
        for wanted in [1.0, 0.0] {
            let outer = rows.iter().copied().filter(|&row| outcome[row] == wanted);
            let inner = response.iter().filter(|(_, y)| *y == wanted);
            let inner = inner
                .map(|(row, _)| *row)
                .filter(|row| rows.binary_search(row).is_ok());
            let (outer, inner): (Vec<usize>, Vec<usize>) = (outer.collect(), inner.collect());
            nested(context, &format!("{arm} in model"), &outer, &inner, results);
        }
    }
}

/// Registers that each arm, and those of it with, without and with unknown outcome, are made of the
/// given parts, which share nobody, and of whoever is in none of them.
pub(crate) fn parts_of_arms(
    context: &Context<'_>,
    label: &str,
    parts: &[&[bool]],
    (outcome, binary): (&[f64], bool),
    counts: &mut Counts,
) {
    let value = |row: usize| (!outcome[row].is_nan()).then_some(!binary || outcome[row] == 1.0);
    let nobody = |row: usize| parts.iter().all(|part| !part[row]);
    for (arm, rows) in context.groups() {
        let mut splits = Vec::new();
        for part in 0..=parts.len() {
            let is_in = |row: &usize| parts.get(part).map_or(nobody(*row), |part| part[*row]);
            let rows: Vec<usize> = rows.iter().copied().filter(is_in).collect();
            let name = format!("{arm} {label} {part}");
            let cell = context.cell(&name, rows.iter().copied());
            splits.push((cell, context.split(&name, &rows, value, counts)));
        }
        let name = format!("{arm} {label}");
        let whole = context.split(&name, &rows, value, counts);
        let cell = context.cell(&name, rows.iter().copied());
        counts.sum(
            cell,
            splits.iter().map(|(cell, _)| *cell).collect::<Vec<_>>(),
        );
        for of in [
            |split: &Split| split.yes,
            |split: &Split| split.no,
            |split: &Split| split.missing,
        ] {
            let parts: Vec<Cell> = splits.iter().map(|(_, split)| of(split)).collect();
            counts.sum(of(&whole), parts);
        }
    }
}

/// Everybody is in one arm, and how many are in it is known.
pub(crate) fn arms(context: &Context<'_>, results: &mut Results) {
    let groups = context.groups();
    let cell = |(arm, rows): &(String, Vec<usize>)| context.cell(arm, rows.iter().copied());
    let cells: Vec<Cell> = groups.iter().map(cell).collect();
    for cell in &cells {
        results.counts.public(*cell);
    }
    let all = groups.iter().flat_map(|(_, rows)| rows.iter().copied());
    results.counts.sum(context.cell("all", all), cells);
}

/// Outcomes whose events contain those of others.
pub(crate) fn nested_outcomes(
    context: &Context<'_>,
    results: &mut Results,
) -> Result<(), StudyError> {
    let outcomes = &context.study.plan().outcomes;
    let mut found = Vec::new();
    for outcome in outcomes {
        if context.is_binary(outcome)? {
            found.push((outcome, context.numbers(&outcome.key)?));
        } else if outcome.is_time() {
            let event = |event: f64| if event == 2.0 { 0.0 } else { event };
            let events = context.numbers(&outcome.event_column())?;
            found.push((outcome, events.into_iter().map(event).collect()));
        }
    }
    for (inner, of_inner) in &found {
        for (outer, of_outer) in &found {
            if inner.key != outer.key && may_contain(outer, inner) {
                for (arm, rows) in context.groups() {
                    let rows_of = |values: &[f64]| -> Vec<usize> {
                        rows.iter().copied().filter(|&i| values[i] == 1.0).collect()
                    };
                    let label = format!("{arm} {} in {}", inner.key, outer.key);
                    nested(
                        context,
                        &label,
                        &rows_of(of_outer),
                        &rows_of(of_inner),
                        results,
                    );
                }
            }
            if inner.key != outer.key {
                for (arm, rows) in context.groups() {
                    let rows_of = |values: &[f64]| -> Vec<usize> {
                        rows.iter()
                            .copied()
                            .filter(|&i| values[i].is_nan())
                            .collect()
                    };
                    let label = format!("{arm} missing {} in {}", inner.key, outer.key);
                    missing_nested(
                        context,
                        &label,
                        &rows_of(of_outer),
                        &rows_of(of_inner),
                        results,
                    );
                }
            }
        }
    }
    Ok(())
}

/// Registers that a group is a part of another, if it is.
pub(crate) fn nested(
    context: &Context<'_>,
    label: &str,
    outer: &[usize],
    inner: &[usize],
    results: &mut Results,
) {
    if inner.iter().all(|row| outer.binary_search(row).is_ok()) {
        let rest = outer.iter().filter(|row| inner.binary_search(row).is_err());
        let rest = context.cell(label, rest.copied());
        let cell = |rows: &[usize]| context.cell(label, rows.iter().copied());
        results.counts.sum(cell(outer), [cell(inner), rest]);
    }
}

/// The same for people who are no longer seen: protected only where the plan asks for it.
pub(crate) fn missing_nested(
    context: &Context<'_>,
    label: &str,
    outer: &[usize],
    inner: &[usize],
    results: &mut Results,
) {
    if !inner.is_empty() && context.policy().missing == regtrial_results::Protection::Protected {
        nested(context, label, outer, inner, results);
    }
}

/// Whether by the plan the events of one outcome contain those of another: the same endpoint,
/// looked at in a window that contains the other's. Of rules on columns nothing is known, so that
/// only the data say it.
fn may_contain(outer: &OutcomePlan, inner: &OutcomePlan) -> bool {
    match (&outer.source, &inner.source) {
        (OutcomeSource::Derived(outer), OutcomeSource::Derived(inner)) => {
            let (wide, narrow) = (outer.window(0), inner.window(0));
            outer.endpoint == inner.endpoint
                && outer.washout == inner.washout
                && matches!(outer.measure, Measure::Ever | Measure::First)
                && wide.start <= narrow.start
                && narrow.end <= wide.end
        }
        (OutcomeSource::Derived(_), _) | (_, OutcomeSource::Derived(_)) => false,
        _ => true,
    }
}

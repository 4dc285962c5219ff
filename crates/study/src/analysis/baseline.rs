//! Characteristics of the people by arm: no tests, because randomisation leaves nothing to test.

use super::{Context, entry};
use crate::StudyError;
use crate::plan::OutcomePlan;
use polars::prelude::{Column, DataType};
use regtrial_results::{AnalysisKind, Cell, Cells, Counts, Record, Results, Variable};
use regtrial_stats::describe;

const KEY: &str = "baseline";

pub(crate) fn run(context: &Context<'_>, results: &mut Results) -> Result<(), StudyError> {
    let variables = variables(context);
    if variables.is_empty() {
        return Ok(());
    }
    let mut analysis = entry(KEY, "Baseline characteristics", AnalysisKind::Baseline, "");
    analysis.notes.push(
        "Percentages are of all people in the arm. Standardised difference: difference in units of \
         the root mean of both arms' variances."
            .to_owned(),
    );
    results.catalogue.analyses.push(analysis);
    let groups = context.groups();
    for (arm, rows) in &groups {
        let mut people = Record::new(KEY, &context.population, "people");
        people.group.clone_from(arm);
        people.estimate = rows.len() as f64;
        people.n = Some(rows.len() as u64);
        people.cells = Cells::showing([context.cell(arm, rows.iter().copied())]);
        results.records.push(people);
    }
    for name in variables {
        let column = context.table.column(&name)?.clone();
        let levels = levels(&column)?;
        let made = if levels.is_empty() {
            quantity(context, &name, &groups, &mut results.counts)?
        } else {
            categories(
                context,
                &name,
                &column,
                &levels,
                &groups,
                &mut results.counts,
            )?
        };
        results.records.extend(made);
        let label = context.study.plan().label(&name);
        results.catalogue.variables.push(Variable {
            key: name,
            label,
            levels,
        });
    }
    Ok(())
}

/// The plan's baseline variables, or the covariates of its analyses.
fn variables(context: &Context<'_>) -> Vec<String> {
    let plan = context.study.plan();
    if !plan.baseline.is_empty() {
        return plan.baseline.clone();
    }
    let arm = plan.people.arm.as_ref().map(|(column, _)| column.clone());
    let mut found: Vec<String> = Vec::new();
    for analysis in &plan.analyses {
        for name in analysis.estimator.columns() {
            let is_outcome = |outcome: &OutcomePlan| {
                let event = outcome.is_time().then(|| outcome.event_column());
                outcome.key == name || event.as_ref() == Some(&name)
            };
            let outcome = plan.outcomes.iter().any(is_outcome);
            let is_arm = name == "arm" || Some(&name) == arm.as_ref();
            if !outcome && !is_arm && !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

/// The levels of a categorical variable: of a text, or of a number that is only 0 and 1.
fn levels(column: &Column) -> Result<Vec<String>, StudyError> {
    if let DataType::String = column.dtype() {
        let mut levels: Vec<String> = column.str()?.iter().flatten().map(str::to_owned).collect();
        levels.sort_unstable();
        levels.dedup();
        return Ok(levels);
    }
    let values = crate::design::numbers(column)?;
    let mut known = values.iter().filter(|value| !value.is_nan());
    let binary = known.all(|value| *value == 0.0 || *value == 1.0);
    Ok(if binary {
        vec!["0".to_owned(), "1".to_owned()]
    } else {
        Vec::new()
    })
}

fn quantity(
    context: &Context<'_>,
    name: &str,
    groups: &[(String, Vec<usize>)],
    counts: &mut Counts,
) -> Result<Vec<Record>, StudyError> {
    let quantity = (name.to_owned(), context.numbers(name)?);
    let all = &quantity.1;
    let mut records = Vec::new();
    let mut samples = Vec::new();
    for (arm, rows) in groups {
        let values: Vec<f64> = rows
            .iter()
            .map(|&i| all[i])
            .filter(|v| !v.is_nan())
            .collect();
        let n = values.len() as u64;
        let label = format!("{arm} {name}");
        let of = |wanted: bool| {
            let found = rows.iter().copied().filter(|&i| all[i].is_nan() != wanted);
            context.cell(&format!("{label} {wanted}"), found)
        };
        let (known, unknown) = (of(true), of(false));
        counts.sum(context.cell(arm, rows.iter().copied()), [known, unknown]);
        let total = context.total(rows, &quantity);
        for (statistic, value, beyond) in [
            ("mean", describe::mean(&values), n),
            ("sd", describe::variance(&values).sqrt(), n),
            ("median", describe::quantile(&values, 0.5), n / 2),
            ("q1", describe::quantile(&values, 0.25), n / 4),
            ("q3", describe::quantile(&values, 0.75), n / 4),
        ] {
            // Without n: beside the arm's size it would give a small number of missing away. The
            // last digits of a mean would as well. A quantile needs people on both of its sides.
            let mut record = new(context, name, arm, statistic, value);
            record.cells = Cells::counts([n]);
            if statistic == "mean" || statistic == "sd" {
                let cells = record.cells.beside([known]).coarse_for(n);
                record.cells = cells.adding_up(total.clone());
            } else if n > 0 {
                // Nobody beyond is too few, not none.
                record.cells.counts.push(beyond.max(1));
            }
            records.push(record);
        }
        records.push(missing(context, name, arm, unknown));
        samples.push((values, known, total));
    }
    if let [
        (control, in_control, of_control),
        (treated, in_treated, of_treated),
    ] = &samples[..]
    {
        let value = describe::standardised_difference(treated, control);
        let mut record = standardised(context, name, groups, value);
        let n = treated.len().min(control.len()) as u64;
        record.cells = Cells::counts([treated.len() as u64, control.len() as u64])
            .beside([*in_control, *in_treated])
            .coarse_for(n)
            .adding_up(of_control.iter().chain(of_treated).cloned());
        records.push(record);
    }
    Ok(records)
}

fn categories(
    context: &Context<'_>,
    name: &str,
    column: &Column,
    levels: &[String],
    groups: &[(String, Vec<usize>)],
    counts: &mut Counts,
) -> Result<Vec<Record>, StudyError> {
    let texts: Vec<Option<String>> = if let DataType::String = column.dtype() {
        column
            .str()?
            .iter()
            .map(|text| text.map(str::to_owned))
            .collect()
    } else {
        let values = crate::design::numbers(column)?;
        values
            .iter()
            .map(|value| (!value.is_nan()).then(|| value.to_string()))
            .collect()
    };
    let mut records = Vec::new();
    let cell = |arm: &str, rows: &[usize], level: Option<&str>| {
        let found = rows
            .iter()
            .copied()
            .filter(|&i| texts[i].as_deref() == level);
        context.cell(&format!("{arm} {name} {level:?}"), found)
    };
    for (arm, rows) in groups {
        let parts = levels.iter().map(|level| cell(arm, rows, Some(level)));
        let parts: Vec<Cell> = parts.chain([cell(arm, rows, None)]).collect();
        counts.sum(context.cell(arm, rows.iter().copied()), parts);
    }
    for level in levels {
        for (arm, rows) in groups {
            // Missing is a category: shares are of everyone in the arm, so that they add up with it.
            let (people, n) = (cell(arm, rows, Some(level)), rows.len() as u64);
            let events = people.count();
            for (statistic, value) in [
                ("count", events as f64),
                ("proportion", events as f64 / n as f64),
            ] {
                let mut record = new(context, name, arm, statistic, value);
                record.level.clone_from(level);
                record.n = Some(n);
                record.events = Some(events);
                record.cells = Cells::showing([people]).of_all(n);
                records.push(record);
            }
        }
        if let [(control, of_control), (treated, of_treated)] = groups {
            let rounded = |cell: Cell| context.policy().rounded(cell.count());
            let part = |arm: &str, rows: &[usize]| {
                let own = cell(arm, rows, Some(level));
                let missing = cell(arm, rows, None);
                let known = context
                    .policy()
                    .rounded(rows.len() as u64 - missing.count());
                (own, missing, rounded(own) as f64 / known as f64)
            };
            let (c, t) = (part(control, of_control), part(treated, of_treated));
            let value = describe::standardised_risk_difference(t.2, c.2);
            let mut record = standardised(context, name, groups, value);
            record.level.clone_from(level);
            record.cells = Cells::showing([c.0, c.1, t.0, t.1]);
            record.cells.rounded = true;
            records.push(record);
        }
    }
    for (arm, rows) in groups {
        let unknown = cell(arm, rows, None);
        records.push(missing(context, name, arm, unknown));
        let mut record = missing(context, name, arm, unknown);
        "missing_proportion".clone_into(&mut record.statistic);
        record.estimate /= rows.len() as f64;
        record.n = Some(rows.len() as u64);
        record.events = Some(unknown.count());
        records.push(record);
    }
    Ok(records)
}

fn new(context: &Context<'_>, name: &str, arm: &str, statistic: &str, value: f64) -> Record {
    let mut record = Record::new(KEY, &context.population, statistic);
    name.clone_into(&mut record.term);
    arm.clone_into(&mut record.group);
    record.estimate = value;
    record
}

fn missing(context: &Context<'_>, name: &str, arm: &str, people: Cell) -> Record {
    let mut record = Record::new(KEY, &context.population, "missing");
    name.clone_into(&mut record.term);
    arm.clone_into(&mut record.group);
    record.estimate = people.count() as f64;
    record.cells = Cells::showing([people]);
    record
}

fn standardised(
    context: &Context<'_>,
    name: &str,
    groups: &[(String, Vec<usize>)],
    value: f64,
) -> Record {
    let mut record = Record::new(KEY, &context.population, "standardised_difference");
    name.clone_into(&mut record.term);
    if let [(control, _), (treated, _)] = groups {
        record.contrast = format!("{treated} - {control}");
    }
    record.estimate = value;
    record
}

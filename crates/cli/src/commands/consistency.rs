//! `regtrial consistency`: which data may lie behind printed numbers. Nothing is withheld.

use crate::args::{
    ConsistencyArgs, ConsistencyCheck, EffectArgs, Format, PrintedMeasureChoice, RSquaredArgs,
};
use crate::failure::Failure;
use crate::{Outcome, output};
use regtrial_stats::consistency::{
    Arm, EffectMeasure, Printed, PrintedEffect, PrintedMean, PrintedModel, percentage, shares,
};
use regtrial_stats::{ConfidenceLevel, StatsError};
use serde::Serialize;
use std::ops::RangeInclusive;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    check: &'static str,
    possible: bool,
    n_candidates: usize,
    columns: &'a [&'a str],
    candidates: &'a [Vec<f64>],
}

/// The candidates that a check finds.
struct Found {
    check: &'static str,
    columns: &'static [&'static str],
    rows: Vec<Vec<f64>>,
}

/// Rows that a table shows; JSON and CSV have all of them.
const SHOWN: usize = 40;

pub(crate) fn run(args: &ConsistencyArgs) -> Result<Outcome, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, None);
    let found = match &args.check {
        ConsistencyCheck::Percentage { percent, total } => {
            let all = percentage::among(printed(percent)?, range(total)?).map_err(failed)?;
            let row = |p: &regtrial_stats::proportion::Proportion| {
                vec![p.events() as f64, p.total() as f64, 100.0 * p.risk()]
            };
            Found {
                check: "percentage",
                columns: &["events", "total", "percent"],
                rows: all.iter().map(row).collect(),
            }
        }
        ConsistencyCheck::Effect(own) => effect(own)?,
        ConsistencyCheck::Mean {
            mean,
            sd,
            n,
            items,
            range,
        } => {
            let check = PrintedMean {
                mean: printed(mean)?,
                sd: sd.as_deref().map(printed).transpose()?,
                n: *n,
                items: *items,
                range: range.as_deref().map(ends).transpose()?,
            };
            let sums = check.sums().map_err(failed)?;
            let answers = (n * items) as f64;
            Found {
                check: "mean",
                columns: &["sum", "mean", "sums_of_squares"],
                rows: sums
                    .iter()
                    .map(|s| vec![s.sum as f64, s.sum as f64 / answers, s.squares as f64])
                    .collect(),
            }
        }
        ConsistencyCheck::RSquared(own) => r_squared(own)?,
    };
    let possible = !found.rows.is_empty();
    print(args, &found)?;
    if !args.quiet {
        anstream::eprintln!(
            "{}",
            match found.rows.len() {
                0 => "no data can lie behind what was printed".to_owned(),
                1 => "one candidate lies behind what was printed".to_owned(),
                count => format!("{count} candidates may lie behind what was printed"),
            }
        );
    }
    Ok(if possible {
        Outcome::Fine
    } else {
        Outcome::NeedsAPerson
    })
}

fn effect(own: &EffectArgs) -> Result<Found, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, None);
    let check = PrintedEffect {
        measure: match own.measure {
            PrintedMeasureChoice::RiskRatio => EffectMeasure::RiskRatio,
            PrintedMeasureChoice::OddsRatio => EffectMeasure::OddsRatio,
            PrintedMeasureChoice::RiskDifference => EffectMeasure::RiskDifference,
            PrintedMeasureChoice::PercentagePoints => EffectMeasure::PercentagePoints,
        },
        estimate: printed(&own.estimate)?,
        conf_low: own.low.as_deref().map(printed).transpose()?,
        conf_high: own.high.as_deref().map(printed).transpose()?,
        level: ConfidenceLevel::new(own.level).map_err(failed)?,
    };
    let arm = |total: &str, percent: Option<&String>| -> Result<Arm, Failure> {
        Ok(Arm {
            totals: range(total)?,
            percentage: percent.map(|text| printed(text)).transpose()?,
        })
    };
    let treated = arm(&own.total_treated, own.percent_treated.as_ref())?;
    let control = arm(&own.total_control, own.percent_control.as_ref())?;
    let tables = check.tables(&treated, &control).map_err(failed)?;
    let rows = tables.iter().map(|table| {
        let found = check.of(*table);
        vec![
            table.treated.events() as f64,
            table.treated.total() as f64,
            table.control.events() as f64,
            table.control.total() as f64,
            found.estimate,
            found.conf_low,
            found.conf_high,
        ]
    });
    Ok(Found {
        check: "effect",
        columns: &[
            "events_treated",
            "total_treated",
            "events_control",
            "total_control",
            "estimate",
            "conf_low",
            "conf_high",
        ],
        rows: rows.collect(),
    })
}

fn r_squared(own: &RSquaredArgs) -> Result<Found, Failure> {
    let optional = |text: &Option<String>| text.as_deref().map(printed).transpose();
    let model = PrintedModel {
        chi_squared: printed(&own.chi_squared)?,
        mcfadden: optional(&own.mcfadden)?,
        cox_snell: optional(&own.cox_snell)?,
        nagelkerke: optional(&own.nagelkerke)?,
        percentage: optional(&own.percent)?,
    };
    let people = model
        .people(range(&own.total)?)
        .map_err(|error| Failure::stats(&error, None))?;
    let rows = people.iter().map(|people| {
        let found = shares(model.chi_squared.value(), *people);
        vec![
            people.total() as f64,
            people.events() as f64,
            found.mcfadden,
            found.cox_snell,
            found.nagelkerke,
        ]
    });
    Ok(Found {
        check: "r_squared",
        columns: &["n", "events", "mcfadden", "cox_snell", "nagelkerke"],
        rows: rows.collect(),
    })
}

fn print(args: &ConsistencyArgs, found: &Found) -> Result<(), Failure> {
    if args.format == Format::Json {
        let text = output::json(&Document {
            schema: "regtrial.consistency/1",
            check: found.check,
            possible: !found.rows.is_empty(),
            n_candidates: found.rows.len(),
            columns: found.columns,
            candidates: &found.rows,
        })?;
        return output::write(args.out.as_deref(), &text);
    }
    let full = args.format == Format::Csv;
    let shown = if full { found.rows.len() } else { SHOWN };
    let cell = |value: &f64| {
        if full {
            value.to_string()
        } else {
            output::short(*value)
        }
    };
    let rows: Vec<Vec<String>> = found
        .rows
        .iter()
        .take(shown)
        .map(|row| row.iter().map(cell).collect())
        .collect();
    let mut text = output::rows(args.format, found.columns, &rows, 0)?;
    if found.rows.len() > shown {
        text.push_str(&format!(
            "... and {} more: --format csv has all\n",
            found.rows.len() - shown
        ));
    }
    output::write(args.out.as_deref(), &text)
}

fn printed(text: &str) -> Result<Printed, Failure> {
    Printed::parse(text).map_err(|error| Failure::stats(&error, None))
}

/// `239` or `231..239`, both ends included.
fn range(text: &str) -> Result<RangeInclusive<u64>, Failure> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    match (from.trim().parse(), to.trim().parse()) {
        (Ok(from), Ok(to)) => Ok(from..=to),
        _ => {
            let rule = "a number of people must be N or FROM..TO in whole numbers";
            Err(Failure::message("argument", rule))
        }
    }
}

fn ends(text: &str) -> Result<(i64, i64), Failure> {
    let wrong = || {
        Failure::message(
            "argument",
            "a range of answers must be FROM..TO in whole numbers",
        )
    };
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    match (from.trim().parse(), to.trim().parse()) {
        (Ok(from), Ok(to)) => Ok((from, to)),
        _ => Err(wrong()),
    }
}

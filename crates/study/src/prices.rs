//! The price index of a plan, read and given to the outcomes that sum up money.

use crate::StudyError;
use crate::plan::{OutcomeSource, Plan};
use regtrial_outcomes::measure::{Measure, Prices};
use regtrial_registers::{Problem, ReadOptions, RegisterError, read_data};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Reads `[prices]`, if the plan has it, and gives it to every outcome that is a sum of money.
pub(crate) fn attach(plan: &mut Plan) -> Result<(), StudyError> {
    let Some(planned) = &plan.prices else {
        return Ok(());
    };
    let file = plan.folder().join(&planned.file);
    let prices = Arc::new(read(&file, planned.base)?);
    for outcome in &mut plan.outcomes {
        if let OutcomeSource::Derived(outcome) = &mut outcome.source
            && matches!(outcome.measure, Measure::Sum(sum) if sum.is_money())
        {
            outcome.prices = Some(prices.clone());
        }
    }
    Ok(())
}

/// A table with `year`, perhaps `month`, and `index`: a factor a month, the mean index of the base
/// year over that of the month.
fn read(file: &Path, base: i32) -> Result<Prices, RegisterError> {
    let wrong = |code: &'static str, rule: String| -> RegisterError {
        let help = "a price index has the columns year, month (if it is monthly) and index";
        Problem::new(code, file, rule).help(help).into()
    };
    let frame = read_data(file, &ReadOptions::default())?;
    let numbers = |name: &str| -> Result<Option<Vec<f64>>, RegisterError> {
        let Ok(column) = frame.column(name) else {
            return Ok(None);
        };
        let whole = |value: &f64| name == "index" || value.fract() == 0.0;
        let is_number = |value: &f64| value.is_finite() && whole(value);
        let values = crate::design::numbers(column).unwrap_or_default();
        match values.len() == frame.height() && values.iter().all(is_number) {
            true => Ok(Some(values)),
            false => {
                let kind = if name == "index" {
                    "a number"
                } else {
                    "a whole number"
                };
                let rule = format!("column `{name}` must hold {kind} in every row");
                Err(wrong("column_type", rule))
            }
        }
    };
    let missing = |name: &str| wrong("missing_column", format!("there is no column `{name}`"));
    let years = numbers("year")?.ok_or_else(|| missing("year"))?;
    let index = numbers("index")?.ok_or_else(|| missing("index"))?;
    let months = numbers("month")?;
    let mut of_month: BTreeMap<(i32, u32), f64> = BTreeMap::new();
    for (row, (year, index)) in years.iter().zip(&index).enumerate() {
        let of_row = match &months {
            Some(months) => vec![months[row] as u32],
            None => (1..=12).collect(),
        };
        if *index <= 0.0 || of_row.iter().any(|month| !(1..=12).contains(month)) {
            let rule = "an index is above 0 and a month from 1 to 12".to_owned();
            return Err(wrong("bad_value", rule));
        }
        for month in of_row {
            if of_month.insert((*year as i32, month), *index).is_some() {
                let rule = format!("the index of {year}-{month:02} stands there twice");
                return Err(wrong("duplicate_row", rule));
            }
        }
    }
    let of_base: Vec<f64> = (1..=12)
        .filter_map(|month| of_month.get(&(base, month)).copied())
        .collect();
    if of_base.is_empty() {
        let rule = format!("there is no index of the base year {base}");
        return Err(wrong("missing_year", rule));
    }
    let base_index = of_base.iter().sum::<f64>() / of_base.len() as f64;
    let factors = of_month
        .into_iter()
        .map(|(month, index)| (month, base_index / index));
    Ok(Prices {
        base,
        factors: factors.collect(),
    })
}

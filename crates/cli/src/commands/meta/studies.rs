//! The trials of `regtrial meta`, from counts or from estimates.

use crate::args::{MetaArgs, SeveralArmsChoice};
use crate::data;
use crate::failure::Failure;
use polars::prelude::DataFrame;
use regtrial_stats::StatsError;
use regtrial_stats::formula::Formula;
use regtrial_stats::meta::effects::of_table;
use regtrial_stats::meta::{Effect, Measure, SeveralArms, TrialRow, one_row_a_trial};
use regtrial_stats::proportion::TwoByTwo;
use regtrial_study::design;

/// The studies with an effect, and the tables of all with counts.
pub(super) struct Studies {
    pub(super) names: Vec<String>,
    /// The data row of each effect.
    pub(super) rows: Vec<usize>,
    pub(super) effects: Vec<Effect>,
    pub(super) tables: Vec<TwoByTwo>,
    pub(super) dropped: usize,
    pub(super) silent: Vec<String>,
}

/// The file, with the columns of counts or estimates and of moderators checked for slips.
pub(super) fn frame(args: &MetaArgs, formula: Option<&Formula>) -> Result<DataFrame, Failure> {
    let mut used: Vec<String> = counts(args).into_iter().cloned().collect();
    used.extend(args.estimate.iter().chain(&args.std_error).cloned());
    used.extend(formula.map(Formula::columns).unwrap_or_default());
    let text: Vec<&str> = args.study.iter().map(String::as_str).collect();
    data::read(&args.data, &text, &used)
}

fn counts(args: &MetaArgs) -> Vec<&String> {
    let columns = [
        &args.events_treated,
        &args.total_treated,
        &args.events_control,
        &args.total_control,
    ];
    columns.into_iter().flatten().collect()
}

pub(super) fn read(
    args: &MetaArgs,
    frame: &DataFrame,
    measure: Measure,
) -> Result<Studies, Failure> {
    let names = match &args.study {
        None => (1..=frame.height()).map(|i| format!("study {i}")).collect(),
        Some(column) => data::texts(frame, column)?
            .into_iter()
            .enumerate()
            .map(|(i, name)| name.unwrap_or_else(|| format!("study {}", i + 1)))
            .collect::<Vec<String>>(),
    };
    match (counts(args).as_slice(), &args.estimate, &args.std_error) {
        ([a, b, c, d], None, None) => {
            let rows = tables(frame, names, [a, b, c, d])?;
            of_tables(args, rows, measure)
        }
        ([], Some(estimate), Some(error)) => estimates(args, frame, names, [estimate, error], measure),
        _ => Err(Failure::message("argument", "trials are given by counts or by estimates").with_help(
            "--events-treated, --total-treated, --events-control and --total-control; or --estimate and --std-error",
        )),
    }
}

fn numbers(frame: &DataFrame, name: &str) -> Result<Vec<f64>, Failure> {
    let column = frame
        .column(name)
        .map_err(|_| data::missing_column(frame, name))?;
    if column.dtype().is_string() {
        return Err(Failure::message(
            "column_type",
            format!("column `{name}` must hold numbers"),
        ));
    }
    Ok(design::numbers(column).map_err(regtrial_study::StudyError::from)?)
}

/// Rows of the file with counts, and how many are left out.
struct Tables {
    rows: Vec<(usize, TrialRow)>,
    dropped: usize,
}

fn tables(frame: &DataFrame, names: Vec<String>, columns: [&str; 4]) -> Result<Tables, Failure> {
    let values = columns.map(|name| numbers(frame, name));
    let [a, b, c, d] = values;
    let values = [a?, b?, c?, d?];
    let mut found = Tables {
        rows: Vec::new(),
        dropped: 0,
    };
    for (i, trial) in names.into_iter().enumerate() {
        let row = [values[0][i], values[1][i], values[2][i], values[3][i]];
        if row.iter().any(|value| value.is_nan()) {
            found.dropped += 1;
            continue;
        }
        let at = |rule: String| Failure::message("study", format!("data row {}: {rule}", i + 1));
        if let Some(wrong) = row
            .iter()
            .position(|value| *value < 0.0 || value.fract() != 0.0 || !value.is_finite())
        {
            return Err(at(format!(
                "column `{}` must hold whole numbers from 0",
                columns[wrong]
            )));
        }
        let count = row.map(|value| value as u64);
        let table =
            TwoByTwo::from_counts(count[0], count[1], count[2], count[3]).map_err(|error| {
                let arm = if count[0] > count[1] || count[1] == 0 {
                    "treated"
                } else {
                    "control"
                };
                let mut failure = Failure::message(
                    error.code(),
                    format!("data row {}, {arm} arm: {error}", i + 1),
                );
                if let Some(help) = error.help() {
                    failure = failure.with_help(help);
                }
                failure
            })?;
        found.rows.push((i, TrialRow { trial, table }));
    }
    Ok(found)
}

/// The effects of the tables, with several arms of a trial made what is asked for.
fn of_tables(args: &MetaArgs, read: Tables, measure: Measure) -> Result<Studies, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, None);
    let mut found = Studies::empty();
    found.dropped = read.dropped;
    let (places, trials): (Vec<usize>, Vec<TrialRow>) = read.rows.into_iter().unzip();
    let how = args.several_arms.map(|choice| match choice {
        SeveralArmsChoice::Combine => SeveralArms::Combine,
        SeveralArmsChoice::Split => SeveralArms::Split,
    });
    let made = match how {
        Some(how) => one_row_a_trial(&trials, how).map_err(failed)?,
        None => trials.clone(),
    };
    let mut used = vec![false; trials.len()];
    for row in made {
        // The row of the file that it came from: the first of its trial that is still free.
        let own = (0..trials.len()).find(|&i| !used[i] && trials[i].trial == row.trial);
        let own = own.unwrap_or_default();
        used[own] = true;
        found.tables.push(row.table);
        match of_table(row.table, measure).map_err(failed)? {
            Some(effect) => {
                found.names.push(row.trial);
                found.rows.push(places[own]);
                found.effects.push(effect);
            }
            None => found.silent.push(row.trial),
        }
    }
    Ok(found)
}

fn estimates(
    args: &MetaArgs,
    frame: &DataFrame,
    names: Vec<String>,
    columns: [&str; 2],
    measure: Measure,
) -> Result<Studies, Failure> {
    let (values, errors) = (numbers(frame, columns[0])?, numbers(frame, columns[1])?);
    let mut found = Studies::empty();
    for (i, name) in names.into_iter().enumerate() {
        if values[i].is_nan() || errors[i].is_nan() {
            found.dropped += 1;
            continue;
        }
        let natural = measure.is_ratio() && !args.log_scale;
        if natural && values[i] <= 0.0 {
            let rule = format!(
                "data row {}: column `{}` must hold ratios above 0",
                i + 1,
                columns[0]
            );
            return Err(Failure::message("study", rule)
                .with_help("--log-scale says that the estimates are logarithms already"));
        }
        let value = if natural { values[i].ln() } else { values[i] };
        let effect = Effect::new(value, errors[i])
            .map_err(|error| Failure::message("study", format!("data row {}: {error}", i + 1)))?;
        found.names.push(name);
        found.rows.push(i);
        found.effects.push(effect);
    }
    Ok(found)
}

impl Studies {
    fn empty() -> Self {
        Self {
            names: Vec::new(),
            rows: Vec::new(),
            effects: Vec::new(),
            tables: Vec::new(),
            dropped: 0,
            silent: Vec::new(),
        }
    }
}

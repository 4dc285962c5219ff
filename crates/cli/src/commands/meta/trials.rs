//! The studies of a meta-analysis: rows of a file, and those given on the command line.

use crate::args::{MetaArgs, SeveralArmsChoice};
use crate::data;
use crate::failure::Failure;
use polars::prelude::DataFrame;
use regtrial_stats::meta::effects::of_table;
use regtrial_stats::meta::{
    Effect, Measure, SeveralArms, TrialRow, one_row_a_trial, repeated_studies,
};
use regtrial_stats::proportion::TwoByTwo;
use regtrial_stats::{Diagnostic, StatsError};
use regtrial_study::design;

/// The studies with an effect, and the tables of all with counts.
#[derive(Default)]
pub(super) struct Studies {
    pub(super) names: Vec<String>,
    /// The data row of each effect, if it is from the file.
    pub(super) rows: Vec<Option<usize>>,
    pub(super) effects: Vec<Effect>,
    pub(super) tables: Vec<TwoByTwo>,
    /// The table of each effect, where the studies are given by counts.
    pub(super) counts: Vec<TwoByTwo>,
    pub(super) dropped: usize,
    pub(super) silent: Vec<String>,
    /// Warnings of studies that stand in several rows, which nothing was asked to be done about.
    pub(super) repeated: Vec<Diagnostic>,
    /// The value of `--by` of each study with an effect.
    pub(super) groups: Vec<String>,
}

/// A study before it is an effect.
struct Row {
    name: String,
    /// The data row, if it is from the file.
    at: Option<usize>,
    group: String,
    order: f64,
    /// Four counts, or an estimate and its standard error.
    values: Vec<f64>,
    /// Where it stands, for messages.
    place: String,
}

/// The columns that hold the numbers.
enum Columns<'a> {
    Counts([&'a str; 4]),
    Estimates([&'a str; 2]),
}

impl Columns<'_> {
    fn names(&self) -> &[&str] {
        match self {
            Self::Counts(names) => names,
            Self::Estimates(names) => names,
        }
    }
}

/// The file, with the columns of counts or estimates, and `extra` ones, checked for slips.
pub(super) fn frame(args: &MetaArgs, extra: &[String]) -> Result<DataFrame, Failure> {
    let columns = columns(args)?;
    let text: Vec<&str> = args
        .study
        .iter()
        .chain(&args.by)
        .map(String::as_str)
        .collect();
    let used = columns.names().iter().map(|name| (*name).to_owned());
    let used = used.chain(args.order_by.clone());
    let used: Vec<String> = used.chain(extra.iter().cloned()).collect();
    data::read(&args.data, &text, &used)
}

pub(super) fn read(
    args: &MetaArgs,
    frame: &DataFrame,
    measure: Measure,
) -> Result<Studies, Failure> {
    let columns = columns(args)?;
    let mut rows = rows(args, frame, &columns)?;
    for text in &args.add {
        let row = added(text, &columns)?;
        if rows.iter().any(|other| other.name == row.name) {
            let rule = format!("--add: there is already a study `{}`", row.name);
            return Err(Failure::message("argument", rule)
                .with_help("a trial counts once: give it another name if it is another trial"));
        }
        rows.push(row);
    }
    if args.order_by.is_some() {
        // Studies without a place in the order, such as added ones, come last.
        let key = |row: &Row| {
            if row.order.is_nan() {
                f64::INFINITY
            } else {
                row.order
            }
        };
        rows.sort_by(|a, b| key(a).total_cmp(&key(b)));
    }
    let mut studies = Studies::default();
    let known = rows.len();
    rows.retain(|row| row.values.iter().all(|value| !value.is_nan()));
    studies.dropped = known - rows.len();
    match columns {
        Columns::Counts(names) => of_counts(args, rows, names, measure, &mut studies)?,
        Columns::Estimates(names) => {
            studies.repeated = repeated_studies(&names_of(&rows), &[]);
            for row in rows {
                let effect = effect(args, &row, names[0], measure)?;
                studies.add(row.name, row.at, row.group, effect);
            }
        }
    }
    Ok(studies)
}

impl Studies {
    fn add(&mut self, name: String, row: Option<usize>, group: String, effect: Effect) {
        self.names.push(name);
        self.rows.push(row);
        self.groups.push(group);
        self.effects.push(effect);
    }
}

/// The effects of tables, with several arms of a trial made what is asked for.
fn of_counts(
    args: &MetaArgs,
    rows: Vec<Row>,
    columns: [&str; 4],
    measure: Measure,
    studies: &mut Studies,
) -> Result<(), Failure> {
    let failed = |error: StatsError| Failure::stats(&error, None);
    let mut trials = Vec::new();
    for row in &rows {
        trials.push(TrialRow {
            trial: row.name.clone(),
            table: table(row, columns)?,
        });
    }
    let made = match args.several_arms {
        Some(SeveralArmsChoice::Combine) => one_row_a_trial(&trials, SeveralArms::Combine),
        Some(SeveralArmsChoice::Split) => one_row_a_trial(&trials, SeveralArms::Split),
        None => {
            let tables: Vec<TwoByTwo> = trials.iter().map(|trial| trial.table).collect();
            studies.repeated = repeated_studies(&names_of(&rows), &tables);
            Ok(trials)
        }
    };
    let mut used = vec![false; rows.len()];
    for made in made.map_err(failed)? {
        // The row that it came from: the first of its trial that is still free.
        let own = (0..rows.len()).find(|&i| !used[i] && rows[i].name == made.trial);
        let own = own.unwrap_or_default();
        used[own] = true;
        studies.tables.push(made.table);
        match of_table(made.table, measure).map_err(failed)? {
            Some(effect) => {
                studies.counts.push(made.table);
                studies.add(made.trial, rows[own].at, rows[own].group.clone(), effect);
            }
            None => studies.silent.push(made.trial),
        }
    }
    Ok(())
}

fn names_of(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}

fn columns(args: &MetaArgs) -> Result<Columns<'_>, Failure> {
    let counts = [
        &args.events_treated,
        &args.total_treated,
        &args.events_control,
        &args.total_control,
    ];
    let counts: Vec<&str> = counts.into_iter().flatten().map(String::as_str).collect();
    match (counts.as_slice(), &args.estimate, &args.std_error) {
        ([a, b, c, d], None, None) => Ok(Columns::Counts([a, b, c, d])),
        ([], Some(estimate), Some(error)) => Ok(Columns::Estimates([estimate, error])),
        _ => Err(Failure::message("argument", "trials are given by counts or by estimates").with_help(
            "--events-treated, --total-treated, --events-control and --total-control; or --estimate and --std-error",
        )),
    }
}

fn rows(args: &MetaArgs, frame: &DataFrame, columns: &Columns<'_>) -> Result<Vec<Row>, Failure> {
    let names = match &args.study {
        None => vec![None; frame.height()],
        Some(column) => data::texts(frame, column)?,
    };
    let groups = match &args.by {
        None => vec![None; frame.height()],
        Some(column) => data::texts(frame, column)?,
    };
    let order = match &args.order_by {
        None => vec![f64::NAN; frame.height()],
        Some(column) => numbers(frame, column)?,
    };
    let values: Vec<Vec<f64>> = columns
        .names()
        .iter()
        .map(|name| numbers(frame, name))
        .collect::<Result<_, _>>()?;
    let rows = names
        .into_iter()
        .zip(groups)
        .enumerate()
        .map(|(i, (name, group))| Row {
            name: name.unwrap_or_else(|| format!("study {}", i + 1)),
            at: Some(i),
            group: group.unwrap_or_else(|| "missing".to_owned()),
            order: order[i],
            values: values.iter().map(|column| column[i]).collect(),
            place: format!("data row {}", i + 1),
        });
    Ok(rows.collect())
}

/// A study as `--add` has it.
fn added(text: &str, columns: &Columns<'_>) -> Result<Row, Failure> {
    let help = match columns {
        Columns::Counts(_) => "NAME,EVENTS/TOTAL,EVENTS/TOTAL: treated, then control",
        Columns::Estimates(_) => "NAME,ESTIMATE,STD_ERROR",
    };
    let wrong = || {
        let rule = format!("--add `{text}` is no trial");
        Failure::message("argument", rule).with_help(help)
    };
    let (name, rest) = text.split_once(',').ok_or_else(wrong)?;
    let marks: &[char] = match columns {
        Columns::Counts(_) => &[',', '/'],
        Columns::Estimates(_) => &[','],
    };
    let values: Vec<f64> = rest
        .split(marks)
        .map(|cell| cell.trim().parse::<f64>())
        .collect::<Result<_, _>>()
        .map_err(|_| wrong())?;
    if values.len() != columns.names().len() || values.iter().any(|value| !value.is_finite()) {
        return Err(wrong());
    }
    Ok(Row {
        name: name.trim().to_owned(),
        at: None,
        group: "added".to_owned(),
        order: f64::NAN,
        values,
        place: format!("--add {}", name.trim()),
    })
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

fn table(row: &Row, columns: [&str; 4]) -> Result<TwoByTwo, Failure> {
    let whole = |value: &f64| *value >= 0.0 && value.fract() == 0.0 && value.is_finite();
    if let Some(wrong) = row.values.iter().position(|value| !whole(value)) {
        let rule = format!(
            "{}: column `{}` must hold whole numbers from 0",
            row.place, columns[wrong]
        );
        return Err(Failure::message("study", rule));
    }
    let count = |i: usize| row.values[i] as u64;
    TwoByTwo::from_counts(count(0), count(1), count(2), count(3)).map_err(|error: StatsError| {
        let arm = if count(0) > count(1) || count(1) == 0 {
            "treated"
        } else {
            "control"
        };
        let rule = format!("{}, {arm} arm: {error}", row.place);
        let failure = Failure::message(error.code(), rule);
        match error.help() {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    })
}

fn effect(args: &MetaArgs, row: &Row, column: &str, measure: Measure) -> Result<Effect, Failure> {
    let (value, error) = (row.values[0], row.values[1]);
    let natural = measure.is_ratio() && !args.log_scale;
    if natural && value <= 0.0 {
        let rule = format!("{}: column `{column}` must hold ratios above 0", row.place);
        return Err(Failure::message("study", rule)
            .with_help("--log-scale says that the estimates are logarithms already"));
    }
    let value = if natural { value.ln() } else { value };
    Effect::new(value, error)
        .map_err(|error| Failure::message("study", format!("{}: {error}", row.place)))
}

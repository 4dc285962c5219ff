//! `regtrial score`: sums and bands of a rating scale, its reliability, its correlation with a column.
//!
//! What is printed is about all rows together; the scores of single rows go to a file if one is named.

use super::say;
use crate::args::{Format, ScaleChoice, ScoreArgs};
use crate::failure::Failure;
use crate::{Outcome, data, output};
use polars::prelude::DataFrame;
use regtrial_results::{Cell, Cells, DiagnosticRecord, Record, Results};
use regtrial_stats::describe::{mean_estimate, variance};
use regtrial_stats::scales::alpha::alpha;
use regtrial_stats::scales::correlation::{pearson, spearman};
use regtrial_stats::scales::fidelity::{self, Band, Missing};
use regtrial_stats::scales::worker_role;
use regtrial_stats::{Estimate, StatsError};
use regtrial_study::analysis::records::record;
use regtrial_study::design;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    scale: &'static str,
    items: &'a [String],
    estimates: &'a [Record],
    diagnostics: &'a [DiagnosticRecord],
}

/// The scores of every row, one column a score.
struct Scores {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
    bands: Option<Vec<Option<Band>>>,
    rated: Vec<usize>,
}

pub(crate) fn run(args: &mut ScoreArgs) -> Result<Outcome, Failure> {
    args.data.na.push("N/A".to_owned());
    let items = expand(&args.items)?;
    let level = data::level(&args.data)?;
    let text: Vec<&str> = args.id.iter().map(String::as_str).collect();
    let used: Vec<String> = items.iter().chain(&args.with).cloned().collect();
    let frame = data::read(&args.data, &text, &used)?;
    let columns: Vec<Vec<f64>> = items
        .iter()
        .map(|item| numbers(&frame, item))
        .collect::<Result<_, _>>()?;
    let rating = |value: f64| (!value.is_nan()).then_some(value);
    let rows: Vec<Vec<Option<f64>>> = (0..frame.height())
        .map(|i| columns.iter().map(|column| rating(column[i])).collect())
        .collect();
    let scores = score(args, &rows)?;
    let failed = |error: StatsError| Failure::stats(&error, None);
    let mut results = Results::default();
    for (name, values) in scores.names.iter().zip(&scores.columns) {
        let known: Vec<f64> = values
            .iter()
            .copied()
            .filter(|value| !value.is_nan())
            .collect();
        if known.is_empty() {
            results
                .diagnostics
                .push(remark("no_score", name, "no row has this score"));
            continue;
        }
        let mean = mean_estimate(&known, level).map_err(failed)?;
        results.records.push(of(&mean, name, known.len()));
        let mut spread = Record::new("score", "rows with the score", "sd");
        name.clone_into(&mut spread.term);
        spread.estimate = variance(&known).sqrt();
        spread.n = Some(known.len() as u64);
        spread.cells = Cells::counts([known.len() as u64]);
        results.records.push(spread);
        if known.len() < values.len() {
            // No count of people in a diagnostic: n is in the record.
            let message = "rows with missing items have no such score";
            results
                .diagnostics
                .push(remark("rows_without_score", name, message));
        }
    }
    bands(&scores, &mut results);
    match alpha(&rows, level) {
        Ok(found) => {
            results.records.push(of(&found.alpha, "all items", found.n));
            if found.dropped > 0 {
                let message = "rows with a missing item are left out of Cronbach's alpha";
                results
                    .diagnostics
                    .push(remark("rows_dropped", "all items", message));
            }
        }
        Err(error) => {
            let message = format!("Cronbach's alpha: {error}");
            results
                .diagnostics
                .push(remark("no_alpha", "all items", &message));
        }
    }
    if let Some(column) = &args.with {
        let other = numbers(&frame, column)?;
        for (name, values) in scores.names.iter().zip(&scores.columns) {
            let pairs = values
                .iter()
                .zip(&other)
                .filter(|(a, b)| !a.is_nan() && !b.is_nan());
            let (x, y): (Vec<f64>, Vec<f64>) = pairs.map(|(a, b)| (*a, *b)).unzip();
            for found in [pearson(&x, &y, level), spearman(&x, &y, level)] {
                match found {
                    Ok(estimate) => {
                        let mut made = of(&estimate, name, x.len());
                        made.contrast = format!("{name}, {column}");
                        results.records.push(made);
                    }
                    Err(error) => {
                        results.diagnostics.push(remark(
                            "no_correlation",
                            name,
                            &error.to_string(),
                        ));
                    }
                }
            }
        }
    }
    if let Some(file) = &args.rows {
        let text = row_file(args, &frame, &scores)?;
        output::write(Some(file), &text)?;
    }
    let released = results.release(data::policy(&args.data));
    let document = Document {
        schema: "regtrial.score/1",
        scale: match args.scale {
            ScaleChoice::Ips25 => "ips-25",
            ScaleChoice::Wri => "wri",
        },
        items: &items,
        estimates: released.records(),
        diagnostics: released.diagnostics(),
    };
    output::print(&args.data, &document, released.records())?;
    Ok(say(released.diagnostics(), args.data.output.quiet))
}

fn score(args: &ScoreArgs, rows: &[Vec<Option<f64>>]) -> Result<Scores, Failure> {
    let at = |i: usize, error: StatsError| {
        Failure::message(error.code(), format!("data row {}: {error}", i + 1))
    };
    let rated = rows
        .iter()
        .map(|row| row.iter().flatten().count())
        .collect();
    if args.scale == ScaleChoice::Wri {
        if args.prorate.is_some() {
            let rule = "--prorate is for ips-25: an area's score is the mean of its rated items";
            return Err(Failure::message("argument", rule));
        }
        let areas = areas(&args.areas)?;
        let areas: Vec<(&str, usize)> = areas
            .iter()
            .map(|(name, items)| (name.as_str(), *items))
            .collect();
        let mut columns = vec![Vec::new(); areas.len()];
        for (i, row) in rows.iter().enumerate() {
            let found = worker_role::areas(row, &areas).map_err(|error| at(i, error))?;
            for (column, area) in columns.iter_mut().zip(found) {
                column.push(area.mean);
            }
        }
        return Ok(Scores {
            names: areas.iter().map(|(name, _)| (*name).to_owned()).collect(),
            columns,
            bands: None,
            rated,
        });
    }
    if !args.areas.is_empty() {
        return Err(Failure::message("argument", "--areas is for wri"));
    }
    let missing = args
        .prorate
        .map_or(Missing::NoScore, |at_most| Missing::Prorate { at_most });
    let mut columns = vec![Vec::new(); 4];
    let mut bands = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let found = fidelity::score(row, missing).map_err(|error| at(i, error))?;
        let sums = [
            found.total,
            found.staffing,
            found.organisation,
            found.services,
        ];
        for (column, sum) in columns.iter_mut().zip(sums) {
            column.push(sum);
        }
        bands.push(found.band);
    }
    Ok(Scores {
        names: ["total", "staffing", "organisation", "services"]
            .map(str::to_owned)
            .to_vec(),
        columns,
        bands: Some(bands),
        rated,
    })
}

/// How many rows lie in each band.
fn bands(scores: &Scores, results: &mut Results) {
    let Some(bands) = &scores.bands else { return };
    let all = [
        Band::Exemplary,
        Band::Good,
        Band::Fair,
        Band::NotSupportedEmployment,
    ];
    let rows = |wanted: &dyn Fn(Option<Band>) -> bool| -> Vec<u64> {
        let found = bands.iter().zip(0_u64..);
        found
            .filter(|(band, _)| wanted(**band))
            .map(|(_, row)| row)
            .collect()
    };
    let known = Cell::of("score", rows(&|band| band.is_some()));
    let cells = all.map(|band| Cell::of(band.as_str(), rows(&|found| found == Some(band))));
    results.counts.sum(known, cells);
    for (band, cell) in all.into_iter().zip(cells) {
        let mut made = Record::new("score", "rows with the score", "count");
        made.term = "total".to_owned();
        band.as_str().clone_into(&mut made.group);
        made.estimate = cell.count() as f64;
        made.n = Some(known.count());
        made.cells = Cells::showing([cell]).of_all(known.count());
        results.records.push(made);
    }
}

fn of(estimate: &Estimate, term: &str, n: usize) -> Record {
    let mut made = record("score", "rows with the score", estimate);
    term.clone_into(&mut made.term);
    made.n = Some(n as u64);
    made.cells = Cells::counts([n as u64]);
    made
}

fn remark(code: &str, term: &str, message: &str) -> DiagnosticRecord {
    DiagnosticRecord {
        code: code.to_owned(),
        severity: "note".to_owned(),
        term: Some(term.to_owned()),
        message: message.to_owned(),
    }
}

fn row_file(args: &ScoreArgs, frame: &DataFrame, scores: &Scores) -> Result<String, Failure> {
    let names: Vec<String> = match &args.id {
        Some(column) => {
            let texts = data::texts(frame, column)?.into_iter();
            texts.map(Option::unwrap_or_default).collect()
        }
        None => (1..=frame.height()).map(|row| row.to_string()).collect(),
    };
    let mut header = vec![args.id.as_deref().unwrap_or("row"), "items_rated"];
    header.extend(scores.names.iter().map(String::as_str));
    if scores.bands.is_some() {
        header.push("band");
    }
    let number = |value: f64| {
        if value.is_nan() {
            String::new()
        } else {
            value.to_string()
        }
    };
    let rows: Vec<Vec<String>> = names
        .into_iter()
        .enumerate()
        .map(|(i, name)| {
            let mut row = vec![name, scores.rated[i].to_string()];
            row.extend(scores.columns.iter().map(|column| number(column[i])));
            if let Some(bands) = &scores.bands {
                row.push(bands[i].map_or("", Band::as_str).to_owned());
            }
            row
        })
        .collect();
    output::rows(Format::Csv, &header, &rows, header.len())
}

fn numbers(frame: &DataFrame, name: &str) -> Result<Vec<f64>, Failure> {
    let column = frame
        .column(name)
        .map_err(|_| data::missing_column(frame, name))?;
    if column.dtype().is_string() {
        let rule = format!("column `{name}` must hold numbers");
        return Err(Failure::message("column_type", rule)
            .with_help("name further cells that mean `not rated` with --na"));
    }
    Ok(design::numbers(column).map_err(regtrial_study::StudyError::from)?)
}

/// `item1..item25` becomes the 25 names.
fn expand(items: &[String]) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for item in items {
        let Some((first, last)) = item.split_once("..") else {
            names.push(item.clone());
            continue;
        };
        let split = |name: &str| {
            let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
            let (stem, number) = name.split_at(name.len() - digits);
            number
                .parse::<u32>()
                .ok()
                .map(|parsed| (stem.to_owned(), parsed))
        };
        match (split(first), split(last)) {
            (Some((stem, from)), Some((other, to)))
                if stem == other && from <= to && to - from < 1000 =>
            {
                names.extend((from..=to).map(|i| format!("{stem}{i}")));
            }
            _ => {
                let rule = format!("`{item}` is no run of columns such as item1..item25");
                return Err(Failure::message("argument", rule));
            }
        }
    }
    Ok(names)
}

fn areas(given: &[String]) -> Result<Vec<(String, usize)>, Failure> {
    if given.is_empty() {
        let usual = worker_role::AREAS.iter();
        return Ok(usual
            .map(|(name, items)| ((*name).to_owned(), *items))
            .collect());
    }
    let wrong = || Failure::message("argument", "--areas must be NAME=ITEMS,NAME=ITEMS,...");
    let parsed = given.iter().map(|area| {
        let (name, items) = area.split_once('=').ok_or_else(wrong)?;
        let items = items.trim().parse().map_err(|_| wrong())?;
        Ok((name.trim().to_owned(), items))
    });
    parsed.collect()
}

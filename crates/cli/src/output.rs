//! Results in the format asked for.

use crate::args::{DataArgs, Format};
use crate::failure::Failure;
use comfy_table::{CellAlignment, ContentArrangement, Table, TableComponent, presets};
use regtrial_results::Record;
use serde::Serialize;
use std::fs;
use std::io::Write;

/// Which columns of a record a table shows, in order.
const COLUMNS: [&str; 18] = [
    "term",
    "group",
    "contrast",
    "time",
    "statistic",
    "method",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "statistic_value",
    "df",
    "p_value",
    "p_value_adjusted",
    "monte_carlo_error",
    "prediction_low",
    "prediction_high",
    "n_risk",
];

/// Columns that only some commands fill: CSV has them where they say something.
const OCCASIONAL: [&str; 6] = [
    "time",
    "p_value_adjusted",
    "monte_carlo_error",
    "prediction_low",
    "prediction_high",
    "n_risk",
];

/// Prints a document: as JSON as it is, else its records as a table.
pub(crate) fn print(
    args: &DataArgs,
    document: &impl Serialize,
    records: &[Record],
) -> Result<(), Failure> {
    if args.release.is_none() && !args.output.quiet {
        anstream::eprintln!(
            "note: these numbers have not passed disclosure control; --release applies it"
        );
    }
    print_public(args, document, records)
}

/// Prints published or planned numbers, which are nobody's data.
pub(crate) fn print_public(
    args: &DataArgs,
    document: &impl Serialize,
    records: &[Record],
) -> Result<(), Failure> {
    let text = match args.output.format {
        Format::Json => json(document)?,
        Format::Csv => csv_text(records)?,
        Format::Markdown => table(records, presets::ASCII_MARKDOWN),
        Format::Table => table(records, presets::UTF8_HORIZONTAL_ONLY),
    };
    write(args.out.as_deref(), &text)
}

pub(crate) fn json(document: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(document)
        .map(|text| text + "\n")
        .map_err(|_| Failure::message("output", "the results cannot be written as JSON"))
}

pub(crate) fn write(file: Option<&std::path::Path>, text: &str) -> Result<(), Failure> {
    match file {
        Some(path) => fs::write(path, text)
            .map_err(|error| Failure::write(&path.display().to_string(), &error)),
        None => anstream::stdout()
            .write_all(text.as_bytes())
            .map_err(|error| Failure::write("stdout", &error)),
    }
}

fn cell(record: &Record, column: &str, full: bool) -> String {
    let number = |value: f64| match (value.is_nan(), full) {
        (true, _) => String::new(),
        _ if value.is_infinite() => if value > 0.0 { "Inf" } else { "-Inf" }.to_owned(),
        (false, true) => value.to_string(),
        (false, false) => short(value),
    };
    match column {
        "term" => record.term.clone(),
        "group" => record.group.clone(),
        "contrast" => record.contrast.clone(),
        "time" => number(record.time),
        "statistic" => record.statistic.clone(),
        "method" => record.method.clone(),
        _ if record.suppressed => "withheld".to_owned(),
        "estimate" => number(record.estimate),
        "std_error" => number(record.std_error),
        "conf_low" => number(record.conf_low),
        "conf_high" => number(record.conf_high),
        "statistic_value" => number(record.statistic_value),
        "df" => number(record.df),
        "p_value" => number(record.p_value),
        "p_value_adjusted" => number(record.p_value_adjusted),
        "monte_carlo_error" => number(record.monte_carlo_error),
        "prediction_low" => number(record.prediction_low),
        "prediction_high" => number(record.prediction_high),
        "n_risk" => record.n_risk.map(|n| n.to_string()).unwrap_or_default(),
        "scale" => record.scale.clone(),
        "conf_level" => number(record.conf_level),
        "n" => record.n.map(|n| n.to_string()).unwrap_or_default(),
        _ => record
            .events
            .map(|events| events.to_string())
            .unwrap_or_default(),
    }
}

/// Six significant digits, no needless zeros.
pub(crate) fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor();
    if (-4.0..15.0).contains(&magnitude) {
        let decimals = (5.0 - magnitude).max(0.0) as usize;
        let text = format!("{value:.decimals$}");
        if text.contains('.') {
            return text.trim_end_matches('0').trim_end_matches('.').to_owned();
        }
        return text;
    }
    format!("{value:.4e}")
}

/// What a withheld record is taken to have had.
const USUAL: [&str; 5] = ["estimate", "std_error", "conf_low", "conf_high", "p_value"];

/// The columns in which some record has something to say.
fn used(records: &[Record]) -> Vec<&'static str> {
    let words: Vec<&str> = COLUMNS.into_iter().take_while(|c| *c != USUAL[0]).collect();
    let says = |column: &&str| {
        records.iter().any(|record| {
            let hides = record.suppressed && !words.contains(column);
            (!hides || USUAL.contains(column)) && !cell(record, column, true).is_empty()
        })
    };
    COLUMNS.into_iter().filter(says).collect()
}

fn table(records: &[Record], preset: &str) -> String {
    let columns = used(records);
    let words = columns.iter().take_while(|c| **c != "estimate").count();
    let rows: Vec<Vec<String>> = records
        .iter()
        .map(|record| {
            columns
                .iter()
                .map(|column| cell(record, column, false))
                .collect()
        })
        .collect();
    match preset == presets::UTF8_HORIZONTAL_ONLY {
        true => fitting(&columns, &rows, words, None),
        false => grid(&columns, &rows, words, preset, None),
    }
}

/// A table, or blocks where the terminal is too narrow for it.
fn fitting(header: &[&str], rows: &[Vec<String>], words: usize, wrapped: Option<u16>) -> String {
    let whole = grid(header, rows, words, presets::UTF8_HORIZONTAL_ONLY, wrapped);
    match terminal_width().map(usize::from) {
        Some(width) if whole.lines().any(|line| line.chars().count() > width) => {
            blocks(header, rows, words, width)
        }
        _ => whole,
    }
}

/// A table whose cells wrap at their spaces, in a terminal of a width.
pub(crate) fn wrapped(header: &[&str], rows: &[Vec<String>], words: usize, width: u16) -> String {
    grid(
        header,
        rows,
        words,
        presets::UTF8_HORIZONTAL_ONLY,
        Some(width),
    )
}

/// Rows that a terminal is too narrow for: the words of each on a line, its numbers with their names
/// below, none of them broken.
fn blocks(header: &[&str], rows: &[Vec<String>], words: usize, width: usize) -> String {
    let mut text = String::new();
    for row in rows {
        let head = row.iter().take(words).filter(|cell| !cell.is_empty());
        let head: Vec<&str> = head.map(String::as_str).collect();
        text.push_str(&head.join(" · "));
        text.push('\n');
        let mut line = String::new();
        for (name, cell) in header.iter().zip(row).skip(words) {
            let pair = format!("{name} {cell}");
            if cell.is_empty() {
                continue;
            }
            if !line.is_empty() && line.chars().count() + pair.chars().count() + 4 > width {
                text.push_str(&format!("  {line}\n"));
                line.clear();
            }
            if !line.is_empty() {
                line.push_str("  ");
            }
            line.push_str(&pair);
        }
        if !line.is_empty() {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text
}

/// Rows of cells in a format that is no JSON; the columns after the first `words` are numbers.
pub(crate) fn rows(
    format: Format,
    header: &[&str],
    rows: &[Vec<String>],
    words: usize,
) -> Result<String, Failure> {
    match format {
        Format::Csv => {
            let failed = |_| Failure::message("output", "the rows cannot be written as CSV");
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(header).map_err(failed)?;
            for row in rows {
                writer.write_record(row).map_err(failed)?;
            }
            let bytes = writer.into_inner().unwrap_or_default();
            Ok(String::from_utf8(bytes).unwrap_or_default())
        }
        Format::Markdown => Ok(grid(header, rows, words, presets::ASCII_MARKDOWN, None)),
        Format::Json | Format::Table => {
            // Sentences wrap and nothing else.
            let sentences = header.contains(&"rule").then_some(SENTENCES);
            let narrower = terminal_width().map_or(sentences, |terminal| {
                sentences
                    .map(|width| width.min(terminal))
                    .filter(|width| *width >= NARROW)
            });
            Ok(fitting(header, rows, words, narrower))
        }
    }
}

/// Below this, sentences in the cells of a table would be columns of single words.
const NARROW: u16 = 110;

/// How wide tables with sentences are where no terminal says it.
const SENTENCES: u16 = 132;

/// The columns of the terminal that stdout is; nothing if it is a file or a pipe, whose readers want
/// whole lines.
pub(crate) fn terminal_width() -> Option<u16> {
    let size = terminal_size::terminal_size_of(std::io::stdout());
    size.map(|(width, _)| width.0)
}

fn grid(
    header: &[&str],
    rows: &[Vec<String>],
    words: usize,
    preset: &str,
    width: Option<u16>,
) -> String {
    let mut table = Table::new();
    table
        .load_preset(preset)
        .set_content_arrangement(ContentArrangement::Disabled);
    if preset == presets::UTF8_HORIZONTAL_ONLY {
        // A rule above, below the header and at the end, none between rows.
        for component in [
            TableComponent::HorizontalLines,
            TableComponent::MiddleIntersections,
            TableComponent::LeftBorderIntersections,
            TableComponent::RightBorderIntersections,
        ] {
            table.remove_style(component);
        }
        for component in [
            TableComponent::HeaderLines,
            TableComponent::LeftHeaderIntersection,
            TableComponent::MiddleHeaderIntersections,
            TableComponent::RightHeaderIntersection,
        ] {
            table.set_style(component, '─');
        }
    }
    if let Some(width) = width {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
    }
    table.set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(words) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let text: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    text.join("\n") + "\n"
}

fn csv_text(records: &[Record]) -> Result<String, Failure> {
    let failed = |_| Failure::message("output", "the results cannot be written as CSV");
    let mut writer = csv::Writer::from_writer(Vec::new());
    let said = used(records);
    let columns: Vec<&str> = COLUMNS
        .into_iter()
        .filter(|column| !OCCASIONAL.contains(column) || said.contains(column))
        .chain(["scale", "conf_level", "n", "events"])
        .collect();
    writer.write_record(&columns).map_err(failed)?;
    for record in records {
        writer
            .write_record(columns.iter().map(|column| cell(record, column, true)))
            .map_err(failed)?;
    }
    let bytes = writer.into_inner().unwrap_or_default();
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

//! `regtrial ard`: results.json as analysis results data, a row a number.

use crate::Outcome;
use crate::args::{ArdArgs, ArdFormat};
use crate::failure::Failure;
use crate::output;
use regtrial_results::{AnalysisResult, analysis_results};
use std::fs;

const HEADER: [&str; 16] = [
    "analysis",
    "context",
    "population",
    "group1",
    "group1_level",
    "contrast",
    "outcome",
    "variable",
    "variable_level",
    "time",
    "statistic",
    "method",
    "stat_name",
    "stat_label",
    "stat",
    "warning",
];

pub(crate) fn run(args: &ArdArgs) -> Result<Outcome, Failure> {
    let name = args.results.display().to_string();
    let text = fs::read_to_string(&args.results).map_err(|error| {
        let rule = match error.kind() {
            std::io::ErrorKind::NotFound => format!("the file {name} does not exist"),
            _ => format!("the file {name} cannot be read as text"),
        };
        Failure::message("unreadable_file", rule)
    })?;
    let rows = analysis_results(&text).map_err(|error| {
        Failure::message("bad_results", format!("{name}: {error}"))
            .with_help("give the results.json of a run")
    })?;
    let text = match args.format {
        ArdFormat::Json => output::json(&rows)?,
        ArdFormat::Csv => csv_text(&rows)?,
    };
    output::write(args.out.as_deref(), &text)?;
    Ok(Outcome::Fine)
}

fn csv_text(rows: &[AnalysisResult]) -> Result<String, Failure> {
    let failed = |_| Failure::message("output", "the results cannot be written as CSV");
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::Any(b'\n'))
        .from_writer(Vec::new());
    writer.write_record(HEADER).map_err(failed)?;
    for row in rows {
        let stat = match &row.stat {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let cells: [&str; 16] = [
            &row.analysis,
            &row.context,
            &row.population,
            &row.group1,
            &row.group1_level,
            &row.contrast,
            &row.outcome,
            &row.variable,
            &row.variable_level,
            &row.time,
            &row.statistic,
            &row.method,
            &row.stat_name,
            &row.stat_label,
            &stat,
            &row.warning,
        ];
        writer.write_record(cells).map_err(failed)?;
    }
    let bytes = writer.into_inner().unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

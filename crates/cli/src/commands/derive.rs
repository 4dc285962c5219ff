//! `regtrial derive`: the person table, or the reason for one person's outcomes.

use super::load;
use crate::Outcome;
use crate::args::{DeriveArgs, Format};
use crate::failure::Failure;
use crate::output;
use crate::progress;
use polars::prelude::DataFrame;
use regtrial_registers::{Progress, write_csv, write_parquet};
use regtrial_study::population::{PopulationSettings, Route};
use regtrial_study::{Plan, Study};
use serde::Serialize;
use std::path::Path;

pub(crate) fn run(args: &DeriveArgs) -> Result<Outcome, Failure> {
    let plan = Plan::read(&args.plan)?;
    if let Some(id) = &args.why {
        return why(&load(plan, &args.output)?, id, args);
    }
    let Some(out) = &args.out else {
        return Err(Failure::message("output", "name a file with --out"));
    };
    let table = &table(plan, out, args)?;
    match out.extension().and_then(|extension| extension.to_str()) {
        Some("csv") => write_csv(table, out)?,
        Some("parquet") => write_parquet(table, out)?,
        _ => {
            return Err(Failure::message(
                "output",
                "the person table is written as .csv or .parquet",
            )
            .with_help("end the name of --out in one of them"));
        }
    }
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        file: String,
        people: usize,
        columns: Vec<&'a str>,
    }
    let document = Document {
        schema: "regtrial.derive/1",
        file: out.display().to_string(),
        people: table.height(),
        columns: table
            .columns()
            .iter()
            .map(|column| column.name().as_str())
            .collect(),
    };
    if args.output.format == Format::Json {
        output::write(None, &output::json(&document)?)?;
    } else if !args.output.quiet {
        anstream::eprintln!(
            "{}: {} people, {} columns; one row a person, not for release",
            document.file,
            document.people,
            document.columns.len()
        );
    }
    Ok(Outcome::Fine)
}

/// The person table, in the way that fits the size of the participant list.
fn table(plan: Plan, out: &Path, args: &DeriveArgs) -> Result<DataFrame, Failure> {
    let mut settings = PopulationSettings::new(out.to_owned());
    settings.memory = args.memory;
    let quiet = args.output.quiet;
    let read =
        |progress: &Progress| regtrial_study::population::person_table(&plan, &settings, progress);
    match progress::shown("reading registers", plan.bytes(), quiet, read)? {
        Route::Population { table, spilled } => {
            if !quiet {
                let beyond = match spilled {
                    true => ", some of them in temporary files",
                    false => "",
                };
                anstream::eprintln!(
                    "note: read as a population: the days of its spells alone{beyond}"
                );
            }
            return Ok(table);
        }
        Route::Ordinary(Some(why)) if !quiet => {
            anstream::eprintln!("note: read as a trial, whatever memory that takes: {why}");
        }
        _ => {}
    }
    Ok(load(plan, &args.output)?.person_table().clone())
}

fn why(study: &Study, id: &str, args: &DeriveArgs) -> Result<Outcome, Failure> {
    let mut id = id.to_owned();
    if id == "-" {
        id.clear();
        std::io::stdin()
            .read_line(&mut id)
            .map_err(|_| Failure::message("input", "no identifier could be read from stdin"))?;
    }
    let Some(text) = study.why(id.trim())? else {
        return Err(Failure::message(
            "unknown_person",
            "nobody in the participant list has this identifier",
        )
        .with_help("identifiers are texts: leading zeros count"));
    };
    if !args.output.quiet {
        anstream::eprintln!("note: what follows is one person's data; it must not leave");
    }
    if args.output.format == Format::Json {
        #[derive(Serialize)]
        struct Document {
            schema: &'static str,
            trace: Vec<String>,
        }
        let trace = text.lines().map(str::to_owned).collect();
        output::write(
            None,
            &output::json(&Document {
                schema: "regtrial.why/1",
                trace,
            })?,
        )?;
    } else {
        output::write(None, &text)?;
    }
    Ok(Outcome::Fine)
}

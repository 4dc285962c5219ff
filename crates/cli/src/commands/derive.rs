//! `regtrial derive`: the person table, person-months, or the reason for one person's outcomes.

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

/// What was written.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    file: String,
    people: usize,
    rows: usize,
    columns: Vec<String>,
}

pub(crate) fn run(args: &DeriveArgs) -> Result<Outcome, Failure> {
    let files = [&args.out, &args.panel, &args.sequences];
    for file in files.into_iter().flatten() {
        check_suffix(file)?;
    }
    let plan = Plan::read(&args.plan)?;
    if let Some(id) = &args.why {
        return why(plan, id, args);
    }
    if args.panel.is_none()
        && args.sequences.is_none()
        && let Some(out) = &args.out
    {
        let table = table(plan, out, args)?;
        write(table.height(), &table, out, "one row a person", args)?;
        return Ok(Outcome::Fine);
    }
    let study = load(plan, &args.output)?;
    let people = study.people().len();
    if let Some(out) = &args.out {
        write(people, study.person_table(), out, "one row a person", args)?;
    }
    if let Some(out) = &args.panel {
        need_registers(&study)?;
        let frame = study.person_months(args.months)?;
        write(people, &frame, out, "one row a person and month", args)?;
    }
    if let Some(out) = &args.sequences {
        if study.plan().sequences.is_empty() {
            let help = "declare one: [sequences.NAME] with a table `states`";
            let message = "the plan has no sequence of states";
            return Err(Failure::message("no_sequence", message).with_help(help));
        }
        let frame = study.state_sequences()?;
        write(people, &frame, out, "one row a person and month", args)?;
    }
    Ok(Outcome::Fine)
}

fn need_registers(study: &Study) -> Result<(), Failure> {
    if study.plan().endpoints.is_empty() {
        let message = "the plan has no endpoint: there are no person-months";
        return Err(Failure::message("no_endpoint", message));
    }
    Ok(())
}

fn check_suffix(file: &Path) -> Result<(), Failure> {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("csv" | "parquet") => Ok(()),
        _ => Err(
            Failure::message("output", "tables of people are written as .csv or .parquet")
                .with_help("end the name of the file in one of them"),
        ),
    }
}

fn write(
    people: usize,
    frame: &DataFrame,
    out: &Path,
    rows: &str,
    args: &DeriveArgs,
) -> Result<(), Failure> {
    if out.extension().is_some_and(|extension| extension == "csv") {
        write_csv(frame, out)?;
    } else {
        write_parquet(frame, out)?;
    }
    let names = frame
        .columns()
        .iter()
        .map(|column| column.name().to_string());
    let document = Document {
        schema: "regtrial.derive/1",
        file: out.display().to_string(),
        people,
        rows: frame.height(),
        columns: names.collect(),
    };
    if args.output.format == Format::Json {
        output::write(None, &output::json(&document)?)?;
    } else if !args.output.quiet {
        anstream::eprintln!(
            "{}: {} people, {} columns; {rows}, not for release",
            document.file,
            document.people,
            document.columns.len()
        );
    }
    Ok(())
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

fn why(plan: Plan, id: &str, args: &DeriveArgs) -> Result<Outcome, Failure> {
    let mut id = id.to_owned();
    if id == "-" {
        id.clear();
        std::io::stdin()
            .read_line(&mut id)
            .map_err(|_| Failure::message("input", "no identifier could be read from stdin"))?;
    }
    let bytes = plan.bytes();
    let explain = |progress: &Progress| Study::explain(plan, id.trim(), progress);
    let text = progress::shown("reading registers", bytes, args.output.quiet, explain)?;
    let Some(text) = text else {
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
        struct Trace {
            schema: &'static str,
            trace: Vec<String>,
        }
        let trace = text.lines().map(str::to_owned).collect();
        let schema = "regtrial.why/1";
        output::write(None, &output::json(&Trace { schema, trace })?)?;
    } else {
        output::write(None, &text)?;
    }
    Ok(Outcome::Fine)
}

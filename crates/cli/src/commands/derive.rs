//! `regtrial derive`: the person table, or the reason for one person's outcomes.

use super::load;
use crate::Outcome;
use crate::args::{DeriveArgs, Format};
use crate::failure::Failure;
use crate::output;
use regtrial_registers::{write_csv, write_parquet};
use regtrial_study::{Plan, Study};
use serde::Serialize;

pub(crate) fn run(args: &DeriveArgs) -> Result<Outcome, Failure> {
    let study = load(Plan::read(&args.plan)?, &args.output)?;
    if let Some(id) = &args.why {
        return why(&study, id, args);
    }
    let Some(out) = &args.out else {
        return Err(Failure::message("output", "name a file with --out"));
    };
    let table = study.person_table();
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

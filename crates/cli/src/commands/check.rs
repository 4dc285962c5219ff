//! `regtrial check`: read everything, compute nothing.

use crate::Outcome;
use crate::args::{CheckArgs, Format};
use crate::failure::Failure;
use crate::output;
use regtrial_study::{Plan, Study};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    participants: usize,
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    register: String,
    file: String,
    encoding: &'static str,
    delimiter: char,
    rows: u64,
    rows_of_participants: u64,
    columns: BTreeMap<&'static str, String>,
    refused: Vec<Refused>,
    repaired: BTreeMap<&'static str, u64>,
}

#[derive(Serialize)]
struct Refused {
    line: u64,
    field: Option<&'static str>,
    rule: &'static str,
}

pub(crate) fn run(args: &CheckArgs) -> Result<Outcome, Failure> {
    let study = Study::load(Plan::read(&args.plan)?)?;
    let mut document = Document {
        schema: "regtrial.check/1",
        participants: study.people().len(),
        files: Vec::new(),
    };
    for register in &study.plan().registers {
        for log in study.jobs(&register.key).iter().flat_map(|jobs| &jobs.logs) {
            let refused = log.refused.iter().map(|refusal| Refused {
                line: refusal.line,
                field: refusal.field,
                rule: refusal.rule,
            });
            document.files.push(File {
                register: register.key.clone(),
                file: log.file.display().to_string(),
                encoding: log.encoding,
                delimiter: log.delimiter,
                rows: log.rows,
                rows_of_participants: log.rows_of_people,
                columns: log.mapping.iter().cloned().collect(),
                refused: refused.collect(),
                repaired: log.repairs.clone(),
            });
        }
    }
    if args.output.format == Format::Json {
        output::write(args.out.as_deref(), &output::json(&document)?)?;
    } else {
        output::write(args.out.as_deref(), &text(&document))?;
    }
    Ok(Outcome::Fine)
}

fn text(document: &Document) -> String {
    let mut text = format!("the plan is fine; {} participants\n", document.participants);
    for file in &document.files {
        text.push_str(&format!(
            "\n{} ({}): {}, delimiter {:?}\n  {} rows, {} of participants, {} refused\n",
            file.file,
            file.register,
            file.encoding,
            file.delimiter,
            file.rows,
            file.rows_of_participants,
            file.refused.len()
        ));
        for (field, header) in &file.columns {
            text.push_str(&format!("  {field} <- {header}\n"));
        }
        for refused in &file.refused {
            let field = refused
                .field
                .map(|field| format!(" ({field})"))
                .unwrap_or_default();
            text.push_str(&format!(
                "  refused, line {}{field}: {}\n",
                refused.line, refused.rule
            ));
        }
        for (rule, count) in &file.repaired {
            text.push_str(&format!("  {rule} ({count})\n"));
        }
    }
    text
}

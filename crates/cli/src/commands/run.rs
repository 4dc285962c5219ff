//! `regtrial run`: the whole study into a folder.

mod closing;

use super::{load, say};
use crate::Outcome;
use crate::args::{Format, OutputArgs, RunArgs};
use crate::failure::Failure;
use crate::output;
use regtrial_report::tables::{RowKind, Table, tables};
use regtrial_report::{Document, InputFile, Provenance as Footer, documents};
use regtrial_results::{AnalysisKind, DiagnosticRecord, Ledger, Released};
use regtrial_study::{Lock, Plan, Provenance, Study};
use std::fs;
use std::path::Path;

/// A study that has been computed and written, in memory.
pub(crate) struct Made {
    pub(crate) study: Study,
    pub(crate) released: Released,
    /// Every file of the folder.
    pub(crate) documents: Vec<Document>,
}

/// Reads a plan and its data and makes every file; of a rehearsal with the arm labels permuted.
pub(crate) fn make(plan: &Path, blind: bool, output: &OutputArgs) -> Result<Made, Failure> {
    let mut plan = Plan::read(plan)?;
    plan.blind = blind;
    let study = load(plan, output)?;
    let earlier = earlier_releases(study.plan())?;
    let mut results = study.run()?;
    results.diagnostics.extend(deviations(&study)?);
    let released = results.release_after(study.plan().disclosure, &earlier);
    let provenance = Provenance::of(&study, &released)?;
    let internal = |_| Failure::message("internal", "the results cannot be written as JSON");
    let file = |name: &str, text: String| Document {
        path: name.to_owned(),
        bytes: text.into_bytes(),
    };
    let mut all = vec![
        file("results.json", released.to_json().map_err(internal)?),
        file("provenance.json", provenance.to_json().map_err(internal)?),
        file(
            "disclosure.json",
            released.disclosure_json().map_err(internal)?,
        ),
    ];
    let made = documents(&released, &footer(&provenance));
    all.extend(made.map_err(|error| Failure::message("report", error.to_string()))?);
    Ok(Made {
        study,
        released,
        documents: all,
    })
}

pub(crate) fn run(args: &RunArgs) -> Result<Outcome, Failure> {
    let made = make(&args.plan, args.blind, &args.output)?;
    for document in &made.documents {
        write(&args.out, &document.path, &document.bytes)?;
    }
    let (study, released) = (&made.study, &made.released);
    let internal = |_| Failure::message("internal", "the results cannot be written as JSON");
    // A rehearsal releases nothing that a later run could be subtracted from.
    if let (false, Some(ledger)) = (args.blind, &study.plan().ledger) {
        // Last, so that a run that failed has released nothing.
        let text = released.ledger().to_json().map_err(internal)?;
        fs::write(ledger, text).map_err(|e| Failure::write(&ledger.display().to_string(), &e))?;
    }
    // Said first, so that what was made and what needs a person stands last.
    let outcome = say(released.diagnostics(), args.output.quiet);
    match args.output.format {
        Format::Json => output::write(None, &released.to_json().map_err(internal)?)?,
        _ if args.output.quiet => {}
        _ => summary(args, &made)?,
    }
    Ok(outcome)
}

/// What the study does otherwise than it was locked, if it was.
fn deviations(study: &Study) -> Result<Vec<DiagnosticRecord>, Failure> {
    let path = Lock::path(study.plan());
    let name = path.display();
    match fs::read_to_string(&path) {
        Ok(text) => {
            let lock = Lock::parse(&text).map_err(|reason| {
                let rule = format!("{name} is no lock: {reason}");
                Failure::message("bad_lock", rule)
            })?;
            Ok(lock.deviations(study)?)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(_) => {
            let rule = format!("the lock {name} cannot be read");
            Err(Failure::message("unreadable_file", rule))
        }
    }
}

/// The releases before this one, if the plan keeps a ledger; a file that is not there yet is one
/// without releases.
fn earlier_releases(plan: &Plan) -> Result<Ledger, Failure> {
    let Some(file) = &plan.ledger else {
        return Ok(Ledger::default());
    };
    let name = file.display();
    match fs::read_to_string(file) {
        Ok(text) => Ledger::parse(&text).map_err(|reason| {
            Failure::message(
                "bad_ledger",
                format!("{name} is no ledger of releases: {reason}"),
            )
            .with_help("without the right ledger a release could be subtracted from an earlier one")
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Ledger::default()),
        Err(_) => {
            let rule = format!("the ledger {name} cannot be read");
            Err(Failure::message("unreadable_file", rule))
        }
    }
}

/// The first table of outcomes, what was refused, what was made and what needs a person.
fn summary(args: &RunArgs, made: &Made) -> Result<(), Failure> {
    let (study, released) = (&made.study, &made.released);
    let mut text = format!("{}\n\n", released.catalogue().title);
    let shown = tables(released);
    let of_outcomes = |table: &&Table| table.kind == AnalysisKind::Comparison;
    if let Some(table) = shown.iter().find(of_outcomes) {
        text.push_str(&outcomes(table));
        text.push('\n');
    }
    for register in &study.plan().registers {
        for log in study
            .register(&register.key)
            .iter()
            .flat_map(|read| &read.logs)
        {
            text.push_str(&refusals(log));
        }
    }
    text.push_str(&closing::text(&args.out, made));
    output::write(None, &text)
}

/// A table as wide as the terminal; in a file or a pipe Markdown.
fn outcomes(table: &Table) -> String {
    let Some(width) = output::terminal_width() else {
        return table.to_markdown();
    };
    let shown = table
        .rows
        .iter()
        .filter(|row| row.kind != RowKind::Unlisted);
    let rows = shown.map(|row| {
        let indent = if row.kind == RowKind::Detail {
            "  "
        } else {
            ""
        };
        let label = format!("{indent}{}", row.label);
        std::iter::once(label)
            .chain(row.cells.iter().cloned())
            .collect()
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let header: Vec<&str> = table.columns.iter().map(String::as_str).collect();
    let grid = output::wrapped(&header, &rows, 1, width);
    let notes: String = table.notes.iter().map(|note| format!("{note}\n")).collect();
    format!("{}\n{grid}{notes}", table.title)
}

/// What was refused, by line: for the analyst's screen, not for the files that may leave.
fn refusals(log: &regtrial_registers::FileLog) -> String {
    let mut text = format!(
        "{}: {} rows, {} of participants, {} refused\n",
        log.file.display(),
        log.rows,
        log.rows_of_people,
        log.refused.len()
    );
    for refusal in log.refused.iter().take(20) {
        let field = refusal
            .field
            .map(|field| format!(" ({field})"))
            .unwrap_or_default();
        text.push_str(&format!(
            "  line {}{field}: {}\n",
            refusal.line, refusal.rule
        ));
    }
    if log.refused.len() > 20 {
        text.push_str(&format!("  and {} more\n", log.refused.len() - 20));
    }
    for (rule, count) in &log.repairs {
        text.push_str(&format!("  {rule} ({count})\n"));
    }
    text
}

fn footer(provenance: &Provenance) -> Footer {
    let lines = vec![
        ("regtrial".to_owned(), provenance.version.to_owned()),
        (
            format!("plan {}", provenance.plan.file),
            format!("sha256 {}", provenance.plan.sha256),
        ),
        ("seed".to_owned(), provenance.seed.to_string()),
    ];
    let inputs = provenance.inputs.iter().map(|input| InputFile {
        file: input.file.clone(),
        sha256: input.sha256.clone(),
    });
    Footer {
        lines,
        inputs: inputs.collect(),
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let path = folder.join(name);
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(&path, bytes))
        .map_err(|error| Failure::write(&path.display().to_string(), &error))
}

//! `regtrial run`: the whole study into a folder.

use super::{load, say};
use crate::Outcome;
use crate::args::{Format, OutputArgs, RunArgs};
use crate::failure::Failure;
use crate::output;
use regtrial_report::tables::{Table, tables};
use regtrial_report::{Document, Provenance as Footer, documents};
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
    match args.output.format {
        Format::Json => output::write(None, &released.to_json().map_err(internal)?)?,
        _ if args.output.quiet => {}
        _ => summary(args, study, released, made.documents.len())?,
    }
    Ok(say(released.diagnostics(), args.output.quiet))
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

/// The first table of outcomes, and where everything is.
fn summary(
    args: &RunArgs,
    study: &Study,
    released: &Released,
    files: usize,
) -> Result<(), Failure> {
    let mut text = format!("{}\n\n", released.catalogue().title);
    let made = tables(released);
    let of_outcomes = |table: &&Table| table.kind == AnalysisKind::Comparison;
    if let Some(table) = made.iter().find(of_outcomes) {
        text.push_str(&table.to_markdown());
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
    text.push_str(&format!(
        "{files} files in {}; open {} in a browser\n",
        args.out.display(),
        args.out.join("report.html").display()
    ));
    output::write(None, &text)
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
    let mut lines = vec![
        ("regtrial".to_owned(), provenance.version.to_owned()),
        (
            format!("plan {}", provenance.plan.file),
            format!("sha256 {}", provenance.plan.sha256),
        ),
        ("seed".to_owned(), provenance.seed.to_string()),
    ];
    for input in &provenance.inputs {
        lines.push((input.file.clone(), format!("sha256 {}", input.sha256)));
    }
    Footer { lines }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let path = folder.join(name);
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(&path, bytes))
        .map_err(|error| Failure::write(&path.display().to_string(), &error))
}

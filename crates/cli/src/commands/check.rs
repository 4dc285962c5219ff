//! `regtrial check`: read everything, compute nothing; what was read, mapped, repaired and refused,
//! by file and rule.

use super::load;
use crate::Outcome;
use crate::args::{CheckArgs, Format};
use crate::failure::Failure;
use crate::{output, progress};
use regtrial_registers::{FileLog, Problem, Progress};
use regtrial_study::{Break, Plan, Study};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    participants: usize,
    files: Vec<File>,
    breaks: Vec<BreakFound>,
    /// What concerns no register: the participant list.
    warnings: Vec<Warning>,
    /// Whether every cell was searched for identifiers.
    full: bool,
}

#[derive(Serialize)]
struct File {
    register: String,
    file: String,
    encoding: &'static str,
    delimiter: Option<char>,
    rows: u64,
    rows_of_participants: u64,
    columns: BTreeMap<&'static str, String>,
    refused: Vec<Refused>,
    repaired: BTreeMap<&'static str, u64>,
    warnings: Vec<Warning>,
}

#[derive(Serialize)]
struct Refused {
    line: u64,
    field: Option<&'static str>,
    rule: &'static str,
}

#[derive(Serialize)]
struct Warning {
    code: &'static str,
    file: String,
    column: Option<String>,
    rule: String,
    help: Option<String>,
}

#[derive(Serialize)]
struct BreakFound {
    register: String,
    date: String,
    outcomes: Vec<String>,
    message: String,
}

pub(crate) fn run(args: &CheckArgs) -> Result<Outcome, Failure> {
    let study = load(Plan::read(&args.plan)?, &args.output)?;
    let mut warnings: Vec<Warning> = study.people().warnings.iter().map(warning).collect();
    if args.full {
        let bytes = study.plan().bytes();
        let search = |progress: &Progress| study.search_identifiers(progress);
        let found = progress::shown("searching", bytes, args.output.quiet, search)?;
        warnings.extend(found.iter().map(warning));
    }
    let document = Document {
        schema: "regtrial.check/1",
        participants: study.people().len(),
        files: files(&study),
        breaks: study.breaks().iter().map(break_found).collect(),
        warnings,
        full: args.full,
    };
    let text = match args.output.format {
        Format::Json => output::json(&document)?,
        format => {
            let table = output::rows(format, &HEADER, &rows(&document), WORDS)?;
            match format {
                Format::Table => summary(&document) + &table,
                _ => table,
            }
        }
    };
    output::write(args.out.as_deref(), &text)?;
    let warned = document.files.iter().any(|file| !file.warnings.is_empty());
    if warned || !document.warnings.is_empty() {
        Ok(Outcome::NeedsAPerson)
    } else {
        Ok(Outcome::Fine)
    }
}

fn files(study: &Study) -> Vec<File> {
    let mut files = Vec::new();
    for register in &study.plan().registers {
        let logs = study
            .register(&register.key)
            .into_iter()
            .flat_map(|read| &read.logs);
        files.extend(logs.map(|log| file(&register.key, log)));
    }
    files
}

fn file(register: &str, log: &FileLog) -> File {
    let refused = log.refused.iter().map(|refusal| Refused {
        line: refusal.line,
        field: refusal.field,
        rule: refusal.rule,
    });
    File {
        register: register.to_owned(),
        file: log.file.display().to_string(),
        encoding: log.encoding,
        delimiter: log.delimiter,
        rows: log.rows,
        rows_of_participants: log.rows_of_people,
        columns: log.mapping.iter().cloned().collect(),
        refused: refused.collect(),
        repaired: log.repairs.clone(),
        warnings: log.warnings.iter().map(warning).collect(),
    }
}

fn warning(problem: &Problem) -> Warning {
    Warning {
        code: problem.code,
        file: problem.file.display().to_string(),
        column: problem.column.clone(),
        rule: problem.rule.clone(),
        help: problem.help.clone(),
    }
}

fn break_found(found: &Break) -> BreakFound {
    BreakFound {
        register: found.register.clone(),
        date: regtrial_outcomes::calendar::iso(found.day),
        outcomes: found.outcomes.clone(),
        message: found.message(),
    }
}

fn summary(document: &Document) -> String {
    let rows: u64 = document.files.iter().map(|file| file.rows).sum();
    let refused: usize = document.files.iter().map(|file| file.refused.len()).sum();
    format!(
        "the plan is fine; {} participants, {} register files, {rows} rows, {refused} refused\n\n",
        document.participants,
        document.files.len(),
    )
}

const HEADER: [&str; 7] = ["register", "file", "what", "field", "rule", "lines", "rows"];
/// The columns of words.
const WORDS: usize = 6;

/// A row a file and rule: read, mapped, repaired, refused, warnings, breaks.
fn rows(document: &Document) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for file in &document.files {
        let mut row = |what: &str, field: &str, rule: String, lines: String, count: String| {
            let name = std::path::Path::new(&file.file).file_name();
            let name = name.map_or(file.file.clone(), |name| {
                name.to_string_lossy().into_owned()
            });
            let cells = [&file.register, &name, what, field, &rule, &lines, &count];
            rows.push(cells.map(ToString::to_string).to_vec());
        };
        let how = match file.delimiter {
            Some(delimiter) => format!("{}, delimiter {delimiter:?}", file.encoding),
            None => file.encoding.to_owned(),
        };
        let none = String::new;
        row("read", "", how, none(), file.rows.to_string());
        let kept = file.rows_of_participants.to_string();
        row("read", "", "rows of participants".to_owned(), none(), kept);
        for (field, header) in &file.columns {
            row("mapped", field, format!("from {header}"), none(), none());
        }
        for (rule, count) in &file.repaired {
            row(
                "repaired",
                "",
                (*rule).to_owned(),
                none(),
                count.to_string(),
            );
        }
        for ((field, rule), lines) in by_rule(&file.refused) {
            let count = lines.len().to_string();
            row("refused", field, rule.to_owned(), listed(&lines), count);
        }
        for found in &file.warnings {
            let field = found.column.as_deref().unwrap_or_default();
            row("warning", field, found.rule.clone(), none(), none());
        }
    }
    for found in &document.breaks {
        let rule = found.message.clone();
        rows.push(plain(&found.register, "", "break", "", rule));
    }
    for found in &document.warnings {
        let field = found.column.as_deref().unwrap_or_default();
        rows.push(plain("", &found.file, "warning", field, found.rule.clone()));
    }
    rows
}

fn plain(register: &str, file: &str, what: &str, field: &str, rule: String) -> Vec<String> {
    let cells = [register, file, what, field, &rule, "", ""];
    cells.map(ToString::to_string).to_vec()
}

type Lines<'a> = BTreeMap<(&'a str, &'a str), Vec<u64>>;

fn by_rule(refused: &[Refused]) -> Lines<'_> {
    let mut found = Lines::new();
    for refusal in refused {
        let key = (refusal.field.unwrap_or_default(), refusal.rule);
        found.entry(key).or_default().push(refusal.line);
    }
    found
}

/// The first lines of a rule.
fn listed(lines: &[u64]) -> String {
    let shown: Vec<String> = lines.iter().take(8).map(u64::to_string).collect();
    let more = if lines.len() > 8 { ", ..." } else { "" };
    shown.join(", ") + more
}

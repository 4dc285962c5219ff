//! The last lines of `run`: what was made, what needs a person, what is worth a look.

use super::Made;
use regtrial_results::DiagnosticRecord;
use std::path::Path;

pub(super) fn text(folder: &Path, made: &Made) -> String {
    let mut text = format!("Made in {}:\n", folder.display());
    for (name, what) in files(made) {
        text.push_str(&format!("  {name:<16}{what}\n"));
    }
    let needed = needed(made);
    text.push_str(match needed.is_empty() {
        true => "Needs a person: nothing\n",
        false => "Needs a person:\n",
    });
    text.push_str(&needed);
    let look = worth_a_look(made);
    if !look.is_empty() {
        text.push_str("Worth a look:\n");
        text.push_str(&look);
    }
    text
}

fn files(made: &Made) -> Vec<(String, String)> {
    let count = |folder: &str, suffix: &str| {
        let all = made.documents.iter().map(|document| &document.path);
        all.filter(|path| path.starts_with(folder) && path.ends_with(suffix))
            .count()
    };
    let mut found = vec![(
        "report.html".to_owned(),
        "everything on one page; open it in a browser".to_owned(),
    )];
    for (folder, suffix, what, how) in [
        (
            "tables/",
            ".md",
            "table",
            "CSV, Markdown, HTML, LaTeX, Word and Excel",
        ),
        ("figures/", ".svg", "figure", "SVG, PNG and points as CSV"),
    ] {
        let number = count(folder, suffix);
        let plural = if number == 1 { "" } else { "s" };
        if number > 0 {
            found.push((folder.to_owned(), format!("{number} {what}{plural}: {how}")));
        }
    }
    let json = [
        ("results.json", "every number"),
        ("provenance.json", "what it was made from"),
        (
            "disclosure.json",
            "what was withheld, for the output checker",
        ),
    ];
    found.extend(json.map(|(name, what)| (name.to_owned(), what.to_owned())));
    found
}

/// The warnings and errors by their names; their sentences stand above.
fn needed(made: &Made) -> String {
    let found = made.released.diagnostics().iter();
    let found = found.filter(|found| found.needs_a_person()).map(|found| {
        let DiagnosticRecord {
            code,
            severity,
            term,
            ..
        } = found;
        let term = term
            .as_ref()
            .map(|term| format!(" ({term})"))
            .unwrap_or_default();
        format!("  {severity}[{code}]{term}\n")
    });
    found.collect()
}

fn worth_a_look(made: &Made) -> String {
    let mut text = String::new();
    let registers = made.study.plan().registers.iter();
    let read = registers.filter_map(|register| made.study.register(&register.key));
    let refused: usize = read
        .flat_map(|read| &read.logs)
        .map(|log| log.refused.len())
        .sum();
    if refused > 0 {
        let what = if refused == 1 { "row was" } else { "rows were" };
        text.push_str(&format!("  {refused} {what} refused, by the lines above\n"));
    }
    let withheld = made.released.withheld();
    let all = withheld.primary + withheld.secondary + withheld.other;
    if all > 0 {
        let what = match all {
            1 => "number of the results is",
            _ => "numbers of the results are",
        };
        text.push_str(&format!("  {all} {what} withheld\n"));
    }
    let notes = made.released.diagnostics().iter();
    let notes = notes.filter(|found| !found.needs_a_person()).count();
    if notes > 0 {
        let what = if notes == 1 { "note" } else { "notes" };
        text.push_str(&format!("  {notes} {what}, at the end of the page\n"));
    }
    text
}

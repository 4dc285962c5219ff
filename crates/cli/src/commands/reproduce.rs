//! `regtrial reproduce`: published studies recomputed. Printed numbers are public: nothing is withheld.

use crate::args::{Format, ReproduceArgs};
use crate::failure::Failure;
use crate::{Outcome, output};
use regtrial_stats::consistency::Printed;
use regtrial_study::published::{Manifest, Recomputed, Reproduction, Shelf, Verdict, reproduce};
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    summary: Summary,
    studies: &'a [Reproduction],
}

#[derive(Serialize)]
struct Summary {
    agrees: usize,
    differs: usize,
    cannot_be_recomputed: usize,
    does_not_fit: usize,
}

pub(crate) fn run(args: &ReproduceArgs) -> Result<Outcome, Failure> {
    if args.list {
        return list(args);
    }
    let studies: Vec<Reproduction> = manifests(args.study.as_deref())?
        .iter()
        .map(reproduce)
        .collect::<Result<_, _>>()?;
    let count = |verdict| studies.iter().map(|study| study.count(verdict)).sum();
    let summary = Summary {
        agrees: count(Verdict::Agrees),
        differs: count(Verdict::Differs),
        cannot_be_recomputed: count(Verdict::CannotBeRecomputed),
        does_not_fit: count(Verdict::DoesNotFit),
    };
    let said = format!(
        "{} agree, {} differ, {} do not fit together, {} cannot be recomputed",
        summary.agrees, summary.differs, summary.does_not_fit, summary.cannot_be_recomputed
    );
    let needs_a_person = args.strict && summary.differs + summary.does_not_fit > 0;
    let text = match args.output.format {
        Format::Json => output::json(&Document {
            schema: "regtrial.reproduce/1",
            summary,
            studies: &studies,
        })?,
        Format::Csv => output::rows(Format::Csv, &CSV, &csv(&studies), CSV.len())?,
        format => {
            let pages: Result<Vec<String>, Failure> =
                studies.iter().map(|study| page(study, format)).collect();
            pages?.join("\n")
        }
    };
    output::write(args.out.as_deref(), &text)?;
    if !args.output.quiet {
        anstream::eprintln!("{said}");
    }
    Ok(if needs_a_person {
        Outcome::NeedsAPerson
    } else {
        Outcome::Fine
    })
}

fn list(args: &ReproduceArgs) -> Result<Outcome, Failure> {
    let mut rows = Vec::new();
    for manifest in manifests(None)? {
        rows.push(vec![manifest.key.clone(), manifest.study.title.clone()]);
    }
    let text = match args.output.format {
        Format::Json => output::json(&rows)?,
        format => output::rows(format, &["study", "title"], &rows, 2)?,
    };
    output::write(args.out.as_deref(), &text)?;
    Ok(Outcome::Fine)
}

fn manifests(study: Option<&str>) -> Result<Vec<Manifest>, Failure> {
    let Some(name) = study else {
        let all: Result<Vec<_>, _> = Shelf::keys().map(Shelf::embedded).collect();
        return Ok(all?.into_iter().flatten().collect());
    };
    if let Some(manifest) = Shelf::embedded(name)? {
        return Ok(vec![manifest]);
    }
    let path = Path::new(name);
    if !path.exists() {
        let keys: Vec<&str> = Shelf::keys().collect();
        let rule = format!("there is no study `{name}`, and no manifest at that path");
        return Err(Failure::message("unknown_study", rule).with_help(keys.join(", ")));
    }
    Ok(vec![Manifest::read(path)?])
}

const CSV: [&str; 13] = [
    "study",
    "kind",
    "label",
    "printed",
    "unit",
    "recomputed",
    "difference",
    "verdict",
    "basis",
    "how",
    "note",
    "source",
    "place",
];

/// A row a number, a check and an unknown.
fn csv(studies: &[Reproduction]) -> Vec<Vec<String>> {
    let number = |value: f64| {
        if value.is_finite() {
            value.to_string()
        } else {
            String::new()
        }
    };
    let mut rows = Vec::new();
    for study in studies {
        for found in &study.numbers {
            rows.push(vec![
                study.study.clone(),
                "number".to_owned(),
                found.label.clone(),
                found.printed.clone(),
                found.unit.clone(),
                number(found.recomputed),
                number(found.difference),
                found.verdict.as_str().to_owned(),
                found.basis.clone(),
                found.how.clone(),
                found.note.clone(),
                found.source.clone(),
                found.place.clone(),
            ]);
        }
        let mut also = |kind: &str, label: &str, verdict: &str, text: &str| {
            let mut row = vec![String::new(); CSV.len()];
            for (place, cell) in [
                (0, study.study.as_str()),
                (1, kind),
                (2, label),
                (7, verdict),
                (9, text),
            ] {
                cell.clone_into(&mut row[place]);
            }
            rows.push(row);
        };
        for found in &study.findings {
            also(
                "check",
                &found.label,
                found.verdict.as_str(),
                &found.finding,
            );
        }
        for unknown in &study.unknown {
            also("unknown", "", Verdict::CannotBeRecomputed.as_str(), unknown);
        }
    }
    rows
}

/// One study for a reader.
fn page(study: &Reproduction, format: Format) -> Result<String, Failure> {
    let markdown = format == Format::Markdown;
    let mut text = if markdown {
        format!("## {}\n\n", study.title)
    } else {
        format!("{} [{}]\n", study.title, study.study)
    };
    let header = [
        "number",
        "printed",
        "recomputed",
        "digits off",
        "verdict",
        "counts",
        "how",
    ];
    let rows: Vec<Vec<String>> = study.numbers.iter().map(row).collect();
    text.push_str(&output::rows(format, &header, &rows, header.len())?);
    let lines = |text: &mut String, heading: &str, items: Vec<String>| {
        if !items.is_empty() {
            text.push_str(&format!("\n{heading}\n"));
            for item in items {
                text.push_str(&format!("- {item}\n"));
            }
        }
    };
    let findings = study.findings.iter().map(|found| {
        format!(
            "{} ({}): {}",
            found.label,
            found.verdict.as_str(),
            found.finding
        )
    });
    lines(
        &mut text,
        "Do the printed numbers fit together?",
        findings.collect(),
    );
    lines(&mut text, "Read with care:", study.notes.clone());
    let notes = study.numbers.iter().filter(|found| !found.note.is_empty());
    let notes = notes.map(|found| format!("{}: {}", found.label, found.note));
    lines(&mut text, "Notes:", notes.collect());
    lines(
        &mut text,
        "Not known, and not filled in:",
        study.unknown.clone(),
    );
    let sources = study.sources.iter().map(|source| match &source.doi {
        Some(doi) => format!("{}, doi {doi}", source.citation),
        None => source.citation.clone(),
    });
    lines(&mut text, "Sources:", sources.collect());
    Ok(text)
}

fn row(found: &Recomputed) -> Vec<String> {
    let with_unit = |text: String| match found.unit.as_str() {
        _ if text.is_empty() => text,
        "" => text,
        unit => format!("{text} {unit}"),
    };
    let digits = found.printed.trim_start_matches('<').trim();
    let decimals = Printed::parse(digits).map_or(2, |p| p.decimals() as usize) + 2;
    let (ours, off) = if found.recomputed.is_finite() {
        let ours = if found.difference.is_finite() {
            format!("{:.decimals$}", found.recomputed)
        } else {
            output::short(found.recomputed)
        };
        let off = if found.difference.is_finite() {
            format!("{:+.1}", found.difference)
        } else {
            String::new()
        };
        (ours, off)
    } else {
        (String::new(), String::new())
    };
    vec![
        found.label.clone(),
        with_unit(found.printed.clone()),
        with_unit(ours),
        off,
        found.verdict.as_str().to_owned(),
        found.basis.clone(),
        found.how.clone(),
    ]
}

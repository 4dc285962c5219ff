//! How the numbers of the page came about: marks at headings and captions, the section of methods with
//! their references and comparisons, and the table of where each analysis comes from.

use crate::documents::Provenance;
use crate::figures::Figure;
use crate::format::UNDEFINED;
use crate::language::{between, said};
use crate::tables::Table;
use maud::{Markup, html};
use regtrial_results::{Agreement, Analysis, Catalogue, Language, MethodNote, Record, Released};
use std::collections::BTreeMap;

/// The methods of a table's columns as footnotes: columns of the same methods share a letter.
pub(super) struct Footnotes<'a> {
    table: &'a Table,
    catalogue: &'a Catalogue,
    sets: Vec<&'a [String]>,
}

impl<'a> Footnotes<'a> {
    pub(super) fn of(table: &'a Table, catalogue: &'a Catalogue) -> Self {
        let mut sets: Vec<&[String]> = Vec::new();
        for methods in &table.methods {
            if !methods.is_empty() && !sets.contains(&methods.as_slice()) {
                sets.push(methods);
            }
        }
        Self {
            table,
            catalogue,
            sets,
        }
    }

    fn id(&self, set: usize) -> String {
        format!("made-{}-{}", self.table.key, letter(set))
    }

    /// The letter at a heading.
    pub(super) fn mark(&self, column: usize) -> Markup {
        let methods = self.table.methods.get(column);
        let set = methods.and_then(|own| self.sets.iter().position(|set| set == own));
        html! {
            @if let Some(set) = set {
                @let name = format!("{} {}", self.said("Method"), letter(set));
                sup { a href=(format!("#{}", self.id(set))) aria-label=(name) { (letter(set)) } }
            }
        }
    }

    /// What the letters stand for, and the way to where the numbers come from.
    pub(super) fn below(&self) -> Markup {
        let table = self.table;
        html! {
            @if !self.sets.is_empty() || !table.methods_of_notes.is_empty() {
                p {
                    @for (set, methods) in self.sets.iter().enumerate() {
                        span.made id=(self.id(set)) {
                            sup { (letter(set)) } " " (names(methods, self.catalogue)) ". "
                        }
                    }
                    @if !table.methods_of_notes.is_empty() {
                        span.made {
                            (self.said("In the notes")) ": "
                            (names(&table.methods_of_notes, self.catalogue)) "."
                        }
                    }
                }
            }
            @if is_described(self.catalogue, &table.key) {
                p.onscreen { (origin(&table.key, self.catalogue.language)) }
            }
        }
    }

    fn said(&self, english: &str) -> String {
        said(self.catalogue.language, english)
    }
}

/// `a`, `b`, ...; numbers beyond `z`.
fn letter(set: usize) -> String {
    let letters = u8::try_from(set).ok().filter(|set| *set < 26);
    letters.map_or(set.to_string(), |set| char::from(b'a' + set).to_string())
}

fn names(methods: &[String], catalogue: &Catalogue) -> Markup {
    let found = methods.iter().filter_map(|key| catalogue.method(key));
    html! {
        @for (i, method) in found.enumerate() {
            @if i > 0 { "; " }
            a href=(format!("#method-{}", method.key)) { (method.name) }
        }
    }
}

fn origin(key: &str, language: Language) -> Markup {
    html! {
        a href=(format!("#source-{key}")) { (said(language, "Where these numbers come from")) }
    }
}

fn is_described(catalogue: &Catalogue, key: &str) -> bool {
    let mut analyses = catalogue.analyses.iter();
    analyses.any(|analysis| analysis.key == key && !analysis.made_by.is_empty())
}

/// Below a figure: the table that has its numbers; without one the methods of its analysis.
pub(super) fn below_figure(analysis: &Analysis, tables: &[Table], catalogue: &Catalogue) -> Markup {
    let language = catalogue.language;
    let table = tables.iter().find(|table| table.key == analysis.key);
    html! {
        @if let (Some(table), true) = (table, is_described(catalogue, &analysis.key)) {
            p {
                (said(language, "The numbers are in the table")) " "
                a href=(format!("#table-{}", table.key)) { (table.title) } "."
            }
        } @else if is_described(catalogue, &analysis.key) {
            @let keys = keys(analysis);
            p {
                span.made { (said(language, "Method")) ": " (names(&keys, catalogue)) ". " }
                span.onscreen { (origin(&analysis.key, language)) }
            }
        }
    }
}

fn keys(analysis: &Analysis) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for key in analysis.made_by.iter().flat_map(|made| &made.methods) {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    keys
}

/// The tables and figures of the page as links are made to them: analysis, anchor, title.
pub(super) struct Shown {
    pub(super) analysis: String,
    pub(super) anchor: String,
    pub(super) title: String,
    methods: Vec<String>,
}

/// What is on the page: its tables, and its figures that have no table.
pub(super) fn shown(tables: &[Table], figures: &[(&Analysis, Figure)]) -> Vec<Shown> {
    let of_tables = tables.iter().map(|table| Shown {
        analysis: table.key.clone(),
        anchor: format!("table-{}", table.key),
        title: table.title.clone(),
        methods: [table.methods.concat(), table.methods_of_notes.clone()].concat(),
    });
    let alone = figures
        .iter()
        .filter(|(analysis, _)| tables.iter().all(|table| table.key != analysis.key));
    let of_figures = alone.map(|(analysis, figure)| Shown {
        analysis: analysis.key.clone(),
        anchor: format!("figure-{}", figure.key),
        title: figure.title.clone(),
        methods: keys(analysis),
    });
    of_tables.chain(of_figures).collect()
}

/// The methods of the page, and those that only `results.json` has numbers of.
pub(super) fn section(catalogue: &Catalogue, shown: &[Shown]) -> Markup {
    let language = catalogue.language;
    let uses = |key: &str| -> Vec<&Shown> {
        let has = |one: &&Shown| one.methods.iter().any(|method| method == key);
        shown.iter().filter(has).collect()
    };
    let used = catalogue
        .methods
        .iter()
        .map(|method| (method, uses(&method.key)));
    let (on_page, elsewhere): (Vec<_>, Vec<_>) = used.partition(|(_, uses)| !uses.is_empty());
    html! {
        @if !on_page.is_empty() {
            section.methods {
                h2 id="methods" { (said(language, "Methods and references")) }
                p {
                    (said(language, "Compared: numbers of an independent program or of mpmath beside \
                     those of this version, in its tests. Differences are relative, near zero \
                     absolute; the largest that was seen, and the largest that the tests let pass."))
                }
                @for (method, uses) in &on_page { (entry(method, uses, language)) }
                @if !elsewhere.is_empty() {
                    details {
                        summary { (said(language, "Methods of further numbers in results.json")) }
                        @for (method, _) in &elsewhere { (entry(method, &[], language)) }
                    }
                }
            }
        }
    }
}

fn entry(method: &MethodNote, uses: &[&Shown], language: Language) -> Markup {
    html! {
        div.method id=(format!("method-{}", method.key)) {
            h3 { (method.name) }
            p { (method.text) }
            @for reference in &method.references { p.reference { (reference) } }
            @if method.agreement.is_empty() {
                p.check { (said(language, "Not compared with another program.")) }
            }
            @for agreement in &method.agreement { (compared(agreement, language)) }
            @if !uses.is_empty() {
                p.check {
                    (said(language, "Used in")) ": "
                    @for (i, one) in uses.iter().enumerate() {
                        @if i > 0 { "; " }
                        a href=(format!("#{}", one.anchor)) { (one.title) }
                    }
                }
            }
        }
    }
}

/// What comparisons may be with, or say of themselves, beside the names of programs.
const OTHERWISE: [&str; 4] = [
    "calculation by hand",
    "closed test",
    "every model refitted",
    "other draws",
];

/// A number to one digit, as `3e-12`.
fn digit(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        other => format!("{other:.0e}"),
    }
}

fn compared(agreement: &Agreement, language: Language) -> Markup {
    let Agreement {
        against,
        values,
        largest,
        tolerance,
        ..
    } = agreement;
    let word = |english: &str| said(language, english);
    let source = OTHERWISE.iter().fold(against.clone(), |text, english| {
        text.replace(english, &word(english))
    });
    html! {
        p.check {
            (word("Compared with")) " " (source) ": " (values) " " (word("numbers")) ", "
            (word("largest difference")) " " (digit(*largest)) " (" (digit(*tolerance)) " "
            (word("allowed")) ")."
        }
    }
}

/// Where each table and figure comes from.
pub(super) fn sources(released: &Released, shown: &[Shown], provenance: &Provenance) -> Markup {
    let catalogue = released.catalogue();
    let language = catalogue.language;
    let find = |one: &Shown| catalogue.analyses.iter().find(|a| a.key == one.analysis);
    let rows = shown
        .iter()
        .filter_map(|one| find(one).map(|found| (one, found)));
    let rows: Vec<(&Shown, &Analysis)> = rows.filter(|(_, a)| !a.made_by.is_empty()).collect();
    let headings = [
        "Table or figure",
        "In study.toml",
        "Of",
        "Population",
        "People",
        "Files",
    ];
    html! {
        @if !rows.is_empty() {
            section {
                h2 id="sources" { (said(language, "Where the numbers come from")) }
                div.scroll tabindex="0" role="region" aria-labelledby="sources" {
                    table.text.stacked {
                        thead { tr { @for heading in headings { th scope="col" { (said(language, heading)) } } } }
                        tbody {
                            @for (one, analysis) in &rows {
                                (source(one, analysis, released, provenance))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn source(
    one: &Shown,
    analysis: &Analysis,
    released: &Released,
    provenance: &Provenance,
) -> Markup {
    let from = &analysis.source;
    let language = released.catalogue().language;
    let place = |file: &String| {
        provenance
            .inputs
            .iter()
            .position(|input| input.file == *file)
    };
    let files: Vec<usize> = from.inputs.iter().filter_map(place).collect();
    html! {
        tr id=(format!("source-{}", analysis.key)) {
            th scope="row" { a href=(format!("#{}", one.anchor)) { (one.title) } }
            td data-label=(said(language, "In study.toml")) {
                @if from.plan.is_empty() { (UNDEFINED) } @else { code { "[" (from.plan) "]" } }
            }
            td data-label=(said(language, "Of")) { (from.outcomes.join("; ")) }
            td data-label=(said(language, "Population")) { (said(language, &from.population)) }
            td data-label=(said(language, "People")) { (people(released, analysis)) }
            td data-label=(said(language, "Files")) {
                @for (i, file) in files.iter().enumerate() {
                    @if i > 0 { ", " }
                    a href=(format!("#input-{}", file + 1)) { (file + 1) }
                }
            }
        }
    }
}

/// The people behind the contrasts or terms, from the fewest to the most where they differ; without
/// these, those of all arms.
fn people(released: &Released, analysis: &Analysis) -> String {
    let language = released.catalogue().language;
    let whole = |record: &&Record| !record.contrast.is_empty() || !is_of_part(record);
    let counts = released.of(&analysis.key).filter(whole);
    let counts: Vec<u64> = counts.filter_map(|record| record.n).collect();
    match (counts.iter().min(), counts.iter().max()) {
        (Some(fewest), Some(most)) if fewest == most => most.to_string(),
        (Some(fewest), Some(most)) => format!("{fewest}{}{most}", between(language, "to")),
        _ => of_arms(released, analysis).map_or(UNDEFINED.to_owned(), |all| all.to_string()),
    }
}

/// Whether a record is of an arm or of a step, so that its people are not all.
fn is_of_part(record: &Record) -> bool {
    !record.group.is_empty() || record.term.is_empty()
}

/// The most people of each arm, added up; nothing if those of one may not be known.
fn of_arms(released: &Released, analysis: &Analysis) -> Option<u64> {
    let mut arms: BTreeMap<&str, Option<u64>> = BTreeMap::new();
    for record in released.of(&analysis.key) {
        let count = match record.statistic.as_str() {
            "people" | "flow" => Some(record.estimate as u64).filter(|_| !record.suppressed),
            _ => record.n,
        };
        let is_whole = match record.statistic.as_str() {
            "flow" => record.level == "randomised",
            _ => !record.group.is_empty(),
        };
        if is_whole {
            let most = arms.entry(record.group.as_str()).or_default();
            *most = (*most).max(count);
        }
    }
    let all: Option<Vec<u64>> = arms.into_values().collect();
    all.filter(|all| !all.is_empty())
        .map(|all| all.iter().sum())
}

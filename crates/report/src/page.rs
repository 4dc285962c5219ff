//! The page: one HTML file that holds every table and figure, and asks for nothing else.

use crate::documents::Provenance;
use crate::figures::Figure;
use crate::format::{fixed, withheld_count};
use crate::tables::Table;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use regtrial_results::{AnalysisKind, DiagnosticRecord, Released};

const STYLE: &str = include_str!("page.css");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// The whole page.
pub(crate) fn page(
    released: &Released,
    provenance: &Provenance,
    tables: &[Table],
    figures: &[Figure],
) -> String {
    let is_outcome = |table: &&Table| table.kind == AnalysisKind::Comparison;
    let title = &released.catalogue().title;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    header {
                        h1 { (title) }
                        p.study { (study_line(released)) }
                    }
                    @for table in tables.iter().filter(is_outcome) { (table_section(table)) }
                    @for figure in figures { (figure_section(figure)) }
                    @for table in tables.iter().filter(|table| !is_outcome(table)) {
                        (table_section(table))
                    }
                    (diagnostics(released.diagnostics()))
                    (disclosure(released))
                }
                (footer(provenance))
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

/// Design, arms with their numbers of people, short name.
fn study_line(released: &Released) -> String {
    let catalogue = released.catalogue();
    let design = match catalogue.design.as_str() {
        "randomised" => "Randomised trial",
        "cohort" => "Cohort study",
        "register" => "Register study",
        other => other,
    };
    let arms: Vec<String> = catalogue
        .arms
        .iter()
        .map(|arm| arm_size(released, arm))
        .collect();
    let parts = [design.to_owned(), arms.join(", "), catalogue.name.clone()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

fn arm_size(released: &Released, arm: &str) -> String {
    let mut records = released.records().iter();
    match records.find(|record| record.statistic == "people" && record.group == arm) {
        Some(people) if people.suppressed => {
            format!(
                "{arm} (n {})",
                withheld_count(released.policy().minimum_count)
            )
        }
        Some(people) => format!("{arm} (n = {})", fixed(people.estimate, 0)),
        None => arm.to_owned(),
    }
}

fn table_section(table: &Table) -> Markup {
    html! { section { div.scroll tabindex="0" { (table.markup()) } } }
}

fn figure_section(figure: &Figure) -> Markup {
    html! {
        section {
            figure id=(format!("figure-{}", figure.key)) {
                (PreEscaped(figure.svg.as_str()))
                @if !figure.notes.is_empty() {
                    figcaption { @for note in &figure.notes { p { (note) } } }
                }
            }
        }
    }
}

fn diagnostics(found: &[DiagnosticRecord]) -> Markup {
    html! {
        @if !found.is_empty() {
            section {
                h2 { "Diagnostics" }
                div.scroll tabindex="0" {
                    table.text {
                        thead {
                            tr {
                                @for heading in ["Code", "Severity", "Concerns", "Message"] {
                                    th scope="col" { (heading) }
                                }
                            }
                        }
                        tbody { @for diagnostic in found { (diagnostic_row(diagnostic)) } }
                    }
                }
            }
        }
    }
}

fn diagnostic_row(diagnostic: &DiagnosticRecord) -> Markup {
    html! {
        tr {
            th scope="row" { code { (diagnostic.code) } }
            td { (diagnostic.severity) }
            td { (diagnostic.term.as_deref().unwrap_or_default()) }
            td { (diagnostic.message) }
        }
    }
}

fn disclosure(released: &Released) -> Markup {
    let minimum = released.policy().minimum_count;
    let withheld = released.withheld();
    html! {
        section {
            h2 { "Disclosure control" }
            @if minimum > 1 {
                p {
                    "Counts of people from 1 to " (minimum - 1) " are withheld, and with them "
                    "every number that shows them or would give them back. Statistics withheld: "
                    (withheld.primary) " for such a count, " (withheld.secondary)
                    " so that it cannot be derived."
                }
            } @else {
                p { "No minimum count was set: nothing is withheld." }
            }
        }
    }
}

fn footer(provenance: &Provenance) -> Markup {
    html! {
        @if !provenance.lines.is_empty() {
            footer {
                h2 { "Provenance" }
                table.text {
                    tbody {
                        @for (label, value) in &provenance.lines {
                            tr { th scope="row" { (label) } td { (value) } }
                        }
                    }
                }
            }
        }
    }
}

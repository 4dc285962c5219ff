//! The page: one HTML file that holds every table and figure, and asks for nothing else.

use crate::documents::Provenance;
use crate::figures::Figure;
use crate::format::{WITHHELD, fixed};
use crate::language::{code, numbers, said, sentences, states};
use crate::tables::Table;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use methods::Footnotes;
use regtrial_results::{Analysis, AnalysisKind, Catalogue, DiagnosticRecord, Language, Released};

mod methods;

const STYLE: &str = include_str!("page.css");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// The whole page.
pub(crate) fn page(
    released: &Released,
    provenance: &Provenance,
    tables: &[Table],
    figures: &[(&Analysis, Figure)],
) -> String {
    let is_outcome = |table: &&Table| table.kind == AnalysisKind::Comparison;
    let catalogue = released.catalogue();
    let language = catalogue.language;
    let title = &said(language, &catalogue.title);
    let shown = methods::shown(tables, figures);
    let first: Vec<&Table> = tables.iter().filter(is_outcome).collect();
    let others: Vec<&Table> = tables.iter().filter(|table| !is_outcome(table)).collect();
    let page = html! {
        (DOCTYPE)
        html lang=(code(language)) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#results" { (said(language, "Skip to the results")) }
                header.page {
                    h1 { (title) }
                    p.study { (study_line(released)) }
                }
                (contents(released, &first, figures, &others, !provenance.lines.is_empty()))
                main id="results" {
                    @for table in &first { (table_section(table, catalogue)) }
                    @for (analysis, figure) in figures {
                        (figure_section(figure, methods::below_figure(analysis, tables, catalogue), language))
                    }
                    @for table in &others { (table_section(table, catalogue)) }
                    (diagnostics(released.diagnostics(), language))
                    (disclosure(released))
                    (methods::section(catalogue, &shown))
                    (methods::sources(released, &shown, provenance))
                }
                (footer(provenance, language))
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
    let design = said(catalogue.language, design);
    let arms: Vec<String> = catalogue
        .arms
        .iter()
        .map(|arm| arm_size(released, arm))
        .collect();
    let parts = [design, arms.join(", "), catalogue.name.clone()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

fn arm_size(released: &Released, arm: &str) -> String {
    let mut records = released.records().iter();
    match records.find(|record| record.statistic == "people" && record.group == arm) {
        Some(people) if people.suppressed => {
            format!(
                "{arm} (n {})",
                said(released.catalogue().language, WITHHELD)
            )
        }
        Some(people) => format!("{arm} (n = {})", fixed(people.estimate, 0)),
        None => arm.to_owned(),
    }
}

/// Links to every part, in the order of the page.
fn contents(
    released: &Released,
    first: &[&Table],
    figures: &[(&Analysis, Figure)],
    others: &[&Table],
    provenance: bool,
) -> Markup {
    let language = released.catalogue().language;
    let of_table = |table: &&Table| (format!("#table-{}", table.key), table.title.clone());
    let of_figure = |(_, figure): &(&Analysis, Figure)| {
        // Of a figure and a table of one title it is said which is which.
        let mut tables = first.iter().chain(others);
        let title = match tables.any(|table| table.title == figure.title) {
            true => format!("{}: {}", said(language, "Figure"), figure.title),
            false => figure.title.clone(),
        };
        (format!("#figure-{}", figure.key), title)
    };
    let mut links: Vec<(String, String)> = first.iter().map(of_table).collect();
    links.extend(figures.iter().map(of_figure));
    links.extend(others.iter().map(of_table));
    links.push((
        "#disclosure".to_owned(),
        said(language, "Disclosure control"),
    ));
    if !released.catalogue().methods.is_empty() {
        for (anchor, title) in [
            ("#methods", "Methods and references"),
            ("#sources", "Where the numbers come from"),
        ] {
            links.push((anchor.to_owned(), said(language, title)));
        }
    }
    if provenance {
        links.push(("#provenance".to_owned(), said(language, "Provenance")));
    }
    html! {
        nav aria-labelledby="contents" {
            h2 id="contents" { (said(language, "Contents")) }
            ol { @for (target, title) in &links { li { a href=(target) { (title) } } } }
        }
    }
}

fn table_section(table: &Table, catalogue: &Catalogue) -> Markup {
    let name = &table.title;
    let footnotes = Footnotes::of(table, catalogue);
    let whole = table.markup_with(|column| footnotes.mark(column), footnotes.below());
    html! {
        section {
            div.scroll tabindex="0" role="region" aria-label=(name) { (whole) }
        }
    }
}

/// A figure, its data as a table that opens, and its points to keep.
fn figure_section(figure: &Figure, made: Markup, language: Language) -> Markup {
    let made = made.into_string();
    let file = format!("{}.csv", figure.key);
    let data = format!("{}: {}", said(language, "Data of the figure"), figure.title);
    let drawing = format!("{}: {}", said(language, "Figure"), figure.title);
    html! {
        section {
            figure id=(format!("figure-{}", figure.key)) {
                // As wide as it can be read, where the screen is narrower.
                div.scroll tabindex="0" role="region" aria-label=(drawing) {
                    (PreEscaped(figure.svg.as_str()))
                }
                @if !figure.notes.is_empty() || !made.is_empty() {
                    figcaption { @for note in &figure.notes { p { (note) } } (PreEscaped(&made)) }
                }
            }
            details {
                summary { (said(language, "Data of the figure")) }
                div.scroll tabindex="0" role="region" aria-label=(data) {
                    (points(&figure.points_csv, &figure.title, language))
                }
            }
            p.download {
                a download=(file) href=(as_link(&figure.points_csv)) {
                    (said(language, "Download the points (CSV)"))
                }
            }
        }
    }
}

/// The points as they stand in the file, with numbers cut to four digits.
fn points(csv: &str, title: &str, language: Language) -> Markup {
    let mut reader = csv::ReaderBuilder::new().from_reader(csv.as_bytes());
    let headings = reader.headers().cloned().unwrap_or_default();
    let rows: Vec<csv::StringRecord> = reader.records().filter_map(Result::ok).collect();
    let short = |cell: &str| match (cell, cell.parse::<f64>()) {
        ("true", _) => said(language, "yes"),
        ("false", _) => said(language, "no"),
        (_, Ok(value)) if value.fract() != 0.0 && value.is_finite() => {
            numbers(language, &fixed(value, 4))
        }
        _ => states(language, &said(language, cell)),
    };
    // Survival curves are in days, all others in months.
    let days = headings.iter().any(|heading| heading == "n_risk");
    let column = |name| match (name, days) {
        ("time", true) => "Day",
        _ => column(name),
    };
    html! {
        table.points {
            caption { (title) }
            thead { tr { @for heading in &headings { th scope="col" { (said(language, column(heading))) } } } }
            tbody {
                @for row in &rows {
                    tr {
                        @for (i, cell) in row.iter().enumerate() {
                            @if i == 0 { th scope="row" { (short(cell)) } } @else { td { (short(cell)) } }
                        }
                    }
                }
            }
        }
    }
}

/// A column of the points in words.
fn column(name: &str) -> &str {
    match name {
        "group" => "Group",
        "state" => "State",
        "time" => "Month",
        "label" => "Label",
        "share" => "Share",
        "step" => "Step",
        "estimate" => "Estimate",
        "conf_low" => "Lower limit",
        "conf_high" => "Upper limit",
        "n" => "People",
        "n_risk" => "Number at risk",
        "events" => "Events",
        "outcome" => "Outcome",
        "contrast" => "Contrast",
        "suppressed" => "Withheld",
        other => other,
    }
}

/// A file inside of a link, so that nothing has to be asked for.
fn as_link(csv: &str) -> String {
    let mut link = "data:text/csv;charset=utf-8,".to_owned();
    for byte in csv.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b',') {
            link.push(char::from(byte));
        } else {
            link.push_str(&format!("%{byte:02X}"));
        }
    }
    link
}

fn diagnostics(found: &[DiagnosticRecord], language: Language) -> Markup {
    html! {
        @if !found.is_empty() {
            section {
                h2 id="diagnostics" { (said(language, "Diagnostics")) }
                div.scroll tabindex="0" role="region" aria-labelledby="diagnostics" {
                    table.text.stacked {
                        thead {
                            tr {
                                @for heading in ["Code", "Severity", "Concerns", "Message"] {
                                    th scope="col" { (said(language, heading)) }
                                }
                            }
                        }
                        tbody { @for diagnostic in found { (diagnostic_row(diagnostic, language)) } }
                    }
                }
            }
        }
    }
}

fn diagnostic_row(diagnostic: &DiagnosticRecord, language: Language) -> Markup {
    html! {
        tr {
            th scope="row" { code { (diagnostic.code) } }
            td data-label=(said(language, "Severity")) { (said(language, &diagnostic.severity)) }
            td data-label=(said(language, "Concerns")) { (diagnostic.term.as_deref().unwrap_or_default()) }
            td data-label=(said(language, "Message")) { (sentences(language, &diagnostic.message)) }
        }
    }
}

fn disclosure(released: &Released) -> Markup {
    let language = released.catalogue().language;
    let rounding = released.policy().rounding;
    let minimum = released.policy().minimum_count;
    let withheld = released.withheld();
    let mut text = match minimum {
        0 | 1 => "No minimum count was set: nothing is withheld.".to_owned(),
        _ => format!(
            "Counts of people from 1 to {} are withheld, and with them every number that shows them \
             or would give them back. Statistics withheld: {} for such a count, {} so that it cannot \
             be derived, {} by another rule; {} are shown without the numbers of people beside them.",
            minimum - 1,
            withheld.primary,
            withheld.secondary,
            withheld.other,
            withheld.coarsened
        ),
    };
    if rounding > 1 {
        text.push_str(&format!(" Counts are rounded to multiples of {rounding}."));
    }
    html! {
        section {
            h2 id="disclosure" { (said(language, "Disclosure control")) }
            p { (sentences(language, &text)) }
        }
    }
}

fn footer(provenance: &Provenance, language: Language) -> Markup {
    html! {
        @if !provenance.lines.is_empty() {
            footer {
                h2 id="provenance" { (said(language, "Provenance")) }
                table.text {
                    tbody {
                        @for (label, value) in &provenance.lines {
                            tr { th scope="row" { (said(language, label)) } td { (said(language, value)) } }
                        }
                        @for (i, input) in provenance.inputs.iter().enumerate() {
                            tr id=(format!("input-{}", i + 1)) {
                                th scope="row" { (i + 1) ". " (input.file) }
                                td { "sha256 " (input.sha256) }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
